"""Benchmarks of `dedup`: quality, speed, language and filter, beside the tools people use today.

``python -m benchmarks --help`` lists the commands; `benchmarks/README.md` says how to read them.
"""
