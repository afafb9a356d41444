"""The verdict: one sentence in plain words that says what was measured in an article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dedup.model import ArticleReport, Finding
from dedup.reporter.percentages import percentages

LANGUAGES = {
    "af": "Afrikaans", "am": "Amharic", "ar": "Arabic", "az": "Azerbaijani", "be": "Belarusian",
    "bg": "Bulgarian", "bn": "Bengali", "bs": "Bosnian", "ca": "Catalan", "cs": "Czech", "cy": "Welsh",
    "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian",
    "eu": "Basque", "fa": "Persian", "fi": "Finnish", "fr": "French", "ga": "Irish", "gl": "Galician",
    "gu": "Gujarati", "ha": "Hausa", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "is": "Icelandic", "it": "Italian", "ja": "Japanese",
    "ka": "Georgian", "kk": "Kazakh", "km": "Khmer", "ko": "Korean", "ky": "Kyrgyz", "lo": "Lao",
    "lt": "Lithuanian", "lv": "Latvian", "mk": "Macedonian", "ml": "Malayalam", "mn": "Mongolian",
    "mr": "Marathi", "ms": "Malay", "my": "Burmese", "ne": "Nepali", "nl": "Dutch", "no": "Norwegian",
    "nb": "Norwegian", "nn": "Norwegian", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "si": "Sinhala", "sk": "Slovak",
    "sl": "Slovenian", "so": "Somali", "sq": "Albanian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili",
    "ta": "Tamil", "te": "Telugu", "tg": "Tajik", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "uz": "Uzbek", "vi": "Vietnamese", "yo": "Yoruba", "zh": "Chinese",
}  # fmt: skip

LINE = 15
"""Words up to which a foreign stretch is called a line."""

_TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}


def verdict(report: ArticleReport) -> str:
    """Say in one sentence where an article's words come from.

    It names what was found, in this order: what was taken and from how many earlier articles, what was translated,
    repeats, quotes, foreign passages, templates, furniture, disguised words, what is left as its own. Where the order
    of the input decided who was first, it says so, and accuses nobody.

    >>> from dedup.model import ArticleReport, Ledger
    >>> verdict(ArticleReport("a", "bbc", None, "en", 40, 1.0, Ledger(original=40)))
    'Nothing earlier accounts for any of its 40 words.'
    """
    if not report.words:
        return "It holds no words."
    clauses = [
        _taken(report),
        _translated(report),
        *_repeats(report),
        _count(report.ledger.quoted, "word") + " quoted" if report.ledger.quoted else "",
        *_foreign(report),
        _count(report.ledger.template, "word") + " of a template" if report.ledger.template else "",
        *_furniture(report),
        *_disguised(report),
        _own(report),
    ]
    sentence = "; ".join(clause for clause in clauses if clause) + "."
    return sentence[0].upper() + sentence[1:]


def basis(report: ArticleReport) -> str:
    """What the score is a share of, where that is not all words; else an empty string.

    >>> from dedup.model import ArticleReport, Ledger
    >>> basis(ArticleReport("a", "bbc", None, "en", 90, 0.5, Ledger(original=20, recycled=20, boilerplate=50)))
    '20 of 40 judged words'
    """
    ledger = report.ledger
    return (
        ""
        if ledger.judged == report.words
        else f"{ledger.original:,} of {_count(ledger.judged, 'judged word')}"
    )


class Note(NamedTuple):
    """Something that a report says beside the ledger: words around the id of another article, "" if there is none, and
    that article's source."""

    before: str
    other: str
    after: str
    source: str


def beside(report: ArticleReport) -> list[Note]:
    """What else a report says: what the article updates, whose title it has, whom it credits, and whether it may be a
    translation that nothing looked for.

    >>> from dedup.model import ArticleReport, Ledger, UpdateOf
    >>> update = UpdateOf("a", added=20, deleted=1, changed=0)
    >>> "".join(beside(ArticleReport("b", "bbc", None, "en", 0, None, Ledger(), update_of=update))[0][:-1])
    'Updates a: 20 words added, 1 word deleted.'
    """
    found = []
    if update := report.update_of:
        counts = (("added", update.added), ("deleted", update.deleted), ("changed", update.changed))
        said = ", ".join(f"{_count(number, 'word')} {kind}" for kind, number in counts if number)
        replaced = "Replaces another version of " if update.id == report.id else "Updates "
        found.append(Note(replaced, update.id, f": {said or 'the same words'}.", report.source))
    if title := report.title_match:
        place = ", ".join(part for part in (title.source, title.published) if part)
        said = f", but for {_count(title.changed, 'word')}" if title.changed else ""
        found.append(
            Note("Has the title of ", title.id, f"{f' ({place})' if place else ''}{said}.", title.source)
        )
    if report.credits:
        found.append(Note(f"Credits {', '.join(report.credits)}.", "", "", ""))
    if (report.translated or "").startswith("not for "):
        unknown = language_name(report.language) if report.language else "its language"
        found.append(
            Note(f"Translations were not looked for: the encoder does not know {unknown}.", "", "", "")
        )
    return found


def compared(against: int) -> str:
    """With how many others something was compared.

    >>> compared(0), compared(1)
    ('compared with 0 other articles', 'compared with 1 other article')
    """
    return f"compared with {_count(against, 'other article')}"


BY_ORDER = "undated: the order of the input decided who was first"
"""What is said where dates do not tell who took from whom."""


