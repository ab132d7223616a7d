"""How one number is drawn, and where it is written: the same in every chart.

A filled mark is a number. A bar is a range. An arrow up has no upper bound, one down no lower one.
A hollow mark was said in words only ("dozens"). A triangle that points down is a fall.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.path import Path

from analysis import wording
from analysis.charts.canvas import Sheet, days
from analysis.palette import INK, PAPER

SIGNS = (
    ("at_least", "≥ at least"),
    ("more_than", "> more than"),
    ("about", "~ about"),
    ("up_to", "≤ up to"),
    ("nearly", "< nearly"),
)
MOST_MARKS = 40  # of one line; beyond them only what turns, falls or is highest has a mark
_M, _L = Path.MOVETO, Path.LINETO
UP = Path([(0, 0.25), (0, 1), (-0.25, 0.7), (0, 1), (0.25, 0.7)], [_M, _L, _M, _L, _L])
DOWN = Path([(0, -0.25), (0, -1), (-0.25, -0.7), (0, -1), (0.25, -0.7)], [_M, _L, _M, _L, _L])
LETTER, HIGH, SLACK = 0.0735, 0.125, 0.04  # inches of a letter of 8 points, and around it
ARROW = 0.16  # inches


@dataclass(frozen=True)
class Look:
    """Colour, mark and dash of one source."""

    colour: str
    mark: str = "o"
    dash: Any = "-"


def least(row: Any) -> int:
    """Return the lower of the numbers that a row names."""
    return int(row.high if pd.isna(row.low) else row.low)


def most(row: Any) -> int:
    """Return the higher of the numbers that a row names."""
    return int(row.low if pd.isna(row.high) else row.high)


def middle(row: Any) -> float:
    """Return where the mark of a row stands."""
    return (least(row) + most(row)) / 2


def short(row: Any) -> str:
    """Return a row's number as it is written beside its mark."""
    fell = "▼" if row.change == "fall" else ""
    return fell + wording.short_number(_known(row.low), _known(row.high), row.qualifier)


def spoken(row: Any) -> str:
    """Return a row as the name of its link: who says what, and when it was first printed."""
    times = "1 report" if row.reports == 1 else f"{row.reports:,} reports"
    number = wording.number(_known(row.low), _known(row.high), row.qualifier)
    scope = "" if row.scope == "cumulative" else f" ({wording.SCOPE_WORDS[row.scope]})"
    fell = ", lower than before" if row.change == "fall" else ""
    return (
        f"{wording.source(row.source, belligerent=row.belligerent is True)}: {number} "
        f"{wording.category(row.category)}{scope}, {wording.day(row.date)}{fell}, {times}"
    )


def key(series: pd.DataFrame) -> str:
    """Return what the signs of a chart mean, those alone that it needs."""
    drawn = series[series["scope"] == "cumulative"]
    drawn = drawn if len(drawn) else series
    qualifiers, wide = set(drawn["qualifier"]), drawn["low"].ne(drawn["high"]).fillna(value=False)
    signs = [sign for name, sign in SIGNS if name in qualifiers]
    if (wide & drawn["qualifier"].ne("vague")).any():
        signs.append("bar: a range")
    if "vague" in qualifiers:
        signs.append("hollow: said in words such as “dozens”")
    if drawn["change"].eq("fall").any():
        signs.append("▼ lower than before")
    return "; ".join(signs)


