"""Service phrases and credits, found by their wording: "Read also: ...", "Subscribe to our newsletter"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from dedup.inspect.furniture.hits import DECORATION, HEAD, Anchors, Calls, anchors, places_of
from dedup.inspect.furniture.lexicon import (
    LEAD_INS,
    SHORT_LINE,
    Lexicon,
    Pattern,
    folded_line,
    languages_known,
    signatures,
)
from dedup.inspect.furniture.matching import LETTER, Token, ends, tokens
from dedup.inspect.furniture.prose import Speech
from dedup.inspect.furniture.runs import RAW_SERVICE, furniture_runs
from dedup.inspect.languages import facts
from dedup.model import Mark
from dedup.text import words
from dedup.text.expressions import expression

LONG_SENTENCE = 60
"""Words of a sentence above which a phrase inside it says nothing about the rest."""

STRANGE = {"start": 0.41, "inside": 0.35}
"""Share of strange words (see `dedup.inspect.furniture.prose`) below which a sentence that opens with a phrase, or
holds one, is service text; with a copyright sign it is so whatever its names. Chosen on the development half of the
page sets."""

LONG_REST = 200
"""Code points a credit or a linked headline may take to the line's end."""

LONG_HEADLINE, LONG_QUESTION = 20, 12
"""Words of a linked headline, and of one that ends in a question mark and has text after it."""

SMALL_HEADLINE = 8
"""Words of one that begins with a small letter: a list of topics."""

LONG_CREDIT = 24
"""Words of a credit: names, and few others."""

LONG_NAME, LONE_NAME = 3, 0.3
"""Words of a name in a script without capitals, and what a letter of a script without spaces counts as."""

TAIL_NAME = 60
"""Code points at a line's end in which an agency may sign."""

FEW_LINES = 5
"""Fewer short lines than this are no run."""

TAIL = 600
"""The same for patterns anywhere in a sentence: one that begins further back is left alone."""

PHRASE_ROOM = 300
"""Code points that a phrase which opens a sentence may take."""

MANY_TOKENS = 200
"""Words and signs of a sentence that are looked at."""

GAP_BEFORE_CAPITAL = 3
"""Spaces after a lead-in without a sign are fewer."""

LONE_WORD = 0.4
"""Words that a letter of a script without spaces counts as in a headline."""

_DASHES = ("-", "–", "—", ":")

_Span = tuple[int, int]
_Found = tuple[int, int, str]

# Bounded, as a search begins anew at each of a run of signs.
_SENTENCE_END = expression(
    r"""[.!?…؟।۔][.!?…"'”’»)\]]{0,8}(?=\s)|[。！？][」』”）]{0,4}|(?<=\s)[|•·](?=\s)"""
)
_FULL_STOP = expression(r"""(?<![.…])[.।۔](?=["'”’»)\]]{0,3}(?:\s|$))|。""")
_SEPARATOR = expression(r"\W{0,3}?([:：>»|►▶→…–—]|(?<=\s)-(?=\s))")
_SURE_SEPARATORS = frozenset(":：|»>►▶→")
_OPENING = dict(zip("([{【［（〔〈《「『<", ")]}】］）〕〉》」』>", strict=True))
_COPYRIGHT = frozenset("©ⓒ")
_QUOTES = frozenset("\"“„«‚‘'”「『")
_PARTS = expression(r"[|•·»›>/\t]|\s[-–—]\s")
_MAYBE_PARTS = expression("[|•·»›>/\t–—-]")
_CONTINUED = expression(r"[a-z].*[^.]\.$")  # the last line of a wrapped paragraph: "share."
_BEFORE = expression(r"""[^\w(©«"“„‘\[<]*""")
_WORD = expression(f"{LETTER}+")
_FIRST_WORD = expression(rf"[\W\d_]*({LETTER}+)")
_COMPOUND = expression("[가-힣]{4}")  # two words written as one: "관련기사"
_THAI = expression("[\u0e00-\u109f\u1780-\u17ff]")  # names of many letters, in words that nobody has cut
_LIST = expression(r"[,،、/|;；&·()（）-]")
_DATELINE = expression(r"[^.!?\n]{0,60}")


