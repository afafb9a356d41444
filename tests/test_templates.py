"""Frames of reports with other facts in them, and what is none: copies with an altered fact, spun copies, updates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache

import pytest

import dedup.stream
from dedup import Article, ArticleReport, Detector, Settings, open_index, scan
from dedup.inspect import processes
from dedup.inspect.inspector import Inspector
from dedup.model import Ledger
from dedup.prefilter.filtering import Filter, Mode
from dedup.prefilter.incoming import Line
from dedup.stream import stream

QUAKES = {
    "en": (
        "A quake of magnitude 4.6 shook the coast 21 kilometres north of Halden on Friday at 03:12 local time, the "
        "survey said. People felt it in Orrin and Sedge. Nobody reported any damage.",
        "A quake of magnitude 5.3 shook the coast 64 kilometres south of Merrow on Saturday at 11:47 local time, the "
        "survey said. People felt it in Lund and Corby. Nobody reported any damage.",
        ("5.3", "64", "Merrow", "Saturday", "11:47", "Lund", "Corby"),
    ),
    "de": (
        "Ein Beben der Stärke 4,6 hat am Freitag um 3.12 Uhr die Küste 21 Kilometer nördlich von Halden erschüttert, "
        "wie der Erdbebendienst mitteilte. Berichte über Schäden lagen zunächst nicht vor.",
        "Ein Beben der Stärke 5,3 hat am Samstag um 11.47 Uhr die Küste 64 Kilometer südlich von Merrow erschüttert, "
        "wie der Erdbebendienst mitteilte. Berichte über Schäden lagen zunächst nicht vor.",
        ("5,3", "Samstag", "11.47", "64", "Merrow"),
    ),
    "ru": (
        "Землетрясение магнитудой 4,6 произошло в пятницу в 03:12 в 21 километре от Халдена, сообщила служба "
        "наблюдений. Толчки ощущались в Оррине. Сведений о разрушениях не поступало.",
        "Землетрясение магнитудой 5,3 произошло в субботу в 11:47 в 64 километрах от Мерроу, сообщила служба "
        "наблюдений. Толчки ощущались в Лунде. Сведений о разрушениях не поступало.",
        ("5,3", "субботу", "11:47", "64", "Мерроу", "Лунде"),
    ),
    "zh": (
        "据观测局消息，3月1日凌晨3时12分，哈登市附近海域发生4.6级地震，震源深度10公里，沿岸有明显震感，目前没有收到损失报告。",
        "据观测局消息，3月9日上午11时47分，梅罗市附近海域发生5.3级地震，震源深度32公里，沿岸有明显震感，目前没有收到损失报告。",
        ("11", "47", "5.3", "32"),
    ),
    "ar": (
        "ضرب زلزال بقوة 4.6 درجات منطقة تقع على بعد 21 كيلومترا من مدينة هالدن يوم الجمعة عند الساعة 03:12 بالتوقيت "
        "المحلي، حسب هيئة رصد الزلازل. ولم ترد أي تقارير عن وقوع أضرار.",
        "ضرب زلزال بقوة 5.3 درجات منطقة تقع على بعد 64 كيلومترا من مدينة ميرو يوم السبت عند الساعة 11:47 بالتوقيت "
        "المحلي، حسب هيئة رصد الزلازل. ولم ترد أي تقارير عن وقوع أضرار.",
        ("5.3", "64", "السبت", "11:47"),
    ),
}
OTHERS = {
    "obituary": (
        "John Ames, of 12 Quay Road, Halden, died at home on Friday, March 1, aged 81. A service will be held at the "
        "parish hall on Monday, March 11, at 11 in the morning. Family flowers only, please.",
        "Anna Weld, of 4 Mill Lane, Merrow, died at home on Sunday, March 3, aged 92. A service will be held at the "
        "parish hall on Thursday, March 14, at 2 in the afternoon. Family flowers only, please.",
    ),
    "appeal": (
        "Police are looking for a missing man. Peter Hale, 34, was last seen in Wharf Street at about 7 in the evening "
        "on Tuesday. He is tall and of slim build. Anyone who has seen him is asked to call the station, case 482.",
        "Police are looking for a missing man. Omar Said, 58, was last seen in Castle Hill at about 11 in the morning "
        "on Saturday. He is tall and of slim build. Anyone who has seen him is asked to call the station, case 917.",
    ),
    "earnings": (
        "Halden Steel on Tuesday reported quarterly net income of $48.2 million, or $1.12 a share, compared with a "
        "profit of $39.9 million in the same period a year earlier. Revenue rose 7.3 percent to $611 million.",
        "Merrow Foods on Thursday reported quarterly net income of $12.7 million, or $0.31 a share, compared with a "
        "profit of $15.4 million in the same period a year earlier. Revenue rose 2.1 percent to $204 million.",
    ),
    "draw": (
        "The numbers drawn on Saturday were 4, 11, 19, 23, 31 and 40, and the bonus ball was 7. The jackpot of 3.2 "
        "million crowns was not won and rolls over to the next draw.",
        "The numbers drawn on Wednesday were 2, 9, 17, 28, 33 and 41, and the bonus ball was 12. The jackpot of 4.1 "
        "million crowns was not won and rolls over to the next draw.",
    ),
    "weather": (
        "Tomorrow will be cloudy with some rain. Temperatures will reach 21 degrees in Halden, 19 in Merrow and 17 in "
        "Sedge. The wind will be light, and the night will stay free of frost.",
        "Tomorrow will be cloudy with some rain. Temperatures will reach 18 degrees in Halden, 16 in Merrow and 15 in "
        "Sedge. The wind will be light, and the night will stay free of frost.",
    ),
}
BRIEFS = [
    f"The crown stood at {rate} to the euro at the close on {day}, the central bank said. The Halden 20 index ended at "
    f"{index} points, {change} points higher than the day before, with {up} shares up and {down} down."
    for rate, day, index, change, up, down in (
        ("8.112", "Monday", 3112, 14, 11, 9),
        ("8.098", "Tuesday", 3131, 19, 14, 6),
        ("8.140", "Wednesday", 3140, 9, 10, 8),
        ("8.139", "Thursday", 3142, 2, 12, 7),
        ("8.201", "Friday", 3188, 46, 17, 2),
        ("8.188", "Monday", 3190, 2, 9, 9),
    )
]
OTHER_NEWS = [
    "The ferry company will stop its night crossing from June, because too few lorries use it in the winter months.",
    "A school kitchen has begun to bake its own bread, and the cook says that the children leave fewer crusts now.",
    "Foresters counted forty pairs of black grouse this spring, twice as many as before the moor was flooded again.",
]
WIRE = (
    "The shipyard in Merrow said on Friday it would hire 340 welders and electricians before the end of June, most of "
    "them from the villages upriver, after winning an order for 3 ferries from Halden Lines."
)


@pytest.fixture(autouse=True, scope="module")
def one_inspector() -> Iterator[None]:
    """Loading the language models takes longer than all these scans."""
    with pytest.MonkeyPatch.context() as patch:
        once = cache(Inspector)
        patch.setattr(processes, "Inspector", once)
        patch.setattr(dedup.stream, "Inspector", once)
        yield


def told(texts: Sequence[str], sources: Sequence[str] = "abcdefghijkl") -> list[ArticleReport]:
    """Reports of these texts, one a day; a stream says the same of their frames as a scan."""
    feed = [
        Article(str(n), text, source=sources[n], published=f"2024-03-{n + 1:02}")
        for n, text in enumerate(texts)
    ]
    reports = list(scan(feed))
    for one, other in zip(reports, stream(feed), strict=True):
        assert one.ledger.template == other.ledger.template
        assert one.originality == other.originality
    return reports


def touched(report: ArticleReport, text: str, fact: str) -> bool:
    """Whether a finding covers some of a fact."""
    at = text.index(fact)
    return any(found.start < at + len(fact) and at < found.end for found in report.findings)


@pytest.mark.parametrize("language", QUAKES)
@pytest.mark.parametrize("sources", ["ab", "aa"])
def test_a_second_quake_is_a_frame_with_facts_of_its_own(language: str, sources: str) -> None:
    first, second, facts = QUAKES[language]
    report = told([first, second], sources)[1]
    assert report.originality == 1.0
    assert report.ledger.template > report.words / 2
    assert {found.kind for found in report.findings} == {"template"}
    assert not [fact for fact in facts if touched(report, second, fact)]


@pytest.mark.parametrize("kind", OTHERS)
def test_a_report_of_another_day_is_a_frame(kind: str) -> None:
    report = told(OTHERS[kind])[1]
    assert report.originality == 1.0
    assert report.ledger.template > report.words / 3


ONE_DAY = {
    "appeal": (
        "Police in Leeds are appealing for witnesses after a 76-year-old cyclist was seriously injured in a collision "
        "on the A383 at about 5.18pm on Monday. Anyone with information is asked to call 101 quoting reference number "
        "987 of 22 March. Alternatively, call Crimestoppers anonymously on 0800 555 111.",
        "Police in Derby are appealing for witnesses after a 17-year-old woman was seriously injured in a collision "
        "on the A515 at about 8.48pm on Monday. Anyone with information is asked to call 101 quoting reference number "
        "442 of 18 March. Alternatively, call Crimestoppers anonymously on 0800 555 111.",
    ),
    "quake": (
        "中国地震台网正式测定：3月15日19时23分在四川泸定县（北纬28.27度，东经86.96度）发生3.5级地震，震源深度21千米。截至目前，暂未收到人员伤亡的报告，当地政府已派出工作组前往震中了解情况。",
        "中国地震台网正式测定：3月15日19时5分在云南漾濞县（北纬30.80度，东经114.99度）发生3.6级地震，震源深度10千米。截至目前，暂未收到人员伤亡的报告，当地政府已派出工作组前往震中了解情况。",
    ),
    "obituary": (
        "C'est avec une profonde tristesse que la famille Dupont vous fait part du décès de André Dupont, survenu le 5 "
        "mars à l'âge de 78 ans. La cérémonie religieuse aura lieu le 16 mars à 10 heures en l'église Saint-Paul de "
        "Lille. Ni fleurs ni couronnes. La famille remercie le personnel de l'hôpital pour son dévouement.",
        "C'est avec une profonde tristesse que la famille Moreau vous fait part du décès de Marcel Moreau, survenu le "
        "14 mars à l'âge de 81 ans. La cérémonie religieuse aura lieu le 28 mars à 10 heures en l'église Saint-Marc de "
        "Brest. Ni fleurs ni couronnes. La famille remercie le personnel de l'hôpital pour son dévouement.",
    ),
    "agency": (
        "Землетрясение магнитудой 5,2 произошло у побережья Камчатки, сообщает Геологическая служба США. Подземные "
        "толчки зафиксированы в 20:28 мск. Эпицентр находился в 56 километрах от города Петропавловск, очаг залегал на "
        "глубине 8 километров. Данных о пострадавших и разрушениях не поступало.",
        "Землетрясение магнитудой 7,2 произошло у побережья Сахалина, сообщает Геологическая служба США. Подземные "
        "толчки зафиксированы в 22:37 мск. Эпицентр находился в 36 километрах от города Корсаков, очаг залегал на "
        "глубине 8 километров. Данных о пострадавших и разрушениях не поступало.",
    ),
    "digits": (  # the 3 of "5,3" is also in "3,9"
        "Malatya ilinde 5,3 büyüklüğünde deprem meydana geldi. Afet ve Acil Durum Yönetimi Başkanlığının verilerine "
        "göre deprem saat 21.25'de, yerin 19,95 kilometre derinliğinde kaydedildi. Depremin merkez üssünün Pütürge "
        "ilçesi olduğu bildirildi. İlk belirlemelere göre can ve mal kaybı bulunmuyor.",
        "Bingöl ilinde 3,9 büyüklüğünde deprem meydana geldi. Afet ve Acil Durum Yönetimi Başkanlığının verilerine "
        "göre deprem saat 15.40'de, yerin 12,52 kilometre derinliğinde kaydedildi. Depremin merkez üssünün Karlıova "
        "ilçesi olduğu bildirildi. İlk belirlemelere göre can ve mal kaybı bulunmuyor.",
    ),
}
TOWNS = [
    f"In {town} erwartet der Deutsche Wetterdienst am Dienstag Höchstwerte um {day} Grad bei {sky}. In der Nacht "
    f"sinken die Temperaturen auf {night} Grad. Der Wind weht {wind} mit Böen bis {gusts} Kilometer pro Stunde. Die "
    f"Regenwahrscheinlichkeit liegt bei {rain} Prozent."
    for town, day, sky, night, wind, gusts, rain in (
        ("Köln", 11, "dichtem Nebel", 6, "mäßig aus West", 87, 3),
        ("Dresden", 13, "viel Sonne", 5, "stark aus Süd", 24, 0),
        ("Rostock", 19, "viel Sonne", 5, "schwach aus Süd", 21, 54),
    )
]


@pytest.mark.parametrize("kind", ONE_DAY)
@pytest.mark.parametrize("sources", ["ab", "aa"])
def test_figures_of_the_frame_itself_and_of_one_day_may_stay(kind: str, sources: str) -> None:
    report = told(ONE_DAY[kind], sources)[1]
    assert report.originality == 1.0
    assert report.ledger.template > report.words / 2


def test_a_third_report_with_half_of_the_figures_of_the_second_is_a_frame() -> None:
    assert [report.originality for report in told(TOWNS)] == [1.0] * 3


def test_a_copy_with_three_figures_altered_among_more_is_reworded() -> None:
    appeal = ONE_DAY["appeal"][0]
    copy = appeal.replace("76", "67").replace("5.18", "5.20").replace("987", "978")
    report = told([appeal, copy])[1]
    assert report.ledger == Ledger(reworded=report.words)


def test_a_finding_of_a_frame_names_the_earlier_article_and_its_runs() -> None:
    first, second, _ = QUAKES["en"]
    report = told([first, second])[1]
    assert report.sources == ()  # nothing was taken
    for found in report.findings:
        assert found.match is not None and found.match.id == "0"
        assert first[found.match.start : found.match.end] == second[found.start : found.end]


def test_briefs_of_one_source_are_neither_furniture_nor_carried_over() -> None:
    texts = [*BRIEFS, *OTHER_NEWS]
    reports = told(texts, "a" * len(texts))
    assert [report.originality for report in reports] == [1.0] * len(texts)
    assert all(report.ledger.template > 30 for report in reports[1:6])
    assert not any(report.ledger.boilerplate for report in reports)


def test_a_brief_in_several_paragraphs_is_no_furniture_either() -> None:
    texts = [brief.replace(" said. The", " said.\n\nThe") for brief in BRIEFS]
    reports = told([*texts, *OTHER_NEWS], "a" * 9)
    assert not any(report.ledger.boilerplate for report in reports)
    assert [report.originality for report in reports] == [1.0] * 9


MODES: tuple[Mode, ...] = ("drop", "trim")


def test_drop_and_trim_leave_distinct_reports_alone() -> None:
    texts = [*QUAKES["en"][:2], *BRIEFS]
    records = [
        {"id": str(n), "source": "a", "published": f"2024-03-{n + 1:02}", "text": text}
        for n, text in enumerate(texts)
    ]
    lines = [Line(n, json.dumps(record).encode() + b"\n", 0.0) for n, record in enumerate(records, start=1)]
    for mode in MODES:
        with open_index("memory:", Settings()) as index:
            outcomes = Filter(Detector(index), mode).decide(lines)
        assert [outcome.action for outcome in outcomes] == ["pass"] * len(lines)


@pytest.mark.parametrize(
    ("one", "other"), [("340", "520"), ("Merrow", "Corby"), ("Friday", "Monday"), ("3 ferries", "4 ferries")]
)
def test_a_copy_with_one_altered_fact_is_reworded(one: str, other: str) -> None:
    copy = WIRE.replace(one, other)
    assert copy != WIRE
    for sources in ("ab", "aa"):
        report = told([WIRE, copy], sources)[1]
        assert report.ledger == Ledger(reworded=report.words)


def test_a_spun_copy_is_reworded() -> None:
    spun = WIRE.replace("said", "stated").replace("hire", "employ").replace("most of them", "mainly")
    assert told([WIRE, spun])[1].ledger.reworded > 25


def test_a_copy_of_a_report_is_a_copy_though_its_frame_is_older() -> None:
    verbatim, altered = told([*BRIEFS[:2], BRIEFS[1], BRIEFS[1].replace("3131", "3999")])[2:]
    assert verbatim.ledger == Ledger(recycled=verbatim.words)
    assert altered.ledger == Ledger(reworded=altered.words)
    assert verbatim.sources[0].id == altered.sources[0].id == "1"


def test_an_update_of_ones_own_story_is_no_frame() -> None:
    update = WIRE + "\n\nThe union said that it had asked for twice as many, and for a canteen."
    report = told([WIRE, update], "aa")[1]
    assert report.ledger.carried_over == len(WIRE.split())
    toll = (
        "At least 12 people died and 30 were hurt when a bus left the road near Halden on Friday, police in Merrow "
        "said on the evening of the crash."
    )
    later = told([toll, toll.replace("12", "15").replace("30", "42")], "aa")[1]
    assert later.ledger == Ledger(reworded=later.words)


def test_a_release_that_several_copy_stays_copied() -> None:
    reports = told([WIRE] * 5)
    assert all(report.ledger == Ledger(recycled=report.words) for report in reports[1:])


def test_the_order_of_the_input_changes_nothing() -> None:
    texts = [*BRIEFS, *QUAKES["en"][:2], WIRE]
    feed = [Article(str(n), text, published=f"2024-03-{n + 1:02}") for n, text in enumerate(texts)]
    ledgers = {report.id: report.ledger for report in scan(feed)}
    assert {report.id: report.ledger for report in scan(feed[::-1])} == ledgers
