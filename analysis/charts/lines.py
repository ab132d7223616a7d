"""Numbers over time, one strip of axes a source or category, each number written beside its mark.

A filled mark is a number; a bar is a range; a mark with a line upwards has no upper bound. Steps
join the totals of one source: between two statements nothing is known, so nothing is sloped.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import wording
from analysis.charts.canvas import (
    FALL,
    LEFT,
    PARTY,
    PLAIN,
    QUIET,
    RIGHT,
    WIDTH,
    Chart,
    Sheet,
    clean,
    days,
    style,
    time_axis,
)
from analysis.model import rows_of

MOST_SOURCES = 7  # strips of a timeline; the others share one
STRIP, HEAD, LAST = 1.06, 0.24, 0.0  # inches
LETTER, LINE_HEIGHT, SLACK = 0.066, 0.13, 0.05  # inches of a small letter, and beyond an edge
OTHERS = "Other sources"


@dataclass(frozen=True)
class Strip:
    """One strip of a chart: its heading, rows of a series, and whether they make one line."""

    heading: str
    rows: list[Any]
    colour: str
    joined: bool = True


def timeline(series: pd.DataFrame, *, name: str, title: str, subtitle: str, credit: str) -> Chart:
    """Return the totals to date of one category over time, one strip a source.

    The sources with most reports come first and have strips of their own, on one scale; the rest
    share the last one. Where no total was given, the numbers of single events are drawn.
    """
    totals = series[series["scope"] == "cumulative"]
    shown = totals if len(totals) else series
    rows = rows_of(shown)
    reports = Counter[str]()
    for row in rows:
        reports[row.source] += int(row.reports)
    order = sorted(reports, key=lambda source: (-reports[source], source))
    chosen = order if len(order) <= MOST_SOURCES + 1 else order[:MOST_SOURCES]
    strips = [
        Strip(
            source,
            [row for row in rows if row.source == source],
            PARTY if any(r.belligerent is True for r in rows if r.source == source) else PLAIN,
            joined=len(totals) > 0,
        )
        for source in chosen
    ]
    rest = [row for row in rows if row.source not in chosen]
    if rest:
        strips.append(Strip(f"{OTHERS} ({len(order) - len(chosen)})", rest, QUIET, joined=False))
    if any(strip.colour == PARTY for strip in strips):
        subtitle = f"{subtitle}. Orange: a party to the war. ≥ > at least, more than; ~ about"
    alt = f"{title}. " + _spoken(strips)
    return _draw(strips, name, title, subtitle, credit, alt, shown, one_scale=True)


def revisions(series: pd.DataFrame, *, name: str, title: str, subtitle: str, credit: str) -> Chart:
    """Return all totals of one source, one strip a category, with falls marked."""
    totals = series[series["scope"] == "cumulative"]
    shown = totals if len(totals) else series
    rows = rows_of(shown)
    strips = [
        Strip(
            wording.unit(category),
            [row for row in rows if row.category == category],
            PARTY if rows[0].belligerent is True else PLAIN,
            joined=len(totals) > 0,
        )
        for category in dict.fromkeys(row.category for row in rows)
    ]
    alt = f"{title}. " + _spoken(strips)
    return _draw(strips, name, title, subtitle, credit, alt, shown, one_scale=False)


def _draw(
    strips: list[Strip],
    name: str,
    title: str,
    subtitle: str,
    credit: str,
    alt: str,
    data: pd.DataFrame,
    *,
    one_scale: bool,
) -> Chart:
    with style():
        sheet = Sheet(title, subtitle, credit, [STRIP] * max(len(strips), 1))
        every = [row for strip in strips for row in strip.rows]
        if not every:
            axes = sheet.axes(STRIP, HEAD)
            axes.set_axis_off()
            axes.text(0, 0.5, "No number yet", color=QUIET, transform=axes.transAxes)
            return sheet.finish(name, alt, data)
        highest = max(_most(row) for row in every)
        first, last = min(r.date for r in every), max(r.date for r in every)
        top: Axes | None = None
        for place, strip in enumerate(strips):
            axes = sheet.axes(STRIP, HEAD, share=top)
            top = top or axes
            here = highest if one_scale else max(_most(row) for row in strip.rows)
            axes.set_ylim(0, max(here * 1.32, 1))
            time_axis(axes, first, last)
            axes.tick_params(labelbottom=place == len(strips) - 1)
            axes.text(
                -0.085,
                1.06,
                clean(strip.heading),
                transform=axes.transAxes,
                fontsize=9,
                fontweight="bold",
                color=strip.colour,
            )
            _strip(axes, strip)
        return sheet.finish(name, alt, data)


def _strip(axes: Axes, strip: Strip) -> None:
    rows = sorted(strip.rows, key=lambda row: (row.date, row.source))
    places = days([row.date for row in rows])
    if strip.joined:
        # The line ends where the newest number was last printed: nobody stood by it for longer.
        end = max(places[-1], *days([row.last_published or row.date for row in rows[-1:]]))
        axes.step(
            [*places, end],
            [*map(_middle, rows), _middle(rows[-1])],
            where="post",
            color=strip.colour,
            linewidth=0.9,
            alpha=0.45,
        )
    for place, row in zip(places, rows, strict=True):
        fell = row.change == "fall"
        colour = FALL if fell else strip.colour
        low, high = _least(row), _most(row)
        if high > low:
            axes.plot([place, place], [low, high], color=colour, linewidth=2.4, alpha=0.75)
        if pd.isna(row.high):
            axes.plot([place], [low], marker=r"^", color=colour, markersize=4.5)
        else:
            axes.plot(
                [place], [_middle(row)], marker="v" if fell else "o", color=colour, markersize=3.6
            )
    _labels(axes, rows, places, strip)


def _labels(axes: Axes, rows: list[Any], places: list[float], strip: Strip) -> None:
    """Write the numbers beside their marks; one that would cover another is left to the table."""
    width = WIDTH - LEFT - RIGHT
    low, high = axes.get_xlim()
    top = axes.get_ylim()[1]
    taken: list[tuple[float, float, float, float]] = []
    marks = [
        ((p - low) / (high - low) * width, _middle(r) / top * (STRIP - HEAD))
        for p, r in zip(places, rows, strict=True)
    ]
    for index in sorted(range(len(rows)), key=lambda i: _weight(rows, i)):
        row = rows[index]
        text = wording.short_number(_known(row.low), _known(row.high), row.qualifier)
        if row.change == "fall":
            text = f"▼{text}"
        across, up = marks[index]
        half, rise = len(text) * LETTER / 2, (_most(row) / top) * (STRIP - HEAD) + 0.05
        for shift, lift in _spots(half, rise, up):
            x, y = across + shift, lift
            box = (x - half, y, x + half, y + LINE_HEIGHT)
            inside = (
                box[0] >= -SLACK
                and box[2] <= width + RIGHT
                and box[3] <= STRIP - HEAD + SLACK
                and y > -SLACK / 2
            )
            if (
                inside
                and not any(_meet(box, other) for other in taken)
                and not any(
                    box[0] < mx < box[2] and box[1] - 0.03 < my < box[3] + 0.02 for mx, my in marks
                )
            ):
                taken.append(box)
                axes.text(
                    low + x / width * (high - low),
                    y / (STRIP - HEAD) * top,
                    text,
                    fontsize=7.5,
                    ha="center",
                    va="bottom",
                    color=FALL if row.change == "fall" else strip.colour,
                )
                break


def _spots(half: float, rise: float, up: float) -> list[tuple[float, float]]:
    """Return where the label of a mark may stand, in inches from the mark and from the ground."""
    return [
        (0, rise),
        (half + 0.06, up - LINE_HEIGHT / 2),
        (0, up - LINE_HEIGHT - 0.06),
        (-half - 0.06, up - LINE_HEIGHT / 2),
        (half * 0.8, rise + 0.02),
        (-half * 0.8, rise + 0.02),
        (half + 0.05, up + 0.02),
        (0, rise + LINE_HEIGHT),
        (-half * 0.6, rise + LINE_HEIGHT),
        (half * 0.7, rise + LINE_HEIGHT),
        (half * 0.6, up - LINE_HEIGHT - 0.08),
    ]


def _weight(rows: list[Any], index: int) -> tuple[float, ...]:
    """Return in which order labels are placed: newest, then the much reported, then the rest."""
    row = rows[index]
    return (index != len(rows) - 1, -int(row.reports), row.change == "unclear", index)


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _spoken(strips: list[Strip]) -> str:
    parts = []
    for strip in strips:
        rows = sorted(strip.rows, key=lambda row: (row.date, row.source))
        if strip.heading.startswith(OTHERS):
            continue
        first, last = rows[0], rows[-1]
        text = f"{strip.heading}: {_number(first)} on {wording.day(first.date)}"
        if len(rows) > 1:
            text += f", {_number(last)} on {wording.day(last.date)}"
        parts.append(text)
    return "; ".join(parts) + "." if parts else "No number yet."


def _number(row: Any) -> str:
    return wording.number(_known(row.low), _known(row.high), row.qualifier)


def _known(value: Any) -> int | None:
    return None if pd.isna(value) else int(value)


def _least(row: Any) -> int:
    return int(row.high if pd.isna(row.low) else row.low)


def _most(row: Any) -> int:
    return int(row.low if pd.isna(row.high) else row.high)


def _middle(row: Any) -> float:
    return (_least(row) + _most(row)) / 2
