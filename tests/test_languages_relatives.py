"""Close relatives: lines and sentences of one language in another that shares most of its words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.inspect.inspector import Inspector
from dedup.inspect.languages import Languages, facts
from dedup.inspect.languages.relatives import family_of, features, relatives
from dedup.model import Article

TEXTS = {
    "af": "Die skool bly Vrydag gesluit omdat die dak lek, het die skoolhoof aan ouers gesê.",
    "am": "ትምህርት ቤቱ ጣሪያው ስለሚያፈስ አርብ ዝግ ሆኖ ይውላል ሲሉ ርዕሰ መምህሩ ለወላጆች ተናግረዋል።",
    "be": "Школа ў пятніцу будзе зачынена, бо працякае дах, сказаў бацькам дырэктар.",
    "bg": "Училището ще бъде затворено в петък, защото покривът тече, каза директорът на родителите.",
    "ca": "L'escola estarà tancada divendres perquè hi ha goteres a la teulada, va dir el director als pares.",
    "cs": "Škola bude v pátek zavřená, protože střechou zatéká, řekl rodičům ředitel.",
    "de": "Die Schule bleibt am Freitag geschlossen, weil das Dach undicht ist, sagte der Direktor den Eltern.",
    "es": "La escuela estará cerrada el viernes porque hay goteras en el tejado, dijo el director a los padres.",
    "gl": "A escola estará pechada o venres porque hai pingueiras no tellado, díxolles o director aos pais.",
    "hi": "छत टपकने के कारण स्कूल शुक्रवार को बंद रहेगा, प्रधानाचार्य ने अभिभावकों से कहा।",
    "kk": "Мектеп жұма күні жабық болады, себебі төбеден су ағып тұр, деді директор ата-аналарға.",
    "ky": "Мектеп жума күнү жабык болот, анткени чатырдан суу агып жатат, деди директор ата-энелерге.",
    "lb": "D'Schoul bleift e Freideg zou, well den Daach net dicht ass, sot den Direkter den Elteren.",
    "mk": "Училиштето ќе биде затворено во петок бидејќи покривот протекува, им рече директорот на родителите.",
    "ne": "छाना चुहिएकाले विद्यालय शुक्रबार बन्द रहने छ, प्रधानाध्यापकले अभिभावकहरूलाई भने।",
    "nl": "De school blijft vrijdag gesloten omdat het dak lekt, zei de directeur tegen de ouders.",
    "pt": "A escola estará fechada na sexta-feira porque há goteiras no telhado, disse o diretor aos pais.",
    "ru": "Школа в пятницу будет закрыта, потому что течёт крыша, сказал родителям директор.",
    "sk": "Škola bude v piatok zatvorená, pretože zateká strecha, povedal rodičom riaditeľ.",
    "sr": "Школа ће у петак бити затворена јер кров прокишњава, рекао је директор родитељима.",
    "ti": "ቤት ትምህርቲ ናሕሲ ስለ ዘንጠብጥብ ዓርቢ ክዕጾ እዩ ክብል ርእሰ መምህር ንወለዲ ነጊሩዎም።",
    "tr": "Okul, çatısı aktığı için cuma günü kapalı kalacak, dedi müdür velilere.",
    "uk": "Школа в п'ятницю буде зачинена, бо протікає дах, сказав батькам директор.",
    "uz": "Tom oqayotgani uchun maktab juma kuni yopiq bo'ladi, dedi direktor ota-onalarga.",
}
MORE = {
    "am": "የከተማው ምክር ቤት ሰኞ ዕለት ተሰብስቦ ስለ አዲሱ መንገድ ተወያይቷል። ሥራው በሚቀጥለው ወር ይጀመራል ተብሎ ይጠበቃል።",
    "de": "Der Stadtrat kam am Montag zusammen und sprach über die neue Straße. Die Arbeiten sollen im Mai beginnen.",
    "es": "El ayuntamiento se reunió el lunes y habló de la nueva calle. Las obras deben empezar en mayo.",
    "hi": "नगर परिषद की सोमवार को बैठक हुई और नई सड़क पर चर्चा की गई। काम अगले महीने शुरू होने की उम्मीद है।",
    "nl": "De gemeenteraad kwam maandag bijeen en sprak over de nieuwe straat. Het werk moet in mei beginnen.",
    "pt": "A câmara municipal reuniu-se na segunda-feira e falou da nova rua. As obras devem começar em maio.",
    "ru": "Городской совет собрался в понедельник и обсудил новую улицу. Работы должны начаться в мае.",
    "sr": "Градско веће састало се у понедељак и разговарало о новој улици. Радови треба да почну у мају.",
    "bg": "Общинският съвет се събра в понеделник и обсъди новата улица. Работата трябва да започне през май.",
    "cs": "Zastupitelstvo se sešlo v pondělí a jednalo o nové ulici. Práce mají začít v květnu.",
    "tr": "Belediye meclisi pazartesi günü toplandı ve yeni caddeyi görüştü. Çalışmalar mayısta başlayacak.",
    "uk": "Міська рада зібралася в понеділок і обговорила нову вулицю. Роботи мають розпочатися в травні.",
}
PAIRS = (
    "nl af", "de lb", "es gl", "pt gl", "es ca", "pt es", "hi ne", "am ti", "sr mk", "bg mk", "ru bg", "ru be", "ru ky",
    "ru kk", "uk be", "uk ru", "cs sk", "tr uz",
)  # fmt: skip


@pytest.fixture(scope="module")
def languages() -> Languages:
    return Languages()


def found(languages: Languages, text: str) -> tuple[tuple[str, ...], list[tuple[str, str | None]]]:
    (verdict,) = languages.judge([Article("a", text)])
    return verdict.main.codes, [(text[mark.start : mark.end], mark.language) for mark in verdict.marks]


@pytest.mark.parametrize("pair", PAIRS)
def test_a_paragraph_in_a_relative_is_foreign_and_named(languages: Languages, pair: str) -> None:
    main, other = pair.split()
    whole, line = f"{MORE[main]}\n\n{TEXTS[other]}\n\n{TEXTS[main]}", TEXTS[other]
    assert found(languages, whole) == ((main,), [(line.rstrip(".።।"), other)])


@pytest.mark.parametrize("pair", ["nl af", "de lb", "es gl", "hi ne", "am ti", "ru ky"])
def test_a_sentence_inside_a_paragraph_too(languages: Languages, pair: str) -> None:
    main, other = pair.split()
    codes, marks = found(languages, f"{MORE[main]} {TEXTS[other]} {TEXTS[main]}")
    assert codes == (main,)
    assert [code for _, code in marks] == [other]
    assert marks[0][0] in TEXTS[other]


@pytest.mark.parametrize("code", sorted({*MORE}))
def test_nothing_is_foreign_to_its_own_language(languages: Languages, code: str) -> None:
    assert found(languages, f"{MORE[code]}\n\n{TEXTS[code]}")[1] == []


@pytest.mark.parametrize("code", ["af", "gl", "ky", "lb", "mk", "ne"])
def test_an_article_in_a_language_that_the_sharp_scorer_takes_for_its_neighbour(
    languages: Languages, code: str
) -> None:
    assert found(languages, f"{TEXTS[code]}\n\n{TEXTS[code]}")[1] == []


def test_english_in_german_is_english_and_not_its_relative(languages: Languages) -> None:
    line = "All good in the hood guys, thanks for the messages"
    assert found(languages, f"{MORE['de']}\n\n{line}\n\n{TEXTS['de']}") == (("de",), [(line, "en")])


def test_a_line_of_urdu_makes_no_other_line_of_a_persian_text_urdu(languages: Languages) -> None:
    persian = (
        "شوراي شهر روز دوشنبه تشكيل جلسه داد و درباره خيابان تازه گفتگو كرد. قرار است كار در بهار آغاز شود.",
        "مدرسه روز جمعه بسته است چون سقف آن چكه مي‌كند و پدران و مادران آگاه شده‌اند.",
    )
    urdu = "چھت ٹپکنے کی وجہ سے اسکول جمعہ کو بند رہے گا، پرنسپل نے والدین سے کہا"
    assert found(languages, f"{persian[0]}\n\n{urdu}\n\n{persian[1]}") == (("fa",), [(urdu, "ur")])


@pytest.mark.parametrize("line", ["и-х-ш-ш-и-х-ш", "Оскар Руис (Колумбия) • Карлос Симон (Бразилия)"])
def test_sounds_and_lists_of_names_say_nothing(languages: Languages, line: str) -> None:
    assert found(languages, f"{MORE['ru']}\n\n{line}\n\n{TEXTS['ru']}") == (("ru",), [])


def test_a_japanese_sentence_with_a_latin_name_before_it_or_a_stop_inside_is_found(
    languages: Languages,
) -> None:
    for line in (
        "KTUU によると、容疑者は施設に拘留されている",
        "ショーンはパフ・ダディ、P.ディディもしくはディディと名乗る",
    ):
        assert found(languages, f"{MORE['cs']} {MORE['cs']}\n\n{line}\n\n{TEXTS['cs']}")[1] == [(line, "ja")]


def test_a_brand_with_an_arabic_letter_grown_to_it_is_no_finding(languages: Languages) -> None:
    text = "اجتمع المجلس يوم الاثنين وناقش الشارع الجديد، ومن المتوقع أن يبدأ العمل في الربيع المقبل."
    assert found(
        languages, f"{text}\n\nعرضت الشركة هاتفي PHAB2 Pro وPHAB2 Plus في معرض برلين هذا الأسبوع."
    ) == (("ar",), [])


def test_words_of_a_batch_are_worth_the_same_after_the_vocabulary_has_forgotten(languages: Languages) -> None:
    texts = [f"{MORE[a]}\n\n{TEXTS[b]}" for a, b in map(str.split, PAIRS)]
    before = [found(languages, text) for text in texts]
    assert languages._sharp is not None
    languages._sharp._clear(1 << 14)
    assert [found(languages, text) for text in texts[::-1]][::-1] == before


def test_every_family_has_a_file_a_language_with_its_letters_and_source() -> None:
    for name, codes in {**facts.FAMILIES, **facts.VARIANTS}.items():
        for code in codes:
            table = json.loads(
                (files("dedup") / "data" / "languages" / name / f"{code}.json").read_text("utf-8")
            )
            assert set(table) == {"source", "letters", "in 100,000 words"}
            assert len(table["letters"]) >= 20
            if name in facts.FAMILIES:
                assert family_of(code, facts.FAMILY_SCRIPTS.get(name, "Latn")) == name


def test_of_an_unknown_word_the_longest_beginning_is_known() -> None:
    kin = relatives("serbocroatian")
    assert "vrijem-" in kin.rows
    assert kin.codes[int(np.argmax(kin.leanings(["vremenoplovom"])))] == "sr"


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(sorted(facts.FAMILIES)), st.lists(st.text(min_size=1, max_size=12), max_size=6))
def test_leanings_are_bounded_and_each_word_has_a_likeliest_language(name: str, words: Sequence[str]) -> None:
    kin = relatives(name)
    leanings = kin.leanings(words)
    assert leanings.shape == (len(words), len(kin.codes))
    assert ((leanings <= 0) & (leanings >= -400)).all()
    assert (leanings.max(axis=1, initial=-9) == 0).all()
    assert np.array_equal(leanings, np.vstack([leanings[:0], *(kin.leanings([word]) for word in words)]))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(sorted(facts.FAMILIES)), st.sampled_from(sorted(TEXTS)), st.text(min_size=1, max_size=9)
)
def test_leanings_are_those_told_word_by_word(name: str, code: str, noise: str) -> None:
    kin = relatives(name)
    folder = files("dedup") / "data" / "languages" / name
    tables = [json.loads((folder / f"{own}.json").read_text("utf-8")) for own in kin.codes]
    alphabet = set().union(*(table["letters"] for table in tables))

    def weight(feature: str, table: dict[str, dict[str, float]]) -> float:
        if not any(feature in other["in 100,000 words"] for other in tables):
            return 0.0
        rare = 10.0 if "-" in feature else 3.0
        return float(np.log(table["in 100,000 words"].get(feature, 0.0) + rare))

    words = [*TEXTS[code].casefold().split(), noise]
    for word, leaning in zip(words, kin.leanings(words), strict=True):
        first, *pieces = features(word)
        told = []
        for table in tables:
            own = weight(first, table)
            known = any(first in other["in 100,000 words"] for other in tables)
            lacks = alphabet.intersection(word) - set(table["letters"])
            told.append(
                (own if known else 0.7 * sum(weight(one, table) for one in pieces)) - 1.5 * bool(lacks)
            )
        assert np.abs(np.maximum(np.array(told) - max(told), -4.0) * 100 - leaning).max() <= 0.51


def test_a_short_word_is_known_as_a_whole_only() -> None:
    assert [*features("het")] == ["het"]
    kin = relatives("german")
    assert kin.codes[int(np.argmax(kin.leanings(["hunn"])))] == "lb"


@pytest.mark.parametrize("text", ["Read also:\n\nᎠᎠ ", "ກກກກ ث Ꭰ", "ᏣᎳᎩ ᎦᏬᏂᎯᏍᏗ ᎤᏪᏘ"])
def test_a_script_that_no_scorer_knows_is_no_error(text: str) -> None:
    assert Inspector().inspect_texts([(text, None)])


INDONESIAN = (
    "Dewan kota memutuskan menutup terowongan pada Selasa karena retakan di dinding semakin lebar. Para sopir harus "
    "melewati celah gunung dan kehilangan dua jam sehari, kata serikat mereka. Tidak ada bus yang berjalan."
)
MALAY = (
    "Majlis bandar raya memutuskan untuk menutup terowong itu pada Selasa kerana rekahan di dinding semakin lebar. "
    "Pemandu terpaksa melalui genting gunung dan kehilangan dua jam sehari, kata kesatuan mereka. Tiada bas beroperasi."
)
ENGLISH = "The council closed the tunnel on Tuesday, and drivers will lose two hours a day on the pass, a union said."


def test_indonesian_is_no_malay_and_neither_is_foreign_in_the_other() -> None:
    articles = [Article("a", text) for text in (INDONESIAN, MALAY, f"{INDONESIAN}\n\n{MALAY}")]
    first, second, both = Languages().judge(articles)
    assert (first.main.codes, second.main.codes) == (("id",), ("ms",))
    assert both.marks == ()


VARIANTS = {
    "id": INDONESIAN,
    "ms": MALAY,
    "hr": "Gradsko vijeće odlučilo je u siječnju zatvoriti tunel jer su pukotine sve veće. Tko ide preko prijevoja, "
    "gubi dva sata, a što će biti u ožujku, ne zna nitko. Iz tvrtke za cestovni promet stiglo je kratko priopćenje.",
    "bs": "Gradsko vijeće odlučilo je u januaru zatvoriti tunel jer su pukotine sve veće. Ko ide preko prijevoja, gubi "
    "dva sata, a šta će biti u martu, ne zna niko. Također je općina saopćila da sedmicama čeka izvještaj.",
    "sr": "Gradsko veće odlučilo je u januaru da zatvori tunel jer su pukotine sve veće. Ko ide preko prevoja, gubi "
    "dva sata vremena, a šta će biti u martu, ne zna niko. Predsednik opštine takođe čeka izveštaj o bezbednosti.",
    "no": "Bystyret vedtok på mandag å stenge tunnelen fordi sprekkene i veggen ikke slutter å vokse. Hvem som skal "
    "betale, er det ingen som vet. Sjåførene mister to timer hver dag, og noen av dem blir hjemme.",
    "nn": "Bystyret vedtok på måndag å stengje tunnelen fordi sprekkane i veggen ikkje sluttar å vekse. Kven som skal "
    "betale, er det ingen som veit. Sjåførane mistar to timar kvar dag, og nokre av dei vert heime.",
}


@pytest.mark.parametrize("code", VARIANTS)
def test_an_article_is_named_by_its_variant(languages: Languages, code: str) -> None:
    assert found(languages, VARIANTS[code]) == ((code,), [])


@pytest.mark.parametrize("code", ["hr", "bs", "sr"])
def test_where_no_word_tells_the_variant_it_is_the_one_declared(languages: Languages, code: str) -> None:
    text = "Most je otvoren za sve putnike, a grad je otvorio novu ulicu i park pored stare luke."
    [verdict] = languages.judge([Article("a", text, language=code)])
    assert verdict.main.codes == (code,)


def test_serbian_in_cyrillic_stays_serbian(languages: Languages) -> None:
    assert found(languages, f"{MORE['sr']} {TEXTS['sr']}")[0] == ("sr",)


@pytest.mark.parametrize(("text", "code"), [(text, code) for code, text in VARIANTS.items()])
def test_a_foreign_paragraph_is_named_by_its_variant(text: str, code: str) -> None:
    story = "\n\n".join(
        [
            *(ENGLISH.replace("tunnel", name) for name in ("bridge", "road", "pier", "ford", "dam", "dyke")),
            text,
        ]
    )
    [verdict] = Languages().judge([Article("a", story)])
    assert {mark.language for mark in verdict.marks} == {code}
