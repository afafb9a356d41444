"""Files, folders and streams -> Articles."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from dedup.errors import BadRecord, MissingExtra, SettingsError
from dedup.model import Article
from dedup.readers import archives
from dedup.readers.compression import Broken
from dedup.readers.files import STDIN, File, Report, reason_of
from dedup.readers.formats import FORMATS, Format, format_of, is_known
from dedup.readers.naming import Unnamed
from dedup.readers.options import DEFAULTS, Options
from dedup.readers.outlets import Outlets, read_aliases
from dedup.readers.patterns import PathPattern
from dedup.readers.records import NONE, OUTLETS, Maker, Odd, Row, checked_fields, unforeseen
from dedup.readers.shapes import shaped
from dedup.readers.walking import Walk

__all__ = ["FORMATS", "files_under", "read_articles", "read_file", "read_text", "read_texts"]

Path: TypeAlias = "str | os.PathLike[str]"


def read_articles(
    *paths: Path,
    fields: Mapping[str, str] | None = None,
    path_pattern: str | None = None,
    on_error: Callable[[BadRecord], None] | None = None,
    on_warning: Callable[[BadRecord], None] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    unnamed: Unnamed | None = None,
    sources: Path | None = None,
    options: Options = DEFAULTS,
) -> Iterator[Article]:
    """Read the articles of files and folders, one after another; "-" is JSON lines on stdin.

    Folders are read recursively in the order of their names. Formats (see `FORMATS`) are told by the content, where
    that leaves it open by the suffix; `options` overrules both. Files may be compressed (gzip, bzip2, xz, zstd) and
    lie in archives (zip, tar). At no time is more in memory than a line, a file that is one article, or a file of
    JSON or XML.

    An article without `id` gets the path under the scanned root, plus ``#N`` (number of the record
    from 1) where the file holds many; one of a feed (XML) gets its link, else a digest of its text and
    source, for a feed holds others there tomorrow. With `unnamed`, which counts them, this goes for the
    records (`url`, else digest) of all files that hold many.

    A plain file (text, Markdown, HTML) in a sub-folder has the first folder as its `source`;
    `path_pattern`, as ``{source}/{published}/{id}.txt``, says otherwise. `fields` maps our names to
    those of the records: ``{"text": "content.body"}``. A source that is an address is its registrable
    domain, a missing one that of `url`; `sources` is a file of aliases (see `dedup.readers.outlets`).

    What cannot be read (a path, a file, a record) is handed to `on_error` and skipped, and all else
    is read; without `on_error` the first such BadRecord is raised. `on_warning` hears of what is
    read, but odd: a date that cannot be read (the article is undated), and the files of a folder
    left out for their suffix. `on_progress` is called with the bytes read so far and in all, as
    stored; the sizes are asked for before anything is read.

    Raises SettingsError for a field, a pattern or a format that makes no sense.
    """
    return _Reading(
        checked_fields(fields),
        PathPattern(path_pattern) if path_pattern else None,
        on_error or _raised,
        on_warning or _ignored,
        unnamed,
        read_aliases(sources) if sources is not None else OUTLETS,
        options,
    ).articles([os.fspath(path) for path in paths], on_progress)


def files_under(
    *paths: Path, on_error: Callable[[BadRecord], None] | None = None, options: Options = DEFAULTS
) -> Iterator[File]:
    """The files that `read_articles` would read, in its order."""
    walk = Walk(is_known, on_error or _raised, options)
    for path in paths:
        yield from walk.files(os.fspath(path))


def read_file(
    file: File,
    fields: Mapping[str, str] | None = None,
    path_pattern: str | None = None,
    on_error: Callable[[BadRecord], None] | None = None,
    on_warning: Callable[[BadRecord], None] | None = None,
    outlets: Outlets = OUTLETS,
    options: Options = DEFAULTS,
) -> Iterator[Article]:
    """The articles of one of the `files_under` some paths, as `read_articles` reads them."""
    pattern = PathPattern(path_pattern) if path_pattern else None
    reading = _Reading(
        checked_fields(fields), pattern, on_error or _raised, on_warning or _ignored, None, outlets, options
    )
    return reading.of(replace(file, options=reading.options))


def read_text(
    path: Path, record: int = 0, fields: Mapping[str, str] | None = None, options: Options = DEFAULTS
) -> str:
    """Read one article's text again, from the `path` and `record` that it carries.

    Raises BadRecord where the file has no such record now, or was stdin.
    """
    return read_texts(path, [record], fields, options)[record]


def read_texts(
    path: Path, records: Collection[int], fields: Mapping[str, str] | None = None, options: Options = DEFAULTS
) -> dict[int, str]:
    """Read the texts of some records of one file again, in one pass: record -> text.

    Raises BadRecord where the file lacks one of them now, or was stdin.
    """
    name = os.fspath(path)
    if name == STDIN:
        raise BadRecord(name, None, "what came on stdin cannot be read again")
    wanted = set(records)
    texts: dict[int, str] = {}
    for article in read_articles(name, fields=fields, on_error=_ignored, options=options):
        if article.record in wanted:
            texts[article.record] = article.text
            if len(texts) == len(wanted):
                break
    if missing := wanted - texts.keys():
        raise BadRecord(name, None, f"record {min(missing)} cannot be read again")
    return texts


class _Reading:
    """One call of `read_articles`: what it was asked."""

    def __init__(
        self, fields: Mapping[str, str], pattern: PathPattern | None, report: Report, warn: Report,
        unnamed: Unnamed | None, outlets: Outlets, options: Options,
    ) -> None:  # fmt: skip
        if options.format is not None and options.format not in FORMATS:
            raise SettingsError(f"unknown format {options.format!r}; there are: {', '.join(FORMATS)}")
        self.options = replace(options, text=fields.get("text"))
        self._fields = fields
        self._pattern = pattern
        self._report = report
        self._warn = warn
        self._unnamed = unnamed
        self._outlets = outlets

    def articles(self, paths: list[str], on_progress: Callable[[int, int], None] | None) -> Iterator[Article]:
        on_bytes = _meter(paths, on_progress, self.options) if on_progress else None
        walk = Walk(is_known, self._report, self.options)
        for path in paths:
            for file in walk.files(path):
                yield from self.of(replace(file, on_bytes=on_bytes) if on_bytes else file)
            if walk.left_out:
                self._warn(BadRecord(path, None, _left_out(walk.left_out)))
                walk.left_out.clear()

    def of(self, file: File) -> Iterator[Article]:
        """The articles of one file."""
        try:
            name = format_of(file)
        except Exception as error:  # whatever a file holds, the others are read
            self._report(_failure(file, None, error))
            return
        if file.only and name not in ("zip", "tar"):
            self._report(BadRecord(file.only, None, "no such file or folder"))
        elif name not in FORMATS:
            self._report(file.bad(None, _unknown(file, name)))
        elif FORMATS[name].read is None:
            yield from self._inside(file, name)
        else:
            yield from self._read(file, FORMATS[name])

    def _inside(self, file: File, name: str) -> Iterator[Article]:
        """The articles of the files in an archive."""
        left_out: Counter[str] = Counter()
        wanted = False
        try:
            for member in archives.members(file, name):
                if isinstance(member, BadRecord):
                    self._report(member)
                elif file.only and not _is_wanted(member.path, file.only):
                    continue
                elif is_known(member) or member.path == file.only:
                    wanted = True
                    yield from self.of(member)
                else:
                    left_out[member.suffix] += 1
        except Exception as error:  # as above
            self._report(_failure(file, None, error))
            return
        if left_out:
            self._warn(file.bad(None, _left_out(left_out)))
        if not wanted:
            self._report(BadRecord(file.only or file.path, None, "no file that is read in this archive"))

    def _read(self, file: File, kind: Format) -> Iterator[Article]:
        given = self._given(file, kind)
        if given is None:
            self._report(file.bad(None, f"the path does not match {self._pattern}"))
            return
        unnamed = self._unnamed if self._unnamed is not None else Unnamed() if kind.polled else None
        fields = self._fields if kind.own_names else NONE
        maker = Maker(
            file, fields, given, unnamed, self._outlets, self._warn,
            mark_days=not kind.own_names and not given, marked_up=kind.own_names,
        )  # fmt: skip
        needs_check, empty = kind.table, True
        for row in self._rows(file, kind):
            empty = False
            if isinstance(row, BadRecord):
                (self._warn if isinstance(row, Odd) else self._report)(row)
                continue
            record, line, values = row
            try:
                self._translate(kind, given, values)
                if needs_check:
                    needs_check = False
                    if reason := maker.missing_column(values):
                        self._report(file.bad(None, reason))
                        return
                article = maker.article(record, line, values)
            except BadRecord as error:
                self._report(error)
                continue
            except Exception as error:  # whatever a record holds, the others are read
                self._report(maker.bad(record, line, unforeseen(error)))
                continue
            yield article
        if empty:
            self._warn(file.bad(None, "no record in it"))

    def _translate(self, kind: Format, given: Mapping[str, str], values: dict[str, Any]) -> None:
        if kind.plain:
            values.update(given)
        elif kind.own_names:
            shaped(values, self._fields)

    def _rows(self, file: File, kind: Format) -> Iterator[Row | BadRecord]:
        """Yield the rows; a file that breaks off ends them with an error that says where."""
        line: int | None = None
        assert kind.read is not None
        try:
            for row in kind.read(file):
                line = row.line if isinstance(row, BadRecord) else row[1]
                yield row
        except Exception as error:  # whatever a file holds, the others are read
            yield _failure(file, line and line + 1, error)

    def _given(self, file: File, kind: Format) -> Mapping[str, str] | None:
        """Return what the path says of the article, or None where it does not match the pattern."""
        place = file.place or file.name
        if self._pattern is not None:
            bare = place.removesuffix(file.compression)
            return self._pattern.values(place) or self._pattern.values(bare)
        folder, slash, _ = place.partition("/")
        return {"source": folder} if slash and (kind.plain or kind.signed) else NONE


def _is_wanted(path: str, only: str) -> bool:
    """Whether a member of an archive is the wanted one, lies in it, or is an archive that has it."""
    return path == only or path.startswith(f"{only}/") or only.startswith(f"{path}/")


def _failure(file: File, line: int | None, error: Exception) -> BadRecord:
    """Return the error that says how a file breaks off."""
    if isinstance(error, (Broken, MissingExtra)):
        return file.bad(line, str(error))
    if isinstance(error, UnicodeDecodeError):
        return file.bad(None, f"not {error.encoding.upper()}: {error.reason} at offset {error.start}")
    return file.bad(line, reason_of(error) if isinstance(error, OSError) else unforeseen(error))


def _unknown(file: File, name: str) -> str:
    if name:
        return f"{name}: no format that is read"
    known = ", ".join(FORMATS)
    return (
        f"unknown file type {file.suffix!r}, and its content does not tell; --from FORMAT says it ({known})"
    )


def _meter(
    paths: list[str], on_progress: Callable[[int, int], None], options: Options
) -> Callable[[int], None]:
    walk = Walk(is_known, _ignored, options)
    total = sum(file.size for path in paths for file in walk.files(path))
    done = 0

    def on_bytes(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    return on_bytes


def _left_out(counts: Mapping[str, int]) -> str:
    kinds = sorted(counts, key=lambda suffix: (-counts[suffix], suffix))
    names = " ".join(suffix or "(no suffix)" for suffix in kinds[:5]) + (" ..." if kinds[5:] else "")
    return f"{sum(counts.values())} files of other types left out: {names}"


def _raised(error: BadRecord) -> None:
    raise error


def _ignored(error: BadRecord) -> None:
    pass
