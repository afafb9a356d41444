"""Site furniture: what a page carries beside its article. Known by its wording, or learned by repetition."""

from dedup.inspect.furniture.at_home import Sources
from dedup.inspect.furniture.hits import Anchors, anchors
from dedup.inspect.furniture.known import known_marks, lead_ins
from dedup.inspect.furniture.learned import LearnedFurniture, Rule, learned
from dedup.inspect.furniture.titled import Headlines, Titles, asked, rooms, with_titles

__all__ = [
    "Anchors", "Headlines", "LearnedFurniture", "Rule", "Sources", "Titles", "anchors", "asked", "known_marks",
    "lead_ins", "learned", "rooms", "with_titles",
]  # fmt: skip
