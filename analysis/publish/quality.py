"""The page of data quality: what was read, where nothing was, what was refused, what waits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

import pandas as pd

from analysis.model import Refusal, rows_of
from analysis.publish.pages import Section
from analysis.publish.words import count, long_date
from analysis.tables.markup import build, escape

GAP_DAYS = 31  # a month without a report is worth a line
MOST = 100  # rows of a list; more than a person reads
MOST_OUTLETS = 25
WAITING = "What waits for a person"
FILLED = {
    "source": "who is said to have given the number",
    "published": "day of publication",
    "url": "address of the report",
    "quote": "the sentence (a row of a table has none)",
    "victims": "who the people are",
    "as_of": "day that the number refers to",
    "location": "place",
    "relayed_by": "who passed the words on",
}


def quality_page(
    documents: pd.DataFrame,
    claims: pd.DataFrame,
    review: pd.DataFrame,
    refused: Sequence[Refusal],
) -> list[Section]:
    """Return the page: coverage, gaps, outlets, filled fields, refusals, open decisions."""
    dated = sorted(documents["published"].dropna())
    return [
        Section("What was read", _read(documents, claims) + _months(documents, claims)),
        Section("Where nothing was read", _gaps(dated)),
        Section("Which outlets", _outlets(documents)),
        Section("How often each field is filled", _filled(claims)),
        Section("What was refused", _refused(refused)),
        Section(WAITING, f'<div id="waiting">{_review(review)}</div>'),
    ]


def waiting_line(number: int) -> str:
    """Return in HTML how many numbers wait, with a link to them; empty where none does."""
    if not number:
        return ""
    waits = count(number, "number waits", "numbers wait")
    return (
        f'<p>{waits} for a person to decide: <a href="quality.html#waiting">which, and why</a>.</p>'
    )


def _read(documents: pd.DataFrame, claims: pd.DataFrame) -> str:
    undated = documents[documents["published"].isna()]
    rows = documents[documents["extractor"].eq("table")]
    silent = documents[documents["claims"].eq(0) & ~documents["extractor"].eq("table")]
    texts = count(len(documents) - len(rows), "text", "texts")
    of_tables = count(len(rows), "row of a table", "rows of tables")
    counted = count(len(claims), "claim counts", "claims count")
    sentences = [
        f"{texts} and {of_tables} were read; {counted} in this story.",
        f"{count(len(silent), 'text', 'texts')} gave no claim.",
        f"{count(len(undated), 'report is', 'reports are')} undated, and drawn on no date.",
    ]
    return f"<p>{escape(' '.join(sentences))}</p>"


def _months(documents: pd.DataFrame, claims: pd.DataFrame) -> str:
    read = Counter(day[:7] for day in documents["published"].dropna())
    found = Counter(day[:7] for day in claims["published"].dropna())
    rows = (
        (
            escape(long_date(f"{month}-01").removeprefix("1 ")),
            f"{read[month]:,}" if read[month] else "<strong>none</strong>",
            f"{found[month]:,}",
        )
        for month in _span(sorted(read))
    )
    heads = ("Month", "Reports read", "Claims that count")
    return build("Coverage by month of publication", heads, rows, empty="No dated report.").markup


def _span(months: Sequence[str]) -> Iterator[str]:
    """Yield each month from the first to the last, empty ones too."""
    if not months:
        return
    year, month = map(int, months[0].split("-"))
    while (text := f"{year:04d}-{month:02d}") <= months[-1]:
        yield text
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)  # noqa: PLR2004 months


def _gaps(days: Sequence[str]) -> str:
    found = [
        (escape(long_date(before)), escape(long_date(after)), f"{length:,}")
        for before, after in pairwise(days)
        if (length := (date.fromisoformat(after) - date.fromisoformat(before)).days) > GAP_DAYS
    ]
    if not found:
        return f"<p>Between the first and the last report no {GAP_DAYS} days pass without one.</p>"
    lead = (
        "<p>A gap says that nothing was read here, not that nothing was reported. Lines in charts "
        "hold the last number across it and say nothing about the time between.</p>"
    )
    heads = ("Last report before", "First report after", "Days between")
    caption = f"More than {GAP_DAYS} days without a report"
    return lead + build(caption, heads, found, empty="").markup


def _outlets(documents: pd.DataFrame) -> str:
    counts = Counter(
        outlet if isinstance(outlet, str) and outlet else "not said"
        for outlet in documents["outlet"]
    )
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = [(escape(name), f"{number:,}") for name, number in ordered[:MOST_OUTLETS]]
    rest = sum(number for _, number in ordered[MOST_OUTLETS:])
    if rest:
        others = count(len(ordered) - MOST_OUTLETS, "other outlet", "other outlets")
        rows.append((escape(others), f"{rest:,}"))
    return build("Reports by outlet", ("Outlet", "Reports"), rows, empty="None yet.").markup


def _filled(claims: pd.DataFrame) -> str:
    rows = (
        (
            f"<code>{name}</code>",
            escape(words),
            f"{int(claims[name].notna().sum()):,} of {len(claims):,}",
            f"{claims[name].notna().mean():.0%}",
        )
        for name, words in FILLED.items()
        if len(claims)
    )
    heads = ("Field", "What it holds", "Filled", "Share")
    return build("Filled fields of the claims that count", heads, rows, empty="No claim.").markup


def _refused(refused: Sequence[Refusal]) -> str:
    if not refused:
        return "<p>Nothing: every input that was found could be read.</p>"
    rows = (
        (f"<code>{escape(r.place)}</code>", escape(r.reason), escape(r.advice))
        for r in refused[:MOST]
    )
    heads = ("Input", "Reason", "What to do")
    number = count(len(refused), "input was", "inputs were")
    lead = f"<p>{number} refused; no number here comes from there.</p>"
    return lead + build("Inputs that were refused", heads, rows, empty="").markup + _rest(refused)


def _review(review: pd.DataFrame) -> str:
    if review.empty:
        return "<p>Nothing waits for a decision.</p>"
    rows = (
        (
            escape(row.reason),
            escape(row.figure if isinstance(row.figure, str) else "not read"),
            escape(row.source if isinstance(row.source, str) else "no source named"),
            f'<div class="said">“{escape(row.quote)}”</div>'
            if isinstance(row.quote, str)
            else "not shown",
            f"<code>{escape(row.id)}</code>",
        )
        for row in rows_of(review.head(MOST))
    )
    lead = (
        f"<p>{count(len(review), 'number waits', 'numbers wait')} for a person to decide. "
        "Whose people are in doubt is not counted until then; a number of a source that the story "
        "does not know counts, under the name that the text gives it.</p>"
    )
    heads = ("Reason", "Number", "Source", "Sentence", "Id")
    table = build("What a person has to decide", heads, rows, empty="").markup
    return lead + table + _rest(review)


def _rest(entries: Sequence[object] | pd.DataFrame) -> str:
    more = len(entries) - MOST
    return f"<p>And {more:,} more.</p>" if more > 0 else ""
