"""Optional packages, asked for where they are needed."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from dedup.errors import MissingExtra


def needed(module: str, extra: str) -> ModuleType:
    """Import an optional package, or raise `MissingExtra` that names the extra to install."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtra.of("", package, extra) from error
