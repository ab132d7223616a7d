"""Numbers over time: the sources on one scale, each in a strip of its own, or one source alone."""

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from analysis import wording
from analysis.charts.canvas import (
    LOGARITHMIC,
    RIGHT,
    Chart,
    Heading,
    Sheet,
    clean,
    is_wide,
    number_axis,
    style,
    time_axis,
)
from analysis.charts.marks import Labels, Look, chosen, least, line, mark, most
from analysis.model import rows_of
from analysis.palette import QUIET, SERIES

PANEL, PANEL_HEAD, MARGIN = 2.9, 0.12, 1.34  # inches
STRIP, HEAD = 1.12, 0.27
MOST_STRIPS = 8
OTHERS = "Other sources"
LOOKS = tuple(
    Look(colour.light, mark, dash)
    for colour, mark, dash in zip(
        SERIES,
        ("o", "s", "D", "P"),
        ("-", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 2, 1, 2))),
        strict=True,
    )
)
OTHER = Look(QUIET.light, ".")


@dataclass(frozen=True)
class Strip:
    """The rows of one line: its heading, its look, and whether they are joined."""

    heading: str
    rows: list[Any]
    look: Look
    joined: bool = True


def timeline(series: pd.DataFrame, heading: Heading) -> Chart:
    """Return the totals of one category over time on one scale: four sources, the rest in grey.

    The sources with most reports have a colour, a mark and a dash each. Numbers of single events
    or periods are no totals: they are listed with the data, and drawn only where no total is.
    """
    shown, rows = _shown(series)
    order = _by_reports(rows)
    named = order[: len(LOOKS)]
    strips = [
        Strip(_name(rows, source), [r for r in rows if r.source == source], look, _totals(shown))
        for source, look in zip(named, LOOKS, strict=False)
    ]
    rest = [row for row in rows if row.source not in named]
    heading = _scaled(heading, rows)
    with style():
        sheet = Sheet(heading, [PANEL], right=MARGIN)
        alt = _alt(heading.title, strips)
        if not rows:
            sheet.nothing(PANEL, "No number yet")
            return sheet.finish(alt, _data(series, {}))
        axes = sheet.axes(PANEL, PANEL_HEAD)
        _scale(axes, rows)
        time_axis(axes, rows[0].date, rows[-1].date)
        labels = Labels(axes, sheet.width, PANEL - PANEL_HEAD, 0.1)
        for row in rest:
            mark(sheet, axes, row, OTHER, 4)
        drawn = {row.claim_ids: "mark" for row in rest}
        for strip in reversed(strips):
            drawn |= _strip(sheet, axes, strip)
        labels.avoid([r for r in rows if drawn[r.claim_ids] == "mark"])
        for strip in strips:
            if strip.joined:
                labels.keep_off(strip.rows)
        for strip in strips:
            labels.write([r for r in strip.rows if drawn[r.claim_ids] == "mark"], strip.look.colour)
        labels.write(rest, QUIET.light)
        _names(axes, strips, len(order) - len(named))
        return sheet.finish(alt, _data(series, drawn))


def multiples(series: pd.DataFrame, heading: Heading) -> Chart:
    """Return the totals of one category, one strip a source, all strips on one scale."""
    shown, rows = _shown(series)
    order = _by_reports(rows)
    named = order if len(order) <= MOST_STRIPS else order[: MOST_STRIPS - 1]
    strips = []
    for source in named:
        own = [row for row in rows if row.source == source]
        party = own[0].belligerent is True
        strips.append(Strip(_name(rows, source), own, LOOKS[1 if party else 0], _totals(shown)))
    rest = [row for row in rows if row.source not in named]
    if rest:
        more = f"{OTHERS} ({len(order) - len(named)})"
        strips.append(Strip(more, rest, OTHER, joined=False))
    return _strips(series, strips, heading, together=True)


def revisions(series: pd.DataFrame, heading: Heading) -> Chart:
    """Return all totals of one source, one strip a category, each on its own scale."""
    shown, rows = _shown(series)
    look = LOOKS[1 if rows and rows[0].belligerent is True else 0]
    strips = [
        Strip(
            wording.unit(category),
            [row for row in rows if row.category == category],
            look,
            _totals(shown),
        )
        for category in dict.fromkeys(row.category for row in rows)
    ]
    return _strips(series, strips, heading, together=False)


