"""Compiled loops of matching; see `dedup.text.kernels`."""
