"""``python -m benchmarks.language DATA``: foreign fragments found, false findings and speed.

Planted sets are built from NTREX-128 (news in many languages, line by line): lines of 1 to 15 words of one
language set into an article of another, as a paragraph, as a line, or behind a service lead-in. Half of
the languages and half of the documents were never looked at in development: `--half held`.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import lzma
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xxhash

from benchmarks import results
from benchmarks.intervals import share
from dedup.inspect.inspector import Inspector
from dedup.inspect.languages import Languages
from dedup.inspect.languages.facts import close, same
from dedup.model import Article, Mark

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
    "en": "Read also", "ru": "Читайте также", "uk": "Читайте також", "fr": "À lire aussi",
    "de": "Lesen Sie auch", "es": "Lea también", "pl": "Czytaj także", "tr": "Ayrıca okuyun",
    "ar": "اقرأ أيضا", "zh": "相关新闻", "sv": "Läs också", "cs": "Čtěte také", "ro": "Citește și",
    "vi": "Xem thêm", "hi": "यह भी पढ़ें", "el": "Διαβάστε επίσης", "be": "Чытайце таксама",
    "fi": "Lue myös", "id": "Baca juga", "sw": "Soma pia", "bg": "Прочетете още",
    "pt": "Leia também", "it": "Leggi anche", "nl": "Lees ook", "sr": "Прочитајте још",
    "hu": "Olvassa el ezt is", "da": "Læs også", "he": "קראו גם", "fa": "بیشتر بخوانید",
    "ja": "関連記事", "ko": "관련 기사", "ka": "წაიკითხეთ აგრეთვე", "lt": "Taip pat skaitykite",
    "et": "Loe ka", "hr": "Pročitajte i", "ca": "Llegiu també", "th": "อ่านเพิ่มเติม",
    "sq": "Lexoni edhe", "sk": "Prečítajte si tiež", "mk": "Прочитајте и", "kk": "Тағы оқыңыз",
    "af": "Lees ook", "is": "Lesa meira", "ur": "یہ بھی پڑھیں", "lv": "Lasi arī",
    "sl": "Preberite tudi", "az": "Həmçinin oxuyun", "bn": "আরও পড়ুন",
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
        if kind_of(main, foreign, 2) == "close pair":
            kind = "close pair"
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


def foreign(inspector: Inspector, articles: Sequence[Article]) -> list[list[Mark]]:
    """Return the foreign marks of each article, as a scan finds them: known lead-ins too."""
    found: list[list[Mark]] = []
    for at in range(0, len(articles), 256):
        seen = inspector.inspect_texts(
            [(article.text, article.language) for article in articles[at : at + 256]]
        )
        found += [[mark for mark in one.marks if mark.kind == "foreign"] for one in seen]
    return found


def judge_cases(inspector: Inspector, many: Sequence[Case]) -> tuple[dict[str, Score], list[str], int]:
    """Return recall counts by class, the false findings and the number of findings."""
    scores: dict[str, Score] = defaultdict(Score)
    false: list[str] = []
    findings = 0
    for case, marks in zip(many, foreign(inspector, [case.article for case in many]), strict=True):
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
                score.missed.append(f"{case.main}<{planted.language}: {text[planted.start : planted.end]}")
        truth = [(planted.start, planted.end) for planted in case.planted]
        for mark in marks:
            findings += 1
            if 2 * overlap(mark.start, mark.end, truth) < mark.end - mark.start:
                false.append(f"{case.main} {mark.language} {mark.reason}: {text[mark.start : mark.end]}")
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


def judge_spans(inspector: Inspector, many: Sequence[Case]) -> dict[str, dict[str, float]]:
    """Return character precision, recall, F1 and the found, and found to the word, by class."""
    rows: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for case, marks in zip(many, foreign(inspector, [case.article for case in many]), strict=True):
        (planted,) = case.planted
        spans = [(mark.start, mark.end) for mark in marks]
        counts = (
            overlap(planted.start, planted.end, spans), sum(end - start for start, end in spans),
            planted.end - planted.start, (planted.start, planted.end) in spans, 1,
            overlap(planted.start, planted.end, spans) > 0,
        )  # fmt: skip
        for kind in (planted.kind, "all"):
            rows[kind] = [old + new for old, new in zip(rows[kind], counts, strict=True)]
    return {kind: _span_figures(*row) for kind, row in sorted(rows.items())}


def _span_figures(hit: int, marked: int, wanted: int, exact: int, many: int, found: int) -> dict[str, float]:
    precision, recall = hit / max(1, marked), hit / max(1, wanted)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "found": found / max(1, many),
        "exact of found": exact / max(1, found),
    }


# -- names, tickers, datelines ----------------------------------------------------------------------

_NAME = re.compile(r"(?<=[a-zß-öø-ÿ,] )(?:[A-ZÀ-Þ][\w'’-]+(?: (?=[A-ZÀ-Þ])|\b)){2,4}")


def name_lines(docs: Docs, half: str, count: int) -> list[str]:
    """Return lines that are names, tickers or datelines: names from inside sentences of many languages."""
    found: set[str] = set()
    for language in ("eng", "fra", "spa", "pol", "ces", "tur", "ita", "nld", "hun", "fin", "por", "ron"):
        for name, lines in docs[language].items():
            if half_of(name) == half:
                found.update(match[0].strip() for line in lines for match in _NAME.finditer(line))
    names = sorted(found)
    rng = random.Random(7)
    rng.shuffle(names)
    lines = names[:count]
    lines += [
        f"{name.split()[0].upper()}, April {1 + i % 30} (Reuters) -" for i, name in enumerate(lines[:80])
    ]
    lines += [f"{name.split()[-1][:4].upper()}.{'OLNT'[i % 4]}" for i, name in enumerate(lines[:80])]
    return lines


def judge_names(inspector: Inspector, docs: Docs, half: str) -> tuple[int, list[str]]:
    """Set each name line into articles in five languages; return how many were judged and the false ones."""
    lines = name_lines(docs, half, 400)
    texts = []
    for host in ("eng", "deu", "fra", "swe", "rus"):
        article = next(lines_ for name, lines_ in docs[host].items() if half_of(name) == half)
        texts += [Article("", "\n\n".join([*article[:8], line])) for line in lines]
    false = []
    for text, marks in zip([article.text for article in texts], foreign(inspector, texts), strict=True):
        line = len(text) - len(text.rpartition("\n\n")[2])
        false += [text[mark.start : mark.end] for mark in marks if mark.start >= line]
    return len(texts), false


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


def judge_news(inspector: Inspector, texts: Sequence[str]) -> tuple[int, list[str]]:
    """Return the paragraphs and the findings as they stand.

    Quotations in another language that the news really has count as findings too: read them.
    """
    articles = [Article(str(number), text) for number, text in enumerate(texts)]
    found = [
        f"{mark.language}: {text[mark.start : mark.end]}"
        for text, marks in zip(texts, foreign(inspector, articles), strict=True)
        for mark in marks
    ]
    return sum(1 for text in texts for line in text.split("\n") if line.strip()), found


def seconds(languages: Languages, texts: Sequence[str]) -> float:
    """Return the CPU seconds that the language stage by itself takes."""
    articles = [Article(str(number), text) for number, text in enumerate(texts)]
    before = time.process_time()
    for at in range(0, len(articles), 256):
        languages.judge(articles[at : at + 256])
    return time.process_time() - before


# -- the command ------------------------------------------------------------------------------------


def measure(data: Path, half: str, seed: int, count: int, most: int = 0) -> dict[str, Any]:
    """Run everything on one half; see the module's docstring."""
    docs, codes = ntrex(data), DEV if half == "dev" else HELD
    inspector = Inspector()
    scores, false, findings = judge_cases(inspector, list(cases(docs, codes, half, seed, count)))
    counted = [score for kind, score in scores.items() if kind != "close pair"]
    names, false_names = judge_names(inspector, docs, half)
    report: dict[str, object] = {
        "scorer": Languages().scorer, "half": half, "seed": seed,
        "precision": 1 - len(false) / max(1, findings), "false": sorted(set(false)),
        "recall": sum(score.found for score in counted) / max(1, sum(score.wanted for score in counted)),
        "by class": {
            kind: {"lines": s.wanted, "recall": s.found / s.wanted, "named": s.named / max(1, s.found)}
            for kind, s in sorted(scores.items())
        },
        "spans": judge_spans(inspector, list(span_cases(docs, codes, half, seed, count))),
        "names": {"lines": names, "false": false_names},
    }  # fmt: skip
    timed = Languages()
    timed.judge(
        [Article("", text) for text in ("compile", "Habari za leo ni njema sana kwa watu wote wa mji huu.")]
    )
    report["news"] = {
        name: _news_row(
            inspector, timed, [text for text in texts if half_of(text) != half][: most or None]
        )  # the even half was read
        for name, texts in news(data).items()
    }
    return report


