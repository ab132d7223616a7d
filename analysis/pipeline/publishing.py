"""The last part of a run: executed notebooks become pages, and the first page lists them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat

from analysis import __version__
from analysis.book import Book
from analysis.disk import write_atomically
from analysis.model import Refusal
from analysis.publish.pages import IndexEntry, PageFacts, render_index, render_page
from analysis.reports.plan import Job

GROUPS = {"source": "Source by source"}  # the heading under which a report stands on the first page
OVERVIEW = "The story"


@dataclass(frozen=True)
class Publisher:
    """Writes the pages of one story, each only where its bytes changed.

    `edition` is the moment of this run; `moments` says of each page when its report ran.
    """

    book: Book
    folder: Path
    edition: str
    refused: tuple[Refusal, ...]
    links: tuple[tuple[str, str], ...]

    def facts(self, job: Job, code_hash: str) -> PageFacts:
        """Return what the page of a report says about itself."""
        documents = self.book.documents()
        dated = documents["published"].dropna()
        return PageFacts(
            story_title=self.book.story.title,
            title=job.title,
            cut_off=max(dated) if len(dated) else None,
            known_at=self.book.known_at or self.edition,
            edition=self.edition,
            notebook_hash=code_hash,
            version=__version__,
            documents=len(documents),
            claims=len(self.book.claims()),
            refused=len(self.refused),
            links=self.links,
            description=self.book.story.summary,
        )
