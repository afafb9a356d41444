"""Lines of code are in no language, whatever the article's own is."""

from __future__ import annotations

import pytest

from dedup import Article, scan
from dedup.inspect.listings import listed

CODE = """for (int i = 0; i < n; i++) {
  total += values[i];
}
if (total > limit) {
  return;
}
print(total)
home = load("menu")
login = True"""

ARTICLES = (
    ("ru", "Разработчики нашли ошибку в программе, которая считает голоса. Ошибка находится в этом цикле:"),
    ("uk", "Розробники знайшли помилку в програмі, яка рахує голоси. Помилка міститься в цьому циклі:"),
    ("ar", "وجد المطورون خطأ في البرنامج الذي يحسب الأصوات في الانتخابات، ويقولون إنه في هذه الحلقة:"),
    ("zh", "开发者周二在计票程序里发现了一个错误，并说错误就在这个循环里："),
    (
        "de",
        "Die Entwickler fanden im Programm, das die Stimmen zählt, einen Fehler. Er steckt in dieser Schleife:",
    ),
)


@pytest.mark.parametrize(("language", "prose"), ARTICLES)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_code_is_neither_foreign_nor_furniture(language: str, prose: str, gap: str) -> None:
    text = f"{prose}\n\n{CODE}".replace("\n", gap)
    [report] = scan([Article("a", text, source="one")])
    assert report.findings == () and report.language == language


@pytest.mark.parametrize(
    "line",
    [
        "Who pays the bill?", "The price rose to 5 (from 4);", "One euro, that is all", "He said: home = where it is.",
        "https://example.org/list?page=2&sort=date", "Council (north)", "",
    ],
)  # fmt: skip
def test_prose_is_no_code(line: str) -> None:
    assert listed(f"{line}\n{line}\nx = {{}}\n{line}") == []


def test_one_line_of_code_is_a_formula() -> None:
    assert listed("E = mc2\nThat is all there is.") == []
    assert len(listed("E = mc2\nx += 1\nThat is all there is.")) == 2


def test_bare_words_beside_code_are_code_and_prose_is_not() -> None:
    code = ["function openMenu() {", "menu", "search", "return false", "}", "settings", "home"]
    text = "\n\n".join(["Die Zeilen lauten so:", *code, "Ein Schüler fand den Fehler.", "home"])
    assert [text[start:end] for start, end in listed(text)] == code


@pytest.mark.parametrize("language", ["de", "ru"])
def test_bare_words_beside_code_are_not_foreign(language: str) -> None:
    prose = dict(ARTICLES)[language]
    text = "\n\n".join([prose, "function openMenu() {", "settings", "return false", "}", "previous", "home"])
    [report] = scan([Article("a", text, source="one")])
    assert not [one for one in report.findings if one.kind == "foreign"]
