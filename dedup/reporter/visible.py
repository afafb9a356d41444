"""Text that can be shown: ids, sources and file names come from outside."""

from __future__ import annotations


def visible(text: str) -> str:
    r"""The text with a replacement character for what a terminal would obey or hide.

    >>> visible("bbc\x1b[2J/\u202etxt")
    'bbc�[2J/�txt'
    """
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
