"""Words, paragraphs and their offsets, against a plain rewriting with `unicodedata` and `xxhash`."""

from __future__ import annotations

import numpy as np
import pytest
import strategies
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import folded, paragraph_spans, word_hash, word_spans

from dedup.text.kernels import tokens
from dedup.text.words import BATCH, Columns, batches, joined, split, split_as_is

UNTIMED = settings(deadline=None, max_examples=120)


def spans(text: str) -> list[tuple[int, int]]:
    columns = split([text])
    return list(zip(columns.starts.tolist(), columns.ends.tolist(), strict=True))


def cut(text: str) -> list[str]:
    return [text[start:end] for start, end in spans(text)]


def same_word(one: str, other: str) -> bool:
    return split([one]).hashes.tolist() == split([other]).hashes.tolist()


def equal(one: Columns, other: Columns) -> bool:
    return all(
        np.array_equal(getattr(one, name), getattr(other, name))
        and getattr(one, name).dtype == getattr(other, name).dtype
        for name in Columns.__slots__
    )


# -- against the oracle --------------------------------------------------------------------------------------


@UNTIMED
@given(strategies.texts())
@example("น้ำ")  # marks above a Thai letter
@example("ガ カ\u3099")  # one letter, or letter and mark
@example("Ко\u0301шка ко\u00adшка коWкa сору")
@example("\u0301a a\u0301 \u200ba\u200b \u0e49")
@example("ﷲ ﬃ ẞ ŉ İ")
def test_words_are_runs_of_letters_marks_and_digits_with_their_code_points(text: str) -> None:
    assert spans(text) == word_spans(text)


@UNTIMED
@given(strategies.texts())
@example("ガカ\u3099น้ำ한국𠮷")
@example("xxxxxxxxyyyyyyyyzzzzzzzzwwwwwwwwv Xxxxxxxx")  # more than 32 bytes, and exactly 8
@example("сору соpу cаt ΑΒΕZ օսh ҮOU")
@example("a\u200bb c\u00add")
@example("𝐀𝐁𝐂 Ｎｅｗｓ ﬁﬄ Straße STRASSE")
def test_a_words_hash_is_the_low_half_of_xxh64_of_its_folded_form(text: str) -> None:
    assert split_as_is([text]).hashes.tolist() == [
        word_hash(text[start:end]) for start, end in word_spans(text)
    ]


@UNTIMED
@given(strategies.texts())
@example("a\r\nb\r\n\r\nc")
@example("a\r \nb")
@example("\n\n a\nb\n\n")
@example("a\u2029b\nc")
@example("a\n\u200b\u00a0\nb")
@example("…\n\n!")
def test_paragraphs_are_blocks_between_blank_lines_or_else_the_lines(text: str) -> None:
    assert split_as_is([text]).paragraphs(0) == paragraph_spans(text)


@UNTIMED
@given(strategies.texts())
def test_each_word_lies_in_its_paragraph(text: str) -> None:
    columns = split([text])
    found = []
    for paragraph, (start, end) in enumerate(columns.paragraphs(0)):
        rows = slice(*columns.par_words[paragraph : paragraph + 2].tolist())
        found += columns.starts[rows].tolist()
        assert all(start <= begin for begin in columns.starts[rows].tolist())
        assert all(finish <= end for finish in columns.ends[rows].tolist())
    assert found == columns.starts.tolist()


@UNTIMED
@given(strategies.anything())
def test_nothing_crashes_and_every_offset_is_in_the_text(text: str) -> None:
    columns = split([text])
    assert columns.par_words[-1] == columns.art_words[-1] == columns.hashes.size
    bounds = np.stack((columns.starts, columns.ends), axis=1).ravel().tolist()
    assert bounds == sorted(bounds)
    assert not bounds or bounds[-1] <= len(text)


@UNTIMED
@given(st.lists(st.one_of(strategies.texts(), strategies.anything()), max_size=3))
def test_articles_are_cut_alike_alone_and_together(texts: list[str]) -> None:
    assert equal(split(texts), joined([split([text]) for text in texts]))


def test_no_articles_are_no_words() -> None:
    assert equal(split([]), joined([]))


