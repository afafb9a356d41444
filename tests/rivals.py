"""Processes that work on one index at the same time: started afresh, and never waited for without end."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from multiprocessing import get_all_start_methods, get_context
from pathlib import Path
from typing import Any

import orjson

from dedup import Article
from dedup.index import derived, open_index
from dedup.stream import Detector

DEADLINE = 240.0
"""Seconds after which processes are ended that should have come to their end long before."""


def at_once(*works: tuple[Callable[..., None], tuple[Any, ...]]) -> list[int | None]:
    """Run functions of modules in processes of their own, all at the same time; return their exit codes.

    They are no forks of this process, which may have threads by now. One that had to be ended is negative.
    """
    context = get_context("forkserver" if "forkserver" in get_all_start_methods() else "spawn")
    context.set_forkserver_preload(["dedup.stream"])
    processes = [context.Process(target=work, args=arguments) for work, arguments in works]
    for process in processes:
        process.start()
    end = time.monotonic() + DEADLINE
    for process in processes:
        process.join(max(0.0, end - time.monotonic()))
        process.kill()
        process.join()
    return [process.exitcode for process in processes]


def write(path: str, articles: Sequence[Article], size: int, out: Path, flush: int) -> None:
    """Judge articles, `size` in a step, and acknowledge each step by writing its reports as lines."""
    derived.FLUSH = flush
    with open_index(path) as index, open(out, "ab") as file:
        detector = Detector(index)
        for at in range(0, len(articles), size):
            reports = detector.judge(articles[at : at + size])
            file.writelines(orjson.dumps(report) + b"\n" for report in reports)
            file.flush()


def look(path: str, articles: Sequence[Article]) -> None:
    """Judge articles without adding them, and count what is there: it grows."""
    with open_index(path) as index:
        detector = Detector(index)
        before = 0
        for article in articles:
            detector.check(article)
            before, last = len(index), before
            assert before >= last, "an article that was seen is gone"


def back_up(path: str, outs: Sequence[Path], folder: Path, times: int) -> None:
    """Copy an index that others write to: each copy is sound, and holds what was acknowledged before it was begun."""
    before = 0
    for number in range(times):
        acknowledged = sum(out.read_bytes().count(b"\n") for out in outs if out.exists())
        with open_index(path) as index:
            index.backup(str(folder / str(number)))
        with open_index(str(folder / str(number)), create=False) as copy:
            copy.check()
            assert len(copy) >= max(before, acknowledged), "an article that was acknowledged is in no backup"
            before = len(copy)
