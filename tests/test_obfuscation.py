"""Disguised words: found, at full length, with what they hide; and honest oddities left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.inspect.disguise import obfuscation
from dedup.inspect.disguise.confusables import disguises, letter_twins, skeleton_table
from dedup.inspect.disguise.obfuscation import obfuscated_marks

PLAIN = "The council of Harrow voted on Monday to close every bridge before the winter."
HIDDEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202c"


def found(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(text[m.start : m.end], m.reason, m.hides) for m in obfuscated_marks(text)]


@pytest.mark.parametrize(
    ("text", "word", "reason", "hides"),
    [
        ("General Hаftаr said", "Hаftаr", "mixed scripts", "Haftar"),
        ("the сору of a report", "сору", "mixed scripts", "copy"),
        ("on Ѕаturdау morning", "Ѕаturdау", "mixed scripts", "Saturday"),
        ("the νaccine works", "νaccine", "mixed scripts", "vaccine"),
        ("новое Cлово пацана", "Cлово", "mixed scripts", "Слово"),
        ("Украiна перемогла вчора", "Украiна", "mixed scripts", "Украіна"),
        ("Pуccкий язык в мире", "Pуccкий", "mixed scripts", "Русский"),
        ("Соцсеть Fаcebook объявила", "Fаcebook", "mixed scripts", "Facebook"),
        ("η Aθήνα σήμερα", "Aθήνα", "mixed scripts", "Αθήνα"),
        ("a Haf\u200btar offer", "Haf\u200btar", "zero-width characters", "Haftar"),
        ("a Hа\u200bftar offer", "Hа\u200bftar", "mixed scripts", "Haftar"),
        ("the pri\u200ece rose", "pri\u200ece", "bidi controls", "price"),
        ("in the \u202eyrarbil\u202c today", "\u202eyrarbil\u202c", "bidi controls", "library"),
        ("auf\u00adgrund der Lage", "auf\u00adgrund", "soft hyphens", "aufgrund"),
        ("das Bu\u00addget steigt", "Bu\u00addget", "soft hyphens", "Budget"),
        ("an announceme\u00adnts board", "announceme\u00adnts", "soft hyphens", "announcements"),
        ("the Ｌｉｂｙａ crisis", "Ｌｉｂｙａ", "full-width letters", "Libya"),
        ("a 𝗯𝗼𝗹𝗱 claim", "𝗯𝗼𝗹𝗱", "styled letters", "bold"),
        ("the vɑccine works", "vɑccine", "look-alike letters", "vaccine"),
        ("un cafÃ© ici", "cafÃ©", "mojibake", "café"),
        ("donâ€™t go", "donâ€™t", "mojibake", "don’t"),
        ("sie sagte â€œNeinâ€\x9d.", "â€œNeinâ€\x9d", "mojibake", "“Nein”"),
        ("in ZÃ¼rich heute", "ZÃ¼rich", "mojibake", "Zürich"),
        ("le cafÃƒÂ© ferme", "cafÃƒÂ©", "mojibake", "café"),
        ("и РџСЂРёРІРµС‚ всем", "РџСЂРёРІРµС‚", "mojibake", "Привет"),
        ("Ð¡Ñ‚Ñ€Ð°Ð½Ð° и мир", "Ð¡Ñ‚Ñ€Ð°Ð½Ð°", "mojibake", "Страна"),
        ("paÅ„stwo jest", "paÅ„stwo", "mojibake", "państwo"),
        ("that‚Äôs it", "that‚Äôs", "mojibake", "that’s"),
        ("POLÃ\x8dTICA exterior", "POLÃ\x8dTICA", "mojibake", "POLÍTICA"),
        ("the caf\ufffd closed", "caf\ufffd", "mojibake", None),
    ],
)
def test_a_disguised_word_is_found_whole(text: str, word: str, reason: str, hides: str | None) -> None:
    assert found(text) == [(word, reason, hides)]


@pytest.mark.parametrize(
    "text",
    [
        "5 µm, 10 μm, 3 kΩ and 1 Å",
        "TNFα, NFκB, IFNγ, α-synuclein, Δt and λx",
        "МиГ-29, Су-27 и COVID-19-вакцина",
        "Доволен новым iPhoneом, пишет на своей странице в Facebookе знакомый SMMщик, купивший старую Toyotу",
        "ZаПобеду, отVажные, КуZбасс, Приват24, Т34b",
        "сказал о Google и с Apple, а OPEC — нет",
        "The Russian words он and СССР, “рот” and “сор”",
        "eine Donau\u00addampf\u00adschiff\u00adfahrt und ein go\u00advern\u00adment\u00adal body",
        "Be\u00adwoh\u00adne\u00adrin\u00adnen sag\u00adten auf\u00adgrund der Lage",
        "воз\u00adвра\u00adще\u00adние и вос\u00adста\u00adнов\u00adле\u00adние го\u00adро\u00adда",
        "учні 5-Б та Iв класу",
        "می‌خواهم و کتاب‌ها",
        "क्‍ष और രാജ്‌",
        "👨‍👩‍👧 ❤️ 🏳️‍🌈",
        "ภาษา\u200bไทย កម្ពុ\u200bជា",
        "\ufeffA page that begins with a byte order mark\u200b, and ends so.\u200b",
        "\u200fעברית\u200e (NATO) العربية\u200f",
        "東京ＮＨＫ放送の番組「ＷＡＲ」",
        "𝑥 + 𝑦 = 𝑧",
        "pronounced /ɡɑːz/ or [ɪn]",
        "“CAFÉ” „DAS Ä“ «OÙ» À LA UNE… IRMÃ… NÃO Â»",
        "3×½ and 25 °C, √2 ≥ 1",
        "Рівне, Січ, мрії, подіє, діє",
        "São Paulo: “irmã”, d’été… «été», Äşgabat, Łódź, Øster",
        PLAIN,
        "",
    ],
)
def test_honest_oddities_are_left_alone(text: str) -> None:
    assert found(text) == []


@given(st.data())
def test_any_twin_in_any_plain_word_is_undone(data: st.DataObject) -> None:
    spots = [n for n, c in enumerate(PLAIN) if ord(c) in disguises("Cyrillic") and c not in "bhr"]
    at = data.draw(st.sampled_from(spots))
    twin = disguises("Cyrillic")[ord(PLAIN[at])]
    start = PLAIN.rfind(" ", 0, at) + 1
    word = PLAIN[start:].split()[0].rstrip(".")
    text = PLAIN[:at] + twin + PLAIN[at + 1 :]
    assert [(m.start, m.end, m.hides) for m in obfuscated_marks(text)] == [(start, start + len(word), word)]


@given(st.data())
def test_any_hidden_character_inside_a_plain_word_is_found(data: st.DataObject) -> None:
    inside = [n for n in range(1, len(PLAIN)) if PLAIN[n - 1].isalpha() and PLAIN[n].isalpha()]
    at, character = data.draw(st.sampled_from(inside)), data.draw(st.sampled_from(HIDDEN))
    start = PLAIN.rfind(" ", 0, at) + 1
    word = PLAIN[start:].split()[0].rstrip(".")
    text = PLAIN[:at] + character + PLAIN[at:]
    assert [(m.start, m.end, m.hides) for m in obfuscated_marks(text)] == [
        (start, start + len(word) + 1, word)
    ]


@pytest.mark.parametrize("codec", ["cp1252", "cp1251", "latin-1"])
@given(text=st.lists(st.sampled_from(["привет", "мир", "страна", "новость", "год"]), min_size=1, max_size=5))
def test_russian_read_in_an_old_code_page_is_undone(codec: str, text: list[str]) -> None:
    damaged = [word.encode().decode(codec, "surrogateescape") for word in text]
    for word, was in zip(damaged, text, strict=True):
        if "\udc80" <= max(word) <= "\udcff":  # a byte that the code page leaves out
            continue
        assert found(f"so {word} ok") == [(word, "mojibake", was)]


@given(
    st.text(
        alphabet=st.sampled_from("aаbвoоνK К\u200b\u202e\u202c\u00adÃ©Ðâ€™√РС‚ї\ufffdｂ𝗯ɡ\n日.1_"),
        max_size=60,
    )
)
def test_marks_are_ordered_disjoint_and_never_empty(text: str) -> None:
    end = 0
    for mark in obfuscated_marks(text):
        assert end <= mark.start < mark.end <= len(text)
        assert mark.hides != text[mark.start : mark.end]
        end = mark.end


def test_an_unpaired_surrogate_is_no_error() -> None:
    assert found("a \ud83d b \u200b Hаftar") == [("Hаftar", "mixed scripts", "Haftar")]


def test_the_table_maps_letters_of_other_scripts_to_small_latin_ones() -> None:
    table = skeleton_table()
    assert all(chr(twin).isascii() and chr(twin).islower() for twin in table.values())
    assert not any(chr(letter).isascii() for letter in table)
    assert {"Cyrillic", "Greek", "Armenian", "Cherokee"} < set(letter_twins())
    assert "НАFТАR".translate(table).lower() == "haftar"


@pytest.mark.parametrize(
    ("text", "hides"),
    [
        ("a" + "\u200ba" * 50, "a" * 51),
        ("an\u00adnounce\u00adment\u200bs made", "announcements"),
        ("Ã©" * 200, "é" * 200),
    ],
)
def test_one_word_is_one_mark_however_often_it_is_disguised(text: str, hides: str) -> None:
    assert [mark.hides for mark in obfuscated_marks(text)] == [hides]


def test_the_beginning_of_a_word_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hidden characters in one word share the search for its ends; each by itself would make it cubic."""
    searched: list[int] = []
    plain = obfuscation._visible_word
    monkeypatch.setattr(obfuscation, "_visible_word", lambda text, at: searched.append(at) or plain(text, at))
    assert len(obfuscated_marks("a" + "\u200ba" * 300)) == len(searched) == 1
