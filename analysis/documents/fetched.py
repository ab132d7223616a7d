"""What was fetched from the web: which file holds which address, and what replaced what.

The files stand in `documents/fetched/` and are read like any other. A page that changed takes the
place of its older version, which is kept in `archive/fetched/` beside `documents/`, so that it
counts no more and nothing is lost.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from analysis.disk import write_atomically
from analysis.model import Document

FOLDER = "fetched"  # below the story's documents, so that the next build reads it
STATE = ".fetched.json"  # hidden, so that it is no document
ARCHIVE = "archive"


class Address(NamedTuple):
    """An address that a story names: `outlet` is whose page it is (null: as the page says).

    With `follow` it is a feed whose entries are read as pages, and which is no document itself.
    """

    url: str
    outlet: str | None = None
    follow: bool = False


class Notes:
    """What is noted of each address: etag, modified, file, sha256, outlet, and older files."""

    def __init__(self, folder: Path) -> None:
        """Read the notes of a story's folder of documents; without any, all is fetched again."""
        self.folder = folder
        self._path = folder / STATE
        try:
            held = json.loads(self._path.read_bytes())
            self._held = {str(url): dict(said) for url, said in held.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            self._held = {}
        self._by_file: dict[Any, tuple[str, str | None]] = {}

    def of(self, url: str) -> dict[str, Any]:
        """Return what is noted of an address."""
        return self._held.get(url, {})

    def keep(self, url: str, said: dict[str, Any], *, replaces: bool) -> None:
        """Note what an address gave; a file that it `replaces` is to be put away."""
        before = self.of(url)
        older = [*before.get("older", []), before.get("file") if replaces else None]
        said["older"] = sorted({name for name in older if name and name != said["file"]})
        self._held[url] = said
        self._by_file = {}
        text = json.dumps(self._held, indent=1, sort_keys=True)
        write_atomically(self._path, text.encode())

    def put_away(self) -> None:
        """Move the older versions of pages out of the documents, into the archive.

        After a run that was killed in between, the next one does it.
        """
        standing = {said.get("file") for said in self._held.values()}
        for said in self._held.values():
            for name in said.get("older", []):
                path = self.folder / FOLDER / Path(name).name
                if name not in standing and path.is_file():
                    target = self.archive / path.name
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path.replace(target)

    @property
    def archive(self) -> Path:
        """The folder of what was fetched and is no document."""
        return self.folder.parent / ARCHIVE / FOLDER

    def said(self, path: Path) -> str:
        """Return what is noted of a fetched file that its documents depend on; else nothing."""
        if path.parent.name != FOLDER:
            return ""
        url, outlet = self._files().get(path.name, (None, None))
        return json.dumps([url, outlet])

    def complete(self, document: Document, name: str) -> Document:
        """Return a document of a fetched file with its address and outlet, where it lacks them.

        The outlet that the story names is the one that counts.
        """
        url, outlet = self._files().get(name, (None, None))
        if url is None:
            return document
        outlet = outlet or document.outlet
        if document.url or not name.endswith(".html"):
            return replace(document, outlet=outlet)
        key = Document.identify(url, document.text)
        return replace(document, outlet=outlet, url=url, document_id=key)

    def _files(self) -> dict[str, tuple[str, str | None]]:
        """Return address and outlet by the file that holds what was fetched."""
        if not self._by_file:
            for url, said in self._held.items():
                self._by_file.setdefault(said.get("file"), (url, said.get("outlet")))
        return self._by_file
