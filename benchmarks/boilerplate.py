"""Boilerplate line by line on real pages, beside jusText, trafilatura and resiliparse, on plain lines and on HTML.

What the pages are is said in `boilerplate_pages`, what the peers do in `boilerplate_jobs`. On the lines alone:

- `dedup, page`: known furniture of one page. A line is found where marks hold more than half of its words.
- `dedup, corpus`: that and what is learned over all pages of the set, with their sites.
- `dedup, HTML`: what our reader of pages leaves out (it extracts with trafilatura), and known furniture of the rest.

Half of the pages, by a hash of their names, were looked at while phrases and weights were chosen (development); the
other half was not (held).
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import xxhash

from benchmarks import results
from benchmarks.boilerplate_jobs import METHODS, left_out
from benchmarks.boilerplate_pages import SETS, Labels, Page, read
from benchmarks.intervals import share
from benchmarks.peers import LeftOut, run_job
from dedup.inspect.furniture import known_marks, learned
from dedup.match.families import families
from dedup.match.kernels import minhash
from dedup.model import Mark
from dedup.readers.pages import Unreadable, page_values
from dedup.text import words

Found = list[list[bool]]
Counts = dict[str, Counter[str]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks boilerplate``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks boilerplate", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--pages", type=int, default=0, help="the first so many pages of each set (all)")
    parser.add_argument("--half", choices=("held", "dev"), default="held")
    parser.add_argument("--errors", type=int, default=0, help="so many lines that ours got wrong")
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    figures: dict[str, Any] = {"half": options.half, "sets": {}}
    versions: dict[str, str] = {}
    whole: Counts = defaultdict(Counter)
    for name in options.sets:
        try:
            counts = _measured(options, name, versions)
        except LeftOut as reason:
            print(f"{name} is left out: {reason}", file=sys.stderr)
            continue
        figures["sets"][name] = {method: figures_of(row) for method, row in counts.items()}
        for method, row in counts.items():
            whole[method].update(row)
        _show(name, figures["sets"][name])
    if not figures["sets"]:
        raise LeftOut("no set could be read: resiliparse makes the lines of pages")
    figures["sets"]["all"] = {method: figures_of(row) for method, row in whole.items()}
    _show("all", figures["sets"]["all"])
    if options.save:
        cases = max(row["lines"] for row in whole.values())
        results.save("boilerplate", argv or [], figures, versions=versions, cases=cases)
    return 0


def _measured(options: argparse.Namespace, name: str, versions: dict[str, str]) -> Counts:
    """Lines found rightly and wrongly, by method, and CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.jsonl"
        data = str(options.data.absolute())
        run_job("boilerplate_pages", data, name, str(options.pages), str(path), peer="resiliparse")
        pages = list(read(path))
        counts: Counts = {}
        for method, found, seconds in (*_ours(pages), *_peers(path, versions)):
            counts[method] = counted(pages, found, options.half, seconds)
            if method == "dedup, page":
                _show_errors(pages, found, options)
    return counts


def _ours(pages: Sequence[Page]) -> Iterator[tuple[str, Found, float]]:
    by_known(pages[0])
    before = time.process_time()
    known = [by_known(page) for page in pages]
    seconds = time.process_time() - before
    yield "dedup, page", known, seconds
    both = [
        [one or other for one, other in zip(*row, strict=True)]
        for row in zip(known, by_learned(pages), strict=True)
    ]
    yield "dedup, corpus", both, time.process_time() - before
    by_reader(pages[0])
    before = time.process_time()
    yield "dedup, HTML", [by_reader(page) for page in pages], time.process_time() - before


def _peers(path: Path, versions: dict[str, str]) -> Iterator[tuple[str, Found, float]]:
    for method, (peer, _) in METHODS.items():
        try:
            said = run_job("boilerplate_jobs", method, str(path), peer=peer)
        except LeftOut as reason:
            print(f"{method} is left out: {reason}", file=sys.stderr)
            continue
        versions |= said["versions"]
        yield method, said["answers"], said["cpu"]


def held_out(page: Page) -> bool:
    """Whether nobody looked at the page."""
    return xxhash.xxh64_intdigest(page.name.encode()) % 2 == 1


def counted(pages: Sequence[Page], found: Found, half: str, seconds: float) -> Counter[str]:
    """Lines of a half: judged, right (found, and boilerplate), wrong (found, and article), missed, article lines."""
    counts: Counter[str] = Counter()
    for page, hits in zip(pages, found, strict=True):
        if held_out(page) == (half == "held"):
            _add(counts, page.labels, hits)
            counts["pages"] += 1
    counts["ms"] = round(1000 * seconds)
    counts["bytes"] = sum(len(line.encode()) for page in pages for line in page.lines)
    return counts


