"""The sentences behind the numbers, in groups that a reader can jump to."""

from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import digest, rows_of, slug_of
from analysis.tables import cells
from analysis.tables.markup import Row, Table, escape, grouped, link

HEADS = ("Printed", "Number", "Said by", "Sentence", "Outlet")
UNDATED = "undated"


def evidence(claims: pd.DataFrame, *, by_source: bool = False) -> Table:
    """Return the sentence behind each claim, the number marked, with source, outlet and address.

    In groups by month of publication, or by source; within a group by day. What bears no month or
    names no source comes last.
    """
    rows = sorted(rows_of(claims), key=_in_order)
    if not rows:
        empty = "No number without a page of its own."
        return Table(f"<p>{empty}</p>", empty)
    if by_source:
        rows = sorted(rows, key=lambda c: (not cells.said(c.source), str(c.source)))
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        key = _by_source(row) if by_source else _by_month(row)
        groups.setdefault(key, []).append(_row(row))
    return grouped(
        "The sentence behind each number",
        HEADS,
        ((name, heading, found) for (name, heading), found in groups.items()),
    )


def _in_order(claim: Any) -> tuple[bool, str, str, str]:
    dated = cells.said(claim.published)
    return not dated, claim.published if dated else "", claim.category, claim.claim_id


def _by_month(claim: Any) -> tuple[str, str]:
    if not cells.said(claim.published):
        return f"in-{UNDATED}", "Undated"
    return f"in-{claim.published[:7]}", wording.month(claim.published)


def _by_source(claim: Any) -> tuple[str, str]:
    if not cells.said(claim.source):
        return "by-nobody", "No source named"
    # Two names may be one to an address: a digest tells them apart.
    return f"by-{slug_of(claim.source)}-{digest(claim.source)[:4]}", claim.source


def _row(claim: Any) -> Row:
    kind = [] if claim.scope == "cumulative" else [wording.SCOPE_WORDS[claim.scope]]
    kind += [] if claim.status == "reported" else [claim.status]
    read = "row of a table" if not cells.said(claim.number_text) else claim.extractor
    return Row(
        f"claim-{claim.claim_id}",
        claim.category,
        (
            (cells.day(claim.published) or UNDATED) + _as_of(claim),
            f"{escape(cells.number(claim))}<br>{escape(wording.category(claim.category))}"
            + "".join(f"<br><em>{escape(word)}</em>" for word in kind)
            + f"<br><small>{escape(claim.claim_id)}<br>{escape(read)}</small>",
            cells.named(
                claim.source if cells.said(claim.source) else "no source named", claim.belligerent
            )
            + (f"<br>through {escape(claim.relayed_by)}" if cells.said(claim.relayed_by) else ""),
            _sentence(claim),
            _outlet(claim),
        ),
    )


def _as_of(claim: Any) -> str:
    """Return the day that a number is for, where the report names another than its own."""
    if not cells.said(claim.as_of) or claim.as_of == claim.published:
        return ""
    return f"<br><small>for {cells.day(claim.as_of)}</small>"


def _sentence(claim: Any) -> str:
    verb = "Accepted" if claim.decision == "accept" else "Corrected"
    corrected = (
        f"<br><em>{verb} {escape(claim.corrected)}</em>" if cells.said(claim.corrected) else ""
    )
    if cells.said(claim.withheld):
        return f"<em>The words are withheld: {escape(claim.withheld)}</em>{corrected}"
    if not cells.said(claim.quote):
        note = escape(claim.note) if cells.said(claim.note) else "no note"
        return f"From a table, without its sentence: {note}{corrected}"
    place = claim.quote.find(claim.number_text)
    marked = escape(claim.quote)
    if place >= 0:
        # Of several equal numbers in the sentence the one that was read is marked.
        place = _place_in_quote(claim)
        end = place + len(claim.number_text)
        marked = (
            f"{escape(claim.quote[:place])}<mark>{escape(claim.quote[place:end])}</mark>"
            f"{escape(claim.quote[end:])}"
        )
    return f"“{marked}”{corrected}"


def _place_in_quote(claim: Any) -> int:
    """Return where the number stands in its sentence: `quote_start` is its place in the text."""
    place = int(claim.start) - int(claim.quote_start)
    fits = claim.quote[place : place + len(claim.number_text)] == claim.number_text
    return place if fits else int(claim.quote.find(claim.number_text))


def _outlet(claim: Any) -> str:
    name = escape(claim.outlet or claim.title or "not said")
    return link(claim.url if cells.said(claim.url) else None, name)
