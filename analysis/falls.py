"""Totals of one source that lie below the one before, with what was read about why.

Why a source gave a lower number only its own words can tell. What the reports show besides, such
as another place or another go-between, is said as what it is (METHOD.md 4.9).
"""

from datetime import date
from typing import Any

import pandas as pd

from analysis.model import FALL_COLUMNS, rows_of

SAME_BRIEFING_DAYS = 3
ROUNDED = 0.02  # of the number before: nearer than this a rounder number may be the same one


def falls(series: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the falls of a series, one row a fall, oldest first.

    Columns: FALL_COLUMNS. `claims` are those that the series was made of, and the superseded ones
    of their documents. Those beginning with `before_` tell of the statement before. `reasons` is a
    tuple of revised (a report gives the number before as replaced), category (the source gave the
    number before for another category, too, within SAME_BRIEFING_DAYS), rounded, place, relay
    (the reports name others); empty where nothing was read that tells. `places` and `relays` are
    tuples of what the reports name.
    """
    totals = rows_of(series[series["scope"] == "cumulative"])
    known = {claim.claim_id: claim for claim in rows_of(claims)}
    replaced = rows_of(claims[claims["status"] == "superseded"])
    found = []
    for row in totals:
        if row.change != "fall":
            continue
        own = [r for r in totals if (r.source, r.category) == (row.source, row.category)]
        before = max((r for r in own if r.date < row.date), key=lambda r: r.date)
        reports = [known[name] for name in row.claim_ids if name in known]
        earlier = [known[name] for name in before.claim_ids if name in known]
        told = {
            "places": _texts(reports, "location"),
            "before_places": _texts(earlier, "location"),
            "relays": _texts(reports, "relayed_by"),
            "before_relays": _texts(earlier, "relayed_by"),
        }
        mixed = _mixed(before, totals)
        reasons = {
            "revised": _says_replaced(row, before, reports, replaced),
            "category": mixed is not None,
            "rounded": _rounded(row, before),
            "place": _apart(told["before_places"], told["places"]),
            "relay": _apart(told["before_relays"], told["relays"]),
        }
        found.append(
            {
                **{name: getattr(row, name) for name in FALL_COLUMNS if hasattr(row, name)},
                **{f"before_{name}": getattr(before, name) for name in ENDS},
                "reasons": tuple(name for name, holds in reasons.items() if holds),
                "other_category": mixed,
                **told,
            }
        )
    frame = pd.DataFrame(found, columns=list(FALL_COLUMNS), dtype=object)
    frame = frame.sort_values(["date", "source", "category"], ignore_index=True)
    numbers = ("low", "high", "outlets", "before_low", "before_high")
    return frame.astype(dict.fromkeys(numbers, "Int64"))


ENDS = ("date", "low", "high", "qualifier", "low_claim", "high_claim")


def _says_replaced(row: Any, before: Any, reports: list[Any], replaced: list[Any]) -> bool:
    documents = {claim.document_id for claim in reports}
    return any(
        claim.document_id in documents
        and claim.category == row.category
        and claim.source in (row.source, None)
        and {_known(claim.low), _known(claim.high)}
        & {_known(before.low), _known(before.high)} - {None}
        for claim in replaced
    )


def _mixed(before: Any, totals: list[Any]) -> str | None:
    """Return the other category for which the source gave the number before, null where none."""
    number = (_known(before.low), _known(before.high))
    for row in totals:
        if (
            row.source == before.source
            and row.category != before.category
            and (_known(row.low), _known(row.high)) == number
            and abs(_days(row.date, before.date)) <= SAME_BRIEFING_DAYS
        ):
            return str(row.category)
    return None


def _rounded(row: Any, before: Any) -> bool:
    now, was = _named(row), _named(before)
    return was - now <= was * ROUNDED and _zeros(now) > _zeros(was)


def _zeros(number: int) -> int:
    text = str(number)
    return len(text) - len(text.rstrip("0"))


def _named(row: Any) -> int:
    return int(row.high if pd.isna(row.low) else row.low)


def _apart(before: tuple[str, ...], now: tuple[str, ...]) -> bool:
    return bool(before) and bool(now) and not set(before) & set(now)


def _texts(claims: list[Any], field: str) -> tuple[str, ...]:
    found = (getattr(claim, field) for claim in claims)
    return tuple(sorted({text for text in found if isinstance(text, str) and text}))


def _known(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _days(first: str, second: str) -> int:
    return (date.fromisoformat(first) - date.fromisoformat(second)).days
