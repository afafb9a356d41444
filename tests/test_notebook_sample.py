"""`samples/notebook.ipynb` is run, and what it shows is what this version says; ``pytest --regen`` writes it anew."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
NOTEBOOK = ROOT / "samples" / "notebook.ipynb"


def shown(code: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """Run a cell; what a notebook would keep of it: what it printed, and how its last line shows itself."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(tree, "cell", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None
    outputs: list[dict[str, Any]] = []
    if said.getvalue():
        outputs.append(
            {"output_type": "stream", "name": "stdout", "text": said.getvalue().splitlines(keepends=True)}
        )
    if value is not None:
        drawn = hasattr(value, "_repr_html_")
        data = {"text/plain": [f"<{type(value).__name__}>" if drawn else repr(value)]}
        if drawn:
            data["text/html"] = [value._repr_html_()]
        outputs.append({"output_type": "execute_result", "data": data, "metadata": {}})
    return outputs


def test_the_notebook_shows_what_this_version_says(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    for package in ("narwhals", "pandas"):
        pytest.importorskip(package, reason=f"{package} is not installed: pip install '.[pandas]'")
    monkeypatch.chdir(NOTEBOOK.parent)
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    names: dict[str, Any] = {}
    number = 0
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code":
            continue
        number += 1
        fresh = shown("".join(cell["source"]), names)
        for output in fresh:
            if output["output_type"] == "execute_result":
                output["execution_count"] = number
        if not request.config.getoption("--regen"):
            assert cell["outputs"] == fresh
        cell["outputs"], cell["execution_count"] = fresh, number
    if request.config.getoption("--regen"):
        NOTEBOOK.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert number > 5
