"""Lead-ins take the titles of the feed's other articles, and give back what is none."""

from __future__ import annotations

from random import Random

import pytest

from dedup import Article, Settings, scan
from dedup.inspect.furniture import Titles, rooms, with_titles
from dedup.model import Mark

FLAT = (
    ("The tunnel is closed.", "Read more:", "Market hall loses its roof", "Drivers must cross the pass, a union said."),
    ("Le tunnel est fermé.", "Lire aussi :", "La halle perd son toit", "Les routiers feront un détour par le col."),
    ("Тоннель закрыт.", "Читайте также:", "Рынок остался без крыши", "Водителям придётся ехать через перевал."),
    ("Der Tunnel ist zu.", "Lesen Sie auch:", "Markthalle verliert ihr Dach", "Die Fahrer müssen über den Pass."),
    ("隧道已经关闭。", "延伸阅读：", "市场屋顶倒塌", "司机们今后必须绕行山口。"),
    ("صوّت المجلس على إغلاق النفق.", "اقرأ أيضا:", "السوق تفقد سقفها كله", "وسيضطر السائقون إلى عبور الممر."),
    ("시의회는 폐쇄를 결정했다.", "관련기사:", "시장 지붕 갑자기 무너져", "운전자들은 고개를 넘어야 한다."),
)  # fmt: skip


def furniture(articles: list[Article], name: str) -> list[str]:
    """The furniture of the article of a name."""
    [report] = [report for report in scan(articles) if report.id == name]
    [text] = [article.text for article in articles if article.id == name]
    return [text[one.start : one.end] for one in report.findings if one.kind == "boilerplate"]


@pytest.mark.parametrize(("before", "lead", "title", "after"), FLAT, ids=lambda text: text[:12])
def test_a_title_of_the_feed_is_taken_and_the_sentence_after_it_is_not(
    before: str, lead: str, title: str, after: str
) -> None:
    page = Article("page", f"{before} {lead} {title} {after}", source="one")
    other = Article("other", f"{after} {before}", source="two", title=title)
    assert furniture([page, other], "page") == [f"{lead} {title}"]
    assert furniture([page], "page") == [lead]


def test_a_title_is_known_without_the_name_of_its_outlet_and_after_another_one() -> None:
    titles = ["Market hall loses its roof | Harbour Post", "Ferry fares rise again"]
    text = "It rained. See also: Market hall loses its roof Ferry fares rise again The dam held."
    lead = Mark("boilerplate", 11, 20, reason="phrase")
    [mark] = with_titles([lead], rooms(text, [lead]), Titles.of(titles))
    assert text[mark.start : mark.end] == text[11 : text.index(" The dam")]


def test_what_was_taken_beyond_the_title_is_given_back() -> None:
    text = "Read more: Market hall loses its roof Ten drivers wait"
    whole = Mark("boilerplate", 0, len(text), reason="phrase")
    [mark] = with_titles([whole], rooms(text, [whole]), Titles.of(["Market hall loses its roof"]))
    assert text[mark.start : mark.end] == "Read more: Market hall loses its roof"


def test_a_longer_headline_than_the_title_keeps_its_end() -> None:
    text = "Read more: Market hall loses its roof"
    whole = Mark("boilerplate", 0, len(text), reason="phrase")
    assert with_titles([whole], rooms(text, [whole]), Titles.of(["Market hall loses"])) == (whole,)


def test_short_titles_and_other_marks_say_nothing() -> None:
    text = "Read more: The dam The dam held through the night."
    lead = Mark("boilerplate", 0, 10, reason="phrase")
    credit = Mark("boilerplate", 0, 10, reason="credit")
    assert with_titles([lead], rooms(text, [lead]), Titles.of(["The dam", "", "!"])) == (lead,)
    assert with_titles([credit], rooms(text, [credit]), Titles.of(["The dam The dam held"])) == (credit,)


def test_the_order_of_the_feed_changes_nothing() -> None:
    feed = [
        Article(f"a{number}", f"{before} {lead} {title} {after}", source="one", title=FLAT[number - 1][2])
        for number, (before, lead, title, after) in enumerate(FLAT)
    ]
    dated = [
        Article(one.id, one.text, source=one.source, title=one.title, published=f"2024-03-{day + 1:02d}")
        for day, one in enumerate(feed)
    ]
    expected = {report.id: report for report in scan(dated, Settings())}
    Random(3).shuffle(dated)
    assert {report.id: report for report in scan(dated, Settings())} == expected
