"""What the environment says of loops: it is one for a process and those it starts, before any setting is read."""

from __future__ import annotations

import os
import sys
from pathlib import Path

PLAIN, CHECKED = "plain", "checked"
"""What `DEDUP_LOOPS` may say: run loops as plain Python; or look whether a place is in its array before it is used."""


def _said() -> str:
    said = os.environ.get("DEDUP_LOOPS", "")
    if said not in ("", PLAIN, CHECKED):
        raise ValueError(f"DEDUP_LOOPS may be {PLAIN} or {CHECKED}, not {said!r}")
    return said


def are_plain() -> bool:
    """Whether loops are not compiled."""
    return _said() == PLAIN


def are_checked() -> bool:
    """Whether loops look before they use a place."""
    return _said() == CHECKED


def user_cache_folder() -> Path:
    """The folder where this user's programs keep what they can make again; `DEDUP_CACHE_DIR` names another."""
    given = os.environ.get("DEDUP_CACHE_DIR")
    if given:
        return Path(given)
    try:
        return _of_platform()
    except RuntimeError:  # nobody's home: then nothing is kept
        return Path(os.devnull)


def _of_platform() -> Path:
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "dedup" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/dedup"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dedup"


def kernels_folder() -> Path:
    """Not beside the source: code left in site-packages would hide a later installation from a checkout."""
    return user_cache_folder() / "kernels"
