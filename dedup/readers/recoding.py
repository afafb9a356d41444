"""Blocks of a file -> blocks in UTF-8: by its byte order mark, by its zeros, or as the user says."""

from __future__ import annotations

import codecs
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from itertools import chain

from dedup.readers import charsets
from dedup.readers.compression import Gap


def in_utf8(blocks: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """Yield `blocks` in UTF-8, none of them empty but for the gaps.

    What shows by its first bytes that it is UTF-8, UTF-16 or UTF-32 is read as such; `encoding` is the user's word
    for all else. Raises `UnicodeDecodeError` where a file is not what its first bytes say.
    """
    source = iter(blocks)
    first = next(source, b"")
    mark, name = charsets.marked(first)
    told = None if name or encoding is None else charsets.codec(encoding) or encoding
    if told is not None and charsets.is_wide(told):
        name = None if charsets.is_plain(first) else told
    source = chain([first[len(mark) :] if mark else first], source)
    if name is not None and charsets.is_wide(name):
        yield from _narrowed(source, name, "strict" if told is None else "replace")
    elif told is not None and name is None and not charsets.is_wide(told):
        yield from _by_lines(source, told)
    else:
        yield from (block for block in source if block or type(block) is Gap)


def _narrowed(blocks: Iterator[bytes], name: str, errors: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(name)(errors)
    for block in blocks:
        if type(block) is Gap:
            decoder.reset()
            yield block
        else:
            yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _by_lines(blocks: Iterator[bytes], name: str) -> Iterator[bytes]:
    """Lines that are UTF-8 already stay: folders are mixed."""
    rest = b""
    for block in blocks:
        if type(block) is Gap:
            rest = b""
            yield block
            continue
        block = rest + block
        end = block.rfind(b"\n") + 1
        rest = block[end:]
        yield b"".join(_line(line, name) for line in block[:end].splitlines(keepends=True))
    yield _line(rest, name)


def _line(line: bytes, name: str) -> bytes:
    try:
        line.decode()
    except UnicodeDecodeError:
        return line.decode(name, "replace").encode("utf-8", "replace")
    return line.removeprefix(BOM_UTF8)