# -- words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don’t stop: the 3rd re-run", ["Don", "t", "stop", "the", "3rd", "re", "run"]),
        ("東京タワー", list("東京タワー")),
        ("ภาษาไทย", ["ภ", "า", "ษ", "า", "ไ", "ท", "ย"]),
        ("한국 뉴스", ["한국", "뉴스"]),
        ("हिन्दी में समाचार", ["हिन्दी", "में", "समाचार"]),
        ("كِتَابٌ جديد", ["كِتَابٌ", "جديد"]),
        ("क्‍ष", ["क्‍ष"]),
        ("👩‍👩‍👧 hi 🇫🇷 ❤️ 1️⃣", ["hi", "1\ufe0f\u20e3"]),
        ("a\u00a0b\u2009c\u3000d", ["a", "b", "c", "d"]),
        ("Nov\u00adem\u200bber", ["Nov\u00adem\u200bber"]),
        ("end\u200b. \u200bstart", ["end", "start"]),
        ("½ ² Ⅳ ©", []),
        ("100,000.50", ["100", "000", "50"]),
        ("сʼїв з'їв oʻzbek", ["с", "їв", "з", "їв", "o", "zbek"]),
        ("\ud800abc\udfff", ["abc"]),
        ("", []),
        ("🙂🙂🙂", []),
        ("\n \r\n\u2028", []),
        ("word", ["word"]),
    ],
)
def test_these_are_the_words(text: str, words: list[str]) -> None:
    assert cut(text) == words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("NEWS", "news"),
        ("Čeština", "cestina"),
        ("Cafe\u0301", "café"),
        ("ﬁnal oﬃce", "final office"),
        ("Ｎｅｗｓ１２", "news12"),
        ("Straße", "STRASSE"),
        ("Ёлка", "елка"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("كِتَابٌ", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("pаypаl", "paypal"),  # Cyrillic а
        ("Мosсow", "moscow"),  # Cyrillic М and с
        ("Кiеv", "kiev"),
        ("Ρutin", "putin"),  # Greek Ρ
        ("сору", "copy"),  # Cyrillic throughout, and all of it passes for Latin
        ("Moсквa", "москва"),  # Latin M, o and a: Cyrillic к and в pass for no small Latin letter
        ("co\u200bpy", "copy"),
        ("co\u00adpy\ufeff", "copy"),
        ("한국", "\u1112\u1161\u11ab\u1100\u116e\u11a8"),
        ("ガ", "カ\u3099"),
        ("ﾆｭｰｽ", "ニュース"),
        ("１２３", "123"),
        ("٣", "3"),
        ("كتابي", "کتابی"),  # Arabic and Persian kaf and yeh
        ("مستشفى", "مستشفي"),
        ("مدرسة", "مدرسه"),
        ("أحمد", "احمد"),
        ("ٱلله", "ﷲ"),
        ("خانۀ", "خانه"),
        ("کہانی", "كهاني"),  # Urdu
        ("ھەولێر", "ههولێر"),  # Kurdish
        ("کتـــاب", "كتاب"),
        ("۲۰۲۴", "٢٠٢٤"),
        ("२०२४", "2024"),
        ("ﻣﺮﺣﺒﺎ", "مرحبا"),
        ("װאָך", "וואך"),
        ("IŞIK", "ışık"),
        ("İzmir", "izmir"),
        ("ştiinţă", "știință"),
        ("Ðoković", "Đoković"),
        ("ǆep", "džep"),
        ("Əliyev", "Ǝliyev"),
        ("क़लम", "क\u093cलम"),
        ("ﾊﾟﾝ", "パン"),
        ("և", "եւ"),
    ],
)
def test_what_a_reader_takes_for_the_same_word_is_the_same(one: str, other: str) -> None:
    assert same_word(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("word", "words"),
        ("мир", "мор"),
        ("हिन्दी", "हनद"),  # Indic vowel signs are no diacritics
        ("น้", "น่"),  # nor are Thai tone marks
        ("ガ", "カ"),
        ("ß", "b"),
        ("вот", "bot"),  # Cyrillic в passes for no small Latin letter
        ("ø", "o"),
        ("12", "13"),
    ],
)
def test_what_a_reader_takes_for_two_words_is_two(one: str, other: str) -> None:
    assert not same_word(one, other)


def test_an_accent_typed_apart_leaves_the_offsets_of_what_follows() -> None:
    text = "re\u0301sume\u0301 done"
    assert cut(text) == ["re\u0301sume\u0301", "done"]
    assert split([text]).hashes.tolist() == split(["resume done"]).hashes.tolist()


