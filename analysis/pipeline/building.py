"""One build of one story: what is new comes in, what is stale runs, what ran is published."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__
from analysis.book import Book, book_of, check_times
from analysis.cluster import Cluster
from analysis.documents.seen import FILE
from analysis.errors import BadUsage
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.model import TABLE, digest, iso_moment, slug_of
from analysis.pipeline.jobs import Notebooks, check_given, jobs_of, package_id
from analysis.pipeline.reading import INBOX, Intake, take_in
from analysis.pipeline.running import facts_of, limits_of, run_reports
from analysis.pipeline.summary import Progress, Reported, Summary
from analysis.pipeline.unchanged import forget_state
from analysis.publish.facts import INDEX
from analysis.reports import plan, run
from analysis.reports.parameters import pairs
from analysis.reports.plan import Job
from analysis.reports.run import Outcome
from analysis.story import Story
from analysis.wording import category, number

if TYPE_CHECKING:
    from analysis.pipeline.publishing import Edition, Publisher

MOST_REPORTS = 6  # that a line names


class Build:
    """A build, with its parameters checked before anything is read."""

    def __init__(
        self, home: Home, story: Story, *, until: str, known_at: str, given: tuple[str, ...]
    ) -> None:
        """Check the parameters; raises BadUsage or BadStory."""
        self.home = home
        self.story = story
        self.notebooks = Notebooks(home)
        named = pairs(given)
        times = {k: v for k, v in (("until", until), ("known_at", known_at)) if v}
        if twice := set(named) & set(times):
            reason = f"'{min(twice)}' is set twice, by -p and by its own option"
            raise BadUsage(reason)
        self.given: dict[str, Any] = {**named, **times}
        check_given(story, self.notebooks, self.given)
        check_times(self.given)
        self.until = str(self.given.get("until", ""))
        self.known_at = str(self.given.get("known_at", ""))
        self._ledger: Path | str = home.ledger(story.slug)
        self._books: dict[tuple[str, str], Book] = {}
        self.figures = home.figures(story.slug)
        self.folder = self.figures / "variants" / _name(self.given) if self.given else self.figures

    def preview(self, ledger_file: Path, now: datetime, *, everything: bool) -> Summary:
        """Say what a run would do, working on a copy of the ledger."""
        self._ledger = ledger_file
        with Ledger(self._ledger) as ledger:
            intake, added = take_in(self.story, ledger, now, __version__, lambda *_: None)
            book = self._book(ledger)
        jobs = jobs_of(self.story, self.notebooks, book, self.given)
        stale = self._stale(jobs, book, everything=everything)
        return self._summary(intake, added, book, jobs, stale, {}, dry=True)

    def run(
        self,
        now: datetime,
        *,
        everything: bool,
        at_a_time: int | None,
        executor: Cluster | None,
        progress: Progress,
        spawn: bool = False,
    ) -> Summary:
        """Take in what is new, run what is stale and publish; on a cluster where one is given."""
        forget_state(self.figures)
        with Ledger(self._ledger) as ledger:
            intake, added = take_in(
                self.story, ledger, now, __version__, progress, executor, self.figures / FILE
            )
            book = self._book(ledger)
        jobs = jobs_of(self.story, self.notebooks, book, self.given)
        stale = self._stale(jobs, book, everything=everything)
        facts = facts_of(book, iso_moment(now.isoformat()))
        with ThreadPoolExecutor(1) as beside:  # what notebooks do not change is done as they run
            getting_ready = beside.submit(self._publisher, book, intake)
            ended = self._run(jobs, stale, book, facts, at_a_time, executor, progress, spawn=spawn)
        publisher = getting_ready.result()
        failed = {key: outcome.fault for key, outcome in ended.items() if outcome.fault}
        texts = {job.key: self.notebooks.read(job.notebook.stem) for job in jobs}
        edition = publisher.publish(jobs, texts, failed, facts)
        return self._summary(intake, added, book, jobs, stale, ended, edition)

    def _book(self, ledger: Ledger) -> Book:
        return book_of(self.story, ledger, until=self.until, known_at=self.known_at)

    def _answers(self, job: Job, book: Book) -> Book:
        """Return the book that a report opens: as of days of its own, where the story sets them."""
        until = str(job.parameters.get("until", "")) or self.until
        known_at = str(job.parameters.get("known_at", "")) or self.known_at
        if (until, known_at) == (self.until, self.known_at):
            return book
        if (until, known_at) not in self._books:
            with Ledger(self._ledger) as ledger:
                self._books[until, known_at] = book_of(
                    self.story, ledger, until=until, known_at=known_at
                )
        return self._books[until, known_at]

    def _stale(self, jobs: list[Job], book: Book, *, everything: bool) -> dict[str, str]:
        found = {}
        for job in jobs:
            record = plan.read_record(self.folder / "runs" / job.key)
            answers = self._answers(job, book)
            reason = plan.why_stale(job, record, self._code(job), package_id(), answers)
            if everything and reason is None:
                reason = "asked for (--all)"
            if reason:
                found[job.key] = reason
        return found

    def _code(self, job: Job) -> str:
        return plan.code_of(self.notebooks.read(job.notebook.stem))

    def _run(
        self,
        jobs: list[Job],
        stale: Mapping[str, str],
        book: Book,
        facts: Mapping[str, Any],
        at_a_time: int | None,
        executor: Cluster | None,
        progress: Progress,
        *,
        spawn: bool,
    ) -> dict[str, Outcome]:
        chosen = [job for job in jobs if job.key in stale]
        run.forget_failed(self.folder / "runs", set(stale))
        if not chosen:
            return {}
        known = {
            "code": {job.key: self._code(job) for job in chosen},
            "package": package_id(),
            "page": facts,
            "items": lambda job, asked: self._answers(job, book).rests_on(asked),
        }
        ended = run_reports(
            chosen,
            self.folder / "runs",
            self.home,
            known,
            {job.key: self._seconds(job) for job in chosen},
            at_a_time=at_a_time,
            executor=executor,
            spawn=spawn,
            progress=progress,
            limits=limits_of(self.story.limits),
        )
        return {outcome.job.key: outcome for outcome in ended}

    def _seconds(self, job: Job) -> float | None:
        """Return how long a report took when it last ran well; null where that is not known."""
        record = plan.read_record(self.folder / "runs" / job.key)
        return record.seconds if record else None

    def _publisher(self, book: Book, intake: Intake) -> "Publisher":
        """Return what publishes, with the files that it needs no report for."""
        from analysis.pipeline.publishing import Publisher  # a second, where it is the first time

        publisher = Publisher(
            book, self.folder, tuple(intake.refused), archived=self.folder == self.figures
        )
        publisher.get_ready()
        return publisher

    def _summary(
        self,
        intake: Intake,
        added: dict[str, int],
        book: Book,
        jobs: list[Job],
        stale: Mapping[str, str],
        ended: Mapping[str, Outcome],
        edition: "Edition | None" = None,
        *,
        dry: bool = False,
    ) -> Summary:
        notes = [
            f"no words are known for the language '{language}': its documents were kept unread"
            for language in sorted(intake.unread_languages)
        ]
        failed = {key: outcome.fault for key, outcome in ended.items() if outcome.fault}
        return Summary(
            self.story.slug,
            self.folder / "pages" / INDEX,
            added=added,
            figures=tuple(_figures(intake)),
            rows=sum(not document.origin.startswith(INBOX) for document in intake.documents),
            withdrawn=tuple(intake.withdrawn),
            silent=tuple(intake.silent()),
            to_review=len(book.to_review()),
            refused=tuple(intake.refused),
            waiting=tuple(intake.waiting),
            ran=tuple((key, why) for key, why in stale.items() if key not in failed),
            failed=tuple(f"{key}: {why}; {self._left(key)}" for key, why in failed.items()),
            kept=len(jobs) - len(stale),
            notes=tuple(notes),
            changed=tuple(_changed(edition)) if edition else (),
            dry=dry,
            reports=tuple(self._reported(job, stale.get(job.key), ended) for job in jobs),
        )

    def _reported(self, job: Job, reason: str | None, ended: Mapping[str, Outcome]) -> Reported:
        outcome = ended.get(job.key)
        page = self.folder / "pages" / job.page
        result = "up_to_date" if reason is None else "would_run"
        if outcome is not None:
            result = "failed" if outcome.fault else "ran"
        return Reported(
            job.key,
            job.title,
            page if page.is_file() else None,
            result,
            reason,
            outcome.seconds if outcome else None,
            outcome.fault if outcome else None,
        )

    def _left(self, key: str) -> str:
        page = self.folder / "pages" / f"{key}.html"
        kept = self.folder / run.FAILED / f"{key}.ipynb"
        seen = f" (look at {kept})" if kept.is_file() else ""
        return ("its last good page stays" if page.is_file() else "it has no page yet") + seen


def _changed(edition: "Edition") -> Iterator[str]:
    """Yield in three lines what an edition changed."""
    yield f"changed: {edition.summary}"
    yield f"totals: {'; '.join(edition.lines) or 'none moved'}"
    reports = ", ".join(page.removesuffix(".html") for page in edition.reports[:MOST_REPORTS])
    more = len(edition.reports) - MOST_REPORTS
    reports += f" and {more} more" if more > 0 else ""
    yield f"reports: {reports or 'none says anything else'}; edition: {edition.page}"


def _figures(intake: Intake) -> Iterator[str]:
    """Yield one line for each claim that was read from a text, in order."""
    for reading in intake.readings:
        for claim in reading.claims:
            if claim.extractor != TABLE:
                said = number(claim.low, claim.high, claim.qualifier)
                status = "" if claim.status == "reported" else f" ({claim.status})"
                source = claim.source_text or "no source named"
                yield f"{said} {category(claim.category)}{status}, {source}: {claim.victims or '?'}"


def _name(given: Mapping[str, Any]) -> str:
    """Return the folder name of a variant: readable, and different for different parameters."""
    words = "-".join(f"{name}-{value}" for name, value in sorted(given.items()))
    return f"{slug_of(words)[:60].rstrip('-')}-{digest(words)[:6]}"
