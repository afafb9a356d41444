"""Inspection of a corpus, while other work goes on: here, or in processes of its own if there is much of it.

The stage is mostly Python, which threads of one process do not share.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from typing import TypeAlias

from dedup.compiler.kernels import interrupts_left_here
from dedup.errors import BadRecord
from dedup.inspect.inspector import Inspection, Inspector, inspect_each, inspect_texts
from dedup.model import Article
from dedup.text import words

WORTH_PROCESSES = 12_000_000
"""Code points from which several workers inspect articles in processes of their own, which take a second to start."""

_Chunk: TypeAlias = "list[tuple[str, str | None]]"
_Inspected: TypeAlias = "list[Inspection | BadRecord]"


@contextmanager
def inspections(
    articles: Sequence[Article], workers: int, own: tuple[str, ...]
) -> Iterator[Iterator[Inspection | BadRecord]]:
    """Begin to inspect the articles, in order, while other work goes on; `own` as `Inspector` has it.

    A large corpus is worth half as many processes as there are workers, for this is about half of the work. They are
    started afresh, never forked from a process that has threads.
    """
    ahead = iter(articles)
    chunks = [
        [(article.text, article.language) for article in islice(ahead, len(texts))]
        for texts in words.batches(article.text for article in articles)
    ]
    if workers > 1 and sum(len(article.text) for article in articles) >= WORTH_PROCESSES:
        with ProcessPoolExecutor(workers // 2, get_context("spawn")) as processes:
            try:
                inspect = partial(inspect_each, partial(inspect_texts, own=own))
                with interrupts_left_here():
                    begun = deque((processes.submit(inspect, chunk), chunk) for chunk in chunks)
                yield chain.from_iterable(shared(begun, own))
            finally:
                processes.shutdown(wait=False, cancel_futures=True)
    else:
        inspector = Inspector(own)
        yield chain.from_iterable(inspect_each(inspector.inspect_texts, chunk) for chunk in chunks)


def shared(begun: deque[tuple[Future[_Inspected], _Chunk]], own: tuple[str, ...]) -> Iterator[_Inspected]:
    """Yield what comes from processes, in order, and empty `begun`.

    Who would have to wait for the next inspects meanwhile what none of them has begun, the last first.
    """
    inspector: Inspector | None = None
    here: list[_Inspected] = []
    while begun:
        while begun and not begun[0][0].done() and begun[-1][0].cancel():
            inspector = inspector or Inspector(own)
            here.append(inspect_each(inspector.inspect_texts, begun.pop()[1]))
        if begun:
            yield begun.popleft()[0].result()
    while here:
        yield here.pop()
