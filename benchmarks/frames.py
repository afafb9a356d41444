"""Reports of one frame in several languages, each with facts of its own: nothing translates anything."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from dedup.model import Article

EACH = 10
"""Reports of each frame and language."""

FRAMES: Mapping[str, Mapping[str, str]] = {
    "quake": {
        "en": (
            "An earthquake of magnitude {m} shook the region around {p} on {d}. "
            "The epicentre was {k} kilometres south of the city at a depth of {t} kilometres. "
            "There were no immediate reports of damage or casualties."
        ),
        "de": (
            "Ein Erdbeben der Stärke {m} hat am {d} die Region um {p} erschüttert. "
            "Das Epizentrum lag {k} Kilometer südlich der Stadt in einer Tiefe von {t} Kilometern. "
            "Berichte über Schäden oder Opfer gab es zunächst nicht."
        ),
        "es": (
            "Un terremoto de magnitud {m} sacudió el {d} la región de {p}. "
            "El epicentro se situó {k} kilómetros al sur de la ciudad, a una profundidad de {t} kilómetros. "
            "De momento no hay informes de daños ni de víctimas."
        ),
        "ru": (
            "Землетрясение магнитудой {m} произошло в {d} в районе города {p}. "
            "Эпицентр находился в {k} километрах к югу от города на глубине {t} километров. "
            "О разрушениях и пострадавших пока не сообщается."
        ),
    },
    "market": {
        "en": (
            "Stocks closed higher on {d}, with the main index in {p} up {m} percent at {b} points. "
            "The euro traded at {e} dollars in the afternoon. "
            "A barrel of Brent crude cost {k} dollars. "
            "Analysts said investors were waiting for the central bank's decision."
        ),
        "de": (
            "Die Börse hat am {d} höher geschlossen, der Leitindex in {p} stieg um {m} Prozent auf {b} Punkte. "
            "Der Euro notierte am Nachmittag bei {e} Dollar. "
            "Ein Barrel Brent-Öl kostete {k} Dollar. "
            "Analysten sagten, die Anleger warteten auf die Entscheidung der Zentralbank."
        ),
        "es": (
            "La bolsa cerró al alza el {d} y el principal índice de {p} subió un {m} por ciento hasta los {b} "
            "puntos. "
            "El euro se cambiaba por la tarde a {e} dólares. "
            "El barril de crudo Brent costaba {k} dólares. "
            "Los analistas dijeron que los inversores esperaban la decisión del banco central."
        ),
        "ru": (
            "В {d} биржа закрылась ростом, основной индекс {p} поднялся на {m} процента до {b} пункта. "
            "Евро во второй половине дня торговался по {e} доллара. "
            "Баррель нефти Brent стоил {k} долларов. "
            "Аналитики сообщили, что инвесторы ждут решения центрального банка."
        ),
    },
    "weather": {
        "en": (
            "{d} will be mostly sunny in {p} with highs of {k} degrees. "
            "Light rain is expected in the evening, with winds of up to {t} kilometres an hour. "
            "Temperatures will fall to {n} degrees at night."
        ),
        "de": (
            "Am {d} wird es in {p} meist sonnig bei Höchstwerten von {k} Grad. "
            "Am Abend wird leichter Regen erwartet, mit Wind bis zu {t} Kilometern pro Stunde. "
            "Nachts sinken die Temperaturen auf {n} Grad."
        ),
        "es": (
            "El {d} será mayormente soleado en {p}, con máximas de {k} grados. "
            "Por la tarde se espera lluvia ligera, con vientos de hasta {t} kilómetros por hora. "
            "Por la noche las temperaturas bajarán a {n} grados."
        ),
        "ru": (
            "В {d} в городе {p} будет преимущественно солнечно, до {k} градусов. "
            "Вечером ожидается небольшой дождь, ветер до {t} километров в час. "
            "Ночью температура опустится до {n} градусов."
        ),
    },
    "earn": {
        "en": (
            "{p} Industries said on {d} that its net profit rose to {k} million dollars in the second quarter. "
            "Revenue increased by {m} percent to {b} million dollars. "
            "The company raised its forecast for the full year."
        ),
        "de": (
            "{p} Industries hat am {d} mitgeteilt, dass der Nettogewinn im zweiten Quartal auf {k} Millionen "
            "Dollar gestiegen ist. "
            "Der Umsatz erhöhte sich um {m} Prozent auf {b} Millionen Dollar. "
            "Das Unternehmen hob seine Prognose für das Gesamtjahr an."
        ),
        "es": (
            "{p} Industries informó el {d} de que su beneficio neto subió a {k} millones de dólares en el "
            "segundo trimestre. "
            "Los ingresos aumentaron un {m} por ciento, hasta {b} millones de dólares. "
            "La empresa elevó su previsión para todo el año."
        ),
        "ru": (
            "{p} Industries сообщила в {d}, что чистая прибыль во втором квартале выросла до {k} миллионов "
            "долларов. "
            "Выручка увеличилась на {m} процента до {b} миллионов долларов. "
            "Компания повысила прогноз на весь год."
        ),
    },
    "match": {
        "en": (
            "{p} United beat {q} Rovers on {d} in front of {b} spectators. "
            "The striker scored the first goal in minute {k} after a corner. "
            "The visitors equalised in minute {t}, but the home side scored again near the end. "
            "It was the team's third win in a row."
        ),
        "de": (
            "{p} United hat am {d} vor {b} Zuschauern gegen {q} Rovers gewonnen. "
            "Der Stürmer erzielte das erste Tor in Minute {k} nach einem Eckball. "
            "Die Gäste glichen in Minute {t} aus, doch die Heimmannschaft traf kurz vor Schluss noch einmal. "
            "Es war der dritte Sieg der Mannschaft in Folge."
        ),
        "es": (
            "{p} United ganó el {d} ante {b} espectadores al {q} Rovers. "
            "El delantero marcó el primer gol en el minuto {k} tras un saque de esquina. "
            "Los visitantes empataron en el minuto {t}, pero los locales volvieron a marcar cerca del final. "
            "Fue la tercera victoria consecutiva del equipo."
        ),
        "ru": (
            "{p} United обыграл в {d} {q} Rovers на глазах у {b} зрителей. "
            "Нападающий забил первый гол на {k} минуте после углового. "
            "Гости сравняли счёт на {t} минуте, но хозяева забили ещё раз под конец. "
            "Это третья победа команды подряд."
        ),
    },
}  # fmt: skip

DAYS: Mapping[str, Sequence[str]] = {
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday"],
    "de": ["Montag", "Dienstag", "Mittwoch", "Donnerstag"],
    "es": ["lunes", "martes", "miércoles", "jueves"],
    "ru": ["понедельник", "вторник", "среду", "четверг"],
}  # fmt: skip

PLACES: Mapping[str, Sequence[str]] = {
    "en": ["London", "Paris", "Tokyo", "Osaka", "Lima", "Quito", "Santiago", "Jakarta", "Athens", "Izmir"],
    "de": ["Hamburg", "Leipzig", "Wien", "Zürich", "Graz", "Bremen", "Dresden", "Kassel"],
    "es": ["Sevilla", "Bilbao", "Bogotá", "Caracas", "Rosario", "Medellín", "Murcia"],
    "ru": ["Казань", "Самара", "Омск", "Пермь", "Воронеж", "Тюмень", "Уфа"],
}  # fmt: skip


def framed(seed: int) -> list[Article]:
    """Reports of all frames in all languages, of one week."""
    return list(_framed(random.Random(seed)))


def _framed(chance: random.Random) -> Iterator[Article]:
    for name, texts in FRAMES.items():
        for language, text in texts.items():
            for number in range(EACH):
                place, other = chance.sample(PLACES[language], 2)
                facts = {
                    "p": place, "q": other, "d": chance.choice(DAYS[language]), "k": chance.randint(12, 99),
                    "t": chance.randint(12, 99), "n": chance.randint(10, 15),
                    "m": _figure(chance.uniform(1.2, 6.8), 1, language),
                    "b": _figure(chance.randint(1000, 29000), 0, language),
                    "e": _figure(chance.uniform(1.01, 1.3), 4, language),
                }  # fmt: skip
                yield Article(
                    f"{name}/{language}/{number}", text.format(**facts), source=language,
                    published=f"2024-03-0{chance.randint(1, 7)}",
                )  # fmt: skip


def _figure(value: float, places: int, language: str) -> str:
    """A figure as a language writes it."""
    english = f"{value:,.{places}f}"
    return english if language == "en" else english.translate({ord(","): ".", ord("."): ","})
