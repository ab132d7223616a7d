"""The questions that a notebook asks of a story, and a record of which it asked.

Each selection is recorded with a digest of its rows, so that the next run can ask the same
questions again and re-run only the notebooks whose answers changed (see `reports.plan`).
"""

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import corrections, printings, reconcile, redactions, waiting
from analysis import falls as falls_of
from analysis import series as series_of
from analysis.aliases import Alias
from analysis.book.digests import Rows, digest_of
from analysis.book.holdings import CLAIM, LISTS, Holdings, Items
from analysis.book.naming import name_sources
from analysis.errors import BadUsage
from analysis.model import CATEGORIES, WITHDRAWN, digest, rows_of, slug_of
from analysis.story import Story

READS = "TALLYBOOK_READS"  # names the file to which a run's selections are appended
# What pages say of a story, besides its numbers and sources.
FACTS = ("title", "summary", "place", "start", "categories", "totals", "licence", "credit")
CHOSEN = {"claims", "series", "falls", "undated"}  # the rows of one frame, by source and category


class Selections:
    """The frames of one story: what a ledger holds, with sources named and corrections applied.

    `until` is the last day of publication that counts; null means all, undated documents
    included, which a day leaves out. `known_at` is the moment of the newest run that was read;
    null: nothing was read yet.
    """

    def __init__(
        self,
        story: Story,
        claims: pd.DataFrame,
        documents: pd.DataFrame,
        doubts: pd.DataFrame,
        decided: tuple[corrections.Correction, ...] = (),
        aliases: tuple[Alias, ...] = (),
        *,
        until: str | None = None,
        known_at: str | None = None,
        public: redactions.Public | None = None,
        misfits: list[str] | None = None,
    ) -> None:
        """Take the frames of a ledger and a person's decisions about them.

        With `misfits`, decisions that fit no more are named there and left out; else they raise
        BadCorrection.

        `public` withholds what the public may not read; null: nothing is withheld.
        """
        self._story = story
        self.until = until
        self.known_at = known_at
        public = public or redactions.Public(claims, documents, (), None, complete=False)
        # Corrected first: a corrected source is named by the story like any other. Withheld last:
        # whom a sentence counts is decided by all of its words.
        self._claims = public.claims(
            name_sources(story, corrections.apply(claims, decided, misfits), aliases)
        )
        self._corrections = public.quotes(corrections.listed(claims, decided, aliases))
        documents, doubts = public.documents(documents), public.quotes(doubts)
        # Of all documents: two copies of one wire report stay copies where the first has no day.
        copied = documents[documents["near_duplicate_of"].notna()]
        self._copies = dict(zip(copied["document_id"], copied["near_duplicate_of"], strict=True))
        documents = documents[documents["extractor"] != WITHDRAWN]  # they count no more
        if until is not None:
            dated = documents["published"].notna()
            documents = documents[dated & (documents["published"].fillna("") <= until)]
            kept = set(documents["document_id"])
            self._claims = self._claims[self._claims["document_id"].isin(kept)]
            doubts = doubts[doubts["document_id"].isin(kept)]
        self._documents = documents.reset_index(drop=True)
        self._doubts = doubts.reset_index(drop=True)
        self._recorded: set[str] = set()
        self._recording = True
        self._places: dict[str, str] | None = None
        self._asked: dict[str, tuple[str, int]] = {}
        self._rows: dict[str, Rows] = {}

    @property
    def story(self) -> Story:
        """What the story file says; who takes something from it has read its facts and sources."""
        self._select("facts")
        self._select("sources")
        return self._story

    def claims(self, source: str | None = None, category: str | None = None) -> pd.DataFrame:
        """Return the claims that the story counts, all or of one source or category.

        One row a claim, with CLAIM_COLUMNS, then `country`, `kind` and `belligerent` of the
        source (null where it is not in the story file), `note` (of a table's row) and `corrected`
        (the reason of a correction, null where there is none). Raises BadUsage for a source that
        claims nothing here and a category that does not exist; one that the story does not count
        is empty.
        """
        return self._select("claims", source=source, category=category)

    def series(self, source: str | None = None, category: str | None = None) -> pd.DataFrame:
        """Return the claims by source, category and date, with SERIES_COLUMNS."""
        return self._select("series", source=source, category=category)

    def comparison(self, category: str) -> pd.DataFrame:
        """Return lowest and highest current number by date, with COMPARISON_COLUMNS."""
        return self._select("comparison", category=category)

    def sums(self) -> pd.DataFrame:
        """Return killed + wounded against killed_or_wounded by source, with SUM_COLUMNS."""
        return self._select("sums")

    def printings(self, category: str) -> pd.DataFrame:
        """Return who printed which total when, one row a report, with PRINTING_COLUMNS."""
        return self._select("printings", category=category)

    def falls(self, source: str | None = None, category: str | None = None) -> pd.DataFrame:
        """Return the totals that lie below the one before, with FALL_COLUMNS."""
        return self._select("falls", source=source, category=category)

    def undated(self, source: str | None = None, category: str | None = None) -> pd.DataFrame:
        """Return the claims without a day, which stand in no series; columns as in `claims`."""
        return self._select("undated", source=source, category=category)

    def documents(self) -> pd.DataFrame:
        """Return what was read, one row a document, with DOCUMENT_COLUMNS but `text`.

        Further columns: `characters` (length of the text), `extractor`, `claims`, `doubts`.
        """
        return self._select("documents")

    def corrections(self) -> pd.DataFrame:
        """Return what people decided: claim_id, date, decision, reason, by and the sentence."""
        return self._select("corrections")

    def every_claim(self) -> dict[str, dict[str, Any]]:
        """Return for each claim, counted or not, what a decision about it expects."""
        fields = ("category", "low", "high", "qualifier")
        return {
            row.claim_id: {
                name: int(value) if name in ("low", "high") else value
                for name in fields
                if (value := getattr(row, name)) is not None and not pd.isna(value)
            }
            for row in rows_of(self._claims)
        }

    def to_review(self) -> pd.DataFrame:
        """Return what a person has to decide: columns id, figure, quote, source and reason.

        The id is the claim's, by which a correction names it; a doubt has that of its document.
        """
        return self._select("review")

    def waiting(self) -> pd.DataFrame:
        """Return the claims that wait for a decision; columns as in `claims`, with `counts`."""
        return self._claims[self._claims["claim_id"].isin(self._review["id"])]

    def pages(self) -> dict[str, str]:
        """Return for each source with figures enough the address of its page."""
        frame = self._select("pages")
        return dict(zip(frame["source"], frame["page"], strict=True))

    def ask(self, selection: dict[str, str]) -> tuple[str, int]:
        """Return digest and number of rows that a recorded selection has now."""
        asked = json.dumps(selection, sort_keys=True)
        if asked not in self._asked:  # hundreds of reports ask the same
            self._asked[asked] = self._digest(selection)
        return self._asked[asked]

    def rests_on(self, selections: Iterable[dict[str, str]]) -> dict[str, Items | int]:
        """Return what recorded selections are made from: by noun the marks of all items.

        The noun "claim" holds the claims of the sources and categories that were asked for, by
        source and id. Of more items than a record can name only the number is given. A selection
        that can no longer be made is left out.
        """
        found: dict[str, Items | int] = {}
        ids: set[str] = set()
        for selection in selections:
            what = selection["what"]
            try:
                frame = self._answer(selection)
            except BadUsage:
                continue
            if what in LISTS:
                noun, column = LISTS[what]
                found[noun] = self._holdings.rows(frame, column)
                continue
            if what != "unpaged":
                # Not the rows of a comparison: a number may stand in one that is not new at all.
                frame = _chosen(self._counted, selection.get("source"), selection.get("category"))
            ids.update(frame["claim_id"])
            found[CLAIM] = {}
        if CLAIM in found:
            found[CLAIM] = self._holdings.claims(ids)
        return found

    def rejected(self) -> set[str]:
        """Return the ids of the claims that people rejected."""
        decided = self._corrections
        return set(decided.loc[decided["decision"] == "reject", "claim_id"])

    def _select(self, what: str, **arguments: str | None) -> pd.DataFrame:
        selection = {"what": what, **{k: v for k, v in arguments.items() if v is not None}}
        frame = self._answer(selection)
        self._record(selection, frame)
        return frame

    @contextmanager
    def _unrecorded(self) -> Iterator[None]:
        # For what only leads to other pages: their addresses are no numbers.
        before, self._recording = self._recording, False
        try:
            yield
        finally:
            self._recording = before

    def _answer(self, selection: dict[str, str]) -> pd.DataFrame:
        what, source, category = self._checked(selection)
        if what == "comparison":
            return reconcile.compare(self._series, str(category))
        if what == "printings":
            series = self._series[self._series["category"] == category]
            return printings.printings(series, self._counted)
        if what == "sums":
            return reconcile.sums(self._series)
        return _chosen(self._frame(what), source, category)

    def _digest(self, selection: dict[str, str]) -> tuple[str, int]:
        """Return digest and number of rows of an answer, without a frame where rows will do."""
        what, source, category = self._checked(selection)
        if what not in CHOSEN:
            frame = self._answer(selection)
            return digest_of(frame), len(frame)
        if what not in self._rows:
            self._rows[what] = Rows(self._frame(what))
        return self._rows[what].digest(source, category)

    def _checked(self, selection: dict[str, str]) -> tuple[str, str | None, str | None]:
        """Return what a selection asks for, of which source and category; raises BadUsage."""
        what, source = selection["what"], selection.get("source")
        category = selection.get("category")
        if category is not None and category not in CATEGORIES:
            reason = f"category '{category}' is none of {', '.join(CATEGORIES)}"
            raise BadUsage(reason)
        # A source may have falls in none of its numbers.
        if source is not None and what != "falls" and source not in self._known:
            reason = f"no claim has the source '{source}'; this story has: "
            raise BadUsage(reason + (", ".join(sorted(self._known)) or "none yet"))
        return what, source, category

    def _frame(self, what: str) -> pd.DataFrame:
        frame: pd.DataFrame = getattr(self, f"_{what}" if what != "claims" else "_counted")
        return frame

    def _record(self, selection: dict[str, str], frame: pd.DataFrame) -> None:
        place = os.environ.get(READS)
        key = json.dumps(selection, sort_keys=True)
        if not place or not self._recording or key in self._recorded:
            return
        self._recorded.add(key)
        entry = {"selection": selection, "digest": digest_of(frame), "rows": len(frame)}
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    @cached_property
    def _holdings(self) -> Holdings:
        return Holdings(self._claims)

    @cached_property
    def _counted(self) -> pd.DataFrame:
        claims = self._claims
        kept = claims["category"].isin(self._story.categories) & claims["counts"].eq(True)  # noqa: FBT003 null is not counted either
        claims = claims[kept].drop(columns="counts").reset_index(drop=True)
        if self._story.totals == "event":
            # A story about one event: each count of it is a total to date.
            claims["scope"] = claims["scope"].replace("event", "cumulative")
        return claims

    @cached_property
    def _known(self) -> set[str]:
        return set(self._counted["source"].dropna())

    @cached_property
    def _series(self) -> pd.DataFrame:
        return series_of.build(self._counted, self._copies)

    @cached_property
    def _falls(self) -> pd.DataFrame:
        return falls_of.falls(self._series, self._counted)

    @cached_property
    def _undated(self) -> pd.DataFrame:
        claims = self._counted
        loose = claims["published"].isna() & claims["as_of"].isna()
        return claims[loose & claims["source"].notna() & (claims["status"] == "reported")]

    @cached_property
    def _facts(self) -> pd.DataFrame:
        said = [(name, json.dumps(getattr(self._story, name))) for name in FACTS]
        return pd.DataFrame(said, columns=["fact", "says"], dtype=object)

    @cached_property
    def _sources(self) -> pd.DataFrame:
        said = [(s.name, s.country, s.kind, s.belligerent) for s in self._story.sources]
        return pd.DataFrame(
            said, columns=["source", "country", "kind", "belligerent"], dtype=object
        )

    @cached_property
    def _pages(self) -> pd.DataFrame:
        least = [r.least_claims for r in self._story.reports if r.for_each == "source"]
        counts = self._counted["source"].value_counts()
        names = [s.name for s in self._story.sources if least and counts.get(s.name, 0) >= least[0]]
        slugs = [slug_of(name) for name in names]
        return pd.DataFrame(
            {
                "source": names,
                "page": [
                    f"source-{slug}{'-' + digest(name)[:6] if slugs.count(slug) > 1 else ''}.html"
                    for name, slug in zip(names, slugs, strict=True)
                ],
            },
            dtype=object,
        )

    @cached_property
    def _unpaged(self) -> pd.DataFrame:
        return self._counted[~self._counted["source"].isin(self._pages["source"])]

    @cached_property
    def _review(self) -> pd.DataFrame:
        claims = self._claims[self._claims["category"].isin(self._story.categories)]
        known = {source.name for source in self._story.sources}
        halves = series_of.halves(self._counted)
        return waiting.listed(claims, self._doubts, known, self._copies, halves)


def _chosen(frame: pd.DataFrame, source: str | None, category: str | None) -> pd.DataFrame:
    if source is not None:
        frame = frame[frame["source"] == source]
    if category is not None:
        frame = frame[frame["category"] == category]
    return frame.reset_index(drop=True)
