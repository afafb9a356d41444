"""The names under which other rooms know layouts and passages."""

from dedup.match.layout import Layout, Pairs, bare_layout, exact_pairs, lay_out
from dedup.match.passages import (
    Passages,
    chosen,
    count_copies,
    joined,
    related,
    suspects,
    verify,
    without_standing_phrases,
)

__all__ = [
    "Layout", "Pairs", "Passages", "bare_layout", "chosen", "count_copies", "exact_pairs", "joined", "lay_out",
    "related", "suspects", "verify", "without_standing_phrases",
]  # fmt: skip
