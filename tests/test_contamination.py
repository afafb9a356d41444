"""All that one article shows by itself: the seed page and its twin, lead-ins, disguised furniture."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dedup import Article, scan
from dedup.classes import PRECEDENCE
from dedup.inspect.inspector import Inspection, Inspector
from dedup.model import ArticleReport

ENGLISH = (
    "The harbour board met again on Monday and agreed on a plan for the old grain pier.\n\n"
    "Residents said they had heard such promises before and would wait for the first crane to arrive."
)
UKRAINIAN = (
    "Міська рада в понеділок знову зібралася і погодила план відбудови старого причалу.\n\n"
    "Мешканці кажуть, що вже чули такі обіцянки, і чекатимуть, доки приїде перший кран."
)
KAZAKH = (
    "Қалалық кеңес дүйсенбі күні қайта жиналып, ескі айлақты қалпына келтіру жоспарын мақұлдады.\n\n"
    "Тұрғындар мұндай уәделерді бұрын да естігенін және алғашқы кранның келуін күтетінін айтады.\n\n"
    "Жұмыс көктемде, қаражат табылған кезде басталады деп күтілуде."
)


@pytest.fixture(scope="module")
def inspector() -> Inspector:
    return Inspector()


def inspected(inspector: Inspector, text: str) -> Inspection:
    return inspector.inspect_texts([(text, None)])[0]


def found(inspector: Inspector, text: str, kind: str) -> list[tuple[str, str | None]]:
    """The marks of a kind, each with its language or else its reason."""
    marks = [mark for mark in inspected(inspector, text).marks if mark.kind == kind]
    return [(text[m.start : m.end], m.language or m.reason) for m in sorted(marks, key=lambda m: m.start)]


def painted(report: ArticleReport, text: str) -> list[str | None]:
    """The ledger class of each code point: the strongest finding over it, None where there is none."""
    classes: list[str | None] = [None] * len(text)
    for kind in reversed(PRECEDENCE):
        for finding in report.findings:
            if finding.kind == kind:
                classes[finding.start : finding.end] = [kind] * (finding.end - finding.start)
    return classes


def only(text: str, classes: list[str | None], start: int, end: int) -> set[str | None]:
    """The classes of the letters and digits of a stretch."""
    return {classes[at] for at in range(start, end) if text[at].isalnum()}


# -- the page this project started from ----------------------------------------------------------------


def test_the_seed_article_comes_out_as_people_annotated_it(shared_data: Path) -> None:
    folder = shared_data / "seed-article"
    if not folder.is_dir():
        pytest.skip("the test data has no seed-article")
    text = (folder / "article.txt").read_text(encoding="utf-8")
    (report,) = scan([Article("seed", text)])
    classes = painted(report, text)
    paragraphs = [(text.index(block), text.index(block) + len(block)) for block in text.split("\n\n")]
    first = paragraphs[0][1] - paragraphs[0][0]
    paragraphs[:3] = [(number * (first + 2), number * (first + 2) + first) for number in range(3)]
    with (folder / "annotation.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    for row in rows:
        wanted = row["expected"].split(" ")[0]
        numbers = [int(number) for number in row["# paragraph"].split("-")]
        for number in range(numbers[0], numbers[-1] + 1):
            start, end = paragraphs[number]
            if row["part"].startswith("line"):
                line = text[start:end].split("\n")[int(row["part"][5]) - 1]
                start = text.index(line, start)
                end = start + len(line)
            elif row["part"] != "all":
                part = row["part"].strip('"')
                start = text.index(part, start, end)
                end = start + len(part)
            assert only(text, classes, start, end) == {None if wanted == "original" else wanted}, row
    foreign = {finding.language for finding in report.findings if finding.kind == "foreign"}
    assert (report.language, foreign) == ("en", {"ru"})


HEADLINE = "Harbour board: engineers to rebuild the old grain pier"
TWIN = "\n\n".join(
    [
        *[HEADLINE] * 3,
        *ENGLISH.split("\n\n"),
        "Смотрите также: Ferry captain Jane Marlow praises her crew after the storm",
        "Любая перепечатка материалов портала только со ссылкой на источник.\n"
        "«» 2011 - 2020 Copyright.\nСбор данных этого портала роботами запрещён.",
        "Адрес для вставки на сайт",
        "More on this",
    ]
)


def test_a_page_of_the_same_making_comes_out_the_same_way() -> None:
    (report,) = scan([Article("twin", TWIN)])
    said = [(f.kind, TWIN[f.start : f.end]) for f in report.findings]
    assert said == [
        ("repeated", HEADLINE),
        ("repeated", HEADLINE),
        ("foreign", "Смотрите также"),
        ("boilerplate", "Смотрите также: Ferry captain Jane Marlow praises her crew after the storm"),
        ("foreign", "Любая перепечатка материалов портала только со ссылкой на источник"),
        ("boilerplate", "«» 2011 - 2020 Copyright."),
        ("foreign", "Сбор данных этого портала роботами запрещён"),
        ("foreign", "Адрес для вставки на сайт"),
        ("boilerplate", "More on this"),
    ]
    words = {
        kind: sum(f.words for f in report.findings if f.kind == kind) for kind in ("repeated", "foreign")
    }
    assert (report.ledger.repeated, report.ledger.foreign) == (words["repeated"], words["foreign"])
    assert report.ledger.original == len(HEADLINE.split()) + len(ENGLISH.split())


# -- lead-ins ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "foreign"),
    [
        (ENGLISH, "Lees ook: Old pier to be rebuilt", [("Lees ook", "nl")]),
        (UKRAINIAN, "Прочитајте и: Старий причал відбудують", [("Прочитајте и", "mk")]),
        (UKRAINIAN, "Читайте також: Старий причал відбудують", []),
        (KAZAKH, "Читайте также: Ескі айлақ қалпына келтіріледі", [("Читайте также", "ru")]),
        (ENGLISH, "Read also: Old pier to be rebuilt", []),
    ],
)
def test_a_known_lead_in_of_another_language_is_foreign(
    inspector: Inspector, text: str, line: str, foreign: list[tuple[str, str]]
) -> None:
    assert found(inspector, f"{text}\n\n{line}", "foreign") == foreign


def test_a_lead_in_of_a_close_language_says_nothing_where_the_own_one_is_not_known(
    inspector: Inspector,
) -> None:
    afrikaans = (
        "Die stadsraad het Maandag weer vergader en die plan vir die ou hawe goedgekeur.\n\n"
        "Die inwoners sê hulle het al baie sulke beloftes gehoor en sal wag totdat die eerste hyskraan kom.\n\n"
        "Daar word verwag dat die werk in die lente sal begin sodra die geld gevind is."
    )
    assert inspected(inspector, afrikaans).language == "af"
    assert found(inspector, f"{afrikaans}\n\nLees ook: Ou hawe word herbou", "foreign") == []


# -- disguises -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    ["Rеad al\u200bso: Ferry fares rise again", "© 2019 Нarbour Mеdia. All rights rеserved.",
     "«» 2007 - 2019 Cоpyright."],
)  # fmt: skip
def test_disguised_furniture_is_furniture(inspector: Inspector, line: str) -> None:
    text = f"{ENGLISH}\n\n{line}"
    assert found(inspector, text, "boilerplate") == [(line, "phrase")]
    assert found(inspector, text, "obfuscated")


# -- batches -------------------------------------------------------------------------------------------


def test_a_batch_finds_what_each_text_finds_alone_in_any_order(inspector: Inspector) -> None:
    texts = [
        TWIN,
        "",
        KAZAKH + "\n\nЧитайте также: Жүре алмай қалдым",
        UKRAINIAN + "\n\nRеad also: x",
        ENGLISH,
    ]
    alone = [inspected(Inspector(), text) for text in texts]
    assert inspector.inspect_texts([(text, None) for text in texts]) == alone
    assert inspector.inspect_texts([(text, None) for text in reversed(texts)]) == alone[::-1]
