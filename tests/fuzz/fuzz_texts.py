"""Texts and feeds from seeds: news that nobody wrote, what has made trouble, and copies of both with places changed."""

from __future__ import annotations

import random
from typing import Any

PIECES = (
    '{"text": "', '"}', "\n", "\r", "\n\n", "<item><title>", "</item>", '<?xml version="1.0" encoding="utf-4"?>',
    "<rss>", "text,id\r", '"', 'a","b', "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99999\r\n\r\n",
    "[" * 300, "]" * 300, "\0", "\ufeff", "\u200b", "\u202e", "\x1b[2J", "\ud800", "“", "”", "»", "«", "!", "a b ",
    "Read also: ", "<a ", "&#x110000;", "e\u0301\u0323", "а", "ｗ", "١٢", "中文", "ไทย", "1e999", "9999-12-31",
    "\u2028", "\U0010ffff", "- ", "|", "{{", "ﬁ",
)  # fmt: skip
FEW = "the council voted on monday to close old bridge before winter in harrow said mayor 12 co2 per cent".split()
MANY = """
    harbour council ferry winter bridge mayor island engine report budget school nurse farmer orchard copper mine
    railway station river flood market price bread flour lantern tower bell church teacher strike union driver
    captain sailor letter parcel village mountain forest fire smoke rescue helicopter doctor medicine hospital road
    tunnel snow frost plum harvest cattle lamb butter creamery theatre concert violin painter museum thief police
    judge court verdict election ballot promise speech minister border customs cargo crane warehouse anchor 4 17 2024
    said told asked found lost opened closed carried counted repaired painted promised refused crossed waited wrote
    quickly slowly yesterday tomorrow early late northern southern wooden broken empty crowded quiet famous former
    with without near behind under after before because although while their several seven twelve forty hundred
    Harrow Vellin Penrow Tarnwick Krill Anna Okafor Dr. Smith's co-op 3.5 £12m G7 per cent of the in a to and was
""".split()
STANDING = (
    "Read also: The ferry sails twice a week.", "Sign up for our newsletter.", "(Reuters) -", "By Anna Okafor",
    "Copyright 2024 The Vellin Herald. All rights reserved.", "Share on Facebook", "HARROW, March 1 (AP) —",
    "Photo: Vellin/NKA", "Подпишитесь на нашу рассылку новостей.", "– dpa/afp", "UPDATE 2-", "CORRECTION:",
)  # fmt: skip
FOREIGN = (
    "Der Rat stimmte am Montag dafür, die alte Brücke vor dem Winter zu schließen.",
    "Le conseil a voté lundi la fermeture du vieux pont avant l'hiver, a déclaré la maire.",
    "El consejo votó el lunes cerrar el viejo puente antes del invierno, dijo la alcaldesa.",
    "O conselho votou na segunda-feira o encerramento da velha ponte antes do inverno.",
    "Rada zagłosowała w poniedziałek za zamknięciem starego mostu przed zimą.",
    "Совет проголосовал в понедельник за закрытие старого моста до наступления зимы.",
    "Рада проголосувала в понеділок за закриття старого мосту до зими.",
    "صوت المجلس يوم الاثنين على إغلاق الجسر القديم قبل الشتاء.",
    "המועצה הצביעה ביום שני על סגירת הגשר הישן לפני החורף.",
    "市议会星期一投票决定在冬季之前关闭旧桥。", "市議会は月曜日、冬の前に古い橋を閉鎖することを決めた。",
    "สภาลงมติเมื่อวันจันทร์ให้ปิดสะพานเก่าก่อนฤดูหนาว", "परिषद ने सोमवार को पुराने पुल को बंद करने के लिए मतदान किया।",
    "Belediye meclisi pazartesi günü eski köprünün kıştan önce kapatılmasına karar verdi.",
    "Το συμβούλιο ψήφισε τη Δευτέρα να κλείσει την παλιά γέφυρα πριν από τον χειμώνα.",
    "시의회는 월요일 겨울이 오기 전에 낡은 다리를 폐쇄하기로 결정했다.",
)  # fmt: skip
DAYS = (
    None, "2024-03-01T00:00:00Z", "2024-03-01T00:00:00Z", "2024-03-02T07:30:00Z", "2024-03-09T00:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z",
)  # fmt: skip
NEAR = 10
"""Articles of one neighbourhood, whose copies are mostly of each other."""


