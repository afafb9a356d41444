"""The language stage: main language, foreign lines and spans, and what must not be taken for one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.inspect.languages import Languages, MainLanguage, Tuning, facts
from dedup.inspect.languages.arabic import in_own_letters
from dedup.inspect.languages.batch import weigh
from dedup.inspect.languages.by_language import ByLanguage
from dedup.inspect.languages.main import Main, decide
from dedup.inspect.languages.scorers import EldcScorer, Py3langidScorer, Scorer, installed_scorers
from dedup.inspect.languages.vocabulary import Vocabulary
from dedup.inspect.languages.words import split_words
from dedup.model import Article
from dedup.text.characters import (
    APOSTROPHE,
    CODE,
    COLON,
    DIGIT,
    HYPHEN,
    INVISIBLE,
    LETTER,
    MARK,
    NEWLINE,
    OTHER,
    SPACE,
    STOP,
    STRONG,
    prose_tables,
)

ENGLISH = """The harbour board met again on Monday and agreed on a plan for the old grain pier.
Work is expected to begin in the spring, once the money has been found.

Residents said they had heard such promises before and would wait for the first crane to arrive.
"We want to see it with our own eyes," said one of them after the meeting."""

UKRAINIAN = """Міська рада в понеділок знову зібралася і погодила план відбудови старого причалу.
Роботи мають розпочатися навесні, щойно знайдуть гроші.

Мешканці кажуть, що вже чули такі обіцянки, і чекатимуть, доки приїде перший кран.
Після засідання ніхто з посадовців не захотів відповідати на запитання журналістів."""

RUSSIAN = """Городской совет в понедельник снова собрался и согласовал план восстановления старого причала.
Работы должны начаться весной, как только найдутся деньги.

Жители говорят, что уже слышали такие обещания и будут ждать, пока приедет первый кран.
После заседания никто из чиновников не захотел отвечать на вопросы журналистов."""

GERMAN = """Der Hafenausschuss kam am Montag erneut zusammen und einigte sich auf einen Plan für den Kai.
Die Arbeiten sollen im Frühjahr beginnen, sobald das Geld gefunden ist.

Die Anwohner sagten, sie hätten solche Versprechen schon oft gehört und wollten abwarten."""

SPANISH = """La junta del puerto se reunió de nuevo el lunes y acordó un plan para el viejo muelle.
Se espera que las obras comiencen en primavera, cuando se haya encontrado el dinero.

Los vecinos dijeron que ya habían oído promesas parecidas y que esperarían a ver la primera grúa."""

MACEDONIAN = """Градскиот совет во понеделникот повторно се состана и го прифати планот за стариот кеј.
Работите треба да почнат напролет, штом ќе се најдат парите.

