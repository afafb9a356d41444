"""`dedup serve` as a process, asked over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from filter_feed import ROOT, dedup, feed

from dedup.cli.main import main
from dedup.index import open_index

pytest.importorskip("starlette", reason="starlette is not installed: pip install '.[serve]'")
pytest.importorskip("uvicorn", reason="uvicorn is not installed: pip install '.[serve]'")
pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

FEED = feed(24)


class Service:
    """A service in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stderr is not None
        said = process.stderr.readline().decode()
        found = re.search(r"http://\S+", said)
        assert found, said
        self.address = found[0]

    def ask(self, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Ask it; the status and the answer."""
        request = urllib.request.Request(self.address + path, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def judge(self, record: dict[str, Any], query: str = "") -> dict[str, Any]:
        """Post an article; its report."""
        status, answer = self.ask(f"/articles{query}", json.dumps(record).encode())
        assert status == 200, answer
        report: dict[str, Any] = json.loads(answer)
        return report


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serve")


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    (folder / "outlets").write_text("herald.example = The Vellin Herald\n")
    options = ("--index", "feed.index", "--port", "0", "--field", "source=publisher", "--sources", "outlets")
    with dedup(folder, "serve", *options) as process:
        try:
            yield Service(process)
        finally:
            process.terminate()


def test_a_report_comes_back_and_the_article_is_in_the_index(service: Service, folder: Path) -> None:
    first, second = ({"id": name, "publisher": name, "text": FEED[0]["text"]} for name in "ab")
    assert service.judge(second, "?add=false")["originality"] > 0
    original = service.judge(first)
    assert original["originality"] > 0 and original["source"] == "a"
    copy = service.judge(second)
    assert copy["originality"] == 0 and copy["sources"][0]["id"] == "a"
    assert service.judge(first) == original
    assert service.judge({**first, "text": "Another text altogether."})["revision"] == 1
    with open_index(str(folder / "feed.index"), create=False) as index:
        assert {record.id for record in index.articles()} >= {"a", "b"}


def test_an_outlet_is_known_by_its_aliases(service: Service) -> None:
    article = {"id": "alias", "publisher": "The Vellin Herald", "text": "A text."}
    assert service.judge(article, "?add=false")["source"] == "herald.example"


def test_many_at_once_are_all_answered_and_one_of_equals_is_first(service: Service) -> None:
    copies = [{"id": f"copy-{n}", "publisher": f"paper-{n}", "text": FEED[1]["text"]} for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        reports = list(pool.map(service.judge, copies))
    assert [report["id"] for report in reports] == [copy["id"] for copy in copies]
    assert sum(report["originality"] > 0 for report in reports) == 1


def test_a_hundred_at_once_are_all_answered(service: Service) -> None:
    records = [
        {"id": f"at once {n}", "publisher": "p", "text": f"The ferry left at {n} on Monday."}
        for n in range(100)
    ]
    with ThreadPoolExecutor(100) as pool:
        reports = list(pool.map(service.judge, records))
    assert [report["id"] for report in reports] == [record["id"] for record in records]


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads memory where Linux says it")
def test_thousands_of_requests_take_no_more_memory(tmp_path: Path) -> None:
    def megabytes() -> float:
        pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    bodies = [json.dumps(record | {"publisher": record["source"]}).encode() for record in FEED]
    with dedup(tmp_path, "serve", "--index", "feed.index", "--port", "0") as process:
        host, port = Service(process).address.removeprefix("http://").split(":")

        def ask(caller: int, requests: int) -> Counter[int]:
            met: Counter[int] = Counter()
            connection = http.client.HTTPConnection(host, int(port), timeout=300)
            for number in range(requests):
                body = b"{oops" if number % 10 == 0 else bodies[(caller + number) % len(bodies)]
                connection.request("POST", "/articles", body, {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                met[answer.status] += 1
            connection.close()
            return met

        taken = []
        # Many at once share a step of the index, so this takes what it costs, not what it costs to take turns.
        with ThreadPoolExecutor(20) as pool:
            for requests in (50, 200):
                met = sum(pool.map(ask, range(20), [requests] * 20), Counter[int]())
                assert met == {200: 18 * requests, 400: 2 * requests}
                taken.append(megabytes())
        process.terminate()
        assert process.wait(60) == 0
    assert taken[1] < taken[0] + 10


def test_a_service_that_others_reach_without_a_token_is_warned_of(tmp_path: Path) -> None:
    said = {}
    for name, options in {"open": (), "shut": ("--token", "secret")}.items():
        with dedup(tmp_path, "serve", "--host", "0.0.0.0", "--port", "0", *options) as process:
            service = Service(process)
            assert service.ask("/health")[0] == 200
            process.terminate()
            assert process.stderr is not None
            said[name] = process.stderr.read().decode()
    assert "without a token" in said["open"]
    assert "token" not in said["shut"]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"{oops", 400, "broken JSON"),
        (b"[1]", 400, "not a JSON object"),
        (b'{"id": "a"}', 422, 'no "text" field'),
        (b'{"id": "a", "text": "x", "more": ' + b"[" * 999 + b"]" * 999 + b"}", 400, "200 levels"),
        (b'{"id": "a", "text": "x", "more": ' + b"[" * 9999 + b"]" * 9999 + b"}", 400, "200 levels"),
        (b'{"id": ' + b"7" * 5000 + b', "text": "x"}', 400, "broken JSON"),
        (b'{"text": "x"}', 422, 'no "id" field'),
        (b'{"id": "a", "text": "' + b"x" * (1 << 25) + b'"}', 413, "33,554,432 bytes"),
    ],
)
def test_what_is_no_article_is_told_why(service: Service, body: bytes, status: int, reason: str) -> None:
    got, answer = service.ask("/articles", body)
    assert got == status and reason in json.loads(answer)["error"]


def raw(service: Service, data: bytes, wait: float = 30) -> bytes:
    """Send bytes as they are; what comes back until the connection is closed."""
    host, port = service.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=wait) as connection:
        connection.sendall(data)
        got = b""
        while part := connection.recv(65536):
            got += part
    return got


def posted(body: bytes, *headers: str) -> bytes:
    lines = ["POST /articles HTTP/1.1", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


ARTICLE = b'{"id": "page", "text": "Written by a page that somebody looked at."}'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (("Host: 127.0.0.1:1", "Content-Type: text/plain"), b"200"),
        (("Host: localhost",), b"200"),
        (("Host: [::1]:9",), b"200"),
        (("Host: dedup:8000",), b"200"),
        (("Host: localhost:8", "Origin: http://localhost:8"), b"200"),
        (("Host: news.example",), b"421"),
        (("Host: 127.0.0.1.news.example",), b"421"),
        (("Host: localhost", "Origin: https://news.example", "Content-Type: text/plain"), b"403"),
        (("Host: localhost", "Origin: null", "Content-Type: text/plain"), b"403"),
        (("Host: localhost:8", "Origin: http://localhost:9"), b"403"),
        (("Host: localhost", "Sec-Fetch-Site: cross-site"), b"403"),
    ],
)
def test_a_page_of_the_web_cannot_write_to_the_index(
    service: Service, headers: tuple[str, ...], status: bytes
) -> None:
    answer = raw(service, posted(ARTICLE, *headers))
    assert answer.split()[1] == status
    assert status == b"200" or json.loads(answer.partition(b"\r\n\r\n")[2])["error"]


def test_connections_that_are_dropped_leave_no_traceback(tmp_path: Path) -> None:
    with dedup(
        tmp_path, "serve", "--port", "0", "--token", "sesame", "--allow-host", "news.example"
    ) as process:
        service = Service(process)
        host, port = service.address.removeprefix("http://").split(":")
        for data in (
            b"",
            b"POST /art",
            posted(ARTICLE, "Host: localhost")[:-9],
            b"\0" * 99,
            b"GET / HTTP/9.9\r\n\r\n",
        ):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(data)
        known = ("Authorization: Bearer sesame", "Host: news.example")
        for headers, status in {
            known: b"200",
            known[1:]: b"401",
            ("Host: a", "Authorization: Bearer no"): b"401",
        }.items():
            assert raw(service, posted(ARTICLE, *headers)).split()[1] == status
        assert service.ask("/health")[0] == 200 and service.ask("/metrics")[0] == 401
        process.terminate()
        assert process.wait(60) == 0
        assert process.stderr is not None and process.stderr.read() == b""


def test_slow_connections_are_closed_and_hold_up_nobody(tmp_path: Path) -> None:
    script = (
        "import sys; from dedup.integrations import guard, service; from dedup.cli.main import main; "
        "guard.HEAD_SECONDS = service.BODY_SECONDS = 1.0; main(['serve', '--port', '0'])"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=tmp_path, stderr=subprocess.PIPE, env=environment
    ) as process:
        service = Service(process)
        host, port = service.address.removeprefix("http://").split(":")
        slow = [socket.create_connection((host, int(port)), timeout=30) for _ in range(60)]
        for number, connection in enumerate(slow):
            connection.sendall(
                b"POST /articles HT" if number % 2 else posted(ARTICLE, "Host: localhost")[:-9]
            )
        assert service.judge({"id": "quick", "text": "Not held up."})["id"] == "quick"
        answers = {connection.recv(4096)[:12] for connection in slow}
        assert answers == {b"", b"HTTP/1.1 408"}
        for connection in slow:
            connection.close()
        process.terminate()
        assert process.wait(60) == 0


def test_ids_that_are_large_numbers_stay_apart(service: Service) -> None:
    for number in (2**64 + 1, 2**64 + 2):
        report = service.judge({"id": number, "text": f"Article {number} of the day."})
        assert report["id"] == str(number) and "revision" not in report


def test_it_describes_itself(service: Service) -> None:
    status, answer = service.ask("/openapi.json")
    document = json.loads(answer)
    assert status == 200 and document["openapi"].startswith("3.")
    for path, methods in document["paths"].items():
        for method in methods:
            assert service.ask(path, b"{}" if method == "post" else None)[0] != 404
    report = service.judge({"id": "described", "text": FEED[2]["text"] + "\n\n" + FEED[0]["text"]})
    described = document["components"]["schemas"]["Report"]["properties"]
    assert report["findings"] and set(report) <= set(described)
    assert set(report["findings"][0]) <= set(described["findings"]["items"]["properties"])


BATCH = [{"id": f"many-{n}", "publisher": f"paper-{n}", "text": FEED[3]["text"]} for n in range(3)]


def test_an_array_gets_an_array_of_answers_in_order(service: Service) -> None:
    status, answer = service.ask("/articles", json.dumps([*BATCH, {"id": "none"}]).encode())
    *reports, bad = json.loads(answer)
    assert status == 200 and [report["id"] for report in reports] == [one["id"] for one in BATCH]
    assert [report["originality"] > 0 for report in reports] == [True, False, False]
    assert bad == {"error": 'no "text" field'}
    assert service.ask("/articles", b"[]") == (200, b"[]")


def test_lines_get_lines_and_a_broken_one_costs_no_other(service: Service) -> None:
    lines = [json.dumps(one).encode() for one in BATCH]
    status, answer = service.ask("/articles", b"\n".join([*lines, b"{oops", b"7", b""]))
    *reports, broken, number = map(json.loads, answer.splitlines())
    assert status == 200 and [report["id"] for report in reports] == [one["id"] for one in BATCH]
    assert "broken JSON" in broken["error"] and number == {"error": "not a JSON object"}


def test_an_array_of_anything_else_is_refused_as_a_whole(service: Service) -> None:
    status, answer = service.ask("/articles", b'[{"id": "a", "text": "x"}, 1]')
    assert status == 400 and json.loads(answer)["error"] == "number 2 of the array is not a JSON object"


def test_what_it_answers_is_what_it_describes(service: Service) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    document = json.loads(service.ask("/openapi.json")[1])
    kinds = document["components"]["schemas"]
    for text in (
        FEED[2]["text"],
        FEED[2]["text"],
        FEED[0]["text"] + "\n\nПодпишитесь на нашу рассылку новостей.",
    ):
        report = service.judge({"id": f"described-{len(text)}", "text": text})
        jsonschema.validate(report, kinds["Report"])
    jsonschema.validate(json.loads(service.ask("/articles", b"[1]")[1]), kinds["Error"])
    health = document["paths"]["/health"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(json.loads(service.ask("/health")[1]), health)


def test_it_says_how_it_fares(service: Service) -> None:
    service.judge({"id": "fares", "text": "One more."})
    status, answer = service.ask("/health")
    health = json.loads(answer)
    assert (status, health["status"]) == (200, "ok") and health["articles"] > 0
    status, answer = service.ask("/metrics")
    assert status == 200 and re.search(rb"^dedup_articles_total [1-9]", answer, re.MULTILINE)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_it_gracefully(tmp_path: Path, number: int, code: int) -> None:
    with dedup(tmp_path, "serve", "--index", "feed.index", "--port", "0") as process:
        service = Service(process)
        assert service.ask("/health")[0] == 200
        process.send_signal(number)
        assert process.wait(60) == code
        assert process.stderr is not None and process.stderr.read() == b""


def test_without_its_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    result = CliRunner().invoke(main, ["serve"])
    assert result.exit_code == 1
    assert (
        result.stderr == "Error: dedup serve needs uvicorn: pip install '.[serve]' in a checkout of dedup\n"
    )
