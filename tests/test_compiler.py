"""What loops mean: the same as in Python with numpy's numbers, but for whole numbers, which have 64 bits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.compiler import types
from dedup.compiler.errors import NotCompiled
from dedup.compiler.kept import Kept
from dedup.compiler.kernels import compiled, inlined

UNTIMED = settings(deadline=None, max_examples=100)
SIGNED = st.integers(-(2**63), 2**63 - 1)
UNSIGNED = st.integers(0, 2**64 - 1)
SMALL = st.integers(-100, 100)
NUMBERS = (1.5, 2.5, 4.0)


class Pair(NamedTuple):
    first: int
    second: float


def loop(function: Any, signature: str, *, checked: bool = False) -> Callable[..., Any]:
    """A function of this file compiled for some types."""
    return Kept(getattr(function, "_function", function), signature, checked).loaded(Path("/nowhere"))


@compiled("Tuple((int64, int64, int64, int64, int64, int64))(int64, int64)")
def whole(a: int, b: int) -> Any:
    return a + b, a * b, a - b, a & b, a | b, a ^ b


@UNTIMED
@given(SIGNED, SIGNED)
def test_whole_numbers_wrap_around(a: int, b: int) -> None:
    expected = [a + b, a * b, a - b, a & b, a | b, a ^ b]
    assert [number % 2**64 for number in whole(a, b)] == [number % 2**64 for number in expected]


@compiled("Tuple((int64, int64))(int64, int64)")
def divided(a: int, b: int) -> Any:
    return a // b, a % b


@UNTIMED
@given(SMALL, SMALL)
def test_division_rounds_down_and_by_zero_gives_zero(a: int, b: int) -> None:
    assert divided(a, b) == ((a // b, a % b) if b else (0, 0))


@compiled("Tuple((uint64, uint64, uint64, uint64, boolean))(uint64, uint64)")
def unsigned(a: Any, b: Any) -> Any:
    return a // (b | np.uint64(1)), a >> np.uint64(3), ~a, a - b, a < b


@UNTIMED
@given(UNSIGNED, UNSIGNED)
def test_numbers_without_a_sign(a: int, b: int) -> None:
    assert unsigned(a, b) == (a // (b | 1), a >> 3, 2**64 - 1 - a, (a - b) % 2**64, a < b)


@compiled(
    "Tuple((boolean, boolean, boolean, boolean, boolean, boolean, boolean, boolean, boolean, boolean))(int64, uint64)"
)
def compared(a: Any, b: Any) -> Any:
    return a < b, a <= b, a == b, a != b, a > b, a >= b, b < a, b <= a, b > a, b >= a


@UNTIMED
@given(st.one_of(SMALL, SIGNED), st.one_of(st.integers(0, 100), UNSIGNED))
def test_numbers_are_compared_for_what_they_are(a: int, b: int) -> None:
    expected = (a < b, a <= b, a == b, a != b, a > b, a >= b, b < a, b <= a, b > a, b >= a)
    assert compared(a, b) == expected


@compiled(
    "Tuple((int64, uint64, int64, int64, float64, float64, int64))(uint8, uint8, int32, boolean, float64)"
)
def mixed(small: Any, other: Any, signed: Any, flag: bool, real: float) -> Any:
    return (
        signed - small, small - other, small + (1 if flag else 0), signed + flag, real * small, signed / 4,
        np.int64(real),
    )  # fmt: skip


@UNTIMED
@given(st.integers(0, 255), st.integers(0, 255), SMALL, st.booleans(), st.floats(-1e6, 1e6))
def test_numbers_of_several_types_are_counted_in_64_bits(
    a: int, b: int, c: int, flag: bool, real: float
) -> None:
    assert mixed(a, b, c, flag, real) == (
        c - a,
        (a - b) % 2**64,
        a + flag,
        c + flag,
        real * a,
        c / 4,
        int(real),
    )


@compiled("Tuple((int64, int64, float64, float64, float64, float64, int64))(int64, int64, float64, float64)")
def functions(a: int, b: int, x: float, y: float) -> Any:
    return (
        min(a, b, 7), max(a, -b), max(x, y), np.sqrt(abs(x)), np.ceil(y), np.log1p(abs(x)), abs(a),
    )  # fmt: skip


@UNTIMED
@given(SMALL, SMALL, st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_functions_that_loops_know(a: int, b: int, x: float, y: float) -> None:
    found = functions(a, b, x, y)
    assert found[:5] == (min(a, b, 7), max(a, -b), max(x, y), np.sqrt(abs(x)), np.ceil(y))
    assert found[5] == pytest.approx(np.log1p(abs(x)), rel=1e-15)
    assert found[6] == abs(a)


@compiled("Tuple((float32, float32, float64, float32))(float32, float32)")
def single(a: Any, b: Any) -> Any:
    return a * b + np.float32(1), np.sqrt(a), np.float64(a) / b, np.float32(16777217)


@UNTIMED
@given(st.floats(0, 1e3, width=32), st.floats(1, 1e3, width=32))
def test_single_precision_stays_single(a: float, b: float) -> None:
    x, y = np.float32(a), np.float32(b)
    assert single(x, y) == (x * y + np.float32(1), np.sqrt(x), np.float64(x) / np.float64(y), 16777216)


@compiled("Tuple((int64, int64, int64, int64))(int64, int64, int64)")
def counted(start: int, stop: int, step: int) -> Any:
    n, total, last = 0, 0, -1
    for i in range(start, stop, step):
        if i == 5:
            continue
        if i > 60:
            break
        n += 1
        total += i
        last = i
    downs = 0
    for i in range(stop, start, -2):
        downs += i
    return n, total, last, downs


@UNTIMED
@given(SMALL, SMALL, st.integers(1, 7).map(lambda step: step) | st.integers(-7, -1))
def test_ranges_count_as_pythons(start: int, stop: int, step: int) -> None:
    assert counted(start, stop, step) == counted._function(start, stop, step)  # type: ignore[attr-defined]


@inlined
def _first_over(values: Any, limit: int) -> int:
    for i in range(values.size):
        if values[i] > limit and (i == 0 or values[i - 1] <= values[i]):
            return i
    return -1


@inlined
def _turned(pair: Pair) -> Pair:
    return Pair(np.int64(pair.second), np.float64(pair.first))


@compiled("Tuple((int64, int64, float64, float64, boolean))(int64[::1], int64)")
def parts(values: Any, limit: int) -> Any:
    """Functions, named tuples, tuples of constants, a test against several numbers."""
    pair = Pair(_first_over(values, limit), NUMBERS[values[0] & 1])
    first, second = _turned(pair)
    total = 0.0
    for number in NUMBERS:
        total += number
    return pair.first, first, second, total, limit in (3, 4)


@UNTIMED
@given(st.lists(SMALL, min_size=1), SMALL)
def test_functions_and_tuples(values: list[int], limit: int) -> None:
    array = np.array(values)
    assert parts(array, limit) == parts._function(array, limit)  # type: ignore[attr-defined]


@inlined
def _grown(rows: Any, n: int) -> Any:
    if n < rows.shape[0]:
        return rows
    more = np.empty((2 * n + 1, rows.shape[1]), rows.dtype)
    for i in range(rows.shape[0]):
        for k in range(rows.shape[1]):
            more[i, k] = rows[i, k]
    return more


@compiled("Tuple((int64[:, ::1], uint8[::1], boolean[::1], int64[::1]))(int64, uint32[::1])")
def made(count: int, given: Any) -> Any:
    """New arrays, such as functions return, views of them, parts, copies, sets."""
    rows = np.empty((0, 2), np.int64)
    for i in range(count):
        rows = _grown(rows, i)
        rows[i, 0], rows[i, 1] = i, -i
    flags = np.zeros(count, np.bool_)
    for i in range(0, count, 2):
        flags[i] = True
    filled = np.full((3, 2), 7, np.int64)
    filled[1, :] = 5
    filled[2][0] = 4
    scratch = np.empty(9, np.int64)
    scratch[:] = 1
    own = scratch[2:].copy()
    own[0] += filled[1, 1] + filled[0][0] + filled[2, 0]
    return rows[:count], given.view(np.uint8), flags, own[:100]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 50, 1000])
def test_arrays_are_made_and_given_back(count: int) -> None:
    data = np.array([1, 2**31, 77], np.uint32)
    rows, octets, flags, own = made(count, data)
    assert (
        rows.shape == (count, 2) and (rows[:, 0] == np.arange(count)).all() and (rows.sum(axis=1) == 0).all()
    )
    assert octets.tolist() == data.view(np.uint8).tolist()
    assert flags.tolist() == [i % 2 == 0 for i in range(count)]
    assert own.tolist() == [17, 1, 1, 1, 1, 1, 1]
    rows[:] = 3  # it is ours


def test_memory_is_given_back() -> None:
    resource = pytest.importorskip("resource")
    data = np.array([1], np.uint32)
    made(100_000, data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200):
        made(100_000, data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


@compiled("int64[::1](int64)")
def huge(size: int) -> Any:
    return np.zeros(size, np.int64)


def test_memory_that_lacks_is_an_error() -> None:
    with pytest.raises(MemoryError):
        huge(1 << 58)
    assert huge(3).tolist() == [0, 0, 0]


@compiled("int64(int64[::1], float64)")
def first(values: Any, scale: float) -> int:
    return np.int64(values[0] * scale)


def test_arguments_have_their_types() -> None:
    assert first(np.array([7]), 2) == 14
    assert first(np.array([7]), np.float64(2.0)) == 14
    assert first(np.array([7], np.longlong), np.int64(2)) == 14
    assert first(np.array([7]).view(np.memmap), True) == 7
    wrong = [np.array([7.0]), np.array([[7]]), np.arange(8)[::2], np.array([7], ">i8"), [7], None]
    for value in wrong:
        with pytest.raises(TypeError, match="argument 1 should be int64"):
            first(value, 1.0)
    for others in ([], [1.0, 2.0], ["1"]):
        with pytest.raises(TypeError, match="first"):
            first(np.array([7]), *others)


def test_an_array_may_lie_anywhere() -> None:
    data = bytearray(b"." + np.arange(40).tobytes())
    array = np.frombuffer(data, np.int64, offset=1)
    assert first(array[7:], 2.0) == 14
    assert total(array, array[1:].copy()) == 780
    assert array[0] == 780


@compiled("int64(int64[::1], int64[::1])")
def total(out: Any, values: Any) -> int:
    found = 0
    for value in values:
        found += value
    out[0] = found
    return found


@compiled("int64(uint16[::1])", "int64(uint32[::1])")
def width(values: Any) -> int:
    return np.int64(values[0]) * 2


def test_a_loop_may_be_for_several_types() -> None:
    assert width(np.array([40_000], np.uint16)) == width(np.array([40_000], np.uint32)) == 80_000
    with pytest.raises(TypeError):
        width(np.array([1]))


def beyond(values: Any, at: int) -> int:
    found = 0
    for i in range(at):
        found += values[i]
    values[at] = found
    return found


def test_a_checked_loop_never_leaves_its_arrays() -> None:
    checked = loop(beyond, "int64(int64[::1], int64)", checked=True)
    assert checked(np.arange(4), 3) == 3
    for at in (4, 9, 1 << 40):
        with pytest.raises(IndexError):
            checked(np.arange(4), at)


def test_the_gil_is_free_meanwhile() -> None:
    done = []
    waiter = threading.Thread(target=lambda: done.append(spun(1 << 31)))
    waiter.start()
    ticks = 0
    while waiter.is_alive() and ticks < 1_000_000:
        ticks += 1
    waiter.join()
    assert done and ticks > 1000


@compiled("uint64(int64)")
def spun(times: int) -> Any:
    h = np.uint64(1)
    for i in range(times):
        h = h * np.uint64(6364136223846793005) + np.uint64(i & 7)
    return h


@compiled("Tuple((int64, int64))(int64, int64)")
def quotient(a: int, b: int) -> Any:
    return a // b, a % b


@compiled("Tuple((boolean, int64, uint64, int64))(uint64, int64)")
def constants(a: Any, b: int) -> Any:
    return (
        a < 0x8000000000000000,
        np.int64(np.uint8(200)),
        np.uint64(np.int32(-1)),
        np.int64(np.int8(np.uint8(200))),
    )


def test_the_edges_of_numbers() -> None:
    assert quotient(-(2**63), -1) == (-(2**63), 0)
    assert constants(5, 0) == (True, 200, 2**64 - 1, -56)
    assert constants(2**63, 0)[0] is False


@compiled("int64[::1](int64[::1])")
def rest_of(values: Any) -> Any:
    return values[1:]


@compiled("uint8[:, ::1](int64, int64)")
def sized(rows: int, columns: int) -> Any:
    return np.empty((rows, columns), np.uint8)


def test_a_result_may_be_a_part_of_an_argument_and_no_size_is_below_0() -> None:
    assert rest_of(np.arange(4)).tolist() == [1, 2, 3]
    assert sized(0, 3).shape == (0, 3)
    for rows, columns in ((-1, 1), (1, -1), (2**32, 2**32)):
        with pytest.raises(MemoryError):
            sized(rows, columns)


def last_of(values: Any) -> int:
    return values[-1]


def test_a_checked_loop_finds_no_last_item_where_there_is_none() -> None:
    checked = loop(last_of, "int64(int64[::1])", checked=True)
    assert checked(np.arange(4)) == 3
    with pytest.raises(IndexError, match="line"):
        checked(np.arange(0))


def gaps(a: Any) -> Any:
    return a[::2]


def deep(a: Any) -> Any:
    return a[0, 0]


def far(a: Any) -> Any:
    return a << 64


def opposite(a: Any) -> Any:
    return ~(a > 0)


def too_large(a: Any) -> Any:
    return a + 0x10000000000000000


def sign_of_two(a: Any, b: Any) -> Any:
    found = a
    found = b
    return found


def keyword(a: Any) -> Any:
    return max(a, b=a)


def texts(a: Any) -> Any:
    return "a"


def unknown(a: Any) -> Any:
    return np.cumsum(a)


def lists(a: Any) -> Any:
    return [a]


@pytest.mark.parametrize(
    "function, signature, said",
    [
        (sign_of_two, "int64(int64, uint64)", "int64 and uint64 are no one type"),
        (keyword, "int64(int64)", "by their places"),
        (texts, "int64(int64)", "'a'"),
        (unknown, "int64(int64[::1])", "np.cumsum"),
        (lists, "int64(int64)", "List"),
        (gaps, "int64[::1](int64[::1])", "no gaps"),
        (deep, "int64(int64[::1])", "2 places"),
        (far, "int64(int64)", "0 to 63"),
        (opposite, "boolean(int64)", "~ of bool"),
        (too_large, "int64(int64)", "more than 64 bits"),
        (beyond, "float64(int64[::1], int64)", "returns int64, not float64"),
        (beyond, "int64(complex[::1], int64)", "no type: complex"),
    ],
)
def test_what_no_loop_knows_is_said(function: Any, signature: str, said: str) -> None:
    with pytest.raises(NotCompiled, match=said):
        loop(function, signature)


def test_signatures_say_types_as_messages_do() -> None:
    result, arguments = types.parsed("Tuple((int64, uint8[:, ::1]))(float32, boolean[::1])")
    assert [types.said(one) for one in (result, *arguments)] == [
        "(int64, uint8[:, ::1])",
        "float32",
        "bool[::1]",
    ]
