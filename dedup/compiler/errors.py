"""What the compiler says of what it does not know."""

from __future__ import annotations


class NotCompiled(Exception):
    """A loop has something in it that the compiler does not know: an error of the program, never of its input."""
