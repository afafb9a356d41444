"""Paths and folders -> files, in an order that depends on names alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator

from dedup.errors import BadRecord, DedupError
from dedup.readers import remote
from dedup.readers.files import STDIN, File, Report, reason_of
from dedup.readers.options import DEFAULTS, Options


def _file_above(path: str) -> str | None:
    """Return the file that a path leads into, as ``news.zip`` of ``news.zip/a.txt``; None where it leads into none."""
    above = path
    while not os.path.lexists(above) and os.path.dirname(above) not in ("", above):
        above = os.path.dirname(above)
        if os.path.isfile(above):
            return above
    return None


class Walk:
    """All files under some paths, in an order that depends on names alone.

    Folders are read recursively, names sorted by code point, hidden names (first letter ".") left
    out. Symbolic links are followed; a folder is read once, so a loop ends where it closes. Files
    in a folder that `is_known` does not know are counted in `left_out` by suffix.
    """

    def __init__(self, is_known: Callable[[File], bool], report: Report, options: Options = DEFAULTS) -> None:
        self._is_known = is_known
        self._options = options
        self._report = report
        self._seen: set[tuple[int, int]] = set()
        self.left_out: dict[str, int] = {}

    def files(self, path: str) -> Iterator[File]:
        """Yield the file at `path`, all files in the folder at `path`, or the archive that `path` leads into."""
        if path == STDIN:
            yield File(STDIN, STDIN, options=self._options)
            return
        if remote.is_address(path):
            yield from self._remote(path)
            return
        archive = _file_above(path)
        if archive is not None:
            name = os.path.basename(archive)
            yield File(archive, name, os.path.getsize(archive), options=self._options, only=path)
            return
        status = self._status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, "", status)
        else:
            yield File(path, os.path.basename(path), status.st_size, options=self._options)

    def _remote(self, path: str) -> Iterator[File]:
        try:
            files = list(remote.found(path))
            above = None if files else remote.archive_above(path)
        except DedupError:
            raise
        except Exception as error:  # whatever a store's package raises
            self._bad(path, f"cannot be read: {type(error).__name__}: {error}")
            return
        if above is not None:
            yield File(above.path, above.name, above.size, options=self._options, only=path)
        elif not files:
            self._bad(path, "no such file or folder")
        for one in files:
            yield from self._known(
                File(one.path, one.name, one.size, options=self._options), one.path == path
            )

    def _known(self, file: File, anyway: bool = False) -> Iterator[File]:
        if anyway or self._is_known(file):
            yield file
        else:
            self.left_out[file.suffix] = self.left_out.get(file.suffix, 0) + 1

    def _folder(self, path: str, prefix: str, status: os.stat_result) -> Iterator[File]:
        place = (status.st_dev, status.st_ino)
        if place in self._seen:
            self._bad(path, "leads to a folder that was read before; not read again")
            return
        self._seen.add(place)
        try:
            names = sorted(os.listdir(path))
        except OSError as error:
            self._bad(path, reason_of(error))
            return
        for name in names:
            if not name.startswith("."):
                yield from self._entry(os.path.join(path, name), prefix + name)

    def _entry(self, path: str, name: str) -> Iterator[File]:
        status = self._status(path)
        if status is None:
            return
        if stat.S_ISDIR(status.st_mode):
            yield from self._folder(path, name + "/", status)
        elif stat.S_ISREG(status.st_mode):
            yield from self._known(File(path, name, status.st_size, options=self._options))

    def _status(self, path: str) -> os.stat_result | None:
        try:
            path.encode()
            return os.stat(path)
        except UnicodeEncodeError:
            reason = "file name is not UTF-8"
        except OSError as error:
            reason = reason_of(error)
        self._bad(path, reason)
        return None

    def _bad(self, path: str, reason: str) -> None:
        # Bytes of a name that are not UTF-8 came as lone surrogates, which no output can hold.
        self._report(BadRecord(path.encode("utf-8", "backslashreplace").decode(), None, reason))
