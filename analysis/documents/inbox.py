"""Find what stands in a story's `documents/` folder and read it, file by file.

Only regular files are opened: a link, pipe or device may stand for something outside the story
or may never end. What cannot be read is refused by name and reason, and the rest goes on.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from analysis.documents.fetched import FOLDER, Notes
from analysis.documents.formats import HEAD, format_of, not_read
from analysis.documents.isolation import Room
from analysis.documents.tables import read_jsonl
from analysis.documents.text import read_text
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

LARGEST_FILE = 64 * 1024 * 1024  # bytes; an article has some thousand, an archive is split first
UNFINISHED = (".part", ".tmp", ".crdownload", ".swp")  # names under which programs write first


def find_files(folder: Path) -> Iterator[Path]:
    """Yield every file below the folder, in order of name; hidden and unfinished ones are left."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        # A link to a folder is not followed, and is refused by name.
        names.extend(links)
        for name in sorted(names):
            if not name.startswith((".", "~")) and not name.lower().endswith(UNFINISHED):
                yield Path(place) / name


def read_inbox(folder: Path, story: str) -> Iterator[Document | Refusal]:
    """Yield the documents of a folder and, for each file or line that is refused, the reason."""
    notes = Notes(folder)
    with Room() as room:
        for path in find_files(folder):
            # A name may hold line breaks or bytes that are no text: it is never printed raw.
            origin = printable(path.relative_to(folder.parent).as_posix())
            try:
                for found in read_file(path, origin, story, room=room):
                    if path.parent.name == FOLDER and isinstance(found, Document):
                        yield notes.complete(found, path.name)
                    else:
                        yield found
            except BadDocument as fault:
                yield Refusal(origin, str(fault), "replace or remove the file")
            except (ValueError, OverflowError, RecursionError, OSError) as fault:
                reason = f"it cannot be read ({type(fault).__name__})"
                yield Refusal(origin, reason, "replace or remove the file")


def read_file(
    path: Path,
    origin: str,
    story: str = "",
    *,
    largest: int | None = LARGEST_FILE,
    room: Room | None = None,
) -> Iterator[Document | Refusal]:
    """Yield the documents of one file, by the format that its content tells.

    A JSON lines file is read line by line, so that with `largest` null it may be of any size;
    other files are held whole. All but plain texts and lines are read in the room given, or in
    one of their own. Raises BadDocument where the file as a whole is refused.
    """
    with open_regular(path, None) as stream:
        head = stream.read(HEAD)
    kind = format_of(head, path.name)
    if not kind:
        raise BadDocument(not_read(path.name, head))
    if kind == "text":
        yield read_text(path, read_bytes(path), origin, story)
    elif kind == "lines":
        with open_regular(path, largest) as stream:
            yield from read_jsonl(stream, origin, story)
    elif room is not None:
        yield from room.read(read_bytes(path), path.name, origin, story)
    else:
        with Room() as own:
            yield from own.read(read_bytes(path), path.name, origin, story)


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a regular file; refuses links, pipes, devices and oversized files.

    A file that grew while it was read is left for the next run: half of it is no document.
    """
    with open_regular(path, LARGEST_FILE) as stream:
        before = os.fstat(stream.fileno())
        data = stream.read(LARGEST_FILE + 1)
        after = os.fstat(stream.fileno())
    if len(data) != after.st_size or before.st_mtime_ns != after.st_mtime_ns:
        reason = "it was still being written; the next run takes it whole"
        raise BadDocument(reason)
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
    if not stat.S_ISREG(facts.st_mode):
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
