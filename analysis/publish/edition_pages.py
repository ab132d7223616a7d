"""An edition in words: for its page, for the first page, for the feed and for the command line."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analysis import wording
from analysis.publish.editions import Changes
from analysis.publish.pages import Section
from analysis.publish.words import count, long_date, moment
from analysis.tables.markup import build, escape

MOST_ROWS = 100  # more than a person reads; the file of the edition holds them all
KINDS = (
    ("new", "New claims", "new claim", "new claims"),
    ("revised", "Revised claims", "claim revised", "claims revised"),
    ("corrected", "Corrected claims", "claim corrected", "claims corrected"),
    ("withdrawn", "Withdrawn claims", "claim withdrawn", "claims withdrawn"),
)
Href = Callable[[str], str | None]


def said(entry: Mapping[str, Any]) -> str:
    """Return a number as a reader writes it."""
    return wording.number(entry["low"], entry["high"], entry["qualifier"])


def summary(changes: Changes, *, first: bool = False) -> str:
    """Return in one sentence how many claims changed and how many newest totals moved.

    >>> summary(Changes())
    'No number changed.'
    """
    if first:
        return f"First edition, with {count(len(changes.new), 'claim', 'claims')}."
    parts = [
        count(len(entries), one, many)
        for kind, _, one, many in KINDS
        if (entries := getattr(changes, kind))
    ]
    if changes.moved:
        parts.append(count(len(changes.moved), "newest total moved", "newest totals moved"))
    if parts:
        return f"{wording.names(parts)}.".capitalize()
    if changes.reports or changes.gone:
        pages = len(changes.reports) + len(changes.gone)
        return f"No number changed; {count(pages, 'page is', 'pages are')} worded anew."
    return "No number changed."


def moved_line(move: Mapping[str, Any]) -> str:
    """Return one newest total and what it was, as text."""
    kind = wording.category(move["category"])
    before = f"{said(move['before'])} before" if move["before"] else "its first total"
    return f"{move['source']}, {kind}: {said(move)} ({before})"


def edition_page(
    changes: Changes, titles: Mapping[str, str], href: Href, *, first: bool
) -> list[Section]:
    """Return the page of one edition: totals that moved, claims that changed, reports that changed.

    `titles` names the pages; `href` gives the address of a claim, null where it stands no more.
    """
    parts = [Section("", f"<p>{escape(summary(changes, first=first))}</p>")]
    if first:
        parts[0] = Section(
            "",
            parts[0].html + "<p>What follows will say of each edition what it changed. All claims "
            'stand <a href="../../data/claims.csv">in the table of claims</a>.</p>',
        )
        return parts
    if changes.moved:
        parts.append(Section("Newest totals that moved", _moved(changes.moved, href)))
    for kind, heading, _, _ in KINDS:
        if entries := getattr(changes, kind):
            parts.append(Section(heading, _claims(heading, entries, href)))
    pages = [
        *(f'<a href="../../{escape(p)}">{escape(titles.get(p, p))}</a>' for p in changes.reports),
        *(f"{escape(titles.get(p, p))} (taken away)" for p in changes.gone),
    ]
    if pages:
        listed = "".join(f"<li>{page}</li>" for page in pages)
        parts.append(Section("Reports that changed", f"<ul>{listed}</ul>"))
    return parts


def _moved(moves: Sequence[Mapping[str, Any]], href: Href) -> str:
    rows = (
        (
            escape(move["source"]),
            escape(wording.category(move["category"])),
            _number(move, href),
            escape(said(move["before"])) if move["before"] else "none",
            escape(long_date(move["date"])),
        )
        for move in moves[:MOST_ROWS]
    )
    heads = ("Source", "Counted as", "Now", "Before", "First printed")
    return build("Newest totals to date", heads, rows, empty="").markup + _rest(moves)


def _claims(heading: str, entries: Sequence[Mapping[str, Any]], href: Href) -> str:
    rows = (
        (
            escape(entry["source"] or "no source named"),
            _number(entry, href),
            escape(wording.category(entry["category"])),
            escape(wording.SCOPE_WORDS.get(entry["scope"], entry["scope"])),
            escape(long_date(entry["published"])) if entry["published"] else "undated",
            escape(entry["outlet"] or "not said"),
            _why(entry),
        )
        for entry in entries[:MOST_ROWS]
    )
    heads = ("Source", "Number", "Counted as", "Kind of number", "Printed", "Outlet", "Remark")
    return build(heading, heads, rows, empty="").markup + _rest(entries)


def _why(entry: Mapping[str, Any]) -> str:
    before = entry.get("before")
    remarks = [
        f"status: {entry['status']}" if entry["status"] != "reported" else "",
        f"before: {said(before)} {wording.category(before['category'])}"
        if before and any(before[n] != entry[n] for n in ("low", "high", "qualifier", "category"))
        else "",
        entry.get("corrected") or "",
        "rejected: it counts no more" if entry.get("rejected") else "",
    ]
    return "<br>".join(escape(remark) for remark in remarks if remark)


def _number(entry: Mapping[str, Any], href: Href) -> str:
    words = escape(said(entry))
    address = href(entry["claim_id"])
    return f'<a href="../../{escape(address)}">{words}</a>' if address else words


def _rest(entries: Sequence[object]) -> str:
    more = len(entries) - MOST_ROWS
    return f'<p>And {more:,} more, <a href="edition.json">in the file</a>.</p>' if more > 0 else ""


def changes_page(editions: Sequence[Mapping[str, Any]]) -> list[Section]:
    """Return the list of all editions, newest first, each with what it changed."""
    items = []
    for edition in editions:
        name = escape(edition["edition"])
        lines = "".join(f"<li>{escape(line)}</li>" for line in edition["lines"])
        items.append(
            f'<h3><a href="editions/{name}/index.html">{escape(moment(edition["at"]))}</a></h3>'
            f"<p>{escape(edition['summary'])}</p>" + (f"<ul>{lines}</ul>" if lines else "")
        )
    lead = (
        "<p>An edition is one published state of all pages. It names each claim that is new, "
        "revised, corrected or withdrawn, and each newest total that moved. The same stands "
        'in <a href="feed.xml">the feed</a>, to subscribe to.</p>'
    )
    return [Section("", lead + "".join(items))]


def lines_of(changes: Changes, *, first: bool) -> Iterator[str]:
    """Yield the totals that moved, for lists of editions; none of a first one: all are new."""
    if not first:
        yield from (moved_line(move) for move in changes.moved[:5])
        if len(changes.moved) > 5:  # noqa: PLR2004 enough for a list; the edition has them all
            yield f"and {len(changes.moved) - 5} more"