Жителите велат дека веќе слушнале такви ветувања и дека ќе чекаат да дојде првата дигалка."""


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


def found(languages: Languages, text: str, declared: str | None = None) -> list[tuple[str, str | None]]:
    """The foreign stretches of a text and their languages."""
    (verdict,) = languages.judge([Article("a", text, language=declared)])
    return [(text[mark.start : mark.end], mark.language) for mark in verdict.marks]


def main(languages: Languages, text: str, declared: str | None = None) -> MainLanguage:
    return languages.judge([Article("a", text, language=declared)])[0].main


@pytest.mark.parametrize(
    ("text", "code", "script"),
    [
        (ENGLISH, "en", "Latn"), (UKRAINIAN, "uk", "Cyrl"), (RUSSIAN, "ru", "Cyrl"), (GERMAN, "de", "Latn"),
        (SPANISH, "es", "Latn"), (MACEDONIAN, "mk", "Cyrl"),
    ],
)  # fmt: skip
def test_the_main_language_is_told_from_the_whole_text(
    languages: Languages, text: str, code: str, script: str
) -> None:
    answer = main(languages, text)
    assert (answer.codes, answer.script) == ((code,), script)
    assert 0.5 < answer.confidence <= 1
    assert found(languages, text) == []


def test_a_text_with_two_languages_of_about_half_each_has_two_and_no_findings(languages: Languages) -> None:
    text = f"{ENGLISH}\n\n{SPANISH}"
    assert set(main(languages, text).codes) == {"en", "es"}
    assert found(languages, text) == []


@pytest.mark.parametrize("text", ["", "   \n\n", "12 345 :: 67", "AAPL.O", "Haftar", "\ud800", "漢"])
def test_too_little_text_is_undecided(languages: Languages, text: str) -> None:
    assert main(languages, text).codes == ()
    assert found(languages, text) == []


def test_the_declared_language_is_a_prior_and_no_order(languages: Languages) -> None:
    indonesian = "Rapat dewan kota pada hari Senin kembali membahas rencana pelabuhan yang lama dan sepakat."
    assert main(languages, indonesian, "id").codes == ("id",)
    assert main(languages, ENGLISH, "ru").codes == ("en",)
    assert main(languages, ENGLISH, "en-GB").codes == ("en",)
    assert main(languages, ENGLISH, "no such thing").codes == ("en",)


FOREIGN_LINES = [
    (ENGLISH, "Код для вставки в блог", "ru"),
    (ENGLISH, "Любое использование материалов сайта запрещено", "ru"),
    (ENGLISH, "Новости", "ru"),
    (ENGLISH, "Lesen Sie auch weitere Berichte aus dem Hafen", "de"),
    (ENGLISH, "Todos los derechos reservados", "es"),
    (ENGLISH, "más noticias", "es"),
    (ENGLISH, "相关新闻报道", "zh"),
    (ENGLISH, "اقرأ المزيد من الأخبار", "ar"),
    (GERMAN, "All rights reserved, no part of this site may be copied", "en"),
    (SPANISH, "Tous droits réservés, toute reproduction est interdite", "fr"),
    (UKRAINIAN, "Любое использование материалов сайта запрещено", "ru"),
    (UKRAINIAN, "Read more about this story on our site", "en"),
    (RUSSIAN, "Будь-яке використання матеріалів цього сайту заборонено", "uk"),
    (MACEDONIAN, "Любое использование материалов этого сайта запрещено", "ru"),
    (RUSSIAN, "Жүре алмай қалдым, бірақ жеңіліп жатқан жоқпын", "kk"),  # unknown to the sharp scorer
    (RUSSIAN, "Донгала биле погодени неколку пати во месецот", "mk"),
    (UKRAINIAN, "Бүгүн кечинде шаарда жаан жаайт деп күтүлүүдө", "ky"),
    (GERMAN, "Нoвo oдлaгaњe зa нeмaчки рaтни брoд", "sr"),  # typed with the Latin a, e and o
    (GERMAN, "미켈슨은 2년마다 여기에 옵니다", "ko"),
]


@pytest.mark.parametrize(("text", "line", "code"), FOREIGN_LINES)
@pytest.mark.parametrize("joint", ["\n", "\n\n"])
def test_a_foreign_line_is_found_tightly(
    languages: Languages, text: str, line: str, code: str, joint: str
) -> None:
    first, *rest = text.split("\n\n")
    whole = joint.join((first, f"{line}.")) + "\n\n" + "\n\n".join(rest)
    assert found(languages, whole) == [(line, code)]


SPANS = [
    (ENGLISH, "Читайте также: ", "Old pier to be rebuilt at last", "Читайте также", "ru"),
    (ENGLISH, "Lea también: ", "Old pier to be rebuilt at last", "Lea también", "es"),
    (UKRAINIAN, "Читайте также: ", "Старий причал нарешті відбудують", "Читайте также", "ru"),
    (UKRAINIAN, "Посол відповів коротко: ", "«we will never give up our port». Потім він поїхав.",
     "we will never give up our port", "en"),
    (ENGLISH, "The letter was brief: ", '"мы не отдадим наш порт", and it was signed by all of them.',
     "мы не отдадим наш порт", "ru"),
    (ENGLISH, "He answered in his own language: ",
     '"nunca vamos a abandonar nuestro viejo puerto", and then he left the room.',
     "nunca vamos a abandonar nuestro viejo puerto", "es"),
    (UKRAINIAN, "Потім він сказав: ", '"we leave at 7 a.m. and never come back to this port" і поїхав.',
     "we leave at 7 a.m. and never come back to this port", "en"),
    (UKRAINIAN, "Посол відповів: ", '"we will never give up our port" Risa Kusuma про це не чула.',
     "we will never give up our port", "en"),
    (ENGLISH, "The sign said: ", "監視カメラには「午後4時40分に」豚が映された，and nothing else.",
     "監視カメラには「午後4時40分に」豚が映された", "ja"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "before", "after", "span", "code"), SPANS)
def test_a_foreign_span_inside_a_line_ends_with_its_words(
    languages: Languages, text: str, before: str, after: str, span: str, code: str
) -> None:
    assert found(languages, f"{text}\n\n{before}{after}") == [(span, code)]


NO_FINDING = [
    "KYIV, April 6 (Reuters) - The board of Naftogaz said on Monday that it would wait.",
    "Jürgen Müller, Zbigniew Wiśniewski and Françoise Lefèvre were not in the room.",
    "Johann von der Heide\nMaria de los Ángeles García",
    "AAPL.O MSFT.O 7203.T",
    "PORT BOARD AGREES ON NEW PLAN FOR OLD PIER",
    "https://example.org/ru/новости/порт?lang=ru&x=1",
    "for (int i = 0; i < n; i++) { total += values[i]; }",
    "Net 119.0 mln vs 101.0 mln\nShr 2.31 dlrs vs 1.96 dlrs",
    'She called it a "fait accompli" and left.',
    'The film "Amores perros" will be shown at the Teatro Colón.',
    "Their zeitgeist was gone, he said.",
    "Владимир Путин (Vladimir Putin) was not there.",
    "The Bаnk and the Gоvernment denied it.",  # with Cyrillic letters: disguise, no language
    "The loan was made to Caisse d'Aide a l'Equipement des Collectives Locales.",
    "Cotton 9,000 (27,900), sunflower 954,303 (840,440), linseed 119,954 (138,944), soybean 669,094, rape nil (nil).",
    'The prize went to "Lettres à ses enfants" in the end.',
]


@pytest.mark.parametrize("line", NO_FINDING)
def test_names_tickers_datelines_titles_and_code_are_no_findings(languages: Languages, line: str) -> None:
    assert found(languages, f"{ENGLISH}\n\n{line}") == []


@pytest.mark.parametrize(
    "line",
    ["Компанія Microsoft показала Windows 11 та iPhone 15 Pro.", "Manchester United — Liverpool 2:1",
     "Фото: Getty Images", "Він назвав це just business."],
)  # fmt: skip
def test_brands_in_latin_letters_are_no_findings_in_cyrillic(languages: Languages, line: str) -> None:
    assert found(languages, f"{UKRAINIAN}\n\n{line}") == []


def test_marks_say_why_and_how_sure(languages: Languages) -> None:
    lines = ("Новости порта", "Todos los derechos reservados en este sitio")
    (verdict,) = languages.judge([Article("a", "\n\n".join((ENGLISH, *lines)))])
    assert [mark.reason for mark in verdict.marks] == ["script", "language"]
    assert all(mark.kind == "foreign" and 0 < (mark.confidence or 0) <= 1 for mark in verdict.marks)
    (verdict,) = languages.judge([Article("a", f"{RUSSIAN}\n\nЦя стаття ще не має жодних коментарів")])
    assert [mark.reason for mark in verdict.marks] == ["letters"]


def test_a_batch_says_what_each_article_says_alone(languages: Languages) -> None:
    texts = [ENGLISH, "", UKRAINIAN + "\nRead more about it on our site", MACEDONIAN, GERMAN + "\nКод блога"]
    articles = [Article(str(number), text) for number, text in enumerate(texts)]
    together = languages.judge(articles)
    assert together == [verdict for article in articles for verdict in languages.judge([article])]
    assert together == Languages().judge(articles)  # what it has learnt changes nothing
    assert languages.judge([]) == []


PIECES = [
    *(part for text in (ENGLISH, UKRAINIAN, RUSSIAN, GERMAN, SPANISH, MACEDONIAN) for part in text.split("\n\n")),
    "Read more: the pier", "Читайте також", "CO2 und co", "co2", "co 2", "G7 G 7",
    "می\u200cخواهم و میخواهم", "مي خواهم",
    "x\u2063yz xyz", "ﬁnal final", "Ѕаturdау Saturday", "", "Les også: Havna",
]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_verdict_depends_on_what_else_was_judged(data: st.DataObject) -> None:
    texts = data.draw(st.lists(st.lists(st.sampled_from(PIECES), max_size=3).map("\n\n".join), max_size=5))
    articles = [Article("", text) for text in texts]
    alone = {article.text: Languages(_scorers()).judge([article])[0] for article in articles}
    for used in (_shared(), Languages(_scorers())):
        order = data.draw(st.permutations(articles))
        cut = data.draw(st.integers(0, len(order)))
        verdicts = used.judge(order[:cut]) + used.judge(order[cut:])
        assert verdicts == [alone[article.text] for article in order]


@cache
def _scorers() -> tuple[Scorer, ...]:
    return installed_scorers()


def test_words_that_scorers_are_shown_differently_have_keys_of_their_own() -> None:
    words = split_words(["co2 co co3 می\u200cخواهم میخواهم Co2 c\u00ado"])
    shown = words.plain(np.arange(words.key.size))
    assert shown == ["co2", "co", "co3", "می خواهم", "میخواهم", "co2", "co"]
    same = {(one, other) for one in range(7) for other in range(7) if words.key[one] == words.key[other]}
    assert same == {(one, other) for one in range(7) for other in range(7) if shown[one] == shown[other]}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map("\n\n".join), min_size=1, max_size=4))
def test_no_stretch_is_lost_with_the_lines_that_are_passed_over(texts: list[str]) -> None:
    vocabulary = Vocabulary(_scorers()[0])
    batch = weigh(texts, vocabulary)
    mains = [main or Main(MainLanguage()) for main in decide(batch, [None] * len(texts), vocabulary)]
    search = ByLanguage(vocabulary, None, Tuning())
    nothing_is_little = np.full_like(batch.peak, 32000)
    assert [*search.find(batch, mains)] == [*search.find(replace(batch, peak=nothing_is_little), mains)]


# -- one table of characters ------------------------------------------------------------------------------


def test_the_table_of_characters_is_the_same_on_every_python() -> None:
    kinds, lower = prose_tables().kinds, prose_tables().lower
    expected = {
        LETTER: "aÄжあ漢ª", MARK: "\u0301\u093e", DIGIT: "7٣²", INVISIBLE: "\u00ad\u200d", SPACE: " \u00a0\u3000\t",
        NEWLINE: "\n\u2028\x85", STRONG: "!”—（।።۔", APOSTROPHE: "'’`", CODE: "@/_", STOP: ".", HYPHEN: "-‐",
        COLON: ":|·", OTHER: ",%&、",
    }  # fmt: skip
    for kind, characters in expected.items():
        found_kinds = {character: int(kinds[ord(character)]) for character in characters}
        assert found_kinds == dict.fromkeys(characters, kind)
    assert [chr(lower[ord(character)]) for character in "AÄЖßé1"] == [*"aäжßé1"]
    digest = hashlib.sha256(kinds.tobytes() + lower.astype("<u4").tobytes()).hexdigest()
    assert digest.startswith("e8dff2f8783e3b70"), "another table, other verdicts: say so in the changelog"


# -- one language in several codes, scripts and spellings -------------------------------------------------

SORANI = """ئەنجومەنی شار ئەمڕۆ دووشەممە کۆبووەوە و پلانی نۆژەنکردنەوەی پردە کۆنەکەی پەسەند کرد.

