"""Who printed which total when, and whether its source had said another number by then.

A number goes on being printed long after its source replaced it (METHOD.md 11). Nothing here says
that an outlet was wrong to do so: it may have said so itself.
"""

from typing import Any

import pandas as pd

from analysis.model import PRINTING_COLUMNS, rows_of


def printings(series: pd.DataFrame, claims: pd.DataFrame) -> pd.DataFrame:
    """Return the reports of the totals of a series, one row a claim with a day of publication.

    Columns: PRINTING_COLUMNS. `date` is the day of the statement that was printed; `replaced` the
    day of the source's next statement, null where there is none. `printing` is first, again (as
    long as the number is its source's newest) or old (printed after it was replaced). `low` and
    `high` are those of the statement, `printed_low` and `printed_high` those of the report, which
    may be one end of it; persons, null where open.
    """
    reports = {claim.claim_id: claim for claim in rows_of(claims)}
    found: list[dict[str, Any]] = []
    totals = series[series["scope"] == "cumulative"]
    for _, group in totals.groupby(["source", "category"], sort=True):
        rows = sorted(rows_of(group), key=lambda row: row.date)
        after = [*(row.date for row in rows[1:]), None]
        for row, replaced in zip(rows, after, strict=True):
            found += _reports(row, replaced, [reports[c] for c in row.claim_ids if c in reports])
    frame = pd.DataFrame(found, columns=list(PRINTING_COLUMNS), dtype=object)
    frame = frame.sort_values(["published", "source", "category", "claim_id"], ignore_index=True)
    return frame.astype(dict.fromkeys(("low", "high", "printed_low", "printed_high"), "Int64"))


def _reports(row: Any, replaced: str | None, claims: list[Any]) -> list[dict[str, Any]]:
    dated = [claim for claim in claims if isinstance(claim.published, str)]
    dated.sort(key=lambda claim: (claim.published, claim.claim_id))
    return [
        {
            "published": claim.published,
            "outlet": claim.outlet,
            "url": claim.url,
            "source": row.source,
            "belligerent": row.belligerent,
            "category": row.category,
            "low": row.low,
            "high": row.high,
            "qualifier": row.qualifier,
            "printed_low": claim.low,
            "printed_high": claim.high,
            "printed_qualifier": claim.qualifier,
            "date": row.date,
            "replaced": replaced,
            "printing": "first"
            if place == 0
            else "old"
            if replaced is not None and claim.published > replaced
            else "again",
            "claim_id": claim.claim_id,
        }
        for place, claim in enumerate(dated)
    ]
