"""Show a result in a notebook, and keep each chart as files where a run asks for them."""

import os
from pathlib import Path

from IPython.display import display

from analysis.charts import Chart
from analysis.disk import write_atomically
from analysis.tables.markup import Fragment, escape

FOLDER = "TALLYBOOK_OUT"  # names the folder in which charts are kept


def display_one(result: object) -> None:
    """Display one result; a chart is kept as files where TALLYBOOK_OUT says so.

    They are NAME.svg, NAME.png, NAME.csv and NAME.json, which says what the others show. A chart
    without a number is no picture: its title says in words that there is none.
    """
    if not isinstance(result, Chart):
        display(result)
        return
    if result.data.empty:
        display(Fragment(f"<p>{escape(result.title)}.</p>", f"{result.title}."))
        return
    if folder := os.environ.get(FOLDER):
        write_atomically(Path(folder) / f"{result.name}.svg", result.picture)
        write_atomically(Path(folder) / f"{result.name}.png", result.png())
        write_atomically(Path(folder) / f"{result.name}.csv", result.csv())
        write_atomically(Path(folder) / f"{result.name}.json", result.described())
    display(
        {"image/svg+xml": result.svg.decode("utf-8"), "text/plain": result.alt},
        metadata={"image/svg+xml": {"alt": result.alt, "name": result.name}},
        raw=True,
    )
