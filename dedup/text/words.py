"""Texts to columns: paragraphs and words with their offsets, hashed.

A word is a run of letters, marks and digits; a letter of a script written without spaces (Han, Kana,
Thai, Khmer, Lao, Myanmar) is a word of its own. Its hash is the low half of XXH64 (seed 0) of its folded
form in UTF-8, so anybody can reproduce it:

>>> import xxhash
>>> columns = split(["Čeština in NEWS"])
>>> [xxhash.xxh64_intdigest(word) & 0xFFFFFFFF for word in (b"cestina", b"in", b"news")] == columns.hashes.tolist()
True

Words of one hash need not be one word: their checks tell (see `dedup.text.vocabulary`).

Text that was broken by a wrong decoding is cut as what it was before (`dedup.text.mojibake`); offsets stay those of
the text given.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dedup.text.characters import UPPER, unicode_tables
from dedup.text.kernels import damage, tokens
from dedup.text.mojibake import Repair, repaired, sieve

BATCH = 1 << 18
"""Code points tokenised at a time: enough to fill the kernels, few enough that the memory for them is used again."""
PUBLIC = b"known to anybody"
"""What checks are made with that nobody looks at."""
SLACK = "\0" * 192
"""What stands after the texts: the kernels look at some bytes beyond what they judge."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The words and paragraphs of some articles, in columns.

    Word columns, shape ``(words,)``: `hashes` uint32; `checks` uint64, 48 bits of SipHash-2-4 of the folded form under
    a secret, none where words were told apart by them; `starts` and `ends` uint32, code points in the
    article; `flags` uint8 (see `dedup.text.kernels.tokens`); `masks` uint32, a bit for each of the word's letters
    (its code point modulo 32). Paragraph columns, shape ``(paragraphs,)``:
    `par_starts` and `par_ends` uint32, code points. Bounds, one longer than what they bound, int64:
    `par_words` (paragraph to words), `art_words` and `art_pars` (article to words, to paragraphs).
    """

    hashes: NDArray[np.uint32]
    checks: NDArray[np.uint64]
    starts: NDArray[np.uint32]
    ends: NDArray[np.uint32]
    flags: NDArray[np.uint8]
    masks: NDArray[np.uint32]
    par_starts: NDArray[np.uint32]
    par_ends: NDArray[np.uint32]
    par_words: NDArray[np.int64]
    art_words: NDArray[np.int64]
    art_pars: NDArray[np.int64]

    def paragraphs(self, article: int) -> list[tuple[int, int]]:
        """Paragraph spans of one article, code points."""
        rows = slice(self.art_pars[article], self.art_pars[article + 1])
        return list(zip(self.par_starts[rows].tolist(), self.par_ends[rows].tolist(), strict=True))


def new_secret() -> bytes:
    """Return 16 bytes to make checks with: who does not have them cannot make a word that passes for another."""
    return secrets.token_bytes(16)


def split(texts: Sequence[str], secret: bytes = PUBLIC) -> Columns:
    """Cut texts into paragraphs and words. Lone surrogates count as signs, never as an error.

    Checks are made with `secret`, 16 bytes: only those made with one tell words apart.

    >>> columns = split(["un cafÃ© ici"])
    >>> columns.starts.tolist(), columns.ends.tolist(), columns.hashes[1] == split(["café"]).hashes[0]
    ([0, 3, 9], [2, 8, 12], np.True_)
    """
    return split_with_repairs(texts, secret)[0]


def split_with_repairs(texts: Sequence[str], secret: bytes = PUBLIC) -> tuple[Columns, dict[int, Repair]]:
    """As `split`, with what was repaired, by the places of the texts."""
    chunks, bounds = _encoded(texts)
    suspects = np.zeros(len(texts), np.uint8)
    damage.suspect(chunks, bounds, sieve(), suspects)
    repairs = {
        place: repair for place in np.flatnonzero(suspects).tolist() if (repair := repaired(texts[place]))
    }
    if not repairs:
        return _split(chunks, bounds, secret), repairs
    mended = [repairs[i].text if i in repairs else text for i, text in enumerate(texts)]
    columns = split_as_is(mended, secret)
    for place, repair in repairs.items():
        _give_back(columns, place, repair)
    return columns, repairs


def _give_back(columns: Columns, article: int, repair: Repair) -> None:
    """Set the offsets of a repaired article to those of the text given."""
    words = slice(*columns.art_words[article : article + 2].tolist())
    pars = slice(*columns.art_pars[article : article + 2].tolist())
    for column, rows in (
        (columns.starts, words), (columns.ends, words), (columns.par_starts, pars), (columns.par_ends, pars),
    ):  # fmt: skip
        column[rows] = repair.places[column[rows]]


def split_each(texts: Sequence[str], secret: bytes = PUBLIC) -> tuple[Columns, dict[int, Exception]]:
    """As `split`. A text that breaks it has no words, and is an error by its place."""
    try:
        return split(texts, secret), {}
    except Exception as error:
        if len(texts) == 1:
            return split([""], secret), {0: error}
    parts = [split_each([text], secret) for text in texts]
    return joined(columns for columns, _ in parts), {
        place: error for place, (_, odd) in enumerate(parts) for error in odd.values()
    }


def split_as_is(texts: Sequence[str], secret: bytes = PUBLIC) -> Columns:
    """As `split`, for texts in which nothing is to be repaired."""
    return _split(*_encoded(texts), secret)


def _encoded(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The bytes of texts, eight a number, and where each begins and ends."""
    data = "".join([*texts, SLACK]).encode("utf-8", "replace")
    chunks = np.frombuffer(data, np.uint64, len(data) // 8)
    bounds = np.empty(len(texts) + 1, np.int64)
    tokens.find_bounds(chunks, np.fromiter(map(len, texts), np.int64, len(texts)), bounds)
    return chunks, bounds


def _split(chunks: NDArray[np.uint64], bounds: NDArray[np.int64], secret: bytes) -> Columns:
    tables = unicode_tables()
    articles = bounds.size - 1
    room = 4 * chunks.size + articles + 6
    hashes, starts, ends, masks = (np.empty(room, np.uint32) for _ in range(4))
    checks = np.empty(room, np.uint64)
    flags = np.empty(room, np.uint8)
    par_starts, par_ends = (np.empty(room, np.uint32) for _ in range(2))
    par_words = np.empty(room, np.int64)
    art_words, art_pars = (np.empty(articles + 1, np.int64) for _ in range(2))
    low, high = np.frombuffer(secret, "<u8")
    words, pars = tokens.split_words(
        chunks, bounds, tables.kinds, tables.scripts, tables.fold, tables.twin, _untwin(), tables.expansions,
        low, high, hashes, checks, starts, ends, flags, masks, par_starts, par_ends, par_words, art_words,
        art_pars,
    )  # fmt: skip
    # Views: pages of the generous arrays that were never written take no memory.
    return Columns(
        hashes[:words], checks[:words], starts[:words], ends[:words], flags[:words], masks[:words],
        par_starts[:pars], par_ends[:pars], par_words[: pars + 1], art_words, art_pars,
    )  # fmt: skip


def batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Group texts into runs of about `BATCH` code points, in order."""
    batch: list[str] = []
    size = 0
    ahead = iter(texts)
    while some := list(islice(ahead, 32)):
        more = sum(map(len, some))
        if size + more < BATCH:  # nearly always: that is faster than to look at each
            batch += some
            size += more
            continue
        for text in some:
            batch.append(text)
            size += len(text)
            if size >= BATCH:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def joined(parts: Iterable[Columns]) -> Columns:
    """One set of columns from several, in order; of parts that come one by one, only one is held besides."""
    gathered = {name: _Gathered(kind) for name, kind in _KINDS.items()}
    bounds = {name: _Gathered(np.int64) for name in ("par_words", "art_words", "art_pars")}
    for bound in bounds.values():
        bound.add(np.zeros(1, np.int64))
    for part in parts:
        for name, column in gathered.items():
            column.add(getattr(part, name))
        for name, bound in bounds.items():
            bound.add(getattr(part, name)[1:] + bound.last)
    return Columns(**{name: column.array() for name, column in (gathered | bounds).items()})


_KINDS: dict[str, type[np.generic]] = {
    "hashes": np.uint32, "checks": np.uint64, "starts": np.uint32, "ends": np.uint32, "flags": np.uint8,
    "masks": np.uint32, "par_starts": np.uint32, "par_ends": np.uint32,
}  # fmt: skip


class _Gathered:
    """An array that grows where it stands: the system moves its pages, not its bytes."""

    def __init__(self, kind: type[np.generic]) -> None:
        self._values: NDArray[Any] = np.empty(0, kind)
        self._size = 0

    def add(self, values: NDArray[Any]) -> None:
        """Append some values."""
        end = self._size + values.size
        if end > self._values.size:
            self._values.resize(end + end // 8, refcheck=False)
        self._values[self._size : end] = values
        self._size = end

    @property
    def last(self) -> int:
        """The value at the end."""
        return int(self._values[self._size - 1])

    def array(self) -> NDArray[Any]:
        """All of them; nothing may be added afterwards."""
        self._values.resize(self._size, refcheck=False)
        return self._values


def equivalents(flags: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How many words each word says as much as: 1, or in a script without spaces a part of one.

    >>> equivalents(split(["Bangkok กรุงเทพ"]).flags).tolist()
    [1.0, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25]
    """
    letters = np.array(tokens.LETTERS_A_WORD)[(flags & tokens.LENGTH_CLASS) >> 4]
    return np.where(flags & tokens.SIGN_WORD, 1 / letters, 1.0)


@cache
def _untwin() -> NDArray[np.uint32]:
    """By script and ASCII letter, the folded letter of that script which looks like it; shape (8, 128)."""
    tables = unicode_tables()
    out = np.zeros((8, 128), np.uint32)
    for code in np.nonzero(tables.twin)[0]:
        capital = 32 if tables.kinds[code] & UPPER else 0
        out[tables.scripts[code], int(tables.twin[code]) - capital] = tables.fold[code]
    return out
