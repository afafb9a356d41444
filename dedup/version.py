"""The version: setup.cfg and `dedup --version` read it here, and nowhere else."""

__version__ = "0.2.0"

ENGINE = 1
"""Rises whenever any article may get another answer with the same settings; an index of another one is refused.

So it does for code and for numbers that are no setting; see `dedup.index.engine` for the data.
"""
