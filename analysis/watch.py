"""Wait until something changes that a build depends on: a story's files, a notebook, the ledger.

The system tells of files (package `watchfiles`); where it cannot, on network drives, the folders
are looked through every few seconds. The ledger is asked for its state.
"""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from analysis.home import Home

LOOK_SECONDS = 2.0  # how often is looked at what tells nothing by itself
PARTS = (".part", ".tmp", ".swp", "~")  # what programs write beside a file while they save it
REMOTE = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "virtiofs"}


def wanted(home: Home, slug: str, path: Path) -> bool:
    """Say whether a file is one that a build of a story reads."""
    if path.name.startswith(".") or path.name.endswith(PARTS):
        return False
    inside = path.is_relative_to(home.story(slug)) and "__pycache__" not in path.parts
    return inside or (path.parent == home.notebooks and path.suffix == ".ipynb")


def remote(folder: Path, mounts: str) -> bool:
    r"""Say whether a folder lies on a network drive, by the text of /proc/mounts.

    >>> remote(Path("/data/x"), "disk / ext4 rw 0 0\nhost:/d /data nfs4 rw 0 0\n")
    True
    """
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:  # noqa: PLR2004 what, where, kind
            continue
        place = Path(fields[1].replace("\\040", " "))
        if folder.is_relative_to(place) and len(place.parts) > best:
            best, kind = len(place.parts), fields[2]
    return kind in REMOTE


def must_poll(home: Home) -> bool:
    """Say whether no system tells of files there: `watchfiles` is missing, or a network drive."""
    try:
        import watchfiles  # noqa: F401 whether it is there
    except ImportError:
        return True
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return False
    return remote(home.notebooks, mounts)


def changes(
    home: Home,
    slug: str,
    ended: threading.Event,
    state: Callable[[], Any],
    *,
    poll: bool,
    settle: float,
) -> Iterator[None]:
    """Yield once for each burst of changes, `settle` seconds after the last, until `ended` is set.

    `state` returns what tells nothing by itself, such as the ledger's size; it is asked every two
    seconds, and for files too where `poll` is true.
    """
    if poll:
        yield from _polled(lambda: _stats(home, slug), state, ended, settle)
        return
    import watchfiles

    held = state()
    told = watchfiles.watch(
        home.notebooks,
        watch_filter=lambda _, name: wanted(home, slug, Path(name)),
        debounce=60_000,  # at most a minute of changes that never cease
        step=max(50, round(settle * 1000)),
        stop_event=ended,
        rust_timeout=round(LOOK_SECONDS * 1000),
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    for files in told:
        now = state()
        if files or now != held:
            yield
            held = state()  # what the build itself wrote is no news


def _polled(
    files: Callable[[], Any], state: Callable[[], Any], ended: threading.Event, settle: float
) -> Iterator[None]:
    """As above, by looking; what came while a build ran is a change against what it began with."""
    built = seen = files()
    held = state()
    while not ended.wait(LOOK_SECONDS if seen == built else settle):
        now = files()
        if now != seen:
            seen = now  # still changing
        elif seen != built or state() != held:
            built = seen
            yield
            held, seen = state(), files()


def _stats(home: Home, slug: str) -> list[tuple[str, int, int, int]]:
    found = []
    for top in (home.story(slug), home.notebooks):
        for place, folders, names in os.walk(top):
            folders[:] = folders if top != home.notebooks else []
            for path in (Path(place) / name for name in names):
                if wanted(home, slug, path):
                    try:
                        facts = path.lstat()
                    except OSError:
                        continue  # gone between the two looks
                    found.append((str(path), facts.st_size, facts.st_mtime_ns, facts.st_ino))
    return sorted(found)
