"""Text that can be shown: ids, sources and file names come from outside."""

from __future__ import annotations


def shown(text: str) -> str:
    """Some lines, each of them `visible`."""
    return "\n".join(map(visible, text.split("\n")))


def spelled(line: bytes) -> bytes:
    r"""A line of JSON whose strings spell out what a terminal would obey or hide: the same value.

    >>> spelled('{"id":"a\x9b2J\u202e"}\n'.encode())
    b'{"id":"a\\u009b2J\\u202e"}\n'
    """
    text = line.decode("utf-8", "surrogatepass")
    return "".join(map(_spelled, text)).encode() if not text.removesuffix("\n").isprintable() else line


def _spelled(letter: str) -> str:
    if letter.isprintable() or letter == "\n":
        return letter
    units = letter.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def visible(text: str) -> str:
    r"""The text with a replacement character for what a terminal would obey or hide.

    >>> visible("bbc\x1b[2J/\u202etxt")
    'bbc�[2J/�txt'
    """
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
