"""Kernels are loaded or compiled when they are called, and in processes of their own after an installation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import numpy as np
import pytest
from numba.core.compiler import Flags

from dedup.match.kernels import minhash
from dedup.text.kernels import compiling, pipeline
from dedup.text.kernels.compiling import Kernel, compiled, to_compile

ROOT = Path(__file__).parent.parent
MODULE = "dedup.match.kernels.minhash"


def test_nothing_is_compiled_before_it_is_called() -> None:
    @compiled("int64(int64)")
    def doubled(number: int) -> int:
        return 2 * number

    assert isinstance(doubled, Kernel)
    assert doubled._code is None
    assert doubled(21) == 42
    assert doubled._code is not None


def test_a_kernel_keeps_its_name_and_its_sentence() -> None:
    assert minhash.digest.__name__ == "digest"
    assert minhash.digest.__doc__


def test_kernels_are_compiled_by_other_processes_and_then_kept(tmp_path: Path) -> None:
    script = (
        "from dedup.text.kernels.compiling import compile_all, to_compile\n"
        "if __name__ == '__main__':\n"
        f"    places = [place for place in to_compile(['{MODULE}']) if place[1] in ('digest', 'band')]\n"
        "    print(sorted(compile_all(places, 2)))\n"
        f"    print([name for _, name in to_compile(['{MODULE}']) if name in ('digest', 'band')])\n"
    )
    file = tmp_path / "warm.py"
    file.write_text(script, encoding="utf-8")
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "kept"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, str(file)], env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"[('{MODULE}', 'band'), ('{MODULE}', 'digest')]", "[]"], done.stderr


def test_code_is_kept_by_all_that_it_is_made_from() -> None:
    files, constants = compiling._sources(minhash.shingle_paragraphs._function)
    assert {Path(file).name for file in files} == {"minhash.py", "hashing.py"}
    assert any(constant.startswith("PRIME1=") for constant in constants)


def test_plain_python_has_nothing_to_compile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling.numba.config, "DISABLE_JIT", True)
    assert to_compile([MODULE]) == []


def test_several_threads_may_call_a_kernel_first() -> None:
    from concurrent.futures import ThreadPoolExecutor

    @compiled("int64(int64[::1])")
    def total(numbers: np.ndarray) -> int:
        found = np.int64(0)
        for number in numbers:
            found += number
        return found

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(total, [np.arange(4)] * 16)) == [6] * 16


@compiling.inlined
def _squared(number: int) -> int:
    return number * number


def test_machine_code_is_made_for_whole_kernels_only() -> None:
    kernel = numba.njit("int64(int64)", pipeline_class=pipeline.KernelCompiler)(
        lambda number: _squared(number) + max(number, 7)
    )
    assert kernel(3) == 16
    (part,) = _squared.overloads.values()  # type: ignore[attr-defined]
    assert isinstance(part.library, pipeline._Part)
    assert not isinstance(
        numba.njit("int64(int64)")(lambda number: number).overloads.popitem()[1].library, pipeline._Part
    )


def test_a_kernel_is_kept_without_what_others_would_need_to_inline_it(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from dedup.match.kernels import minhash\n"
        "minhash.shingle_paragraphs.load()\n"
        "print('numba.cpython.unicode' in sys.modules, 'numba.typed.typedlist' in sys.modules)\n"
    )
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    run = [sys.executable, "-c", script]
    first, second = (
        subprocess.run(run, env=environment, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert first == "True True\n"
    assert second == "False False\n", "loading what is kept imports how numba compiles"


def test_a_part_is_looked_up_by_its_options_too() -> None:
    plain, quick = Flags(), pipeline._Options(Flags())
    assert plain == quick
    assert hash(plain) == hash(quick)
    quick.release_gil = True
    assert plain != quick


def test_an_unknown_numba_compiles_in_its_own_way(tmp_path: Path) -> None:
    script = (
        "import sys, numba\n"
        "numba.__version__ = sys.argv[1]\n"
        "from dedup.text.kernels import compiling\n"
        "from dedup.match.kernels import minhash\n"
        "import numpy as np\n"
        "out = np.zeros(1, np.uint64)\n"
        "minhash.digest(np.arange(9, dtype=np.uint32), np.array([0, 9]), out)\n"
        "print(compiling._PIPELINE is not None, *out)\n"
    )
    said = []
    for version in (numba.__version__, "0.999.0"):
        environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / version), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", script, version], env=environment, capture_output=True, text=True
        )
        said.append(done.stdout.split())
        assert done.returncode == 0, done.stderr
    assert said[1][0] == "False" and said[0][1:] == said[1][1:]
