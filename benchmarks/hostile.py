"""Input that nobody writes but an attacker, of any size: what `benchmarks growth` is measured on."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from dedup import Article, Settings, scan
from dedup.errors import BadRecord
from dedup.index.memory import MemoryIndex
from dedup.prefilter.trimming import trimmed
from dedup.readers import read_articles
from dedup.readers.patterns import PathPattern
from dedup.stream import Detector
from dedup.text.words import split

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of input: `made` prepares the work on `size` pieces of it, and on any other number."""

    made: Callable[[int], Work]
    size: int


def scanned(texts: Sequence[str]) -> Work:
    """A scan of these texts, in this order."""
    articles = [Article(f"{place:07}", text, source=f"s{place % 3}") for place, text in enumerate(texts)]
    return lambda: [None for _ in scan(articles)]


def streamed(texts: Sequence[str]) -> Work:
    """A filter that trims these texts, one after the other."""
    articles = [Article(f"{place:07}", text, source=f"s{place % 3}") for place, text in enumerate(texts)]

    def work() -> None:
        detector = Detector(MemoryIndex(Settings()))
        for article in articles:
            trimmed(article.text, detector.add(article), "likely")

    return work


def read(name: str, data: bytes) -> Work:
    """A reading of one file, faults and all; and its writing, which takes no time."""

    def work() -> None:
        with tempfile.TemporaryDirectory(prefix="dedup-growth-") as folder, suppress(BadRecord):
            path = Path(folder) / name
            path.write_bytes(data)
            for _ in read_articles(path, on_error=lambda error: None):
                pass

    return work


def _one(text: Callable[[int], str], size: int) -> Shape:
    return Shape(lambda n: scanned([text(n)]), size)


def _two(text: Callable[[int], str], size: int) -> Shape:
    return Shape(lambda n: scanned([text(n)] * 2), size)


def _file(name: str, data: Callable[[int], str], size: int) -> Shape:
    return Shape(lambda n: read(name, data(n).encode()), size)


_SYLLABLES = "ba be bi bo bu da de di do du ga ge".split()


def two_letters_every_way(words: int) -> str:
    """The bits of a shift register: every run of twenty is new."""
    state, out = 1, []
    for _ in range(words):
        out.append("ab"[state & 1])
        state = state >> 1 | ((state ^ state >> 3) & 1) << 19
    return " ".join(out)


def spelled(number: int) -> str:
    """A word of its own for each number, in letters only."""
    word = ""
    while number or not word:
        number, rest = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[rest]
    return word


def novel(words: int, seed: int = 1, vocabulary: int = 20_000) -> list[str]:
    """Words of a made up language, the frequent ones often."""
    draw = Random(seed)
    return [spelled(int(vocabulary ** draw.random())) + "n" for _ in range(words)]


def changed(words: Sequence[str], every: int) -> list[str]:
    """The same with every so manieth word another."""
    return [spelled(place) + "s" if place % every == 0 else word for place, word in enumerate(words)]


def paragraphs(words: Sequence[str], size: int) -> str:
    return "\n\n".join(" ".join(words[at : at + size]) + "." for at in range(0, len(words), size))


def near_identical(count: int) -> list[str]:
    return [
        f"The harbour of Quillby was closed for {n} hours on Monday when a storm of {n * 7 % 1000} knots "
        "came in from the west and tore the roof off the fish market beside the old pier."
        for n in range(count)
    ]


def _quoting(count: int) -> list[str]:
    lines = [" ".join(novel(12, seed)) for seed in range(count)]
    return ["\n\n".join(lines), "\n\n".join(f'He said: "{line}." And went.' for line in lines)]


def _rebuilt(count: int) -> list[str]:
    text = novel(count)
    return [paragraphs(text, 60), paragraphs(changed(text, 8), 60)]


_STORY = " ".join(novel(60, 5))


def decoys(count: int) -> list[str]:
    """Texts with all triples of a story, each in another order; the story; and a copy with every fifth word another."""
    words, draw = _STORY.split(), Random(7)
    triples = [" ".join(words[at : at + 3]) for at in range(len(words) - 2)]
    return [
        *(" ".join(draw.sample(triples, len(triples))) for _ in range(count)),
        _STORY,
        " ".join(changed(words, 5)),
    ]


def of_like_hashes(count: int) -> str:
    """Words whose hashes, which are public, begin with the same bits: neighbours in a table that has no seed."""
    words = [spelled(number) for number in range(count << 6)]
    hashes = split([" ".join(words)]).hashes
    return " ".join(words[place] for place in np.flatnonzero(hashes >> 26 == 9).tolist())


