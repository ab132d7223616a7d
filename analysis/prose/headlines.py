"""The headline of each chart: what its numbers say, as plain text, and who says it."""

from typing import Any

import pandas as pd

from analysis import wording
from analysis.model import rows_of
from analysis.prose.parts import leading, newest, number, oldest, verb


def timeline_headline(series: pd.DataFrame, category: str) -> str:
    """Return first and newest total of the source reported most often."""
    what = wording.capital(wording.category(category))
    totals = series[series["scope"] == "cumulative"]
    if totals.empty:
        if series.empty:
            return f"{what}: no number has been read yet"
        return f"{what}: no source gave a total to date"
    # A headline names numbers that were given; "dozens" stands in the chart.
    spoken = totals[totals["qualifier"] != "vague"]
    totals = spoken if len(spoken) else totals
    own = totals[totals["source"] == leading(totals)]
    first, last = oldest(own), newest(own)
    name = _name(last)
    if first.date == last.date:
        return f"{what}: {name} {verb(last)} {number(last)} in {wording.month(last.date)}"
    told = f"{number(first)} in {wording.month(first.date)}"
    return f"{what}: {name} {verb(last)} {told}, and {number(last)} in {wording.month(last.date)}"


def multiples_headline(series: pd.DataFrame, category: str) -> str:
    """Return from where to where the newest totals of the sources run."""
    totals = series[(series["scope"] == "cumulative") & (series["qualifier"] != "vague")]
    what = wording.category(category)
    if totals.empty:
        return timeline_headline(series, category)
    last = [newest(group) for _, group in totals.groupby("source", sort=True)]
    if len(last) == 1:
        return f"One source gave a total of people {what}: {_name(last[0])}"
    low = min(last, key=lambda row: (_named(row), row.source))
    high = max(last, key=lambda row: (_named(row), row.source))
    days = [row.date for row in last]
    opening = (
        f"The newest totals of {len(last)} sources, of {wording.period(min(days), max(days))},"
    )
    if _named(low) == _named(high):
        return f"{opening} agree on {number(low)} {what}"
    return f"{opening} run from {_plain(low)} to {_plain(high)} {what}"


def spread_headline(comparison: pd.DataFrame) -> str:
    """Return the widest distance between two sources, and who they are."""
    wide = comparison[comparison["ratio"].notna()]
    if wide.empty:
        return "No two sources to compare yet"
    row = widest(wide)
    what = wording.category(row.category)
    if float(row.ratio) == 1:
        return f"The sources that can be compared agree on {row.highest:,} {what}"
    return (
        f"{wording.times(float(row.ratio))} times apart on {wording.day(row.date)}: "
        f"{_end(row, 'highest', what)}, {_end(row, 'lowest')}"
    )


def revisions_headline(series: pd.DataFrame) -> str:
    """Return how often the totals of one source rose and fell."""
    if series.empty:
        return "No number yet"
    name = str(series["source"].iloc[0])
    party = series["belligerent"].iloc[0] is True
    of = f"{'claimed' if party else 'given'} by {name}{', a party to the war,' if party else ''}"
    totals = series[series["scope"] == "cumulative"]
    if totals.empty:
        return f"{wording.counted(len(series), 'number')} {of} {_are(series)}"
    falls, rises = (int((totals["change"] == kind).sum()) for kind in ("fall", "rise"))
    if not falls and not rises:
        of = of.removesuffix(",")
        if len(totals) == 1:
            row = newest(totals)
            return f"One total {of}: {number(row)} {wording.category(row.category)}"
        return f"{wording.counted(len(totals), 'total')} {of}: none clearly above or below another"
    return f"Totals {of} {_moved('rose', rises)} and {_moved('fell', falls)}"


def parts_headline(sums: pd.DataFrame) -> str:
    """Return how often killed and wounded add up to the combined number of the same source."""
    if sums.empty:
        return "No source gave killed, wounded and both together"
    agree = int(sums["agrees"].sum())
    if agree == len(sums):
        every = "Each time" if agree > 1 else "The one time"
        return f"{every} a source gave all three, they add up to its own total within a tenth"
    cases = f"In {agree} of {wording.counted(len(sums), 'case')}"
    return f"{cases} killed and wounded add up to the source's own total within a tenth"


def repeats_headline(printings: pd.DataFrame) -> str:
    """Return how many reports printed a number that its source had replaced."""
    if printings.empty:
        return "No report of a total yet"
    old, every = int((printings["printing"] == "old").sum()), len(printings)
    reports = f"{wording.counted(every, 'report')} of people {_category(printings)}"
    newer = "came after the source gave a newer number"
    return f"{f'{old:,}' if old else 'None'} of {reports} {newer}"


def widest(comparison: pd.DataFrame) -> Any:
    """Return the row with the highest ratio, the first of several."""
    place = int(comparison["ratio"].astype(float).argmax())
    return rows_of(comparison)[place]


def _end(row: Any, which: str, noun: str = "") -> str:
    party = bool(getattr(row, f"{which}_belligerent"))
    value = wording.end(int(getattr(row, which)), getattr(row, f"{which}_qualifier"), which, noun)
    return f"{getattr(row, f'{which}_source')} {wording.said(belligerent=party)} {value}"


def _moved(verb: str, number: int) -> str:
    return f"{verb} {wording.often(number)}" if number else f"never {verb}"


def _category(printings: pd.DataFrame) -> str:
    return wording.category(str(printings["category"].iloc[0]))


def _are(series: pd.DataFrame) -> str:
    return "is not a total to date" if len(series) == 1 else "are not totals to date"


def _name(row: Any) -> str:
    return f"{row.source}, a party to the war," if row.belligerent is True else str(row.source)


def _plain(row: Any) -> str:
    """Return a number as an end of a span: of a range its lower bound."""
    wide = row.qualifier == "range" and not pd.isna(row.low)
    return f"{int(row.low):,}" if wide else number(row)


def _named(row: Any) -> int:
    return int(row.high if pd.isna(row.low) else row.low)
