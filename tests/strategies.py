"""Text as it is, for hypothesis: several scripts, combining marks, curly quotes, no-break spaces, repeats."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

LATIN = "abcdefghijklmnoprstuvzABCDEFGHIJKLMNOPRSTUVZ"
LETTERS = {
    "ascii": LATIN,
    "accented": "éÉüßñçøæœıİğŠžłŁĦđþÞẞǆŉ" + "ﬁﬄ" + "ＡｂｃＺ" + "ºª",
    "vietnamese": "ạếửộđăơưỹ",
    "greek": "αβγδεςσΣάΩώΐϊ",
    "cyrillic": "абвгдежзийклмнопрстуфхцчшщъыьэюяАБВЁёІіЇїЄєўЏ",
    "armenian": "աբգԱԲև",
    "hebrew": "אבגדהוםןףץשׁבּ",
    "arabic": "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىئؤآأإﷲﻻ",
    "devanagari": "कखगघचछजटतनपमरलवशसहक़ािी्ंँ",
    "tamil": "கஙசஞடணதநாிீெே்",
    "hangul": "가나다라마바사아한국뉴스",
    "georgian": "აბგდეᲐ",
    "cherokee": "ᎠᎡꭰ",
    "ethiopic": "ሀለሐመ",
    "han": "新聞東京北大學日本𠮷𪚥豈",
    "kana": "あいうガパカﾊハン々ー",
    "thai": "กขคงจนมเแไโะาำ",
    "lao": "ກຂຄງຈ",
    "khmer": "កខគឃង",
    "myanmar": "ကခဂဃင",
    "mathematical": "𝐀𝒷ℝ",
}
MARKS = "\u0301\u0308\u0323\u0327\u064e\u0651\u05b8\u0e49\u0e31\u17b6\u1039\u3099\u20e3\ufe0f"
INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u202e\u2066\u0640\u180e\u034f"
DIGITS = "0123456789٣४๗𝟗９"
BLANKS = " \u00a0\u2009\u202f\u3000\t\x0b\x0c\x1f"
LINE_ENDS = ["\n", "\r\n", "\r", "\u0085", "\u2028", "\u2029"]
SIGNS = ".,;:!?…'\"’‘“”«»„「」（）()[]{}<>/\\|-–—_+*=&%$€₽§@#^~`´¨©®™½²Ⅳ。！？।॥؟۔•🙂👩🇫🇷❤"
SURROGATE = "\ud800"

_CHARACTERS = "".join(LETTERS.values()) + MARKS + INVISIBLE + DIGITS + BLANKS + SIGNS + "".join(LINE_ENDS)
assert all(unicodedata.category(character) != "Cn" for character in _CHARACTERS), "unknown to this Python"

_SCRIPT = st.sampled_from(sorted(LETTERS))


@st.composite
def words(draw: st.DrawFn) -> str:
    """A word of one script, as a rule; with marks, digits, hidden characters and strange letters now and then."""
    letters = LETTERS[draw(_SCRIPT)]
    parts = draw(st.text(st.sampled_from(letters), min_size=1, max_size=9))
    more = draw(
        st.lists(st.sampled_from([*MARKS, *INVISIBLE, *DIGITS, *LATIN[:5], "о", "а", "Е", "ο"]), max_size=2)
    )
    for character in more:
        place = draw(st.integers(0, len(parts)))
        parts = parts[:place] + character + parts[place:]
    return parts


_BETWEEN = st.one_of(
    st.just(" "),
    st.just(" "),
    st.sampled_from(
        [", ", ". ", "! ", "。", "? “", "” ", " – ", "’", "'", "-", "\u00a0", " \u200b", "…", " 🙂 ", "٬"]
    ),
    st.text(st.sampled_from(SIGNS + BLANKS + INVISIBLE + MARKS), min_size=1, max_size=3),
)
_LINE_END = st.sampled_from(LINE_ENDS)
_BREAK = st.one_of(
    _LINE_END,
    st.just("\n\n"),
    st.lists(
        st.one_of(_LINE_END, st.sampled_from([" ", "\u00a0", "\u200b", "\t"])), min_size=1, max_size=4
    ).map("".join),
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Words with what stands between them; sometimes nothing at all."""
    return "".join(
        word + between for word, between in draw(st.lists(st.tuples(words(), _BETWEEN), max_size=6))
    )


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Lines and paragraphs, some of them twice, with line ends of all kinds, blank lines at both ends."""
    pool = draw(st.lists(lines(), min_size=1, max_size=4))
    pieces = draw(st.lists(st.tuples(st.sampled_from(pool), _BREAK), max_size=5))
    text = "".join(line + end for line, end in pieces)
    return draw(st.sampled_from(["", "", "\n\n", " \r\n"])) + text + draw(st.sampled_from(pool))


def anything() -> st.SearchStrategy[str]:
    """Any characters this Python knows a name or a use for, lone surrogates too: for what must never crash."""
    return st.text(st.characters(codec=None), max_size=60)
