"""Whether anything grows faster than its input: time and memory at n, 2n and 4n of input made to hurt.

The exponent is that of the power of n by which a figure grows: 1 for twice as much from twice the input, 2 for four
times. Each shape is measured in a process of its own, which ends when it takes more processor time than allowed.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import os
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import results
from benchmarks.hostile import SHAPES

LIMIT = 1.15
"""The largest exponent that passes."""

TIMES = (1, 2, 4)
FLOOR_S, FLOOR_MB = 0.1, 64.0
"""What is less counts as this: it is noise."""

WARM_UP = 50
"""The share of n, one in so many, that is worked on before the clock runs, so that nothing is loaded then."""


@dataclass(frozen=True, slots=True)
class Point:
    """Input of `size` pieces took `seconds` of processor time and `megabytes` above what was in use before."""

    size: int
    seconds: float
    megabytes: float


def main(argv: Sequence[str] | None = None) -> int:
    """Run ``python -m benchmarks growth``; the exit code is 1 if anything grows faster than allowed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks growth", description=__doc__)
    parser.add_argument("data", nargs="?", help="not read: all input is made here")
    parser.add_argument("--shape", nargs="+", choices=list(SHAPES), metavar="NAME", help="only these (all)")
    parser.add_argument("--times", type=int, default=1, metavar="N", help="so many times n (1)")
    parser.add_argument("--seconds", type=int, default=120, help="processor time that a shape may take (120)")
    parser.add_argument("--list", action="store_true", help="name the shapes")
    parser.add_argument("--save", action="store_true", help="append the figures to the results")
    parser.add_argument("--point", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.point:
        return _measure(options.point, options.times, options.seconds)
    names = options.shape or list(SHAPES)
    if options.list:
        print("\n".join(names))
        return 0
    figures, steep = {}, []
    print(f"{'shape':<40} {'n':>8} {'CPU s at n, 2n, 4n':>22} {'':>5} {'MB at n, 2n, 4n':>22}")
    for name in names:
        points = measured(name, options.times, options.seconds)
        figures[name] = [asdict(point) for point in points]
        print(line_of(name, points), flush=True)
        if not passes(points):
            steep.append(name)
    print(f"{len(names) - len(steep)} of {len(names)} grow as their input does, by at most n^{LIMIT}")
    if options.save:
        results.save("growth", argv or [], {"limit": LIMIT, "shapes": figures}, cases=len(figures))
    return int(bool(steep))


def exponent(values: Sequence[float], floor: float) -> float:
    """By which power of n the values at n, 2n, 4n grow; infinite where one is missing."""
    if len(values) < len(TIMES):
        return math.inf
    first, last = max(values[0], floor), max(values[-1], floor)
    return math.log(last / first) / math.log(TIMES[-1])


def exponents(points: Sequence[Point]) -> tuple[float, float]:
    """Those of time and of memory."""
    return (
        exponent([point.seconds for point in points], FLOOR_S),
        exponent([point.megabytes for point in points], FLOOR_MB),
    )


def passes(points: Sequence[Point]) -> bool:
    return max(exponents(points)) <= LIMIT


def line_of(name: str, points: Sequence[Point]) -> str:
    """A line of the table."""
    time_, memory = exponents(points)
    seconds = " ".join(f"{point.seconds:.2f}" for point in points) or "none in time"
    megabytes = " ".join(f"{point.megabytes:.0f}" for point in points)
    size = points[0].size if points else 0
    steep = "" if passes(points) else "  STEEP"
    return f"{name:<40} {size:>8} {seconds:>22} {time_:>5.2f} {megabytes:>22} {memory:>5.2f}{steep}"


def measured(name: str, times: int, seconds: int) -> list[Point]:
    """The points of a shape, fewer where its time was up."""
    words = ["growth", "--point", name, "--times", str(times), "--seconds", str(seconds)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *words],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode > 0:
        raise RuntimeError(done.stderr)
    return [Point(**json.loads(line)) for line in done.stdout.splitlines()]


def _measure(name: str, times: int, seconds: int) -> int:
    """Print a point a line, in this process."""
    shape = SHAPES[name]
    shape.made(max(2, shape.size * times // WARM_UP))()
    spent = math.ceil(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, spent + seconds))
    for factor in TIMES:
        size = shape.size * times * factor
        work = shape.made(size)
        gc.collect()
        before, begin = _megabytes("VmRSS"), _forget_peak()
        work()
        taken = time.process_time() - begin
        point = Point(size, round(taken, 3), round(max(0.0, _megabytes("VmHWM") - before), 1))
        print(json.dumps(asdict(point)), flush=True)
    return 0


def _forget_peak() -> float:
    """Let the peak of memory count from here; return the processor time now."""
    if os.path.exists("/proc/self/clear_refs"):
        Path("/proc/self/clear_refs").write_text("5")
    return time.process_time()


def _megabytes(field: str) -> float:
    """A figure of /proc, or the largest use so far where there is none."""
    try:
        lines = Path("/proc/self/status").read_text("utf-8").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
