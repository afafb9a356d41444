"""What could not be read, told once: a thousand errors of one kind are one line."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from dedup.errors import BadRecord

ONE_BY_ONE = 3
"""So many of one kind are named one by one; of more, the first is, and their number."""

MOST = 1000
"""Kinds that are kept before they are told."""

_DETAILS = re.compile(r"\d+|'[^']*'")
"""What differs between errors of one kind: numbers, and values that were found."""


@dataclass(slots=True)
class Kind:
    """Errors that say the same."""

    first: list[BadRecord] = field(default_factory=list)
    count: int = 0
    paths: set[str] = field(default_factory=set)

    def add(self, error: BadRecord) -> None:
        """Take in one."""
        self.count += 1
        self.paths.add(error.path)
        if len(self.first) < ONE_BY_ONE:
            self.first.append(error)

    def lines(self) -> list[str]:
        """One line each where they are few, else one."""
        if self.count <= ONE_BY_ONE:
            return [str(error) for error in self.first]
        first = self.first[0]
        others = f" and {len(self.paths) - 1:,} other files" if len(self.paths) > 1 else ""
        place = f" (first: line {first.line})" if first.line and not others else ""
        reason, semicolon, hint = first.reason.partition("; ")
        return [f"{first.path}{others}: {self.count:,} × {reason}{place}{semicolon}{hint}"]


class Complaints:
    """Collects errors by kind; `tell` says them, in the order in which the kinds came up."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._kinds: dict[str, Kind] = {}

    def add(self, error: BadRecord) -> None:
        """Take in an error."""
        said = error.reason.partition("; ")[0]  # what follows is advice
        self._kinds.setdefault(_DETAILS.sub("#", said), Kind()).add(error)
        if len(self._kinds) > MOST:
            self.tell()

    def tell(self) -> None:
        """Say what came since the last time."""
        for kind in self._kinds.values():
            for line in kind.lines():
                self._say(line)
        self._kinds.clear()
