"""Reports of both schemas are read: the first has no `template` and no `translated`."""

from __future__ import annotations

import json
import zlib

import orjson
import pytest

from dedup.classes import ASIDE, CLASSES, PRECEDENCE, TAKEN
from dedup.errors import BadRecord
from dedup.index.records import Record
from dedup.model import SCHEMA, Article, ArticleReport, Ledger
from dedup.reporter.jsonl import line
from dedup.reporter.load import load_reports
from dedup.reporter.pagedata import MEANINGS
from dedup.reporter.show import STYLES
from dedup.reporter.summary import IN_REPORTS as REPORTED
from dedup.reporter.text import LOOKS
from dedup.stream.verdicts import held_report
from dedup.verdict.codec import USUAL, to_bytes

REPORT = ArticleReport("a", "bbc", None, "en", 9, 0.5, Ledger(original=3, recycled=3, quoted=3))


def of_schema_one() -> str:
    value = json.loads(line(REPORT))
    del value["ledger"]["template"], value["ledger"]["translated"]
    return json.dumps({**value, "schema": 1})


def test_a_report_of_either_schema_is_read() -> None:
    (old,), (new,) = (load_reports([row]).articles for row in (of_schema_one(), line(REPORT).decode()))
    assert old == new == REPORT
    assert json.loads(line(old))["schema"] == SCHEMA == 2


def test_another_schema_is_refused() -> None:
    with pytest.raises(BadRecord, match="schema 3; this version reads 1 and 2"):
        load_reports([json.dumps({**json.loads(line(REPORT)), "schema": 3})])


def test_a_verdict_that_an_index_kept_before_is_read() -> None:
    kept = orjson.loads(zlib.decompressobj(-12, USUAL).decompress(to_bytes(REPORT)))
    del kept[2]["template"], kept[2]["translated"]
    deflate = zlib.compressobj(1, wbits=-12, zdict=USUAL)
    record = Record("a", "bbc", None, 0, 0, 0, 0, b"", deflate.compress(orjson.dumps(kept)) + deflate.flush())
    assert held_report(record, Article("a", "", source="bbc")) == REPORT


def test_every_class_has_its_place_everywhere() -> None:
    assert set(CLASSES) == set(REPORTED) == {"original", *PRECEDENCE} == {"original", *TAKEN, *ASIDE}
    assert len(CLASSES) == len(REPORTED) == 10
    assert set(LOOKS) == set(CLASSES)
    assert set(STYLES) == {*CLASSES, "obfuscated"}
    assert set(MEANINGS) == {*STYLES, "mojibake"}


def test_templates_count_on_neither_side_and_translations_as_taken() -> None:
    assert Ledger(original=2, template=50, translated=2).originality == 0.5
