"""Telegrams of news agencies, as wires carry them: IPTC 7901 and ANPA 1312. Control codes part header, text and end.

Sources: IPTC 7901 recommended message format (5th edition, 1995); ANPA 1312 (1979).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.files import File
from dedup.readers.records import Row

_FRAME = re.compile("\x01(?P<head>[^\x02]*)\x02(?P<text>[^\x03]*)(?:\x03(?P<end>[^\x01]*))?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLANK = re.compile(r"\n[ \t]*\n|\n(?=[ \t]{2,}\S)")
_BYLINE = re.compile(r"by\b|von\b|par\b|por\b|eds?:|ap photo|associated press$", re.IGNORECASE)
_SLUG = re.compile(r"(?:bc|am|pm|eu|us|ap)-|\S+--", re.IGNORECASE)
_NOTE = re.compile(
    r"(?:\d+(?:st|nd|rd|th) (?:lead|ld)|\(?achtung\)?|refile|urgent|extra|eil|corrected.*)$", re.IGNORECASE
)
_DESK = re.compile(r"#+ ")
_SENT = re.compile(r"(\d\d)(\d\d)(\d\d)\s+(?:(?:GMT|UTC|Z)\s+)?([A-Za-z]{3})\w*\.?\s+(\d\d)\b")
_SENT_ANPA = re.compile(r"(\d\d)-(\d\d)-(\d\d)\s+(\d\d)(\d\d)\s*(?:GMT|UTC|Z)")
_AGENCY = re.compile(r"\(([A-Za-z][\w/ .-]{1,20})\)\s*[-_–—]")

_MONTHS = {
    name: number
    for number, names in enumerate(
        """jan gen ene; feb fev; mar mär mrz; apr avr abr; may mai mag; jun giu; jul lug; aug ago; sep set; oct okt ott
        out; nov; dec dez dic""".split(";"),
        1,
    )
    for name in names.split()
}


def read(file: File) -> Iterator[Row | BadRecord]:
    """Yield the telegrams of a file, mostly one."""
    text = charsets.decoded(file.read_stored()).replace("\r\n", "\n").replace("\r", "\n")
    frames = list(_FRAME.finditer(text))
    if not frames:
        yield file.bad(None, "no telegram: nothing between the codes for the start and the end of text")
    for number, frame in enumerate(frames, 1):
        values = _values(frame["text"], frame["end"] or "")
        record = number if len(frames) > 1 else 0
        yield (record, None, values) if values["text"] else file.bad(None, f"telegram {number} has no text")


def _values(body: str, end: str) -> dict[str, str]:
    title, paragraphs = _parts([block for block in _BLANK.split(body) if block.strip()])
    text = "\n\n".join(filter(None, (" ".join(_CONTROLS.sub(" ", block).split()) for block in paragraphs)))
    agency = _AGENCY.search(text[:200])
    values = {
        "text": text,
        "title": title,
        "published": _sent(end) or "",
        "source": agency[1].rpartition("/")[2] if agency else "",
    }
    return {name: value for name, value in values.items() if value or name == "text"}


def _is_field(line: str) -> bool:
    return line.endswith(("=", "<"))


def _field(line: str) -> str:
    return line[:-1].rstrip().removeprefix("^")


def _parts(blocks: list[str]) -> tuple[str, list[str]]:
    """Tell the lines of headline, byline and notes, which end in "=" or "<", from the paragraphs."""
    lines = [line.strip() for line in blocks[0].split("\n")] if blocks else []
    fields = [_field(line) for line in lines if _is_field(line)]
    if not fields:
        return "", blocks
    if "^" in lines[0]:  # ANPA: each field has its line
        heads = [head.rpartition("^")[2] for head in fields]
        rest = [line.lstrip("^") for line in lines if not _is_field(line)]
    else:  # IPTC 7901: the last one of several lines ends the head
        last = max(number for number, line in enumerate(lines) if _is_field(line))
        heads, rest = [line.rstrip("= ") for line in reversed(lines[: last + 1])], lines[last + 1 :]
    named = (head for head in heads if not (_SLUG.match(head) or _BYLINE.match(head) or _NOTE.match(head)))
    title = " ".join(next(named, ",".join(heads).partition(",")[0].rpartition("--")[2]).split())
    paragraphs = ["\n".join(rest), *blocks[1:]]
    desk = next(
        (number for number, block in enumerate(paragraphs) if _DESK.match(block.strip())), len(paragraphs)
    )
    return title, paragraphs[:desk]


def _sent(end: str) -> str | None:
    """Return when a telegram was sent, as ISO 8601; its end says the day, the time, the month and the year."""
    if found := _SENT_ANPA.search(end):
        month, day, year, hour, minute = map(int, found.groups())
    elif (found := _SENT.search(end)) and (number := _MONTHS.get(found[4].lower())):
        day, hour, minute, year = (int(found[place]) for place in (1, 2, 3, 5))
        month = number
    else:
        return None
    century = 1900 if year >= 70 else 2000
    return f"{century + year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z"
