"""What an update says otherwise than what it updates: `difference` of two texts, told from their words.

`common` finds the words that both have in the same order, `difference` makes passages of the others, `facts` sets the
figures and names among them apart, and `before` says what an article updates.
"""

from dedup.updates.difference import Difference, Passage, difference

__all__ = ["Difference", "Passage", "difference"]
