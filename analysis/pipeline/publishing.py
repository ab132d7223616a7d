"""The last part of a run: executed notebooks become pages, and an edition says what changed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

from analysis.book import Book
from analysis.model import Refusal
from analysis.pipeline.archive import Archive, Published, read_published, write_published
from analysis.pipeline.aside import Aside
from analysis.pipeline.chapters import Chapters
from analysis.pipeline.charting import publish_charts
from analysis.pipeline.jobs import title_of
from analysis.pipeline.rendering import rendered
from analysis.publish.downloads import Download, downloads
from analysis.publish.edition_pages import lines_of, summary
from analysis.publish.editions import Changes, Snapshot, compare, snapshot
from analysis.publish.facts import CHAPTERS, INDEX, IndexEntry, PageFacts
from analysis.publish.pages import render_pages
from analysis.publish.sentences import claims_in, lead, part_address, without_addresses
from analysis.reports.plan import NOTEBOOK, Job, Record, code_of, read_record

EMPTY = Snapshot({}, [], {})


@dataclass(frozen=True)
class Edition:
    """What a build published: its words for the command line, and where it says more."""

    name: str
    summary: str
    lines: tuple[str, ...]
    reports: tuple[str, ...]
    page: Path


@dataclass(frozen=True)
class Publisher:
    """Writes the pages, charts and files of one story, which change together.

    `archived` says whether editions are kept: those of the story are, those of a variant (the
    story as of another day) are not.
    """

    book: Book
    folder: Path  # holds runs/, pages/ and charts/
    refused: tuple[Refusal, ...]
    archived: bool = True

    def get_ready(self) -> None:
        """Make what no report is needed for: the files to download, and lists that pages need."""
        _ = self._files
        self.book.to_review()

    @cached_property
    def _files(self) -> list[Download]:
        frames = (self.book.claims(), self.book.series(), self.book.corrections())
        return downloads(dict(zip(("claims", "series", "corrections"), frames, strict=True)))

    def publish(
        self,
        jobs: Sequence[Job],
        notebooks: Mapping[str, Mapping[str, Any]],
        failed: Mapping[str, str],
        now: Mapping[str, Any],
    ) -> Edition | None:
        """Write all pages aside; then they take their places, and what no report makes goes.

        `notebooks` are the notebooks as they are written now, by job, for their prose; `failed`
        says of a report why it did not run, so that its last good page is marked as kept.
        Returns the edition, or null where nothing changed and the last one stands. Raises OSError
        where the disk refuses: the old pages then stay, or a change that began is finished by the
        next run.
        """
        with Aside(self.folder) as aside:
            edition = self._written(jobs, notebooks, failed, now, aside)
            aside.change()
        return edition

    def _written(
        self,
        jobs: Sequence[Job],
        notebooks: Mapping[str, Mapping[str, Any]],
        failed: Mapping[str, str],
        now: Mapping[str, Any],
        aside: Aside,
    ) -> Edition | None:
        pages = self.folder / "pages"
        records = {job.key: read_record(self.folder / "runs" / job.key) for job in jobs}
        shown = [
            self._as_ran(job, records[job.key], notebooks[job.key])
            for job in jobs
            if records[job.key] or (pages / job.page).is_file()
        ]
        links = self._links(shown)
        entries, made = [], {}
        for job in shown:
            facts = self._facts(job, records[job.key], links, now)
            made[job.page] = (
                self._pages(job, record, notebooks[job.key], facts)
                if (record := records[job.key])
                else _kept(pages, job.page)
            )
            entries.append(_entry(job, facts, self._about(job), failed.get(job.key)))
        places = {
            claim: address
            for together in made.values()
            for address, text in together.items()
            for claim in claims_in(text)
        }
        for address, text in ((a, t) for together in made.values() for a, t in together.items()):
            aside.write(pages / address, lead(text, places, address).encode("utf-8"))
        contents = {page: _content_of(together) for page, together in made.items()}
        charts = publish_charts(self.book, self.folder, jobs, records, aside)
        files = self._files
        rejected = sorted(self.book.rejected())
        after = snapshot(self.book.claims(), self.book.series(), contents, rejected)
        before = read_published(self.folder) if self.archived else None
        newest = before.edition if before else None
        archive = Archive(pages, newest, aside) if self.archived else None
        facts_now = dict(now)
        edition = None
        data = _digest(files)
        if archive is not None:
            changes = compare(before.snapshot if before else EMPTY, after)
            fresh = any(r and r.facts["edition"] == now["edition"] for r in records.values())
            if before and not (changes or fresh or data != before.data):
                name, facts_now = before.edition, before.facts
            else:
                name = archive.name(str(now["edition"]))
                edition = self._edition(name, changes, first=before is None)
                archive.write(
                    name,
                    facts_now,
                    changes,
                    self._words(edition, records, files, first=before is None),
                )
        chapters = Chapters(self.book, self.folder, self.refused, facts_now, links, places, aside)
        chapters.write(entries, files, charts, archive)
        addresses = (address for together in made.values() for address in together)
        aside.clear(pages, {INDEX, *CHAPTERS, "feed.xml", *addresses})
        if archive is not None and edition is not None:
            write_published(self.folder, Published(name, facts_now, after, data), aside)
        return edition

    def _links(self, shown: Sequence[Job]) -> tuple[tuple[str, str], ...]:
        chapters = [
            (page, title)
            for page, (title, _) in CHAPTERS.items()
            if self.archived or page != "changes.html"
        ]
        reports = [(job.page, job.title) for job in shown if not job.one_of_many]
        return ((INDEX, "Contents"), *reports, *chapters)

    def _facts(
        self,
        job: Job,
        record: Record | None,
        links: tuple[tuple[str, str], ...],
        now: Mapping[str, Any],
    ) -> PageFacts:
        return PageFacts(
            story_title=self.book.story.title,
            title=job.title,
            notebook_hash=record.code if record else "",
            refused=len(self.refused),
            links=links,
            description=job.description,
            address=job.page,
            every=self.book.story.every,
            **(record.facts if record else now),
        )

    def _about(self, job: Job) -> str:
        """Return what the first page says of a page: of one source, who that is."""
        name = job.parameters.get("source")
        source = next((s for s in self.book.story.sources if s.name == name), None)
        if source is None:
            return "" if name else job.description
        party = "a party to the war" if source.belligerent else ""
        return ", ".join(filter(None, (source.country, source.kind, party)))

    def _pages(
        self, job: Job, record: Record, current: Mapping[str, Any], facts: PageFacts
    ) -> Mapping[str, str]:
        def render() -> dict[str, str]:
            return render_pages(self._notebook(job, record, current), facts)

        return rendered(self.folder / "runs" / job.key, current, facts, render)

    def _as_ran(self, job: Job, record: Record | None, current: Mapping[str, Any]) -> Job:
        """Return a job under the title that it had when it ran, where its new code failed."""
        if record is None or record.code == code_of(current) or job.title != title_of(current):
            return job
        return replace(job, title=title_of(self._notebook(job, record, current)) or job.title)

    def _notebook(
        self, job: Job, record: Record, current: Mapping[str, Any]
    ) -> nbformat.NotebookNode:
        """Return the executed notebook with its prose as it is written now, where that fits it."""
        executed: nbformat.NotebookNode = nbformat.read(
            self.folder / "runs" / job.key / NOTEBOOK, as_version=4
        )
        if record.code != code_of(current):  # whose new code failed: its words are not for this one
            return executed
        worded = [c for c in current["cells"] if c["cell_type"] == "markdown"]
        prose = [c for c in executed.cells if c.cell_type == "markdown"]
        if len(worded) == len(prose):
            for cell, new in zip(prose, worded, strict=True):
                cell.source = "".join(new["source"])
        return executed

    def _edition(self, name: str, changes: Changes, *, first: bool) -> Edition:
        return Edition(
            name,
            summary(changes, first=first),
            tuple(lines_of(changes, first=first)),
            tuple(changes.reports),
            self.folder / "pages" / "editions" / name / INDEX,
        )

    @staticmethod
    def _words(
        edition: Edition,
        records: Mapping[str, Record | None],
        files: Sequence[Download],
        *,
        first: bool,
    ) -> dict[str, Any]:
        """Return what an edition keeps besides its changes: words, and what each page rests on."""
        return {
            "first": first,
            "summary": edition.summary,
            "lines": list(edition.lines),
            "receipts": {
                key: {"notebook": r.code, "package": r.package, "reads": r.reads}
                for key, r in records.items()
                if r
            },
            "files": {
                file.name: {"rows": file.rows, "sha256": hashlib.sha256(file.data).hexdigest()}
                for file in files
            },
        }


def _entry(job: Job, facts: PageFacts, about: str, fault: str | None) -> IndexEntry:
    return IndexEntry(
        href=job.page,
        title=job.title,
        description=about,
        group=job.group,
        ran_at=facts.edition,
        state="fresh" if fault is None else "kept",
        note=fault or "",
    )


def _kept(pages: Path, page: str) -> dict[str, str]:
    """Return the last good page of a report that did not run, and the pages of its lists."""
    found = [page, *(path.name for path in sorted(pages.glob(part_address(page, "*"))))]
    return {name: (pages / name).read_text("utf-8") for name in found}


def _content_of(together: Mapping[str, str]) -> str:
    """Return the content id of what a report's pages say, without what they state about themselves.

    Where a claim's row stands is left out too: a list that was cut says nothing new.
    """
    content = hashlib.sha256()
    for text in together.values():
        said = text.partition("</header>")[2].partition("</main>")[0]
        content.update(without_addresses(said).encode())
    return content.hexdigest()[:20]


def _digest(files: Sequence[Download]) -> str:
    content = hashlib.sha256()
    for file in files:
        content.update(file.name.encode() + hashlib.sha256(file.data).digest())
    return content.hexdigest()[:20]
