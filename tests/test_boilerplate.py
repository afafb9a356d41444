"""Known furniture: each phrase on its example, news that must not fire, tight spans, menus, the seed page."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.inspect.furniture import anchors, known_marks
from dedup.inspect.furniture.lexicon import SHAPES, Pattern, folded_line, furniture, languages, patterns
from dedup.inspect.furniture.matching import ends, tokens
from dedup.model import Mark
from dedup.text import words

PATTERNS = [pattern for language in languages() for pattern in patterns(furniture(language))]

Found = list[tuple[str, str | None]]


def found(text: str, chosen: tuple[str, ...] = ()) -> Found:
    paragraphs = words.split([text]).paragraphs(0)
    return [(text[m.start : m.end], m.reason) for m in known_marks(text, paragraphs, chosen)]


def letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def entries(language: str, key: str) -> list[str]:
    listed = furniture(language).get(key, [])
    assert isinstance(listed, list)
    return [str(entry) for entry in listed]


def test_there_are_twenty_languages_and_more() -> None:
    assert len(languages()) >= 20


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda p: f"{p.language}-{p.shape}-{p.source}")
def test_each_pattern_takes_its_example_whole(pattern: Pattern) -> None:
    marks = found(pattern.example, (pattern.language,))
    assert letters("".join(text for text, _ in marks)) == letters(pattern.example)
    example = tokens(pattern.example)
    assert any(ends(pattern.elements, example, at) for at in range(len(example)))
    assert {reason for _, reason in marks} <= (
        {"credit", "phrase"} if pattern.shape == "credit" else {"phrase"}
    )


@pytest.mark.parametrize("language", languages())
def test_news_that_holds_such_words_is_left_alone(language: str) -> None:
    for sentence in entries(language, "news"):
        assert found(sentence) == [], sentence
        assert found(f"The bridge is closed. {sentence} Nobody was hurt.") == [], sentence


@pytest.mark.parametrize("language", languages())
def test_each_service_line_is_found_where_it_fills_a_line(language: str) -> None:
    for phrase in entries(language, "line"):
        assert found(f"A first paragraph of news.\n\n{phrase}") == [(phrase, "phrase")], phrase


@pytest.mark.parametrize("language", languages())
def test_the_data_files_hold_nothing_twice_and_only_known_keys(language: str) -> None:
    data = furniture(language)
    assert set(data) <= {
        "language",
        "line",
        "menu",
        "agencies",
        "news",
        "calendar",
        "words",
        "small",
        "told",
        *SHAPES,
    }
    assert data["language"] == language
    for key in ("line", "menu", "agencies", "news"):
        assert len(entries(language, key)) == len(set(entries(language, key)))
    assert all(folded_line(phrase) for phrase in entries(language, "line") + entries(language, "menu"))
    assert len(entries(language, "news")) >= 2


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("READ MORE: Ferry fares rise again", [("READ MORE: Ferry fares rise again", "phrase")]),
        ("It rained. Read also: Ferry fares rise", [("Read also: Ferry fares rise", "phrase")]),
        ("» Читайте также: Ferry fares rise again", [("Читайте также: Ferry fares rise again", "phrase")]),
        ("Lire aussi Le bac coûte plus cher", [("Lire aussi Le bac coûte plus cher", "phrase")]),
        ("Related news\n\nThe ferry sank on Monday.", [("Related news", "phrase")]),
        ("Related news:\nThe ferry sank on Monday.", [("Related news:", "phrase")]),
        ("Comments (12)", [("Comments (12)", "phrase")]),
        ("12 Comments", [("12 Comments", "phrase")]),
        ("Share this | Print | Email", [("Share this | Print | Email", "phrase")]),
        ("Home > Sports > Football", [("Home > Sports > Football", "phrase")]),
        (
            "© 2019 Harbour Media. All rights reserved.",
            [("© 2019 Harbour Media. All rights reserved.", "phrase")],
        ),
        ("© 2009 - 2024 Harbourdock.", [("© 2009 - 2024 Harbourdock.", "phrase")]),
        ("«» 2007 - 2019 Copyright.", [("«» 2007 - 2019 Copyright.", "phrase")]),
        (
            "The bridge is closed. Follow us on Twitter. It opens in May.",
            [("Follow us on Twitter.", "phrase")],
        ),
        (
            "HARROW (Reuters) - It rained. (Reporting by Jane Marlow; Editing by Tom Reed)",
            [("(Reuters)", "credit"), ("(Reporting by Jane Marlow; Editing by Tom Reed)", "credit")],
        ),
        ("It rained for a week. (AP)", [("(AP)", "credit")]),
        ("It rained for a week. — Reuters", [("Reuters", "credit")]),
    ],
)
def test_spans_are_tight(text: str, marks: Found) -> None:
    assert found(text) == marks


@pytest.mark.parametrize(
    "text",
    [
        "The American Press (AP) said it would hire again.",
        "Officials (Reuters was told) met on Monday.",
        "share of the votes and 200\nshare.",
        "Sports\n\nThe section heading above is the writer's own.",
        "Read more slowly and you will remember it.",
        "More: the word stood on every wall of the old mill, and nobody knew who had written it there.",
        "■ The lighthouse opens again.",
        "“Follow me,” he said.",
    ],
)
def test_what_only_looks_like_furniture_is_left_alone(text: str) -> None:
    assert found(text) == []


STORY_GOES_ON = "Then the story goes on. " * 12


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        (f"It rained. Read also: Ferry fares rise again. {STORY_GOES_ON}", ["Read also:"]),
        (f"It rained. Read also: Who owns the bridge? {STORY_GOES_ON}", ["Read also: Who owns the bridge?"]),
        ("Read more: The divers could free the seal by hand and tow it out.", ["Read more:"]),
        ("Lies auch: Hafen zu Die Fischer klagen seit Mai. Niemand hört sie.", ["Lies auch:"]),
        (
            "Il a plu. Lire aussi : Le bac coule Les marins, eux, rentrent à pied. Nul ne rit.",
            ["Lire aussi :"],
        ),
        ("Lue myös: Silta suljetaan Kalastajat kertoivat asiasta. Kukaan ei naura.", ["Lue myös:"]),
        ("Читайте также: Паром встал Рыбаки вернулись пешком. Никто не смеялся.", ["Читайте также:"]),
        ("यह भी पढ़ें: पुल बंद हुआ मछुआरे पैदल लौटे। कोई नहीं हँसा।", ["यह भी पढ़ें:"]),
        ("It rained (Read also: Ferry fares rise again) for a week.", []),
        (
            "It rained. (Read also: Ferry fares rise again) It stopped.",
            ["(Read also: Ferry fares rise again)"],
        ),
        ("Read more - the motto of the library - hangs above its door.", []),
        ("The hall fell silent. Watch.", []),
    ],
)
def test_a_lead_in_takes_a_headline_and_never_a_sentence_of_the_story(text: str, marks: list[str]) -> None:
    assert [mark for mark, _ in found(text)] == marks


@pytest.mark.parametrize(
    "line",
    [
        "A VOIR AUSSI : Le bac coule", "LEE TAMBIEN: El faro se apaga", "VEA ADEMAS: El faro se apaga",
        "ΔΕΙΤΕ ΑΚΟΜΑ: Έκλεισε το λιμάνι", "اقرأ أيضًا: غرق العبارة",
        "إقرأ ايضاً: غرق العبارة", "LEIA TAMBEM: O farol se apaga",
        "[관련기사] 등대가 꺼졌다", "【関連記事】灯台が消えた",
        "(Read also: Ferry fares rise again)", "CITESTE SI: Farul se stinge",
        "PRZECZYTAJ TEZ: Latarnia gaśnie", "CTETE TAKE: Maják zhasl",
        "LAS OCKSA: Fyren slocknar", "BUNU DA OKUYUN: Fener söndü",
        "ЧИТАИТЕ ТАКЖЕ: Маяк погас", "قد يعجبك أيضًا: غرق العبارة",
        "▶관련기사 등대가 꺼졌다", "☞ 관련기사 등대가 꺼졌다", "▲관련기사=등대가 꺼졌다", "＜関連記事＞灯台が消えた",
        "■関連記事 灯台が消えた", "▶相關新聞：燈塔熄滅", "ये भी पढ़ें- दीपस्तंभ बुझ गया", "इसे भी पढ़ें- दीपस्तंभ बुझ गया",
        "MORE: Ferry fares rise again", "READ: Ferry fares rise again", "İLGİLİ HABER Fener söndü",
        "हर सुबह की ताज़ा ख़बरें अपने इनबॉक्स में पाने के लिए हमारे न्यूज़लेटर के लिए साइन अप करें।",
    ],
)  # fmt: skip
def test_a_lead_in_is_known_however_it_is_spelled(line: str) -> None:
    assert letters("".join(mark for mark, _ in found(line))) == letters(line)


@pytest.mark.parametrize(
    ("line", "credit"),
    [
        ("Sources: Harrow agree to lend winger Reed to Milton for a year", False),
        ("Quelle: Der Bach entspringt hinter dem Hof", False),
        ("Photo: how a village lost its lake", False),
        ("Sources: Harbour Agency, Harrow Times", True),
        ("Fotos: Jana Marlow, Tom Reed", True),
        ("Source: harbour-agency.com", True),
        ("记者：李明", True),
        ("记者：谁签的字？", False),
        ("编辑：这本书改变了我。", False),
        ("كتب: من وقع على البيان؟", False),
    ],
)
def test_a_credit_names_and_does_not_tell(line: str, credit: bool) -> None:
    assert found(line) == ([(line, "credit")] if credit else [])


def test_other_languages_furniture_is_found_in_any_article_unless_told_otherwise() -> None:
    text = "The ferry sank on Monday.\n\nПодписывайтесь на наш канал."
    assert found(text) == [("Подписывайтесь на наш канал.", "phrase")]
    assert found(text, ("en",)) == []


# -- menus -------------------------------------------------------------------------------------------------

MENU = "\n\n".join(
    [
        "Home",
        "News",
        "Sports",
        "Business",
        "Bridges of the north",
        "Weather",
        "Opinion",
        "Subscribe",
        "Contact us",
    ]
)
STORY = (
    "The council of Harrow Falls voted on Monday to close the old bridge before the winter comes.\n\n"
    "Nobody had expected the vote, which ended a quarrel of eleven years between the two banks of the river."
)


def test_a_menu_is_taken_whole_and_the_headline_and_story_after_it_are_not() -> None:
    headline = "Council closes the old bridge of Harrow Falls"
    text = f"{MENU}\n\n{headline}\n\n{STORY}"
    marks = found(text)
    assert ("Bridges of the north", "navigation") in marks
    assert letters("".join(mark for mark, _ in marks)) == letters(MENU)


@pytest.mark.parametrize(
    "lines",
    [
        ["Emma", "Olivia", "Ava", "Isabella", "Sophia", "Mia", "Charlotte", "Amelia", "Harper", "Evelyn"],
        [
            "- two eggs",
            "- a cup of flour",
            "- sugar",
            "- butter",
            "- a lemon",
            "- salt",
            "- milk",
            "- rum",
            "- oil",
        ],
        ["Harrow 3, Milton 1", "Stone 0, Leeds 0", "Ashby 2, Corby 2", "Derby 1, Luton 4", "Kent 1, Ely 0"]
        * 2,
        ["Council closes the old bridge"] * 3,
    ],
)
def test_lists_in_an_article_are_no_menus(lines: list[str]) -> None:
    listed = "\n\n".join(lines)
    assert found(f"{STORY}\n\n{listed}\n\n{STORY}") == []


# -- any text ----------------------------------------------------------------------------------------------

PIECES = st.sampled_from(
    [
        "Read also: ", "Share", "Home | News", "© 2019 X",
        "(AP)", "Reporting by Jane Marlow", "the bridge", " ",
        ". ", "\n", "\n\n", "Читайте также", "関連記事：",
        "(", ")", "—", "All rights reserved", "| Reuters", "a" * 70,
        "Sports", "é", "…",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=30).map("".join)


@given(TEXTS)
def test_marks_are_ordered_disjoint_tight_and_inside_one_paragraph(text: str) -> None:
    paragraphs = words.split([text]).paragraphs(0)
    end = 0
    for mark in known_marks(text, paragraphs):
        assert end <= mark.start < mark.end
        assert text[mark.start : mark.end] == text[mark.start : mark.end].strip()
        assert any(start <= mark.start and mark.end <= stop for start, stop in paragraphs)
        assert not (mark.start and text[mark.start - 1].isalnum() and text[mark.start].isalnum())
        assert not (text[mark.end - 1].isalnum() and text[mark.end : mark.end + 1].isalnum())
        end = mark.end


@settings(max_examples=30)
@given(st.lists(TEXTS, max_size=4))
def test_a_batch_finds_what_each_text_finds_alone(texts: list[str]) -> None:
    columns = words.split(texts)
    for number, (text, places) in enumerate(zip(texts, anchors(columns, texts), strict=True)):
        paragraphs = columns.paragraphs(number)
        assert known_marks(text, paragraphs, found=places) == known_marks(text, paragraphs)


def everywhere(text: str) -> list[Mark]:
    """The marks of a text that is looked at word by word, line by line, whatever its words' hashes say."""
    columns = words.split([text])
    return known_marks(text, columns.paragraphs(0), found=anchors(columns, [text], disguised=[0])[0])


