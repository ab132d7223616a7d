"""The sheet that a chart is drawn on: its frame, its words, its scales, and the bytes it becomes.

A chart is five inches wide, so that its letters stay readable on a telephone, and grows downwards.
The same numbers give the same bytes.
"""

import csv
import html
import io
import json
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.style
import matplotlib.ticker
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.charts.svg import Point, refine, without_links
from analysis.model import rows_of
from analysis.palette import INK, QUIET
from analysis.tables import Href, escape
from analysis.wording import MONTHS

STYLE = Path(__file__).with_name("tallybook.mplstyle")
WIDTH = 5.0  # inches
PICTURE_DPI = 200  # of a PNG: a thousand pixels across
LEFT, RIGHT = 0.68, 0.16
TITLE_LINE, LINE = 0.205, 0.158  # inches that a line takes
LONG_SPAN, MIDDLE_SPAN, SHORT_SPAN = 1500, 540, 60  # days
MILLION = 1_000_000
# On a linear scale, what lies below this part of the height cannot be told from the ground.
LOGARITHMIC = "Logarithmic scale: each line stands for ten times the one below"
GROUND, TOO_MANY_THERE = 1 / 50, 1 / 4


@dataclass(frozen=True)
class Heading:
    """What stands around a drawing: its file's name, its words, and where a claim's page is."""

    name: str
    title: str
    subtitle: str
    credit: str
    href: Href | None = None

    def noting(self, words: str) -> "Heading":
        """Return the same with some more words in the subtitle."""
        return replace(self, subtitle=f"{self.subtitle}. {words}")

    def to(self, claim_id: str) -> str:
        """Return the address of a claim; empty where no page is known."""
        return self.href(claim_id) if self.href else ""


@dataclass(frozen=True)
class Chart:
    """A finished drawing: its SVG, what it shows in words, and the numbers that it draws.

    `svg` has links to the pages of a story; `picture` is the same without them, for a file that
    stands alone. `data` has one row a number, and `drawn` says how each is shown: as a mark, as a
    corner of a line, or listed below.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    svg: bytes
    data: pd.DataFrame
    figure: Figure = field(repr=False, compare=False)

    def png(self) -> bytes:
        """Return the drawing as a picture on white, for places that show no SVG."""
        buffer = io.BytesIO()
        with style():
            FigureCanvasAgg(self.figure)
            self.figure.savefig(
                buffer, format="png", dpi=PICTURE_DPI, metadata={"Software": "Tallybook"}
            )
        return buffer.getvalue()

    @property
    def picture(self) -> bytes:
        """The drawing as a file of its own, without links."""
        return without_links(self.svg)

    def csv(self) -> bytes:
        """Return the numbers of the chart as CSV: quoted all over, CRLF, null as empty field."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(self.data.columns)
        for row in rows_of(self.data):
            writer.writerow(_field(value) for value in row)
        return buffer.getvalue().encode("utf-8")

    def described(self) -> bytes:
        """Return its words and the columns of its numbers as JSON."""
        words = {"title": self.title, "subtitle": self.subtitle, "alt": self.alt}
        return json.dumps({**words, "fields": list(self.data.columns)}, indent=1).encode()

    def _repr_svg_(self) -> str:
        return self.picture.decode("utf-8")


