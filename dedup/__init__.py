"""How much of each article of a news feed is original text, and where the rest came from."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dedup.errors import BadDate as BadDate
    from dedup.errors import BadRecord as BadRecord
    from dedup.errors import DedupError as DedupError
    from dedup.errors import IndexMismatch as IndexMismatch
    from dedup.errors import MissingExtra as MissingExtra
    from dedup.errors import SettingsError as SettingsError
    from dedup.errors import WrongInput as WrongInput
    from dedup.index import open_index as open_index
    from dedup.model import Article as Article
    from dedup.model import ArticleReport as ArticleReport
    from dedup.model import Finding as Finding
    from dedup.model import Ledger as Ledger
    from dedup.model import Match as Match
    from dedup.model import SourceShare as SourceShare
    from dedup.notebook import Reports as Reports
    from dedup.notebook import scan as scan
    from dedup.readers import read_articles as read_articles
    from dedup.settings import Settings as Settings
    from dedup.stream import Detector as Detector
    from dedup.version import __version__ as __version__

_HOMES = {
    "dedup.notebook": ("Reports", "scan"),
    "dedup.errors": (
        "BadDate", "BadRecord", "DedupError", "IndexMismatch", "MissingExtra", "SettingsError", "WrongInput",
    ),
    "dedup.index": ("open_index",),
    "dedup.model": ("Article", "ArticleReport", "Finding", "Ledger", "Match", "SourceShare"),
    "dedup.readers": ("read_articles",),
    "dedup.settings": ("Settings",),
    "dedup.stream": ("Detector",),
    "dedup.version": ("__version__",),
}  # fmt: skip

__all__ = [name for names in _HOMES.values() for name in names]


def __getattr__(name: str) -> object:
    # Loaded on first use: `dedup --help` should not wait for numpy and compiled code.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'dedup' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
