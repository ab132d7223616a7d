"""The editions of a story on disk: what each one changed, and what the newest one published."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.pipeline.aside import Aside
from analysis.publish.editions import Changes, Snapshot

PUBLISHED = "published.json"  # beside the pages, not among them
EDITIONS = "editions"
FILE = "edition.json"
KEYS = {"edition", "at", "facts", "first", "summary", "lines", "changes"}


@dataclass(frozen=True)
class Published:
    """What the newest edition left: its name, what its pages state, and what was public."""

    edition: str
    facts: dict[str, Any]
    snapshot: Snapshot
    data: str  # digest of all files to download


def read_published(figures: Path) -> Published | None:
    """Return what the newest edition left; null where there is none that can be used."""
    try:
        fields = json.loads((figures / PUBLISHED).read_text("utf-8"))
        return Published(**{**fields, "snapshot": Snapshot(**fields["snapshot"])})
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None


def write_published(figures: Path, published: Published, aside: Aside) -> None:
    """Keep what an edition published; it takes its place with the pages, as the last of them."""
    aside.write(figures / PUBLISHED, _written(asdict(published)))


class Archive:
    """The folder `editions/` among the pages, one folder an edition."""

    def __init__(self, pages: Path, newest: str | None, aside: Aside) -> None:
        """Take the folder of the pages; what stands there after `newest` was never published.

        It is taken away. Where `newest` is not known (null), nothing is: no edition may be lost.
        """
        self.folder = pages / EDITIONS
        self._aside = aside
        self._new: dict[str, dict[str, Any]] = {}
        self._newest = newest
        for path in self.folder.glob("*"):
            if self._began(path):
                aside.clear(path, set())
                with suppress(OSError):  # empty, where a build was killed before its pages changed
                    path.rmdir()

    def name(self, moment: str) -> str:
        """Return the name of a new edition: its second, UTC, and a number where that is taken."""
        second = f"{moment[:19].replace(':', '-')}Z"
        taken = {path.name for path in self._folders()}
        numbered = (f"{second}-{number}" for number in range(2, len(taken) + 3))
        return next(name for name in (second, *numbered) if name not in taken)

    def write(
        self, name: str, facts: dict[str, Any], changes: Changes, words: dict[str, Any]
    ) -> None:
        """Keep one edition; `words` are its summary and lines, and its receipts."""
        edition = {"edition": name, "at": facts["edition"], "facts": facts, **words}
        edition["changes"] = vars(changes)
        self._aside.write(self.folder / name / FILE, _written(edition))
        self._new[name] = edition

    def read(self) -> list[dict[str, Any]]:
        """Return all editions, newest first; one that cannot be read is left out."""
        found = sorted(
            self._new.values(), key=lambda edition: str(edition["edition"]), reverse=True
        )
        for path in self._folders():
            try:
                edition = json.loads((path / FILE).read_text("utf-8"))
                Changes(**edition["changes"])
                if edition.keys() >= KEYS:
                    found.append(edition)
            except (OSError, ValueError, TypeError, KeyError):
                continue
        return found

    def _folders(self) -> list[Path]:
        there = (p for p in self.folder.glob("*") if p.is_dir() and not self._began(p))
        return sorted(there, reverse=True)

    def _began(self, path: Path) -> bool:
        return self._newest is not None and path.name > self._newest


def _written(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
