"""Files of furniture that a user adds to the shipped ones, checked before any article is read."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dedup.errors import DedupError
from dedup.inspect.furniture.lexicon import SHAPES, patterns

LISTS = ("line", "menu", "agencies", "news")
WORDS = ("words", "small", "told", "calendar")


def checked(content: bytes, path: str) -> str:
    """Return the content of a file that is one, as JSON. Raises `DedupError`, with the line where there is one."""
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise DedupError(f"{path}:{line}: not UTF-8") from error
    except json.JSONDecodeError as error:
        raise DedupError(f"{path}:{error.lineno}: no JSON: {error.msg}") from error
    except RecursionError as error:
        raise DedupError(f"{path}:1: nested too deeply") from error
    text = content.decode("utf-8-sig")
    for name, reason in _faults(data):
        raise DedupError(f"{path}:{_line_of(text, name)}: {reason}")
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _line_of(text: str, name: str) -> int:
    """The line where a key or a phrase stands first."""
    at = text.find(json.dumps(name, ensure_ascii=False)) if name else 0
    return text.count("\n", 0, max(at, 0)) + 1


def _faults(data: object) -> Iterator[tuple[str, str]]:
    """Yield what is wrong, each with the key or the phrase that it is about."""
    if not isinstance(data, dict):
        yield "", 'an object is wanted: {"language": "en", "line": ["our other papers"]}'
        return
    language = data.get("language")
    if not (isinstance(language, str) and language):
        yield "language", '"language" must be a code, such as "en"'
    known = ("language", *LISTS, *SHAPES, *WORDS)
    for key, value in data.items():
        if key not in known:
            yield key, f"unknown key {key!r}; there are: {', '.join(known)}"
        elif key in LISTS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            yield key, f"{key!r} must be a list of phrases"
        elif key in WORDS and not isinstance(value, str):
            yield key, f"{key!r} must be words in one text, with spaces between"
        elif key in SHAPES:
            yield from _faulty_patterns(key, value, language)


def _faulty_patterns(shape: str, value: object, language: object) -> Iterator[tuple[str, str]]:
    if not (isinstance(value, dict) and all(isinstance(one, str) for one in value.values())):
        yield shape, f"{shape!r} must be an object: each pattern with an example, which may be empty"
        return
    for pattern in value:
        try:
            [one.elements for one in patterns({"language": language, shape: {pattern: ""}})]
        except Exception:
            yield pattern, f"the pattern {pattern!r} needs a word or a sign that is always there"