_MENU = ("Home", "News", "Sport", "Weather", "Travel", "Culture", "Shop", "Jobs", "Log in", "Contact us")
_FURNITURE = ("Read also: The bridge is open again", "Subscribe to our newsletter", "Share on Facebook",
              "All rights reserved.", "Follow us on Twitter", "Photo: Reuters")  # fmt: skip


def _menu(count: int) -> str:
    return "\n".join(f"{_MENU[n % 10]} {n}" for n in range(count))


def _page(body: str) -> str:
    return f"<html><head><title>Bridge</title></head><body>{body}</body></html>"


def _feed(item: str) -> str:
    return f'<rss version="2.0"><channel><title>x</title>{item}</channel></rss>'


def _item(description: str) -> str:
    return f"<item><title>t</title><link>http://a.example/1</link><description>{description}</description></item>"


def _numbered(name: str, count: int) -> str:
    return " ".join(f'{name}{place}="u"' for place in range(count))


def _linked(date: str) -> str:
    return _page(
        f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":{date}}}</script><p>a b</p>'
    )


def _dashed(n: int) -> Work:
    pattern = PathPattern("{source}-{published}-{language}-{title}-{id}.txt")
    return lambda: pattern.values("-" * n + ".html")


SHAPES: dict[str, Shape] = {
    # Text without end of the same.
    "one word": _one(lambda n: "na " * n, 200_000),
    "two words": _two(lambda n: "a b " * n, 100_000),
    "two letters, every way": _two(two_letters_every_way, 100_000),
    "twelve words at random": _two(lambda n: " ".join(Random(1).choices(_SYLLABLES, k=n)), 60_000),
    "ten words in turn": _two(lambda n: "one two three four five six seven eight nine ten " * n, 10_000),
    "letters of a word each": _two(lambda n: "ก" * n, 100_000),
    "one long word": _one(lambda n: "a" * n, 500_000),
    "words never said before": _one(lambda n: " ".join(f"{i:x}z" for i in range(n)), 60_000),
    "words of like hashes": _two(of_like_hashes, 4_000),
    # Signs.
    "exclamation marks": _one(lambda n: "Well done " + "!" * n, 200_000),
    "Read also and exclamation marks": _one(lambda n: "Read also" + "!" * n, 200_000),
    "full stops": _one(lambda n: "a. " * n, 60_000),
    "opened brackets": _one(lambda n: "(Reuters " * n, 30_000),
    "dashes": _one(lambda n: "PARIS - " * n, 30_000),
    "accents": _one(lambda n: "It may be copied" + "\u0301" * n + " x without asking", 200_000),
    "accents after words": _one(lambda n: "a\u0301\u0302 " * n, 60_000),
    "zero-width characters in a word": _one(lambda n: "br" + "\u200bi" * n + "dge", 60_000),
    "soft hyphens in a word": _one(lambda n: "br" + "\u00adi" * n + "dge", 60_000),
    "soft hyphens in words": _one(lambda n: "bri\u00addge " * n, 30_000),
    "broken encoding": _one(lambda n: "cafÃ© " * n, 30_000),
    "look-alike letters": _one(lambda n: "раураl paypal " * n, 20_000),
    "a long word beside a look-alike": _one(lambda n: "a" * n + " pаypal", 200_000),
    "a long word of look-alikes": _one(lambda n: "аa" * n, 100_000),
    "scripts in turn": _one(lambda n: "мост bridge " * n, 30_000),
    "languages in turn": _one(lambda n: "Der Fluss steigt seit Tagen. The river is rising fast. " * n, 3_000),
    "addresses": _one(lambda n: "http://a.example/b?c=d " * n, 15_000),
    "numbers": _one(lambda n: "1.000,5 " * n, 50_000),
    # Lines and paragraphs.
    "opened quotations": _one(lambda n: "\n\n".join(f'"word{i}' for i in range(n)), 20_000),
    "quotations of copied text": Shape(lambda n: scanned(_quoting(n)), 1_000),
    "furniture": _one(lambda n: "\n\n".join(_FURNITURE[i % 6] for i in range(n)), 5_000),
    "furniture with a number each": _one(lambda n: "\n\n".join(f"Read also: Bridge {i}" for i in range(n)), 5_000),
    "menu": _one(_menu, 10_000),
    "empty lines": _one(lambda n: "a b c d\n" + "\n" * n + "e f g h", 500_000),
    "copies of a paragraph": _one(lambda n: (_STORY + "\n\n") * n, 3_000),
    "near-identical paragraphs": _one(lambda n: "\n\n".join(near_identical(n)), 2_000),
    "near-identical lines": _one(lambda n: "\n".join(near_identical(n)), 2_000),
    "every eighth word changed": Shape(lambda n: scanned(_rebuilt(n)), 30_000),
    # Many articles.
    "copies of an article": Shape(lambda n: scanned([_STORY] * n), 3_000),
    "near-identical articles": Shape(lambda n: scanned(near_identical(n)), 1_500),
    "articles with one word more each": Shape(lambda n: scanned([f"{_STORY} {i}" for i in range(n)]), 1_500),
    "copies of an article in a stream": Shape(lambda n: streamed([_STORY] * n), 300),
    "near-identical articles in a stream": Shape(lambda n: streamed(near_identical(n)), 300),
    "near-identical paragraphs in a stream": Shape(lambda n: streamed(["\n\n".join(near_identical(n))] * 2), 1_500),
    "decoys of an article": Shape(lambda n: scanned(decoys(n)), 200),
    "decoys of an article in a stream": Shape(lambda n: streamed(decoys(n)), 150),
    "two words in a stream": Shape(lambda n: streamed(["a b " * n] * 2), 100_000),
    "menu in a stream": Shape(lambda n: streamed([_menu(n)] * 2), 5_000),
    "quotations in a stream": Shape(lambda n: streamed(_quoting(n)), 1_000),
    # Files.
    "CSV of quotes": _file("a.csv", lambda n: "id,text\n" + 'a","b' * n, 20_000),
    "CSV of quotes, a line each": _file("a.csv", lambda n: "id,text\n" + '"a\n' * n, 20_000),
    "CSV of quoted quotes, a line each": _file("a.csv", lambda n: "id,text\n" + '"a","b\n' * n, 20_000),
    "CSV of separators": _file("a.csv", lambda n: "id,text\n1,a" + "," * n, 200_000),
    "RSS of opened tags": _file("a.rss", lambda n: _feed("<a " * n), 20_000),
    "RSS of opened tags in a description": _file("a.rss", lambda n: _feed(_item("&lt;a " * n)), 20_000),
    "RSS of opened comments": _file("a.rss", lambda n: _feed(_item("&lt;!-- " * n)), 20_000),
    "RSS of ampersands": _file("a.rss", lambda n: _feed(_item("&amp;#" * n)), 20_000),
    "XML attributes": _file("a.xml", lambda n: f"<rss {_numbered('a', n)}>", 20_000),
    "XML name spaces": _file("a.xml", lambda n: f"<rss {_numbered('xmlns:a', n)}>", 20_000),
    "XML elements in each other": _file("a.xml", lambda n: "<rss>" + "<a>" * n, 50_000),
    "HTML elements in each other": _file("a.html", lambda n: _page("<div>a " * n), 2_000),
    "HTML of short lines": _file("a.html", lambda n: _page("<p>a b</p>" * n), 2_000),
    "HTML of short links": _file("a.html", lambda n: _page("<a href=/1>b c</a><br>" * n), 2_000),
    "HTML attributes": _file("a.html", lambda n: _page(f"<p {_numbered('a', n)}>x</p>"), 20_000),
    "JSON-LD of zeros": _file("a.html", lambda n: _linked('"' + "0" * n + '"'), 100_000),
    "JSON-LD number of zeros": _file("a.html", lambda n: _linked("1" + "0" * n), 100_000),
    "JSON in each other": _file("a.jsonl", lambda n: '{"text":"a","x":' + "[" * n, 200_000),
    "JSON of opened objects": _file("a.json", lambda n: "[" + '{"text":"a"' * n, 20_000),
    "JSON of damaged records": _file("a.json", lambda n: "[" + '{"text":"a"},{"text":},' * n, 5_000),
    "a date of digits": _file("a.jsonl", lambda n: f'{{"text":"a b","published":"{"1" * n}"}}', 200_000),
    "a date of signs": _file("a.jsonl", lambda n: f'{{"text":"a b","published":"{"1 Jan, " * n}"}}', 50_000),
    "front matter": _file("a.md", lambda n: "---\n" + "a: b\n" * n + "---\ntext", 20_000),
    "WARC headers": _file("a.warc", lambda n: "WARC/1.0\r\n" + "A: b\r\n" * n + "\r\n", 50_000),
    "WARC length of digits": _file("a.warc", lambda n: f"WARC/1.0\r\nContent-Length: {'9' * n}\r\n\r\nx", 200_000),
    "dashes in a path": Shape(_dashed, 50),
}  # fmt: skip
"""By name, with a size that takes some tenths of a second."""