def _strips(
    series: pd.DataFrame,
    strips: Sequence[Strip],
    heading: Heading,
    *,
    together: bool,
) -> Chart:
    every = [row for strip in strips for row in strip.rows]
    alt = _alt(heading.title, strips)
    heading = _scaled(heading, every) if together else heading
    with style():
        sheet = Sheet(heading, [STRIP] * max(len(strips), 1))
        if not every:
            sheet.nothing(STRIP, "No number yet")
            return sheet.finish(alt, _data(series, {}))
        drawn: dict[tuple[str, ...], str] = {}
        first, last = min(r.date for r in every), max(r.date for r in every)
        top: Axes | None = None
        for place, strip in enumerate(strips):
            axes = sheet.axes(STRIP, HEAD, share=top)
            top = top or axes
            _scale(axes, every if together else strip.rows, room=1.32)
            time_axis(axes, first, last)
            axes.tick_params(labelbottom=place == len(strips) - 1)
            axes.annotate(
                clean(strip.heading),
                (0, 1),
                (-44, 6),
                xycoords="axes fraction",
                textcoords="offset points",
                fontsize=8.5,
                fontweight="bold",
                color=strip.look.colour,
            )
            drawn |= _strip(sheet, axes, strip)
            marked = [r for r in strip.rows if drawn[r.claim_ids] == "mark"]
            labels = Labels(axes, sheet.width, STRIP - HEAD, RIGHT)
            labels.avoid(marked)
            if strip.joined:
                labels.keep_off(strip.rows)
            labels.write(marked, strip.look.colour)
        return sheet.finish(alt, _data(series, drawn))


def _strip(sheet: Sheet, axes: Axes, strip: Strip) -> dict[tuple[str, ...], str]:
    if strip.joined:
        line(axes, strip.rows, strip.look)
    kept = chosen(strip.rows)
    for index in sorted(kept):
        mark(sheet, axes, strip.rows[index], strip.look)
    return {
        row.claim_ids: "mark" if index in kept else "line" for index, row in enumerate(strip.rows)
    }


def _scale(axes: Axes, rows: Sequence[Any], room: float = 1.15) -> None:
    values = [value for row in rows for value in (least(row), most(row))]
    number_axis(axes, values, log=is_wide([most(row) for row in rows]), room=room)


def _scaled(heading: Heading, rows: Sequence[Any]) -> Heading:
    """Say on a chart that its scale is logarithmic."""
    return heading.noting(LOGARITHMIC) if is_wide([most(row) for row in rows]) else heading


def _names(axes: Axes, strips: Sequence[Strip], others: int) -> None:
    """Write the sources on the right, each with its mark, near the height of its newest number."""
    height = PANEL - PANEL_HEAD
    entries = []
    for strip in strips:
        value = (least(strip.rows[-1]) + most(strip.rows[-1])) / 2
        _, up = (axes.transScale + axes.transLimits).transform((0, value))
        entries.append((float(up) * height, textwrap.wrap(clean(strip.heading), 16), strip.look))
    if others:
        entries.append((0.0, textwrap.wrap(f"{OTHERS} ({others})", 16), OTHER))
    entries.sort(key=lambda entry: -entry[0])
    needed = sum(0.13 * len(words) + 0.07 for _, words, _ in entries)
    top = height + 0.06
    for up, words, look in entries:
        size = 0.13 * len(words) + 0.07
        # As near to its number as those above and below leave it.
        top = min(top, max(up + size / 2, needed))
        needed -= size
        centre = top - 0.08
        axes.plot(
            [1.035],
            [centre / height],
            transform=axes.transAxes,
            marker=look.mark,
            markersize=5,
            color=look.colour,
            clip_on=False,
        )
        for part in words:  # each by itself: of lines that are one text the first stands apart
            axes.text(
                1.06,
                top / height,
                part,
                transform=axes.transAxes,
                fontsize=8,
                color=look.colour,
                va="top",
            )
            top -= 0.13
        top -= size - 0.13 * len(words)


def _shown(series: pd.DataFrame) -> tuple[pd.DataFrame, list[Any]]:
    totals = series[series["scope"] == "cumulative"]
    shown = totals if len(totals) else series
    return shown, sorted(rows_of(shown), key=lambda row: (row.date, row.source))


def _totals(shown: pd.DataFrame) -> bool:
    return bool((shown["scope"] == "cumulative").all())


def _by_reports(rows: Sequence[Any]) -> list[str]:
    reports = Counter[str]()
    for row in rows:
        reports[row.source] += int(row.reports)
    return sorted(reports, key=lambda source: (-reports[source], source))


def _name(rows: Sequence[Any], source: str) -> str:
    party = any(row.belligerent is True for row in rows if row.source == source)
    return wording.source(source, belligerent=party)


def _data(series: pd.DataFrame, drawn: dict[tuple[str, ...], str]) -> pd.DataFrame:
    return series.assign(drawn=[drawn.get(ids, "listed") for ids in series["claim_ids"]])


def _alt(title: str, strips: Sequence[Strip]) -> str:
    parts = []
    for strip in strips:
        if not strip.rows or strip.heading.startswith(OTHERS):
            continue
        first, last = strip.rows[0], strip.rows[-1]
        text = f"{strip.heading}: {_said(first)} on {wording.day(first.date)}"
        if len(strip.rows) > 1:
            text += f", {_said(last)} on {wording.day(last.date)}"
        parts.append(text)
    return f"{title}. " + ("; ".join(parts) + "." if parts else "No number yet.")


def _said(row: Any) -> str:
    low = None if pd.isna(row.low) else int(row.low)
    high = None if pd.isna(row.high) else int(row.high)
    return wording.number(low, high, row.qualifier)
