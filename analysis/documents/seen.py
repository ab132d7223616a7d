"""Which files of an inbox were read before, and what they gave: unchanged ones are not opened.

The record stands in `figures/<story>/files.json` beside the ledger. It saves time and decides
nothing: what it says of a file counts only while the ledger holds each of the file's documents,
and one that is damaged, or of another folder or reader, is as good as none.
"""

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from analysis.disk import write_atomically

FILE = "files.json"
FORM = "tallybook files 1"
RACY_NS = 2_000_000_000  # some disks keep the time of a change in steps of two seconds
READER = Path(__file__).resolve().parent
LIBRARIES = (
    "charset-normalizer",
    "feedparser",
    "htmldate",
    "lxml",
    "pyarrow",
    "PyYAML",
    "trafilatura",
    "warcio",
)


class Stat(NamedTuple):
    """What tells that a file is as it was; nobody can set back the time of the last change."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True)
class Entry:
    """One file as it was read; without `stat` it was too young for its stat to tell a change.

    `said` is what was noted of the file elsewhere, which its documents depend on too.
    """

    stat: Stat | None
    sha256: str
    said: str
    documents: tuple[str, ...]


class Seen:
    """The files of one inbox as they were read last, and as they are read now."""

    def __init__(
        self,
        place: Path | None = None,
        folder: Path = Path(),
        standing: Collection[str] = (),
        now: datetime | None = None,
    ) -> None:
        """Take the record at `place` (null: none is kept) of the files in `folder`.

        `standing` holds the ids of the documents that count in the ledger, `now` is the moment
        before the first file is looked at; null: no stat is trusted.
        """
        self.now_ns = None if now is None else round(now.timestamp() * 1e9)
        self._place = place
        self._reader = f"{folder.resolve()} {_reader()}" if place else ""
        self._standing = standing
        self._before = _entries(place, self._reader) if place else {}
        self._after: dict[str, Entry] = {}

    def unopened(self, name: str, stat: Stat, said: str) -> tuple[str, ...]:
        """Return the ids of a file's documents, where its stat says that they are the same.

        None are returned where the file has to be opened.
        """
        entry = self._before.get(name)
        if entry is None or entry.stat != stat:
            return ()
        return self._kept(name, entry, stat, said)

    def unread(self, name: str, stat: Stat, sha256: str, said: str) -> tuple[str, ...]:
        """Return the ids of a file's documents, where its bytes are those that gave them.

        None are returned where the file has to be read.
        """
        entry = self._before.get(name)
        if entry is None or entry.sha256 != sha256:
            return ()
        return self._kept(name, entry, stat, said)

    def keep(
        self, name: str, stat: Stat, sha256: str, said: str, documents: tuple[str, ...]
    ) -> None:
        """Keep what a file gave; a file that gave nothing is looked at again every time."""
        if documents:
            self._after[name] = Entry(self._trusted(stat), sha256, said, documents)

    def write(self) -> None:
        """Write the record; where the disk refuses, the next run opens more files."""
        if self._place is None or self._after == self._before:
            return
        held = {
            name: [entry.stat, entry.sha256, entry.said, entry.documents]
            for name, entry in self._after.items()
        }
        body = json.dumps(held)
        head = json.dumps([FORM, self._reader, _hash(body)])
        with contextlib.suppress(OSError):
            write_atomically(self._place, f"{head}\n{body}\n".encode())

    def _kept(self, name: str, entry: Entry, stat: Stat, said: str) -> tuple[str, ...]:
        if entry.said != said or not all(key in self._standing for key in entry.documents):
            return ()
        self.keep(name, stat, entry.sha256, said, entry.documents)
        return entry.documents

    def _trusted(self, stat: Stat) -> Stat | None:
        """Return the stat if a later change of the file must change it too."""
        changed = max(stat.mtime_ns, stat.ctime_ns)
        return stat if self.now_ns is not None and changed < self.now_ns - RACY_NS else None


def stat_of(facts: os.stat_result) -> Stat:
    """Return what of a file's stat tells that it is as it was."""
    return Stat(facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino)


def _entries(place: Path, reader: str) -> dict[str, Entry]:
    try:
        head, body, end = place.read_text("ascii").split("\n")
        if end or json.loads(head) != [FORM, reader, _hash(body)]:
            return {}
        return {name: _entry(*fields) for name, fields in json.loads(body).items()}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return {}


def _entry(stat: list[int] | None, sha256: str, said: str, documents: list[Any]) -> Entry:
    return Entry(Stat(*stat) if stat else None, sha256, said, tuple(documents))


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def _reader() -> str:
    """Return the content id of what reads files: our own modules, and the libraries they call."""
    content = hashlib.sha256(sys.version.encode())
    for path in sorted([*READER.glob("*.py"), READER.parent / "model.py"]):
        content.update(path.read_bytes())
    for name in LIBRARIES:
        try:
            content.update(f"{name} {metadata.version(name)}\n".encode())
        except metadata.PackageNotFoundError:
            content.update(f"{name} is missing\n".encode())
    return content.hexdigest()
