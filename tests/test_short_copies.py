"""Short copies are found word for word, set phrases are none, and an edit never makes a copy easier to see."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup import Article, ArticleReport, Detector, Settings, open_index, scan
from dedup.match.phrases import hashed, set_phrases, written_out
from dedup.stream import stream

OWN = (
    "The lighthouse keeper of Orlsund painted the stairs green while his brother mended the lamp for the autumn fog.",
    "Seven cranes arrived at the shipyard on barges, and the welders climbed them to look at the whole bay.",
    "Nobody had expected that the orchard behind the tannery would carry plums again after such a dry spring.",
)
SHORT = {
    "sentence": "No one on the quay has a key to it.",
    "headline": "Two hurt as tram hits cart near Orlsund mill",
    "long words": "Volunteers restored Orlsund's abandoned observatory without municipal assistance.",
}
TAKEN = ("recycled", "reworded", "carried_over")


def judged(source: str, copy: str) -> ArticleReport:
    feed = [
        Article("wire", source, source="wire", published="2024-03-01"),
        Article("copy", copy, source="bell", published="2024-03-02"),
    ]
    return list(scan(feed))[1]


def flagged(report: ArticleReport, text: str, part: str) -> bool:
    start = text.index(part)
    return any(
        one.kind in TAKEN and one.start <= start and one.end >= start + len(part.rstrip(".…"))
        for one in report.findings
    )


@pytest.mark.parametrize("taken", SHORT.values(), ids=SHORT)
@pytest.mark.parametrize("shape", ["inside", "paragraph", "item", "capitals"])
def test_a_short_whole_part_is_found_word_for_word(taken: str, shape: str) -> None:
    put = {"inside": taken, "paragraph": taken, "item": f"- {taken.rstrip('.')}", "capitals": taken.title()}[
        shape
    ]
    lead = "The gull cried." if shape == "inside" else ""
    source = f"{OWN[0]}\n\n{taken.rstrip('.')}. {OWN[1]}"
    block = f"{lead} {put.rstrip('.')}. {OWN[2]}" if shape == "inside" else put
    copy = f"{OWN[2]}\n\n{block.strip()}\n\n{OWN[2].replace('plums', 'pears')}"
    assert flagged(judged(source, copy), copy, put.removeprefix("- ").rstrip("."))


@pytest.mark.parametrize("before", ["Snow fell, they said.", "Snow fell."])
@pytest.mark.parametrize("after", ["The ferry sank.", "Their ferry sank.", "Later it rained."])
def test_what_stands_around_a_sentence_by_chance_hides_no_copy(before: str, after: str) -> None:
    """Its neighbours have a word in common, or nearly: the sentence is whole all the same."""
    taken = SHORT["sentence"]
    source = f"{OWN[0]} It was late, he said.\n\n{taken} The gulls left. {OWN[1]}"
    copy = f"{OWN[2]} {before} {taken} {after}"
    report = judged(source, copy)
    assert flagged(report, copy, taken)
    assert not any(one.start < copy.index(taken) or one.end > copy.index(after) for one in report.findings)


@pytest.mark.parametrize(
    ("own", "other", "title"),
    [
        (OWN[0].replace("fog", "rain"), OWN[2].replace("spring", "rain"), "Orlsund votes against wider quay"),
        ("灯台守は階段を緑色に塗った。", "果樹園がまた実をつけた。", "オルスンドが埠頭の拡張に反対票"),
        ("ปั้นจั่นมาถึงอู่ต่อเรือแล้ว", "ไม่มีใครเห็นสวนหลังโรงงานแล้ว", "ออร์ลซุนด์ลงมติคัดค้านการขยายท่าเรือ"),
    ],
    ids=["en", "ja", "th"],
)
def test_a_title_is_found_though_the_paragraphs_before_it_end_alike(own: str, other: str, title: str) -> None:
    copy = f"{other}\n\n{title}"
    assert flagged(judged(f"{own}\n\n{title}\n\n{own[::-1]}", copy), copy, title)


@pytest.mark.parametrize(
    ("next_there", "next_here"),
    [("Orlsund said it will wait.", "The mayor said it had rained."), ("He left.", "The priest said so.")],
)
def test_a_paragraph_is_found_though_the_next_ones_have_words_in_common(
    next_there: str, next_here: str
) -> None:
    taken = "Vestfold Salt is the lawful heir to Brenna"
    copy = f"{OWN[2]}\n\n{taken}\n\n{next_here}"
    report = judged(f"{OWN[0]}\n\n{taken}.\n\n{next_there}", copy)
    assert flagged(report, copy, taken)
    assert not any(one.end > copy.index(next_here) for one in report.findings)


def test_a_sentence_cut_short_is_found_though_the_next_paragraph_goes_on_as_its_source() -> None:
    source = f"{OWN[0]}\n\nBrenna's harbour council wants the old lamp sold before they meet again in May."
    taken = "Brenna's harbour council wants the old lamp sold before"
    copy = f"{OWN[2]}\n\n{taken}…\n\nThey had no comment on plums."
    assert flagged(judged(source, copy), copy, taken)


def test_a_paragraph_put_into_a_copied_article_is_found_in_its_own_source() -> None:
    put = "Orlsund votes against wider quay walls"
    feed = [
        Article("wire", "\n\n".join(OWN), source="wire", published="2024-03-01"),
        Article("other", f"{put}\n\nIt rained all week.", source="post", published="2024-03-01"),
        Article("copy", "\n\n".join([OWN[0], put, *OWN[1:]]), source="bell", published="2024-03-02"),
    ]
    report = list(scan(feed))[2]
    assert {one.match.id for one in report.findings if one.match} == {"wire", "other"}
    assert report.originality == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Snow cost the firm 46 mln crowns, or 12 cents a share, in the first quarter, and its port closed.",
            "Strikes cost the firm 32 mln crowns, or 14 cents a share, in the first quarter, while sales rose.",
        ),
        (
            "The offer would involve the issue of up to 24.3 mln new shares, or 65 pct of the whole capital.",
            "It may involve the issue of about 29.8 mln new shares, or 14 pct of the capital as it stands.",
        ),
    ],
)
def test_what_two_events_are_told_with_is_no_copy_where_their_figures_differ(one: str, other: str) -> None:
    assert not judged(f"{OWN[0]}\n\n{other}", f"{OWN[1]}\n\n{one}").findings


def test_a_copy_with_a_figure_altered_is_found() -> None:
    told = "Divers found 14 amphorae and a rusty anchor under the quay of Orlsund on Monday morning."
    copy = told.replace("14", "19")
    report = judged(f"{OWN[0]}\n\n{told}", f"{OWN[1]}\n\n{copy}")
    assert [one.kind for one in report.findings] == ["reworded"]


@pytest.mark.parametrize(
    ("source", "own"),
    [
        (
            "Le parquet a ouvert une enquête pour homicide involontaire afin de déterminer les circonstances exactes "
            "de la collision.",
            "Après la chute du grutier, le parquet a ouvert une enquête pour homicide involontaire afin de déterminer "
            "les circonstances exactes du drame.",
        ),
        (
            "La procura ha aperto un fascicolo per omicidio colposo contro ignoti dopo il crollo del molo.",
            "Morto un alpinista: la procura ha aperto un fascicolo per omicidio colposo contro ignoti.",
        ),
        (
            "وقال المتحدث باسم الوزارة في بيان صحفي إن التحقيقات لا تزال جارية لمعرفة ملابسات الحادث.",
            "وبعد حريق المخبز قال المتحدث باسم الوزارة في بيان صحفي إن التحقيقات لا تزال جارية لمعرفة أسبابه.",
        ),
        (
            "The owner did not immediately return a phone call and an email seeking comment on Tuesday.",
            "A zoo in Brenna did not immediately return a phone call and an email seeking comment on Friday.",
        ),
        (
            "El dique perdió 9, según un comunicado remitido a la Comisión Nacional del Mercado de Valores.",
            "La fábrica ganó 3, según un comunicado remitido a la Comisión Nacional del Mercado de Valores.",
        ),
        (
            "Yılın ilk çeyreğinde bir önceki yılın aynı dönemine göre yüzde 4 artışla 31 milyon lira net kar.",
            "Yılın ilk çeyreğinde bir önceki yılın aynı dönemine göre yüzde 12 azalışla 9 milyon lira net kar.",
        ),
        (
            "L'utile netto è pari a 31 milioni, in crescita del 4,2% rispetto allo stesso periodo dell'anno scorso.",
            "L'utile netto è pari a 9 milioni, in calo del 12,1% rispetto allo stesso periodo dell'anno scorso.",
        ),
        (
            "O lucro líquido foi de R$ 31 milhões, alta de 4% em relação ao mesmo período do ano passado.",
            "O lucro líquido foi de R$ 9 milhões, queda de 12% em relação ao mesmo período do ano passado.",
        ),
    ],
    ids=["fr", "it", "ar", "en", "es: results", "tr: results", "it: results", "pt: results"],
)
def test_set_phrases_of_many_languages_are_no_copies(source: str, own: str) -> None:
    report = judged(f"{OWN[0]}\n\n{source}", f"{OWN[1]}\n\n{own}")
    assert taken_words(report) == 0


def test_a_whole_text_is_taken_though_it_is_a_set_phrase() -> None:
    text = "The mill could not be reached for comment."
    assert judged(text, text).originality == 0


def test_a_sentence_cut_short_is_found() -> None:
    source = f"{OWN[0]}\n\nVolunteers at the observatory polished every mirror twice before the comet returned in May."
    copy = f"{OWN[2]}\n\nVolunteers at the observatory polished every mirror twice…"
    assert flagged(judged(source, copy), copy, "Volunteers at the observatory polished every mirror twice")


@pytest.mark.parametrize(
    "text", ["Harbour bridge closed", "Flood warning for Orlsund", "Blast rocks mill of Orlsund"]
)
def test_equal_texts_are_not_original_however_short(text: str) -> None:
    assert judged(text, text).originality == 0
    assert judged(text, "Quite another matter today").originality == 1


def test_a_short_paragraph_needs_to_be_whole_in_both() -> None:
    title = "Orlsund votes against wider quay"
    copy = f"{title}\n\n{OWN[2]}"
    assert flagged(judged(f"{title}\n\n{OWN[0]}", copy), copy, title)
    assert not judged(f"{OWN[0]} When Orlsund votes against wider quay walls, ships wait.", copy).findings


@pytest.mark.parametrize(
    "phrase",
    [
        "speaking on condition of anonymity because she was not authorised to speak to the media",
        "was pronounced dead at the scene by paramedics and her next of kin have been informed",
        "did not immediately respond to a request for comment",
        "the permanent under secretary of state at the ministry of fisheries and inland waters",
    ],
)
def test_a_set_phrase_is_no_copy_nor_is_it_one_with_a_word_changed(phrase: str) -> None:
    source = f"{OWN[0]}\n\nA foreman of the dock, {phrase}, shut the gate."
    for told in (phrase, phrase.replace(" the ", " this ", 1), phrase.replace(" of ", " or ", 1)):
        assert not judged(source, f"{OWN[1]}\n\nHer uncle waited; {told}, so he left for Brenna.").findings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Note: Current nine month figures include extraordinary loss of 1.6 mln dlrs, or 27 cts per share.",
            "Note: Prior nine month figures include extraordinary loss of 11.4 mln dlrs, or 83 cts a share.",
        ),
        (
            "The company said the transaction is valued at more than 57 million dollars, based on its shares.",
            "The company said the transaction involved assets valued at more than 31 million dollars.",
        ),
        (
            "Orlsund Mills Inc said it expects to report record sales and earnings for the May 9 first quarter.",
            "Brenna Tools Corp said it expects sales and earnings for the first quarter of the year to be lower.",
        ),
    ],
)
def test_results_told_with_the_words_of_all_companies_are_no_copies(one: str, other: str) -> None:
    assert not judged(f"{OWN[0]}\n\n{one}", f"{OWN[1]}\n\n{other}").findings


def test_results_with_something_of_their_own_are_copies() -> None:
    copy = "Orlsund Mills earned 4.2 million dollars, or 31 cents a share, after hail wrecked two looms, he said."
    assert flagged(judged(f"{OWN[0]}\n\n{copy}", f"{OWN[1]}\n\n{copy}"), f"{OWN[1]}\n\n{copy}", copy)


TOWNS = ("Orlsund", "Brenna", "Halvik", "Tarn", "Merrow", "Quill", "Fenby")
"""Each makes another one of the words of what all else is told with."""


def brush_off(town: str, end: str = "and departed") -> str:
    return f"The harbourmaster of {town} brushed every single question aside {end}."


def strangers(count: int, last: str) -> list[Article]:
    """Articles that have only a sentence in common, told of as many towns, the `last` of the first again."""
    random = Random(5)

    def fresh() -> str:
        return " ".join("".join(random.sample("abcdefghijklmnopqrstuvwxyz", 9)) for _ in range(30)) + "."

    told = [*map(brush_off, TOWNS[: count - 1]), last]
    return [
        Article(f"{day}", f"{fresh()} {part} {fresh()}", source=f"{day}", published=f"2024-03-0{day}")
        for day, part in enumerate(told, 1)
    ]


def both(feed: Sequence[Article]) -> list[list[ArticleReport]]:
    """What a scan and a stream say."""
    return [list(scan(feed)), list(stream(feed))]


REWORDED = brush_off(TOWNS[0], "then vanished")


def test_what_many_strangers_say_with_other_names_is_a_standing_phrase() -> None:
    for reports in both(strangers(2, REWORDED)):
        assert [one.kind for one in reports[-1].findings] == ["reworded"]
    for reports in both(strangers(8, REWORDED)):
        assert not reports[-1].findings
    # Only one other has all of it: it is by its halves that it is known.
    last = list(scan(strangers(8, REWORDED), Settings(standing_copies=99)))[-1]
    assert [one.copies for one in last.findings] == [1]


def test_who_has_more_in_common_is_no_stranger() -> None:
    first, *rest, last = strangers(8, REWORDED)
    first = replace(first, text=f"{first.text}\n\n{OWN[0]}")
    last = replace(last, text=f"{OWN[0]}\n\n{last.text}")
    for reports in both([first, *rest, last]):
        assert flagged(reports[-1], last.text, REWORDED)


def test_phrases_are_read_in_all_languages() -> None:
    starts, words = set_phrases()
    assert len(starts) > 2000 and starts[-1] == len(words)
    for entry in (files("dedup") / "data" / "phrases").iterdir():
        read = json.loads(entry.read_text(encoding="utf-8"))
        assert read["language"] == entry.name.removesuffix(".json")
        assert len(set(read["phrases"])) == len(read["phrases"]) and list(written_out(read["phrases"]))


@pytest.mark.parametrize("bad", ["* said so", " ".join(["word"] * 25)])
def test_a_phrase_that_cannot_be_looked_for_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="set phrase"):
        hashed(written_out([bad]))


def test_moved_clauses_are_taken_all_of_them() -> None:
    told = "After the old dyke gave way, sailors dug ditches by torchlight, and the vicar led ninety cows uphill."
    source = f"{OWN[1]}\n\n{told}"
    moved = "The vicar led ninety cows uphill, and sailors dug ditches by torchlight, after the old dyke gave way."
    copy = f"{OWN[2]}\n\n{moved}"
    report = judged(source, copy)
    for part in (
        "vicar led ninety cows uphill",
        "sailors dug ditches by torchlight",
        "the old dyke gave way",
    ):
        assert flagged(report, copy, part)


def test_a_moved_clause_of_three_words_hides_not_the_others() -> None:
    told = "Коли прорвало дамбу, солдати всю ніч насипали мішки з піском, а мер переселив чотириста родин на пагорб."
    moved = "Мер переселив чотириста родин на пагорб, а солдати всю ніч насипали мішки з піском, коли прорвало дамбу."
    copy = f"Шкільна кухня з березня пече власний хліб, і кухарка тішиться кожною скоринкою.\n\n{moved}"
    report = judged(f"Водолази знайшли тріщини в опорах старого причалу біля маяка.\n\n{told}", copy)
    for part in ("Мер переселив чотириста родин на пагорб", "солдати всю ніч насипали мішки з піском"):
        assert flagged(report, copy, part)


LONG_WORDS = {
    "Russian": (
        "Мэрия обещает новый мост к осени.",
        "Грузовик протаранил ограждение городского стадиона ночью.",
        "Пекарь раздаёт хлеб всем соседям.",
    ),
    "Turkish": (
        "Belediye güze kadar yeni köprü sözü verdi.",
        "Balıkçılar limanda batan küçük tekneyi çıkardı.",
        "Fırıncı komşularına her sabah ekmek dağıtıyor.",
    ),
    "Japanese": (
        "市は秋までに新しい橋を約束した。",
        "港の誰もその小舟の持ち主を知らない。",
        "パン屋は近所に毎朝パンを配る。",
    ),
    "German": (
        "Die Stadt verspricht eine Brücke bis zum Herbst.",
        "Niemand kennt den Besitzer dieses Kutters.",
        "Der Bäcker verschenkt sein Brot an alle Nachbarn.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", LONG_WORDS)
def test_an_equal_sentence_of_six_words_that_say_much_is_a_copy(language: str) -> None:
    before, told, behind = LONG_WORDS[language]
    copy = f"{told} {behind}"
    assert flagged(judged(f"{before} {told}", copy), copy, told[2:-2])


def test_an_equal_sentence_of_six_words_that_say_little_is_none() -> None:
    told = "It was not up to him."
    copy = f"{OWN[1]} {told} {OWN[2]}"
    assert not flagged(judged(f"{OWN[0]} {told}", copy), copy, told)


MOVED = {
    "German moves the verb": (
        "Weil der Damm gebrochen war, gruben Matrosen bei Fackelschein Gräben, der Pfarrer trieb neunzig Kühe hinauf.",
        "Der Pfarrer trieb neunzig Kühe hinauf, Matrosen gruben bei Fackelschein Gräben, weil der Damm gebrochen war.",
        ("trieb neunzig Kühe hinauf", "bei Fackelschein Gräben", "weil der Damm gebrochen war"),
    ),
    "words of few letters": (
        "बाँध टूट जाने के बाद, मल्लाहों ने मशालों की रोशनी में गहरी खाइयाँ खोदीं, और पुजारी ने नब्बे गायों को ऊपर चढ़ाया।",
        "पुजारी ने नब्बे गायों को ऊपर चढ़ाया, और मल्लाहों ने मशालों की रोशनी में गहरी खाइयाँ खोदीं, बाँध टूट जाने के बाद।",
        ("नब्बे गायों को ऊपर", "मशालों की रोशनी में", "टूट जाने के बाद"),
    ),
    "Japanese ends a clause otherwise than a sentence": (
        "堤防が切れた後、船員たちは松明の明かりで溝を掘り、神父は九十頭の牛を丘の上に連れて行った。",
        "神父は九十頭の牛を丘の上に連れて行き、船員たちは松明の明かりで溝を掘った、堤防が切れた後。",
        ("九十頭の牛を丘の上", "松明の明かりで溝を", "堤防が切れた後"),
    ),
    "one clause is long enough by itself": (
        "Après la rupture de la digue, des marins ont creusé des fossés dans le pré à la lueur des torches et le curé "
        "a mené quatre-vingt-dix vaches en haut.",
        "Le curé a mené quatre-vingt-dix vaches en haut et des marins ont creusé des fossés dans le pré à la lueur "
        "des torches, après la rupture de la digue.",
        ("mené quatre-vingt-dix vaches", "creusé des fossés", "rupture de la digue"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", MOVED)
def test_moved_clauses_are_found_where_their_verbs_move_too(kind: str) -> None:
    told, moved, parts = MOVED[kind]
    copy = f"{OWN[2]}\n\n{moved}"
    report = judged(f"{OWN[1]}\n\n{told}", copy)
    assert all(flagged(report, copy, part) for part in parts)


def test_lines_of_two_tables_are_no_clauses_of_one_sentence() -> None:
    one = "Qtly div 10 cts vs 10 cts prior\nPay April 15\nRecord March 30\nNote: Orlsund Mills spun off its looms."
    two = "Pay April 15\nRecord March 31\nQtly div 20 cts vs 10 cts prior\nNote: Brell Kilns has a new owner."
    assert not flagged(
        judged(f"{OWN[0]}\n\n{one}", f"{OWN[1]}\n\n{two}"), f"{OWN[1]}\n\n{two}", "Pay April 15"
    )


@pytest.mark.parametrize("around", [True, False])
def test_what_stands_around_a_rewritten_sentence_supports_it(around: bool) -> None:
    first, after = OWN[0], OWN[1]
    told = "Divers saw the keel under three yards of sand while they looked for a lost anchor."
    anew = "Swimmers saw a keel below three yards of mud while searching for her lost ring."
    copy = "\n\n".join([first, anew, after] if around else [OWN[2], anew])
    assert (
        flagged(judged("\n\n".join([first, told, after]), copy), copy, "below three yards of mud") == around
    )


def test_other_text_between_two_copied_paragraphs_is_its_own() -> None:
    own = "Bakers of the upper town will open an hour later in winter because flour is late."
    copy = "\n\n".join([OWN[0], own, OWN[1]])
    report = judged(
        "\n\n".join([OWN[0], "Divers saw the keel under three yards of sand near the pier.", OWN[1]]), copy
    )
    assert not flagged(report, copy, "open an hour later")


def taken_words(report: ArticleReport) -> int:
    return sum(one.words for one in report.findings if one.kind in TAKEN)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(5, 16),
    st.integers(0, 10_000),
    st.sampled_from(["insert", "drop", "swap", "renumber"]),
    st.booleans(),
)
def test_an_edit_never_makes_a_copy_easier_to_see(size: int, seed: int, edit: str, whole: bool) -> None:
    """Whole sentences, and fragments of one: if the edited copy is found, the verbatim one is."""
    draw = Random(seed)
    vocabulary = (
        "the of an keeper lamp storm quay market council winter eleven herring bridge to and in mayor".split()
    )
    words = [
        f"{word}{n}" if draw.random() < 0.3 else word
        for n, word in enumerate(draw.choices(vocabulary, k=size))
    ]
    changed = list(words)
    at = draw.randrange(1, size - 1)
    changed[at : at + (edit != "insert")] = {"drop": [], "renumber": [words[at] + "7"]}.get(edit, ["zebra"])

    def text(own: str, parts: Sequence[str]) -> str:
        if whole:
            return f"{own} {' '.join(parts).capitalize()}. {own}"
        return f"{own} Thus spoke {' '.join(parts)} {own.lower()}"

    source = text(OWN[0], words)
    verbatim, edited = (taken_words(judged(source, text(OWN[1], parts))) for parts in (words, changed))
    assert verbatim or not edited


@pytest.mark.parametrize("text", ["Harbour bridge closed", SHORT["headline"]])
def test_a_stream_finds_them_as_a_scan_does(text: str) -> None:
    with open_index("memory:", Settings()) as index:
        detector = Detector(index)
        detector.add(Article("wire", text, source="wire", published="2024-03-01"))
        report = detector.check(Article("copy", text, source="bell", published="2024-03-02"))
    assert report.originality == 0
