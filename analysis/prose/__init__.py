"""What the numbers say, in sentences that name who says it; each number leads to its sentence."""

from datetime import date
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.prose.captions import caption
from analysis.prose.headlines import (
    multiples_headline,
    parts_headline,
    repeats_headline,
    revisions_headline,
    spread_headline,
    timeline_headline,
)
from analysis.prose.parts import Words, leading, newest, paragraph, verb, who
from analysis.tables import Href, escape, linked, to_claim

__all__ = [
    "Words",
    "caption",
    "finding",
    "multiples_headline",
    "parts_headline",
    "repeats_headline",
    "revisions_headline",
    "source_finding",
    "spread_headline",
    "sums_finding",
    "timeline_headline",
]


RECENT_DAYS = 365
MOST_NAMED = 3  # falls in a sentence


def finding(series: pd.DataFrame, comparison: pd.DataFrame, href: Href) -> Words:
    """Return what the source reported most often said last, and how far others last lay apart.

    A category of which that source has not spoken for RECENT_DAYS before its newest number is left
    out: beside today's number an old one reads as today's (METHOD.md 4.7).
    """
    totals = series[(series["scope"] == "cumulative") & (series["category"] != "deployed")]
    if totals.empty:
        return paragraph(["No total to date has been read yet."])
    first = comparison["category"].iloc[0] if len(comparison) else totals["category"].iloc[0]
    own = totals[totals["source"] == leading(totals)]
    said = [
        f"{linked(row, href)} {wording.category(category)} ({wording.day(row.date)})"
        for category in dict.fromkeys((first, "killed", "wounded"))
        if (row := newest(own[own["category"] == category])) is not None
        and _days(row.date, newest(own).date) <= RECENT_DAYS
    ]
    sentences = []
    if said:
        row = newest(own)
        sentences.append(
            f"The source that is reported most often, {who(row)}, last {verb(row)} "
            f"{wording.names(said)}."
        )
    wide = comparison[comparison["ratio"].notna()]
    if len(wide):
        row = rows_of(wide)[-1]
        apart = (
            "The number is the same."
            if float(row.ratio) == 1
            else f"The two numbers lie {wording.times(float(row.ratio))} times apart."
        )
        sentences.append(
            f"A new number of people {wording.category(first)} last came while another source's "
            f"was current on {wording.day(row.date)}: the lowest was then "
            f"{_current(row, 'lowest', href)}, the highest {_current(row, 'highest', href)}. "
            f"{apart}"
        )
    sentences.append("None of these numbers is independently verified.")
    return paragraph(sentences)


def source_finding(series: pd.DataFrame, href: Href) -> Words:
    """Return what one source said last in each category, and how often it went up or down."""
    if series.empty:
        return paragraph(["This source has given no number with a day yet."])
    name = str(series["source"].iloc[0])
    days = sorted(series["date"])
    given = wording.counted(len(series), "number")
    party = series["belligerent"].iloc[0] is True
    gave = "claimed" if party else "gave"
    first, last = wording.day(days[0]), wording.day(days[-1])
    span = f"on {first}" if first == last else f"between {first} and {last}"
    sentences = [f"{escape(name)}, as reported, {gave} {given} {span}."]
    totals = series[series["scope"] == "cumulative"]
    for category in dict.fromkeys(totals["category"]):
        last = newest(totals[totals["category"] == category])
        if last is not None and category != "deployed":
            sentences.append(
                f"The newest total of people {wording.category(category)} is "
                f"{linked(last, href)}, of {wording.day(last.date)}."
            )
    fell = rows_of(series[series["change"] == "fall"])
    if fell:
        named = [f"people {wording.category(r.category)}, {wording.day(r.date)}" for r in fell]
        which = f": {'; '.join(named)}" if len(fell) <= MOST_NAMED else ", as listed below"
        often = wording.capital(wording.often(len(fell)))
        sentences.append(f"{often} a new total lay below the one before{which}.")
    if party:
        sentences.append("This source belongs to a party to the war.")
    return paragraph(sentences)


def sums_finding(sums: pd.DataFrame) -> Words:
    """Return how often killed and wounded add up to the combined number of the same source."""
    if sums.empty:
        return paragraph(["No source gave killed, wounded and both together within three days."])
    agree, every = int(sums["agrees"].sum()), len(sums)
    add = "do not add up" if not agree else "add up"
    times = f" {agree} of those times" if 0 < agree < every else " each time" if every > 1 else ""
    given = f"{wording.capital(wording.often(every))} a source gave all three within three days"
    return paragraph(
        [
            f"{given}; killed and wounded {add} to its number for both{times}.",
            "A tenth is allowed for rounding.",
            *(
                f"They do not for {escape(row.source)} on {wording.day(row.date)}."
                for row in rows_of(sums[~sums["agrees"].astype(bool)])
            ),
        ]
    )


def _days(first: str, second: str) -> int:
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


def _current(row: Any, which: str, href: Href) -> str:
    source, qualifier = getattr(row, f"{which}_source"), getattr(row, f"{which}_qualifier")
    party = bool(getattr(row, f"{which}_belligerent"))
    value = escape(wording.end(int(getattr(row, which)), qualifier, which))
    name = escape(wording.source(source, belligerent=party))
    return f"{to_claim(getattr(row, f'{which}_claim'), value, href)} from {name}"
