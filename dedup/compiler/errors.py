"""What the compiler says of what it does not know."""

from __future__ import annotations

from dedup.errors import DedupError


class NotCompiled(DedupError):
    """A loop has something in it that the compiler does not know, or cannot be compiled here."""