ENTRIES = [
    *(pattern.example for pattern in PATTERNS),
    *(f"{line} 12" for language in languages() for line in entries(language, "line")),
    *(f"Home | {line}" for language in languages() for line in entries(language, "line")),
    *(f"{text} ({name}) -\n{text} {name}." for language in languages()
      for text in ["The bridge is closed."] for name in entries(language, "agencies")),
]  # fmt: skip


def test_no_entry_of_any_file_is_missed_for_its_hashes() -> None:
    for start in range(0, len(ENTRIES), 20):
        page = "\n".join(ENTRIES[start : start + 20])
        assert known_marks(page, words.split([page]).paragraphs(0)) == everywhere(page)


@settings(max_examples=300)
@given(
    st.lists(PIECES | st.sampled_from(ENTRIES) | st.sampled_from("\u00ad\u200c'’/|:12_ \n"), max_size=12).map(
        "".join
    )
)
def test_nothing_is_missed_for_its_hashes(text: str) -> None:
    assert known_marks(text, words.split([text]).paragraphs(0)) == everywhere(text)


# -- the page this project started from --------------------------------------------------------------------


def test_a_stitched_page_with_a_foreign_template() -> None:
    headline = "Harrow bridge: council orders engineers to the river"
    story = STORY.split("\n\n")
    text = "\n\n".join(
        [
            *[headline] * 3,
            *story * 3,
            "Читайте также: Milton striker Tom Reed praises captain Jane Marlow",
            *story,
            "При любом использовании материалов портала ссылка на источник обязательна.\n"
            "«» 2007 - 2019 Copyright.\nАвтоматизированное копирование страниц портала запрещено.",
            "Код для вставки в блог",
            "Related news",
        ]
    )
    assert [mark for mark, reason in found(text)] == [
        "Читайте также: Milton striker Tom Reed praises captain Jane Marlow",
        "При любом использовании материалов портала ссылка на источник обязательна.",
        "«» 2007 - 2019 Copyright.",
        "Автоматизированное копирование страниц портала запрещено.",
        "Код для вставки в блог",
        "Related news",
    ]


def test_the_seed_article_has_its_furniture_and_no_more(shared_data: Path) -> None:
    folder = shared_data / "seed-article"
    if not folder.is_dir():
        pytest.skip("the test data has no seed-article")
    text = (folder / "article.txt").read_text(encoding="utf-8")
    with (folder / "annotation.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    paragraphs = words.split([text]).paragraphs(0)
    wanted = set()
    for row in rows:
        if row["expected"].startswith(("boilerplate", "foreign")):
            start, end = paragraphs[int(row["# paragraph"])]
            wanted.update(range(start, end))
    marked = {at for mark in known_marks(text, paragraphs) for at in range(mark.start, mark.end)}
    differing = {at for at in wanted ^ marked if text[at].isalnum()}
    assert not differing
