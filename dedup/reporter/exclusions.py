"""Exclusions that somebody chose in the page, with the reason: a small JSON object that is kept and applied again."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from dedup.classes import ASIDE
from dedup.errors import SettingsError
from dedup.model import Json
from dedup.reporter.whatif import WhatIf

SIDES = ("aside", "taken", "own")


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Changed rules of the score, and why."""

    whatif: WhatIf = field(default_factory=WhatIf)
    reason: str = ""

    def to_json(self) -> Json:
        """As the page saves them."""
        return {
            **{name: getattr(self.whatif, name) for name in ASIDE},
            "min_words": self.whatif.min_words,
            "without": sorted(self.whatif.without),
            "reason": self.reason,
        }


def exclusions(text: str) -> Exclusions:
    """Read what the page saved; `SettingsError` says what makes no sense.

    >>> exclusions('{"quoted": "taken", "without": ["ap"], "reason": "we pay for it"}').reason
    'we pay for it'
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"no JSON: {error}") from error
    if not isinstance(values, dict):
        raise SettingsError("exclusions are a JSON object, as the page saves it")
    for name, value in values.items():
        _check(name, value)
    reason = values.pop("reason", "")
    values["without"] = frozenset(values.get("without", ()))
    return Exclusions(WhatIf(**values), reason)


def _check(name: str, value: object) -> None:
    if name in ASIDE:
        fits, wanted = value in SIDES, f"one of {', '.join(SIDES)}"
    elif name == "min_words":
        fits, wanted = type(value) is int and value >= 0, "a whole number"
    elif name == "without":
        fits = isinstance(value, list) and all(isinstance(source, str) for source in value)
        wanted = "a list of sources"
    elif name == "reason":
        fits, wanted = isinstance(value, str), "a text"
    else:
        raise SettingsError(
            f"unknown exclusion {name!r}; there are: {', '.join((*ASIDE, 'min_words, without, reason'))}"
        )
    if not fits:
        raise SettingsError(f"{name} must be {wanted}, got {value!r}")