def known_marks(
    text: str, paragraphs: Sequence[_Span], languages: Sequence[str] = (), found: Anchors | None = None
) -> list[Mark]:
    """Return the furniture of one article that can be told without any other article.

    Kind is ``boilerplate``, reason ``phrase`` (a service phrase), ``credit`` (agencies, photographers) or
    ``navigation`` (a run of menu lines). Marks are in order and disjoint. `paragraphs` are spans of `text`.
    All languages' phrases are looked for, as the furniture of a page need not speak its article's language;
    `languages` narrows that. `found` spares the work of `anchors` to callers who did it for a whole batch.

    >>> text = "The bridge is closed. Read also: Ferry fares rise again"
    >>> [text[m.start : m.end] for m in known_marks(text, [(0, len(text))])]
    ['Read also: Ferry fares rise again']
    """
    if found is None:
        found = anchors(words.split([text]), [text], languages)[0]
    known, sure = found.known, found.sure
    opening, signed = found.openers, found.signed
    calls = [*found.calls(text), *_signs(text, known)]
    if sure and not (calls or opening or signed):
        return []
    near = _lines_of(paragraphs, [*(at for at, _ in calls), *opening, *signed]) if sure else paragraphs
    lines = [line for paragraph in near for line in _lines(text, *paragraph)]
    spans = list(_phrases(text, lines, calls))
    openers = _lines_of(lines, opening) if sure else lines
    service = {
        line for line in openers
        if line[1] - line[0] <= known.most_points and _is_service_line(text[slice(*line)], known)
    }  # fmt: skip
    spans += [(*line, "phrase") for line in service]
    signed_lines = _lines_of(lines, signed) if sure else lines
    spans += [(*span, "credit") for span in _agencies(text, signed_lines, known)]
    covered = service | {(start, end) for start, end, _ in spans}
    if len(covered) >= RAW_SERVICE:
        lines = [line for paragraph in paragraphs for line in _lines(text, *paragraph)]
        if sum(end - start <= SHORT_LINE for start, end in lines) >= FEW_LINES:
            spans += [(*line, "navigation") for line in furniture_runs(text, lines, covered, known)]
    return [Mark("boilerplate", start, end, reason=reason) for start, end, reason in _disjoint(text, spans)]


def _lines_of(lines: Sequence[_Span], offsets: Iterable[int]) -> list[_Span]:
    """The lines, or paragraphs, in which some offsets are, each once, in order."""
    starts = [start for start, _ in lines]
    numbers = {bisect_right(starts, offset) - 1 for offset in offsets}
    return [lines[number] for number in sorted(numbers - {-1})]


def lead_ins(text: str, found: Anchors, main: str) -> list[tuple[_Span, str]]:
    """Return the lead-ins of two words and more that are in another language than `main`, and which.

    A known phrase says its language for sure, where two words by themselves would not. One that is also said
    in `main` is none; nor is one of a close language where nothing is known of what is said in `main`.

    >>> text = "The ferry sank. Читайте також: Council closes the bridge"
    >>> lead_ins(text, anchors(words.split([text]), [text])[0], "en")
    [((16, 29), 'uk')]
    """
    if all(
        facts.same(one.language, main) for hit in found.hits for one in hit.patterns if one.shape in LEAD_INS
    ):
        return []
    calls = [
        (offset, leads) for offset, patterns in found.calls(text)
        if (leads := [pattern for pattern in patterns if pattern.shape in LEAD_INS])
    ]  # fmt: skip
    spans: dict[_Span, set[str]] = {}
    for sentence, leads in _Line.sentences_of(text, _lines(text, 0, len(text)), calls):
        if all(facts.same(pattern.language, main) for pattern in leads):
            continue
        for pattern in leads:
            lead = _lead_in(sentence, pattern)
            if lead is not None and lead.several:
                spans.setdefault((lead.start, lead.end), set()).add(pattern.language)
    barred = facts.same if main in languages_known() else facts.close
    kept = [(span, codes) for span, codes in spans.items() if not any(barred(code, main) for code in codes)]
    longest = sorted(kept, key=lambda entry: (entry[0][0], -entry[0][1]))
    return [
        (span, min(codes)) for place, (span, codes) in enumerate(longest)
        if place == 0 or span[0] >= longest[place - 1][0][1]
    ]  # fmt: skip


def _lines(text: str, start: int, end: int) -> Iterator[_Span]:
    """Yield the lines of a paragraph that hold more than spaces, without the spaces around them."""
    for line in text[start:end].split("\n"):
        if body := line.strip():
            first = start + line.index(body)
            yield first, first + len(body)
        start += len(line) + 1


