"""``python -m benchmarks.language DATA``: foreign fragments found, false findings and speed.

Planted sets are built from NTREX-128 (news in many languages, line by line): lines of 1 to 15 words of one
language set into an article of another, as a paragraph, as a line, or behind a service lead-in. Half of
the languages and half of the documents were never looked at in development: `--half held`.
"""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import xxhash

from dedup.languages import Languages
from dedup.languages.facts import close, same
from dedup.model import Article

Docs = dict[str, dict[str, list[str]]]
"""Lines by document by language."""

DEV = {
    "en": "eng-US", "fr": "fra", "de": "deu", "es": "spa", "ru": "rus", "uk": "ukr", "pl": "pol", "tr": "tur",
    "ar": "arb", "zh": "zho-CN", "sv": "swe", "cs": "ces", "ro": "ron", "vi": "vie", "hi": "hin", "el": "ell",
    "be": "bel", "fi": "fin", "id": "ind", "sw": "swa", "bg": "bul",
}  # fmt: skip
HELD = {
    "pt": "por-BR", "it": "ita", "nl": "nld", "sr": "srp-Cyrl", "hu": "hun", "da": "dan", "he": "heb",
    "fa": "fas", "ja": "jpn", "ko": "kor", "ka": "kat", "lt": "lit", "et": "est", "hr": "hrv", "ca": "cat",
    "th": "tha", "sq": "sqi", "sk": "slk", "mk": "mkd", "kk": "kaz", "af": "afr", "is": "isl", "ur": "urd",
    "ru": "rus", "uk": "ukr", "en": "eng-GB", "lv": "lav", "sl": "slv", "az": "aze-Latn", "bn": "ben",
}  # fmt: skip
CYRILLIC = ("ru", "uk", "be", "bg", "sr", "mk", "kk")
LEADS = {
    "en": "Read also", "ru": "Читайте также", "uk": "Читайте також", "fr": "À lire aussi", "de": "Lesen Sie auch",
    "es": "Lea también", "pl": "Czytaj także", "tr": "Ayrıca okuyun", "ar": "اقرأ أيضا", "zh": "相关新闻",
    "sv": "Läs också", "cs": "Čtěte také", "ro": "Citește și", "vi": "Xem thêm", "hi": "यह भी पढ़ें", "el": "Διαβάστε επίσης",
    "be": "Чытайце таксама", "fi": "Lue myös", "id": "Baca juga", "sw": "Soma pia", "bg": "Прочетете още",
    "pt": "Leia também", "it": "Leggi anche", "nl": "Lees ook", "sr": "Прочитајте још", "hu": "Olvassa el ezt is",
    "da": "Læs også", "he": "קראו גם", "fa": "بیشتر بخوانید", "ja": "関連記事", "ko": "관련 기사",
    "ka": "წაიკითხეთ აგრეთვე", "lt": "Taip pat skaitykite", "et": "Loe ka", "hr": "Pročitajte i", "ca": "Llegiu també",
    "th": "อ่านเพิ่มเติม", "sq": "Lexoni edhe", "sk": "Prečítajte si tiež", "mk": "Прочитајте и", "kk": "Тағы оқыңыз",
    "af": "Lees ook", "is": "Lesa meira", "ur": "یہ بھی پڑھیں", "lv": "Lasi arī", "sl": "Preberite tudi",
    "az": "Həmçinin oxuyun", "bn": "আরও পড়ুন",
}  # fmt: skip
UNSPACED = ("zh", "ja", "th")
LATIN_MAINS = {
    "ru",
    "uk",
    "be",
    "bg",
    "sr",
    "mk",
    "kk",
    "ar",
    "zh",
    "hi",
    "el",
    "he",
    "fa",
    "ja",
    "ko",
    "ka",
    "th",
    "ur",
    "bn",
}


@dataclass(frozen=True, slots=True)
class Planted:
    """A foreign stretch: `[start, end)` of the text, its language, and the class it is counted under."""

    start: int
    end: int
    language: str
    kind: str


@dataclass(frozen=True, slots=True)
class Case:
    """An article in `main` with what was planted in it."""

    article: Article
    main: str
    planted: tuple[Planted, ...]


@dataclass(slots=True)
class Score:
    """Counts of one class."""

    found: int = 0
    wanted: int = 0
    named: int = 0
    missed: list[str] = field(default_factory=list)


