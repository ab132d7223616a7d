"""One source over time: its claims, by category and date, with re-reports merged.

The rules are those of METHOD.md 4. Numbers of different scope (totals to date, of a period, of
one event, additional ones) are different things and never stand in one line.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from analysis.model import SERIES_COLUMNS, rows_of

LONGEST_RECALL = 31  # days: a number for an older day is recalled, and stands on that day
COMBINED = "killed_or_wounded"
PARTS = ("killed", "wounded")
OPEN = ("at_least", "more_than")


class Value(NamedTuple):
    """The numbers that a statement names: equal ones are one statement, however qualified."""

    least: int
    most: int


@dataclass(frozen=True)
class Statement:
    """What one source said on one day about one category: one row of a series."""

    date: str
    value: Value
    claims: tuple[Any, ...]


def build(claims: pd.DataFrame, copies: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return the series of all sources, one row a source, category, scope and date.

    Columns: SERIES_COLUMNS. `date` is the day on which the number was first printed, or the day
    it refers to where that lies more than LONGEST_RECALL days back. `low`, `high` in persons, null
    where open. `change` is first, rise, fall or unclear against the row before of the same
    source, category and scope; null for scopes other than cumulative. `outlets` counts who printed
    it, `reports` the claims; `claim_ids` is a tuple of them, `low_claim` and `high_claim` are those
    of them that give the two ends. `copies` names for each near-copy (by
    document) the document that it copies: an equal number in both counts as one report, and the
    outlets of both count. Left out are claims without a source or a day, those of `halves`, and
    those that are denied, projected, superseded, or a part of a number of the same kind.
    """
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for claim in _standing(claims):
        days = claim.period_days if pd.notna(claim.period_days) else None
        groups[claim.source, claim.category, claim.scope, days].append(claim)
    rows = []
    for group, members in sorted(groups.items(), key=lambda item: tuple(map(str, item[0]))):
        rows += _rows(members, copies or {}, cumulative=group[2] == "cumulative")
    frame = pd.DataFrame(rows, columns=list(SERIES_COLUMNS), dtype=object)
    types = dict.fromkeys(("low", "high", "period_days", "outlets", "reports"), "Int64")
    return frame.astype(types)


def halves(claims: pd.DataFrame) -> set[str]:
    """Return the ids of claims whose sentence gives two numbers of one kind by one source.

    "26 passengers and three crew members were killed" names no total: neither number is one, and no
    range lies between them. They stand in no series until a person decides (METHOD.md 4.10).

    >>> halves(pd.DataFrame({"source": []}))
    set()
    """
    groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for claim in rows_of(claims):
        if claim.status == "reported" and claim.quote is not None and claim.source is not None:
            kind = (claim.category, claim.source, claim.scope, claim.as_of)
            groups[claim.document_id, claim.quote_start, *kind].append(claim)
    return {
        claim.claim_id
        for group in groups.values()
        if len({_value(claim) for claim in group}) > 1
        for claim in group
        if claim.decision is None
    }


def value_of(low: int | None, high: int | None, qualifier: str) -> Value:
    """Return the number that a claim names: the one bound of an open claim stands for both.

    >>> value_of(300, None, "at_least")
    Value(least=300, most=300)
    >>> value_of(None, 40, "up_to")
    Value(least=0, most=40)
    """
    if low is None:
        return Value(0 if qualifier == "up_to" else int(high or 0), int(high or 0))
    return Value(int(low), int(low if high is None else high))


def _standing(claims: pd.DataFrame) -> Iterable[Any]:
    """Yield the claims that a source stands by, on a day."""
    rows = rows_of(claims)
    # "4,700 casualties, among them 600 killed": the part is the source's number of killed.
    split = halves(claims)
    combined = {
        (c.document_id, c.source) for c in rows if c.category == COMBINED and c.status == "reported"
    }
    for claim in rows:
        if claim.source is None or pd.isna(claim.source) or _date(claim) is None:
            continue
        if claim.claim_id in split:
            continue
        part = (
            claim.status == "part"
            and claim.category in PARTS
            and (claim.document_id, claim.source) in combined
        )
        if claim.status == "reported" or part:
            yield claim


def _date(claim: Any) -> str | None:
    """Return the day of a claim in its series: when it was printed, or the day that it recalls."""
    as_of = claim.as_of if isinstance(claim.as_of, str) else None
    published = claim.published if isinstance(claim.published, str) else None
    if as_of is None or published is None:
        return published or as_of
    return as_of if _days_between(as_of, published) > LONGEST_RECALL else published


