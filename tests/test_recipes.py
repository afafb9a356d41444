"""The recipes of the documents run: commands here, and with ``--slow`` scripts in environments of their own extra."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import time
import venv
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from servers import redis_server

from dedup.cli.main import main

ROOT = Path(__file__).parent.parent
FEED = ROOT / "samples" / "feed.jsonl"
SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
ROWS = [json.loads(line) for line in FEED.read_text(encoding="utf-8").splitlines()]
RECIPES = (ROOT / "docs" / "recipes.md").read_text(encoding="utf-8")
PIPELINES = (ROOT / "docs" / "pipelines.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def block(text: str, language: str, start: str) -> str:
    """The one code block that begins so."""
    (found,) = (code for code in blocks(text, language) if code.startswith(start))
    return found


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with fetched articles, where `dedup` is a command."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script = (
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {shlex.quote(sys.executable)} -m dedup "$@"\n'
    )
    (programs / "dedup").write_text(script, encoding="utf-8")
    (programs / "dedup").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}")
    shutil.copy(FEED, tmp_path / "fetched.jsonl")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def kept(folder: Path) -> list[str]:
    return [
        json.loads(line)["id"] for line in (folder / "kept.jsonl").read_text(encoding="utf-8").splitlines()
    ]


# --- by the command line ---


def stub(monkeypatch: pytest.MonkeyPatch, name: str, **names: Any) -> None:
    """A module that is not installed, with what a recipe imports of it."""
    module = ModuleType(name)
    module.__dict__.update(names)
    monkeypatch.setitem(sys.modules, name, module)


def as_it_is(function: Callable[..., Any] | None = None, **_options: Any) -> Any:
    return function if function else as_it_is


class Dag:
    def __init__(self, *_names: Any, **_options: Any) -> None: ...
    def __enter__(self) -> Dag:
        return self

    def __exit__(self, *_error: object) -> None: ...


def test_airflow_runs_the_command(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def operator(task_id: str, bash_command: str, **_options: Any) -> None:
        subprocess.run(bash_command, shell=True, check=True)

    stub(monkeypatch, "airflow", DAG=Dag)
    stub(monkeypatch, "airflow.operators")
    stub(monkeypatch, "airflow.operators.bash", BashOperator=operator)
    exec(block(RECIPES, "python", "# Airflow"), {})
    assert 0 < len(kept(shell)) < len(ROWS) and (shell / "copies.jsonl").stat().st_size


def test_dagster_runs_the_command(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, "dagster", asset=as_it_is)
    names: dict[str, Any] = {}
    exec(block(RECIPES, "python", "# Dagster"), names)
    names["kept_articles"]()
    assert 0 < len(kept(shell)) < len(ROWS)


def test_prefect_runs_the_command(shell: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub(monkeypatch, "prefect", flow=as_it_is, task=as_it_is)
    names: dict[str, Any] = {}
    exec(block(RECIPES, "python", "# Prefect"), names)
    names["news"]()
    assert 0 < len(kept(shell)) < len(ROWS)


def test_bulk_lines_are_pairs_of_an_action_and_an_article(shell: Path) -> None:
    (shell / "bulk.py").write_text(block(RECIPES, "python", "# bulk.py"), encoding="utf-8")
    command = next(code for code in blocks(RECIPES, "sh") if "bulk.py" in code).splitlines()[0]
    subprocess.run(command, shell=True, check=True)
    lines = [json.loads(line) for line in (shell / "bulk.ndjson").read_text(encoding="utf-8").splitlines()]
    assert [line["index"]["_id"] for line in lines[::2]] == [row["id"] for row in ROWS]
    assert all(0 <= line["originality"] <= 1 and "dedup" not in line for line in lines[1::2])


def test_the_commands_of_the_recipes_have_options_that_there_are() -> None:
    for text in (
        RECIPES,
        PIPELINES,
        *(page.read_text("utf-8") for page in (ROOT / "docs" / "howto").glob("*.md")),
    ):
        for line in "".join(blocks(text, "sh")).splitlines():
            for called in re.findall(r"(?:^|\| )dedup ([^|<>&#]+)", line):
                words = shlex.split(called)
                command: Any = main
                while words and words[0] in getattr(command, "commands", {}):
                    command = command.commands[words.pop(0)]
                known = {spelling for one in command.params for spelling in (*one.opts, *one.secondary_opts)}
                assert {word.split("=")[0] for word in words if word[:2] == "--"} <= known, line


# --- files that other programs read ---


def yaml_of(text: str) -> Any:
    return pytest.importorskip("yaml", reason="no YAML here: it comes with '.[docs]'").safe_load(text)


def test_the_action_and_the_hook_scan_as_asked(shell: Path) -> None:
    action = yaml_of((ROOT / "action.yml").read_text("utf-8"))
    (used,) = (step for code in blocks(RECIPES, "yaml") if "runs-on" in code
               for step in yaml_of(code)["jobs"]["originality"]["steps"] if step["uses"] == "./.dedup")  # fmt: skip
    assert set(used["with"]) <= set(action["inputs"])
    step = action["runs"]["steps"][-1]
    values = {"PATHS": "fetched.jsonl", "REFERENCE": "", "FAIL_UNDER": "0.3", "REPORT": "originality.html"}
    assert set(values) == set(step["env"])
    run = subprocess.run(["bash", "-ec", step["run"]], env={**os.environ, **values}, capture_output=True)
    assert run.returncode == 3 and (shell / "originality.html").stat().st_size > 10_000
    (hook,) = yaml_of((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (repo,) = yaml_of(next(code for code in blocks(RECIPES, "yaml") if "repos:" in code))["repos"]
    assert hook["id"] == repo["hooks"][0]["id"]
    arguments = ["--fail-under", "0.3", "fetched.jsonl"]
    assert subprocess.run([*shlex.split(hook["entry"]), *arguments], capture_output=True).returncode == 3


def test_a_release_is_built_tested_and_published_by_a_trusted_workflow() -> None:
    jobs = yaml_of((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))["jobs"]
    assert jobs["publish"]["permissions"] == {"id-token": "write"} and jobs["publish"]["needs"] == "test"
    setup = (ROOT / "setup.cfg").read_text("utf-8")
    for python in jobs["test"]["strategy"]["matrix"]["python"]:
        assert f"Programming Language :: Python :: {python}" in setup


def test_the_dockerfile_copies_what_there_is_and_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    for line in lines:
        if line.startswith("COPY"):
            assert all((ROOT / name).exists() for name in line.split()[1:-1]), line
    assert "USER 1000" in lines and 'ENTRYPOINT ["dedup"]' in lines


# --- scripts, each in an environment made by its own extra ---


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with `dedup` and what it needs itself, no more; returns where its packages are."""
    folder = tmp_path_factory.mktemp("base")
    venv.create(folder, with_pip=True)
    install(folder, str(ROOT))
    (found,) = folder.glob("lib/python*/site-packages")
    return found


