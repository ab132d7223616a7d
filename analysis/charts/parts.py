"""Killed and wounded of one source, end to end, against the number that it gave for both."""

from typing import Any

import matplotlib as mpl
import matplotlib.ticker
import pandas as pd
from matplotlib.axes import Axes

from analysis import wording
from analysis.charts.canvas import LEFT, WIDTH, Chart, Heading, Sheet, clean, style
from analysis.model import rows_of
from analysis.palette import INK, PAPER, QUIET, SERIES

ROW, MOST_ROWS = 0.64, 14  # inches, and rows: the newest ones
MIDDLE = 0.55  # of a row: where its bar lies
KEY = (
    "Filled: killed. Outlined: wounded. Of a range the upper end is drawn. "
    "The line marks the same source's number for both, given within three days"
)
KILLED, WOUNDED = SERIES[1].light, SERIES[0].light


def parts(sums: pd.DataFrame, heading: Heading) -> Chart:
    """Return killed and wounded as two pieces of one bar, and a line at the combined number.

    Each piece is as long as the number that was named; what the bounds are is written in it. A row
    whose parts do not add up to the whole says so.
    """
    every = rows_of(sums)
    rows = every[-MOST_ROWS:]
    data = sums.assign(drawn=["listed"] * (len(every) - len(rows)) + ["mark"] * len(rows))
    with style():
        sheet = Sheet(heading, [ROW * max(len(rows), 1)])
        if not rows:
            sheet.nothing(ROW, "No source gave killed, wounded and both together")
            return sheet.finish(f"{heading.title}. No source gave all three.", data)
        axes = sheet.axes(ROW * len(rows), 0)
        box = axes.get_position()
        axes.set_position((0.1 / WIDTH, box.y0, box.width + (LEFT - 0.1) / WIDTH, box.height))
        axes.set_ylim(len(rows), 0)
        axes.set_yticks([])
        axes.grid(visible=True, axis="x")
        axes.set_xlim(
            0, 1.08 * max(max(_named(row, kind) for kind in ("sum", "combined")) for row in rows)
        )
        axes.xaxis.set_major_locator(mpl.ticker.MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        for place, row in enumerate(rows):
            _row(sheet, axes, place, row)
        return sheet.finish(f"{heading.title}. " + " ".join(map(_said, rows)), data)


def _row(sheet: Sheet, axes: Axes, place: int, row: Any) -> None:
    axes.text(
        0,
        place + 0.28,
        clean(f"{row.source}, {wording.day(row.date)}")
        + ("" if row.agrees else " – does not add up"),
        fontsize=8.5,
        fontweight="normal" if row.agrees else "bold",
        color=INK.light,
    )
    start = 0
    for kind, colour, face in (("killed", KILLED, KILLED), ("wounded", WOUNDED, PAPER.light)):
        value = _named(row, kind)
        gid = sheet.point(
            axes,
            start + value / 2,
            place + MIDDLE,
            _words(row, kind),
            getattr(row, f"{kind}_claim"),
        )
        axes.barh(
            [place + MIDDLE],
            [value],
            0.3,
            left=start,
            facecolor=face,
            edgecolor=colour,
            linewidth=1.4,
        )[0].set_gid(f"{gid}bar")
        start += value
    whole = _named(row, "combined")
    gid = sheet.point(axes, whole, place + MIDDLE, _words(row, "combined"), row.combined_claim)
    axes.plot(
        [whole, whole],
        [place + MIDDLE - 0.2, place + MIDDLE + 0.2],
        color=INK.light,
        linewidth=2.2,
        gid=f"{gid}line",
    )
    written = (
        f"{_bounds(row, 'killed')} killed + {_bounds(row, 'wounded')} wounded; "
        f"both: {_bounds(row, 'combined')}"
    )
    axes.text(0, place + 0.94, written, fontsize=7.5, color=QUIET.light)


def _named(row: Any, kind: str) -> int:
    """Return the number that was named: of a range the upper one."""
    low, high = getattr(row, f"{kind}_low"), getattr(row, f"{kind}_high")
    return int(low if pd.isna(high) else high) if not (pd.isna(low) and pd.isna(high)) else 0


def _bounds(row: Any, kind: str) -> str:
    low, high = getattr(row, f"{kind}_low"), getattr(row, f"{kind}_high")
    return wording.bounds(None if pd.isna(low) else int(low), None if pd.isna(high) else int(high))


def _words(row: Any, kind: str) -> str:
    noun = "killed or wounded" if kind == "combined" else kind
    return f"{row.source}: {_bounds(row, kind)} {noun}, {wording.day(row.date)}"


def _said(row: Any) -> str:
    agree = "they agree" if row.agrees else "they do not add up"
    return (
        f"{row.source}, {wording.day(row.date)}: {_bounds(row, 'killed')} killed and "
        f"{_bounds(row, 'wounded')} wounded, {_bounds(row, 'combined')} for both; {agree}."
    )