def _add(counts: Counter[str], labels: Labels, hits: Sequence[bool]) -> None:
    for label, hit in zip(labels, hits, strict=True):
        counts["lines"] += label is not None
        counts["article"] += label is False
        counts["right"] += label is True and hit
        counts["wrong"] += label is False and hit
        counts["missed"] += label is True and not hit


def figures_of(row: Counter[str]) -> dict[str, Any]:
    """Precision, recall, F1, article lines that were kept, and speed."""
    flagged, wanted = row["right"] + row["wrong"], row["right"] + row["missed"]
    return {
        "pages": row["pages"],
        "precision": share(row["right"], flagged),
        "recall": share(row["right"], wanted),
        "F1": round(2 * row["right"] / max(1, flagged + wanted), 4),
        "article lines kept": share(row["article"] - row["wrong"], row["article"]),
        "mb_per_s": round(row["bytes"] / 1e3 / max(1, row["ms"]), 2),
    }


def _show(name: str, rows: dict[str, Any]) -> None:
    print(
        f"\n{name:<22}{'pages':>7}{'precision':>11}{'recall':>9}{'F1':>9}{'kept':>9}{'MB/s':>8}", flush=True
    )
    for method, row in rows.items():
        shares = (row[key]["share"] for key in ("precision", "recall", "article lines kept"))
        precision, recall, kept = (-1.0 if value is None else value for value in shares)
        print(
            f"{method:<22}{row['pages']:>7}{precision:>11.4f}{recall:>9.4f}{row['F1']:>9.4f}{kept:>9.4f}"
            f"{row['mb_per_s']:>8.2f}"
        )


def _show_errors(pages: Sequence[Page], found: Found, options: argparse.Namespace) -> None:
    """Print some lines of the chosen half that were found wrongly, or missed."""
    wrong = [
        f"{'missed' if label else 'wrong '} {line[:120]}"
        for page, hits in zip(pages, found, strict=True)
        if held_out(page) == (options.half == "held")
        for line, label, hit in zip(page.lines, page.labels, hits, strict=True)
        if label is not None and label != hit
    ]
    for line in random.Random(1).sample(wrong, min(options.errors, len(wrong))):
        print("    ", line)


# -- ours --------------------------------------------------------------------------------------------------


def _covered(text: str, spans: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> list[bool]:
    """Whether marks hold more than half of the words of each span."""
    places = np.array([match.start() for match in re.finditer(r"\w+", text)])
    held = np.zeros(places.size, bool)
    for mark in marks:
        held[np.searchsorted(places, mark.start) : np.searchsorted(places, mark.end)] = True
    bounds = [(np.searchsorted(places, start), np.searchsorted(places, end)) for start, end in spans]
    return [2 * int(held[first:last].sum()) > int(last - first) for first, last in bounds]


def _joined(lines: Sequence[str]) -> tuple[str, list[tuple[int, int]]]:
    spans, at = [], 0
    for line in lines:
        spans.append((at, at + len(line)))
        at += len(line) + 2
    return "\n\n".join(lines), spans


def by_known(page: Page) -> list[bool]:
    text, spans = _joined(page.lines)
    return _covered(text, spans, known_marks(text, spans))


def by_reader(page: Page) -> list[bool]:
    """What our reader of pages leaves out, and known furniture of what it takes."""
    try:
        text = str(page_values(page.html.encode())["text"])
    except Unreadable:  # no article in it
        return [True] * len(page.lines)
    return [one or other for one, other in zip(left_out(page, text), by_known(page), strict=True)]


def by_learned(pages: Sequence[Page]) -> list[list[bool]]:
    """Furniture learned over all pages, with the sites as sources."""
    sites = {site: number for number, site in enumerate(sorted({page.site for page in pages}))}
    columns = words.split([line for page in pages for line in page.lines])
    # A line is an article to `split`: its words are one unit, whatever paragraphs it might hold.
    bounds = columns.art_words
    digests = np.empty(bounds.size - 1, np.uint64)
    minhash.digest(columns.hashes, bounds, digests)
    kin, kin_sizes = families(columns.hashes, columns.flags, bounds)
    lines = [len(page.lines) for page in pages]
    source = np.repeat([sites[page.site] for page in pages], lines).astype(np.int64)
    article = np.repeat(np.arange(len(pages)), lines).astype(np.int64)
    found = learned(source, article, digests, kin, np.diff(bounds), kin_sizes)
    ends = np.cumsum([0, *lines])
    return [found[first:last].tolist() for first, last in pairwise(ends)]