def alone() -> dict[str, str]:
    """The variables of a process that sees nothing of this checkout."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def install(folder: Path, *what: str) -> None:
    command = [folder / "bin" / "python", "-m", "pip", "install", "-q", *what]
    said = subprocess.run(command, env=alone(), capture_output=True, text=True)
    if said.returncode:
        pytest.skip(f"cannot be installed here: {said.stderr.strip().splitlines()[-1]}")


@pytest.fixture
def environment(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    made: list[Path] = []

    def of(extra: str) -> Path:
        """The Python of an environment that has what the base has, and an extra."""
        folder = tmp_path_factory.mktemp(extra)
        made.append(folder)
        venv.create(folder, with_pip=True)
        purelib = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
        (purelib / "base.pth").write_text(str(base), encoding="utf-8")
        # dedup itself is the base's: its loops are compiled once.
        install(folder, *SETUP["options.extras_require"][extra].split("\n")[1:])
        return folder / "bin" / "python"

    yield of
    for folder in made:
        shutil.rmtree(folder, ignore_errors=True)


def run_script(python: Path, code: str, folder: Path) -> str:
    """Run a script as a person would: from a file, with nothing of ours around it."""
    (folder / "recipe.py").write_text(code, encoding="utf-8")
    done = subprocess.run(
        [python, "recipe.py"], cwd=folder, env=alone(), capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_datatrove_keeps_and_drops(environment: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    shutil.copy(FEED, tmp_path / "news")
    run_script(environment("datatrove"), block(PIPELINES, "python", "from datatrove"), tmp_path)
    assert list((tmp_path / "kept").glob("*")) and list((tmp_path / "copies").glob("*"))


@pytest.mark.slow
def test_frames_are_judged(environment: Callable[[str], Path], tmp_path: Path) -> None:
    said = run_script(environment("pandas"), block(PIPELINES, "python", "import pandas"), tmp_path)
    assert re.search(r"b +0\.0 +16", said)


@pytest.mark.slow
def test_a_loop_and_datasketch_need_no_extra(environment: Callable[[str], Path], tmp_path: Path) -> None:
    python = environment("frames")
    assert "1.0" in run_script(
        python, block(PIPELINES, "python", "from dedup import Article, Detector"), tmp_path
    )
    assert "b#0" in run_script(python, block(PIPELINES, "python", "from datasketch"), tmp_path)


SPIDER = """
import scrapy
from scrapy.crawler import CrawlerProcess

