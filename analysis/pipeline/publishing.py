"""The last part of a run: executed notebooks become pages, and the first page lists them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from analysis import __version__
from analysis.book import Book
from analysis.disk import write_atomically
from analysis.model import Refusal
from analysis.publish.pages import IndexEntry, PageFacts, render_index, render_page
from analysis.reports.plan import NOTEBOOK, Job, Record, read_record
from analysis.reports.run import CHARTS

INDEX = "index.html"


def facts_of(book: Book, edition: str) -> dict[str, Any]:
    """Return what every page of this run states about the data that it rests on."""
    documents = book.documents()
    dated = documents["published"].dropna()
    return {
        "cut_off": max(dated) if len(dated) else None,
        "known_at": book.known_at or edition,
        "edition": edition,
        "version": __version__,
        "documents": len(documents),
        "claims": len(book.claims()),
    }


@dataclass(frozen=True)
class Publisher:
    """Writes the pages and charts of one story, each only where its bytes changed."""

    book: Book
    folder: Path  # holds runs/, pages/ and charts/
    refused: tuple[Refusal, ...]

    def publish(
        self,
        jobs: Sequence[Job],
        notebooks: Mapping[str, Mapping[str, Any]],
        failed: Mapping[str, str],
        now: Mapping[str, Any],
    ) -> int:
        """Write all pages, then the first page, then take away what no report makes any more.

        `notebooks` are the notebooks as they are written now, by job, for their prose; `failed`
        says of a report why it did not run, so that its last good page is marked as kept.
        Returns how many files changed.
        """
        pages = self.folder / "pages"
        written, entries = 0, []
        records = {job.key: read_record(self.folder / "runs" / job.key) for job in jobs}
        shown = [job for job in jobs if records[job.key] or (pages / job.page).is_file()]
        links = (
            (INDEX, "Contents"),
            *((job.page, job.title) for job in shown if not job.parameters.get("source")),
        )
        for job in shown:
            record = records[job.key]
            facts = PageFacts(
                story_title=self.book.story.title,
                title=job.title,
                notebook_hash=record.code if record else "",
                refused=len(self.refused),
                links=links,
                description=job.description,
                **(record.facts if record else now),
            )
            if record:
                page = render_page(self._notebook(job, notebooks[job.key]), facts)
                written += write_atomically(pages / job.page, page.encode("utf-8"))
            entries.append(
                IndexEntry(
                    href=job.page,
                    title=job.title,
                    description=job.description if not job.parameters.get("source") else "",
                    group=job.group,
                    ran_at=facts.edition,
                    state="kept" if job.key in failed else "fresh",
                    note=failed.get(job.key, ""),
                )
            )
        written += self._charts(jobs)
        written += self._index(entries, records, links, now)
        self._clear(pages, {INDEX, *(job.page for job in shown)})
        return written

    def _notebook(self, job: Job, current: Mapping[str, Any]) -> nbformat.NotebookNode:
        """Return the executed notebook with its prose as it is written now."""
        executed: nbformat.NotebookNode = nbformat.read(
            self.folder / "runs" / job.key / NOTEBOOK, as_version=4
        )
        worded = [c for c in current["cells"] if c["cell_type"] == "markdown"]
        prose = [c for c in executed.cells if c.cell_type == "markdown"]
        if len(worded) == len(prose):
            for cell, new in zip(prose, worded, strict=True):
                cell.source = "".join(new["source"])
        return executed

    def _charts(self, jobs: Sequence[Job]) -> int:
        written, names = 0, set()
        for job in jobs:
            for path in sorted((self.folder / "runs" / job.key / CHARTS).glob("*")):
                names.add(path.name)
                written += write_atomically(self.folder / "charts" / path.name, path.read_bytes())
        self._clear(self.folder / "charts", names)
        return written

    def _index(
        self,
        entries: Sequence[IndexEntry],
        records: Mapping[str, Record | None],
        links: tuple[tuple[str, str], ...],
        now: Mapping[str, Any],
    ) -> int:
        # The newest report's facts: a build that ran nothing leaves the first page as it was.
        made = [record.facts for record in records.values() if record]
        newest = max(made, key=lambda facts: str(facts["edition"]), default=dict(now))
        facts = PageFacts(
            story_title=self.book.story.title,
            title=self.book.story.title,
            notebook_hash="",
            refused=len(self.refused),
            links=links[1:],
            description=self.book.story.summary,
            **newest,
        )
        page = render_index(facts, entries, self.book.finding()._repr_html_(), self.refused)
        return write_atomically(self.folder / "pages" / INDEX, page.encode("utf-8"))

    @staticmethod
    def _clear(folder: Path, names: set[str]) -> None:
        for path in folder.glob("*"):
            if path.name not in names and path.is_file() and not path.name.startswith("."):
                path.unlink()