def _rows(
    claims: list[Any], copies: Mapping[str, str], *, cumulative: bool
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    before: Value | None = None
    for statement in _days(_merged(claims, cumulative=cumulative)):
        row = _row(statement, copies)
        value = value_of(row["low"], row["high"], row["qualifier"])
        row["change"] = _changed(before, value, row) if cumulative else None
        before = value
        rows.append(row)
    return rows


def _changed(before: Value | None, value: Value, row: Mapping[str, Any]) -> str:
    """Return how a row differs from the one before: "more than 10,000" after 10,002 is no fall."""
    found = change(before, value)
    return "unclear" if found == "fall" and row["high"] is None else found


def change(before: Value | None, after: Value) -> str:
    """Return how a statement differs from the one before: first, rise, fall or unclear.

    >>> change(Value(4000, 4000), Value(3000, 3000)), change(Value(0, 4000), Value(3000, 3000))
    ('fall', 'unclear')
    """
    if before is None:
        return "first"
    if after.least > before.most:
        return "rise"
    return "fall" if after.most < before.least else "unclear"


def _merged(claims: list[Any], *, cumulative: bool) -> list[Statement]:
    """Merge the claims that report one statement: the same number, printed again.

    A total that a source gave before and that is printed again, however much later, is the same
    statement: it is dated by the first report and is no fall. A number of one event or period is
    merged only within LONGEST_RECALL days, since the next event may have the same toll.
    """
    found: list[Statement] = []
    latest: dict[Value, int] = {}
    for claim in sorted(claims, key=lambda c: (_date(c), c.published or "", c.claim_id)):
        day = _date(claim)
        if day is None:  # pragma: no cover - _standing leaves these out
            continue
        value = _value(claim)
        place = latest.get(value)
        if place is not None and (
            cumulative or _days_between(found[place].date, day) <= LONGEST_RECALL
        ):
            held = found[place]
            found[place] = Statement(held.date, value, (*held.claims, claim))
            continue
        latest[value] = len(found)
        found.append(Statement(day, value, (claim,)))
    return found


def _days(statements: list[Statement]) -> list[Statement]:
    """Join what a source said on one day: different numbers become one range (METHOD.md 4.4)."""
    days: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        days[statement.date].append(statement)
    return [
        Statement(
            day,
            Value(
                min(v.least for v in _bounded({s.value for s in same})),
                max(s.value.most for s in same),
            ),
            tuple(claim for s in same for claim in s.claims),
        )
        for day, same in sorted(days.items())
    ]


def _bounded(values: set[Value]) -> set[Value]:
    """Return the values of a day that bound it below: "up to 40" beside another number does not."""
    return {value for value in values if value.least or not value.most} or values


def _row(statement: Statement, copies: Mapping[str, str]) -> dict[str, Any]:
    claims = statement.claims
    first = claims[0]
    every = [(_value(claim), claim) for claim in claims]
    valued = _once(every, copies)
    bounded = _bounded({value for value, _ in valued})
    if bounded != {statement.value}:
        low: int | None = statement.value.least
        high: int | None = statement.value.most
        qualifier = "range"
        if all(claim.qualifier in OPEN for value, claim in valued if value in bounded):
            # "More than 56,000" and "at least 56,585" are both true of the greater one.
            low, high, qualifier = high, None, "at_least"
    else:
        # Of "about 300" and "at least 300" the form that most reports have; of two as common, the
        # first in the alphabet, so that the order of the files decides nothing.
        forms = Counter(
            (c.qualifier, _known(c.low), _known(c.high)) for v, c in valued if v in bounded
        )
        (qualifier, low, high), _ = min(forms.items(), key=lambda f: (-f[1], str(f[0])))
    published = sorted(c.published for c in claims if c.published)
    as_of = sorted(c.as_of for c in claims if c.as_of and not pd.isna(c.as_of))
    outlets = {c.outlet or c.url or c.document_id for c in claims}
    return {
        "source": first.source,
        "country": first.country,
        "kind": first.kind,
        "belligerent": first.belligerent,
        "category": first.category,
        "scope": first.scope,
        "period_days": _known(first.period_days),
        "date": statement.date,
        "low": low,
        "high": high,
        "qualifier": qualifier,
        "change": None,
        "outlets": len(outlets),
        "reports": len(valued),
        "as_of": as_of[0] if as_of else None,
        "first_published": published[0] if published else None,
        "last_published": published[-1] if published else None,
        "low_claim": _bearer(
            [(v, c) for v, c in every if v in bounded],
            "least" if qualifier == "range" else "most",
        ),
        "high_claim": _bearer(every, "most"),
        "claim_ids": tuple(c.claim_id for c in claims),
    }


def _bearer(valued: list[tuple[Value, Any]], end: str) -> str:
    """Return the claim that gives the least or the most of a statement, the first printed one."""
    outermost = min if end == "least" else max
    bound = outermost(getattr(value, end) for value, _ in valued)
    return next(str(claim.claim_id) for value, claim in valued if getattr(value, end) == bound)


def _once(valued: list[tuple[Value, Any]], copies: Mapping[str, str]) -> list[tuple[Value, Any]]:
    """Leave out the claims of copies whose number stands in the text copied, or in another copy."""
    own = [(value, claim) for value, claim in valued if claim.document_id not in copies]
    seen = {(claim.document_id, value) for value, claim in own}
    for value, claim in valued:
        if claim.document_id in copies:
            first = _first(claim.document_id, copies)
            if (first, value) not in seen:
                seen.add((first, value))
                own.append((value, claim))
    return own


def _first(document_id: str, copies: Mapping[str, str]) -> str:
    """Return the text that a copy, or a copy of a copy, goes back to."""
    passed: set[str] = set()
    while document_id in copies and document_id not in passed:
        passed.add(document_id)
        document_id = copies[document_id]
    return document_id


def _value(claim: Any) -> Value:
    return value_of(_known(claim.low), _known(claim.high), claim.qualifier)


def _known(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)


def _days_between(first: str, second: str) -> int:
    return (date.fromisoformat(second) - date.fromisoformat(first)).days
