"""Feeds with translated passages in known places, made of news that exists in several languages."""

from __future__ import annotations

import lzma
import random
import re
import xml.etree.ElementTree as ET
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from dedup.model import Article

Half: TypeAlias = Literal["dev", "held"]

NTREX: Mapping[str, str] = {
    "eng": "en", "arb": "ar", "deu": "de", "spa": "es", "fra": "fr", "ita": "it", "jpn": "ja", "kor": "ko", "nld": "nl",
    "pol": "pl", "por": "pt", "rus": "ru", "tha": "th", "tur": "tr", "zho-CN": "zh", "ukr": "uk", "ces": "cs",
}  # fmt: skip
"""Versions of NTREX-128 that are used, and their languages; the last two the encoder does not know."""

KINDS = ("whole", "rewritten", "5", "4", "3", "2")
"""What is planted: a whole article, one with sentences left out and joined, and passages of so many sentences."""


@dataclass(frozen=True, slots=True)
class Document:
    """News in several languages, the same sentences in each."""

    id: str
    lines: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Plant:
    """A translated passage: the article it is in, its code points there, and the article it was translated from."""

    article: str
    kind: str
    start: int
    end: int
    source: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Articles and what was planted in them."""

    articles: Sequence[Article]
    plants: Sequence[Plant]


def ntrex(data: Path, half: Half) -> list[Document]:
    """Half of the documents of NTREX-128 in the languages of `NTREX`."""
    found: dict[str, dict[str, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    with lzma.open(data / "ntrex128" / "ntrex128.shared.tsv.xz", "rt", encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            document, line, version, text = row.rstrip("\n").split("\t")
            if version in NTREX and _half(document) == half:
                found[document][NTREX[version]][int(line)] = text
    return [
        Document(name, {code: [lines[at] for at in sorted(lines)] for code, lines in versions.items()})
        for name, versions in sorted(found.items())
    ]


def wmt(data: Path, name: str, one: str, other: str, half: Half) -> list[Document]:
    """Half of the documents of a WMT21 test set: the originals and their first human translation."""
    with lzma.open(data / "wmt21-multiref" / f"newstest2021.{name}.all.xml.xz") as file:
        root = ET.parse(file).getroot()
    out = []
    for doc in root.iter("doc"):
        sides = [doc.find("src"), doc.find("ref")]
        lines = [[seg.text or "" for seg in side.iter("seg")] for side in sides if side is not None]
        if len(lines) == 2 and len(lines[0]) == len(lines[1]) and _half(doc.get("id", "")) == half:
            out.append(Document(doc.get("id", ""), dict(zip((one, other), lines, strict=True))))
    return out


def _half(name: str) -> Half:
    return "held" if zlib.crc32(name.encode()) & 1 else "dev"


def planted(documents: Sequence[Document], origin: str, target: str, seed: int) -> Feed:
    """A feed of originals in one language, and of articles in another that have parts of them in translation.

    Every second document is an original, and planted once: what two copies share would be a copy of one from the other.
    The others are, in the target language only, what passages are put into.
    """
    chance = random.Random(f"{seed} {origin} {target}")
    usable = [one for one in documents if origin in one.lines and target in one.lines]
    originals, hosts = usable[::2], usable[1::2]
    articles = [
        Article(
            f"{origin}/{one.id}", _laid_out(one.lines[origin], chance), source=origin, published="2024-03-01"
        )
        for one in originals
    ]
    articles += [
        Article(
            f"{target}/{one.id}", _laid_out(one.lines[target], chance), source=target, published="2024-03-02"
        )
        for one in hosts
    ]
    plants = []
    for place, one in enumerate(originals):
        kind = KINDS[(place + seed) % len(KINDS)]
        made = _with_plant(one, hosts[place % len(hosts)], target, kind, chance)
        if made is not None:
            text, start, end = made
            name = f"{target}/{kind}/{one.id}"
            articles.append(Article(name, text, source=target, published="2024-03-03"))
            plants.append(Plant(name, kind, start, end, f"{origin}/{one.id}"))
    return Feed(articles, plants)


def _with_plant(
    one: Document, host: Document, target: str, kind: str, chance: random.Random
) -> tuple[str, int, int] | None:
    lines = one.lines[target]
    if kind in ("whole", "rewritten"):
        text = _laid_out(_rewritten(lines, chance) if kind == "rewritten" else lines, chance)
        return text, 0, len(text)
    size = int(kind)
    if len(lines) < size + 1:
        return None
    first = chance.randrange(1, len(lines) - size + 1)
    passage = _space(target).join(lines[first : first + size])
    around = host.lines[target]
    at = chance.randrange(1, len(around))
    before, after = _laid_out(around[:at], chance), _laid_out(around[at:], chance)
    start = len(before) + 2
    return f"{before}\n\n{passage}\n\n{after}", start, start + len(passage)


def _rewritten(lines: Sequence[str], chance: random.Random) -> list[str]:
    """Lines as a light hand leaves them: one in six left out, one in six joined to the one before."""
    out: list[str] = []
    for line in lines:
        fate = chance.random()
        if fate < 1 / 6 and len(lines) > 4:
            continue
        if fate < 2 / 6 and out:
            out[-1] = re.sub(r"[.。]\s*$", "", out[-1]) + ", " + line
        else:
            out.append(line)
    return out


def _laid_out(lines: Sequence[str], chance: random.Random) -> str:
    """Lines in paragraphs of one to three."""
    return "\n\n".join(_paragraphs(lines, chance))


def _paragraphs(lines: Sequence[str], chance: random.Random) -> Iterator[str]:
    at = 0
    while at < len(lines):
        size = chance.randrange(1, 4)
        yield " ".join(lines[at : at + size])
        at += size


def _space(language: str) -> str:
    return "" if language in ("ja", "zh") else " "
