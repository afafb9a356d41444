"""Whose answers an index holds: what they depend on beside its settings."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import xxhash

from dedup.settings import Settings
from dedup.text.calendar import calendar_names
from dedup.translated.encoder import encoder_name
from dedup.version import ENGINE


def engine_of(settings: Settings) -> str:
    """Return whose answers an index with some settings holds: the engine, and the encoder where it keeps vectors."""
    return f"{engine()} {encoder_name()}" if settings.translated_days else engine()


@cache
def engine() -> str:
    """Return the engine version: `ENGINE`, and a digest of the data that keys and learned furniture depend on.

    The data are the character table, which makes words, and the names of months and days, which a paragraph's
    family does without. An index of another engine would miss, without a word, what it holds under other keys.
    """
    digest = xxhash.xxh64((files("dedup") / "data" / "unicode.npz").read_bytes())
    digest.update(" ".join(calendar_names()).encode())
    return f"{ENGINE}-{digest.hexdigest()[:8]}"
