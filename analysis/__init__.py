"""Tallybook: reported casualty figures, each with its sentence and its source.

A notebook needs two doors: `open_story` gives the book of a story, and `show` displays what the
book hands out.

>>> import analysis
>>> analysis.__version__.count(".")
2
"""

TYPE_CHECKING = False  # a look that finds nothing new imports no library, not even typing
if TYPE_CHECKING:
    from analysis.book import Book

__version__ = "0.1.0"
__all__ = ["__version__", "open_story", "show"]


def open_story(story: str, *, until: str = "", known_at: str = "") -> "Book":
    """Return the book of a story, reading its documents first where that was never done.

    `until` (YYYY-MM-DD) leaves out what was published later; `known_at` (ISO moment, UTC, or a
    day) leaves out what the ledger did not hold yet; empty means everything. Raises BadUsage for
    a story or date that does not exist, and BadStory for a story file with a fault.
    """
    from datetime import UTC, datetime

    from analysis.book import open_book
    from analysis.home import find_home
    from analysis.pipeline import read_once

    home = find_home()
    read_once(home, story, datetime.now(UTC))
    return open_book(home, story, until=until, known_at=known_at)


def show(*results: object) -> None:
    """Display what a book handed out: charts, tables and words, in order.

    Where TALLYBOOK_OUT names a folder, each chart is also written there as NAME.svg and NAME.png,
    with the numbers that it draws beside it as NAME.csv.
    """
    from analysis.display import display_one

    for result in results:
        display_one(result)
