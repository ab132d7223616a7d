"""Who printed which number when: first, again, or after its source had said another."""

from collections import defaultdict
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import wording
from analysis.charts.canvas import LEFT, WIDTH, Chart, Heading, Sheet, clean, days, style, time_axis
from analysis.model import rows_of
from analysis.palette import GRID, INK, PAPER, QUIET, SERIES

ROW, MOST_ROWS, NARROW = 0.36, 16, 0.064  # inches; statements: those printed most often
KEY = (
    "Large: first printed. Small: printed again. Hollow: printed after its source gave a newer "
    "number. Orange: a party to the war"
)


def repeats(printings: pd.DataFrame, heading: Heading) -> Chart:
    """Return one row a number, by the day it was first printed, with a mark for each report."""
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in rows_of(printings):
        groups[row.source, row.category, row.date].append(row)
    often = sorted(groups, key=lambda key: (-len(groups[key]), key))[:MOST_ROWS]
    order = sorted(often, key=lambda key: (key[2], key))
    drawn = [
        "mark" if (r.source, r.category, r.date) in set(order) else "listed"
        for r in rows_of(printings)
    ]
    data = printings.assign(drawn=drawn)
    with style():
        sheet = Sheet(heading, [ROW * max(len(order), 1)])
        if not order:
            sheet.nothing(ROW, "No report with a day yet")
            return sheet.finish(f"{heading.title}. No report with a day yet.", data)
        axes = sheet.axes(ROW * len(order), 0)
        box = axes.get_position()
        axes.set_position((0.1 / WIDTH, box.y0, box.width + (LEFT - 0.1) / WIDTH, box.height))
        axes.set_ylim(len(order), 0)
        axes.set_yticks([])
        axes.grid(visible=False)
        shown = [row for key in order for row in groups[key]]
        time_axis(axes, min(r.published for r in shown), max(r.published for r in shown))
        for place, key in enumerate(order):
            _row(sheet, axes, place, groups[key])
        old = sum(row.printing == "old" for row in shown)
        drawn_here = f"Drawn: {len(order)} numbers in {len(shown)} reports, {old} of them late."
        alt = f"{heading.title}. {drawn_here}"
        return sheet.finish(alt, data)


def _row(sheet: Sheet, axes: Axes, place: int, rows: list[Any]) -> None:
    colour = SERIES[1 if rows[0].belligerent is True else 0].light
    at = days([row.published for row in rows])
    axes.plot([min(at), max(at)], [place + 0.72] * 2, color=GRID.light, linewidth=1.2)
    for day, row in zip(at, rows, strict=True):
        gid = sheet.point(axes, day, place + 0.72, _words(row), row.claim_id)
        old, first = row.printing == "old", row.printing == "first"
        axes.plot(
            [day],
            [place + 0.72],
            linestyle="",
            marker="o",
            markersize=6.4 if first else 4.2,
            markerfacecolor=PAPER.light if old else colour,
            markeredgecolor=QUIET.light if old else colour,
            markeredgewidth=1.1,
            gid=f"{gid}mark",
        )
    first = rows[0]
    outlets = len({row.outlet or row.url or row.claim_id for row in rows})
    number = wording.number(_known(first.low), _known(first.high), first.qualifier)
    who = wording.source(first.source, belligerent=False)
    words = (
        f"{number} {wording.category(first.category)}, {who}: {wording.counted(outlets, 'outlet')}"
    )
    # Above its first mark, or as far left of that as it takes to end on the sheet.
    low, high = axes.get_xlim()
    words = clean(words)
    free = 1 - len(words) * NARROW / sheet.width
    left = max(0.0, min((at[0] - low) / (high - low), free))
    axes.text(low + left * (high - low), place + 0.42, words, fontsize=8, color=INK.light)


def _words(row: Any) -> str:
    number = wording.number(
        _known(row.printed_low), _known(row.printed_high), row.printed_qualifier
    )
    how = {
        "first": "first printed",
        "again": "printed again",
        "old": f"printed after a newer number of {wording.day(row.replaced)}"
        if row.replaced
        else "",
    }[row.printing]
    who = wording.source(row.source, belligerent=row.belligerent is True)
    return (
        f"{row.outlet or 'Outlet not named'}, {wording.day(row.published)}: {number} "
        f"{wording.category(row.category)} by {who}, {how}"
    )


def _known(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