def text(rng: random.Random, parts_at_most: int = 60) -> str:
    """Words and pieces that have made trouble, here or elsewhere."""
    parts: list[str] = []
    for _ in range(rng.randint(0, parts_at_most)):
        roll = rng.random()
        if roll < 0.6:
            parts.append(
                " ".join(rng.choices(FEW, k=rng.randint(1, 12))) + rng.choice((" ", ". ", "\n", "\n\n"))
            )
        elif roll < 0.9:
            parts.append(rng.choice(PIECES) * rng.choice((1, 1, 1, 2, 40)))
        else:
            parts.append(chr(rng.randrange(0x3000 if rng.random() < 0.8 else 0x110000)))
    return "".join(parts)


def news(rng: random.Random) -> str:
    """Some paragraphs that look like news: sentences, quotations, standing lines, other languages."""
    return "\n\n".join(
        " ".join(_sentence(rng) for _ in range(rng.choice((1, 1, 2, 4))))
        for _ in range(rng.choice((1, 2, 3, 5)))
    )


def _sentence(rng: random.Random) -> str:
    roll = rng.random()
    if roll < 0.05:
        return rng.choice(STANDING)
    if roll < 0.12:
        return rng.choice(FOREIGN)
    words = " ".join(rng.choices(MANY, k=rng.randint(4, 24)))
    if roll < 0.2:
        return f"“{words},” said Anna Okafor."
    if roll < 0.23:
        return f"{words} {rng.choice(FOREIGN)[: rng.randint(1, 60)]} {rng.choice(MANY)}"
    return f"The {words}."


def mutated(rng: random.Random, given: str) -> str:
    """A copy with some places changed."""
    letters = list(given)
    for _ in range(rng.randint(0, 6)):
        at = rng.randint(0, len(letters))
        letters[at : at + rng.randint(0, 9)] = rng.choice(PIECES)
    return "".join(letters)


def rewritten(rng: random.Random, given: str, other: str) -> str:
    """A copy as newsrooms make them: cut, in another order, with other words, spliced into another text."""
    parts = given.split("\n\n")
    roll = rng.random()
    if roll < 0.25:
        rng.shuffle(parts)
        return "\n\n".join(parts + other.split("\n\n")[:2])
    if roll < 0.4:
        return f"{other}\n\n{rng.choice(parts)}"
    words = given.split(" ")
    if roll < 0.6:
        start = rng.randint(0, len(words))
        return " ".join(words[start : start + rng.randint(1, 80)])
    every = rng.randint(3, 12)
    return " ".join(rng.choice(MANY) if rng.randrange(every) == 0 else word for word in words)


def article(seed: int, number: int) -> dict[str, Any]:
    """The values of one article of a feed; of any ten that follow each other, six are news of their own."""
    rng = random.Random(f"article {seed} {number}")
    if number % NEAR < NEAR * 0.6:
        body = _own(seed, number)
    else:
        body, other = (_own(seed, _neighbour(rng, number)) for _ in range(2))
        body = mutated(rng, body) if rng.random() < 0.5 else rewritten(rng, body, other)
    return {
        "id": str(number),
        "text": body,
        "source": rng.choice("abcdef"),
        "published": rng.choice(DAYS),
        "title": rng.choice(("", "", body[:60], _sentence(rng))),
    }


def _own(seed: int, number: int) -> str:
    """The text of an article that copies nobody; in one feed of four all are made of few words and odd pieces."""
    rng = random.Random(f"text {seed} {number}")
    if seed % 4 == 0 or rng.random() < 0.15:
        return text(rng, rng.choice((3, 12, 60)))
    return news(rng)


def _neighbour(rng: random.Random, number: int) -> int:
    """An article that is no copy, mostly one of the same ten."""
    place = number // NEAR if rng.random() < 0.8 else rng.randint(0, number // NEAR)
    return place * NEAR + rng.randrange(int(NEAR * 0.6))
