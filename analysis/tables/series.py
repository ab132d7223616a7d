"""Lists that grow day by day: the numbers of one source, and the distance between sources."""

import html
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.tables import cells
from analysis.tables.markup import Href, Table, build, escape, to_claim

MOST_ROWS, NEWEST = 120, 30  # of a list that grows day by day
CHANGE_WORDS = {"first": "first number", "rise": "rise", "fall": "fall", "unclear": "not clear"}


def series_table(series: pd.DataFrame, href: Href, every: str) -> Table:
    """Return each number of a source in order of its day, with what it changed.

    Of more than MOST_ROWS those that say most: see `thinned`. `every` is the address of all.
    """
    found = sorted(rows_of(series), key=lambda r: (r.category, r.scope, r.date))
    kept = thinned(
        found,
        lambda r: (r.category, r.scope, r.date[:7]),
        lambda r: r.change in ("first", "fall", "unclear"),
    )
    rows = sorted(kept, key=lambda r: (r.date, r.category, r.scope))
    table = build(
        "Each number, by the day on which it was first printed",
        ("Day", "Counted as", "Number", "Kind of number", "Change", "Printed by", "Until"),
        (
            (
                cells.day(row.date),
                escape(wording.category(row.category)),
                cells.linked(row, href) + _differing(row),
                escape(wording.scope(row.scope, cells.known(row.period_days))),
                escape(CHANGE_WORDS.get(row.change, "") if isinstance(row.change, str) else ""),
                f"{row.outlets} {'outlet' if row.outlets == 1 else 'outlets'}",
                cells.day(row.last_published),
            )
            for row in rows
        ),
        empty="No number yet.",
    )
    kept_for = "each fall and what is not clear, with the number before it"
    return _noted(table, f"{len(rows):,} of {len(found):,} numbers", kept_for, every, len(found))


def comparison_table(comparison: pd.DataFrame, href: Href, every: str) -> Table:
    """Return lowest and highest current number by day; each leads to its sentence.

    Of more than MOST_ROWS those that say most: see `thinned`. `every` is the address of all.
    """
    kind = wording.category(comparison["category"].iloc[0]) if len(comparison) else "nobody"
    found = rows_of(comparison)
    widest = max(map(_ratio, found), default=0.0)
    rows = thinned(found, lambda r: r.date[:7], lambda r: _ratio(r) == widest)
    table = build(
        f"Lowest and highest number of people {kind}",
        ("Day", "Lowest", "said by", "Highest", "said by", "Times apart", "Sources"),
        (
            (
                cells.day(row.date),
                to_claim(row.lowest_claim, _end(row, "lowest"), href),
                cells.named(row.lowest_source, row.lowest_belligerent),
                *(
                    (
                        to_claim(row.highest_claim, _end(row, "highest"), href),
                        cells.named(row.highest_source, row.highest_belligerent),
                    )
                    if row.sources > 1 or row.lowest != row.highest
                    else ("<small>one source only</small>", "")
                ),
                "" if pd.isna(row.ratio) else wording.times(float(row.ratio)),
                str(row.sources),
            )
            for row in rows
        ),
        empty="No two numbers to compare yet.",
    )
    days = f"{len(rows):,} of {len(found):,} days"
    return _noted(table, days, "those on which the distance was widest", every, len(found))


def _noted(table: Table, shown: str, kept_for: str, every: str, rows: int) -> Table:
    """Put before a table that shows not all of its rows which it shows, and where all are."""
    if rows <= MOST_ROWS:
        return table
    words = f"{shown}: the last of each month, {kept_for}, and the newest {NEWEST}."
    link_to_all = f'<a href="{html.escape(every)}">All of them, as CSV</a>'
    return Table(f"<p>{words} {link_to_all}.</p>{table.markup}", f"{words}\n{table.text}")


def thinned(
    rows: Sequence[Any], month: Callable[[Any], Any], always: Callable[[Any], bool]
) -> list[Any]:
    """Return all of a few rows; of more than MOST_ROWS the last of each month and the newest.

    What `always` holds of is kept, with the row before it: no fall is left out.
    """
    if len(rows) <= MOST_ROWS:
        return list(rows)
    kept = set({month(row): place for place, row in enumerate(rows)}.values())
    kept |= {place for place, row in enumerate(rows) if always(row)}
    kept |= {place - 1 for place in range(1, len(rows)) if always(rows[place])}
    kept |= set(sorted(range(len(rows)), key=lambda place: rows[place].date)[-NEWEST:])
    return [rows[place] for place in sorted(kept)]


def _differing(row: Any) -> str:
    """Return a remark where outlets heard one statement differently, so that a range was made."""
    merged = row.qualifier == "range" and row.reports > 1
    return " <small>(reports differ)</small>" if merged else ""


def _ratio(row: Any) -> float:
    """Return how many times apart two sources are; zero where there is one only."""
    return 0.0 if pd.isna(row.ratio) else float(row.ratio)


def _end(row: Any, which: str) -> str:
    value, qualifier = int(getattr(row, which)), getattr(row, f"{which}_qualifier")
    return escape(wording.end(value, qualifier, which))