def half_of(name: str) -> str:
    """Return which half a document belongs to: by a hash of its id."""
    return "dev" if xxhash.xxh64_intdigest(name.encode()) % 2 else "held"


def ntrex(data: Path) -> Docs:
    """Read NTREX-128."""
    docs: Docs = defaultdict(lambda: defaultdict(list))
    with lzma.open(data / "ntrex128" / "ntrex128.shared.tsv.xz", "rt", encoding="utf-8") as file:
        next(file)
        for row in file:
            doc, _, language, text = row.rstrip("\n").split("\t")
            docs[language][doc].append(text)
    return docs


# -- planted lines --------------------------------------------------------------------------------


def cut(rng: random.Random, line: str, language: str, words: int) -> str:
    """Return `words` words of a line: from its start or from anywhere."""
    if language in UNSPACED:
        size = 3 * words
        at = 0 if rng.random() < 0.5 else rng.randrange(max(1, len(line) - size))
        return line[at : at + size].strip()
    parts = line.split()
    at = 0 if rng.random() < 0.5 else rng.randrange(max(1, len(parts) - words + 1))
    return " ".join(parts[at : at + words])


def prose(text: str) -> bool:
    """Whether a stretch holds a word that is no name: small from its first letter on, or without case."""
    found = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1 or ord(word[0]) > 0x2E80]
    small = [word for word in found if word[0] == word[0].lower()]
    return sum(map(len, small)) >= 4


def kind_of(main: str, foreign: str, words: int) -> str:
    """Name the class of a planted line."""
    if main in CYRILLIC and foreign in CYRILLIC and not {main, foreign} <= {"bg", "mk", "sr"}:
        return "cyrillic in cyrillic"
    if close(main, foreign):
        return "close pair"
    if script(main) != script(foreign):
        return "other script"
    return "same script, 1-2 words" if words <= 2 else "same script"


def script(language: str) -> str:
    """Name the script of a benchmark language."""
    if language in CYRILLIC:
        return "Cyrl"
    if language in ("ar", "fa", "ur"):
        return "Arab"
    if language in ("zh", "ja"):
        return "Hani"
    return language if language in LATIN_MAINS else "Latn"


def cases(docs: Docs, languages: dict[str, str], half: str, seed: int, count: int) -> Iterator[Case]:
    """Yield `count` articles with two planted lines each."""
    rng = random.Random(seed)
    names = sorted(name for name in docs["eng"] if half_of(name) == half)
    codes = sorted(languages)
    for number in range(count):
        main = rng.choice(codes)
        if rng.random() < 0.15:
            main = rng.choice([code for code in codes if code in CYRILLIC])
        doc = rng.choice(names)
        lines = list(docs[languages[main]][doc][:14])
        blocks: list[list[tuple[str, str, str]]] = [[(line, "", "")] for line in lines]
        for _ in range(2):
            pool = [code for code in codes if not same(code, main)]
            if main in CYRILLIC and rng.random() < 0.5:
                pool = [code for code in pool if code in CYRILLIC]
            foreign = rng.choice(pool)
            other = rng.choice([name for name in names if name != doc])
            _plant(rng, blocks, docs, languages, main, foreign, other)
        yield _assemble(f"{main}-{number}", main, blocks)


def _plant(
    rng: random.Random, blocks: list[list[tuple[str, str, str]]], docs: Docs, languages: dict[str, str],
    main: str, foreign: str, other: str,
) -> None:  # fmt: skip
    words = rng.randint(1, 15)
    at = rng.randrange(1, len(blocks))
    if rng.random() < 0.15:
        headline = cut(rng, rng.choice(docs[languages[main]][other]), main, rng.randint(4, 12))
        if script(main) != script(foreign):
            kind = "lead-in, other script"
        else:
            kind = "lead-in, cyrillic" if main in CYRILLIC else "lead-in, same script"
        blocks.insert(at, [(LEADS[foreign], foreign, kind), (": " + headline, "", "")])
        return
    for _ in range(20):
        text = cut(rng, rng.choice(docs[languages[foreign]][other]), foreign, words)
        if prose(text):
            break
    else:
        return
    piece = (text, foreign, kind_of(main, foreign, len(text.split()) if foreign not in UNSPACED else 9))
    if rng.random() < 0.3:
        blocks[at] = [*blocks[at], ("\n", "", ""), piece]
    else:
        blocks.insert(at, [piece])


