"""Sources against each other, and the parts of one source against its whole (METHOD.md 5).

Only totals to date are compared. Nothing here adds numbers of different sources.
"""

from datetime import date
from typing import Any

import pandas as pd

from analysis.model import COMPARISON_COLUMNS, SUM_COLUMNS, rows_of

CURRENT_DAYS = 90  # a number is what a source stands by until so long after it was last printed
SAME_BRIEFING_DAYS = 3  # parts and whole belong together within so many days
TOLERANCE = 0.10  # of the whole: "some 3,000" is 300 and 2,700


def compare(series: pd.DataFrame, category: str) -> pd.DataFrame:
    """Return lowest and highest current number on each day on which one of them changed.

    Columns: COMPARISON_COLUMNS. A source's current number is its newest one, for CURRENT_DAYS
    after it was last printed; numbers said in words only ("dozens") are left out. `lowest` and
    `highest` are persons, by the number that was named ("at least 300" is 300), each with its
    qualifier, its source, whether that is a belligerent, and the claim that gives it;
    `ratio` is highest to lowest, null for one source or a lowest of 0; `sources` counts whose
    numbers are current.
    """
    chosen = series[
        (series["category"] == category)
        & (series["scope"] == "cumulative")
        # "Dozens" is drawn as a range, but is no number that another one could be held against.
        & (series["qualifier"] != "vague")
    ]
    rows = rows_of(chosen)
    found: list[dict[str, Any]] = []
    for day in sorted({row.date for row in rows}):
        current = _current(rows, day)
        least = min(current, key=lambda r: (_least(r), r.source))
        most = min(current, key=lambda r: (-_most(r), r.source))
        lowest, highest = _least(least), _most(most)
        entry = {
            "date": day,
            "category": category,
            "lowest": lowest,
            **_who("lowest", least),
            "highest": highest,
            **_who("highest", most),
            "ratio": round(highest / lowest, 2) if lowest and len(current) > 1 else None,
            "sources": len(current),
        }
        if not found or {**found[-1], "date": day} != entry:
            found.append(entry)
    frame = pd.DataFrame(found, columns=list(COMPARISON_COLUMNS), dtype=object)
    types = {"lowest": "Int64", "highest": "Int64", "sources": "Int64", "ratio": "Float64"}
    return frame.astype(types)


def sums(series: pd.DataFrame) -> pd.DataFrame:
    """Return killed + wounded against killed_or_wounded where one source gave all three.

    Columns: SUM_COLUMNS; persons, null where open. The three belong together within
    SAME_BRIEFING_DAYS of the combined number; of several, the nearest. `agrees` allows for
    TOLERANCE of the whole, since combined numbers are rounded more. The claims are those that
    give each of the three, of differing reports the lowest.
    """
    totals = series[series["scope"] == "cumulative"]
    rows = rows_of(totals)
    found = []
    for whole in rows:
        if whole.category != "killed_or_wounded":
            continue
        killed = _nearest(rows, whole, "killed")
        wounded = _nearest(rows, whole, "wounded")
        if killed is None or wounded is None:
            continue
        low = _least(killed) + _least(wounded)
        high = _most(killed) + _most(wounded)
        allowed = TOLERANCE * max(_most(whole), high)
        found.append(
            {
                "source": whole.source,
                "date": whole.date,
                "killed_low": _known(killed.low),
                "killed_high": _known(killed.high),
                "wounded_low": _known(wounded.low),
                "wounded_high": _known(wounded.high),
                "sum_low": _added(killed.low, wounded.low),
                "sum_high": _added(killed.high, wounded.high),
                "combined_low": _known(whole.low),
                "combined_high": _known(whole.high),
                "agrees": low - allowed <= _most(whole) and _least(whole) <= high + allowed,
                "killed_claim": killed.low_claim,
                "wounded_claim": wounded.low_claim,
                "combined_claim": whole.low_claim,
            }
        )
    frame = pd.DataFrame(found, columns=list(SUM_COLUMNS), dtype=object)
    numbers = [name for name in SUM_COLUMNS if name.endswith(("_low", "_high"))]
    return frame.sort_values(["date", "source"], ignore_index=True).astype(
        dict.fromkeys(numbers, "Int64")
    )


def _who(end: str, row: Any) -> dict[str, Any]:
    return {
        f"{end}_qualifier": row.qualifier,
        f"{end}_source": row.source,
        f"{end}_belligerent": row.belligerent is True,
        f"{end}_claim": row.low_claim if end == "lowest" else row.high_claim,
    }


def _current(rows: list[Any], day: str) -> list[Any]:
    newest: dict[str, Any] = {}
    for row in rows:
        held = newest.get(row.source)
        if row.date <= day and (held is None or held.date <= row.date):
            newest[row.source] = row
    return [
        row
        for row in newest.values()
        # What was printed after this day is not known on it.
        if _days(max(row.date, min(row.last_published or row.date, day)), day) <= CURRENT_DAYS
    ]


def _nearest(rows: list[Any], whole: Any, category: str) -> Any:
    near = [
        row
        for row in rows
        if row.source == whole.source
        and row.category == category
        and abs(_days(row.date, whole.date)) <= SAME_BRIEFING_DAYS
    ]
    return min(near, key=lambda r: (abs(_days(r.date, whole.date)), r.date), default=None)


def _least(row: Any) -> int:
    low = _known(row.low)
    return low if low is not None else int(row.high)


def _most(row: Any) -> int:
    high = _known(row.high)
    return high if high is not None else int(row.low)


def _known(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _added(first: Any, second: Any) -> int | None:
    one, two = _known(first), _known(second)
    return None if one is None or two is None else one + two


def _days(first: str, second: str) -> int:
    return (date.fromisoformat(second) - date.fromisoformat(first)).days
