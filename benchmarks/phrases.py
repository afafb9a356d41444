"""Invented lines: agency phrases, tables, furniture and sentences in other languages."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

AGENCY = (
    "said in a statement on Friday",
    "speaking on condition of anonymity",
    "who asked not to be named",
    "declined to comment further on the matter",
    "could not immediately be reached for comment",
    "told a news conference on Tuesday",
    "according to people familiar with the matter",
    "did not respond to a request for comment",
    "in a filing with the Securities and Exchange Commission",
    "for the first time in more than a year",
    "a company spokesman told reporters by telephone",
    "the statement gave no further details",
    "as part of an agreement announced last week",
    "compared with the same period a year earlier",
    "is expected to be completed by the end of the year",
    "subject to approval by shareholders and regulators",
    "on the sidelines of the annual meeting",
    "according to figures released on Thursday",
    "analysts had expected, on average,",
    "the spokeswoman said by email",
    "in line with market expectations",
    "said on Wednesday in an interview with state television",
)
"""Runs of five to ten words that belong to nobody."""

STANDING = (
    "The information in this report could not be independently verified.",
    "This story has been corrected to fix the spelling of a name in the third paragraph.",
    "Reporting by our staff; editing by the night desk.",
    "The views expressed here are those of the author and not of this newspaper.",
    "Past performance is no guide to future returns, and the value of investments can fall.",
    "All figures are provisional and subject to later revision.",
)

FOREIGN = (
    ("ru", "Городской совет отложил голосование о новом мосте до следующей весны."),
    ("ru", "Жители посёлка уже третью неделю ждут, когда починят водопровод."),
    ("uk", "Мешканці району просять повернути вечірній автобус до лікарні."),
    ("bg", "Общината обеща да ремонтира покрива на училището преди зимата."),
    ("de", "Der Stadtrat hat die Entscheidung über die neue Brücke erneut vertagt."),
    ("de", "Die Bäckerei am Markt öffnet nach dem Umbau erst wieder im Herbst."),
    ("fr", "Le conseil municipal a repoussé le vote sur le nouveau pont au printemps."),
    ("fr", "Les habitants attendent depuis trois semaines la réparation de la conduite d'eau."),
    ("es", "El ayuntamiento aplazó la votación sobre el puente nuevo hasta la primavera."),
    ("pt", "A câmara adiou para a primavera a votação sobre a nova ponte da cidade."),
    ("it", "Il consiglio comunale ha rinviato il voto sul nuovo ponte alla prossima primavera."),
    ("nl", "De gemeenteraad heeft de stemming over de nieuwe brug opnieuw uitgesteld."),
    ("pl", "Rada miasta przełożyła głosowanie w sprawie nowego mostu na wiosnę."),
    ("tr", "Belediye meclisi yeni köprü için yapılacak oylamayı ilkbahara erteledi."),
    ("el", "Το δημοτικό συμβούλιο ανέβαλε την ψηφοφορία για τη νέα γέφυρα."),
    ("ar", "أجل مجلس المدينة التصويت على الجسر الجديد إلى الربيع المقبل."),
    ("he", "מועצת העיר דחתה את ההצבעה על הגשר החדש לאביב הבא."),
    ("zh", "市议会把新桥的表决推迟到明年春天。"),
    ("ja", "市議会は新しい橋についての採決を来年の春まで延期した。"),
)
"""Language and sentence: invented local news."""


def furniture(outlet: str) -> tuple[str, ...]:
    """Return the lines that an outlet puts under every page: known phrases and its own."""
    return (
        f"{outlet} brings the district its stories every weekday before seven.",
        f"Copyright 1988 {outlet}. All rights reserved.",
        "Related news",
    )


NAMES = "Alder Birch Cedar Dunmore Elmsford Farrow Glenn Hollis Ingram Jessop Kerr Lomax Marsh Nye".split()
_FIRST = "Ann Ben Cora Dan Eva Finn Gail Hugh Ida Jon Kate Liam Mona Ned".split()
TOWNS = "Aldermouth Brexley Corwick Dunholm Estbury Fenwold Garston Hythe Inverlee Kelby Lowmoor".split()
SKY = ("sunny", "cloudy", "light rain", "showers", "clear", "fog early", "windy", "snow later")
GOODS = "barley butter cocoa coffee copper cotton lead nickel oats rubber sugar tin wool zinc wheat".split()


def _weather(rng: Random) -> str:
    return " ".join(
        f"{town}: {rng.choice(SKY)}, high {rng.randint(-4, 31)}, low {rng.randint(-12, 18)}."
        for town in rng.sample(TOWNS, 8)
    )


def _results(rng: Random) -> str:
    towns = rng.sample(TOWNS, 10)
    games = zip(towns[::2], towns[1::2], strict=True)
    return ", ".join(f"{home} {rng.randint(0, 5)} {away} {rng.randint(0, 5)}" for home, away in games) + "."


def _prices(rng: Random) -> str:
    return "; ".join(
        f"{good} {rng.uniform(80, 990):.2f} ({rng.uniform(-9, 9):+.1f})" for good in rng.sample(GOODS, 9)
    )


def _names(rng: Random) -> str:
    pairs = zip(rng.sample(_FIRST, 10), rng.sample(NAMES, 10), strict=True)
    return "Named to the board were " + ", ".join(f"{first} {last}" for first, last in pairs) + "."


def _earnings(rng: Random) -> str:
    def cents() -> str:
        return f"{rng.randint(2, 99)} cts vs {rng.randint(2, 99)} cts"

    def millions() -> str:
        return f"{rng.uniform(1, 900):.1f} mln vs {rng.uniform(1, 900):.1f} mln"

    year = f"Shr {cents()} Net {millions()} Revs {millions()} Avg shrs {millions()}"
    return f"{year} Nine mths Shr {cents()} Net {millions()}"


TABLES: dict[str, Callable[[Random], str]] = {
    "weather": _weather,
    "results": _results,
    "prices": _prices,
    "names": _names,
    "earnings": _earnings,
}
"""Lists from one template with other values each time: alike, and not copied."""
