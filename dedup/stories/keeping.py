"""Of the articles of a story, the one to keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from dedup.errors import SettingsError
from dedup.stories.nodes import Node

PREFER = "prefer="


@dataclass(frozen=True, slots=True)
class Keep:
    """A policy; where it knows no difference the earlier article is kept. `sources`: those preferred, best first."""

    policy: str = "earliest"
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, text: str) -> Keep:
        """Read a policy as it is written. Raises SettingsError for another.

        >>> Keep.of("prefer=ap, reuters")
        Keep(policy='prefer', sources=('ap', 'reuters'))
        """
        if text.startswith(PREFER):
            sources = tuple(name.strip() for name in text.removeprefix(PREFER).split(",") if name.strip())
            if sources:
                return cls("prefer", sources)
        elif text in _BEST:
            return cls(text)
        raise SettingsError(f"keep must be {', '.join(_BEST)} or {PREFER}SOURCE,SOURCE,…, got {text!r}")

    def strangers(self, nodes: Sequence[Node]) -> list[str]:
        """The preferred sources that no article is of."""
        known = {node.source for node in nodes}
        return [source for source in self.sources if source not in known]

    def one_of(self, nodes: Sequence[Node]) -> int:
        """The place of the one to keep; `nodes` are of one story, earliest first."""
        if self.policy == "prefer":
            ranks = {source: rank for rank, source in enumerate(self.sources)}
            return min(range(len(nodes)), key=lambda place: ranks.get(nodes[place].source, len(ranks)))
        best = _BEST[self.policy]
        return max(range(len(nodes)), key=lambda place: (*best(nodes[place], place), -place))


_BEST: Mapping[str, Callable[[Node, int], tuple[float, ...]]] = {
    "earliest": lambda node, place: (-place,),
    "latest": lambda node, place: (place,),
    "longest": lambda node, place: (node.words,),
    "most-original": lambda node, place: (-1.0 if node.originality is None else node.originality, node.own),
}
