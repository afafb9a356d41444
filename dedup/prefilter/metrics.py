"""Counts of a running job, for its dashboard: as JSON, or in the text format of Prometheus."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import asdict

from dedup.model import ArticleReport, Json, Ledger
from dedup.stream import Detector

QUANTILES = (0.5, 0.9, 0.99)

_WIDTH = math.log(1.05)

_HELP = {
    "articles": "Articles judged.",
    "passed": "Articles passed on.",
    "dropped": "Articles held back for too little originality.",
    "trimmed": "Articles passed on with a shorter text.",
    "bad": "Records that could not be read.",
    "revised": "Articles that came again with another text.",
    "amended": "Reports amended after an original arrived late.",
}

_CAPPED = {
    "keys": "Keys held by more articles than the setting frequent: no evidence by themselves.",
    "articles": "Articles with more others that deserved a look than are looked at.",
}


class Latencies:
    """Seconds from arrival to answer: quantiles at most 5 % too high, in fixed memory.

    >>> latencies = Latencies()
    >>> for seconds in (0.001, 0.002, 0.003):
    ...     latencies.add(seconds)
    >>> 0.002 <= latencies.quantile(0.5) <= 0.0021, latencies.quantile(1)
    (True, 0.003)
    """

    def __init__(self) -> None:
        self.count = 0
        self.sum = 0.0
        self.max = 0.0
        self._buckets: Counter[int] = Counter()

    def add(self, seconds: float) -> None:
        """Count one answer."""
        self.count += 1
        self.sum += seconds
        self.max = max(self.max, seconds)
        self._buckets[math.ceil(math.log(max(seconds, 1e-6)) / _WIDTH)] += 1

    def quantile(self, share: float) -> float:
        """Return the time within which this share of the answers came; 0 before the first."""
        left = share * self.count
        for bucket, count in sorted(self._buckets.items()):
            left -= count
            if left <= 0:
                return min(math.exp(bucket * _WIDTH), self.max)
        return self.max


class Tally:
    """What a job has done so far: `counts` by name (see `figures`), words by class, latencies."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter(dict.fromkeys(_HELP, 0))
        self.words: Counter[str] = Counter(dict.fromkeys(asdict(Ledger()), 0))
        self.latencies = Latencies()

    def decided(self, report: ArticleReport | None, action: str, seconds: float) -> None:
        """Count a record: its report (None where it could not be read), what was decided, and how long it took."""
        self.latencies.add(seconds)
        if report is None:
            self.counts["bad"] += 1
            return
        self.counts["articles"] += 1
        self.counts["dropped" if action == "drop" else "passed"] += 1
        self.counts["trimmed"] += action == "trim"
        self.counts["revised"] += report.revision > 0
        self.words.update(asdict(report.ledger))

    def figures(self, detector: Detector) -> Json:
        """Return everything as JSON values; times in milliseconds."""
        info = detector.index.info()
        latencies = self.latencies
        quantiles = {f"p{share * 100:g}": round(1e3 * latencies.quantile(share), 3) for share in QUANTILES}
        return {
            **self.counts,
            "words": dict(self.words),
            "latency_ms": {**quantiles, "max": round(1e3 * latencies.max, 3)},
            "capped": asdict(detector.caps),
            "index": {"articles": info.articles, "bytes": info.bytes, "oldest": info.oldest, "newest": info.newest},
        }  # fmt: skip

    def prometheus(self, detector: Detector) -> str:
        """Return everything in the text format of Prometheus, version 0.0.4; times in seconds."""
        info = detector.index.info()
        latencies = self.latencies
        lines = []
        for name, count in self.counts.items():
            lines += [*_head(f"dedup_{name}_total", "counter", _HELP[name]), f"dedup_{name}_total {count}"]
        lines += _head("dedup_words_total", "counter", "Words judged, by class of the ledger.")
        lines += [f'dedup_words_total{{class="{name}"}} {count}' for name, count in self.words.items()]
        for name, count in asdict(detector.caps).items():
            lines += _head(f"dedup_capped_{name}_total", "counter", _CAPPED[name])
            lines += [f"dedup_capped_{name}_total {count}"]
        lines += _head("dedup_latency_seconds", "summary", "Time from reading a record to answering it.")
        lines += [
            f'dedup_latency_seconds{{quantile="{share}"}} {latencies.quantile(share):.6f}'
            for share in QUANTILES
        ]
        lines += [
            f"dedup_latency_seconds_sum {latencies.sum:.6f}",
            f"dedup_latency_seconds_count {latencies.count}",
        ]
        lines += _head("dedup_index_articles", "gauge", "Articles the index holds.")
        lines += [f"dedup_index_articles {info.articles}"]
        lines += _head("dedup_index_bytes", "gauge", "What the index takes, about.")
        lines += [f"dedup_index_bytes {info.bytes}"]
        return "\n".join(lines) + "\n"


def _head(name: str, kind: str, text: str) -> list[str]:
    return [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
