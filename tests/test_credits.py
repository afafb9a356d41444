"""Agencies that articles credit."""

from __future__ import annotations

import re

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.inspect.credits import credited_in, without_own
from dedup.inspect.furniture.agencies import _SPACED, agencies
from dedup.inspect.furniture.lexicon import furniture, languages
from dedup.inspect.inspector import Inspector
from dedup.model import Article
from dedup.reporter.jsonl import line
from dedup.scanner import scan
from dedup.verdict.codec import from_bytes, from_dict, to_bytes

BODY = "The council of Harrow Falls voted on Monday to close the old bridge before the winter."

CREDITED = [
    (f"HARROW (Reuters) - {BODY}", ["Reuters"]),
    (f"HARROW, April 6 (AFP) - {BODY}", ["AFP"]),
    (f"HARROW, Reuters — {BODY}", ["Reuters"]),
    (f"{BODY} — AFP", ["AFP"]),
    (f"{BODY}\n\n(Reporting by Jane Marlow in Harrow; Editing by Tom Reed)", ["Reuters"]),
    (f"By Jane Marlow, Associated Press\n\n{BODY}", ["AP"]),
    (f"By Reuters Staff\n\n{BODY}", ["Reuters"]),
    (f"{BODY}\n\nThe Associated Press contributed to this report.", ["AP"]),
    (f"{BODY}\n\n(With inputs from AFP and Reuters)", ["AFP", "Reuters"]),
    ("Berlin (dpa) - Der Stadtrat hat die Entscheidung über die Brücke erneut vertagt.", ["dpa"]),
    ("Le conseil municipal a repoussé le vote sur le pont.\n\nAvec AFP", ["AFP"]),
    ("Madrid, 6 abr (EFE).- El ayuntamiento aplazó la votación sobre el puente.", ["EFE"]),
    ("МОСКВА, 6 апр - РИА Новости. Городской совет отложил голосование о мосте.", ["RIA Novosti"]),
    ("МОСКВА, 6 апреля. /ТАСС/. Городской совет отложил голосование о мосте.", ["TASS"]),
    ("［東京　６日　ロイター］ - 市議会は新しい橋の採決を延期した。", ["Reuters"]),
    ("新华社北京4月6日电 市议会把新桥的表决推迟到明年春天。", ["Xinhua"]),
    ("(서울=연합뉴스) 시의회는 새 다리에 대한 표결을 봄까지 미뤘다.", ["Yonhap"]),
    ("لندن (رويترز) - أجل مجلس المدينة التصويت على الجسر الجديد.", ["Reuters"]),
]


@pytest.mark.parametrize(("text", "names"), CREDITED)
def test_a_credit_is_found(text: str, names: list[str]) -> None:
    (seen,) = Inspector().inspect_texts([(text, None)])
    assert list(seen.credits) == names


@pytest.mark.parametrize(
    "text",
    [
        f"{BODY} The mayor told Reuters that he would resign.",
        "The bridge closed, Reuters reported on Monday.",
        f"Bloomberg beats Reuters to a prize\n\n{BODY}",
        f"{BODY}\n\nPhoto: Reuters",
        f"{BODY}\n\nFoto: dpa",
        "The work was given to the Advertising Agency (AA) and two other firms of the town.",
        f"{BODY}\n\n(With agency inputs)",
    ],
)
def test_what_only_speaks_of_an_agency_is_no_credit(text: str) -> None:
    (seen,) = Inspector().inspect_texts([(text, None)])
    assert seen.credits == ()


def test_fields_of_a_record_credit() -> None:
    assert credited_in({"creditline": "AP / Jane Marlow"}) == ("AP",)
    assert credited_in({"infosources": [{"name": "Reuters"}], "authors": ["Jane", "AFP"]}) == (
        "AFP",
        "Reuters",
    )
    assert credited_in({"note": "Reuters", "byline": 3}) == ()


def test_the_feed_of_an_agency_credits_nobody_by_its_own_name() -> None:
    assert without_own(("Reuters", "AFP"), "www.reuters.com") == ("AFP",)
    feed = [Article("a", CREDITED[0][0], source="Reuters"), Article("b", CREDITED[0][0], source="post")]
    assert [report.credits for report in scan(feed)] == [(), ("Reuters",)]


def test_credits_are_written_and_read_and_kept() -> None:
    (report,) = scan([Article("a", BODY, extra={"byline": "Jane Marlow, AFP"})])
    assert from_dict(orjson.loads(line(report))).credits == report.credits == ("AFP",)
    assert from_bytes(to_bytes(report)).credits == ("AFP",)


def test_every_agency_of_the_furniture_has_a_name_or_is_nobody() -> None:
    known = agencies().names
    for language in languages():
        for name in furniture(language).get("agencies", ()):  # type: ignore[attr-defined]
            assert name in known, f"{language}: {name} is not in agencies.json"


def test_no_spelling_is_of_two_agencies() -> None:
    from importlib.resources import files

    data = orjson.loads((files("dedup") / "data" / "agencies.json").read_bytes())
    spellings = [one for name, others in data["agencies"].items() for one in (name, *others)]
    assert len(spellings) == len(set(spellings))


@given(st.lists(st.sampled_from([*sorted(agencies().names), " ", "(", ")", "é", "x", "P", "社"]), max_size=6))
def test_names_are_found_as_one_after_the_other_would_be_tried(parts: list[str]) -> None:
    text = "".join(parts)
    longest = sorted(agencies().names, key=len, reverse=True)

    def name_at(place: int) -> str:
        for name in longest:
            end = place + len(name)
            apart = not (_SPACED.match(name) and re.match(r"\w", text[place - 1 : place] if place else ""))
            apart = apart and not (_SPACED.match(name[-1]) and re.match(r"\w", text[end : end + 1]))
            if apart and text.startswith(name, place):
                return name
        return ""

    found, place = [], 0
    while place < len(text):
        name = name_at(place)
        found += [(place, name)] if name else []
        place += len(name) or 1
    assert [(one.start(), one[0]) for one in agencies().spellings.finditer(text)] == found
