"""How far the sources lie apart over time: the lowest and the highest number they stood by."""

import pandas as pd

from analysis import wording
from analysis.charts.canvas import FALL, PLAIN, QUIET, Chart, Sheet, days, style, time_axis
from analysis.model import rows_of

HEIGHT, HEAD = 2.5, 0.2  # inches


def spread(comparison: pd.DataFrame, *, name: str, title: str, subtitle: str, credit: str) -> Chart:
    """Return lowest and highest current number over time, with the distance between them shaded."""
    rows = rows_of(comparison)
    with style():
        sheet = Sheet(title, subtitle, credit, [HEIGHT])
        axes = sheet.axes(HEIGHT, HEAD)
        if not rows:
            axes.set_axis_off()
            axes.text(0, 0.5, "No number to compare yet", color=QUIET, transform=axes.transAxes)
            return sheet.finish(name, f"{title}. No number to compare yet.", comparison)
        time_axis(axes, rows[0].date, rows[-1].date)
        axes.set_ylim(0, max(int(row.highest) for row in rows) * 1.18)
        end = axes.get_xlim()[1]
        places = [*days([row.date for row in rows]), end]
        low = [int(row.lowest) for row in rows]
        high = [int(row.highest) for row in rows]
        low, high = [*low, low[-1]], [*high, high[-1]]
        axes.fill_between(places, low, high, step="post", color=PLAIN, alpha=0.16, linewidth=0)
        axes.step(places, high, where="post", color=FALL, linewidth=1.2)
        axes.step(places, low, where="post", color=PLAIN, linewidth=1.2)
        axes.annotate(
            "highest",
            (end, high[-1]),
            (-2, 4),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color=FALL,
        )
        axes.annotate(
            "lowest",
            (end, low[-1]),
            (-2, -10 if low[-1] != high[-1] else -12),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color=PLAIN,
        )
        wide = [row for row in rows if not pd.isna(row.ratio)]
        widest = max(wide, key=lambda row: float(row.ratio), default=None)
        if widest is not None:
            place = days([widest.date])[0]
            axes.plot([place, place], [widest.lowest, widest.highest], color=QUIET, linewidth=1)
            axes.annotate(
                f"{wording.times(float(widest.ratio))} times",
                (place, (widest.lowest + widest.highest) / 2),
                (4, 0),
                textcoords="offset points",
                fontsize=8,
                color=QUIET,
                va="center",
            )
        last = rows[-1]
        alt = (
            f"{title}. On {wording.day(last.date)} the lowest number is {last.lowest:,} "
            f"({last.lowest_source}), the highest {last.highest:,} ({last.highest_source})."
        )
        return sheet.finish(name, alt, comparison)
