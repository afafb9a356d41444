"""What the documents say is what the program does."""

from __future__ import annotations

import doctest
import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from configparser import ConfigParser
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

import dedup
from dedup.cli.main import main
from dedup.model import ArticleReport
from dedup.settings import Settings
from dedup.version import __version__

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
GOLDEN = re.compile(r"(<!-- golden: (\S+)(?: (\S+))? -->\n```\w+\n)(.*?)(```)", re.DOTALL)


def tool(name: str) -> ModuleType:
    """A module of `tools/`, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reference = tool("reference")


def readme() -> str:
    return README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", readme(), re.DOTALL | re.MULTILINE)


REFERENCE = reference.commands()


@pytest.mark.parametrize(("name", "command"), list(reference.every_command()))
def test_every_command_is_explained_and_stands_in_readme_and_reference(
    name: str, command: click.Command
) -> None:
    assert command.help, f"{name} has no help"
    if name != "dedup":
        assert not command.get_short_help_str().endswith("..."), f"{name} breaks off in the list of commands"
    assert f"## `{name}`" in REFERENCE
    assert f"`{' '.join(name.split()[:2])}`" in readme() or name == "dedup", f"{name} is missing in README.md"


@pytest.mark.parametrize(("name", "command"), list(reference.every_command()))
def test_every_option_is_explained(name: str, command: click.Command) -> None:
    for parameter in command.get_params(click.Context(command)):
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name} has no help"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name != "reliability.md"], ids=lambda page: page.name
)
def test_documents_name_no_option_that_does_not_exist(page: Path) -> None:
    known = {
        spelling
        for _, command in reference.every_command()
        for parameter in command.get_params(click.Context(command))
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    }
    others = (  # of other commands
        r"^(?:python3 -m|docker run|curl|pip) .*?$|`python -m .*?`|"
        r"<!-- benchmarks: begin -->.*?<!-- benchmarks: end -->"
    )
    text = re.sub(others, "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"(?<=[` ])--[a-z][a-z-]*", text)) <= known


@pytest.mark.parametrize(
    "page", [page for page in PAGES if ">>> " in page.read_text(encoding="utf-8")], ids=str
)
def test_python_examples_run(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    text = page.read_text(encoding="utf-8")
    examples = "\n".join(re.findall(r"^```python\n(>>> .*?)^```", text, re.DOTALL | re.MULTILINE))
    test = doctest.DocTestParser().get_doctest(examples, {}, page.name, str(page), 0)
    assert test.examples
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


def test_the_example_of_a_settings_file_is_one(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "howto" / "settings.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    (tmp_path / "dedup.toml").write_text(example, encoding="utf-8")
    said = CliRunner().invoke(
        main, ["explain-settings", "--config", str(tmp_path / "dedup.toml"), "min_words"]
    )
    assert "min_words = 6 (default 8)" in said.stdout


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    run = [sys.executable, "-m", "dedup"]
    named = {**os.environ, "_DEDUP_COMPLETE": f"{shell}_source"}
    script = subprocess.run(run, env=named, capture_output=True, text=True, check=True).stdout
    assert "_DEDUP_COMPLETE" in script


def test_the_reference_has_every_setting_key_and_name() -> None:
    assert all(f"## `{one.name}`" in reference.settings() for one in fields(Settings))
    assert all(f"`{one.name}`" in reference.report() for one in fields(ArticleReport))
    assert all(f"## `{name}`" in reference.python_api() for name in dedup.__all__ if name != "__version__")
    for page in (reference.commands(), reference.python_api()):
        assert "\b" not in page and "<factory>" not in page


def test_one_setting_is_explained_in_prose() -> None:
    said = CliRunner().invoke(main, ["explain-settings", "min_share", "--set", "min_share=0.6"]).stdout
    assert said.startswith("min_share = 0.6 (default 0.45); in (0, 1]\n\n  Share of a reworded passage")
    wrong = CliRunner().invoke(main, ["explain-settings", "min_shore"])
    assert wrong.exit_code and "did you mean min_share?" in wrong.stderr


def test_ci_runs_the_set_up_commands_of_the_readme() -> None:
    scanned, tested = (block.strip() for block in blocks("sh") if block.startswith("python3 -m venv"))
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert scanned in lines
    assert lines[-1] == tested


def test_samples_are_reported_as_their_golden_file_says(
    golden: Callable[[str, bytes], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    golden("samples/report.golden", CliRunner().invoke(main, ["scan", "samples/"]).stdout_bytes)
    golden("summary.txt", CliRunner().invoke(main, ["scan", "samples/", "-f", "text"]).stdout_bytes)
    golden("table.csv", CliRunner().invoke(main, ["scan", "samples/", "-f", "csv"]).stdout_bytes)
    golden("settings.txt", CliRunner().invoke(main, ["explain-settings"]).stdout_bytes)


@pytest.mark.parametrize("page", [README, ROOT / "docs" / "report.md"], ids=lambda page: page.name)
def test_examples_of_output_are_the_golden_files(page: Path, request: pytest.FixtureRequest) -> None:
    text = page.read_text(encoding="utf-8")
    fresh = GOLDEN.sub(lambda found: found[1] + example(found[2], found[3]) + found[5], text)
    if request.config.getoption("--regen"):
        page.write_text(fresh, encoding="utf-8")
    else:
        assert text == fresh
    assert len(GOLDEN.findall(text)) == 1


def example(path: str, article: str | None) -> str:
    """A golden file as the README shows it: whole, or the line of one article, laid out to be read."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if not article:
        return text
    report = next(row for row in map(json.loads, text.splitlines()) if row["id"] == article)
    values = ((name, json.dumps(value, ensure_ascii=False)) for name, value in report.items())
    return "{" + ",\n ".join(f'"{name}": {value}' for name, value in values) + "}\n"


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"], ids=str)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if "://" not in target and "reference/" not in target:  # those the strict build of the site checks
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_extras_named_in_the_readme_exist() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    named = set(re.findall(r"\.\[(\w+)\]", readme()))
    assert named and named <= set(setup["options.extras_require"])


def test_the_version_stands_in_one_place() -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    assert setup["metadata"]["version"] == "attr: dedup.version.__version__"
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