دانیشتووان دەڵێن پێشتر زۆر بەڵێنی وەهایان بیستووە و چاوەڕێ دەکەن تا کارەکە دەست پێ بکات.

بەڕێوەبەری بەندەرەکە وتی پارەکە هێشتا نەدۆزراوەتەوە، بەڵام لە بەهاردا کارەکان دەست پێدەکەن."""

NORWEGIAN = """Havnestyret møttes igjen mandag og ble enige om en plan for den gamle kornkaia.
Arbeidet skal etter planen begynne til våren, så snart pengene er funnet.

Beboerne sier at de har hørt slike løfter før, og at de vil vente til den første kranen kommer."""

PERSIAN = """هیئت بندر دوشنبه دوباره تشکیل جلسه داد و با طرح بازسازی اسکله قدیمی موافقت کرد.

ساکنان می‌گویند پیش از این هم چنین وعده‌هایی شنیده‌اند و منتظر می‌مانند تا کار آغاز شود.

گفته می‌شود که پول این کار هنوز پیدا نشده است و چند مهندس به شهرداری نامه نوشته‌اند."""

ARABIC = """اجتمع مجلس الميناء مرة أخرى يوم الاثنين واتفق على خطة لترميم الرصيف القديم.

وقال السكان إنهم سمعوا مثل هذه الوعود من قبل وإنهم سينتظرون حتى تصل الرافعة الأولى."""


@pytest.mark.parametrize(
    ("one", "other"),
    [("ckb", "sdh"), ("ckb", "kmr"), ("ku", "lki"), ("no", "nb"), ("nn", "nob"), ("fas", "prs"), ("az", "azb"),
     ("zh", "yue"), ("ar", "arz"), ("sr", "hr"), ("sh", "bos"), ("ms", "id"), ("sq", "als"), ("uzn", "uz"),
     ("et", "vro"), ("lv", "ltg"), ("mn", "khk"), ("swa", "swh"), ("he", "iw"), ("pt-BR", "por")],
)  # fmt: skip
def test_codes_of_one_language_are_one(one: str, other: str) -> None:
    assert facts.same(one, other) and facts.same(other, one) and facts.close(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("da", "nb"), ("sv", "no"), ("tg", "fa"), ("ru", "uk"), ("bg", "mk"), ("cs", "sk"), ("az", "tr"), ("ur", "hi")],
)  # fmt: skip
def test_neighbours_are_not(one: str, other: str) -> None:
    assert not facts.same(one, other)


SERBIAN = """Влада је у понедељак усвојила буџет за наредну годину, рекао је председник скупштине.