def _is_service_line(line: str, known: Lexicon) -> bool:
    first = _FIRST_WORD.match(line)
    short = line.count(" ") <= known.most_spaces and not _CONTINUED.match(line)
    if (
        short
        and (first is not None and first[1].casefold() in known.openers)
        and folded_line(line) in known.lines
    ):
        return True
    if not _MAYBE_PARTS.search(line):
        return False
    parts = [part for part in map(folded_line, _PARTS.split(line)) if part]
    sure = sum(part in known.lines for part in parts)
    return (
        len(parts) > 1 and sure > 0 and 2 * (sure + sum(part in known.menus for part in parts)) > len(parts)
    )


# -- phrases in sentences ----------------------------------------------------------------------------------


@dataclass
class _Sentence:
    """A sentence of a line that ends at `line_end`, with its first words and signs."""

    text: str
    start: int
    end: int
    line: _Span

    @cached_property
    def head(self) -> list[Token]:
        """The tokens of its beginning, where all but `inside` phrases lie."""
        return tokens(self.text, self.start, min(self.end, self.start + PHRASE_ROOM), MANY_TOKENS)

    @cached_property
    def own(self) -> list[Token]:
        """All its tokens, up to `MANY_TOKENS`."""
        return tokens(self.text, self.start, self.end, MANY_TOKENS)

    @cached_property
    def is_long(self) -> bool:
        full = len(self.own) == MANY_TOKENS
        return full or sum(token.kind == "word" for token in self.own) > LONG_SENTENCE

    @cached_property
    def openings(self) -> list[int]:
        """The places where a phrase that opens the sentence may begin: before or after its first signs."""
        first = next((place for place, token in enumerate(self.head) if token.is_word), len(self.head))
        return [p for p, token in enumerate(self.head[: first + 1]) if token.start - self.start <= DECORATION]

    @cached_property
    def is_quoted(self) -> bool:
        return any(token.fold in _QUOTES for token in self.head[: self.openings[-1] if self.openings else 0])


class _Line:
    """A line and its sentences."""

    def __init__(self, text: str, span: _Span) -> None:
        start, end = span
        borders = [found.end() for found in _SENTENCE_END.finditer(text, start, end)]
        self.starts = [start, *(border for border in borders if border < end)]
        self.sentences: dict[int, _Sentence] = {}
        self.text, self.span = text, span

    def sentence_at(self, offset: int) -> _Sentence:
        number = bisect_right(self.starts, offset) - 1
        if number not in self.sentences:
            following = number + 1 < len(self.starts)
            end = self.starts[number + 1] if following else self.span[1]
            self.sentences[number] = _Sentence(self.text, self.starts[number], end, self.span)
        return self.sentences[number]

    @staticmethod
    def sentences_of(
        text: str, lines: Iterable[_Span], found: Sequence[tuple[int, Sequence[Pattern]]]
    ) -> Iterator[tuple[_Sentence, list[Pattern]]]:
        """Yield each sentence that holds anchors, with the patterns that they call for."""
        spans = list(lines)
        starts = [span[0] for span in spans]
        by_line: dict[int, _Line] = {}
        called: dict[tuple[int, int], tuple[_Sentence, dict[int, Pattern]]] = {}
        for offset, patterns in found:
            number = bisect_right(starts, offset) - 1
            if number < 0 or offset >= spans[number][1]:
                continue
            if number not in by_line:
                by_line[number] = _Line(text, spans[number])
            sentence = by_line[number].sentence_at(offset)
            _, own = called.setdefault((number, sentence.start), (sentence, {}))
            for pattern in patterns:
                if offset - sentence.start <= (TAIL if pattern.shape == "inside" else HEAD):
                    own[id(pattern)] = pattern
        for sentence, own in called.values():
            yield sentence, list(own.values())


def _phrases(text: str, lines: Sequence[_Span], found: Calls) -> Iterator[_Found]:
    for sentence, patterns in _Line.sentences_of(text, lines, found):
        for pattern in patterns:
            span = _span_of(sentence, pattern)
            if span is not None:
                yield (*_tight(text, *span), "credit" if pattern.shape == "credit" else "phrase")


def _signs(text: str, known: Lexicon) -> Iterator[tuple[int, Sequence[Pattern]]]:
    for sign, patterns in known.signs.items():
        yield from ((at, patterns) for at in places_of(text, sign))


