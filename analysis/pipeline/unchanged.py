"""Find out from file stats alone that nothing is new, before any slow library is imported.

After each good build the stats of everything it depended on are kept, and those of the pages. If
both are as they were, there is nothing to do: no ledger is opened and no file is touched.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis import quick
from analysis.disk import write_atomically
from analysis.home import Home
from analysis.model import Refusal

FILE = "state.json"
PACKAGE = Path(__file__).resolve().parent.parent
KINDS = (".py", ".toml", ".json", ".css", ".j2", ".mplstyle")
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


def inputs(home: Home, slug: str) -> list[Any]:
    """Return the stats of what a build depends on: the story, the notebooks and the package."""
    return [
        *_stats(home.story(slug), home.root),
        *_stats(home.notebooks, home.root, deep=False),
        *_stats(PACKAGE, PACKAGE.parent),
    ]


def outputs(figures: Path) -> list[Any]:
    """Return the stats of what a build publishes, and of the ledger's file."""
    found = [entry for name in ("pages", "charts") for entry in _stats(figures / name, figures)]
    ledger = figures / "ledger.sqlite"
    return [*found, _stat(ledger, figures)] if ledger.is_file() else found


def read_paths(home: Home, slug: str) -> list[str]:
    """Return the paths whose stats tell that a build has something to read: files and folders."""
    return [
        *_paths(home.story(slug), home.root),
        *_paths(home.notebooks, home.root, deep=False),
        # Of the package the files alone: compiling its modules changes its folders.
        *(path for path in _paths(PACKAGE, None) if path.endswith(KINDS)),
    ]


def written_paths(home: Home, slug: str) -> list[str]:
    """Return the paths of what a build publishes, and of the ledger's file."""
    figures = home.figures(slug)
    found = [path for name in ("pages", "charts") for path in _paths(figures / name, home.root)]
    return [*found, f"{_below(figures, home.root)}/ledger.sqlite"]


def _paths(folder: Path, base: Path | None, *, deep: bool = True) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in UNREAD) if deep else []
        yield _below(Path(place), base)
        yield from (f"{_below(Path(place), base)}/{name}" for name in sorted(names))


def _below(path: Path, base: Path | None) -> str:
    return path.relative_to(base).as_posix() if base else path.as_posix()


def digests(figures: Path) -> dict[str, str]:
    """Return the SHA-256 of each page and chart, by its path below the story's folder."""
    import hashlib

    return {
        path.relative_to(figures).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("pages", "charts")
        for path in sorted((figures / name).rglob("*"))
        if path.is_file()
    }


def read_state(figures: Path) -> State | None:
    """Return the state that the last build left; null where there is none that can be used."""
    try:
        fields = json.loads((figures / FILE).read_text("utf-8"))
        refused = tuple(Refusal(**entry) for entry in fields.pop("refused"))
        return State(**fields, refused=refused)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def write_state(figures: Path, state: State) -> None:
    """Keep the state of a build that ended well."""
    fields = {
        "inputs": state.inputs,
        "outputs": state.outputs,
        "refused": [vars(refusal) for refusal in state.refused],
        "kept": state.kept,
        "to_review": state.to_review,
        "digests": state.digests,
    }
    write_atomically(figures / FILE, (json.dumps(fields) + "\n").encode())


def forget_state(figures: Path) -> None:
    """Make the next build look again; called before anything is changed."""
    (figures / FILE).unlink(missing_ok=True)
    (figures / quick.FILE).unlink(missing_ok=True)


def _stats(folder: Path, base: Path, *, deep: bool = True) -> Iterator[list[Any]]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(n for n in folders if n not in UNREAD) if deep else []
        for name in sorted(names):
            yield _stat(Path(place) / name, base)


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