%s

Скупштина гласа у децембру, а сељаци најављују протесте у Новом Саду."""


@pytest.mark.parametrize(
    ("paragraph", "code"),
    [
        ("Ministar je najavio da će policija pojačati kontrole na putevima tokom letnje sezone.", None),
        ("Vlada je u ponedjeljak usvojila proračun za sljedeću godinu, rekao je predsjednik sabora.", None),
        ("Železniška proga med Ljubljano in Mariborom bo zaprta tri mesece, je povedal minister.", "sl"),
    ],
)
def test_the_other_script_of_a_language_is_not_foreign_to_it(
    languages: Languages, paragraph: str, code: str | None
) -> None:
    (verdict,) = languages.judge([Article("a", SERBIAN % paragraph)])
    assert [mark.language for mark in verdict.marks] == [code] * (code is not None)


@pytest.mark.parametrize(
    ("text", "declared", "code"),
    [(SORANI, None, "ku"), (SORANI, "ckb", "ckb"), (NORWEGIAN, None, "no"), (NORWEGIAN, "nb-NO", "no"),
     (PERSIAN, None, "fa"), (ARABIC, None, "ar")],
)  # fmt: skip
def test_no_paragraph_of_a_language_is_foreign_to_it(
    languages: Languages, text: str, declared: str | None, code: str
) -> None:
    assert found(languages, text, declared) == []
    assert facts.whole(main(languages, text, declared).codes[0]) == facts.whole(code)


def test_persian_and_kurdish_from_an_arabic_keyboard_are_what_they_are(languages: Languages) -> None:
    typed = str.maketrans("یک", "يك")
    for text in (PERSIAN, SORANI):
        assert main(languages, text.translate(typed)) == main(languages, text)
        assert found(languages, text.translate(typed)) == []
        first, *rest = text.split("\n\n")
        assert found(languages, "\n\n".join([first, *(part.translate(typed) for part in rest)])) == []
    assert in_own_letters(ARABIC) == ARABIC


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Владата ќе гради нова болница во Битола, изјави министерот за здравство.", "mk"),
        ("Возачот на автобусот е повреден во несреќата, соопшти полицијата.", "mk"),
        ("Президент өлкөнүн түштүгүндөгү жаңы мектепти ачып, мугалимдерге ыраазычылык билдирди.", "ky"),
        ("Казанда яңа китапханә ачылды, анда балалар өчен дә аерым бүлмәләр бар.", "tt"),
        ("Алматыда жаңа мектеп салынды, онда мың жарым оқушы оқиды.", "kk"),
        ("Влада ће градити нову болницу у Нишу, изјавио је јуче министар здравља.", "sr"),
        ("Правительство построит новую больницу в Пскове, сообщил вчера министр.", "ru"),
        ("Уряд збудує нову лікарню в Полтаві, повідомив учора міністр охорони здоров’я.", "uk"),
    ],
)  # fmt: skip
def test_a_brief_of_one_sentence_is_named_by_its_letters(languages: Languages, text: str, code: str) -> None:
    assert (main(languages, text).codes, found(languages, text)) == ((code,), [])


@pytest.mark.parametrize(
    "line",
    ["Ukraine war: Harbour board meets", "Covid variant: Board meets by video", "— kari holm (@kariholm) May 5, 2023",
     "— jan de vries (@jandevries) October 2, 2023"],
)  # fmt: skip
def test_headline_tags_and_signatures_of_messages_are_no_findings(languages: Languages, line: str) -> None:
    assert found(languages, f"{line}\n\n{ENGLISH}") == found(languages, f"{ENGLISH}\n\n{line}") == []


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="aеЖя 漢かé\n.:-'\u00ad\u0301ß😀١2(“", max_size=60), max_size=4))
def test_marks_are_in_order_and_tight_on_letters(texts: Sequence[str]) -> None:
    verdicts = _shared().judge([Article(str(i), f"{ENGLISH}\n\n{text}") for i, text in enumerate(texts)])
    for text, verdict in zip(texts, verdicts, strict=True):
        whole, end = f"{ENGLISH}\n\n{text}", 0
        for mark in verdict.marks:
            assert end <= mark.start < mark.end <= len(whole)
            assert whole[mark.start].isalpha()
            assert not whole[mark.end - 1].isspace()
            end = mark.end


@cache
def _shared() -> Languages:
    return Languages()


# -- the fallback, and a scorer of one's own -----------------------------------------------------------


def test_the_fallback_alone_finds_the_same_kinds() -> None:
    fallback = Languages([Py3langidScorer()])
    assert "py3langid" in fallback.scorer and "eldc" not in fallback.scorer
    line = "Todos los derechos reservados en este sitio"
    assert found(fallback, f"{ENGLISH}\n\n{line}\n\nЧитайте также: Old pier") == [
        (line, "es"), ("Читайте также", "ru"),
    ]  # fmt: skip
    assert found(fallback, GERMAN) == []


def test_installed_scorers_name_themselves_and_end_with_the_widest() -> None:
    scorers = installed_scorers()
    assert all(any(sign.isdigit() for sign in scorer.name) for scorer in scorers)
    assert len(scorers[-1].languages) == max(len(scorer.languages) for scorer in scorers)


@pytest.mark.parametrize("kind", [EldcScorer, Py3langidScorer])
def test_scorers_answer_a_row_a_text_and_put_the_right_language_first(kind: type[Scorer]) -> None:
    if kind is EldcScorer:
        pytest.importorskip("eldc")
    scorer = kind()
    texts = ["the government said that", "das ist nicht wahr gewesen", "правительство", "x"]
    scores = scorer.scores(texts)
    assert scores.shape == (len(texts), len(scorer.languages))
    assert (scores >= 0).all()
    best = [scorer.languages[place] for place in scores.argmax(axis=1)]
    assert best[:3] == ["en", "de", "ru"]
    assert scorer.scores([]).shape == (0, len(scorer.languages))


def test_py3langid_walked_here_agrees_with_the_library() -> None:
    """The compiled loop is the library's own sum, but for its prior over languages."""
    langid = pytest.importorskip("py3langid.langid")
    model = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    scorer = Py3langidScorer()
    for text in (ENGLISH.lower(), UKRAINIAN.lower(), "ein kurzer satz", "もう一度"):
        raw = model._raw_score(f" {text} ".encode()) - model.nb_pc
        expected = {code: float(score) for code, score in zip(model.nb_classes, raw, strict=True)}
        ours = scorer.scores([text])[0]
        one = scorer.languages.index("en")
        for code in ("fr", "uk", "ja", "sw"):
            ours_apart = float(ours[scorer.languages.index(code)] - ours[one])
            assert ours_apart == pytest.approx(expected[code] - expected["en"], abs=0.05)


