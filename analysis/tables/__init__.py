"""Lists for a page: each datum goes through `escape`, each number leads to its sentence."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import CATEGORIES, rows_of
from analysis.tables import cells
from analysis.tables.cells import linked
from analysis.tables.markup import Fragment, Href, Table, build, escape, to_claim
from analysis.tables.sentences import evidence
from analysis.tables.series import comparison_table, series_table

__all__ = [
    "Fragment",
    "Href",
    "Table",
    "comparison_table",
    "current",
    "escape",
    "evidence",
    "linked",
    "plain",
    "series_table",
    "sources_table",
    "sums_table",
    "to_claim",
]


def current(series: pd.DataFrame, href: Href) -> Table:
    """Return the newest number of each source and category, newest first within a category.

    Totals to date; numbers of another scope only where a source gave no total. The number leads
    to its sentence.
    """
    newest: dict[tuple[str, str], Any] = {}
    for row in rows_of(series.sort_values("date", kind="stable")):
        key = (row.category, row.source)
        held = newest.get(key)
        if held is None or row.scope == "cumulative" or held.scope != "cumulative":
            newest[key] = row
    first = ("killed_or_wounded", *CATEGORIES)
    order = {name: place for place, name in enumerate(dict.fromkeys(first))}
    rows = sorted(newest.values(), key=lambda r: (r.source, r.scope))
    rows = sorted(rows, key=lambda r: r.date, reverse=True)
    rows = sorted(rows, key=lambda r: order[r.category])
    return build(
        "The newest total to date of each source",
        ("Counted as", "Source", "Number", "Day", "Kind of number", "Last printed"),
        (
            (
                escape(wording.category(row.category)),
                _source(row),
                cells.linked(row, href),
                cells.day(row.date),
                escape(wording.SCOPE_WORDS[row.scope]),
                cells.day(row.last_published),
            )
            for row in rows
        ),
        empty="No number yet.",
    )


def sums_table(sums: pd.DataFrame, href: Href) -> Table:
    """Return killed + wounded against the combined number of the same source."""
    return build(
        "Killed and wounded against both together, as one source gave them within three days",
        ("Day", "Source", "Killed", "Wounded", "Sum", "Both, as given", "Agree"),
        (
            (
                cells.day(row.date),
                escape(row.source),
                to_claim(row.killed_claim, _bounds(row.killed_low, row.killed_high), href),
                to_claim(row.wounded_claim, _bounds(row.wounded_low, row.wounded_high), href),
                escape(_bounds(row.sum_low, row.sum_high)),
                to_claim(row.combined_claim, _bounds(row.combined_low, row.combined_high), href),
                "yes" if row.agrees else "<strong>no</strong>",
            )
            for row in rows_of(sums)
        ),
        empty="No source gave all three within three days.",
    )


def sources_table(sources: Iterable[Any], pages: Mapping[str, str]) -> Table:
    """Return the sources of a story, who they are, and the page of each that has one."""
    return build(
        "The sources of the story",
        ("Source", "Country", "Kind", "Side", "Also called"),
        (
            (
                f'<a href="{html.escape(pages[s.name])}">{escape(s.name)}</a>'
                if s.name in pages
                else escape(s.name),
                escape(s.country),
                escape(s.kind),
                "belligerent" if s.belligerent else "",
                escape(", ".join(s.aliases[:4]) + (" …" if len(s.aliases) > 4 else "")),  # noqa: PLR2004 enough to know it by
            )
            for s in sources
        ),
        empty="The story file names none.",
    )


def plain(frame: pd.DataFrame, caption: str) -> Table:
    """Return any frame as a list, its column names as headings."""
    heads = tuple(str(name).replace("_", " ").capitalize() for name in frame.columns)
    rows = ((escape(None if _missing(v) else v) for v in row) for row in frame.to_numpy().tolist())
    return build(caption, heads, rows, empty="Nothing.")


def _source(row: Any) -> str:
    return cells.named(row.source, row.belligerent)


def _bounds(low: Any, high: Any) -> str:
    least, most = cells.known(low), cells.known(high)
    if least is not None and most is not None and least != most:
        return f"{least:,} to {most:,}"
    if most is None and least is not None:
        return f"{least:,} or more"
    return f"{most:,}" if least is not None else f"up to {most or 0:,}"


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 only NaN differs from itself
