"""Errors the library raises on purpose. Each says what, which value, where, and what to do."""

from __future__ import annotations


class DedupError(Exception):
    """Base of every error that `dedup` raises on purpose."""


class SettingsError(DedupError, ValueError):
    """What was asked for is not there or makes no sense: a setting, its value, a field, a kind of index."""


class MissingExtra(DedupError, ImportError):
    """An optional package is needed for what was asked, and is not installed."""

    @classmethod
    def of(cls, what: str, package: str | None, extra: str) -> MissingExtra:
        """The error that says what needs a package, and how it gets there.

        >>> str(MissingExtra.of("an index on Redis", "redis", "redis"))
        "an index on Redis needs redis: pip install '.[redis]' in a checkout of dedup"
        """
        need = f"{what} needs" if what else "needs"
        return cls(f"{need} {package}: pip install '.[{extra}]' in a checkout of dedup")


class BadRecord(DedupError, ValueError):
    """A file or a record that cannot be read; `str()` is ``path:line: reason``.

    >>> str(BadRecord("feed.jsonl", 7, 'no "text" field'))
    'feed.jsonl:7: no "text" field'
    >>> str(BadRecord("news/cut.txt.gz", None, "cut gzip stream"))
    'news/cut.txt.gz: cut gzip stream'
    """

    def __init__(self, path: str, line: int | None, reason: str) -> None:
        self.path = path
        self.line = line
        self.reason = reason
        super().__init__(path, line, reason)

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}"


REMEDY = "`dedup index repair` saves what is sound of it; or restore a backup"
"""What to do about an index that is damaged."""


def damaged(place: str, what: str) -> DedupError:
    """Return the error that says what is wrong with an index."""
    return DedupError(f"{place}{': ' if place else ''}damaged index: {what}. {REMEDY}")


class IndexMismatch(DedupError, ValueError):
    """An index was made with other settings than those asked for, in another format or by another engine version."""


class WrongInput(DedupError, TypeError):
    """What was handed over is of a kind that holds no articles."""


class BadDate(DedupError, ValueError):
    """A date that is none, or lies outside the years that can be counted."""
