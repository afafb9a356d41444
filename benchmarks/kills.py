"""`kill -9` at random moments of `dedup filter` and of `dedup index build`.

What was acknowledged stays, and a restart gives the same lines and the same index as an undisturbed run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

from benchmarks import results
from benchmarks.index import feed
from dedup.index import open_index


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks kills``; the exit code is 1 if anything is lost or differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks kills", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of the public text collections (only reuters21578)")
    parser.add_argument("--times", type=int, default=50, help="processes to kill of each command (50)")
    parser.add_argument("--only", choices=sorted(_COMMANDS), help="the one command to kill (both)")
    parser.add_argument("--articles", type=int, default=2000, help="articles of the feed (2,000)")
    parser.add_argument("--batch", type=int, default=20, help="articles a step (20)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--save", action="store_true", help="append the figures to benchmarks/results")
    options = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="dedup-kills-"))
    try:
        figures = _run(folder, options)
    finally:
        shutil.rmtree(folder)
    print(", ".join(f"{value:,} {name}" for name, value in figures.items()))
    if options.save:
        results.save("kills", argv or [], figures, seeds=[options.seed], cases=figures["processes killed"])
    return int(figures["of these lost"] + figures["outputs that differ"] > 0)


def _run(folder: Path, options: argparse.Namespace) -> dict[str, int]:
    rng = random.Random(options.seed)
    with open(folder / "in.jsonl", "w", encoding="utf-8") as out:
        for article in islice(feed(options.data, options.seed), options.articles):
            kept = {name: value for name, value in asdict(article).items() if value}
            out.write(json.dumps(kept, ensure_ascii=False) + "\n")
    runs = [
        _Killing(folder, command, options.batch) for command in _COMMANDS if options.only in (None, command)
    ]
    for run in runs:
        run.kill(options.times, rng)
    return {
        "processes killed": sum(run.killed for run in runs),
        "were faster": sum(run.finished for run in runs),
        "lines acknowledged": sum(run.acknowledged for run in runs),
        "of these lost": sum(run.lost for run in runs),
        "outputs compared with an undisturbed run": sum(run.compared for run in runs),
        "outputs that differ": sum(run.differing for run in runs),
    }


@dataclass
class _Killing:
    """One command, killed again and again.

    `filter` acknowledges an article by a line, `index build` by nothing: there what an index holds after a kill must be
    there after the next. Outputs are the lines, and the reports that an index keeps.
    """

    folder: Path
    command: str
    batch: int
    killed: int = 0
    finished: int = 0
    acknowledged: int = 0
    lost: int = 0
    compared: int = 0
    differing: int = 0

    def kill(self, times: int, rng: random.Random) -> None:
        """Kill so many processes, then let one come to its end."""
        begin = time.monotonic()
        self._started("calm").wait()
        seconds = time.monotonic() - begin
        lines, held = self._output("calm")
        before = 0
        while self.killed < times:
            process = self._started("feed")
            self._wait(process, seconds, rng)
            process.kill()
            self.killed += process.wait() < 0
            got, reports = self._output("feed")
            promised = got.count(b"\n")
            self.acknowledged += promised or max(0, len(reports) - before)
            self.lost += max(0, promised - len(reports), before - len(reports))
            self._compare(lines.startswith(got) and held[: len(reports)] == reports)
            before = len(reports)
            if process.returncode == 0:  # all of it is there: begin anew
                self.finished += 1
                before = 0
                shutil.rmtree(self.folder / f"{self.command}-feed.index")
        self._started("feed").wait()
        self._compare(self._output("feed") == (lines, held))
        with open_index(str(self.folder / f"{self.command}-feed.index")) as index:
            index.check()

    def _wait(self, process: subprocess.Popen[bytes], seconds: float, rng: random.Random) -> None:
        """Wait for some moment of a process that takes so many seconds; of a filter mostly one when it writes."""
        out = self.folder / f"{self.command}-feed.out"
        if self.command == "filter":
            while process.poll() is None and not out.stat().st_size and rng.random() < 0.99:
                time.sleep(0.02)
            seconds /= 4
        time.sleep(rng.random() * seconds)

    def _compare(self, same: bool) -> None:
        self.compared += 1
        self.differing += not same

    def _output(self, name: str) -> tuple[bytes, list[bytes]]:
        """The whole lines that came out, and the reports that the index holds, in the order of their articles."""
        place = self.folder / f"{self.command}-{name}.index"
        out = (self.folder / f"{self.command}-{name}.out").read_bytes()
        lines = out[: out.rfind(b"\n") + 1] if self.command == "filter" else b""
        if not (place / "index.sqlite").exists():
            return lines, []
        with open_index(str(place)) as index:
            return lines, [record.report for record in index.articles()]

    def _started(self, name: str) -> subprocess.Popen[bytes]:
        """A job with an index of this name, its lines in a file of this name."""
        index = f"{self.command}-{name}.index"
        arguments = [option.format(index=index, batch=self.batch) for option in _COMMANDS[self.command]]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
        with (
            open(self.folder / "in.jsonl", "rb") as source,
            open(self.folder / f"{self.command}-{name}.out", "wb") as out,
        ):
            return subprocess.Popen(
                [sys.executable, "-m", "dedup", *arguments],
                cwd=self.folder, stdin=source, stdout=out, env=environment,
            )  # fmt: skip


_COMMANDS = {
    "filter": ("filter", "--index", "{index}", "--batch-size", "{batch}"),
    "build": ("index", "build", "{index}", "in.jsonl"),
}
