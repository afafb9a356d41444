"""The verdict of an article depends on the article: not on its batch, nor on what was inspected before."""

from __future__ import annotations

import lzma
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.inspect.inspector import Inspection, Inspector
from dedup.inspect.languages import judge

LINES = (
    "The council closed the old bridge", "Der Rat hat die alte Brücke gesperrt", "Le conseil a fermé le vieux pont",
    "El consejo cerró el puente viejo", "Il consiglio ha chiuso il vecchio ponte", "O conselho fechou a ponte velha",
    "De raad heeft de oude brug gesloten", "Rådet har stängt den gamla bron", "Rådet har lukket den gamle bro",
    "Rada zamknęła stary most", "Rada uzavřela starý most", "A tanács lezárta a régi hidat",
    "Consiliul a închis podul vechi", "Neuvosto sulki vanhan sillan", "Vijeće je zatvorilo stari most",
    "Совет закрыл старый мост", "Рада закрила старий міст", "Савет закрыў стары мост", "Съветът затвори стария мост",
    "Советот го затвори стариот мост", "Кеңес ескі көпірді жапты", "Το συμβούλιο έκλεισε την παλιά γέφυρα",
    "المجلس أغلق الجسر القديم", "شورا پل قدیمی را بست", "המועצה סגרה את הגשר הישן", "परिषद ने पुराना पुल बंद कर दिया",
    "市议会关闭了旧桥", "議会は古い橋を閉鎖した", "의회는 오래된 다리를 폐쇄했다", "สภาปิดสะพานเก่าแล้ว",
    "Meclis eski köprüyü kapattı", "Hội đồng đã đóng cầu cũ", "Baraza lilifunga daraja la zamani",
)  # fmt: skip
FURNITURE = (
    "Read also: Ferry fares rise again", "Читайте также: Старый мост", "(Reuters) - The pier", "Home | News | Sports",
    "© 2019 Harrow Post", "Rеad аlso", "Follow us on Twitter", "Le cafÃ© est fermÃ©",
)  # fmt: skip

ARTICLES = st.tuples(
    st.sampled_from(LINES), st.integers(0, 8), st.lists(st.sampled_from(LINES + FURNITURE), max_size=3)
).map(lambda drawn: "\n\n".join([*[drawn[0] + "."] * drawn[1], *drawn[2]]))


def inspect(inspector: Inspector, texts: Sequence[str]) -> list[Inspection]:
    return inspector.inspect_texts([(text, None) for text in texts])


@cache
def used() -> Inspector:
    return Inspector()


@settings(max_examples=25, deadline=None)
@given(st.lists(ARTICLES, min_size=1, max_size=6, unique=True), st.data())
def test_any_order_any_batch_a_fresh_inspector_or_a_used_one(texts: list[str], data: st.DataObject) -> None:
    alone = {text: inspect(Inspector(), [text])[0] for text in texts}
    order = data.draw(st.permutations(texts))
    cut = data.draw(st.integers(0, len(order)))
    for inspector in (Inspector(), used()):
        found = [*inspect(inspector, order[:cut]), *inspect(inspector, order[cut:])]
        assert found == [alone[text] for text in order]


def test_a_feed_with_planted_lines_of_many_languages(shared_data: Path) -> None:
    path = shared_data / "ntrex128" / "ntrex128.shared.tsv.xz"
    if not path.is_file():
        pytest.skip("the test data has no ntrex128")
    sentences = defaultdict(list)
    with lzma.open(path, "rt", encoding="utf-8") as table:
        next(table)
        for row in table:
            _, _, language, text = row.rstrip("\n").split("\t", 3)
            if len(sentences[language]) < 80:
                sentences[language].append(text)
    names = sorted(sentences)
    texts = []
    for place in range(0, len(names), 4):
        own, other = sentences[names[place]], sentences[names[(7 * place + 3) % len(names)]]
        for start in range(0, 80, 8):
            planted = " ".join(other[start].split()[: 3 + start % 9])
            texts.append("\n\n".join([*own[start : start + 4], planted, *own[start + 4 : start + 8]]))
    whole = inspect(used(), texts)
    backwards = Inspector()
    assert [inspect(backwards, [text])[0] for text in texts[::-1]][::-1] == whole
    fresh = Inspector()
    in_fives = [one for start in range(0, len(texts), 5) for one in inspect(fresh, texts[start : start + 5])]
    assert in_fives == whole


def test_the_models_are_loaded_once_a_process() -> None:
    one, other = judge.Languages(), judge.Languages()
    assert one.judge([]) == other.judge([]) == []
    for mine, theirs in zip(one._scorers, other._scorers, strict=True):
        assert type(mine) is not type(theirs) or mine.languages == theirs.languages
    assert one._scorers[-1]._model.table is other._scorers[-1]._model.table  # type: ignore[attr-defined]
