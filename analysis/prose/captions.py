"""What stands under a chart: falls explained, what is no total, what has no day."""

from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.prose.parts import Words, _text, bullets, number, verb, who
from analysis.tables import Href, escape, linked, to_claim

MOST = 8  # items of a list under a chart: the newest ones
EARLIER = "earlier, among the numbers of the chart"
ELSEWHERE = "more, on the pages of their sources"


def caption(series: pd.DataFrame, undated: pd.DataFrame, href: Href) -> Words:
    """Return falls, numbers that are no totals, and numbers without a day, each with its claim."""
    totals = series[series["scope"] == "cumulative"]
    falls = _by_day(totals[totals["change"] == "fall"])
    others = _by_day(series[series["scope"] != "cumulative"]) if len(totals) else []
    loose = rows_of(undated)
    markup = (
        bullets(
            "Lower than before (▼); why, the sentence behind a number says, if its source said so:",
            (_fall(row, totals, href) for row in falls[-MOST:]),
            len(falls) - MOST,
            EARLIER,
        )
        + bullets(
            "Not drawn, because they are not totals to date:",
            (_other(row, href) for row in others[-MOST:]),
            len(others) - MOST,
            EARLIER,
        )
        + bullets(
            "Not drawn, because their reports are undated:",
            (_undated(row, href) for row in loose[:MOST]),
            len(loose) - MOST,
            ELSEWHERE,
        )
    )
    return Words(markup, _text(markup))


def _by_day(rows: pd.DataFrame) -> list[Any]:
    return sorted(rows_of(rows), key=lambda row: (row.date, row.source, row.category))


def _fall(row: Any, totals: pd.DataFrame, href: Href) -> str:
    own = totals[(totals["source"] == row.source) & (totals["category"] == row.category)]
    before = max((r for r in rows_of(own) if r.date < row.date), key=lambda r: r.date, default=None)
    after = f", after {linked(before, href)} on {wording.day(before.date)}" if before else ""
    return (
        f"{who(row)} {verb(row)} {linked(row, href)} {wording.category(row.category)} on "
        f"{wording.day(row.date)}{after}; printed by {wording.counted(row.outlets, 'outlet')}."
    )


def _other(row: Any, href: Href) -> str:
    days = None if pd.isna(row.period_days) else int(row.period_days)
    return (
        f"{who(row)} {verb(row)} {linked(row, href)} {wording.category(row.category)}, "
        f"{wording.day(row.date)} ({wording.scope(row.scope, days)})."
    )


def _undated(row: Any, href: Href) -> str:
    name = who(row) if isinstance(row.source, str) else "A source that is not named"
    value = to_claim(row.claim_id, escape(number(row)), href)
    return f"{name} {verb(row)} {value} {wording.category(row.category)}."
