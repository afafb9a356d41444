"""Plain text and Markdown: the file is the article, untouched."""

from __future__ import annotations

from collections.abc import Iterator

from dedup.errors import BadRecord
from dedup.readers.files import File, not_utf8
from dedup.readers.records import Row


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the whole file as one text."""
    data = file.read()
    nul = data.find(b"\0")
    if nul >= 0:
        yield file.bad(None, f"NUL byte at offset {nul}: not a text file")
        return
    try:
        yield 0, None, {"text": data.decode()}
    except UnicodeDecodeError as error:
        yield file.bad(None, not_utf8(error))
