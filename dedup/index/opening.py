"""What every stored index says of itself, and when it is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, fields

from dedup.errors import IndexMismatch, SettingsError, damaged
from dedup.index import FORMAT
from dedup.index.engine import REMEDY, engine, engine_of
from dedup.settings import Settings
from dedup.text.words import new_secret

_SECRET = re.compile("[0-9a-f]{32}")


def meta_of(
    settings: Settings, keep_text: bool, secret: bytes | None, copied: str | None = None
) -> dict[str, str | int]:
    """Return what a new index writes down of itself; without a `secret` it gets one of its own.

    `copied`: the engine of the index that it becomes a copy of.
    """
    return {
        "format": FORMAT,
        "engine": copied or engine_of(settings),
        "settings": json.dumps(asdict(settings)),
        "keeps_text": int(keep_text),
        "secret": (secret or new_secret()).hex(),
        "end": 1,
    }


def secret_of(place: str, meta: Mapping[str, str | int]) -> bytes:
    """Return the secret of an index."""
    if not _SECRET.fullmatch(str(meta["secret"])):
        raise damaged(place, "its secret is none")
    return bytes.fromhex(str(meta["secret"]))


def settings_of(place: str, meta: Mapping[str, str | int], wanted: Settings | None) -> Settings:
    """Return the settings an index was made with; `IndexMismatch` if it cannot be used, or not with those wanted."""
    if not str(meta.get("format")).isdecimal():
        raise damaged(place, f"its format is {meta.get('format')!r}")
    if int(meta["format"]) != FORMAT:
        raise IndexMismatch(
            f"{place} has index format {meta['format']}, this version of dedup reads format {FORMAT}: {REMEDY}"
        )
    if missing := [name for name in ("engine", "settings", "keeps_text", "secret") if meta.get(name) is None]:
        raise damaged(place, f"it does not say its {', '.join(missing)}")
    if str(meta["engine"]).partition(" ")[0] != engine():
        raise IndexMismatch(
            f"{place} was made by engine {meta['engine']}, this version of dedup has engine {engine()} and would "
            f"give other answers: {REMEDY}"
        )
    try:
        stored = json.loads(str(meta["settings"]))
    except ValueError as error:
        raise damaged(place, "its settings cannot be read") from error
    try:
        made_with = Settings().with_values(stored)
        complete = len(stored) == len(fields(Settings))
    except (SettingsError, TypeError, AttributeError):
        complete = False
    if not complete:
        raise IndexMismatch(f"{place} was made by a version of dedup with other settings: {REMEDY}")
    if wanted is None or wanted == made_with:
        return made_with
    differ = [
        f"{name} = {stored[name]} (asked for: {value})"
        for name, value in asdict(wanted).items()
        if stored[name] != value
    ]
    raise IndexMismatch(
        f"{place} was made with {', '.join(differ)}: use its settings, or build another index with yours"
    )
