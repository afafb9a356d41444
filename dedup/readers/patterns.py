"""`--path-pattern`: what the path of a file says of its article."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from dedup.errors import SettingsError

PLACEHOLDERS = ("id", "language", "published", "source", "title")

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class PathPattern:
    """A pattern as ``{source}/{published}/{id}.txt``, matched against a path under the root.

    A placeholder stands for one or more characters without "/", as few as will do.

    >>> PathPattern("{source}/{published}/{id}.txt").values("bbc/2019-04-06/17.txt")
    {'source': 'bbc', 'published': '2019-04-06', 'id': '17'}
    >>> PathPattern("{source}/{id}.txt").values("17.txt") is None
    True
    """

    def __init__(self, pattern: str) -> None:
        names = _PLACEHOLDER.findall(pattern)
        for name in names:
            if name not in PLACEHOLDERS:
                known = ", ".join(PLACEHOLDERS)
                raise SettingsError(f"path pattern {pattern!r}: unknown {{{name}}}; there are: {known}")
            if names.count(name) > 1:
                raise SettingsError(f"path pattern {pattern!r}: {{{name}}} stands there twice")
        if not names:
            raise SettingsError(
                f"path pattern {pattern!r} names nothing; there are: {', '.join(PLACEHOLDERS)}"
            )
        self.pattern = pattern
        self._names = names
        self._texts = _PLACEHOLDER.split(pattern)[::2]

    def __str__(self) -> str:
        return repr(self.pattern)

    def values(self, name: str) -> Mapping[str, str] | None:
        """Return what stands for each placeholder, or None where the path does not match.

        Takes as many steps as the path has characters for each placeholder, whatever the path.
        """
        # Of each placeholder, the last first: where it ends at best, by where it begins.
        ends: list[list[int]] = []
        after = {len(name)}
        for text in reversed(self._texts[1:]):
            ends.append(_nearest_ends(name, text, after))
            after = {begin for begin, end in enumerate(ends[-1]) if end}
        at = len(self._texts[0])
        if at not in after or not name.startswith(self._texts[0]):
            return None
        values = {}
        for placeholder, text, ending in zip(self._names, self._texts[1:], reversed(ends), strict=True):
            values[placeholder] = name[at : ending[at]]
            at = ending[at] + len(text)
        return values


def _nearest_ends(name: str, text: str, after: Collection[int]) -> list[int]:
    """Of each place, the nearest one behind it that has `text`, no "/" before, and behind it a place of `after`.

    0 where there is none.
    """
    ends, nearest = [0] * len(name), 0
    for place in range(len(name) - 1, -1, -1):
        if place + 1 + len(text) in after and name.startswith(text, place + 1):
            nearest = place + 1
        if name[place] == "/":
            nearest = 0
        ends[place] = nearest
    return ends
