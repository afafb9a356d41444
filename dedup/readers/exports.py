"""Text exports of press databases: one file is many articles, each with lines of the database around it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dedup.errors import BadRecord
from dedup.readers import charsets
from dedup.readers.files import File
from dedup.readers.records import Row
from dedup.readers.wrapping import joined

_COUNTED = re.compile(r"^[ \t]*\d+ (?:of|von|de|sur|van|di) \d+ DO[CK]UMENT\w*[ \t]*$", re.MULTILINE)
_NEXIS_END = re.compile(r"^End of Document[ \t]*$", re.MULTILINE)
_FACTIVA_END = re.compile(r"^Document (?=\w*\d{8}\w{4})(\w+)[ \t]*$", re.MULTILINE)
_LABEL = re.compile(r"([A-ZÄÖÜÉÈÀ][\wÄÖÜÉÈÀäöüéèà-]*(?: [A-Z][\w-]*){0,2}):[ \t]*(.*)", re.DOTALL)
_RIGHTS = re.compile(
    r"(?:copyright|©|\(c\))|.*\ball rights reserved\b|.*\balle rechte vorbehalten\b", re.I | re.DOTALL
)
_DATE = re.compile(r"(?=.*\b(?:19|20)\d\d\b)(?=.*\b\d{1,2}\b).{6,60}", re.DOTALL)
_WEEKDAY = re.compile(r"(?:,? \w{2,12}day|,? \w+tag|,? Mittwoch)\b.*$", re.IGNORECASE)
_ENGLISH_DATE = re.compile(r"([A-Z][a-z]+) (\d{1,2}), (\d{4})")
_WORDS = re.compile(r"\d[\d.,]* (?:words|Wörter|mots|palabras|parole|woorden)", re.IGNORECASE)
_BLANK = re.compile(r"\n(?:[ \t]*\n)+")
_HEADER_LABELS = frozenset(
    """byline section length dateline highlight headline language country publication-type author source
    load-date länge rubrik autor ressort zeitung longueur auteur rubrique""".split()
)
_BODIES = frozenset(("body", "volltext", "text", "corps"))
_CODES = re.compile(
    r"^(SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|LA|CY|LP|TD|CT|RF|CO|IN|NS|RE|IPC|IPD|PUB|AN|VOL|CX)(?: +|$)"
)


def read_nexis(file: File) -> Iterator[Row | BadRecord]:
    """Yield the documents of a LexisNexis export, in the layout with counts or that with "End of Document"."""
    text = _text(file)
    if _COUNTED.search(text):
        parts = _COUNTED.split(text)[1:]
    else:
        parts = [part for part in _NEXIS_END.split(text) if part.strip()]
    yield from _documents(file, [_nexis(part) for part in parts])


def read_factiva(file: File) -> Iterator[Row | BadRecord]:
    """Yield the documents of a Factiva export, with codes before its fields or without."""
    pieces = _FACTIVA_END.split(_text(file))
    found = []
    for part, number in zip(pieces[::2], pieces[1::2], strict=False):
        values = _coded(part) if any(map(_CODES.match, part.splitlines())) else _uncoded(part)
        found.append({**values, "id": number})
    yield from _documents(file, found)


def _documents(file: File, found: list[dict[str, str]]) -> Iterator[Row | BadRecord]:
    for record, values in enumerate(found, 1):
        if values.get("text"):
            yield record, None, {name: value for name, value in values.items() if value}
        else:
            yield file.bad(None, f"record {record}: a document without text")
    if not found:
        yield file.bad(None, "no document in this export")


def _text(file: File) -> str:
    data = file.read_stored("file")
    return (
        charsets.decoded(data, own=file.options.encoding)
        .lstrip("\ufeff")
        .replace("\r\n", "\n")
        .replace("\f", "\n")
    )


def _blocks(part: str) -> list[str]:
    return [block.strip("\n") for block in _BLANK.split(part) if block.strip()]


def _nexis(part: str) -> dict[str, str]:
    blocks = _blocks(part)
    heads: list[str] = []
    values: dict[str, str] = {}
    while blocks and (len(heads) < 2 or not values):
        block = blocks.pop(0)
        label = _label(block)
        if label or _RIGHTS.match(block.strip()):
            blocks.insert(0, block)
            break
        heads += (
            [line.strip() for line in block.split("\n")] if "\n" in block and not heads else [_line(block)]
        )
    while blocks and (_label(blocks[0]) or _RIGHTS.match(blocks[0].strip())):
        label = _label(blocks.pop(0))
        if label:
            values[label[0]] = label[1]
    if blocks and blocks[0].strip().lower() in _BODIES:
        blocks.pop(0)
    return {
        **_heading([head for head in heads if not _is_rights(head)]),
        "text": _body(blocks),
        **_kept(values),
    }


def _heading(heads: list[str]) -> dict[str, str]:
    """Tell paper, date and headline from each other: the date is the line that has a year and a day."""
    place = next((number for number, head in enumerate(heads) if _DATE.fullmatch(head)), None)
    if place is None:
        return {"title": " ".join(heads[-1:]), "source": " ".join(heads[:-1][:1])}
    before, after = heads[:place], [head for head in heads[place + 1 :] if not _label(head)]
    # The older layout has paper, date, headline; the newer one headline, paper, date.
    source = before[-1] if before else ""
    title = after[0] if after else before[0] if len(before) > 1 else ""
    return {"title": title, "source": source, "published": _day(heads[place])}


def _body(blocks: list[str]) -> str:
    """Return the text, without the labels and the copyright line that the database puts below it."""
    while blocks and (_is_rights(blocks[-1]) or _trailing(blocks[-1])):
        blocks.pop()
    return joined("\n\n".join(block.strip() if "\n" not in block else block for block in blocks))


def _trailing(block: str) -> bool:
    label = _LABEL.match(block.strip())
    return bool(label and (label[1].isupper() or label[1].lower() in _HEADER_LABELS or "-" in label[1]))


def _label(block: str) -> tuple[str, str] | None:
    found = _LABEL.match(block.strip())
    if found is None or not (
        found[1].lower() in _HEADER_LABELS or (found[1].isupper() and len(found[1]) > 3)
    ):
        return None
    return found[1].lower(), _line(found[2])


def _is_rights(block: str) -> bool:
    return bool(_RIGHTS.match(block.strip())) and len(block) < 400


def _kept(labels: dict[str, str]) -> dict[str, str]:
    return {
        name: value for name, value in labels.items() if name in ("byline", "section", "language") and value
    }


def _coded(part: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    name = ""
    for line in part.strip("\n").split("\n"):
        code = _CODES.match(line)
        if code is not None:
            name = code[1]
            line = line[code.end() :]
        if name:
            fields[name] = f"{fields[name]}\n{line}" if name in fields else line
    text = "\n\n".join(filter(None, (fields.get("LP", "").strip(), fields.get("TD", "").strip())))
    return {
        "title": _line(fields.get("HD", "")),
        "source": _line(fields.get("SN", "")),
        "published": _day(_line(fields.get("PD", ""))),
        "language": _line(fields.get("LA", "")),
        "byline": _line(fields.get("BY", "")),
        "text": joined(_BLANK.sub("\n\n", text)),
    }


def _uncoded(part: str) -> dict[str, str]:
    """Headline, byline, number of words, date, paper, code, language and copyright each have a line."""
    lines = [line.strip() for line in part.strip("\n").split("\n")]
    count = next((number for number, line in enumerate(lines) if _WORDS.fullmatch(line)), None)
    if count is None:
        return {"text": ""}
    dated = next((number for number in range(count + 1, len(lines)) if _DATE.fullmatch(lines[number])), count)
    rights = next((number for number in range(dated, len(lines)) if _RIGHTS.match(lines[number])), dated + 3)
    times = [line for line in lines[dated + 1 : rights] if not re.fullmatch(r"\d\d:\d\d", line)]
    return {
        "title": _line("\n".join(lines[:count]).split("\n\n")[0]),
        "published": _day(lines[dated]),
        "source": times[0] if times else "",
        "text": joined("\n".join(lines[rights + 1 :]).strip("\n")),
    }


def _day(text: str) -> str:
    """Return a date without its weekday and edition, in a spelling that records are read in."""
    text = _WEEKDAY.sub("", _line(text))
    found = _ENGLISH_DATE.search(text)
    return f"{found[2]} {found[1]} {found[3]}" if found else text


def _line(text: str) -> str:
    return " ".join(text.split())
