"""The names of months and days in all languages, from `data/furniture/*.json`: what a date is written with."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import orjson


@cache
def calendar_names() -> tuple[str, ...]:
    """Return the names of months and days in all languages, with their usual short forms."""
    folder = files("dedup") / "data" / "furniture"
    names: list[str] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            names += orjson.loads(entry.read_bytes()).get("calendar", "").split()
    return tuple(names)
