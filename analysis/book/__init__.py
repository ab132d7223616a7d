"""What a notebook opens: the numbers of one story as of a day, drawn, listed and worded.

A book reads and never writes. It asks (`selections`), and hands the answers to the rooms that
draw, list and word them.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import decisions, prose, redactions, tables, wording
from analysis.book.selections import READS, Selections
from analysis.errors import BadUsage
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.model import iso_date, iso_moment, rows_of, slug_of
from analysis.story import Story, find_story, read_story

if TYPE_CHECKING:
    # Imported where a chart is drawn: a build draws none, and matplotlib takes a second.
    from analysis import charts

__all__ = ["READS", "Book", "book_of", "check_times", "open_book"]


def open_book(
    home: Home,
    slug: str,
    *,
    until: str = "",
    known_at: str = "",
    private: bool = False,
    misfits: list[str] | None = None,
) -> "Book":
    """Return the book of a story, as of a day of publication and a moment of the ledger.

    A `private` book shows all words, also those that are withheld from the public. Raises
    BadUsage for dates that are none, BadStory for a story file with a fault, and BadCorrection
    for a correction that no longer fits; with `misfits`, each of these is named there instead and
    left out.
    """
    story = read_story(find_story(slug, home.stories))
    with Ledger(home.ledger(slug)) as ledger:
        return book_of(
            story, ledger, until=until, known_at=known_at, private=private, misfits=misfits
        )


def book_of(
    story: Story,
    ledger: Ledger,
    *,
    until: str = "",
    known_at: str = "",
    private: bool = False,
    misfits: list[str] | None = None,
) -> "Book":
    """Return the book of a story from an open ledger; raises what `open_book` raises."""
    day = _checked("until", until, iso_date)
    moment = _checked("known_at", known_at, iso_moment)
    now = decisions.dated(decisions.read_decisions(story.folder), ledger.decisions())
    decided, aliases = now
    if moment is not None:  # a decision that came later was not known then
        held = ledger.decisions_at(moment)
        decided, aliases = decisions.known(now, held, moment, story.folder / decisions.FILE)
    claims, documents = ledger.claims(moment), ledger.documents(moment)
    public = None
    if not private:
        withheld = redactions.read_redactions(story.folder / redactions.FILE)
        limit = story.quote_characters
        public = redactions.Public(claims, documents, withheld, limit, complete=moment is None)
    return Book(
        story,
        claims,
        documents,
        ledger.doubts(moment),
        decided,
        aliases,
        until=day,
        known_at=ledger.last_known_at(moment),
        public=public,
        misfits=misfits,
    )


def check_times(given: Mapping[str, Any]) -> None:
    """Refuse an `until` or `known_at` that is no date, with BadUsage."""
    _checked("until", str(given.get("until", "")), iso_date)
    _checked("known_at", str(given.get("known_at", "")), iso_moment)


def _checked(name: str, value: str, reader: Callable[[str], str]) -> str | None:
    if not value:
        return None
    try:
        return reader(value)
    except ValueError:
        reason = f"{name} is '{value}', which is not a date; write it as 2025-01-31"
        raise BadUsage(reason) from None


class Book(Selections):
    """The claims, series and comparisons of one story, and charts, tables and words of them."""

    def finding(self, source: str | None = None) -> prose.Words:
        """Return what the numbers say, in two or three sentences that name who says them."""
        if source is not None:
            return prose.source_finding(self.series(source), self.href)
        category = self._told().categories[0]
        return prose.finding(self.series(), self.comparison(category), self.href)

    def timeline(self, category: str) -> "charts.Chart":
        """Return the totals of one category over time on one scale, by source."""
        from analysis import charts

        series = self.series(category=category)
        title = prose.timeline_headline(series, category)
        return charts.timeline(series, self._heading("timeline", category, title, series))

    def multiples(self, category: str) -> "charts.Chart":
        """Return the totals of one category over time, each source in a strip of its own."""
        from analysis import charts

        series = self.series(category=category)
        title = prose.multiples_headline(series, category)
        return charts.multiples(series, self._heading("multiples", category, title, series))

    def spread(self, category: str) -> "charts.Chart":
        """Return how far the sources lie apart over time, and how many times as many that is."""
        from analysis import charts

        comparison = self.comparison(category)
        title = prose.spread_headline(comparison)
        note = "the lowest and the highest number that was current at the same time"
        return charts.spread(comparison, self._heading("spread", category, title, comparison, note))

    def revisions(self, source: str) -> "charts.Chart":
        """Return all numbers of one source over time, by category, with falls marked."""
        from analysis import charts

        series = self.series(source)
        title = prose.revisions_headline(series)
        heading = self._heading("revisions", None, title, series)
        return charts.revisions(series, replace(heading, name=_chart("revisions", source)))

    def parts(self) -> "charts.Chart":
        """Return killed and wounded against the same source's number for both."""
        from analysis import charts

        sums = self.sums()
        heading = self._heading("parts", None, prose.parts_headline(sums), sums, charts.PIECES)
        return charts.parts(sums, replace(heading, name="parts"))

    def repeats(self, category: str) -> "charts.Chart":
        """Return who printed which total when, and which of them were replaced by then."""
        from analysis import charts

        printings = self.printings(category)
        title = prose.repeats_headline(printings)
        heading = self._heading("repeats", category, title, printings, charts.PRINTED)
        return charts.repeats(printings, heading)

    def caption(self, source: str | None = None, category: str | None = None) -> prose.Words:
        """Return what stands under a chart: falls, what is no total, and what has no day."""
        undated = self.undated(source, category)
        falls = self.falls(source, category)
        return prose.caption(self.series(source, category), falls, undated, self.href)

    def current(self) -> tables.Table:
        """Return the newest number of each source and category, with a link to its sentence."""
        return tables.current(self.series(), self.href)

    def changes(self, source: str) -> tables.Table:
        """Return each number that a source gave, in order, with what it changed."""
        return tables.series_table(self.series(source), self.href, _csv("revisions", source))

    def disagreements(self, category: str) -> tables.Table:
        """Return lowest and highest current number on each day on which one of them changed."""
        comparison = self.comparison(category)
        return tables.comparison_table(comparison, self.href, _csv("spread", category))

    def checks(self) -> tables.Table:
        """Return each sum of killed and wounded against the same source's combined number."""
        return tables.sums_table(self.sums(), self.href)

    def check_finding(self) -> prose.Words:
        """Return in words whether killed and wounded add up to the combined numbers."""
        return prose.sums_finding(self.sums())

    def evidence(self, source: str | None = None) -> tables.Table:
        """Return the sentence behind each claim of a source, or of all sources that have no page.

        A claim without a named source stands here too: it is kept, but in no series.
        """
        if source is None:
            return tables.evidence(self._select("unpaged"), by_source=True)
        return tables.evidence(self.claims(source))

    def sources(self) -> tables.Table:
        """Return the sources of the story file, who they are, and the page of each."""
        self._select("sources")
        return tables.sources_table(self._story.sources, self.pages())

    def corrected(self) -> tables.Table:
        """Return what people decided about single claims, and why."""
        return tables.plain(self.corrections(), "What people corrected")

    def review(self) -> tables.Table:
        """Return what is not counted until a person has decided, with the reason."""
        return tables.plain(self.to_review(), "What a person has to decide")

    def href(self, claim_id: str) -> str:
        """Return the address of a claim: on the page of its source, or on the evidence page."""
        if self._places is None:
            with self._unrecorded():
                pages = self.pages()
            self._places = {
                claim.claim_id: pages.get(claim.source, "evidence.html")
                for claim in rows_of(self._counted)
            }
        return f"{self._places[claim_id]}#claim-{claim_id}"

    def _told(self) -> Story:
        """Return the story file; its title, credit or order of categories is about to be told."""
        self._select("facts")
        return self._story

    def _heading(
        self, kind: str, category: str | None, title: str, frame: pd.DataFrame, note: str = ""
    ) -> "charts.Heading":
        """Return the words around a chart: what is counted, when, and how it is drawn."""
        from analysis import charts

        shown = frame
        if "scope" in frame:
            totals = frame[frame["scope"] == "cumulative"]
            shown = totals if len(totals) else frame
            note = charts.key(frame)
        days = shown["published" if "published" in shown else "date"]
        period = wording.period(min(days), max(days)) if len(days) else "no day yet"
        until = f", as printed until {wording.day(self.until)}" if self.until else ""
        story = self._told()
        return charts.Heading(
            name=_chart(kind, category) if category else kind,
            title=title,
            subtitle=f"{story.title}. {wording.unit(category)}, {period}{until}"
            + (f". {wording.capital(note)}" if note else ""),
            credit=story.credit,
            href=self.href,
        )


def _chart(kind: str, of: str) -> str:
    """Return the name of a chart and of its files."""
    return f"{kind}-{slug_of(of)}"


def _csv(kind: str, of: str) -> str:
    """Return the address of the numbers of a chart, as a page has it."""
    return f"charts/{_chart(kind, of)}.csv"
