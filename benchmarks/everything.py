"""Everything, as one command: every part in a process of its own, saved as it ends.

    python -m benchmarks all DATA                         what is not saved yet for this engine
    python -m benchmarks all DATA quality speed           these commands alone
    python -m benchmarks all DATA --again                 what is saved as well
    python -m benchmarks all DATA --small                 each part at a small size, to see that it runs

A run that breaks off goes on where it was: a part whose figures are kept for the same command and the same files of
`dedup` is not run again, nor one of a peer alone whose version is the same. Parts come in order of worth, so what a
budget (`--minutes`) leaves out matters least; those that are not timed run as many at a time as there are cores. A part
that fails, or takes four times as long as it should, is named, and the rest goes on. What each part printed stands in
`.benchmarks/`. At the end the pages are written (`python -m benchmarks report`). Peers that have no environment yet get
one first.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from benchmarks import peers, results
from benchmarks.parts import PARTS, Part
from benchmarks.peers import ROOT
from benchmarks.systems import versions

LOGS = ROOT / ".benchmarks"
PATIENCE, LEAST = 4.0, 300.0
"""A part is ended after so many times its minutes, and not before so many seconds."""


@dataclass(frozen=True, slots=True)
class Run:
    """Where and how the parts are run; `ends` is when no part may begin any more, by the monotonic clock."""

    data: str
    folder: Path
    logs: Path
    small: bool
    ends: float

    def line(self, part: Part) -> list[str]:
        """The words behind ``python -m benchmarks``."""
        return [part.command, self.data, *part.words(self.small)]

    def known(self) -> set[str]:
        """The commands whose figures are kept for these files of `dedup`, or this version of a peer."""
        mine, runs = results.engine()["files"], [*results.load(self.folder)]
        kept = {run.command for run in runs}
        here = {
            command: versions(part.peer).items()
            for part in PARTS
            if part.peer and (command := self.command(part)) in kept
        }
        return {
            run.command
            for run in runs
            if run.engine.get("files") == mine
            or (here.get(run.command) and here[run.command] <= run.versions.items())
        }

    def command(self, part: Part) -> str:
        """What anybody types to repeat it."""
        name, *words = self.line(part)
        return results.command(name, words)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a part: saved, kept, no time, FAILED."""

    part: Part
    state: str
    seconds: float = 0.0
    reason: str = ""

    def __str__(self) -> str:
        took = f"{self.seconds:6.0f} s" if self.seconds else " " * 8
        return f"{self.state:<8}{took}  {self.part}{self.reason and f'  ({self.reason})'}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks all``: 1 where a part failed or a page could not be written."""
    options = _parser().parse_args(argv)
    if not Path(options.data).is_dir():
        print(f"{options.data} is no folder", file=sys.stderr)
        return 2
    folder = options.results or (LOGS / "small" if options.small else results.kept_in())
    if options.peers and not options.small:
        peers.make_missing(peers.home())
    run = Run(
        options.data, folder.absolute(), options.logs, options.small, time.monotonic() + 60 * options.minutes
    )
    wanted = [part for part in PARTS if not options.names or part.command in options.names]
    begin, failed = time.monotonic(), []
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends what it started, as Ctrl-C does
    for number, outcome in enumerate(outcomes(run, wanted, options.again), 1):
        gone = (time.monotonic() - begin) / 60
        print(f"{gone:5.1f} min  {number:>2}/{len(wanted)}  {outcome}", flush=True)
        failed += [outcome] if outcome.state == "FAILED" else []
    status = _pages(run)
    for outcome in failed:
        print(f"FAILED: {outcome.part}: {outcome.reason}", file=sys.stderr)
    return int(bool(failed) or status)


def outcomes(run: Run, parts: Sequence[Part], again: bool) -> Iterator[Outcome]:
    """Run the parts, and say of each what became of it. What runs when this is broken off is ended."""
    known = set() if again else run.known()
    children = Children()
    for alone, group in groupby(parts, key=lambda part: part.alone):
        pool = ThreadPoolExecutor(1 if alone else os.cpu_count() or 1)
        try:
            futures = [pool.submit(_outcome, run, part, known, children) for part in group]
            yield from (future.result() for future in as_completed(futures))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            children.end()
            pool.shutdown()


class Children:
    """The processes that are running, each the first of a group of its own."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []

    def run(self, command: Sequence[str], log: Path, results: Path, seconds: float) -> int | None:
        """Run a command to its end, and return its exit code; None if it was not done in so many seconds."""
        with open(log, "w", encoding="utf-8") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "DEDUP_RESULTS": str(results), "PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append(process)
        try:
            return process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self._running.remove(process)
            _end(process)

    def end(self) -> None:
        """End all that run, and what they started."""
        for process in list(self._running):
            _end(process)


def _outcome(run: Run, part: Part, known: set[str], children: Children) -> Outcome:
    if run.command(part) in known:
        return Outcome(part, "kept")
    share = 0.05 if run.small else 1.0
    if time.monotonic() + 60 * part.minutes * share > run.ends:
        return Outcome(part, "no time", reason=f"it takes about {part.minutes:g} min")
    run.logs.mkdir(parents=True, exist_ok=True)
    log = run.logs / f"{PARTS.index(part):02}-{part.command}.log"
    command = [sys.executable, "-m", "benchmarks", *run.line(part), "--save"]
    begin = time.monotonic()
    status = children.run(command, log, run.folder, max(LEAST, PATIENCE * 60 * part.minutes))
    took = time.monotonic() - begin
    if status == 0:
        return Outcome(part, "saved", took)
    ended = f"exit code {status}" if status is not None else "not done in time"
    return Outcome(part, "FAILED", took, f"{ended}: {_last_line(log)}")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and what is left of its group."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return f"{lines[-1][:160] if lines else 'it said nothing'}; see {log}"


def _pages(run: Run) -> int:
    """Write the pages; of a small run beside its figures, and not where people read."""
    from benchmarks import report

    words = ["--results", str(run.folder)]
    return report.main([*words, "--into", str(run.folder)] if run.small else words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks all",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", help="folder of the public text collections")
    parser.add_argument("names", nargs="*", metavar="COMMAND", help="only the parts of these commands")
    parser.add_argument("--again", action="store_true", help="run what is saved as well")
    parser.add_argument("--minutes", type=float, default=180.0, help="begin no part that ends later (180)")
    parser.add_argument("--small", action="store_true", help="at small sizes, into .benchmarks/small")
    parser.add_argument("--results", type=Path, help="keep the figures there (benchmarks/results)")
    parser.add_argument("--logs", type=Path, default=LOGS, help="what each part prints (.benchmarks)")
    parser.add_argument("--no-peers", dest="peers", action="store_false", help="make no environments")
    return parser
