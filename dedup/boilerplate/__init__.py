"""Site furniture: what a page carries beside its article. Known by its wording, or learned by repetition."""

from dedup.boilerplate.known import known_marks
from dedup.boilerplate.learned import LearnedFurniture, learned

__all__ = ["LearnedFurniture", "known_marks", "learned"]
