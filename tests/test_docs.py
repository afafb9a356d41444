"""What the documents say is what the program does."""

from __future__ import annotations

import doctest
import json
import re
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from dedup.cli.main import main
from dedup.version import __version__

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GOLDEN = re.compile(r"(<!-- golden: (\S+)(?: (\S+))? -->\n```\w+\n)(.*?)(```)", re.DOTALL)


def readme() -> str:
    return README.read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", readme(), re.DOTALL | re.MULTILINE)


def commands(
    group: click.Command = main, path: tuple[str, ...] = ("dedup",)
) -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, groups included."""
    yield " ".join(path), group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_command_is_explained_and_stands_in_the_readme(name: str, command: click.Command) -> None:
    assert command.help, f"{name} has no help"
    assert f"`{name}" in readme(), f"{name} is missing in README.md"


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_every_option_is_explained_and_stands_in_the_readme(name: str, command: click.Command) -> None:
    for parameter in command.get_params(click.Context(command)):
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.name} has no help"
            for spelling in (*parameter.opts, *parameter.secondary_opts):
                assert re.search(rf"[` ]{spelling}[` ]", readme()), (
                    f"{name} {spelling} is missing in README.md"
                )


def test_the_readme_names_no_option_that_does_not_exist() -> None:
    known = {
        spelling
        for _, command in commands()
        for parameter in command.get_params(click.Context(command))
        for spelling in (*parameter.opts, *parameter.secondary_opts)
    }
    others = (
        r"^```sh\npython3.*?^```|<!-- benchmarks: begin -->.*?<!-- benchmarks: end -->"  # of other commands
    )
    text = re.sub(others, "", readme(), flags=re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"(?<=[` ])--[a-z][a-z-]*", text)) <= known


def test_python_examples_of_the_readme_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    examples = "\n".join(blocks("python"))
    test = doctest.DocTestParser().get_doctest(examples, {}, "README.md", str(README), 0)
    assert test.examples
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    assert result.failed == 0, "".join(said)


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


def test_examples_of_output_in_the_readme_are_the_golden_files(request: pytest.FixtureRequest) -> None:
    text = readme()
    fresh = GOLDEN.sub(lambda found: found[1] + example(found[2], found[3]) + found[5], text)
    if request.config.getoption("--regen"):
        README.write_text(fresh, encoding="utf-8")
    else:
        assert text == fresh
    assert len(GOLDEN.findall(text)) == 2


def example(path: str, article: str | None) -> str:
    """A golden file as the README shows it: whole, or the line of one article, laid out to be read."""
    text = (ROOT / path).read_text(encoding="utf-8")
    if not article:
        return text
    report = next(row for row in map(json.loads, text.splitlines()) if row["id"] == article)
    values = ((name, json.dumps(value, ensure_ascii=False)) for name, value in report.items())
    return "{" + ",\n ".join(f'"{name}": {value}' for name, value in values) + "}\n"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", path.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), f"{name} links to {target}"


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
