"""What the numbers say, in sentences that name who says it; each number leads to its sentence."""

import html
import re
from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.tables import Fragment, Href, escape, to_claim


class Words(Fragment):
    """Some sentences."""

    __repr__ = Fragment.__repr__


def finding(series: pd.DataFrame, comparison: pd.DataFrame, href: Href) -> Words:
    """Return what the source reported most often said last, and the widest disagreement."""
    totals = series[(series["scope"] == "cumulative") & (series["category"] != "deployed")]
    if totals.empty:
        return _words(["No total to date has been read yet."])
    leading = comparison["category"].iloc[0] if len(comparison) else totals["category"].iloc[0]
    reports = totals.groupby("source")["reports"].sum()
    source = min(reports.index, key=lambda name: (-int(reports[name]), name))
    own = totals[totals["source"] == source]
    said = [
        f"{_linked(row, href)} {wording.category(category)} ({wording.day(row.date)})"
        for category in dict.fromkeys((leading, "killed", "wounded"))
        if (row := _newest(own[own["category"] == category])) is not None
    ]
    sentences = []
    if said:
        sentences.append(
            f"The source that is reported most often, {escape(source)}, last gave "
            f"{wording.names(said)}."
        )
    wide = comparison[comparison["ratio"].notna()]
    if len(wide):
        row = wide.iloc[int(wide["ratio"].astype(float).argmax())]
        sentences.append(
            f"On people {wording.category(leading)} the sources lay furthest apart on "
            f"{wording.day(row['date'])}: {escape(row['lowest_source'])} stood by "
            f"{row['lowest']:,}, {escape(row['highest_source'])} by {row['highest']:,}, "
            f"{wording.times(float(row['ratio']))} times as many."
        )
    sentences.append("None of these numbers is independently verified.")
    return _words(sentences)


def source_finding(series: pd.DataFrame, href: Href) -> Words:
    """Return what one source said last in each category, and how often it went up or down."""
    if series.empty:
        return _words(["This source has given no number with a day yet."])
    name = str(series["source"].iloc[0])
    days = sorted(series["date"])
    given = _count(len(series), "number")
    span = f"between {wording.day(days[0])} and {wording.day(days[-1])}"
    sentences = [f"{escape(name)} is said to have given {given} {span}."]
    totals = series[series["scope"] == "cumulative"]
    for category in dict.fromkeys(totals["category"]):
        newest = _newest(totals[totals["category"] == category])
        if newest is not None and category != "deployed":
            sentences.append(
                f"Its newest total of people {wording.category(category)} is "
                f"{_linked(newest, href)}, of {wording.day(newest.date)}."
            )
    falls = int((series["change"] == "fall").sum())
    if falls:
        sentences.append(f"{_often(falls)} a new number lay below the one before.")
    if series["belligerent"].iloc[0] is True:
        sentences.append("It belongs to a party to the war.")
    return _words(sentences)


def sums_finding(sums: pd.DataFrame) -> Words:
    """Return how often killed and wounded add up to the combined number of the same source."""
    if sums.empty:
        return _words(["No source gave killed, wounded and both together within three days."])
    agree = int(sums["agrees"].sum())
    given = f"{_often(len(sums))} a source gave all three within three days"
    return _words(
        [
            f"{given}; {agree} of {len(sums)} agree, with one part in ten allowed for rounding.",
            *(
                f"They do not for {escape(row.source)} on {wording.day(row.date)}."
                for row in rows_of(sums[~sums["agrees"].astype(bool)])
            ),
        ]
    )


def timeline_headline(series: pd.DataFrame, category: str) -> str:
    """Return the first and newest total of the source reported most often, as a chart's title."""
    what = f"Reported {wording.category(category)}"
    totals = series[series["scope"] == "cumulative"]
    if totals.empty:
        return f"{what}: " + ("no total to date" if len(series) else "no number yet")
    # A title names numbers that were given; "dozens" stands in the chart.
    spoken = totals[totals["qualifier"] != "vague"]
    totals = spoken if len(spoken) else totals
    reports = totals.groupby("source")["reports"].sum()
    source = min(reports.index, key=lambda name: (-int(reports[name]), name))
    own = totals[totals["source"] == source]
    first, last = _oldest(own), _newest(own)
    if first.date == last.date:
        return f"{what}: {_plain(last)} ({source}, {wording.month(last.date)})"
    return (
        f"{what} by {source}: from {_plain(first)} in {wording.month(first.date)} "
        f"to {_plain(last)} in {wording.month(last.date)}"
    )


def spread_headline(comparison: pd.DataFrame) -> str:
    """Return the widest distance between sources, as the title of a chart."""
    wide = comparison[comparison["ratio"].notna()]
    if wide.empty:
        return "No two sources to compare yet"
    row = wide.iloc[int(wide["ratio"].astype(float).argmax())]
    return (
        f"Furthest apart on {wording.day(row['date'])}: {row['lowest']:,} and {row['highest']:,} "
        f"{wording.category(row['category'])}"
    )


def revisions_headline(series: pd.DataFrame) -> str:
    """Return how many numbers a source gave and how often it went down, as a title."""
    if series.empty:
        return "No number yet"
    falls = int((series["change"] == "fall").sum())
    rises = int((series["change"] == "rise").sum())
    return f"{series['source'].iloc[0]}: {_count(rises, 'rise')}, {_count(falls, 'fall')}"


def _newest(rows: pd.DataFrame) -> Any:
    ordered = sorted(rows_of(rows), key=lambda r: (r.date, r.reports, r.source))
    return ordered[-1] if ordered else None


def _oldest(rows: pd.DataFrame) -> Any:
    return min(rows_of(rows), key=lambda r: (r.date, -r.reports, r.source), default=None)


def _plain(row: Any) -> str:
    low = None if pd.isna(row.low) else int(row.low)
    high = None if pd.isna(row.high) else int(row.high)
    return wording.number(low, high, row.qualifier)


def _linked(row: Any, href: Href) -> str:
    return to_claim(row.claim_ids, escape(_plain(row)), href)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _often(number: int) -> str:
    return {1: "Once", 2: "Twice"}.get(number, f"{number:,} times")


def _words(sentences: list[str]) -> Words:
    markup = " ".join(sentences)
    return Words(f"<p>{markup}</p>", html.unescape(re.sub(r"<[^>]*>", "", markup)))