def _assemble(name: str, main: str, blocks: list[list[tuple[str, str, str]]]) -> Case:
    text, planted = "", []
    for block in blocks:
        if text:
            text += "\n\n"
        for piece, foreign, kind in block:
            if foreign:
                planted.append(Planted(len(text), len(text) + len(piece), foreign, kind))
            text += piece
    return Case(Article(name, text), main, tuple(planted))


def overlap(start: int, end: int, spans: Iterable[tuple[int, int]]) -> int:
    """Return how many code points of `[start, end)` the spans cover."""
    return sum(max(0, min(end, b) - max(start, a)) for a, b in spans)


def judge_cases(languages: Languages, many: Sequence[Case]) -> tuple[dict[str, Score], list[str], int]:
    """Return recall counts by class, the false findings and the number of findings."""
    scores: dict[str, Score] = defaultdict(Score)
    false: list[str] = []
    findings = 0
    for case, verdict in zip(many, languages.judge([case.article for case in many]), strict=True):
        marks = [mark for mark in verdict.marks if mark.kind == "foreign"]
        spans = [(mark.start, mark.end) for mark in marks]
        text = case.article.text
        for planted in case.planted:
            score = scores[planted.kind]
            score.wanted += 1
            if 2 * overlap(planted.start, planted.end, spans) >= planted.end - planted.start:
                score.found += 1
                score.named += any(
                    same(planted.language, mark.language or "")
                    for mark in marks if mark.start < planted.end and mark.end > planted.start
                )  # fmt: skip
            else:
                score.missed.append(
                    f"{case.main}<{planted.language} [{verdict.main.codes}]: {text[planted.start : planted.end]}"
                )
        truth = [(planted.start, planted.end) for planted in case.planted]
        for mark in marks:
            findings += 1
            if 2 * overlap(mark.start, mark.end, truth) < mark.end - mark.start:
                false.append(
                    f"{case.main} {verdict.main.codes} {mark.language} {mark.reason} {mark.confidence}: {text[mark.start : mark.end]}"
                )
    return scores, false, findings


# -- spans inside a paragraph -----------------------------------------------------------------------


def span_cases(docs: Docs, languages: dict[str, str], half: str, seed: int, count: int) -> Iterator[Case]:
    """Yield articles in one paragraph of which a foreign quotation or sentence is set between sentences."""
    rng = random.Random(seed + 1)
    names = sorted(name for name in docs["eng"] if half_of(name) == half)
    codes = sorted(languages)
    for number in range(count):
        main, doc, other = rng.choice(codes), rng.choice(names), rng.choice(names)
        foreign = rng.choice([c for c in codes if not same(c, main) and not close(c, main)])
        lines = docs[languages[main]][doc][:10]
        at = rng.randrange(2, max(3, len(lines) - 2))
        for _ in range(20):
            text = cut(rng, rng.choice(docs[languages[foreign]][other]), foreign, rng.randint(4, 20))
            if prose(text):
                break
        text = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
        parts = lines[at].split()
        style = rng.randrange(3)
        head, tail = "\n\n".join(lines[: at - 1]) + "\n\n" + lines[at - 1], lines[at]
        opening, closing = " ", ". "
        if style == 0:
            opening, closing = ' "', '" '
        elif style == 1 and len(parts) > 6:
            where = len(parts) // 2
            head, tail = head + " " + " ".join(parts[:where]), " ".join(parts[where:])
            opening, closing = " «", "» "
        head += opening
        kind = "script changes" if script(main) != script(foreign) else "same script"
        planted = Planted(len(head), len(head) + len(text), foreign, kind)
        whole = head + text + closing + tail + "\n\n" + "\n\n".join(lines[at + 1 :])
        yield Case(Article(f"span-{number}", whole), main, (planted,))


