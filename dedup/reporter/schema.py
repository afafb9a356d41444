"""The JSON Schema of a report, told from the classes that reports are made of."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from dedup.classes import LEDGER
from dedup.model import ArticleReport, Ledger
from dedup.verdict.codec import to_dict

DIALECT = "https://json-schema.org/draft/2020-12/schema"

SAYS = {
    "ArticleReport.schema": "Version of this format.",
    "ArticleReport.id": "Id of the article.",
    "ArticleReport.source": "Outlet or feed; empty where unknown.",
    "ArticleReport.published": "ISO 8601 in UTC; null where undated.",
    "ArticleReport.language": "Main language, ISO 639-1; null where it could not be told.",
    "ArticleReport.words": "Words of the text: the sum of the ledger.",
    "ArticleReport.originality": "Share of the judged words that nothing earlier accounts for; null if none is.",
    "ArticleReport.ledger": "Words by class: each word is in exactly one.",
    "ArticleReport.sources": "Articles that words were taken from, the largest share first.",
    "ArticleReport.findings": "Passages that are not its own; offsets are code points of its text, half open.",
    "ArticleReport.title": "Headline, where the record has one.",
    "ArticleReport.url": "Address, where the record has one.",
    "ArticleReport.path": "File that the article was read from.",
    "ArticleReport.record": "Number of the record in that file, from 1.",
    "ArticleReport.extra": "The record's other keys, untouched.",
    "ArticleReport.revision": "How many times the article came before with another text.",
    "ArticleReport.judged": "What the verdict rests on.",
    "ArticleReport.credits": "Agencies that the article names as its own sources.",
    "ArticleReport.story": "The story that the article belongs to, and its part in it.",
    "ArticleReport.update_of": "The earlier article of its outlet that it updates, or the version replaced; in words.",
    "ArticleReport.title_match": "An earlier article of another source with its title, or nearly; counts nowhere.",
    "ArticleReport.bounded": "What was not looked at to its end, so that more may have been taken.",
    "TitleMatch.changed": "Words swapped, put in or left out.",
    "ArticleReport.translated": "What looked for translations, or for which language it could not.",
    "Finding.anchors": "Names and figures that agree: [start, end, match_start, match_end] each.",
    "Finding.evidence": "What the anchors say.",
    "Match.language": "Language of the source of a translation.",
    "Judged.words": "Words that originality counts.",
    "Judged.against": "How many other articles it was compared with: all earlier ones, and the reference.",
    "Judged.undated": "Whether the order of the input decided who was first, for want of dates.",
    "SourceShare.words": "Words of the ledger that come from it.",
    "Finding.kind": "Class of its words; obfuscated is no class: such text is matched like any other.",
    "Finding.paragraph": "Number of the paragraph, from 0.",
    "Finding.start": "First code point of the passage.",
    "Finding.end": "Code point after the passage.",
    "Finding.words": "Words that begin in the passage.",
    "Finding.match": "The earliest article that has the passage, and how the two align.",
    "Finding.copies": "How many other articles have the passage.",
    "Finding.language": "Language of a foreign passage.",
    "Finding.confidence": "How sure the language is, 0 to 1.",
    "Finding.reason": "What gave it away.",
    "Finding.hides": "What disguised letters say.",
    "Finding.changes": "What differs in a reworded passage: [start, end, match_start, match_end] each.",
    "Match.paragraph": "Number of its paragraph, from 0.",
    "Match.jaccard": "Jaccard similarity of the two paragraphs' shingles.",
    "Match.containment": "Share of this paragraph's shingles that the matched one has.",
    "Match.spans": "Aligned verbatim runs: [start, end, match_start, match_end] each.",
}  # fmt: skip
"""What keys mean, by class and name. Those that say it by their name have no sentence."""

_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def report_schema() -> dict[str, Any]:
    """The schema of one report: of a line of `dedup scan`, and of what `dedup serve` answers.

    >>> report_schema()["properties"]["words"]
    {'type': 'integer', 'description': 'Words of the text: the sum of the ledger.'}
    """
    schema = _object(ArticleReport)
    least = to_dict(ArticleReport("", "", None, None, 0, None, Ledger()))
    schema["required"] = list(least)
    # In the order of a written report.
    order = [*least, *(name for name in schema["properties"] if name not in least)]
    schema["properties"] = {name: schema["properties"][name] for name in order}
    schema["properties"]["ledger"]["properties"] = {
        name: {"type": "integer", "minimum": 0, "description": one.meaning} for name, one in LEDGER.items()
    }
    return {"$schema": DIALECT, "title": "Report of an article", **schema}


def _object(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    optional = {
        one.name for one in fields(kind) if one.default is not MISSING or one.default_factory is not MISSING
    }
    return {
        "type": "object",
        "properties": {
            name: {**_value(_there(hints[name]) if name in optional else hints[name]), **_said(kind, name)}
            for name in (one.name for one in fields(kind))
        },
        "required": [one.name for one in fields(kind) if one.name not in optional],
    }


def _there(hint: Any) -> Any:
    """The type of a key that is written only where it has a value."""
    left = [part for part in get_args(hint) if part is not NoneType]
    return left[0] if get_origin(hint) in (Union, UnionType) and len(left) == 1 else hint


def _said(kind: type, name: str) -> dict[str, str]:
    says = SAYS.get(f"{kind.__name__}.{name}")
    return {"description": says} if says else {}


def _value(hint: Any) -> dict[str, Any]:
    """The schema of a value of this type."""
    origin, parts = get_origin(hint), get_args(hint)
    if hint in _TYPES:
        return {"type": _TYPES[hint]}
    if is_dataclass(hint) and isinstance(hint, type):
        return _object(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (Union, UnionType):
        return {"type": [_value(part)["type"] for part in parts]}
    if origin is tuple:
        if parts[-1] is Ellipsis:
            return {"type": "array", "items": _value(parts[0])}
        return {"type": "array", "items": _value(parts[0]), "minItems": len(parts), "maxItems": len(parts)}
    return {"type": "object"}
