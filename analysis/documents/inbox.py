"""Find what stands in a story's `documents/` folder and read it, file by file.

Only regular files are opened: a link, pipe or device may stand for something outside the story
or may never end. What cannot be read is refused by name and reason, and the rest goes on.
"""

import hashlib
import io
import os
import stat as kinds
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from analysis.documents.fetched import Notes
from analysis.documents.formats import HEAD, format_of, not_read
from analysis.documents.isolation import Room
from analysis.documents.seen import Seen, Stat, stat_of
from analysis.documents.tables import read_jsonl
from analysis.documents.text import read_text
from analysis.errors import BadDocument, StillWritten
from analysis.model import Document, Known, Refusal, Waiting

LARGEST_FILE = 64 * 1024 * 1024  # bytes; an article has some thousand, an archive is split first
UNFINISHED = (".part", ".tmp", ".crdownload", ".swp", "~")  # names under which programs write first
GROWING = "it is still being written; the next run takes it whole"
YOUNG_NS = 1_000_000_000  # a file written to within the last second may not be whole
AHEAD_NS = 600_000_000_000  # written since the run began, and no file dated into the far future


def find_files(folder: Path) -> Iterator[Path]:
    """Yield every file below the folder, in order of name; hidden ones are left."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        # A link to a folder is not followed, and is refused by name.
        names.extend(links)
        for name in sorted(names):
            if not name.startswith((".", "~")):
                yield Path(place) / name


def read_inbox(
    folder: Path, story: str, seen: Seen | None = None
) -> Iterator[Document | Known | Refusal | Waiting]:
    """Yield the documents of a folder and, for each file or line that is refused, the reason.

    A file that was `seen` before and did not change is not opened: its documents are yielded by
    their ids alone. A file that is still being written waits for the next run.
    """
    seen = seen or Seen()
    notes = Notes(folder)
    found = [(path, _stat(path)) for path in find_files(folder)]
    _let_settle([stat for path, stat in found if stat and not _unfinished(path)], seen)
    with Room() as room:
        for path, stat in found:
            # A name may hold line breaks or bytes that are no text: it is never printed raw.
            origin = printable(path.relative_to(folder.parent).as_posix())
            if _unfinished(path):
                reason = "its name says that it is not whole yet; it is taken once it is renamed"
                yield Waiting(origin, reason, named=True)
                continue
            try:
                yield from _read(folder, path, origin, story, stat, seen, notes, room)
            except (ValueError, OverflowError, RecursionError, OSError, BadDocument) as fault:
                told = str(fault)
                if not isinstance(fault, BadDocument):
                    told = f"it cannot be read ({type(fault).__name__})"
                if isinstance(fault, StillWritten) or _stat(path) != stat:
                    yield Waiting(origin, GROWING)
                else:
                    yield Refusal(origin, told, "replace or remove the file")


def _unfinished(path: Path) -> bool:
    return path.name.lower().endswith(UNFINISHED)


def _read(
    folder: Path,
    path: Path,
    origin: str,
    story: str,
    stat: Stat | None,
    seen: Seen,
    notes: Notes,
    room: Room,
) -> Iterator[Document | Known | Refusal]:
    """Yield what one file holds; raises what `read_file` raises."""
    name, said = path.relative_to(folder).as_posix(), notes.said(path)
    if stat and (held := seen.unopened(name, stat, said)):
        yield from map(Known, held)
        return
    with open_regular(path, None) as stream:
        head = stream.read(HEAD)
    if not format_of(head, path.name):
        raise BadDocument(not_read(path.name, head))
    data = read_bytes(path)
    if stat is None or _stat(path) != stat:
        raise StillWritten(GROWING)
    sha256 = hashlib.sha256(data).hexdigest()
    if held := seen.unread(name, stat, sha256, said):
        yield from map(Known, held)
        return
    found = [
        notes.complete(one, path.name) if said and isinstance(one, Document) else one
        for one in read_data(data, path, origin, story, room)
    ]
    yield from found
    documents = [one.document_id for one in found if isinstance(one, Document)]
    if len(documents) == len(found):  # a refusal is told again by every run
        seen.keep(name, stat, sha256, said, tuple(dict.fromkeys(documents)))


def _let_settle(stats: list[Stat], seen: Seen) -> None:
    """Wait until no file is younger than a second: what grows meanwhile is then left as growing.

    A file that was written whole and put there a moment ago is thus taken by this run.
    """
    if seen.now_ns is None:
        return
    ages = [seen.now_ns - stat.mtime_ns for stat in stats]
    young = [age for age in ages if -AHEAD_NS < age < YOUNG_NS]
    if young:
        time.sleep(min(YOUNG_NS - min(young), YOUNG_NS) / 1e9)


def _stat(path: Path) -> Stat | None:
    try:
        return stat_of(path.lstat())
    except OSError:
        return None  # gone since it was found


def read_file(
    path: Path, origin: str, story: str = "", *, largest: int | None = LARGEST_FILE
) -> Iterator[Document | Refusal]:
    """Yield the documents of one file, by the format that its content tells.

    A JSON lines file is read line by line, so that with `largest` null it may be of any size;
    other files are held whole. Raises BadDocument where the file as a whole is refused.
    """
    with open_regular(path, None) as stream:
        head = stream.read(HEAD)
    kind = format_of(head, path.name)
    if not kind:
        raise BadDocument(not_read(path.name, head))
    if kind == "lines":
        with open_regular(path, largest) as stream:
            yield from read_jsonl(stream, origin, story)
        return
    with Room() as room:
        yield from read_data(read_bytes(path), path, origin, story, room)


def read_data(
    data: bytes, path: Path, origin: str, story: str, room: Room
) -> Iterator[Document | Refusal]:
    """Yield the documents in the bytes of a file; all but plain texts and lines are read apart."""
    kind = format_of(data[:HEAD], path.name)
    if kind == "text":
        yield read_text(path, data, origin, story)
    elif kind == "lines":
        yield from read_jsonl(io.BytesIO(data), origin, story)
    else:
        yield from room.read(data, path.name, origin, story)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file; refuses links, pipes, devices and oversized files.

    A file that grew while it was read is left for the next run: half of it is no document.
    """
    with open_regular(path, LARGEST_FILE) as stream:
        before = os.fstat(stream.fileno())
        data = stream.read(LARGEST_FILE + 1)
        after = os.fstat(stream.fileno())
    if len(data) != after.st_size or stat_of(before) != stat_of(after):
        raise StillWritten(GROWING)
    return data


def open_regular(path: Path, largest: int | None) -> BinaryIO:
    """Open a regular file of at most `largest` bytes (null: any); refuses what is none."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as fault:
        reason = "it is a link" if path.is_symlink() else f"it cannot be opened ({fault.strerror})"
        raise BadDocument(reason) from None
    stream = os.fdopen(handle, "rb")
    facts = os.fstat(handle)
    reason = ""
    if not kinds.S_ISREG(facts.st_mode):
        reason = "it is not a regular file"
    elif largest is not None and facts.st_size > largest:
        reason = f"it has {facts.st_size:,} bytes (at most {largest:,} are read)"
    if reason:
        stream.close()
        raise BadDocument(reason)
    return stream


def printable(name: str) -> str:
    r"""Return a file name as one line of text: what cannot be shown is written as an escape.

    >>> print(printable("a\nb"))
    a\nb
    """
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name
    )
