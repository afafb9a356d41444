"""What each rule of evidence buys: a copy of the sources in which one number is another, on the same feed.

A rule is no setting: its number is compiled into the kernels. So each runs in a process of its own, on a copy with
compiled code of its own, which takes about a minute of CPU to compile.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import results
from benchmarks.peers import ROOT, LeftOut

_EVIDENCE, _BORDERS = "match/kernels/alignment/evidence.py", "match/kernels/alignment/borders.py"
_POLICY = "match/policy.py"


@dataclass(frozen=True, slots=True)
class Rule:
    """A number of the sources, and the value with which the rule is not there."""

    path: str
    names: str
    value: str

    def broken(self, source: str) -> str:
        """The source without the rule. Raises ValueError where the number is not there any more."""
        text, count = re.subn(
            rf"^{re.escape(self.names)} = .*$", f"{self.names} = {self.value}", source, flags=re.M
        )
        if count != 1:
            raise ValueError(f"{self.path} has {count} lines {self.names} = ...")
        return text


RULES = {
    "set phrases count as other words": Rule(_EVIDENCE, "OF_PHRASE, MOSTLY_PHRASE", "1.0, 2.0"),
    "what many have counts in full": Rule(_EVIDENCE, "COMMON", "tuple(0.0 for n in range(17))"),
    "borders are no evidence": Rule(_BORDERS, "WHOLE_PARAGRAPH, WHOLE_PART, CUT_SHORT", "0.0, 0.0, 0.0"),
    "fragments are not charged": Rule(_EVIDENCE, "FRAGMENT, LONG_FRAGMENT", "0.0, 14"),
    "words that nothing answers cost nothing": Rule(_EVIDENCE, "UNMATCHED", "0.0"),
    "lone words count in full": Rule(_EVIDENCE, "LONE", "(1.0, 1.0, 1.0, 1.0)"),
    "nothing stands beside another": Rule(_EVIDENCE, "BESIDE", "0"),
    "one weak key is enough to be looked at": Rule(_POLICY, "LEAST_WEIGHT", "1"),
}


def without(rule: Rule, words: Sequence[str]) -> dict[str, Any]:
    """The figures of ``ablation WORDS`` with default settings and without a rule. Raises LeftOut."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("dedup", "benchmarks"):
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        path = Path(folder, "dedup", rule.path)
        path.write_text(rule.broken(path.read_text("utf-8")), "utf-8")
        kept = Path(folder, "kept")
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            "ablation",
            *words,
            "--only",
            "default",
            "--rules",
            "--save",
        ]
        ran = subprocess.run(
            command,
            cwd=folder,
            env={
                **os.environ,
                "PYTHONPATH": folder,
                "DEDUP_RESULTS": str(kept),
                "DEDUP_CACHE_DIR": str(Path(folder, "compiled")),
            },
            capture_output=True,
            text=True,
        )
        if ran.returncode:
            raise LeftOut((ran.stderr.strip().splitlines() or [f"exit code {ran.returncode}"])[-1][:160])
        (run,) = results.load(kept)
        return dict(run.figures["variants"]["default"])
