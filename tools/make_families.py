"""Write dedup/data/languages/FAMILY/CODE.json: how often close languages have words, endings, beginnings and letters.

Counted over the development half of NTREX-128 (by a hash of the document, as in `benchmarks.language`) and over the
sentences of Lingua's test data, in a folder that holds `ntrex128` and `lingua-testdata`:

    PYTHONPATH=. python tools/make_families.py FOLDER
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.language import half_of, ntrex
from dedup.inspect.languages.facts import FAMILIES, VARIANTS
from dedup.inspect.languages.relatives import features
from dedup.inspect.languages.words import plain

NAMES = {
    "af": "afr", "am": "amh", "ar": "arb", "az": "aze-Latn", "ba": "bak", "be": "bel", "bg": "bul", "bs": "bos",
    "ca": "cat", "ckb": "ckb-Arab", "cs": "ces", "da": "dan", "de": "deu", "es": "spa", "et": "est", "fa": "fas",
    "fi": "fin", "fo": "fao", "fr": "fra", "gl": "glg", "hi": "hin", "hr": "hrv", "id": "ind", "is": "isl", "it": "ita",
    "kk": "kaz", "ky": "kir", "lb": "ltz", "lt": "lit", "lv": "lav", "mk": "mkd", "mn": "mon", "mr": "mar", "ms": "msa",
    "nb": "nob", "ne": "nep", "nl": "nld", "nn": "nno", "pl": "pol", "ps": "pus", "pt": "por",
    "ro": "ron", "ru": "rus", "sd": "snd-Arab", "sk": "slk", "sl": "slv", "sr": "srp-Cyrl", "sv": "swe",
    "tg": "tgk-Cyrl", "ti": "tir", "tk": "tuk", "tr": "tur", "tt": "tat", "ug": "uig", "uk": "ukr", "ur": "urd",
    "uz": "uzb",
}  # fmt: skip
"""The languages' names in NTREX-128."""
CYRILLIC, LATIN = (
    "а б в г д ђ е ж з и ј к л љ м н њ о п р с т ћ у ф х ц ч џ ш".split(),
    "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š".split(),
)
"""Serbian letters: Lingua has its sentences in Cyrillic alone."""
MORE = {"pt": ("por-BR",), "fa": ("prs",), "es": ("spa-MX",)}
MOST, LEAST = 1000, 3
"""Features of a language that all of its family are counted by, and how often it must have one."""
TOLD_WORD, TOLD_PIECE = 60, 200
"""How often in 100,000 words a language is taken to have, at the least, a word or beginning that is told."""
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u094f\u0962\u0963']|\u200c)*")
SOURCE = (
    "counted over NTREX-128 (CC BY-SA 4.0, half of its documents) and Lingua's test sentences (Apache-2.0)"
)


def sentences(folder: Path) -> dict[str, list[str]]:
    """Sentences by language."""
    found: dict[str, list[str]] = defaultdict(list)
    docs = ntrex(folder)
    for code, name in NAMES.items():
        for own in (name, *MORE.get(code, ())):
            for doc, lines in docs[own].items():
                if half_of(doc) == "dev":
                    found[code] += lines
    with lzma.open(folder / "lingua-testdata" / "lingua_testdata.tsv.xz", "rt", encoding="utf-8") as file:
        for row in file:
            code, kind, text = row.rstrip("\n").split("\t")[:3]
            if kind == "sentences" and code in NAMES:
                found[code].append(text)
    return found


def latin(text: str) -> str:
    """Serbian in Latin letters."""
    pairs = dict(zip(CYRILLIC, LATIN, strict=True))
    pairs |= {a.upper(): b.capitalize() for a, b in pairs.items()}
    return "".join(pairs.get(x, x) for x in text)


def told(codes: tuple[str, ...]) -> dict[str, dict[str, int]]:
    """Features by language that grammars and dictionaries tell, for what the sentences have too seldom to count."""
    found: dict[str, dict[str, int]] = {code: {} for code in codes}
    text = (Path(__file__).parent / "serbocroatian.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        own = ""
        for code, part in zip(codes, line.split("|"), strict=True):
            own = own if part.strip() == "=" else part
            found[code] |= {f: TOLD_PIECE if f.endswith("-") else TOLD_WORD for f in own.split()}
    return found


def words(lines: Iterable[str]) -> Iterator[str]:
    """The words of some lines as the language stage reads them, names but for openings left out."""
    for line in lines:
        for place, found in enumerate(WORD.finditer(line.replace("’", "'"))):
            if place == 0 or not found[0][0].isupper():
                yield plain(found[0])


def main(folder: Path) -> None:
    """Write a file a language."""
    lines = sentences(folder)
    out = Path(__file__).parent.parent / "dedup" / "data" / "languages"
    for family, codes in {**FAMILIES, **VARIANTS}.items():
        respelled = latin if family == "serbocroatian" else str
        counted = {code: [*words(map(respelled, lines[code]))] for code in codes}
        have = {code: Counter(f for word in own for f in features(word)) for code, own in counted.items()}
        kept = {
            f for own in have.values() for f, count in own.most_common(MOST) if count >= LEAST
        }  # fmt: skip
        more = told(codes) if family == "serbocroatian" else {}
        kept |= {f for own in more.values() for f in own}
        (out / family).mkdir(parents=True, exist_ok=True)
        for code, own in have.items():
            many = len(counted[code])
            letters = Counter("".join(counted[code]))
            shares = {f: round(1e5 * own[f] / many, 1) for f in kept if own[f]}
            for feature, least in more.get(code, {}).items():
                shares[feature] = max(least, shares.get(feature, 0))
            shares = dict(sorted(shares.items(), key=lambda found: (-found[1], found[0])))
            table = {
                "source": SOURCE,
                "letters": "".join(
                    sorted(x for x, n in letters.items() if x.isalpha() and n > letters.total() / 2e4)
                ),
                "in 100,000 words": {f: round(share) for f, share in shares.items() if share >= 1},
            }
            text = json.dumps(table, ensure_ascii=False)
            (out / family / f"{code}.json").write_text(text + "\n", encoding="utf-8")
            print(f"{family}/{code}: {many} words, {len(shares)} features, {len(text.encode())} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