def chosen(rows: Sequence[Any]) -> set[int]:
    """Return which of a line's rows get a mark: all of a short one, of a long one what matters.

    First, last, highest, each fall with the number before it, and the last in each of as many
    equal times as there is room for. No fall is ever left out.
    """
    if len(rows) <= MOST_MARKS:
        return set(range(len(rows)))
    kept = {0, len(rows) - 1, max(range(len(rows)), key=lambda i: (most(rows[i]), -i))}
    for index, row in enumerate(rows):
        if row.change == "fall":
            kept |= {index, max(index - 1, 0)}
    places = days([row.date for row in rows])
    width = (places[-1] - places[0]) / (MOST_MARKS // 2) or 1
    kept |= set({int((p - places[0]) // width): i for i, p in enumerate(places)}.values())
    return kept


def line(axes: Axes, rows: Sequence[Any], look: Look) -> None:
    """Join the totals of one source by steps: between two statements nothing is known."""
    places = days([row.date for row in rows])
    # It ends where the newest number was last printed: nobody stood by it for longer.
    end = max(places[-1], *days([rows[-1].last_published or rows[-1].date]))
    axes.step(
        [*places, end],
        [*map(middle, rows), middle(rows[-1])],
        where="post",
        color=look.colour,
        linestyle=look.dash,
        linewidth=1.1,
        dash_capstyle="butt",
    )


def mark(sheet: Sheet, axes: Axes, row: Any, look: Look, size: float = 5.2) -> None:
    """Draw one row."""
    [place] = days([row.date])
    up, vague = middle(row), row.qualifier == "vague"
    gid = sheet.point(axes, place, up, spoken(row), row.low_claim)
    if most(row) > least(row):
        axes.plot(
            [place, place],
            [least(row), most(row)],
            color=look.colour,
            linewidth=1.2 if vague else 2.6,
            marker="_",
            markersize=6,
            gid=f"{gid}range",
        )
    for bound, arrow in ((row.high, UP), (row.low, DOWN)):
        if pd.isna(bound):
            axes.plot(
                [place],
                [up],
                linestyle="",
                marker=arrow,
                markersize=22,
                markerfacecolor="none",
                markeredgecolor=look.colour,
                markeredgewidth=1.1,
                gid=f"{gid}arrow",
            )
    axes.plot(
        [place],
        [up],
        linestyle="",
        marker="v" if row.change == "fall" else look.mark,
        markersize=size + (1.6 if row.change == "fall" else 0),
        markerfacecolor=PAPER.light if vague else look.colour,
        markeredgecolor=look.colour,
        markeredgewidth=1.2,
        gid=f"{gid}mark",
    )


class Labels:
    """Writes numbers beside marks of one strip; one that would cover another is left out."""

    def __init__(self, axes: Axes, width: float, height: float, room: float) -> None:
        """Take axes with their scales set, their size in inches, and the room on their right."""
        self.axes, self.width, self.height, self.room = axes, width, height, room
        self._taken: list[tuple[float, float, float, float]] = []
        self._marks: list[tuple[float, float]] = []
        self._lines: list[tuple[float, float, float, float]] = []

    def keep_off(self, rows: Sequence[Any]) -> None:
        """Keep labels off the line that joins some rows."""
        steps = [self._inches(p, middle(r)) for p, r in zip(_days(rows), rows, strict=True)]
        for (x, y), (nx, ny) in pairwise(steps):
            self._lines += [(x, y, nx, y), (nx, min(y, ny), nx, max(y, ny))]
        [end] = days([rows[-1].last_published or rows[-1].date])
        x, y = steps[-1]
        self._lines.append((x, y, max(x, self._inches(end, middle(rows[-1]))[0]), y))

    def avoid(self, rows: Sequence[Any]) -> None:
        """Keep labels off the marks of some rows, drawn already."""
        for place, row in zip(_days(rows), rows, strict=True):
            across, up = self._inches(place, middle(row))
            self._marks.append((across, up))
            # Its bar, and the arrow where a bound is open.
            low = min(up, self._inches(place, least(row))[1]) - ARROW * pd.isna(row.low)
            high = max(up, self._inches(place, most(row))[1]) + ARROW * pd.isna(row.high)
            self._lines.append((across - 0.03, low, across + 0.03, high))

    def write(self, rows: Sequence[Any], colour: str) -> None:
        """Write numbers: newest, falls, first, highest, then by the number of reports."""
        if not rows:
            return
        top = max(range(len(rows)), key=lambda i: (most(rows[i]), -i))
        order = {len(rows) - 1: 0, **{i: 1 for i, r in enumerate(rows) if r.change == "fall"}}
        for place, index in enumerate((0, top)):
            order.setdefault(index, place + 2)
        for index in sorted(
            range(len(rows)), key=lambda i: (order.get(i, 9), -int(rows[i].reports), i)
        ):
            self._write(rows[index], colour)

    def _write(self, row: Any, colour: str) -> None:
        text = short(row)
        [place] = days([row.date])
        across, up = self._inches(place, middle(row))
        _, high = self._inches(place, most(row))
        above = high + (0.17 if pd.isna(row.high) else 0.06)
        below = up - HIGH - (0.2 if pd.isna(row.low) else 0.08)
        half = (len(text) * LETTER) / 2
        beside = half + 0.08
        for x, y in (
            (across, above),
            (across + beside, up - HIGH / 2),
            (across, below),
            (across - beside, up - HIGH / 2),
            (across + half * 0.8, above),
            (across - half * 0.8, above),
            (across + beside, up + 0.03),
            (across + beside, up - HIGH - 0.03),
            (across - half * 0.7, below),
            (across + half * 0.7, below),
            (across, above + HIGH),
            (across - half - 0.05, above),
            (across + half + 0.05, above),
            (across + half + 0.05, below),
            (across - half - 0.05, below),
            (across, below - HIGH),
            (across + beside + 0.25, up + 0.05),
        ):
            box = (x - half, y, x + half, y + HIGH)
            if self._free(box):
                self._taken.append(box)
                left, bottom = x / self.width, y / self.height
                self.axes.text(
                    left,
                    bottom,
                    text,
                    transform=self.axes.transAxes,
                    fontsize=8,
                    ha="center",
                    va="bottom",
                    color=INK.light if row.change == "fall" else colour,
                    fontweight="bold" if row.change == "fall" else "normal",
                )
                return

    def _free(self, box: tuple[float, float, float, float]) -> bool:
        left, low, right, high = box
        inside = left >= -SLACK and right <= self.width + self.room and low >= 0
        return (
            inside
            and high <= self.height + 2 * SLACK
            and not any(_meet(box, other) for other in self._taken)
            and not any(_meet(box, segment) for segment in self._lines)
            and not any(
                left - SLACK < x < right + SLACK and low - SLACK < y < high + SLACK
                for x, y in self._marks
            )
        )

    def _inches(self, place: float, value: float) -> tuple[float, float]:
        across, up = (self.axes.transScale + self.axes.transLimits).transform((place, value))
        return across * self.width, up * self.height


def _days(rows: Sequence[Any]) -> list[float]:
    return days([row.date for row in rows])


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _known(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)
