"""docs/pipelines.md says what the program does."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import click
import pytest

from dedup.cli.main import main

TEXT = (Path(__file__).parent.parent / "docs" / "pipelines.md").read_text(encoding="utf-8")
PYTHON = re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
NEEDS = {"redis", "confluent_kafka", "datatrove", "pandas", "scrapy"}


def options(*names: str) -> set[str]:
    """The options of some commands."""
    found: set[str] = set()
    for name in names:
        command = main.commands[name]
        every = command.commands.values() if isinstance(command, click.Group) else [command]
        found |= {
            opt for each in every for parameter in each.params for opt in parameter.opts if opt[:2] == "--"
        }
    return found


def test_every_option_of_its_commands_stands_in_it_and_no_other() -> None:
    told = re.sub(r"`python -m benchmarks .*?`", "", TEXT)
    named = set(re.findall(r"(?<=[` ])--[a-z][a-z-]*", told))
    assert named >= options("filter", "index", "serve")
    assert named - options("filter", "index", "serve", "scan") == {"--json"} - options("index")


def test_every_command_stands_in_it() -> None:
    index = main.commands["index"]
    assert isinstance(index, click.Group)
    for name in ("filter", "serve", "scan", *(f"index {name}" for name in index.commands)):
        assert f"dedup {name} " in TEXT


@pytest.mark.parametrize("code", PYTHON, ids=lambda code: code.splitlines()[0][:40])
def test_examples_import_what_there_is_and_are_short(code: str) -> None:
    tree = ast.parse(code)
    assert len([line for line in code.splitlines() if line.strip()]) < 10
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    for node in imports:
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
        for name in names:
            top = name.partition(".")[0]
            if top in NEEDS and importlib.util.find_spec(top) is None:
                pytest.skip(f"{top} is not installed")
    exec(compile(ast.Module(list(imports), []), "pipelines.md", "exec"), {})


@pytest.mark.parametrize("start", ["import pandas", "from dedup import Article, Detector"])
def test_examples_that_need_no_server_run(
    start: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if start == "import pandas":
        pytest.importorskip("pandas", reason="pandas is not installed: pip install '.[pandas]'")
    monkeypatch.chdir(tmp_path)
    (code,) = (code for code in PYTHON if code.startswith(start))
    exec(code, {})
    said = capsys.readouterr().out
    assert "1.0" in said
    assert start != "import pandas" or re.search(r"b +0\.0 +16", said)
