"""A report as JSON and back: what people read (schema 2, or 1 from before) and what an index keeps.

Their fields have the names and the order of those in `dedup.model`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import orjson

from dedup.model import (
    ArticleReport,
    Finding,
    Json,
    Judged,
    Ledger,
    Match,
    SourceShare,
    StoryPart,
    TitleMatch,
    UpdateOf,
)

T = TypeVar("T")


# -- for people ----------------------------------------------------------------------------------------------------


def to_dict(report: ArticleReport, *, with_record: bool = True) -> dict[str, Any]:
    """The report as JSON values: dicts, lists, strings and numbers.

    `title`, `url`, `path`, `record`, `extra`, `revision`, `judged`, `credits`, `update_of`, `title_match`, `story` and
    `bounded` are there only where the article has them; `path`, `record` and `extra`, which its own record has as
    well, only `with_record`.

    >>> to_dict(ArticleReport("a", "bbc", None, "en", 0, None, Ledger()))["source"]
    'bbc'
    """
    value: dict[str, Any] = {
        "schema": report.schema, "id": report.id, "source": report.source, "published": report.published,
        "language": report.language, "words": report.words, "originality": report.originality,
        "ledger": _ledger(report.ledger), "sources": [_share(one) for one in report.sources],
        "findings": [_finding(one) for one in report.findings],
    }  # fmt: skip
    if report.title:
        value["title"] = report.title
    if report.url:
        value["url"] = report.url
    if report.path and with_record:
        value["path"] = report.path
    if report.record and with_record:
        value["record"] = report.record
    if report.extra and with_record:
        value["extra"] = report.extra
    if report.revision:
        value["revision"] = report.revision
    if report.judged is not None:
        value["judged"] = _judged(report.judged)
    if report.translated is not None:
        value["translated"] = report.translated
    if report.credits:
        value["credits"] = report.credits
    if report.update_of is not None:
        value["update_of"] = _update(report.update_of)
    if report.title_match is not None:
        value["title_match"] = _title(report.title_match)
    if report.story is not None:
        value["story"] = {"id": report.story.id, "role": report.story.role}
    if report.bounded:
        value["bounded"] = report.bounded
    return value


# Written out: `asdict` takes ten times as long, and orjson six times as long for classes with slots as for dicts.


def _ledger(ledger: Ledger) -> dict[str, int]:
    return {
        "original": ledger.original, "quoted": ledger.quoted, "recycled": ledger.recycled, "reworded": ledger.reworded,
        "carried_over": ledger.carried_over, "repeated": ledger.repeated, "template": ledger.template,
        "boilerplate": ledger.boilerplate, "foreign": ledger.foreign, "translated": ledger.translated,
    }  # fmt: skip


def _share(share: SourceShare) -> dict[str, Any]:
    return {"id": share.id, "source": share.source, "published": share.published, "words": share.words}


def _judged(judged: Judged) -> dict[str, Any]:
    return {"words": judged.words, "against": judged.against, "undated": judged.undated}


def _update(one: UpdateOf) -> dict[str, Any]:
    return {"id": one.id, "added": one.added, "deleted": one.deleted, "changed": one.changed}


def _title(one: TitleMatch) -> dict[str, Any]:
    return {"id": one.id, "source": one.source, "published": one.published, "changed": one.changed}


def _match(match: Match) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": match.id, "source": match.source, "published": match.published, "paragraph": match.paragraph,
        "start": match.start, "end": match.end, "jaccard": match.jaccard, "containment": match.containment,
        "spans": match.spans,
    }  # fmt: skip
    if match.language is not None:
        value["language"] = match.language
    return value


def _finding(found: Finding) -> dict[str, Any]:
    value: dict[str, Any] = {
        "kind": found.kind, "paragraph": found.paragraph, "start": found.start, "end": found.end, "words": found.words,
    }  # fmt: skip
    if found.match is not None:
        value["match"] = _match(found.match)
    if found.copies is not None:
        value["copies"] = found.copies
    if found.language is not None:
        value["language"] = found.language
    if found.confidence is not None:
        value["confidence"] = found.confidence
    if found.reason is not None:
        value["reason"] = found.reason
    if found.hides is not None:
        value["hides"] = found.hides
    if found.changes:
        value["changes"] = found.changes
    if found.kind == "translated":
        value["anchors"], value["evidence"] = found.anchors, found.evidence
    return value


def from_dict(value: Json) -> ArticleReport:
    """One report from its JSON values, of schema 1 or 2.

    Raises KeyError, TypeError or ValueError for another shape, and where the ledger is not closed.
    """
    report = ArticleReport(
        id=_of(str, value["id"]),
        source=_of(str, value.get("source") or ""),
        published=value.get("published"),
        language=value.get("language"),
        words=_of(int, value["words"]),
        originality=value["originality"],
        ledger=Ledger(**{name: _of(int, count) for name, count in value["ledger"].items()}),
        sources=tuple(_share_from(row) for row in value.get("sources", ())),
        findings=tuple(_finding_from(row) for row in value.get("findings", ())),
        title=_of(str, value.get("title") or ""),
        url=_of(str, value.get("url") or ""),
        path=_of(str, value.get("path") or ""),
        record=_of(int, value.get("record") or 0),
        extra=value.get("extra") or {},
        revision=_of(int, value.get("revision") or 0),
        judged=_judged_from(value["judged"]) if value.get("judged") else None,
        translated=value.get("translated"),
        credits=tuple(_of(str, name) for name in value.get("credits") or ()),
        story=_story_from(value.get("story")),
        update_of=_update_from(value.get("update_of")),
        bounded=tuple(_of(str, name) for name in value.get("bounded") or ()),
        title_match=_title_from(value.get("title_match")),
    )
    if report.ledger.words != report.words:
        raise ValueError(f"the ledger sums to {report.ledger.words}, the article has {report.words} words")
    return report


def _of(kind: type[T], value: object) -> T:
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not of type {kind.__name__}")
    return value


def _story_from(row: Mapping[str, Any] | None) -> StoryPart | None:
    return StoryPart(_of(str, row["id"]), _of(str, row["role"])) if row else None


def _update_from(row: Mapping[str, Any] | None) -> UpdateOf | None:
    return UpdateOf(_of(str, row["id"]), *(_of(int, row[name]) for name in _UPDATED)) if row else None


def _title_from(row: Mapping[str, Any] | None) -> TitleMatch | None:
    if not row:
        return None
    return TitleMatch(
        _of(str, row["id"]), row.get("source") or "", row.get("published"), _of(int, row["changed"])
    )


_UPDATED = ("added", "deleted", "changed")


def _share_from(row: Mapping[str, Any]) -> SourceShare:
    return SourceShare(row["id"], row.get("source") or "", row.get("published"), row["words"])


def _judged_from(row: Mapping[str, Any]) -> Judged:
    return Judged(_of(int, row["words"]), _of(int, row["against"]), _of(bool, row["undated"]))


def _finding_from(row: Mapping[str, Any]) -> Finding:
    match = row.get("match")
    return Finding(
        kind=row["kind"],
        paragraph=_of(int, row["paragraph"]),
        start=_of(int, row["start"]),
        end=_of(int, row["end"]),
        words=_of(int, row["words"]),
        match=_match_from(match) if match else None,
        copies=row.get("copies"),
        language=row.get("language"),
        confidence=row.get("confidence"),
        reason=row.get("reason"),
        hides=row.get("hides"),
        changes=_spans_from(row.get("changes", ())),
        anchors=_spans_from(row.get("anchors", ())),
        evidence=tuple(_of(str, one) for one in row.get("evidence", ())),
    )


def _match_from(row: Mapping[str, Any]) -> Match:
    return Match(
        id=_of(str, row["id"]),
        source=row.get("source") or "",
        published=row.get("published"),
        paragraph=_of(int, row["paragraph"]),
        start=_of(int, row["start"]),
        end=_of(int, row["end"]),
        jaccard=row["jaccard"],
        containment=row["containment"],
        spans=_spans_from(row.get("spans", ())),
        language=row.get("language"),
    )


def _spans_from(rows: Sequence[Sequence[int]]) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((a, b, c, d) for a, b, c, d in rows)


# -- for an index --------------------------------------------------------------------------------------------------

Spans: TypeAlias = Sequence[Sequence[int]]
"""Pairs of code points, half open."""

USUAL = (
    b'"quoted":,"recycled":,"reworded":,"carried_over":,"repeated":,"boilerplate":,"foreign":0},[{"id":"https://"'
    b',"source":"","published":"20-T:Z","words":,{"kind":"reworded","paragraph":,"start":,"end":,"words":,'
    b'"match":null,"copies":1,"language":null,"confidence":0.,"reason":"obfuscated","hides":null},'
    b'{"kind":"recycled","paragraph":0,"start":,"end":,"words":,"match":{"id":"https://www.","source":"",'
    b'"published":"2020-00Z","paragraph":0,"start":0,"end":0,"jaccard":0.,"containment":0.,"spans":[[0,1,0,1]]},'
    b'"copies":1,"language":null,"confidence":null,"reason":null,"hides":null,"changes":[]}],0,{"words":,"against":,'
    b'"undated":false},null]["en",279,{"original":27,'
    b'"quoted":0,"recycled":0,"reworded":0,"carried_over":0,"repeated":0,"boilerplate":0,"foreign":0},[],[],0,null]'
)
"""What reports are made of. Deflate begins with it, so that names take no room: a report is a fifth of its JSON.

