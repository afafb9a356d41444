"""Site furniture: what a page carries beside its article. Known by its wording, or learned by repetition."""

from dedup.boilerplate.known import anchors, known_marks
from dedup.boilerplate.learned import LearnedFurniture, Rule, families, learned

__all__ = ["LearnedFurniture", "Rule", "anchors", "families", "known_marks", "learned"]
