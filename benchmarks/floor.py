"""The floor: what sixty lines of plain Python find. A system has to beat it in every column.

Postings of word 3-grams (at most 30 paragraphs each), the six best earlier paragraphs by rarity,
`difflib` blocks chained over gaps of at most six words; a chain is kept where eight words match, at
least half of its range does, and one run has three words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher

from benchmarks.texts import words
from dedup.evaluation import Flag, Judgement
from dedup.model import Article

_FREQUENT, _CANDIDATES, _GAP, _LEAST = 30, 6, 6, 8


def floor(articles: Sequence[Article], wanted: Collection[str]) -> list[Judgement]:
    """Judge the wanted articles by the earlier ones of another id, in order of time."""
    postings: dict[tuple[str, ...], list[int]] = defaultdict(list)
    known: list[tuple[str, list[str]]] = []
    judged = []
    for article in sorted(
        articles, key=lambda article: (article.published or "", article.source, article.id)
    ):
        taken = original = 0
        flags: list[Flag] = []
        paragraphs = list(_paragraphs(article))
        if article.id in wanted:
            for at, tokens in paragraphs:
                painted = _match(tokens, at, known, postings, flags)
                taken, original = taken + painted, original + len(tokens) - painted
            judged.append(Judgement(article.id, tuple(flags), original / max(1, taken + original)))
        for _, tokens in paragraphs:
            for gram in set(zip(tokens, tokens[1:], tokens[2:], strict=False)):
                postings[gram].append(len(known))
            known.append((article.id, tokens))
    return judged


def _paragraphs(article: Article) -> Iterator[tuple[list[tuple[int, int]], list[str]]]:
    begin = 0
    for block in article.text.split("\n\n"):
        at = [(begin + start, begin + end) for start, end in words(block)]
        yield at, [article.text[start:end].lower() for start, end in at]
        begin += len(block) + 2


def _match(
    tokens: list[str],
    at: list[tuple[int, int]],
    known: list[tuple[str, list[str]]],
    postings: dict[tuple[str, ...], list[int]],
    flags: list[Flag],
) -> int:
    """Append a flag for each chain found; return how many words they paint."""
    votes: Counter[int] = Counter()
    for gram in set(zip(tokens, tokens[1:], tokens[2:], strict=False)):
        holders = postings.get(gram, ())
        if len(holders) <= _FREQUENT:
            for number in holders:
                votes[number] += 1000 // len(holders)
    painted: set[int] = set()
    for number, _ in sorted(votes.items(), key=lambda vote: (-vote[1], vote[0]))[:_CANDIDATES]:
        name, other = known[number]
        for first, last in _chains(tokens, other):
            if not painted.issuperset(range(first, last)):
                painted.update(range(first, last))
                flags.insert(0, Flag("recycled", at[first][0], at[last - 1][1], name))  # the best paints last
    return len(painted)


def _chains(tokens: list[str], other: list[str]) -> Iterator[tuple[int, int]]:
    blocks = SequenceMatcher(None, tokens, other, autojunk=False).get_matching_blocks()[:-1]
    chain: list[tuple[int, int, int]] = []
    for block in [*blocks, (len(tokens) + _GAP + 1, 0, 0)]:
        if chain and max(block[0] - chain[-1][0], block[1] - chain[-1][1]) - chain[-1][2] > _GAP:
            matched = sum(size for _, _, size in chain)
            begin, end = chain[0][0], chain[-1][0] + chain[-1][2]
            longest = max(size for _, _, size in chain)
            if matched >= _LEAST and 2 * matched >= end - begin and longest >= 3:
                yield begin, end
            chain = []
        chain.append((block[0], block[1], block[2]))
