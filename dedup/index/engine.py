"""Whose answers an index holds: what they depend on beside its settings."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import xxhash

from dedup.errors import IndexMismatch
from dedup.settings import Settings
from dedup.text.calendar import calendar_names
from dedup.translated.encoder import encoder_name
from dedup.version import ENGINE

if TYPE_CHECKING:
    from dedup.index import Index

REMEDY = (
    "build a new one of the articles, under another name (`dedup index build NEW PATH...`), or use the version that "
    "made this one"
)


def engine_of(settings: Settings) -> str:
    """Return whose answers an index with some settings holds: the engine, and the encoder where it keeps vectors."""
    return f"{engine()} {encoder_name()}" if settings.translated_days else engine()


def check_answers(index: Index, settings: Settings) -> None:
    """Raise `IndexMismatch` where an index cannot be judged with, or added to, under these settings.

    `MissingExtra` where it keeps vectors and there is no encoder: to look at it, none is needed.
    """
    if settings.id != index.settings_id:
        raise IndexMismatch(
            f"the index was made with settings {index.settings_id}, here are {settings.id}: "
            "use the index's own settings, or build a new index"
        )
    if index.engine != (own := engine_of(settings)):
        raise IndexMismatch(
            f"the index keeps what translations are known by as {index.engine.partition(' ')[2]} has it, here is "
            f"{own.partition(' ')[2]}: {REMEDY}"
        )


@cache
def engine() -> str:
    """Return the engine version: `ENGINE`, and a digest of the data that keys and learned furniture depend on.

    The data are the character table, which makes words, and the names of months and days, which a paragraph's
    family does without. An index of another engine would miss, without a word, what it holds under other keys.
    """
    digest = xxhash.xxh64((files("dedup") / "data" / "unicode.npz").read_bytes())
    digest.update(" ".join(calendar_names()).encode())
    return f"{ENGINE}-{digest.hexdigest()[:8]}"