import settings

STORY = "The council of Harrow Falls voted on Monday to close the old bridge before the winter came."


class Spider(scrapy.Spider):
    name = "news"
    start_urls = ["data:,"]

    def parse(self, response):
        for number in range(2):
            yield {"id": str(number), "article_text": STORY, "source_domain": f"paper-{number}.example"}


process = CrawlerProcess({**{n: v for n, v in vars(settings).items() if n.isupper()},
                          "FEEDS": {"items.jsonl": {"format": "jsonlines"}}, "LOG_LEVEL": "ERROR"})
process.crawl(Spider)
process.start()
"""


@pytest.mark.slow
def test_scrapy_drops_the_copy(environment: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(block(PIPELINES, "python", "# settings.py"), encoding="utf-8")
    run_script(
        environment("scrapy"),
        SPIDER.replace("import settings\n", "import settings\n\nsettings.DEDUP_MIN_JUDGED = 8\n"),
        tmp_path,
    )
    (item,) = map(json.loads, (tmp_path / "items.jsonl").read_text(encoding="utf-8").splitlines())
    assert item["id"] == "0" and item["dedup"]["originality"] == 1


@pytest.mark.slow
def test_redis_streams_are_judged(environment: Callable[[str], Path], tmp_path: Path) -> None:
    url = redis_server()
    redis = pytest.importorskip("redis", reason="redis is not installed: pip install '.[redis]'")
    code = block(PIPELINES, "python", "import redis").replace(
        "redis://cache:6379/0?prefix=news", f"{url}?prefix=recipe"
    )
    code = code.replace(
        'redis.Redis("cache")', f'redis.Redis(unix_socket_path="{url.removeprefix("unix://")}")'
    )
    (tmp_path / "recipe.py").write_text(code, encoding="utf-8")
    client = redis.Redis(unix_socket_path=url.removeprefix("unix://"))
    process = subprocess.Popen([environment("redis"), "recipe.py"], cwd=tmp_path, env=alone())
    try:
        for row in ROWS[:2]:
            client.xadd("articles", {"article": json.dumps(row)})
        for _ in range(600):
            if client.xlen("articles.judged") + client.xlen("articles.rejected") == 2:
                break
            assert process.poll() is None
            time.sleep(0.2)
        assert (client.xlen("articles.judged"), client.xlen("articles.rejected")) == (1, 1)
    finally:
        process.terminate()
        process.wait(60)
        client.close()
