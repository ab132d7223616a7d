"""Lists for a page: each datum goes through `escape`, each number leads to its sentence."""

import html
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import CATEGORIES, rows_of
from analysis.tables.markup import Fragment, Href, Table, build, escape, link, to_claim

__all__ = [
    "Fragment",
    "Href",
    "Table",
    "comparison_table",
    "current",
    "escape",
    "evidence",
    "plain",
    "series_table",
    "sources_table",
    "sums_table",
    "to_claim",
]
CHANGE_WORDS = {"first": "first number", "rise": "rise", "fall": "fall", "unclear": "not clear"}


def current(series: pd.DataFrame, href: Href) -> Table:
    """Return the newest number of each source and category, newest first within a category.

    Totals to date; numbers of another scope only where a source gave no total. The number leads
    to its sentence.
    """
    newest: dict[tuple[str, str], Any] = {}
    for row in rows_of(series.sort_values("date", kind="stable")):
        key = (row.category, row.source)
        held = newest.get(key)
        if held is None or row.scope == "cumulative" or held.scope != "cumulative":
            newest[key] = row
    first = ("killed_or_wounded", *CATEGORIES)
    order = {name: place for place, name in enumerate(dict.fromkeys(first))}
    rows = sorted(newest.values(), key=lambda r: (r.source, r.scope))
    rows = sorted(rows, key=lambda r: r.date, reverse=True)
    rows = sorted(rows, key=lambda r: order[r.category])
    return build(
        "The newest total to date of each source",
        ("Counted as", "Source", "Number", "Day", "Kind of number", "Last printed"),
        (
            (
                escape(wording.category(row.category)),
                _source(row),
                to_claim(row.claim_ids, escape(_number(row)), href),
                _day(row.date),
                escape(wording.SCOPE_WORDS[row.scope]),
                _day(row.last_published),
            )
            for row in rows
        ),
        empty="No number yet.",
    )


def series_table(series: pd.DataFrame, href: Href) -> Table:
    """Return each number of a source in order of its day, with what it changed."""
    rows = sorted(rows_of(series), key=lambda r: (r.date, r.category, r.scope))
    return build(
        "Each number, by the day on which it was first printed",
        ("Day", "Counted as", "Number", "Kind of number", "Change", "Printed by", "Until"),
        (
            (
                _day(row.date),
                escape(wording.category(row.category)),
                to_claim(row.claim_ids, escape(_number(row)), href) + _differing(row),
                escape(wording.SCOPE_WORDS[row.scope] + _period(row.period_days)),
                escape(CHANGE_WORDS.get(row.change, "") if isinstance(row.change, str) else ""),
                f"{row.outlets} {'outlet' if row.outlets == 1 else 'outlets'}",
                _day(row.last_published),
            )
            for row in rows
        ),
        empty="No number yet.",
    )


def comparison_table(comparison: pd.DataFrame, href: Href) -> Table:
    """Return lowest and highest current number by day; each leads to its sentence."""
    kind = wording.category(comparison["category"].iloc[0]) if len(comparison) else "nobody"
    return build(
        f"Lowest and highest number of people {kind}",
        ("Day", "Lowest", "said by", "Highest", "said by", "Times apart", "Sources"),
        (
            (
                _day(row.date),
                to_claim((row.lowest_claim,), _end(row, "lowest"), href),
                _named(row.lowest_source, row.lowest_belligerent),
                *(
                    (
                        to_claim((row.highest_claim,), _end(row, "highest"), href),
                        _named(row.highest_source, row.highest_belligerent),
                    )
                    if row.sources > 1 or row.lowest != row.highest
                    else ("<small>one source only</small>", "")
                ),
                "" if pd.isna(row.ratio) else wording.times(float(row.ratio)),
                str(row.sources),
            )
            for row in rows_of(comparison)
        ),
        empty="No two numbers to compare yet.",
    )


def sums_table(sums: pd.DataFrame, href: Href) -> Table:
    """Return killed + wounded against the combined number of the same source."""
    return build(
        "Killed and wounded against both together, as one source gave them within three days",
        ("Day", "Source", "Killed", "Wounded", "Sum", "Both, as given", "Agree"),
        (
            (
                _day(row.date),
                escape(row.source),
                to_claim((row.killed_claim,), _bounds(row.killed_low, row.killed_high), href),
                to_claim((row.wounded_claim,), _bounds(row.wounded_low, row.wounded_high), href),
                escape(_bounds(row.sum_low, row.sum_high)),
                to_claim((row.combined_claim,), _bounds(row.combined_low, row.combined_high), href),
                "yes" if row.agrees else "<strong>no</strong>",
            )
            for row in rows_of(sums)
        ),
        empty="No source gave all three within three days.",
    )