def test_flags_say_what_a_word_is() -> None:
    flags = split(["Mr J. Smith met US envoy. It is 2019, 5th May\u00a0? “Yes” 東"]).flags
    words = dict(
        zip("Mr J Smith met US envoy It is 2019 5th May Yes 東".split(), flags.tolist(), strict=True)
    )
    assert all(words[w] & tokens.CAPITAL for w in ("Mr", "J", "Smith", "US", "It", "May", "Yes"))
    assert not any(words[w] & tokens.CAPITAL for w in ("met", "envoy", "is", "2019", "5th", "東"))
    assert {w for w in words if words[w] & tokens.STARTS_SENTENCE} == {"It", "Yes"}
    assert {w for w in words if words[w] & tokens.HAS_DIGIT} == {"2019", "5th"}
    assert {w for w in words if words[w] & tokens.SIGN_WORD} == {"東"}


# -- where the bytes stand -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece",
    [
        "word",
        "eight888 sixteen_sixteen7 seventeen17letter",
        "né",
        "a\u200bb\u200b",
        "東京 x",
        "e\u0301",
        "я. Ю",
        "𠮷a",
        "a\u2029b",
    ],
)
def test_words_are_the_same_wherever_they_stand_among_the_64_bytes_looked_at_together(piece: str) -> None:
    texts = [
        filler + piece + tail
        for size in range(130)
        for filler in ("x" * size, " " * size)
        for tail in ("", " y")
    ]
    columns = split(texts)
    for article, text in enumerate(texts):
        rows = slice(columns.art_words[article], columns.art_words[article + 1])
        found = list(zip(columns.starts[rows].tolist(), columns.ends[rows].tolist(), strict=True))
        assert found == word_spans(text)
        assert columns.hashes[rows].tolist() == [word_hash(text[start:end]) for start, end in found]
        assert columns.paragraphs(article) == paragraph_spans(text)


def test_many_texts_at_once_are_cut_as_one_by_one() -> None:
    texts = ["", "a", "Ein Satz. Ünd 東京", "\n\nb\n\n", " "] * 9000  # several groups of texts
    together = split(texts)
    assert equal(together, joined([split(texts[:5])] * 9000))


# -- paragraphs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("one\ntwo", ["one", "two"]),
        ("one\r\ntwo\r\n", ["one", "two"]),
        ("one\ntwo\n\nthree", ["one\ntwo", "three"]),
        ("one\r\ntwo\r\n\r\nthree", ["one\r\ntwo", "three"]),
        ("\n\n\none\ntwo\n\n\n", ["one", "two"]),  # blank lines at the ends part nothing
        ("one\n \u00a0\t\ntwo", ["one", "two"]),
        ("one\nmore\n \u00a0\t\ntwo", ["one\nmore", "two"]),
        ("one\rtwo", ["one", "two"]),
        ("  one  \n\n  two  ", ["one", "two"]),
        ("* * *\n\n—", ["* * *", "—"]),  # without a word, and still a paragraph
        ("", []),
        (" \n\n ", []),
    ],
)
def test_these_are_the_paragraphs(text: str, paragraphs: list[str]) -> None:
    assert [text[start:end] for start, end in split([text]).paragraphs(0)] == paragraphs


# -- size ----------------------------------------------------------------------------------------------------------


def test_ten_megabytes_in_one_line_are_one_paragraph() -> None:
    piece = "Der Bürgermeister sagte 10 Wörter – später 東京 mehr. "
    count = 10_000_000 // len(piece.encode())
    columns = split([piece * count])
    words = len(word_spans(piece))
    assert columns.paragraphs(0) == [(0, len(piece) * count - 1)]
    assert columns.hashes.size == words * count
    assert (columns.hashes.reshape(count, words) == columns.hashes[:words]).all()
    assert columns.starts[-words].item() == len(piece) * (count - 1)


def test_one_endless_word_is_one_word() -> None:
    text = "aß" * 500_000
    columns = split([text])
    assert columns.ends.tolist() == [len(text)]
    assert columns.hashes.tolist() == [word_hash(text)]


def test_endless_marks_on_one_letter_are_one_word() -> None:
    text = "ก" + "\u0e49" * 300_000
    assert split_as_is([text]).hashes.tolist() == [word_hash(text)]


def test_batches_keep_all_texts_in_order() -> None:
    sizes = [0, BATCH // 2, BATCH, 1, 0, 3 * BATCH, 0]
    found = list(batches("x" * size for size in sizes))
    assert [len(text) for batch in found for text in batch] == sizes
    assert all(sum(map(len, batch[:-1])) < BATCH for batch in found)


def test_folding_an_already_folded_word_changes_nothing() -> None:
    for word in ["Čeština", "Straße", "pаypаl", "Moсквa", "한국", "ガ", "ﬃ"]:
        assert folded(folded(word)) == folded(word)
        assert same_word(folded(word), word)
