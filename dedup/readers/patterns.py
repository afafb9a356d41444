"""`--path-pattern`: what the path of a file says of its article."""

from __future__ import annotations

import re
from collections.abc import Mapping

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
        texts = _PLACEHOLDER.split(pattern)[::2]
        parts = [re.escape(texts[0])]
        for name, text in zip(names, texts[1:], strict=True):
            parts.append(f"(?P<{name}>[^/]+?){re.escape(text)}")
        self._regex = re.compile("".join(parts))

    def __str__(self) -> str:
        return repr(self.pattern)

    def values(self, name: str) -> Mapping[str, str] | None:
        """Return what stands for each placeholder, or None where the path does not match."""
        match = self._regex.fullmatch(name)
        return match and match.groupdict()
