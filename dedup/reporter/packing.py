"""The texts of a large page, compressed: a browser unpacks those that are opened or searched."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Sequence

LIMIT = 8_000_000
"""Letters of text blocks that a page holds as they are; of more, all are packed."""

TOGETHER = 32
"""Articles that are packed together."""


def are_packed(blocks: Sequence[str | None]) -> bool:
    """Whether the blocks of a page are too large to stand in it as they are."""
    return sum(map(len, filter(None, blocks))) > LIMIT


def packs(blocks: Sequence[str | None]) -> Iterator[str]:
    """The blocks, `TOGETHER` at a time: a JSON array of them, as a raw deflate stream, in base 64.

    >>> [pack] = packs(["[1]", None])
    >>> zlib.decompress(base64.b64decode(pack), -15)
    b'["[1]",null]'
    """
    for start in range(0, len(blocks), TOGETHER):
        together = json.dumps(blocks[start : start + TOGETHER], ensure_ascii=False, separators=(",", ":"))
        squeezed = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = squeezed.compress(together.encode()) + squeezed.flush()
        yield base64.b64encode(packed).decode()
