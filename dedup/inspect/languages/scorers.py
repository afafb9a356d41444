"""The language model: a library behind one small interface, and a choice of two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from itertools import chain
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dedup.errors import MissingExtra
from dedup.inspect.languages import kernels
from dedup.inspect.languages.unpacked import unpacked

Evidence = NDArray[np.float32]
"""Natural logarithms, shape ``(texts, languages)``: how likely each text is in each language, up to a
constant a row. 0 is the least."""


class Scorer(Protocol):
    """How well a short text fits each of some languages."""

    @property
    def name(self) -> str:
        """Library and version, for the report."""
        ...

    @property
    def languages(self) -> tuple[str, ...]:
        """The ISO 639 codes it knows, in the order of the columns of `scores`."""
        ...

    def scores(self, texts: Sequence[str]) -> Evidence:
        """Score a batch of words or short texts in small letters."""
        ...


class EldcScorer:
    """eldc: word and word-piece frequencies of 60 languages, in C. About 2 us a word."""

    def __init__(self) -> None:
        import eldc

        eldc.init()
        self._detector = eldc.instance()
        self._detector.set_scores(eldc.MAX_SCORES)
        self._most = int(eldc.MAX_SCORES)
        self.name = f"eldc {version('eldc')}"
        self.languages: tuple[str, ...] = tuple(eldc.LANGUAGES)
        self._column = {code: place for place, code in enumerate(self.languages)}

    def scores(self, texts: Sequence[str]) -> Evidence:
        """Undo the library's squashing: 1 - exp(-sum / (10,000 n)), with sums that grow by 1,000 a nat."""
        found = np.zeros((len(texts), len(self.languages)), np.float32)
        results = [result.scores for result in map(self._detector.detect_details, texts)]
        counts = np.fromiter(map(len, results), np.int64, len(texts))
        codes = [self._column[code] for scores in results for code in scores]
        shares = np.fromiter(chain.from_iterable(map(dict.values, results)), np.float64, len(codes))
        rows = np.repeat(np.arange(len(texts)), counts)
        found[rows, codes] = -np.log(1.0000001 - shares) * 10 * _eldc_pieces(texts)[rows]
        return found


def _eldc_pieces(texts: Sequence[str]) -> NDArray[np.int64]:
    # A word of up to 6 bytes is one piece; a longer one is its first 6, each further 6, and its last 6.
    size = np.fromiter(map(len, map(str.encode, texts)), np.int64, len(texts))
    pieces = np.where(size <= 6, 1, 2 + (size - 7) // 6)
    for place in [place for place, text in enumerate(texts) if " " in text]:
        pieces[place] = max(1, int(_eldc_pieces(texts[place].split()).sum()))
    return pieces


@dataclass(frozen=True, slots=True)
class _Automaton:
    """The languages of the columns of `table`, and what `kernels.walk` needs."""

    languages: tuple[str, ...]
    moves: NDArray[np.uint16 | np.uint32]
    base: NDArray[np.int64]
    output: NDArray[np.int32]
    table: NDArray[np.float32]


class Py3langidScorer:
    """py3langid: naive Bayes over byte n-grams of 140 languages. About 2 us a word.

    The library's model, walked by a compiled loop: its own, in Python, takes 10 us a word.
    """

    def __init__(self) -> None:
        self.name = f"py3langid {version('py3langid')}"

    @property
    def _model(self) -> _Automaton:
        return _automaton(self.name)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of the model, which is loaded when first asked for (the first time on a machine in 0.8 s)."""
        return self._model.languages

    def scores(self, texts: Sequence[str]) -> Evidence:
        """Sum the log-likelihoods of the n-grams seen, over the least likely language's."""
        encoded = [f" {text} ".encode("utf-8", "surrogatepass") for text in texts]
        offset = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=offset[1:])
        found = np.zeros((len(texts), len(self.languages)), np.float32)
        text = np.frombuffer(bytearray(b"".join(encoded)), np.uint8)
        model = self._model
        kernels.walk(text, offset, model.moves, model.base, model.output, model.table, found)
        found -= found.min(axis=1, keepdims=True)
        return found


@cache
def _automaton(name: str) -> _Automaton:
    """The model of this version, once a process: mapped from the disk, where the library would unpack 70 MB."""
    parts = unpacked(
        f"{name.replace(' ', '-')}-1", ("languages", "moves", "base", "output", "table"), _unpack
    )
    return _Automaton(
        tuple(parts["languages"].tolist()), *(parts[k] for k in ("moves", "base", "output", "table"))
    )


def _unpack() -> dict[str, NDArray[Any]]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE)
    languages = [code for code in model.labels if code != "zxx"]
    # A language may have a column for each of its scripts: the better one counts. Filled column by column, as
    # the table is the largest part of the model and another copy of it would be half of the memory.
    table = np.empty((len(model.nb_ptc), len(languages)), np.float32)
    for place, own in enumerate(languages):
        columns = [i for i, code in enumerate(model.nb_classes) if code == own]
        table[:, place] = np.asarray(model.nb_ptc)[:, columns].max(axis=1)
    return {
        "languages": np.array(languages),
        "moves": np.frombuffer(model.tk_nextmove, f"u{model.tk_nextmove.itemsize}"),
        "base": np.array(model.tk_row, np.int64) << 8,
        "output": np.array(model.tk_output, np.int32),
        "table": table,
    }


def installed_scorers() -> tuple[Scorer, ...]:
    """Return the scorers there are, the sharpest first; the last one knows the most languages.

    Raises MissingExtra where there is none: py3langid is plain Python and comes with every install.
    """
    found: list[Scorer] = []
    for kind in (EldcScorer, Py3langidScorer):
        try:
            found.append(kind())
        except ImportError:
            continue
    if not found:
        raise MissingExtra("no language scorer is installed: pip install py3langid")
    return tuple(found)


def scorer_names(scorers: Sequence[Scorer] | None = None) -> str:
    """Return the names and versions of scorers, by default of those installed, for a report of the run."""
    return " + ".join(scorer.name for scorer in (installed_scorers() if scorers is None else scorers))
