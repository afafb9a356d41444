"""What names a record that has no id of its own."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b


@dataclass(slots=True)
class Unnamed:
    """How many records had no id, and what names them instead, by what they hold.

    A place in a file or a stream is no name where other content will have the same place tomorrow.
    """

    by_url: int = 0
    by_text: int = 0

    def name(self, text: str, source: str, url: str) -> str:
        """Return the name of one more: its address, else a digest."""
        if "://" in url:
            self.by_url += 1
            return url
        self.by_text += 1
        return digest_of(text, source)

    def __str__(self) -> str:
        both = ((self.by_url, "the url"), (self.by_text, "a digest of text and source"))
        used = " and ".join(
            f"{what} ({count:,})" if self.by_url and self.by_text else what for count, what in both if count
        )
        count = self.by_url + self.by_text
        return (
            f"{count:,} {'record' if count == 1 else 'records'} without an id: {used} is used instead; "
            "name a field that stays, such as --field id=guid"
        )

    def __bool__(self) -> bool:
        return bool(self.by_url or self.by_text)


def digest_of(text: str, source: str) -> str:
    """Return a name for what has none: the same wherever and whenever it is read.

    >>> digest_of("One.", "bbc")
    'digest:309067df7f500fa0e4f1f72da069f70d'
    """
    # A digest that cannot be forged: an article must not replace another one.
    content = f"{source}\0{text}".encode("utf-8", "surrogatepass")
    return f"digest:{blake2b(content, digest_size=16).hexdigest()}"
