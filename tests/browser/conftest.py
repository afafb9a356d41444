"""Chromium without a window, driven through the WebDriver; skipped with a reason where there is none."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

webdriver = pytest.importorskip("selenium.webdriver", reason="no selenium here: pip install selenium")

from report_feed import Feed  # noqa: E402  # after the skip

from dedup.reporter.html import write_html  # noqa: E402
from dedup.reporter.texts import TextsAtHand  # noqa: E402

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


class Browser:
    """A page in Chromium: what the tests ask of it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self.folder = folder
        self.pages = 0

    def open(self, feed: Feed, address: str = "", **options: Any) -> None:
        """Write the page of a feed and open it from its file."""
        self.pages += 1
        path = self.folder / f"page{self.pages}.html"
        options.setdefault("texts", TextsAtHand(added={**feed.references, **feed.texts}))
        with path.open("w", encoding="utf-8", newline="") as out:
            write_html(feed.reports, out, **options)
        self.requested()
        self.driver.get_log("browser")
        self.driver.get(path.as_uri() + address)
        assert self.run("return document.documentElement.dataset.ready") == "yes", self.driver.get_log(
            "browser"
        )

    def run(self, script: str, *values: object) -> Any:
        """Run a script in the page."""
        return self.driver.execute_script(script, *values)

    def go(self, address: str) -> None:
        """Follow an address inside the page."""
        self.run("location.hash = arguments[0]", address)
        # The handler runs in a later task, and what is set off here comes after it.
        self.driver.execute_async_script("setTimeout(() => requestAnimationFrame(arguments[0]), 20)")

    def text(self, selector: str) -> str:
        """What a person reads in an element; no-break spaces as spaces."""
        said: str = self.run("return document.querySelector(arguments[0]).innerText", selector)
        return said.replace("\u00a0", " ")

    def texts(self, selector: str) -> list[str]:
        """The text of every element that fits, hidden or not."""
        return [text.replace("\u00a0", " ") for text in self.each(selector, "e.textContent")]

    def each(self, selector: str, expression: str) -> list[Any]:
        """A JavaScript expression in `e`, for every element that fits."""
        script = f"return [...document.querySelectorAll(arguments[0])].map(e => {expression})"
        values: list[Any] = self.run(script, selector)
        return values

    def bare(self, selector: str) -> list[str]:
        """The text of every element that fits, without passage numbers and what only screen readers say."""
        return self.each(
            selector,
            "{ const copy = e.cloneNode(true); "
            "copy.querySelectorAll('sup, .hidden').forEach(x => x.remove());"
            " return copy.textContent }",
        )

    def count(self, selector: str) -> int:
        """How many elements fit."""
        number: int = self.run("return document.querySelectorAll(arguments[0]).length", selector)
        return number

    def fill(self, form: str, name: str, value: object) -> None:
        """Set a control as a person would, with the event that follows."""
        self.run(
            "const c = document.querySelector(arguments[0]).elements[arguments[1]]; c.value = arguments[2];"
            "c.dispatchEvent(new Event('input', {bubbles: true}))",
            form, name, str(value),
        )  # fmt: skip

    def click(self, selector: str) -> None:
        """Click the first element that fits."""
        self.run("document.querySelector(arguments[0]).click()", selector)

    def what_if(self, **changes: object) -> list[dict[str, Any]]:
        """The page's scores under other exclusions."""
        self.run("dedupReport.whatIf(arguments[0])", changes)
        scores: list[dict[str, Any]] = self.run("return dedupReport.scores()")
        return scores

    def screen(self, width: int, height: int = 900) -> None:
        """Another size of the window."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)

    def media(self, kind: str = "screen", **features: str) -> None:
        """Another medium, such as print, or a preference, such as ``prefers_color_scheme="dark"``."""
        rows = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": kind, "features": rows})

    def requested(self) -> list[str]:
        """Addresses asked for since the last call."""
        found = []
        for row in self.driver.get_log("performance"):
            message: Mapping[str, Any] = json.loads(row["message"])["message"]
            if message["method"] in ("Network.requestWillBeSent", "Network.webSocketCreated"):
                params = message["params"]
                found.append(params["request"]["url"] if "request" in params else params["url"])
        # The browser draws its own date fields with icons in data: addresses, and its windows with those of chrome:,
        # which ask nobody for anything.
        return [url for url in found if not url.startswith(("data:", "chrome:"))]

    def complaints(self) -> Sequence[str]:
        """Messages of the console since the last call."""
        return [row["message"] for row in self.driver.get_log("browser")]


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The browser of the whole session."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    helper = shutil.which("chromedriver")
    if not binary or not helper:
        pytest.skip("no Chromium here: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(helper))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.fixture
def browser(chromium: Any, tmp_path: Path) -> Iterator[Browser]:
    """A browser at its usual size, in light; at the end nothing has left the page or gone wrong."""
    page = Browser(chromium, tmp_path)
    page.screen(1280)
    page.media(prefers_color_scheme="light")
    yield page
    asked = page.requested()
    assert all(url.startswith("file://") for url in asked), f"the page asked for {asked}"
    assert not page.complaints()


@pytest.fixture
def opened(browser: Browser) -> Callable[..., Browser]:
    """Open a feed and hand the browser over."""

    def of(feed: Feed, address: str = "", **options: Any) -> Browser:
        browser.open(feed, address, **options)
        return browser

    return of