def evidence(claims: pd.DataFrame) -> Table:
    """Return the sentence behind each claim, the number marked, with source, outlet and address."""
    rows = sorted(rows_of(claims), key=lambda c: (c.published or "", c.claim_id))
    return build(
        "The sentence behind each number",
        ("Printed", "Number", "Said by", "Sentence", "Outlet"),
        (
            (
                _day(row.published) if row.published else "undated",
                f"{escape(_number(row))}<br>{escape(wording.category(row.category))}"
                + ("" if row.status == "reported" else f"<br><em>{escape(row.status)}</em>")
                + f"<br><small>{escape(row.claim_id)}</small>",
                escape(row.source or "no source named")
                + (f"<br>through {escape(row.relayed_by)}" if _said(row.relayed_by) else ""),
                _sentence(row),
                _outlet(row),
            )
            for row in rows
        ),
        ids=[f"claim-{row.claim_id}" for row in rows],
        empty="No number without a page of its own.",
    )


def sources_table(sources: Iterable[Any], pages: Mapping[str, str]) -> Table:
    """Return the sources of a story, who they are, and the page of each that has one."""
    return build(
        "The sources of the story",
        ("Source", "Country", "Kind", "Side", "Also called"),
        (
            (
                f'<a href="{html.escape(pages[s.name])}">{escape(s.name)}</a>'
                if s.name in pages
                else escape(s.name),
                escape(s.country),
                escape(s.kind),
                "belligerent" if s.belligerent else "",
                escape(", ".join(s.aliases[:4]) + (" …" if len(s.aliases) > 4 else "")),  # noqa: PLR2004 enough to know it by
            )
            for s in sources
        ),
        empty="The story file names none.",
    )


def plain(frame: pd.DataFrame, caption: str) -> Table:
    """Return any frame as a list, its column names as headings."""
    heads = tuple(str(name).replace("_", " ").capitalize() for name in frame.columns)
    rows = ((escape(None if _missing(v) else v) for v in row) for row in frame.to_numpy().tolist())
    return build(caption, heads, rows, empty="Nothing.")


def _sentence(claim: Any) -> str:
    corrected = (
        f"<br><em>Corrected {escape(claim.corrected)}</em>" if _said(claim.corrected) else ""
    )
    if _said(claim.withheld):
        return f"<em>The words are withheld: {escape(claim.withheld)}</em>{corrected}"
    if not _said(claim.quote):
        note = escape(claim.note) if _said(claim.note) else "no note"
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
    return link(claim.url if _said(claim.url) else None, name)


def _source(row: Any) -> str:
    return _named(row.source, row.belligerent)


def _named(source: str, belligerent: Any) -> str:
    return escape(source) + (" <small>(belligerent)</small>" if belligerent is True else "")


def _number(row: Any) -> str:
    return wording.number(_known(row.low), _known(row.high), row.qualifier)


def _differing(row: Any) -> str:
    """Return a remark where outlets heard one statement differently, so that a range was made."""
    merged = row.qualifier == "range" and row.reports > 1
    return " <small>(reports differ)</small>" if merged else ""


def _end(row: Any, which: str) -> str:
    value, qualifier = int(getattr(row, which)), getattr(row, f"{which}_qualifier")
    return escape(wording.end(value, qualifier, which))


def _bounds(low: Any, high: Any) -> str:
    least, most = _known(low), _known(high)
    if least is not None and most is not None and least != most:
        return f"{least:,} to {most:,}"
    if most is None and least is not None:
        return f"{least:,} or more"
    return f"{most:,}" if least is not None else f"up to {most or 0:,}"


def _period(days: Any) -> str:
    known = _known(days)
    return "" if known is None else f" of {known} {'day' if known == 1 else 'days'}"


def _day(value: Any) -> str:
    if not _said(value):
        return ""
    return f'<time datetime="{escape(value)}">{escape(wording.day(value))}</time>'


def _said(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 only NaN differs from itself


def _known(value: Any) -> int | None:
    return None if value is None or pd.isna(value) else int(value)
