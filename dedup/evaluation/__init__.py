"""How well reports agree with labels: word by word, passage by passage, source by source.

`labels` reads what is right and what a report says, `comparison` holds one against the other, `scores` are what comes
of it.
"""

from dedup.evaluation.comparison import evaluate
from dedup.evaluation.labels import (
    SAID_BEFORE,
    Flag,
    Judgement,
    Span,
    Truth,
    judgement,
    read_judgements,
    read_truths,
)
from dedup.evaluation.scores import Evaluation, Tally, summary

__all__ = [
    "SAID_BEFORE", "Evaluation", "Flag", "Judgement", "Span", "Tally", "Truth", "evaluate", "judgement",
    "read_judgements", "read_truths", "summary",
]  # fmt: skip
