"""What a user adds to what is known: phrases of furniture, and texts that never count as a source."""

from __future__ import annotations

from dataclasses import dataclass

import xxhash


@dataclass(frozen=True, slots=True)
class Additions:
    """Beside the shipped data; no part of the settings, so an index need not be built anew when they change.

    `furniture`: the contents of files in the format of `dedup/data/furniture` (see
    `dedup.inspect.furniture.lexicon`). `ignored`: paragraphs of which a copy is none, a company's "About" or a
    reviewed false alarm. Read from files by `dedup.readers.additions.read_additions`, which checks them.
    """

    furniture: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """16 hex digits that name what is added, in its order; "" for nothing."""
        if not (self.furniture or self.ignored):
            return ""
        said = repr((self.furniture, self.ignored))
        return xxhash.xxh64_hexdigest(said.encode("utf-8", "surrogatepass"))


NOTHING = Additions()
