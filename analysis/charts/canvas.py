"""The sheet that a chart is drawn on: its frame, its title, and the bytes that it becomes.

A chart is 5.4 inches wide, so that its letters stay readable on a telephone, and grows downwards.
The same numbers give the same bytes.
"""

import csv
import io
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import matplotlib as mpl
import matplotlib.style
import matplotlib.ticker
import pandas as pd
from matplotlib import dates as mdates
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from analysis.model import rows_of
from analysis.tables import escape

STYLE = Path(__file__).with_name("tallybook.mplstyle")
WIDTH = 5.4  # inches
LEFT, RIGHT = 0.62, 0.2
LINE = 0.155  # inches a line of small text takes
PLAIN, PARTY, FALL, QUIET = "#0072B2", "#B34700", "#A8003C", "#6b6b6b"  # 4.5:1 on white, each
LONG_SPAN, SHORT_SPAN = 540, 60  # days


@dataclass(frozen=True)
class Chart:
    """A finished drawing: its SVG, what it shows in words, and the numbers that it draws."""

    name: str
    title: str
    subtitle: str
    alt: str
    svg: bytes
    data: pd.DataFrame

    def csv(self) -> bytes:
        """Return the numbers of the chart as CSV: quoted all over, CRLF, null as empty field."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(self.data.columns)
        for row in rows_of(self.data):
            writer.writerow(_field(value) for value in row)
        return buffer.getvalue().encode("utf-8")

    def _repr_svg_(self) -> str:
        return self.svg.decode("utf-8")


def _field(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    return "" if value is None or value is pd.NA or value != value else value  # noqa: PLR0124 only NaN differs from itself


class Sheet:
    """A figure that rows of axes are put on, from the top down; all measures are inches."""

    def __init__(self, title: str, subtitle: str, credit: str, heights: list[float]) -> None:
        """Make a sheet with a title, and room for axes of the given heights."""
        self.title = textwrap.wrap(clean(title), 54)
        self.subtitle = textwrap.wrap(clean(subtitle), 84)
        self.credit = textwrap.wrap(clean(credit), 92)
        above = 0.12 + 0.2 * len(self.title) + LINE * len(self.subtitle) + 0.12
        below = 0.42 + LINE * len(self.credit)
        self.height = above + sum(heights) + below
        self.figure = Figure(figsize=(WIDTH, self.height))
        self._top = self.height - above
        self._write()

    def _write(self) -> None:
        place = self.height - 0.22
        for line in self.title:
            self.figure.text(0.01, place / self.height, line, fontsize=11, fontweight="bold")
            place -= 0.2
        for line in self.subtitle:
            self.figure.text(0.01, place / self.height, line, fontsize=8, color=QUIET)
            place -= LINE
        place = LINE * (len(self.credit) - 1) + 0.06
        for line in self.credit:
            self.figure.text(0.01, place / self.height, line, fontsize=7, color=QUIET)
            place -= LINE

    def axes(self, height: float, head: float, *, share: Axes | None = None) -> Axes:
        """Return axes in the next strip of a height, with `head` inches left free above them."""
        self._top -= height
        box = (
            LEFT / WIDTH,
            self._top / self.height,
            (WIDTH - LEFT - RIGHT) / WIDTH,
            (height - head) / self.height,
        )
        axes = self.figure.add_axes(box, sharex=share)
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(3, integer=True))
        return axes

    def finish(self, name: str, alt: str, data: pd.DataFrame) -> Chart:
        """Return the chart of this sheet."""
        buffer = io.BytesIO()
        FigureCanvasSVG(self.figure)
        self.figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "Tallybook"})
        svg = buffer.getvalue()
        label = escape(alt).encode("ascii", "xmlcharrefreplace")
        svg = svg.replace(b"<svg ", b'<svg role="img" aria-label="' + label + b'" ', 1)
        return Chart(name, " ".join(self.title), " ".join(self.subtitle), alt, svg, data)


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
    import html

    return html.unescape(escape(" ".join(text.split())))


def days(values: list[str]) -> list[float]:
    """Return ISO days as matplotlib counts them."""
    return [float(mdates.date2num(date.fromisoformat(value))) for value in values]


def time_axis(axes: Axes, first: str, last: str) -> None:
    """Set the days that a time axis spans, with a little room, and mark months or years."""
    low, high = days([first, last])
    span = max(high - low, 14)
    axes.set_xlim(low - span * 0.03, low + span * 1.1)
    if span > LONG_SPAN:
        locator: mdates.DateLocator = mdates.MonthLocator(bymonth=(1, 4, 7, 10))
    elif span > SHORT_SPAN:
        # Steps that divide a year, so that each January is marked and carries its year.
        step = min(3, max(1, round(span / 30 / 6)))
        locator = mdates.MonthLocator(bymonth=range(1, 13, step))
    else:
        locator = mdates.DayLocator(interval=max(1, round(span / 6)))
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(
        lambda value, place: _tick(mdates.num2date(value).date(), int(place or 0), span)
    )


def _tick(day: date, place: int, span: float) -> str:
    """Return a day or month, with its year where the axis or a year begins."""
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    name = months[day.month - 1]
    if span <= SHORT_SPAN:
        return f"{day.day} {name}" + ("" if place else f"\n{day.year}")
    return name + ("" if place and day.month > 1 else f"\n{day.year}")