def language_name(code: str | None) -> str:
    """English name of a language code, the code itself where unknown.

    >>> language_name("ru"), language_name("sr-Latn"), language_name("xx"), language_name(None)
    ('Russian', 'Serbian', 'xx', 'foreign')
    """
    if not code:
        return "foreign"
    return LANGUAGES.get(code.replace("_", "-").split("-")[0].lower(), code)


def _taken(report: ArticleReport) -> str:
    ledger, words = report.ledger, report.words
    others, own_story = ledger.recycled + ledger.reworded, ledger.carried_over
    taken = others + own_story
    if not taken:
        nothing_else = taken == words - ledger.original
        return _nothing(report) if nothing_else else ""
    sources = len(_matched(report)) or 1
    share = f"{_percent(taken, words)} of {_count(words, 'word')}"
    if report.judged is not None and report.judged.undated:
        other = f"another article ({_place(report)})" if sources == 1 else f"{sources} other articles"
        return f"In common with {other}: {share} ({BY_ORDER})"
    earlier = "an earlier article" if sources == 1 else f"{sources} earlier articles"
    if own_story > others:
        return f"Carried over from {earlier} of its own source: {share}"
    if 2 * taken < words:
        return f"Partly taken from {earlier}: {share}"
    if sources > 1:
        return f"Stitched from {earlier}: {share}"
    verb = "Reworded" if ledger.reworded > ledger.recycled else "Copied"
    return f"{verb} from {earlier} ({_place(report)}): {share}"


def _translated(report: ArticleReport) -> str:
    if not report.ledger.translated:
        return ""
    matches = [one.match for one in report.findings if one.match and one.kind == "translated"]
    sources = list(dict.fromkeys(match.id for match in matches))
    languages = {language_name(match.language) for match in matches}
    which = f"an earlier {next(iter(languages))} article" if len(languages) == 1 else "an earlier article"
    if len(sources) > 1:
        which = f"{len(sources)} earlier articles in other languages"
    place = f" ({sources[0]})" if len(sources) == 1 else ""
    share = f"{_percent(report.ledger.translated, report.words)} of {_count(report.words, 'word')}"
    return f"translated from {which}{place}: {share}"


def _nothing(report: ArticleReport) -> str:
    said = f"Nothing earlier accounts for any of its {_count(report.words, 'word')}"
    alone = report.judged is not None and not report.judged.against
    return f"{said} ({compared(0)})" if alone else said


def _matched(report: ArticleReport) -> Sequence[str]:
    """Ids of the articles that words were taken from, in the order of the text; quotes are no taking."""
    taking = ("recycled", "reworded", "carried_over")
    ids = (found.match.id for found in report.findings if found.match and found.kind in taking)
    return list(dict.fromkeys(ids))


def _place(report: ArticleReport) -> str:
    ids = _matched(report)
    return ids[0] if ids else "unnamed"


def _repeats(report: ArticleReport) -> Iterable[str]:
    if not report.ledger.repeated:
        return
    # The first paragraph is the headline, as far as a plain text can say, where it is short.
    said = [found for found in report.findings if found.kind == "repeated"]
    heads = [found for found in said if _says_headline(found)]
    if heads:
        times = _TIMES.get(len(heads) + 1, f"{len(heads) + 1} times")
        yield f"headline {times}"
    rest = [found for found in said if not _says_headline(found)]
    if rest:
        again = "passage" if len(rest) == 1 else "passages"
        yield f"{len(rest)} {again} said again ({_count(sum(found.words for found in rest), 'word')})"


def _says_headline(found: Finding) -> bool:
    return bool(found.match and found.match.paragraph == 0 and found.match.start == 0 and found.words <= 30)


def _foreign(report: ArticleReport) -> Iterable[str]:
    if not report.ledger.foreign:
        return
    furniture = [(f.start, f.end) for f in report.findings if f.kind == "boilerplate"]
    groups: dict[str, list[Finding]] = {}
    for found in report.findings:
        if found.kind == "foreign":
            groups.setdefault(language_name(found.language), []).append(found)
    for name, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        yield _count(len(group), f"{name} {_noun(group, furniture)}")


def _noun(group: Sequence[Finding], furniture: Sequence[tuple[int, int]]) -> str:
    """What to call foreign stretches: the plainest word that is true of all of them."""
    if all(any(start < found.end and found.start < end for start, end in furniture) for found in group):
        return "service line"
    return "line" if all(found.words <= LINE for found in group) else "passage"


def _furniture(report: ArticleReport) -> Iterable[str]:
    if report.ledger.boilerplate:
        yield f"{_count(report.ledger.boilerplate, 'word')} of site furniture"


def _disguised(report: ArticleReport) -> Iterable[str]:
    reasons = [found.reason for found in report.findings if found.kind == "obfuscated"]
    broken = reasons.count("mojibake")
    if len(reasons) > broken:
        yield f"disguised letters in {_count(len(reasons) - broken, 'place')}"
    if broken:
        yield f"broken encoding in {_count(broken, 'place')}"


def _own(report: ArticleReport) -> str:
    own = report.ledger.original
    if own == report.words:
        return ""
    if not own:
        return "no word is its own"
    return f"{_count(own, 'word')} {'is' if own == 1 else 'are'} its own"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _percent(part: int, whole: int) -> str:
    """Never 0 % for something, never 100 % for less than all."""
    return f"{min(max(percentages([part, whole - part])[0], 1), 99 if part < whole else 100)} %"
