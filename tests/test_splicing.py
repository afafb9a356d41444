"""Values put into JSON objects and taken out of them, with every other byte left as it is."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dedup.prefilter.splicing import appended, place_of, put, without

NAMES = st.sampled_from(["text", "dedup", "a", 'b"{', "te,:]xt", "\\", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(NAMES, VALUES, max_size=5)


def spelled(record: dict[str, Any], ascii_only: bool, spread: bool) -> bytes:
    text = json.dumps(record, ensure_ascii=ascii_only, separators=(" , ", " : ") if spread else (",", ":"))
    return text.encode() + b"\n"


@given(OBJECTS, NAMES, st.booleans(), st.booleans())
def test_a_member_is_taken_out_put_in_and_added(
    record: dict[str, Any], name: str, ascii_only: bool, spread: bool
) -> None:
    raw = spelled(record, ascii_only, spread)
    bare = {key: value for key, value in record.items() if key != name}
    assert json.loads(without(raw, name)) == bare
    assert json.loads(put(raw, [name], b'"new"')) == record | {name: "new"}
    assert json.loads(appended(without(raw, name), name, b"7")) == bare | {name: 7}
    assert (place_of(raw, [name]) is not None) == (name in record)


def test_bytes_around_it_stay_as_they_are() -> None:
    raw = b'{ "n" :  1.50, "a" : {"text" : "x" , "big":1e400},"u":"\\u00e9"}\n'
    assert put(raw, ["a", "text"], b'"y"') == raw.replace(b'"x"', b'"y"')
    assert without(raw, "n") == b'{"a" : {"text" : "x" , "big":1e400},"u":"\\u00e9"}\n'


def test_all_members_of_one_name_go_and_the_last_one_counts() -> None:
    raw = b'{"dedup":1,"text":"a","d\\u0065dup":2,"text":"b"}'
    assert without(raw, "dedup") == b'{"text":"a","text":"b"}'
    assert put(raw, ["text"], b'"c"').endswith(b'"text":"a","d\\u0065dup":2,"text":"c"}')


def test_where_no_object_is_on_the_way_there_is_no_place() -> None:
    raw = b'{"a":"{}","b":{"c":1}}'
    assert place_of(raw, ["a", "c"]) is None
    assert place_of(raw, ["b", "c"]) == (19, 20)
