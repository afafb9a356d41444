"""Broken text: cut, matched and inspected as what it was, at the places where it stands; all else is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup import Article, Detector, Settings, open_index, scan
from dedup.inspect.inspector import Inspector
from dedup.model import ArticleReport
from dedup.prefilter.trimming import trimmed
from dedup.text.mojibake import repaired
from dedup.text.quotes import quoted_spans
from dedup.text.words import split, split_as_is

NEWS = {
    "cs": "Hejtman řekl v pondělí, že silnice přes průsmyk zůstane zavřená, dokud dělníci neodklidí všechno kamení.",
    "pl": "Wójt ogłosił we wtorek, że żłobek przy młynie będzie zamknięty, bo właściciel nie zapłacił za ogrzewanie.",
    "hu": "A képviselők hétfőn úgy szavaztak, hogy a fürdő tetejét még az ősz előtt kijavítják, különben bezárják.",
    "ro": "Primarul a spus că școala și piața vor rămâne închise până când inginerii vor întări fundația clădirii.",
    "tr": "Başkan çarşamba günü köprünün kış bitene kadar kapalı kalacağını, öğrencilerin taşınacağını söyledi.",
    "de": "Die Bürgermeisterin erklärte am Dienstag, die Brücke über den Mühlbach müsse für die Züge gesperrt bleiben.",
    "fr": "Le préfet a dit hier que la forêt brûlée resterait fermée, et que l’évêché prêterait déjà ses bâtiments.",
    "es": "Anunció que el pequeño túnel seguirá cerrado mañana, porque la lluvia dañó también la señalización.",
    "pt": "O ministro não garantiu que a estação será concluída até à próxima sessão, porque há razões técnicas.",
    "sv": "Fiskarna från ön sålde sin fångst på kajen, trots att hamnen är stängd för större båtar sedan årsskiftet.",
    "lv": "Ministrs šodien paziņoja, ka tilts pār upi būs slēgts līdz rudenim, jo būvnieki atrada plaisas balstos.",
    "vi": "Chính quyền thành phố cho biết cây cầu sẽ đóng cửa đến mùa thu vì các kỹ sư tìm thấy vết nứt.",
    "ru": "Мэр объявил во вторник, что мост через реку останется закрытым до осени, пока рабочие не укрепят опоры.",
    "uk": "Голова громади повідомив, що міст через річку буде закрито до осені, бо інженери знайшли тріщини.",
    "bg": "Кметът обяви във вторник, че мостът над реката ще остане затворен до есента заради пукнатини.",
    "el": "Ο δήμαρχος ανακοίνωσε την Τρίτη ότι η γέφυρα θα μείνει κλειστή ως το φθινόπωρο, επειδή βρέθηκαν ρωγμές.",
    "he": "ראש העיר הודיע ביום שלישי כי הגשר יישאר סגור עד הסתיו, מפני שהמהנדסים מצאו סדקים בעמודים.",
    "ar": "أعلن رئيس البلدية يوم الثلاثاء أن الجسر سيبقى مغلقا حتى الخريف لأن المهندسين عثروا على تشققات.",
    "ja": "市長は火曜日、橋の支柱にひびが見つかったため、秋まで通行止めにすると発表した。",
}
PAGES = {
    **dict.fromkeys(("cs", "pl", "hu", "ro"), ("latin-1", "cp1252", "cp1250")),
    **dict.fromkeys(("tr", "sv", "fr", "es", "pt", "de"), ("latin-1", "cp1252", "cp1254", "cp1251", "koi8_r", "cp437")),
    "lv": ("latin-1", "cp1252", "cp1257"),
    **dict.fromkeys(("ru", "uk", "bg"), ("latin-1", "cp1252", "cp1251", "koi8_r", "mac_roman")),
    "el": ("latin-1", "cp1252", "cp1253"), "he": ("latin-1", "cp1252"), "ar": ("latin-1", "cp1252", "cp1256"),
    "ja": ("latin-1", "cp1252"), "vi": ("latin-1", "cp1252"),
}  # fmt: skip
ACCIDENTS = [(language, page) for language, pages in PAGES.items() for page in pages]


def broken(text: str, page: str) -> str:
    """The text as UTF-8 read in an old code page; bytes that the page leaves out become control characters."""
    return "".join(bytes([byte]).decode(page, "ignore") or chr(byte) for byte in text.encode())


def spans(text: str) -> list[tuple[int, int]]:
    columns = split([text])
    return list(zip(columns.starts.tolist(), columns.ends.tolist(), strict=True))


def taken(report: ArticleReport) -> int:
    return report.ledger.recycled + report.ledger.reworded


@pytest.mark.parametrize(("language", "page"), ACCIDENTS)
def test_a_broken_text_is_cut_as_what_it_was_at_its_own_places(language: str, page: str) -> None:
    text = NEWS[language]
    damaged = broken(text, page)
    was = split_as_is([text])
    assert split([damaged]).hashes.tolist() == was.hashes.tolist()
    for (start, end), word in zip(spans(damaged), zip(was.starts, was.ends, strict=True), strict=True):
        assert damaged[start:end] == broken(text[slice(*word)], page)


@pytest.mark.parametrize(("language", "page"), ACCIDENTS)
def test_a_broken_copy_is_a_copy_wherever_it_is_looked_for(language: str, page: str) -> None:
    text = NEWS[language]
    damaged = broken(text, page)
    articles = [
        Article("one", text, source="a", published="2024-01-01"),
        Article("two", damaged, source="b", published="2024-01-02"),
    ]
    _, report = scan(articles, Settings())
    assert report.originality == 0 and taken(report) == report.words == len(spans(text))
    assert (report.language, report.ledger.foreign) == (
        next(iter(scan(articles[:1], Settings()))).language,
        0,
    )
    found = [finding for finding in report.findings if finding.kind in ("recycled", "reworded")]
    assert (found[0].start, found[-1].end) == (spans(damaged)[0][0], spans(damaged)[-1][1])
    hidden = [finding for finding in report.findings if finding.kind == "obfuscated"]
    assert {finding.reason for finding in hidden} == {"mojibake"}
    assert all(not damaged[one.start : one.end].isascii() for one in hidden)
    with open_index("memory:", Settings()) as index:
        detector = Detector(index)
        assert [detector.add(article) for article in articles][1].ledger == report.ledger


@pytest.mark.parametrize("page", ["latin-1", "cp1252", "cp1250"])
def test_a_text_broken_twice_is_what_it_was_at_first(page: str) -> None:
    text = NEWS["pl"]
    twice = broken(broken(text, page), page)
    assert split([twice]).hashes.tolist() == split([text]).hashes.tolist()
    assert spans(twice)[-1][1] <= len(twice)


def test_one_broken_paragraph_is_repaired_and_its_neighbours_stay_where_they_are() -> None:
    first, last = NEWS["de"], NEWS["sv"]
    text = "\n\n".join([first, broken(NEWS["ru"], "cp1251"), last])
    columns = split([text])
    assert [text[start:end] for start, end in columns.paragraphs(0)] == text.split("\n\n")
    assert columns.hashes.tolist() == split(["\n\n".join([first, NEWS["ru"], last])]).hashes.tolist()
    assert repaired(text).given(0, len(first)) == (0, len(first))  # type: ignore[union-attr]


def test_all_stages_see_the_repaired_text_and_say_where_it_stands() -> None:
    text = broken(
        f"{NEWS['fr']}\n\nÀ lire également : « Le pont fermé »\n\nЧитайте также: Мост закрыт до осени",
        "cp1252",
    )
    (found,) = Inspector().inspect_texts([(text, None)])
    assert found.language == "fr"
    marks = [(mark.kind, text[mark.start : mark.end]) for mark in found.marks]
    for kind, phrase in (("foreign", "Читайте также"), ("boilerplate", "À lire")):
        assert any(kind == own and words.startswith(broken(phrase, "cp1252")) for own, words in marks)
    ((start, end),) = quoted_spans(text, split([text]).paragraphs(0))
    assert text[start:end] == broken("Le pont fermé", "cp1252")


def test_trimming_cuts_the_broken_text_as_it_stands() -> None:
    text = f"{NEWS['de']}\n\n{broken('Читайте также: Мост закрыт', 'cp1252')}\n\n{NEWS['de'][::-1]}"
    (report,) = scan([Article("one", text)], Settings())
    assert "Ð" not in trimmed(text, report).text


@pytest.mark.parametrize(
    "text",
    [
        *NEWS.values(),
        "ALTA TENSÃO À NOITE: A IRMÃ “SÃ” NÃO VÊ O FIM DA AÇÃO…",
        "ÂNGELO, «Âmbar» e à “Å” — Ä‚ Ö‘ Ü’",
        "Ở ÂU CHÂU “Ân xá” là một việc khó…",
        "BUNLARI ÄŞGABAT, Äşgabat’da ŞÖÝLE",
        "Рівне, Січ, Гірський, Дієвий, Єївка — «Рё»",
        "ТАКСОПАРК СЈАЈИ, Ђорђе, Љубљана, Њујорк",
        "gbeƒã gbɔ, ƒe xexe",
        "√≥ 2, 3×½, ±0·5 µm, 25 °C, “CAFÉ”",
        "veikšanā\xa0— un daļā\xa0— Latvijā",
        "عکس و پوستر",
        "גרש׳ ועוד׳ה",
        "the letters Ã and Â stand where è was, and â€ is half of a quotation mark",
    ],
)
def test_honest_text_is_left_alone(text: str) -> None:
    assert repaired(text) is None


@given(st.text(st.sampled_from("aé Ã©Â°ÐÑŸ¸‚â€™ \nРСЂё\x81пя╦├⌐ъ\ufffd"), max_size=80))
def test_no_repair_loses_a_letter_or_goes_out_of_the_text(text: str) -> None:
    repair = repaired(text)
    columns = split([text])
    bounds = [
        edge for span in zip(columns.starts.tolist(), columns.ends.tolist(), strict=True) for edge in span
    ]
    assert bounds == sorted(bounds) and all(0 <= edge <= len(text) for edge in bounds)
    if repair is not None:
        places = repair.places.tolist()
        assert len(places) == len(repair.text) + 1 and (places[0], places[-1]) == (0, len(text))
        assert all(here < there for here, there in pairwise(places))
        kept = [text[at] for at, after in pairwise(places) if after - at == 1]
        assert not _is_lost(kept, repair.text)


def _is_lost(kept: Iterable[str], text: str) -> bool:
    """Whether the characters are not, in order, in a text."""
    rest = iter(text)
    return not all(character in rest for character in kept)