def _news_row(inspector: Inspector, timed: Languages, texts: Sequence[str]) -> dict[str, object]:
    cold, warm = seconds(timed, texts), seconds(timed, texts)
    paragraphs, found = judge_news(inspector, texts)
    size = sum(len(text.encode()) for text in texts) / 1e6
    return {
        "paragraphs": paragraphs, "findings": len(found), "per 1000": 1000 * len(found) / max(1, paragraphs),
        "MB": size, "MB/s, words new": size / max(1e-9, cold), "MB/s, words known": size / max(1e-9, warm),
        "texts": found,
    }  # fmt: skip


def show(report: dict[str, object]) -> None:
    """Print a report as tables."""
    print(f"{report['scorer']}, {report['half']} half, seed {report['seed']}")
    print(f"planted lines: precision {report['precision']:.4f}  recall {report['recall']:.4f}")
    for title in ("by class", "spans", "news"):
        rows: dict[str, dict[str, object]] = report[title]  # type: ignore[assignment]
        names = [name for name in next(iter(rows.values())) if name != "texts"]
        print(f"\n{title:26}" + "".join(f"{name:>18}" for name in names))
        for kind, row in rows.items():
            cells = (row[name] for name in names)
            print(f"{kind:26}" + "".join(f"{c:18.3f}" if isinstance(c, float) else f"{c:18}" for c in cells))
    names_row: dict[str, list[str]] = report["names"]  # type: ignore[assignment]
    print(f"\nnames, tickers, datelines: {names_row['lines']} lines, false: {names_row['false']}")


