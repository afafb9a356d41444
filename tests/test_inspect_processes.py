"""Articles are inspected in processes and here, and come in order."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future

import pytest

from dedup import Article, scan
from dedup.inspect import processes
from dedup.inspect.inspector import Inspector

TEXTS = [
    "The council of Harrow Falls voted on Monday to close the old bridge before the winter.",
    "Der Rat der Stadt hat am Montag beschlossen, die alte Brücke vor dem Winter zu schließen.",
    "The ferry will run every hour from Friday, said the harbour master. Читайте также",
    "El consejo votó el lunes para cerrar el viejo puente antes del invierno, dijo el alcalde.",
]


@pytest.mark.parametrize("ready", [(), (0,), (0, 1), (0, 1, 2, 3)])
def test_what_no_process_has_begun_is_inspected_here(ready: tuple[int, ...]) -> None:
    expected = Inspector().inspect_texts([(text, None) for text in TEXTS])
    begun = deque()
    for place, text in enumerate(TEXTS):
        future: Future = Future()
        if place in ready:
            future.set_running_or_notify_cancel()
            future.set_result([expected[place]])
        begun.append((future, [(text, None)]))
    assert [one for some in processes.shared(begun, ()) for one in some] == expected
    assert not begun


def test_reports_are_the_same_with_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    articles = [Article(f"{number}", text, source=f"{number % 3}") for number, text in enumerate(5 * TEXTS)]
    alone = [*scan(articles)]
    monkeypatch.setattr(processes, "WORTH_PROCESSES", 1)
    assert [*scan(articles, workers=2)] == alone