# -- the page this project started from ----------------------------------------------------------------


def test_the_seed_article_has_its_foreign_fragments_and_no_other(
    languages: Languages, shared_data: Path
) -> None:
    path = shared_data / "seed-article" / "article.txt"
    if not path.is_file():
        pytest.skip("the test data has no seed-article")
    text = path.read_text(encoding="utf-8")
    blocks = [block for block in text.split("\n\n") if block.strip()]
    rights = blocks[21].split("\n")
    assert main(languages, text).codes == ("en",)
    assert found(languages, text) == [
        (blocks[12].partition(":")[0], "ru"), (rights[0].rstrip("."), "ru"), (rights[2].rstrip("."), "ru"),
        (blocks[22].strip(), "ru"),
    ]  # fmt: skip


TWIN = f"""{ENGLISH}

Смотрите также: Ferry captain praises crew after storm

Любая перепечатка материалов портала и его разделов только со ссылкой на источник.
«» 2011 - 2020 Copyright.
Сбор данных этого портала роботами запрещён.

Адрес для вставки на сайт

More on this"""


def test_a_page_of_the_same_making_has_its_foreign_fragments_and_no_other(languages: Languages) -> None:
    assert found(languages, TWIN) == [
        ("Смотрите также", "ru"),
        ("Любая перепечатка материалов портала и его разделов только со ссылкой на источник", "ru"),
        ("Сбор данных этого портала роботами запрещён", "ru"),
        ("Адрес для вставки на сайт", "ru"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("piece", "language"),
    [
        ('"Officials released video of." ', "en"),
        ('"Lors de la dernière nuit" ', "fr"),
        ("«médecin légiste de la» ", "fr"),
        ("Enligt en undersökning av. ", "sv"),
    ],
)
def test_four_words_between_sentences_are_found(piece: str, language: str) -> None:
    before = "Der Rat kam am Montag zusammen und sprach lange über die neue Straße am Hafen. "
    after = "Danach gingen alle nach Hause, und die Arbeiten beginnen erst im nächsten Mai."
    [verdict] = Languages().judge([Article("a", before + piece + after)])
    [mark] = verdict.marks
    assert mark.language == language
    assert len(before) <= mark.start < mark.end <= len(before + piece)


@pytest.mark.parametrize(
    "name",
    [
        'Im Kino läuft "Call me by your name" noch bis Mai.',
        "Die Partei (Front commun pour le Congo) tagte am Montag.",
        'Er las "Round the World with Nellie Bly" am Abend.',
    ],
)
def test_titles_and_names_of_bodies_are_none(name: str) -> None:
    before = "Der Rat kam am Montag zusammen und sprach lange über die neue Straße am Hafen. "
    [verdict] = Languages().judge([Article("a", before + name + " " + before)])
    assert verdict.marks == ()
