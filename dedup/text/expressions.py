"""Regular expressions that are compiled when a text first needs them: most commands need few of many."""

from __future__ import annotations

import re
from typing import Any, cast


class Expression:
    """Stands for a pattern that is not compiled yet."""

    def __init__(self, source: str, flags: int) -> None:
        self._source, self._flags = source, flags

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern itself."""
        return re.compile(self._source, self._flags)

    def __getattr__(self, name: str) -> Any:
        # Asked once for each name: from then on the method is the object's own.
        found = getattr(self.compiled, name)
        setattr(self, name, found)
        return found


def expression(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return what `re.compile` returns, but compiled when it is first used.

    >>> expression("b+").sub("c", "abba")
    'aca'
    """
    return cast("re.Pattern[str]", Expression(source, flags))
