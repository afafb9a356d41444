"""What a reworded passage says otherwise: against a look at each word, and as properties of copies with edits."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import SENTENCES

from dedup import Article, scan
from dedup.match.kernels.alignment import rows as alignment
from dedup.model import ArticleReport, Finding
from dedup.stream import stream
from dedup.text import words
from dedup.verdict.changes import changes

UNTIMED = settings(deadline=None, max_examples=40)
MANY = settings(deadline=None, max_examples=200)

# -- gaps of an alignment --------------------------------------------------------------------------------------------

VOCABULARY = ["ab", "cd", "ef", "gh", "ij"]
SOME_WORDS = st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=14)


@st.composite
def aligned(draw: st.DrawFn) -> tuple[list[str], list[str], list[tuple[int, int, int]]]:
    """Two texts as words, and runs of equal words of them that go forward in both."""
    here, there, runs = [], [], []
    for _ in range(draw(st.integers(1, 4))):
        here += draw(st.lists(st.sampled_from(VOCABULARY), max_size=3))
        there += draw(st.lists(st.sampled_from(VOCABULARY), max_size=3))
        run = draw(st.lists(st.sampled_from(VOCABULARY), min_size=1, max_size=3))
        runs.append((len(here), len(there), len(run)))
        here += run
        there += run
    here += draw(st.lists(st.sampled_from(VOCABULARY), max_size=3))
    there += draw(st.lists(st.sampled_from(VOCABULARY), max_size=3))
    return here, there, runs


def made(
    here: Sequence[str], there: Sequence[str], runs: Sequence[tuple[int, int, int]]
) -> list[tuple[int, ...]]:
    """The changes of one passage that is all of both texts, in code points."""
    columns = words.split([" ".join(there), " ".join(here)])
    base = int(columns.art_words[1])
    row = np.zeros((1, alignment.PASSAGE), np.int64)
    row[0, [alignment.T0, alignment.T1]] = base, base + len(here)
    row[0, [alignment.S0, alignment.S1]] = 0, len(there)
    blocks = np.array([(base + t, s, size) for t, s, size in runs], np.int64)
    low, high = np.array([0]), np.array([len(runs)])
    found = changes(columns, row, blocks, low, high, np.array([0]))
    assert found.row.tolist() == [0] * len(found.spans)
    return [tuple(span) for span in found.spans.tolist()]


def wanted(
    here: Sequence[str], there: Sequence[str], runs: Sequence[tuple[int, int, int]]
) -> list[tuple[list[str], list[str]]]:
    """The words that differ on both sides, gap by gap, without what both begin or end with."""
    out = []
    t = s = 0
    for t_end, s_end, size in [*runs, (len(here), len(there), 0)]:
        mine, theirs = list(here[t:t_end]), list(there[s:s_end])
        while mine and theirs and mine[0] == theirs[0]:
            del mine[0], theirs[0]
        while mine and theirs and mine[-1] == theirs[-1]:
            del mine[-1], theirs[-1]
        if mine or theirs:
            out.append((mine, theirs))
        t, s = t_end + size, s_end + size
    return out


@MANY
@given(aligned())
def test_changes_are_the_words_between_runs(
    drawn: tuple[list[str], list[str], list[tuple[int, int, int]]],
) -> None:
    here, there, runs = drawn
    mine, theirs = " ".join(here), " ".join(there)
    got = [(mine[a:b].split(), theirs[c:d].split()) for a, b, c, d in made(here, there, runs)]
    assert got == wanted(here, there, runs)


@MANY
@given(aligned())
def test_putting_the_sources_words_back_gives_the_source(
    drawn: tuple[list[str], list[str], list[tuple[int, int, int]]],
) -> None:
    here, there, runs = drawn
    mine, theirs = " ".join(here), " ".join(there)
    for start, end, match_start, match_end in reversed(made(here, there, runs)):
        mine = f"{mine[:start]} {theirs[match_start:match_end]} {mine[end:]}"
    assert mine.split() == there


@MANY
@given(aligned())
def test_an_empty_side_stands_behind_a_word_or_where_the_passage_begins(
    drawn: tuple[list[str], list[str], list[tuple[int, int, int]]],
) -> None:
    here, there, runs = drawn
    for text, places in (
        (" ".join(here), [(a, b) for a, b, _, _ in made(here, there, runs)]),
        (" ".join(there), [(c, d) for _, _, c, d in made(here, there, runs)]),
    ):
        for start, end in places:
            if start == end:
                assert start == 0 or (text[start - 1].isalpha() and not text[start : start + 1].strip())


@MANY
@given(SOME_WORDS)
def test_equal_texts_have_no_changes(text: list[str]) -> None:
    assert made(text, text, [(0, 0, len(text))]) == []
    assert made(text, text, [(0, 0, 1)]) == [], "what no run holds may be equal all the same"


def test_passages_have_their_own_changes() -> None:
    columns = words.split(["one two three", "one 2 three four", "one two three"])
    first, second = columns.art_words[1:3].tolist()
    rows = np.zeros((2, alignment.PASSAGE), np.int64)
    rows[:, alignment.T0], rows[:, alignment.T1] = (first, second), (first + 4, second + 3)
    rows[:, alignment.S1] = 3
    blocks = np.array([(first, 0, 1), (first + 2, 2, 1), (second, 0, 3)])
    low, high = np.array([0, 2]), np.array([2, 3])
    found = changes(columns, rows, blocks, low, high, np.array([0, 1]))
    assert found.row.tolist() == [0, 0]
    assert found.spans.tolist() == [[4, 5, 4, 7], [12, 16, 13, 13]]
    none = changes(columns, rows, blocks, low, high, np.array([], np.int64))
    assert (none.row.size, none.spans.shape) == (0, (0, 4))


# -- copies with edits -----------------------------------------------------------------------------------------------


def edited(text: str, random: Random) -> str:
    """The text with one to three words swapped, left out or put in."""
    told = text.split()
    for _ in range(random.randint(1, 3)):
        place = random.randrange(2, len(told) - 2)
        match random.choice(["swap", "drop", "add"]):
            case "swap":
                told[place] = random.choice(["340", "granite", "Thornbury", "seldom"])
            case "drop":
                del told[place]
            case _:
                told.insert(place, random.choice(["520", "allegedly", "Quillby"]))
    return " ".join(told)


def reports_of(source: str, copy: str) -> list[ArticleReport]:
    feed = [
        Article("wire", source, source="wire", published="2024-03-01"),
        Article("copy", copy, source="bell", published="2024-03-02"),
    ]
    (scanned,), (streamed,) = (list(engine(feed))[1:] for engine in (scan, stream))
    assert scanned.findings == streamed.findings
    return [scanned, streamed]


@UNTIMED
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_changes_of_a_copy_are_those_that_difflib_sees(sentences: list[str], random: Random) -> None:
    source = " ".join(sentences)
    copy = edited(source, random)
    report, _ = reports_of(source, copy)
    reworded = [found for found in report.findings if found.kind == "reworded"]
    assume(len(reworded) == 1 and reworded[0].words == report.words)
    (found,) = reworded
    assert found.match is not None
    here, there = ([word.strip(".,") for word in text.split()] for text in (copy, source))
    operations = [
        (" ".join(here[a:b]), " ".join(there[c:d]))
        for tag, c, d, a, b in SequenceMatcher(None, there, here, autojunk=False).get_opcodes()
        if tag != "equal"
    ]
    got = [(copy[a:b], source[c:d]) for a, b, c, d in found.changes]
    # Among equal words either may be the one left out: as many words differ, whichever they are.
    sizes = [sum(len(words.split([side]).hashes) for side in pair) for pair in got]
    assert sum(sizes) <= sum(len(words.split([side]).hashes) for pair in operations for side in pair)
    assert len(got) <= len(operations) + 1


@UNTIMED
@given(
    st.lists(st.sampled_from(SENTENCES), min_size=2, max_size=4, unique=True),
    st.randoms(use_true_random=False),
)
def test_changes_lie_in_order_within_the_finding_and_its_match(sentences: list[str], random: Random) -> None:
    source = " ".join(sentences)
    copy = edited(source, random)
    report, _ = reports_of(source, copy)
    for found in report.findings:
        assert (found.kind == "reworded") == bool(found.changes), (
            "what is reworded says how, and nothing else does"
        )
        at, there = found.start, found.match.start if found.match else 0
        for start, end, match_start, match_end in found.changes:
            assert found.match is not None
            assert at <= start <= end <= found.end
            assert there <= match_start <= match_end <= found.match.end
            assert start < end or match_start < match_end
            assert copy[start:end].casefold() != source[match_start:match_end].casefold()
            at, there = end, match_end


BESIDE = {
    "en": "Beekeepers warned that lime trees had flowered early, which leaves their hives without food in July.",
    "de": "Imker warnten, dass die Linden zu früh geblüht haben und die Völker im Hochsommer hungern werden.",
    "ru": "Пчеловоды предупредили, что липы зацвели раньше, и ульи останутся без корма в разгар лета.",
    "ar": "حذر مربو النحل من أن أشجار الزيزفون أزهرت قبل موعدها مما يترك خلاياهم بلا غذاء في ذروة الصيف",
    "zh": "养蜂人警告说，环城路沿线的椴树提前开花，这使得他们的蜂箱在盛夏时节没有食物。",
}


@pytest.mark.parametrize(
    ("language", "template", "before", "after"),
    [
        ("en", "The mill said it would take on {} apprentices before the harvest, most of them from nearby farms.",
         "85", "140"),
        ("en", "Sales of the brewery rose to {} million crowns in the first quarter, helped by warm weekends.",
         "12.5", "19.7"),
        ("en", "Turnout in the northern wards had reached {}% by the evening, the returning officer told us.",
         "48", "53"),
        ("en", "The ring road will stay shut to lorries from {} while workers mend the bridge over the canal.",
         "3 March", "17 April"),
        ("en", "River Wanderers 24 14 6 4 {} 22 48 points and a match at home against Marrick next", "45", "46"),
        ("en", "The harbour will be dredged next year and closed to barges, the mayor of {} wrote to all captains.",
         "Marrick", "Quillby"),
        ("en", "The mill said it would take on {} apprentices before the harvest, most of them from nearby farms.",
         "85", ""),
        ("de", "Die Mühle will vor der Ernte {} Lehrlinge einstellen, die meisten von Höfen aus der Umgebung.",
         "85", "140"),
        ("de", "Der Hafen wird im nächsten Jahr ausgebaggert und gesperrt, schrieb die Gemeinde {} den Kapitänen.",
         "Marrick", "Quillby"),
        ("ru", "Мельница сообщила, что до уборки урожая наймет {} учеников, в основном с соседних хуторов.",
         "85", "140"),
        ("ru", "Гавань углубят в будущем году и закроют для барж, написал капитанам мэр города {}, ссылаясь на план.",
         "Маррик", "Квилби"),
        ("ar", "قالت المطحنة إنها ستوظف {} متدربا قبل موسم الحصاد معظمهم من المزارع القريبة من المدينة الصغيرة",
         "٨٥", "١٤٠"),
        ("zh", "面粉厂表示，将在收获季节之前招收{}名学徒，其中大多数来自附近的农场，并为他们提供住宿。",
         "85", "140"),
        ("zh", "面粉厂的{}表示，将在收获季节之前招收许多学徒，其中大多数来自附近的农场，并为他们提供住宿。",
         "王明", "李强"),
    ],
)  # fmt: skip
def test_another_figure_date_or_name_is_rewording_that_is_named(
    language: str, template: str, before: str, after: str
) -> None:
    source, line = template.format(before), template.format(after).replace("  ", " ")
    copy = f"{BESIDE[language]}\n\n{line}"
    for report in reports_of(source, copy):
        (found,) = report.findings
        assert (found.kind, report.ledger.recycled) == ("reworded", 0)
        (change,) = found.changes
        here, there = copy[change[0] : change[1]], source[change[2] : change[3]]
        assert (here, there) == (after, before) or (here and here in after and there in before)


def test_a_copy_word_for_word_has_no_changes() -> None:
    for report in reports_of(SENTENCES[0], SENTENCES[0]):
        (found,) = report.findings
        assert (found.kind, found.changes) == ("recycled", ())


def test_a_finding_has_no_changes_unless_told() -> None:
    assert Finding("foreign", 0, 0, 3, 1).changes == ()


@pytest.mark.parametrize(
    ("told", "anew", "word"),
    [
        ("The storm tore twelve boats from the moorings at Orlsund harbour.", "fifteen", "twelve"),
        ("The storm drowned sixteen of the ponies that grazed along the dyke road.", "sixty", "sixteen"),
        ("Der Sturm riss zwölf Boote von den Liegeplätzen im alten Hafen.", "fünfzehn", "zwölf"),
        ("La tempête a arraché douze bateaux de leurs amarres au vieux port.", "quinze", "douze"),
        ("La tormenta arrancó doce barcos de los amarres del puerto viejo.", "quince", "doce"),
        ("Буря сорвала двенадцать лодок с причалов в гавани у старого городского моста.", "пятнадцать", "двенадцать"),
        ("Буря зірвала дванадцять човнів із причалів у гавані біля старого мосту.", "п'ятнадцять", "дванадцять"),
    ],
)  # fmt: skip
def test_another_number_in_words_is_a_change(told: str, anew: str, word: str) -> None:
    report = list(
        scan(
            [
                Article("a", told, source="wire", published="2024-03-01"),
                Article("b", told.replace(word, anew), source="bell", published="2024-03-02"),
            ]
        )
    )[1]
    assert report.ledger.reworded and not report.ledger.recycled
    said = told.replace(word, anew)
    assert [said[start:end] for start, end, _, _ in report.findings[0].changes] == [anew]
