"""The JSON Schema of a report describes the reports that are written."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from dedup.classes import CLASSES
from dedup.model import ArticleReport
from dedup.reporter.schema import report_schema

GOLDEN = Path(__file__).parent.parent / "samples" / "report.golden"
LINES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def test_reports_are_what_the_schema_says_and_no_more() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    closed = {**schema, "additionalProperties": False}
    for line in LINES:
        jsonschema.validate(line, closed, jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**LINES[0], "words": "many"}, schema, jsonschema.Draft202012Validator)


def test_every_key_of_a_report_is_there_and_explained() -> None:
    schema = report_schema()
    assert set(schema["properties"]) == {one.name for one in fields(ArticleReport)}
    assert list(schema["properties"])[: len(schema["required"])] == schema["required"]
    assert list(schema["properties"]["ledger"]["properties"]) == list(CLASSES)
    for name in ("findings", "judged", "sources", "ledger", "story"):
        assert schema["properties"][name]["description"]


def test_what_is_written_only_where_it_is_has_one_type() -> None:
    def types(schema: dict[str, Any]) -> Any:
        return schema.get("type")

    properties = report_schema()["properties"]
    assert types(properties["published"]) == ["string", "null"]
    finding = properties["findings"]["items"]
    assert types(finding["properties"]["copies"]) == "integer"
    assert finding["required"] == ["kind", "paragraph", "start", "end", "words"]
