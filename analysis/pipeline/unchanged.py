"""Find out from file stats alone that nothing is new, before any slow library is imported.

After each good build the stats of everything it depended on are kept, and those of the pages. If
both are as they were, there is nothing to do: no ledger is opened and no file is touched.
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import quick
from analysis.disk import write_atomically
from analysis.home import Home
from analysis.model import Refusal, Waiting

FILE = "state.json"
PACKAGE = Path(__file__).resolve().parent.parent
WRITTEN = ("pages", "charts")
Look = tuple[str, list[str]]  # a number for stats, and the paths that it was taken of
UNREAD = ("__pycache__", ".ipynb_checkpoints")


@dataclass(frozen=True)
class State:
    """What the last build left: stats before and after it, and what it could not take in."""

    inputs: list[Any]
    outputs: list[Any]
    refused: tuple[Refusal, ...] = ()
    kept: int = 0
    to_review: int = 0
    digests: dict[str, str] = field(default_factory=dict)  # SHA-256 of each page and chart
    waiting: tuple[Waiting, ...] = ()  # by their names alone
    reports: list[list[str]] = field(default_factory=list)  # key and title of each


def inputs(home: Home, slug: str) -> list[Any]:
    """Return the stats of what a build depends on: the story, the notebooks and the package."""
    return [
        *_stats(home.story(slug), home.root),
        *_stats(home.notebooks, home.root, deep=False),
        *_stats(PACKAGE, PACKAGE.parent),
    ]


def outputs(figures: Path) -> list[Any]:
    """Return the stats of what a build publishes, and of the ledger's file."""
    found = [entry for name in WRITTEN for entry in _stats(figures / name, figures)]
    ledger = figures / "ledger.sqlite"
    return [*found, _stat(ledger, figures)] if ledger.is_file() else found


def look(home: Home, slug: str) -> Look:
    """Return one number for the stats of what a build reads, and the paths it was taken of."""
    read = [
        *_walk(home.story(slug)),
        *_walk(home.notebooks, deep=False),
        # Of the package the files alone: compiling its modules changes its folders.
        *(path for path in _walk(PACKAGE) if not path.is_dir()),
    ]
    paths = [_below(path, home.root) for path in read]
    try:
        return quick.look(home.root.as_posix(), paths), paths
    except OSError:  # gone while it was looked at: the next build looks again
        return "", paths


def keep_look(home: Home, slug: str, before: Look, lines: Iterable[str]) -> None:
    """Keep that nothing is new as long as these stats stay: what was read, and what was written.

    `before` is the look as it was when the reading began; `lines` are what a build then says.
    Raises OSError where the disk refuses.
    """
    figures, root = home.figures(slug), home.root.as_posix()
    written = [path for name in WRITTEN for path in _walk(figures / name)]
    paths = [*before[1], *(_below(p, home.root) for p in (*written, figures / "ledger.sqlite"))]
    if quick.look(root, before[1]) != before[0] or any("\n" in path for path in paths):
        return  # something arrived meanwhile: the next build has to look
    said = "\n".join(lines).replace("\n", quick.BREAK)
    kept = "\n".join((quick.FORM, quick.look(root, paths), said, *paths))
    write_atomically(figures / quick.FILE, kept.encode("utf-8", "surrogateescape"))


def _walk(folder: Path, *, deep: bool = True) -> Iterator[Path]:
    """Yield a folder and all that stands in it, in an order that stays."""
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in UNREAD) if deep else []
        yield Path(place)
        yield from (Path(place) / name for name in sorted(names))


def _below(path: Path, root: Path) -> str:
    """Return a path below the root; one that stands elsewhere, such as the package's, whole."""
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def digests(figures: Path) -> dict[str, str]:
    """Return the SHA-256 of each page and chart, by its path below the story's folder."""
    import hashlib

    return {
        path.relative_to(figures).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in WRITTEN
        for path in sorted((figures / name).rglob("*"))
        if path.is_file()
    }


def read_state(figures: Path) -> State | None:
    """Return the state that the last build left; null where there is none that can be used."""
    try:
        fields = json.loads((figures / FILE).read_text("utf-8"))
        refused = tuple(Refusal(**entry) for entry in fields.pop("refused"))
        waiting = tuple(Waiting(**entry) for entry in fields.pop("waiting", ()))
        return State(**fields, refused=refused, waiting=waiting)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def write_state(figures: Path, state: State) -> None:
    """Keep the state of a build that ended well."""
    fields = {
        "inputs": state.inputs,
        "outputs": state.outputs,
        "refused": [vars(refusal) for refusal in state.refused],
        "waiting": [vars(waiting) for waiting in state.waiting],
        "kept": state.kept,
        "to_review": state.to_review,
        "digests": state.digests,
        "reports": state.reports,
    }
    write_atomically(figures / FILE, (json.dumps(fields) + "\n").encode())


def forget_state(figures: Path) -> None:
    """Make the next build look again; called before anything is changed."""
    (figures / FILE).unlink(missing_ok=True)
    (figures / quick.FILE).unlink(missing_ok=True)


def _stats(folder: Path, base: Path, *, deep: bool = True) -> Iterator[list[Any]]:
    yield from (_stat(path, base) for path in _walk(folder, deep=deep) if not path.is_dir())


def _stat(path: Path, base: Path) -> list[Any]:
    facts = path.lstat()
    # The change time cannot be set back, so that a file of equal size and date is still seen.
    return [
        os.fsencode(path.relative_to(base)).decode("utf-8", "backslashreplace"),
        facts.st_size,
        facts.st_mtime_ns,
        facts.st_ctime_ns,
        facts.st_ino,
    ]
