"""The files of an edition are written aside, and then take their places all at once.

Whatever fails or is killed while they are written leaves the old ones untouched. Once all are on
the disk a plan says so; from then on the change is finished, by the next run where this one is
killed in it. Taking their places is nothing but renaming: each file is the old one or the new one,
and the time in which some are old and some are new is that of the renames, some hundredths of a
second for two hundred pages.
"""

import contextlib
import errno
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Self

from analysis.disk import sync_folder, write_atomically
from analysis.errors import Unwritable

NEXT = ".next"  # in the folder of a story: on the disk of what it replaces
PLAN = "plan.json"
HELD = ".held"
WRITTEN = ("pages", "charts", "runs", "failed", "variants")
HALF = ".*.part"  # what a killed process was writing


class Aside:
    """What is to change below one folder; used as a context, which forgets all where it fails."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; a change that a killed run left is finished first."""
        finish(folder)
        self._folder = folder
        self._place = folder / NEXT
        self._names: set[str] = set()  # what is to be there, changed or not
        self._files: list[str] = []
        self._gone: list[str] = []
        self._planned = False

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Forget what was not changed; what was begun to be changed is the next run's to finish."""
        if not self._planned:
            shutil.rmtree(self._place, ignore_errors=True)

    def write(self, path: Path, data: bytes) -> None:
        """Keep new bytes for a file; none where it holds these already."""
        name = path.relative_to(self._folder).as_posix()
        self._names.add(name)
        if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
            return
        if path.is_dir():  # found out now, and not between the renames
            raise IsADirectoryError(errno.EISDIR, "a folder stands where a file belongs", str(path))
        place = self._place / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        self._files.append(name)

    def clear(self, folder: Path, names: set[str]) -> None:
        """Take away the files of a folder that have none of some names, hidden ones left alone."""
        for path in sorted(folder.glob("*")):
            if path.name not in names and path.is_file() and not path.name.startswith("."):
                self._gone.append(path.relative_to(self._folder).as_posix())
        # Of versions that wrote among the pages.
        self._gone += [p.relative_to(self._folder).as_posix() for p in sorted(folder.glob(HALF))]

    def change(self) -> None:
        """Let everything take its place; raises OSError, before or between the renames."""
        gone = [name for name in self._gone if name not in self._names]
        if not (self._files or gone):
            return
        made = self._make_folders()
        try:
            self._hold()
            for place, _, _ in os.walk(self._place):
                sync_folder(Path(place))
            plan = {"files": sorted(self._files, key=self._order), "gone": gone}
            write_atomically(self._place / PLAN, json.dumps(plan).encode())
        except BaseException:
            for folder in reversed(made):
                with contextlib.suppress(OSError):
                    folder.rmdir()
            raise
        self._planned = True
        try:
            finish(self._folder)
        except (KeyboardInterrupt, SystemExit):  # told to stop: the little that is left is done
            finish(self._folder)
            raise

    def _make_folders(self) -> list[Path]:
        """Make what folders are missing, while nothing has changed yet; return them."""
        self._place.mkdir(exist_ok=True)
        made = []
        for name in self._files:
            folder = (self._folder / name).parent
            for each in reversed([f for f in (folder, *folder.parents) if not f.exists()]):
                each.mkdir()
                made.append(each)
        return made

    def _hold(self) -> None:
        """Give each old file a second name, so that its room is freed after all renames.

        Two hundred renames then take a hundredth of a second instead of half a second.
        """
        for name in self._files:
            place = self._place / HELD / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with contextlib.suppress(OSError):  # it is new, or this disk has no second names
                os.link(self._folder / name, place, follow_symlinks=False)

    def _order(self, name: str) -> tuple[bool, ...]:
        """Sort new files first, to which nothing leads yet; first page and record come last."""
        path = self._folder / name
        first_page = path.name == "index.html" and path.parent.parent == self._folder
        return path.parent == self._folder, first_page, path.exists()


def check(folder: Path) -> None:
    """Raise Unwritable where a build could not write what it makes into a story's folder."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as fault:
        raise Unwritable(_words(fault.filename or folder, fault.strerror)) from None
    ledger = folder / "ledger.sqlite"
    if ledger.exists() and not os.access(ledger, os.W_OK):
        raise Unwritable(_words(ledger, "no permission to write"))
    for name in WRITTEN:
        for place, _, _ in os.walk(folder / name):
            if not os.access(place, os.W_OK | os.X_OK):
                raise Unwritable(_words(place, "no permission to write"))


def _words(place: Path | str, reason: str | None) -> str:
    return f"{place} cannot be written ({reason}); nothing was begun: mend that and run again"


def unfinished(folder: Path) -> bool:
    """Say whether a run was killed while files took their places."""
    return (folder / NEXT / PLAN).is_file()


def finish(folder: Path) -> None:
    """Do what a plan says, and is not done yet; clear away what was written without one."""
    place = folder / NEXT
    try:
        plan = json.loads((place / PLAN).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        shutil.rmtree(place, ignore_errors=True)
        return
    touched = set()
    for name in plan["files"]:
        with contextlib.suppress(FileNotFoundError):  # it took its place before
            _move(place / name, folder / name)
        touched.add((folder / name).parent)
    for name in plan["gone"]:
        path = folder / name
        path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # it holds something else
            path.parent.rmdir()
        touched.add(path.parent)
    for each in touched:
        if each.is_dir():
            sync_folder(each)
    (place / PLAN).unlink()  # first: without it there is nothing to finish
    shutil.rmtree(place)


def _move(new: Path, old: Path) -> None:
    try:
        new.replace(old)
    except OSError as fault:
        if fault.errno != errno.EXDEV:
            raise
        write_atomically(old, new.read_bytes())  # a link to another disk, as of a web server
        new.unlink()
