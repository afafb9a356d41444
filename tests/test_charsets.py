"""Bytes become text by one rule, wherever they come from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dedup.errors import SettingsError
from dedup.readers import read_articles
from dedup.readers.charsets import codec, decoded, guessed, hint, of_page, of_xml
from dedup.readers.options import Options

GERMAN = "Die Brücke über die Aue bleibt bis Mai gesperrt, sagte die Bürgermeisterin."
RUSSIAN = "В посёлке открыли новый пешеходный мост через реку, который строили почти два года."
CHINESE = "市政府周一宣布修复城南的老石桥，并在桥头修建一个小型停车场。"
JAPANESE = "市は月曜日、古い石橋を修理し、橋のたもとに小さな駐車場を造ると発表した。"


@pytest.mark.parametrize("server", [None, "iso-8859-1", "windows-1251", "nonsense"])
@pytest.mark.parametrize("own", [None, "latin-1", "utf-16", "shift_jis"])
def test_what_reads_as_utf8_is_utf8_whatever_is_declared(server: str | None, own: str | None) -> None:
    for text in (GERMAN, RUSSIAN, CHINESE):
        assert decoded(text.encode(), server, own) == text


def test_a_stray_byte_spoils_one_letter_only() -> None:
    data = GERMAN.encode() + b" \xa9 " + RUSSIAN.encode()
    assert decoded(data) == decoded(data, "iso-8859-1") == f"{GERMAN} \ufffd {RUSSIAN}"


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("windows-1252", "It cost £3m – “a façade”."),
        ("iso-8859-1", "It cost £3m – “a façade”."),  # the label stands for windows-1252
        ("windows-1251", RUSSIAN),
        ("koi8-r", RUSSIAN),
        ("gb2312", CHINESE),
        ("big5", "市政府週一宣布修復城南的老石橋。"),
        ("shift_jis", JAPANESE),
        ("euc-jp", JAPANESE),
        ("iso-2022-jp", JAPANESE),
        ("euc-kr", "시는 월요일 오래된 돌다리를 고치겠다고 밝혔다."),
    ],
)
def test_a_declared_encoding_counts_from_the_server_as_from_the_document(label: str, text: str) -> None:
    data = text.encode(codec(label) or label)
    assert decoded(data, label) == decoded(data, None, label) == decoded(data, "utf-8", label) == text
    page = (
        b'<html><head><meta charset="' + label.encode() + b'"></head><body><p>' + data + b"</p></body></html>"
    )
    assert text in of_page(page)
    declaration = f'<?xml version="1.0" encoding="{label}"?>'.encode()
    assert of_xml(declaration + b"<p>" + data + b"</p>") == f"<p>{text}</p>"


def test_without_a_word_the_web_takes_windows_1252_and_another_script_is_guessed() -> None:
    assert decoded("£18,500 – “naïve”".encode("cp1252")) == "£18,500 – “naïve”"
    pytest.importorskip("charset_normalizer")
    assert decoded((RUSSIAN * 3).encode("cp1251")) == RUSSIAN * 3


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_wide_encodings_are_told_with_and_without_a_mark(encoding: str) -> None:
    markup = f"<rss><title>A plain line in Latin letters</title>{GERMAN}</rss>"
    assert decoded(markup.encode(encoding)) == markup


@pytest.mark.parametrize("label", [None, "", "klingon-7", "base64", "utf-7", "a\0b"])
def test_what_is_no_encoding_is_none(label: str | None) -> None:
    assert codec(label) is None
    assert decoded(GERMAN.encode(), label, label) == GERMAN


def test_a_text_in_an_old_encoding_is_skipped_with_a_hint_and_read_when_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_bytes(GERMAN.encode("latin-1"))
    (tmp_path / "old.csv").write_bytes(f'text,id\n"{GERMAN}",1\n'.encode("latin-1"))
    (tmp_path / "old.jsonl").write_bytes(f'{{"text": "{GERMAN}"}}\n'.encode("latin-1"))
    errors: list[str] = []
    assert list(read_articles(tmp_path, on_error=lambda error: errors.append(error.reason))) == []
    assert len(errors) == 3
    assert all("--encoding windows-1252" in error for error in errors)
    read = read_articles(tmp_path, options=Options(encoding="windows-1252"))
    assert [article.text for article in read] == [GERMAN] * 3


def test_a_page_that_is_not_what_it_says_is_read_all_the_same() -> None:
    head = '<html><head><meta charset="utf-8"></head><body><p>'
    assert GERMAN in of_page((head + GERMAN).encode("cp1252"))
    assert GERMAN in of_page((head + GERMAN).encode("cp1252"), "utf-8")
    cut = (head + "It cost £3m – he said: " + GERMAN).encode() + b"\xe2\x80"
    assert GERMAN in of_page(cut)
    assert "£3m and \ufffd" in of_page((head + "It cost £3m and ").encode() + b"\x92")


def test_lines_that_are_utf8_stay_so_beside_an_encoding_that_was_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(GERMAN.encode())
    lines = [f'{{"text": "{GERMAN}"}}\n'.encode(encoding) for encoding in ("utf-8", "cp1252")]
    (tmp_path / "b.jsonl").write_bytes(b"".join(lines))
    read = read_articles(tmp_path, options=Options(encoding="windows-1252"))
    assert [article.text for article in read] == [GERMAN] * 3


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        ("pl", "iso-8859-2", "Łódź ma nowy most."),
        ("cs-CZ", "cp1250", "Most přes řeku opravují."),
        ("ja", "shift_jis", JAPANESE),
        ("zh-TW", "big5", "市政府週一宣布修復城南的老石橋。"),
        ("en", "cp1252", "It cost £3m – “naïve”."),
    ],
)
def test_a_page_that_only_says_its_language_is_in_what_is_usual_there(
    language: str, encoding: str, text: str
) -> None:
    page = f'<!DOCTYPE html><html lang="{language}"><body><p>{text}</p></body></html>'
    assert text in of_page(page.encode(encoding))


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("windows-1250", "Rada miasta w poniedziałek zagłosowała za zamknięciem mostu."),
        ("iso-8859-2", "Městská rada v pondělí hlasovala o uzavření starého mostu, řekl starosta Žižka."),
        (
            "windows-1254",
            "Belediye meclisi köprünün kıştan önce kapatılması için oy kullandı, başkan söyledi.",
        ),
        (
            "windows-1257",
            "Pilsētas dome pirmdien nobalsoja par vecā tilta slēgšanu pirms ziemas, teica mērs.",
        ),
        ("windows-1252", "Le conseil a voté la fermeture du pont, à l'été dernier déjà très abîmé."),
    ],
)
def test_latin_letters_that_nothing_declares_are_those_of_one_language(label: str, text: str) -> None:
    page = f"<!DOCTYPE html><html><body><p>{text}</p></body></html>"
    assert text in of_page(page.encode(label))
    assert hint(text.encode(label)) == f"it looks like {label}: --encoding {label} reads it"


def test_a_sign_or_two_are_no_language() -> None:
    assert guessed("Room nº 5 is 20 m² and costs £300 – “cheap”.".encode("cp1252")) == "cp1252"


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsError, match="klingon"):
        Options(encoding="klingon-7")


def test_a_hint_names_an_encoding_that_the_option_takes() -> None:
    for text in (GERMAN, "Łódź – żółw"):
        assert codec(hint(text.encode("cp1250")).rpartition("--encoding ")[2].split()[0]) is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Рыбаки вытащили сетью старинный якорь", "cp1251"),
        ("Η κυβέρνηση ανακοίνωσε σήμερα νέα μέτρα για την οικονομία της χώρας.", "cp1253"),
        ("L'été dernier, « déjà vu » était à la créée née — Noël…", "cp1252"),
        ("Straße für Übung – größer, „schön“ und mühsam", "cp1252"),
    ],
)
def test_markup_around_a_few_words_does_not_hide_their_script(text: str, name: str) -> None:
    page = f'<item><link>https://news.example.org/a/long/address/of/an/item</link><t a="{"b" * 300}">{text}</t></item>'
    assert guessed(page.encode(name)) == name


HEADLINES = {
    "Паром до острова отменён": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    "Совет сообщил об этом в понедельник": ("cp1251", "koi8-r", "iso8859-5"),
    "МОСКВА, 3 июня": ("cp1251", "koi8-r"),
    "Пором скасовано": ("cp1251", "koi8-u"),
    "Το πλοίο ακυρώθηκε": ("cp1253", "iso8859-7"),
    "המעבורת בוטלה": ("cp1255",),
    "ألغيت العبارة اليوم": ("cp1256", "iso8859-6"),
    "เรือข้ามฟากถูกยกเลิก": ("cp874",),
    "轮渡今天取消了": ("gb18030",),
    "渡輪今天取消了": ("big5",),
    "フェリーは欠航になった": ("shift_jis", "euc-jp"),
    "여객선이 오늘 취소되었다": ("cp949",),
}


@pytest.mark.parametrize(
    ("text", "encoding"), [(text, name) for text, names in HEADLINES.items() for name in names]
)
def test_a_headline_alone_shows_its_script(text: str, encoding: str) -> None:
    assert decoded(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "text",
    [
        "It cost £3m: £18,500 for benches and £7,200 for paint, or ¥90.",
        "ÉÉÉ",
        "“é”",
        "£18,500",
        "Ää, öö!",
        "Übergrößenträger",
        "Þjóðin fór á sjó",
    ],
)
def test_a_few_accents_are_no_other_script(text: str) -> None:
    assert decoded(text.encode("cp1252")) == text


WIDE = {
    "en": "The ferry was cancelled.\nThe board said so.",
    "ru": "Паром до острова отменили.\nСовет сообщил об этом.",
    "zh": "轮渡公司宣布取消前往岛屿的航班。\n这是由于天气原因。",
    "ja": "フェリーは月曜日に欠航となった。\n会社が発表した。",
    "hi": "द्वीप के लिए नौका रद्द कर दी गई।\nबोर्ड ने कहा।",
}


@pytest.mark.parametrize("language", WIDE)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-16", "utf-32"])
@pytest.mark.parametrize("told", [None, "windows-1251", "utf-16"])
def test_letters_of_several_bytes_need_no_mark(
    tmp_path: Path, language: str, encoding: str, told: str | None
) -> None:
    text = WIDE[language]
    cell = text.replace("\n", " ")
    written = {
        "a.txt": text,
        "a.csv": f"id,text\na,{cell}\n",
        "a.jsonl": json.dumps({"text": text}, ensure_ascii=False) + "\n",
        "a.json": json.dumps([{"text": text}], ensure_ascii=False),
    }
    for name, content in written.items():
        (tmp_path / name).write_bytes(content.encode(encoding))
    articles = list(read_articles(tmp_path, options=Options(encoding=told)))
    assert {" ".join(article.text.split()) for article in articles} == {cell}
    assert len(articles) == len(written)


def test_a_stray_zero_makes_no_wide_letters() -> None:
    assert "ferry" in decoded(b"The ferry\0 sailed.\nIt came back.\n")
    assert "caf" in decoded(b'[{"text": "caf\xe9 \0"}, {"text": "The ferry"}]')
