"""How large the page is, and how long a browser takes to open it and to answer.

    python benchmarks/page.py [ARTICLES]

Invents a feed (tests/report_feed.py, seeded), writes its page with and without texts, opens each from its
file in headless Chromium five times, and prints one line of JSON a page: bytes an article, seconds of CPU to
write it, and the median and the worst of: milliseconds from the start of the navigation until it is ready,
and milliseconds until the tables and charts stand again after a filter, after a what-if and after an article
is opened. Needs chromium, chromedriver and selenium.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from selenium import webdriver

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from report_feed import Feed, make_feed  # noqa: E402

from dedup.reporter.html import write_html  # noqa: E402

RUNS = 5
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip

# Milliseconds that a change takes, with the layout that follows it.
TIMED = "const start = performance.now(); {}; document.body.offsetHeight; return performance.now() - start;"
STEPS = {
    "filter_ms": TIMED.format(
        "const f = document.querySelector('#filters'); f.elements.q.value = 'ferry';"
        "f.dispatchEvent(new Event('input', {bubbles: true}))"
    ),
    "what_if_ms": TIMED.format("dedupReport.whatIf({min_words: 20, quoted: 'taken'})"),
}


def main() -> None:
    """Measure both pages."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    feed = make_feed(1, articles)
    words = sum(report.words for report in feed.reports)
    findings = sum(len(report.findings) for report in feed.reports)
    with tempfile.TemporaryDirectory() as folder:
        for embed in (False, True):
            path = Path(folder) / f"page{embed:d}.html"
            row = {
                "articles": articles,
                "words": words,
                "findings": findings,
                "texts": embed,
                **written(feed, path, embed),
            }
            print(json.dumps({**row, **opened(path)}), flush=True)


def written(feed: Feed, path: Path, embed: bool) -> dict[str, float]:
    """Write the page of a feed."""
    start = time.process_time()
    with path.open("w", encoding="utf-8", newline="") as out:
        write_html(feed.reports, out, texts=feed.texts.get, embed_text=embed)
    return {
        "write_cpu_s": round(time.process_time() - start, 2),
        "bytes_an_article": round(path.stat().st_size / len(feed.reports)),
    }


def opened(path: Path) -> dict[str, list[int]]:
    """Open the page, again and again, each time in a new tab of a new browser."""
    times: dict[str, list[float]] = {"ready_ms": [], **{name: [] for name in STEPS}, "article_ms": []}
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as profile:
            driver = chromium(profile)
            try:
                measure(driver, path, times)
            finally:
                driver.quit()
    return {name: [round(statistics.median(values)), round(max(values))] for name, values in times.items()}


def measure(driver: Any, path: Path, times: dict[str, list[float]]) -> None:
    """One browser: open the page, filter, ask what if, open an article."""
    driver.get(path.as_uri())
    assert driver.execute_script("return document.documentElement.dataset.ready") == "yes"
    times["ready_ms"].append(
        driver.execute_script("return performance.timing.loadEventEnd - performance.timing.navigationStart")
    )
    for name, script in STEPS.items():
        times[name].append(driver.execute_script(script))
    times["article_ms"].append(
        driver.execute_async_script(
            "const done = arguments[0], start = performance.now(); addEventListener('hashchange', () => "
            "{ document.body.offsetHeight; done(performance.now() - start) }); location.hash = '#a7'"
        )
    )


def chromium(profile: str) -> Any:
    """A browser with an empty profile."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


if __name__ == "__main__":
    main()
