"""Numbers in words in many languages, from `data/numbers.json`: what a figure is spelled out with."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import orjson


@cache
def number_words() -> tuple[str, ...]:
    """Return cardinal numbers, the first ordinals and the names of large numbers, in all languages."""
    data = orjson.loads((files("dedup") / "data" / "numbers.json").read_bytes())
    return tuple(word for language in data.values() for word in language.split())