def _span_of(sentence: _Sentence, pattern: Pattern) -> _Span | None:
    """Return what a pattern takes of a sentence or its line; None if nothing."""
    if pattern.shape in LEAD_INS:
        lead = _lead_in(sentence, pattern)
        return None if lead is None else _linked(sentence, lead, pattern.speech)
    if sentence.is_quoted:
        return None
    place = _holds(sentence, pattern) if pattern.shape == "inside" else _end_of(sentence, pattern)
    if not place:
        return None
    speech = pattern.speech
    if pattern.shape == "credit":
        return _credit(sentence, sentence.head[place - 1].end, speech)
    if sentence.is_long or speech.tells(sentence.own):
        return None
    signed = any(token.fold in _COPYRIGHT for token in sentence.head[:place])
    if not signed and speech.strange(sentence.own) >= STRANGE[pattern.shape]:
        return None
    return sentence.start, sentence.end


def _holds(sentence: _Sentence, pattern: Pattern) -> bool:
    """Whether a phrase is anywhere in a sentence of bearable length."""
    return not sentence.is_long and any(
        ends(pattern.elements, sentence.own, place) for place in range(len(sentence.own))
    )


def _end_of(sentence: _Sentence, pattern: Pattern) -> int | None:
    """Return the place after the phrase that opens a sentence, the furthest; None if none does."""
    found = [end for place in sentence.openings for end in ends(pattern.elements, sentence.head, place)]
    return max(found, default=None)


@dataclass(frozen=True)
class _LeadIn:
    """The words of a lead-in, what separates them from a link, and whether it is more than one word, or a compound."""

    start: int
    end: int
    separator: str
    several: bool
    bracket: str


def _lead_in(sentence: _Sentence, pattern: Pattern) -> _LeadIn | None:
    """Return the lead-in that opens a sentence, if a separator or the line's end follows; or a capital (`headline`)."""
    for opening in sentence.openings:
        for place in sorted(ends(pattern.elements, sentence.head, opening), reverse=True):
            own = [token for token in sentence.head[opening:place] if token.is_word]
            before = [token.fold for token in sentence.head if token.start < own[0].start]
            bracket = next((_OPENING[sign] for sign in before if sign in _OPENING), "")
            end = sentence.head[place - 1].end
            separator = _separator(sentence, end, bracket, pattern.shape == "headline")
            if separator is not None:
                several = len(own) > (2 if own[0].kind == "lone" else 1)
                several = several or _COMPOUND.match(sentence.text, own[0].start) is not None
                return _LeadIn(own[0].start, end, separator, several, bracket)
    return None


def _separator(sentence: _Sentence, end: int, bracket: str, before_capital: bool) -> str | None:
    """Return the sign after a lead-in; "" where the line ends, or where a capital follows that may do without."""
    line_end = sentence.line[1]
    sign = _SEPARATOR.match(sentence.text, end, line_end)
    if sign:
        return sign[1]
    following = _WORD.search(sentence.text, end, line_end)
    between = sentence.text[end : following.start() if following else line_end].strip()
    if bracket and between.startswith(bracket):
        return bracket
    if following is None:
        return ""
    bare = before_capital and not between.strip("\"'“«„‘(") and following.start() - end < GAP_BEFORE_CAPITAL
    first = following[0][0]
    return "" if bare and (first.isdigit() or (first.isalpha() and not first.islower())) else None


def _linked(sentence: _Sentence, lead: _LeadIn, speech: Speech) -> _Span | None:
    """Return a lead-in with its linked headline; alone where what follows reads as prose."""
    text, line_start = sentence.text, sentence.line[0]
    end = _bracketed(sentence, lead)
    rest = text[lead.end : min(end, lead.end + LONG_REST + 1)].strip()
    if not _WORD.search(rest):
        return None if sentence.start > line_start and not lead.several else (sentence.start, end)
    if len(rest) <= LONG_REST and _reads_as_headline(rest, LONG_HEADLINE):
        return None if not lead.separator and speech.tells(tokens(rest)) else (sentence.start, end)
    own = text[lead.end : sentence.end].strip()
    if own[-1:] in "?!" and _reads_as_headline(own, LONG_QUESTION) and not speech.tells(tokens(own)):
        return sentence.start, sentence.end
    if not lead.several or _goes_on(rest):
        return None
    if lead.separator in _SURE_SEPARATORS:
        return sentence.start, text.index(lead.separator, lead.end) + 1
    return None if lead.separator else (sentence.start, lead.end)


def _bracketed(sentence: _Sentence, lead: _LeadIn) -> int:
    """Return where the line ends, or the brackets that a lead-in stands in with its link."""
    if not lead.bracket or lead.separator == lead.bracket:
        return sentence.line[1]
    closing = sentence.text.find(lead.bracket, lead.end, sentence.line[1])
    return sentence.line[1] if closing < 0 else closing + 1


