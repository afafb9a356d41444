"""Data frames to records and back: pandas, polars, Arrow and whatever else narwhals knows, by one way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dedup.errors import MissingExtra, WrongInput
from dedup.readers.extras import needed

if TYPE_CHECKING:
    import narwhals as nw

BATCH = 500
"""Rows that are made records at a time: it sets the pace, never the answer."""

_MARKS = ("__arrow_c_stream__", "__dataframe__", "collect_schema")  # Arrow's interface; pandas; lazy frames


def is_frame(value: object) -> bool:
    """Whether something holds columns: a data frame, lazy or not, a table or a record batch."""
    return any(hasattr(value, mark) for mark in _MARKS)


def frame_of(value: Any) -> nw.DataFrame[Any]:
    """The frame as narwhals sees it; a lazy one is collected. Raises `MissingExtra` or `WrongInput`."""
    narwhals = needed("narwhals", "frames")
    try:
        frame = narwhals.from_native(value)
    except TypeError:  # a record batch, or a table of a library that only speaks Arrow
        if not hasattr(value, "__arrow_c_stream__"):
            raise WrongInput(f"{type(value).__name__} is no data frame that can be read") from None
        frame = narwhals.from_arrow(value, backend="pyarrow")
    whole: nw.DataFrame[Any] = frame.collect() if isinstance(frame, narwhals.LazyFrame) else frame
    return whole


def records(frame: nw.DataFrame[Any]) -> Iterator[dict[str, Any]]:
    """The rows, in order. What is missing (null, NaN, NaT) is None."""
    for start in range(0, len(frame), BATCH):
        part = frame[start : start + BATCH]
        columns = [_values(series) for series in part.iter_columns()]
        for row in zip(*columns, strict=True):
            yield dict(zip(part.columns, row, strict=True))


def _values(series: nw.Series[Any]) -> list[Any]:
    pairs = zip(series.to_list(), series.is_null().to_list(), strict=True)
    return [None if null or (type(value) is float and value != value) else value for value, null in pairs]


def made(columns: Mapping[str, Sequence[object]], kinds: Mapping[str, type], backend: Any) -> Any:
    """A native frame of some columns. `kinds` are str, int or float; `backend` is a library or its name."""
    return _built(columns, kinds, backend).to_native()


def widened(
    frame: nw.DataFrame[Any], columns: Mapping[str, Sequence[object]], kinds: Mapping[str, type]
) -> Any:
    """A native frame with more columns than `frame`; the rows keep their index, where they have one."""
    more = _built(columns, kinds, frame.implementation)
    native = more.to_native()
    if frame.implementation.is_pandas_like():  # which would align the rows by it
        native.index = frame.to_native().index
    return frame.with_columns(*more.iter_columns()).to_native()


def _built(
    columns: Mapping[str, Sequence[object]], kinds: Mapping[str, type], backend: Any
) -> nw.DataFrame[Any]:
    narwhals = needed("narwhals", "frames")
    types = {str: narwhals.String, int: narwhals.Int64, float: narwhals.Float64, bool: narwhals.Boolean}
    try:
        library = narwhals.Implementation.from_backend(backend)
        # pandas has no whole numbers with gaps: there each column gets the type that its values suggest.
        schema = None if library.is_pandas_like() else {name: types[kinds[name]] for name in columns}
        frame: nw.DataFrame[Any] = narwhals.from_dict(dict(columns), schema, backend=library)
        return frame
    except ImportError as error:
        raise MissingExtra(f"{backend} is not installed: pip install {backend}") from error
    except (TypeError, ValueError) as error:
        raise WrongInput(
            f"no library of data frames that is known: {backend!r}; there are pandas, polars, pyarrow"
        ) from error
