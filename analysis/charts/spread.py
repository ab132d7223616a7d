"""How far the sources lie apart over time: lowest, highest, and how many times as many."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import wording
from analysis.charts.canvas import (
    LOGARITHMIC,
    Chart,
    Heading,
    Sheet,
    days,
    is_wide,
    number_axis,
    style,
    time_axis,
)
from analysis.model import rows_of
from analysis.palette import GRID, INK, QUIET, SERIES

NUMBERS, RATIO, HEAD, RIGHT = 2.2, 1.15, 0.28, 0.72  # inches
HIGH, LOW = SERIES[1].light, SERIES[0].light
MOST_MARKS = 30


def spread(comparison: pd.DataFrame, heading: Heading) -> Chart:
    """Return lowest and highest current number over time, and below them their ratio."""
    rows = rows_of(comparison)
    if is_wide([value for row in rows for value in (row.lowest, row.highest)]):
        heading = heading.noting(LOGARITHMIC)
    with style():
        sheet = Sheet(heading, [NUMBERS, RATIO], right=RIGHT)
        if not rows:
            sheet.nothing(NUMBERS, "No number to compare yet")
            return sheet.finish(f"{heading.title}. No number to compare yet.", comparison)
        axes = sheet.axes(NUMBERS, HEAD)
        _numbers(sheet, axes, rows)
        _ratio(sheet.axes(RATIO, HEAD, share=axes), rows)
        axes.tick_params(labelbottom=False)
        last = rows[-1]
        alt = (
            f"{heading.title}. On {wording.day(last.date)} the lowest number is "
            f"{_end(last, 'lowest')}, the highest {_end(last, 'highest')}."
        )
        return sheet.finish(alt, comparison)


def _numbers(sheet: Sheet, axes: Axes, rows: list[Any]) -> None:
    low, high = [int(row.lowest) for row in rows], [int(row.highest) for row in rows]
    number_axis(axes, [*low, *high], log=is_wide([*low, *high]), room=1.06)
    time_axis(axes, rows[0].date, rows[-1].date)
    end = axes.get_xlim()[1]
    places = [*days([row.date for row in rows]), end]
    low, high = [*low, low[-1]], [*high, high[-1]]
    axes.fill_between(places, low, high, step="post", color=GRID.light, alpha=0.7, linewidth=0)
    axes.step(places, high, where="post", color=HIGH, linewidth=1.3)
    axes.step(places, low, where="post", color=LOW, linewidth=1.3, linestyle=(0, (5, 2)))
    for which, colour, mark in (("highest", HIGH, "s"), ("lowest", LOW, "o")):
        for row in _turns(rows, which):
            [place] = days([row.date])
            value = int(getattr(row, which))
            words = f"{which.capitalize()} on {wording.day(row.date)}: {_end(row, which)}"
            gid = sheet.point(axes, place, value, words, getattr(row, f"{which}_claim"))
            axes.plot([place], [value], marker=mark, markersize=3.6, color=colour, gid=f"{gid}mark")
    apart = abs(_height(axes, high[-1]) - _height(axes, low[-1])) * (NUMBERS - HEAD)
    shift = max(0.0, (0.32 - apart) / 2) * 72  # in points: the two names never meet
    for value, name, colour, up in (
        (high[-1], "highest", HIGH, shift),
        (low[-1], "lowest", LOW, -shift),
    ):
        axes.annotate(
            f"{name}\n{value:,}",
            (end, value),
            (4, up),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=colour,
            annotation_clip=False,
        )


def _height(axes: Axes, value: float) -> float:
    return float((axes.transScale + axes.transLimits).transform((0, value))[1])


def _ratio(axes: Axes, rows: list[Any]) -> None:
    known = [row for row in rows if not pd.isna(row.ratio)]
    ratios = [float("nan") if pd.isna(row.ratio) else float(row.ratio) for row in rows]
    axes.annotate(
        "How many times as many the highest is",
        (0, 1),
        (-44, 6),
        xycoords="axes fraction",
        textcoords="offset points",
        fontsize=8.5,
        color=QUIET.light,
    )
    if not known:
        axes.set_ylim(0, 2)
        return
    number_axis(axes, [max(2, round(max(float(row.ratio) for row in known) + 0.5))], room=1.25)
    places = [*days([row.date for row in rows]), axes.get_xlim()[1]]
    axes.step(places, [*ratios, ratios[-1]], where="post", color=INK.light, linewidth=1.2)
    widest = max(known, key=lambda row: float(row.ratio))  # the first of several, as in the title
    [place] = days([widest.date])
    axes.plot([place], [float(widest.ratio)], marker="o", markersize=3.6, color=INK.light)
    left = (place - axes.get_xlim()[0]) < (axes.get_xlim()[1] - axes.get_xlim()[0]) / 2
    axes.annotate(
        f"{wording.times(float(widest.ratio))} times",
        (place, float(widest.ratio)),
        (5 if left else -5, 3),
        textcoords="offset points",
        ha="left" if left else "right",
        fontsize=8,
        color=INK.light,
    )


def _turns(rows: list[Any], which: str) -> list[Any]:
    """Return the rows at which one end moved: at most so many, first and newest among them."""
    turns = [
        row
        for before, row in zip([None, *rows], rows, strict=False)
        if before is None or getattr(before, which) != getattr(row, which)
    ]
    if len(turns) <= MOST_MARKS:
        return turns
    step = len(turns) / MOST_MARKS
    kept = {int(place * step) for place in range(MOST_MARKS)} | {len(turns) - 1}
    # The title names the widest distance, so that its two ends have marks: they may have moved last
    # on an earlier day.
    ratios = [0.0 if pd.isna(row.ratio) else float(row.ratio) for row in rows]
    until = rows[ratios.index(max(ratios))].date
    kept.add(max((place for place, row in enumerate(turns) if row.date <= until), default=0))
    return [turns[place] for place in sorted(kept)]


def _end(row: Any, which: str) -> str:
    number = wording.end(int(getattr(row, which)), getattr(row, f"{which}_qualifier"), which)
    belligerent = bool(getattr(row, f"{which}_belligerent"))
    return f"{number} ({wording.source(getattr(row, f'{which}_source'), belligerent=belligerent)})"
