"""What a cell of a list holds: a day, a number, a value that may be missing."""

from typing import Any

import pandas as pd

from analysis import wording
from analysis.tables.markup import Href, escape, to_claim


def day(value: Any) -> str:
    """Return an ISO day for reading, marked up as a time; nothing where none is said."""
    if not said(value):
        return ""
    return f'<time datetime="{escape(value)}">{escape(wording.day(value))}</time>'


def number(row: Any) -> str:
    """Return the number of a row with its qualifier."""
    return wording.number(known(row.low), known(row.high), row.qualifier)


def linked(row: Any, href: Href) -> str:
    """Return the number of a row of a series as a link to its claim.

    Where reports differ, each end of the range leads to a claim that gives it.
    """
    words = escape(number(row))
    low, join, high = words.partition(" to ")
    if row.low_claim == row.high_claim or row.qualifier != "range" or not join:
        return to_claim(row.low_claim, words, href)
    return f"{to_claim(row.low_claim, low, href)}{join}{to_claim(row.high_claim, high, href)}"


def named(source: str, belligerent: Any) -> str:
    """Return a source, marked where it is a party to the war."""
    return escape(source) + (" <small>(belligerent)</small>" if belligerent is True else "")


def said(value: Any) -> bool:
    """Say whether a value is a text that is not empty."""
    return isinstance(value, str) and bool(value)


def known(value: Any) -> int | None:
    """Return a number as an int; null stays null."""
    return None if value is None or pd.isna(value) else int(value)
