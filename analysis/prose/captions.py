"""What stands under a chart: falls explained, what is no total, what has no day."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.prose.parts import Words, _text, bullets, number, verb, who
from analysis.tables import Href, escape, linked, to_claim

MOST_NAMED = 3  # places or people in a sentence
MOST = 8  # items of a list under a chart: the newest ones
EARLIER = "earlier, among the numbers of the chart"
ELSEWHERE = "more, on the pages of their sources"


def caption(series: pd.DataFrame, falls: pd.DataFrame, undated: pd.DataFrame, href: Href) -> Words:
    """Return falls, numbers that are no totals, and numbers without a day, each with its claim."""
    totals = series[series["scope"] == "cumulative"]
    fell = rows_of(falls)
    others = _by_day(series[series["scope"] != "cumulative"]) if len(totals) else []
    loose = rows_of(undated)
    markup = (
        bullets(
            "Lower than before (▼):",
            (_fall(row, href) for row in fell[-MOST:]),
            len(fell) - MOST,
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


def _fall(row: Any, href: Href) -> str:
    return (
        f"{who(row)} {verb(row)} {linked(row, href)} {wording.category(row.category)} on "
        f"{wording.day(row.date)}, after {linked(_before(row), href)} on "
        f"{wording.day(row.before_date)}; printed by {wording.counted(row.outlets, 'outlet')}. "
        + (
            " ".join(_why(row, reason) for reason in row.reasons)
            or "Nothing that was read says why."
        )
    )


def _before(row: Any) -> Any:
    """Return the statement before a fall, with the names that a row of a series has."""
    names = ("low", "high", "qualifier", "low_claim", "high_claim")
    return SimpleNamespace(**{name: getattr(row, f"before_{name}") for name in names})


def _why(row: Any, reason: str) -> str:
    """Return in words what was read about a fall; a guess is said as one."""
    if reason == "revised":
        return "A report of it gives the earlier number as one that was replaced."
    if reason == "category":
        other = wording.category(row.other_category)
        return f"The earlier number was also given for people {other}, and may count those."
    if reason == "rounded":
        return "It may be the same number, rounded."
    if reason == "place":
        before, now = _listed(row.before_places), _listed(row.places)
        return (
            f"Its reports name another place ({now}; before: {before}), so that it may not count "
            "the same."
        )
    before, now = _listed(row.before_relays), _listed(row.relays)
    return f"It was passed on by others: {before} before, {now} now."


def _listed(texts: Sequence[str]) -> str:
    shown = [escape(text) for text in texts[:MOST_NAMED]]
    more = len(texts) - len(shown)
    return wording.names([*shown, f"{more} more"] if more > 0 else shown)


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
