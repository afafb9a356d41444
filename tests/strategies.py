"""Text as it is, for hypothesis: several scripts, combining marks, curly quotes, no-break spaces, repeats."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from dedup.model import Article

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


# -- feeds -------------------------------------------------------------------------------------------------------

SENTENCES = """
The council of Harrow Falls voted on Monday to close the old iron bridge before the winter storms arrive.
Engineers who examined the pillars in September found rust in eleven places and advised against any repair.
Lorries will have to take the road through Millbrook, which adds forty minutes to every delivery of fresh milk.
A bakery on the far bank said it had already lost a third of its morning customers since the warning signs went up.
Divers searching the lake for a stolen safe discovered a sunken rowing boat with its oars still in place.
The museum believes the vessel was built around 1880 and plans to raise it with air bags next spring.
Farmers in the northern valleys are counting their losses after hail destroyed most of the apple harvest within minutes.
Insurance covers less than half of the damage because few growers had paid for the more expensive policies.
Teachers at three village schools refused to hand out the new reading test, calling it a waste of two full days.
Parents who gathered outside the ministry carried banners asking for smaller classes instead of longer examinations.
A night train between the two capitals will return in June after an absence of fourteen years.
Tickets with a bed are expected to cost about as much as a cheap hotel room near the station.
The orchestra dismissed its conductor by letter while he was rehearsing a concert on the other side of the ocean.
Musicians learned of the decision from a newspaper and cancelled the rest of their season in protest.
Researchers have trained bees to ignore the smell of a common pesticide that normally drives them from the fields.
Their method works for about nine days, after which the insects forget what they were taught.
Prices for second-hand bicycles doubled in the harbour district when the ferry workers began their strike.
Shops that rent them by the hour report that every single one is gone before seven in the morning.
The old lighthouse keeper kept a diary of passing ships that historians now want to publish in full.
Between its pages lay pressed flowers, unpaid bills and the only known photograph of the great storm.
Voters in the island parish chose a mayor by drawing lots after both candidates received 212 ballots.
The loser congratulated her rival with a basket of smoked eel and promised to run again.
Scientists drilling through the glacier found pollen from trees that have not grown there for ten thousand years.
Cores of the ancient ice are kept in a former cheese cellar, where the temperature never rises above freezing.
Burglars took nothing from the villa except a stuffed parrot that its owner describes as worthless.
Police suspect a bet between students, since a ransom note in rhyme arrived two days afterwards.
Every household must sort its rubbish into seven bins from April or pay a fine of eighty crowns.
Neighbours have begun to exchange colours with one another, because nobody owns enough of the brown ones.
A choir of retired miners sang for the last shift as the lift came up from the pit on Friday evening.
The shaft will be flooded over the coming months and a solar park built where the slag heap stands.
Doctors at the county hospital removed a swallowed wedding ring without surgery by waiting patiently for a week.
The patient had bitten into a slice of cake in which her fiance had hidden the surprise.
""".strip().splitlines()  # fmt: skip
"""Sentences of invented news. No two of them have three words in a row in common."""

FURNITURE = [
    "Read also:",
    "All rights reserved.",
    "Share this article",
    "Sign up for our newsletter and never miss a story",
]
FOREIGN = [
    "Читайте также: погода на завтра обещает быть холодной",
    "Lisez aussi nos articles sur le même sujet cette semaine",
]
SOURCES = ["", "gazette", "herald", "courier"]
DATES = ["2024-03-01", "2024-03-02T08:00:00Z", "2024-03-02T09:30:00Z", "2024-03-04", "2024-03-05"]


def reworded(sentence: str, every: int = 5) -> str:
    """Each fifth word another one, of no meaning."""
    words = sentence.split()
    return " ".join("otherwise" if i % every == every - 1 else word for i, word in enumerate(words))


TREATMENTS = {
    "plain": str,
    "quoted": lambda sentence: f"“{sentence}” she said.",
    "reworded": reworded,
    "first half": lambda sentence: " ".join(sentence.split()[: len(sentence.split()) // 2]),
    "second half": lambda sentence: " ".join(sentence.split()[len(sentence.split()) // 2 :]),
    "capitals": str.upper,
    "disguised": lambda sentence: sentence.replace("a", "а").replace("er", "e\u200br"),
    "wrapped": lambda sentence: sentence.replace(" ", "\u00a0\n", 3),
    "twice": lambda sentence: f"{sentence} {sentence}",
}


def sentences() -> st.SearchStrategy[str]:
    """A sentence, as a rule as it is."""
    return st.builds(
        lambda sentence, treatment: TREATMENTS[treatment](sentence),
        st.sampled_from(SENTENCES[:14]),
        st.one_of(st.just("plain"), st.just("plain"), st.sampled_from(sorted(TREATMENTS))),
    )


def news() -> st.SearchStrategy[str]:
    """The text of an article: paragraphs of a few sentences, furniture and foreign lines between them."""
    paragraph = st.lists(sentences(), min_size=1, max_size=3).map(" ".join)
    line = st.one_of(paragraph, paragraph, paragraph, st.sampled_from(FURNITURE + FOREIGN), texts())
    return st.builds(
        lambda blocks, between: between.join(blocks),
        st.lists(line, min_size=1, max_size=4),
        st.sampled_from(["\n\n", "\n\n", "\n", "\r\n\r\n"]),
    )


def feeds(dates: st.SearchStrategy[str | None] | None = None) -> st.SearchStrategy[list[Article]]:
    """Articles that copy from one another; each has an id of its own."""
    drawn = st.tuples(news(), st.sampled_from(SOURCES), st.sampled_from(DATES) if dates is None else dates)
    return st.lists(drawn, min_size=2, max_size=5).map(
        lambda rows: [
            Article(f"a{number}", text, source=source, published=published)
            for number, (text, source, published) in enumerate(rows)
        ]
    )
