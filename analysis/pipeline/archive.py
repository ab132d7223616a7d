"""The editions of a story on disk: what each one changed, and what the newest one published."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from analysis.disk import write_atomically
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


def write_published(figures: Path, published: Published) -> None:
    """Keep what an edition published: the last step, so that a killed build is done again."""
    write_atomically(figures / PUBLISHED, _written(asdict(published)))


class Archive:
    """The folder `editions/` among the pages, one folder an edition."""

    def __init__(self, pages: Path, newest: str | None) -> None:
        """Take the folder of the pages; what a killed build began after `newest` is cleared.

        Where `newest` is not known (null), no edition is: none that was published may be lost.
        """
        self.folder = pages / EDITIONS
        for path in self._folders():
            if newest is not None and path.name > newest:
                shutil.rmtree(path)

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
        write_atomically(self.folder / name / FILE, _written(edition))

    def read(self) -> list[dict[str, Any]]:
        """Return all editions, newest first; one that cannot be read is left out."""
        found = []
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
        return sorted((p for p in self.folder.glob("*") if p.is_dir()), reverse=True)


def _written(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")
