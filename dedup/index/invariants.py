"""What must hold in every index, checked slowly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dedup.errors import damaged
from dedup.index.keys import keys_of_records
from dedup.index.records import NEVER, Record
from dedup.index.runs import Entries, Roll, Run
from dedup.settings import Settings


def check_runs(runs: Sequence[Run], end: int) -> None:
    """Check that runs are sorted, stand in the order of their articles and hold only those."""
    at = 0
    for run in runs:
        _hold(
            at <= run.first < run.end, f"a run begins at article {run.first}, the one before it ends at {at}"
        )
        at = run.end
        entries = run.entries()
        _hold(bool((entries[1:] > entries[:-1]).all()), f"the run of article {run.first} is not sorted")
        numbers = entries & np.uint64(0xFFFFFFFF)
        inside = not entries.size or (run.first <= int(numbers.min()) and int(numbers.max()) < run.end)
        _hold(inside, f"the run of article {run.first} has entries of other articles")
    _hold(at <= end, f"the runs end at article {at}, the articles at {end}")


def check_articles(
    runs: Sequence[Run], roll: Roll, records: Mapping[int, Record], settings: Settings
) -> None:
    """Check that exactly the articles held are on the roll, and that all their keys are in the runs."""
    live = (np.flatnonzero(roll.until == NEVER) + roll.base).tolist()
    _hold(live == sorted(records), "the roll and the articles do not agree")
    held = [run.entries() for run in runs]
    check_entries(np.sort(np.concatenate(held)) if held else np.empty(0, np.uint64), roll, records, settings)


def check_entries(entries: Entries, roll: Roll, records: Mapping[int, Record], settings: Settings) -> None:
    """Check that all keys of the articles held are among the sorted entries, and their dates on the roll."""
    for number in sorted(records):
        record = records[number]
        place = number - roll.base
        listed = (int(roll.bound[place]), int(roll.day[place]), int(roll.mark[place]))
        _hold(
            listed == (record.bound, record.day, record.mark),
            f"article {record.id!r} is another one on the roll",
        )
        wanted = keys_of_records([record], settings).entries(number)
        places = np.searchsorted(entries, wanted)
        found = places < entries.size
        found[found] = entries[places[found]] == wanted[found]
        _hold(bool(found.all()), f"article {record.id!r} lacks keys in the runs")


def _hold(holds: bool, what: str) -> None:
    if not holds:
        raise damaged("", what)