def _figures(report: dict[str, Any]) -> dict[str, Any]:
    """What the results keep: figures, no texts."""
    planted = {
        kind: {"lines": row["lines"], "found": share(row["recall"] * row["lines"], row["lines"]),
               "rightly named": round(row["named"], 4)}
        for kind, row in report["by class"].items()
    }  # fmt: skip
    news = {
        name: {key: round(value, 3) for key, value in row.items() if key != "texts"}
        for name, row in report["news"].items()
    }
    kept = {key: report[key] for key in ("half", "precision", "recall", "spans")}
    names = {"lines": report["names"]["lines"], "false": len(report["names"]["false"])}
    return {**kept, "planted": planted, "news": news, "names": names}


def main(argv: Sequence[str] | None = None) -> int:
    """``python -m benchmarks.language DATA [--half held] [--seed 1] [--cases 2000] [--json FILE]``."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks language",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument("data", type=Path, help="folder that holds ntrex128, reuters21578, ...")
    parser.add_argument("--half", choices=("dev", "held"), default="held")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=2000, help="articles with planted lines or spans")
    parser.add_argument("--news", type=int, default=0, help="articles of each set of real news (all)")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    parser.add_argument("--json", type=Path, help="write everything here, the findings' texts too")
    options = parser.parse_args(argv)
    report = measure(options.data, options.half, options.seed, options.cases, options.news)
    show(report)
    if options.json:
        options.json.write_text(json.dumps(report, ensure_ascii=False, indent=1), encoding="utf-8")
    if options.save:
        results.save(
            "language", argv or [], _figures(report), packages=("eldc", "py3langid"), seeds=[options.seed],
            cases=options.cases,
        )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
