"""What tests of all modules share."""

from __future__ import annotations

import os
import signal
import sys
from collections import deque
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# Started in the background of a shell, tests would hand an ignored Ctrl-C on to the commands they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A busy machine is no failure, and the same examples for everybody make one that is reproducible.
settings.register_profile("dedup", deadline=None, derandomize=True)
settings.load_profile("dedup")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regen", action="store_true", help="write the golden files anew: read their diff like code"
    )
    parser.addoption(
        "--slow", action="store_true", help="run the tests that install packages or take long, too"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "slow: installs packages into environments of its own, or takes long; runs with --slow"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--slow"):
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="installs packages or takes long: runs with --slow"))


@pytest.fixture(scope="session", autouse=True)
def kernels() -> None:
    """Compiled before a test looks at what a command says, for the first command says that it compiles."""
    from dedup.compiler.kernels import compile_all, to_compile

    for room in ("dedup.scanner", "dedup.stream"):
        import_module(room)
    names = sorted(name for name in sys.modules if name.startswith("dedup.") and "kernels" in name)
    if places := to_compile(names):
        deque(compile_all(places, os.cpu_count() or 1), maxlen=0)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, bytes], None]:
    """Compare bytes with a golden file: `tests/golden/NAME`, or a path from the root with a slash in it."""

    def compare(name: str, got: bytes) -> None:
        path = ROOT / (name if "/" in name else f"tests/golden/{name}")
        if request.config.getoption("--regen"):
            path.write_bytes(got)
        wanted = path.read_bytes().decode() if path.exists() else f"{path} is missing: run pytest --regen"
        assert got.decode() == wanted

    return compare


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder with other people's texts that are not part of this project; skips where it is absent."""
    path = Path(os.environ.get("DEDUP_TEST_DATA") or ROOT.parent / "shared" / "data")
    if not path.is_dir():
        pytest.skip(f"no test data in {path}: set DEDUP_TEST_DATA to the folder that has it")
    return path