def judge_spans(languages: Languages, many: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Return character precision, recall, F1 and the share of exact borders, by class."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    wrong: list[str] = []
    for case, verdict in zip(many, languages.judge([case.article for case in many]), strict=True):
        (planted,) = case.planted
        spans = [(mark.start, mark.end) for mark in verdict.marks]
        row = rows[planted.kind]
        row[0] += overlap(planted.start, planted.end, spans)
        row[1] += sum(end - start for start, end in spans)
        row[2] += planted.end - planted.start
        row[3] += (planted.start, planted.end) in spans
        row[4] += 1
        if (planted.start, planted.end) not in spans:
            text = case.article.text
            wrong.append(
                f"{case.main}<{planted.language} {planted.kind} WANT {text[planted.start : planted.end]} GOT {[text[a:b] for a, b in spans]}"
            )
    found: dict[str, dict[str, float]] = {}
    rows["all"] = [sum(row[i] for row in rows.values()) for i in range(5)]
    for kind, (hit, got, wanted, exact, cases_) in sorted(rows.items()):
        p, r = hit / max(1, got), hit / max(1, wanted)
        found[kind] = {
            "precision": p,
            "recall": r,
            "f1": 2 * p * r / max(1e-9, p + r),
            "exact": exact / max(1, cases_),
        }
    judge_spans.wrong = wrong  # type: ignore[attr-defined]
    return found


# -- real news in one language ----------------------------------------------------------------------


def _jsonl(path: Path, opener: Callable[..., object], key: str) -> Iterator[str]:
    with opener(path, "rt", encoding="utf-8") as file:  # type: ignore[attr-defined]
        for row in file:
            yield json.loads(row)[key] or ""


def news(data: Path) -> dict[str, list[str]]:
    """Return real single-language news by language."""
    csv.field_size_limit(10**9)
    found: dict[str, list[str]] = {}
    reuters = []
    for path in sorted((data / "reuters21578").glob("reut2-*.sgm.gz"))[::4]:
        sgml = gzip.decompress(path.read_bytes()).decode("latin-1")
        for body in re.findall(r"<BODY>(.*?)</BODY>", sgml, re.S):
            body = body.replace("&lt;", "<").replace("&amp;", "&").replace("&#3;", "")
            blocks = re.split(r"\n(?= {4})", body)
            reuters.append("\n\n".join(" ".join(block.split()) for block in blocks))
    found["en reuters"] = reuters
    found["uk bruk"] = list(_jsonl(data / "bruk-uk" / "bruk.good.jsonl.xz", lzma.open, "text"))
    found["pt fakebr"] = list(_jsonl(data / "fakebr-pt" / "fakebr.jsonl.xz", lzma.open, "text"))[::4]
    found["ar ant"] = list(_jsonl(data / "ant-ar" / "ant.jsonl.xz", lzma.open, "text"))[::4]
    found["es fake-news"] = list(_jsonl(data / "fake-news-es" / "train.jsonl.gz", gzip.open, "Text"))
    found["ru factrueval"] = list(_jsonl(data / "factrueval-ru" / "devset.jsonl.gz", gzip.open, "text"))
    with gzip.open(data / "gnad-de" / "test.csv.gz", "rt", encoding="utf-8") as file:
        found["de gnad"] = [row[1] for row in csv.reader(file, delimiter=";", quotechar="'") if len(row) > 1]
    for path in sorted((data / "masakhanews").glob("*.dev.tsv.xz")):
        with lzma.open(path, "rt", encoding="utf-8") as tsv:
            rows = list(csv.DictReader(tsv, delimiter="\t"))
        found[f"{path.name[:3]} masakha"] = [f"{row['headline']}\n\n{row['text']}" for row in rows]
    return found


def judge_news(languages: Languages, texts: Sequence[str]) -> tuple[int, int, list[str], dict[str, int]]:
    """Return paragraphs, findings, their texts and the main languages told."""
    paragraphs, found, mains = 0, [], defaultdict(int)
    for text, verdict in zip(
        texts, languages.judge([Article(str(i), t) for i, t in enumerate(texts)]), strict=True
    ):
        paragraphs += sum(1 for line in text.split("\n") if line.strip())
        mains["+".join(verdict.main.codes) or "?"] += 1
        found += [
            f"{verdict.main.codes} {m.language} {m.reason} {m.confidence} …{text[max(0, m.start - 30):m.start]}[[{text[m.start:m.end]}]]{text[m.end:m.end + 20]}".replace("\n", "/")
            for m in verdict.marks
        ]  # fmt: skip
    return paragraphs, len(found), found, dict(mains)