Other bytes here are another format of the index.
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What an index keeps of a report: all that the article itself does not say; `quotes` are its spans in quotation
    marks, None where they were not kept."""

    language: str | None
    words: int
    ledger: Ledger
    sources: tuple[SourceShare, ...]
    findings: tuple[Finding, ...]
    revision: int
    judged: Judged | None
    quotes: Spans | None
    credits: tuple[str, ...]
    translated: str | None = None
    update_of: UpdateOf | None = None
    story: StoryPart | None = None
    bounded: tuple[str, ...] = ()
    title_match: TitleMatch | None = None


def to_bytes(report: ArticleReport, quotes: Spans | None = None) -> bytes:
    """Return a report as bytes, without what the article itself says. Without `quotes` it cannot be judged again."""
    deflate = zlib.compressobj(1, wbits=-12, zdict=USUAL)
    sources, findings = map(_share, report.sources), map(_kept, report.findings)
    kept = [
        report.language, report.words, _ledger(report.ledger), [*sources], [*findings], report.revision,
        report.judged and _judged(report.judged), quotes, report.credits,
        report.translated, report.update_of and _update(report.update_of),
        report.story and [report.story.id, report.story.role], report.bounded,
        report.title_match and _title(report.title_match),
    ]  # fmt: skip
    return deflate.compress(_dumps(kept)) + deflate.flush()


def _dumps(value: object) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:  # half an emoji, which a text or an id may hold
        return json.dumps(value, separators=(",", ":")).encode()


def _loads(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def _kept(found: Finding) -> dict[str, Any]:
    value: dict[str, Any] = {
        "kind": found.kind, "paragraph": found.paragraph, "start": found.start, "end": found.end, "words": found.words,
        "match": found.match and _match(found.match), "copies": found.copies, "language": found.language,
        "confidence": found.confidence, "reason": found.reason, "hides": found.hides, "changes": found.changes,
    }  # fmt: skip
    if found.kind == "translated":
        value["anchors"], value["evidence"] = found.anchors, found.evidence
    return value


def from_bytes(data: bytes) -> Kept:
    """Return what `to_bytes` kept."""
    kept = _loads(zlib.decompressobj(-12, USUAL).decompress(data))
    language, words, ledger, sources, findings, revision, judged, quotes, credits, *others = kept
    translated, update, story, bounded, *more = others
    return Kept(
        language, words, Ledger(**ledger), tuple(SourceShare(**share) for share in sources),
        tuple(map(_kept_finding, findings)), revision, Judged(**judged) if judged else None, quotes, tuple(credits),
        translated, _update_from(update), StoryPart(*story) if story else None, tuple(bounded),
        _title_from(more[0]) if more else None,
    )  # fmt: skip


def _kept_finding(row: dict[str, Any]) -> Finding:
    match = row["match"]
    if match is not None:
        row["match"] = Match(**match | {"spans": tuple(map(tuple, match["spans"]))})
    for name in ("changes", "anchors"):
        row[name] = tuple(map(tuple, row.get(name, ())))
    row["evidence"] = tuple(row.get("evidence", ()))
    return Finding(**row)
