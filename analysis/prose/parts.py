"""What sentences are made of: a number that leads to its claim, a source and its verb."""

import html
import re
from collections.abc import Iterable
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.tables import Fragment, escape


class Words(Fragment):
    """Some sentences."""

    __repr__ = Fragment.__repr__


def paragraph(sentences: Iterable[str]) -> Words:
    """Return sentences that are HTML already as one paragraph; none as nothing at all."""
    markup = " ".join(sentences)
    return Words(f"<p>{markup}</p>" if markup else "", _text(markup))


def bullets(opening: str, items: Iterable[str], more: int = 0, where: str = "") -> str:
    """Return a sentence and a list under it, as HTML; without items nothing.

    `more` counts the items that were left out, `where` says where those stand.
    """
    lines = [f"<li>{item}</li>" for item in items]
    if not lines:
        return ""
    if more > 0:
        lines.append(f"<li>and {more:,} {where}</li>")
    return f"<p>{opening}</p><ul>{''.join(lines)}</ul>"


def _text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def number(row: Any) -> str:
    """Return the number of a row with its qualifier."""
    low = None if pd.isna(row.low) else int(row.low)
    high = None if pd.isna(row.high) else int(row.high)
    return wording.number(low, high, row.qualifier)


def who(row: Any) -> str:
    """Return the source of a row, as HTML, named as a party to the war where it is one."""
    return escape(wording.source(row.source, belligerent=row.belligerent is True))


def verb(row: Any) -> str:
    """Return how the source of a row gave its number."""
    return wording.said(belligerent=row.belligerent is True)


def newest(rows: pd.DataFrame) -> Any:
    """Return the newest row, of several the one with most reports."""
    ordered = sorted(rows_of(rows), key=lambda r: (r.date, r.reports, r.source))
    return ordered[-1] if ordered else None


def oldest(rows: pd.DataFrame) -> Any:
    """Return the oldest row, of several the one with most reports."""
    return min(rows_of(rows), key=lambda r: (r.date, -r.reports, r.source), default=None)


def leading(totals: pd.DataFrame) -> str:
    """Return the source that is reported most often."""
    reports = totals.groupby("source")["reports"].sum()
    return str(min(reports.index, key=lambda name: (-int(reports[name]), name)))
