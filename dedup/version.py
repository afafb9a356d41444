"""The version: setup.cfg and `dedup --version` read it here, and nowhere else."""

__version__ = "0.1.0"
