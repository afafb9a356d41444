"""Kernels are loaded or compiled when they are called, and in processes of their own after an installation."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from dedup.compiler import environment, source
from dedup.compiler.environment import user_cache_folder
from dedup.compiler.errors import NotCompiled
from dedup.compiler.kept import Kept
from dedup.compiler.kernels import Kernel, compiled, to_compile
from dedup.match.kernels import minhash

ROOT = Path(__file__).parent.parent
MODULE = "dedup.match.kernels.minhash"


@compiled("int64(int64)")
def doubled(number: int) -> int:
    return 2 * number


@compiled("int64(int64[::1])")
def total(numbers: np.ndarray) -> int:
    found = 0
    for number in numbers:
        found += number
    return found


def test_nothing_is_compiled_before_it_is_called() -> None:
    assert isinstance(doubled, Kernel)
    assert doubled._code is None
    assert doubled(21) == 42
    assert doubled._code is not None


def test_a_kernel_keeps_its_name_and_its_sentence() -> None:
    assert minhash.digest.__name__ == "digest"
    assert minhash.digest.__doc__


def test_kernels_are_compiled_by_other_processes_and_then_kept(tmp_path: Path) -> None:
    script = (
        "from dedup.compiler.kernels import compile_all, to_compile\n"
        "if __name__ == '__main__':\n"
        f"    places = [place for place in to_compile(['{MODULE}']) if place[1] in ('digest', 'band')]\n"
        "    print(sorted(compile_all(places, 2)))\n"
        f"    print([name for _, name in to_compile(['{MODULE}']) if name in ('digest', 'band')])\n"
    )
    file = tmp_path / "warm.py"
    file.write_text(script, encoding="utf-8")
    variables = {**os.environ, "DEDUP_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(file)], env=variables, capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"[('{MODULE}', 'band'), ('{MODULE}', 'digest')]", "[]"], done.stderr


def test_a_process_that_is_ended_leaves_its_loops_to_the_first_call(tmp_path: Path) -> None:
    script = (
        "import os\n"
        "from dedup.compiler.kernels import compile_all\n"
        "if __name__ == '__main__':\n"
        f"    print([*compile_all([('{MODULE}', 'no such loop'), ('{MODULE}', 'digest')], 1)] or 'nothing')\n"
        "else:\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    file = tmp_path / "killed.py"
    file.write_text(script, encoding="utf-8")
    variables = {**os.environ, "DEDUP_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(file)], env=variables, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "nothing\n", done.stderr


def test_code_is_kept_by_all_that_it_is_made_from() -> None:
    files, constants = source.made_from(minhash.shingle_paragraphs._function)
    assert {Path(file).name for file in files} == {"minhash.py", "hashing.py"}
    assert any(constant.startswith("PRIME1=") for constant in constants)


def test_code_for_other_types_or_with_checks_is_other_code(tmp_path: Path) -> None:
    kinds = [("int64(int64)", False), ("int64(int64)", True), ("int64(int32)", False)]
    files = {Kept(doubled._function, signature, checked).file(tmp_path) for signature, checked in kinds}
    assert len(files) == 3


def test_what_was_kept_is_loaded_and_what_is_broken_made_again(tmp_path: Path) -> None:
    kept = Kept(doubled._function, "int64(int64)", False)
    assert kept.loaded(tmp_path)(4) == 8
    file = kept.file(tmp_path)
    whole = file.read_bytes()
    assert kept.loaded(tmp_path)(4) == 8
    for broken in (b"", b"short", whole[:-20], whole[:100] + b"\0" + whole[101:]):
        file.write_bytes(broken)
        assert kept.loaded(tmp_path)(4) == 8
        assert file.read_bytes() == whole
    assert [one.name for one in tmp_path.iterdir()] == [file.name]


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    assert Kept(doubled._function, "int64(int64)", False).loaded(file)(4) == 8


def test_what_is_kept_is_for_all_who_may_read_the_folder(tmp_path: Path) -> None:
    kept = Kept(doubled._function, "int64(int64)", False)
    kept.loaded(tmp_path)
    assert kept.file(tmp_path).stat().st_mode & 0o444 == 0o444
    blocked = kept.file(tmp_path / "other")
    blocked.mkdir(parents=True)
    assert kept.loaded(tmp_path / "other")(4) == 8
    assert [one.name for one in blocked.parent.iterdir()] == [blocked.name], "nothing half written is left"


def test_code_that_cannot_be_kept_is_compiled_once_a_start_and_said(tmp_path: Path) -> None:
    folder = tmp_path / "file"
    folder.write_text("no folder")
    variables = {**os.environ, "DEDUP_CACHE_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-m", "dedup", "scan", "-"]
    done = subprocess.run(run, env=variables, input='{"text": "A bridge."}', capture_output=True, text=True)
    assert done.returncode == 0 and '"originality"' in done.stdout
    assert "cannot be kept" in done.stderr and "DEDUP_CACHE_DIR" in done.stderr


def test_another_source_under_a_running_process_is_not_taken_for_its_own(tmp_path: Path) -> None:
    tree = source.Sources()
    assert tree.tree(doubled._function).name == "doubled"
    moved = doubled._function.__code__.replace(co_firstlineno=total._function.__code__.co_firstlineno)
    with pytest.raises(NotCompiled, match="doubled is not there"):
        tree.tree(type(doubled._function)(moved, {}, "doubled"))


def test_the_environment_says_what_it_may_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_LOOPS", "Plain")
    with pytest.raises(ValueError, match="plain or checked"):
        environment.are_plain()


def test_the_folder_may_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DEDUP_CACHE_DIR", str(tmp_path))
    assert user_cache_folder() == tmp_path
    monkeypatch.delenv("DEDUP_CACHE_DIR")
    assert "dedup" in user_cache_folder().parts


def test_plain_python_has_nothing_to_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEDUP_LOOPS", "plain")
    assert to_compile([MODULE]) == []


def test_several_threads_may_call_a_kernel_first() -> None:
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(total, [np.arange(4)] * 16)) == [6] * 16


def test_llvm_is_loaded_where_a_loop_is() -> None:
    script = "import sys\nfrom dedup.match.kernels import minhash\nprint('llvmlite' in sys.modules)\n"
    run = [sys.executable, "-c", script]
    assert subprocess.run(run, capture_output=True, text=True, check=True, cwd=ROOT).stdout == "False\n"