def _reads_as_headline(rest: str, most: int) -> bool:
    if _FULL_STOP.search(rest):
        return False
    found = [token for token in tokens(rest, limit=MANY_TOKENS) if token.is_word]
    width = sum(1 if token.kind == "word" else LONE_WORD for token in found)
    return width <= min(most, SMALL_HEADLINE if _goes_on(rest) else most)


def _goes_on(rest: str) -> bool:
    """Whether what follows a lead-in begins with a small letter, as the rest of a sentence does."""
    first = _WORD.search(rest)
    return first is not None and first[0][0].islower()


def _credit(sentence: _Sentence, phrase_end: int, speech: Speech) -> _Span | None:
    """Return the line of a credit, or what its brackets hold, if that is names and known words only."""
    text, start, line_end = sentence.text, sentence.start, sentence.line[1]
    end = _credit_end(text, start, line_end)
    if line_end - start > LONG_REST or not _SPOKEN.isdisjoint(text[phrase_end:end]):
        return None
    named = [token for token in tokens(text, phrase_end, end) if token.is_word]
    if len(named) > LONG_CREDIT or speech.tells(named) or _is_told(text, named, speech):
        return None
    return None if any(_is_common(token, speech, text) for token in named) else (start, end)


_SPOKEN = frozenset("?!？！؟。।۔")
"""What ends a sentence and is no dot: names are not followed by it, but "记者：谁签的字？" is a reporter's question."""


def _is_told(text: str, named: Sequence[Token], speech: Speech) -> bool:
    """Whether words in a script without capitals are too many beside each other to be somebody's name."""
    count, before = 0.0, 0
    for token in named:
        if before and _LIST.search(text, before, token.start):
            count = 0.0
        before = token.end
        count += _name_width(text, token, speech)
        if count > LONG_NAME:
            return True
    return False


def _name_width(text: str, token: Token, speech: Speech) -> float:
    """What a word counts as in a name; nothing where it is known, or its script has capitals."""
    first, known = text[token.start], speech.knows(token)
    if token.kind == "lone":
        return 0.0 if known or _THAI.match(first) else LONE_NAME
    return float(not known and first.isalpha() and first.lower() == first.upper())


def _is_common(token: Token, speech: Speech, text: str) -> bool:
    """Whether a word is neither a name nor known, nor part of an address ("reuters.com", "@harbour")."""
    if token.capital or speech.knows(token) is not False:
        return False
    beside = text[token.start - 1 : token.start] + text[token.end : token.end + 1]
    return not any(c in "./@_-" for c in beside.rstrip("."))


def _credit_end(text: str, start: int, end: int) -> int:
    opening = text.find("(", start, start + 4)
    closing = text.find(")", start, end) if opening >= 0 else -1
    return end if closing < 0 else closing + 1


def _tight(text: str, start: int, end: int) -> _Span:
    first = _BEFORE.match(text, start, end)
    start = start if first is None or first.end() >= end else first.end()
    return start, start + len(text[start:end].rstrip())


def _agencies(text: str, lines: Sequence[_Span], known: Lexicon) -> Iterator[_Span]:
    """Yield agencies that sign a dateline or a line's end: "HARROW (Reuters) -", "(AP)", "— AFP"."""
    if not lines:
        return
    bracketed, signing = signatures(known.agencies)
    for start, end in lines:
        for name in bracketed.finditer(text, start, end):
            rest = text[name.end() : end].lstrip()
            dateline = rest[:1] in _DASHES and _DATELINE.fullmatch(text, start, name.start())
            if dateline or not _WORD.search(rest):
                yield name.span()
        if text[max(start, end - 4) : end].rstrip(". ")[-2:] in known.signers:
            signed = signing.search(text, max(start, end - TAIL_NAME), end)
            if signed and (signed.start(1) == start or signed.start() > start):
                yield signed.span(1)


def _disjoint(text: str, found: list[_Found]) -> Iterator[_Found]:
    """Join what overlaps, or has one reason and only signs between on a line; the first reason stays."""
    joined: list[_Found] = []
    for start, end, reason in sorted(found, key=lambda span: (span[0], span[2] == "navigation", -span[1])):
        if joined and (start < joined[-1][1] or _side_by_side(text, joined[-1], start, reason)):
            first, last, why = joined.pop()
            joined.append((first, max(last, end), why))
        else:
            joined.append((start, end, reason))
    yield from joined


def _side_by_side(text: str, before: _Found, start: int, reason: str) -> bool:
    between = text[before[1] : start]
    return before[2] == reason and "\n" not in between and not _WORD.search(between)