def _field(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None or value is pd.NA or value != value else value  # noqa: PLR0124 only NaN differs from itself


class Sheet:
    """A figure that rows of axes are put on, from the top down; all measures are inches."""

    def __init__(self, heading: Heading, heights: Sequence[float], *, right: float = RIGHT) -> None:
        """Make a sheet with a title, and room for axes of the given heights."""
        self.heading = heading
        self.title = textwrap.wrap(clean(heading.title), 47)
        self.subtitle = textwrap.wrap(clean(heading.subtitle), 72)
        self.credit = textwrap.wrap(f"Source: {clean(heading.credit)}", 84)
        above = 0.1 + TITLE_LINE * len(self.title) + 0.04 + LINE * len(self.subtitle) + 0.08
        below = 0.5 + LINE * len(self.credit)
        self.height = above + sum(heights) + below
        self.width = WIDTH - LEFT - right  # of the axes
        self.figure = Figure(figsize=(WIDTH, self.height))
        self._top = self.height - above
        self._points: list[tuple[Axes, float, float, str, str]] = []
        self._write()

    def _write(self) -> None:
        place = self.height - 0.22
        for line in self.title:
            self._text(place, line, fontsize=11.5, fontweight="bold", color=INK.light)
            place -= TITLE_LINE
        place -= 0.02
        for line in self.subtitle:
            self._text(place, line, fontsize=8.5, color=QUIET.light)
            place -= LINE
        place = LINE * (len(self.credit) - 1) + 0.06
        for line in self.credit:
            self._text(place, line, fontsize=7.5, color=QUIET.light)
            place -= LINE

    def _text(self, place: float, line: str, **look: Any) -> None:
        self.figure.text(0.04 / WIDTH, place / self.height, line, **look)

    def axes(self, height: float, head: float, *, share: Axes | None = None) -> Axes:
        """Return axes in the next strip of a height, with `head` inches left free above them."""
        self._top -= height
        box = (
            LEFT / WIDTH,
            self._top / self.height,
            self.width / WIDTH,
            (height - head) / self.height,
        )
        return self.figure.add_axes(box, sharex=share)

    def point(self, axes: Axes, x: float, y: float, words: str, claim_id: str) -> str:
        """Register one drawn number; what is drawn for it has an id that begins as returned."""
        self._points.append((axes, x, y, words, self.heading.to(claim_id)))
        return f"point-{len(self._points) - 1}-"

    def nothing(self, height: float, words: str) -> None:
        """Say in a strip that there is nothing to draw."""
        axes = self.axes(height, 0)
        axes.set_axis_off()
        axes.text(0, 0.5, words, color=QUIET.light, transform=axes.transAxes)

    def finish(self, alt: str, data: pd.DataFrame) -> Chart:
        """Return the chart of this sheet."""
        buffer = io.BytesIO()
        FigureCanvasSVG(self.figure)
        self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "Tallybook"})
        points = [self._placed(axes, x, y, words, href) for axes, x, y, words, href in self._points]
        alt = " ".join(clean(alt).split())
        svg = refine(buffer.getvalue(), self.heading.name, alt, points)
        title, subtitle = " ".join(self.title), " ".join(self.subtitle)
        return Chart(self.heading.name, title, subtitle, alt, svg, data, self.figure)

    def _placed(self, axes: Axes, x: float, y: float, words: str, href: str) -> Point:
        across, up = axes.transData.transform((x, y)) / self.figure.dpi * 72
        return Point(across, self.height * 72 - up, clean(words), href)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house's look, whatever a notebook has set."""
    with mpl.rc_context(), mpl.style.context(["default", STYLE]):
        yield


def clean(text: str) -> str:
    r"""Return a text as one line that can be drawn: what a page would show as a code, so here.

    >>> clean("a\u202eb\nc")
    'a[U+202E]b c'
    """
    return html.unescape(escape(" ".join(text.split())))


def days(values: Sequence[str]) -> list[float]:
    """Return ISO days as matplotlib counts them."""
    return [float(mdates.date2num(date.fromisoformat(value))) for value in values]


def is_wide(values: Sequence[int]) -> bool:
    """Say whether numbers need a logarithmic scale: on a linear one too many lie on the ground.

    >>> is_wide([30, 100, 300, 6000]), is_wide([600, 2000, 6000])
    (True, False)
    """
    known = [value for value in values if value > 0]
    if not known:
        return False
    low = [value for value in known if value < max(known) * GROUND]
    return len(low) >= max(2, len(known) * TOO_MANY_THERE)


def number_axis(axes: Axes, values: Sequence[int], *, log: bool = False, room: float = 1.2) -> None:
    """Set the numbers that an axis spans: from zero, or where a scale is logarithmic from below."""
    top = max(values, default=1)
    if log:
        axes.set_yscale("log")
        axes.set_ylim(min(v for v in values if v > 0) / 1.6, top * 2.2)
        axes.yaxis.set_major_locator(mpl.ticker.LogLocator(10, numticks=8))
        axes.yaxis.set_minor_locator(mpl.ticker.NullLocator())
    else:
        axes.set_ylim(0, max(top * room, 1))
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _: _figures(value))


def _figures(value: float) -> str:
    if value >= MILLION:
        return f"{value / MILLION:.1f}".removesuffix(".0") + " million"
    return f"{value:,.0f}"


def time_axis(axes: Axes, first: str, last: str) -> None:
    """Set the days that a time axis spans, with a little room, and mark months or years."""
    low, high = days([first, last])
    span = max(high - low, 14)
    axes.set_xlim(low - span * 0.03, low + span * 1.06)
    if span > LONG_SPAN:
        locator: mdates.DateLocator = mdates.YearLocator()
    elif span > MIDDLE_SPAN:
        locator = mdates.MonthLocator(bymonth=(1, 7))
    elif span > SHORT_SPAN:
        # Steps that divide a year, so that each January is marked and carries its year.
        step = next(s for s in (1, 2, 3, 4) if s >= min(span / 30 / 6, 4))
        locator = mdates.MonthLocator(bymonth=range(1, 13, step))
    else:
        locator = mdates.DayLocator(interval=max(1, round(span / 5)))
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        lambda value, place: _tick(mdates.num2date(value).date(), int(place or 0), span)
    )


def _tick(day: date, place: int, span: float) -> str:
    """Return a day or month, with its year where the axis or a year begins."""
    if span > LONG_SPAN:
        return str(day.year)
    name = (
        f"{MONTHS[day.month - 1][:3]}"
        if span > SHORT_SPAN
        else f"{day.day} {MONTHS[day.month - 1][:3]}"
    )
    return name + ("" if place and (day.month > 1 or span <= SHORT_SPAN) else f"\n{day.year}")
