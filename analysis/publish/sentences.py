"""What a page makes of a list of sentences: links into it, and pages for the years of a long one.

`tables.evidence` gives each row the id of its claim and the kind of its number, and each group of
rows an id and a heading. Here a list gets links to its groups and kinds. One that would make its
page heavy is cut by the years of its rows, into pages that lie beside it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis import wording
from analysis.publish.words import count

# Of rows, in bytes: with its frame, style and links a page stays below 200 kB.
HEAVIEST = 140_000
LIST = re.compile(
    r'<table>(<caption>.*?</caption><thead>.*?</thead>)(<tbody id=".*?)</table>', re.DOTALL
)
GROUP = re.compile(
    r'<tbody id="([^"]+)"><tr><th [^>]*scope="rowgroup"[^>]*>(.*?)</th></tr>(.*?)</tbody>',
    re.DOTALL,
)
ROW = re.compile(r'<tr [^>]*id="(claim-[^"]+)"[^>]*>.*?</tr>', re.DOTALL)
KIND = re.compile(r'<tr [^>]*class="([a-z_]+)"')
DAY = re.compile(r'<time datetime="(\d{4})-(\d\d)')
TO_CLAIM = re.compile(r'(<a [^>]*?href=")((?:\.\./)*)[^"#/]*#(claim-[^"]+)"')
UNDATED = "undated"


@dataclass(frozen=True)
class Group:
    """Some rows under one heading."""

    name: str
    heading: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """Rows that stand on a page of their own: its key in addresses, its title, and its list."""

    key: str
    title: str
    rows: int
    html: str


def arrange(fragment: str, address: str, prefix: str = "") -> tuple[str, list[Part]]:
    """Return a sanitised fragment with links into its lists, and what it leaves to other pages.

    `address` is that of the page, from which those of its parts are made (`part_address`);
    without one nothing is cut. `prefix` keeps the keys of a page's second long list apart.
    """
    parts: list[Part] = []

    def arranged(found: re.Match[str]) -> str:
        head, groups = found[1], list(_groups(found[2]))
        if not address or len(found[2].encode()) <= HEAVIEST:
            return _list(head, groups)
        cut = [replace(part, key=prefix + part.key) for part in _cut(head, groups)]
        parts.extend(cut)
        return _contents(cut, address)

    return LIST.sub(arranged, fragment), parts


def part_address(address: str, key: str) -> str:
    """Return the address of a part of a page; no page of a report has two hyphens in a row.

    >>> part_address("source-harbour.html", "2022")
    'source-harbour--2022.html'
    """
    return f"{address.removesuffix('.html')}--{key}.html"


def claims_in(page: str) -> list[str]:
    """Return the ids of the claims whose rows stand on a page."""
    return [found[1] for found in ROW.finditer(page)]


def lead(page: str, places: Mapping[str, str], own: str = "") -> str:
    """Return a page whose links to claims lead to where these stand now.

    `places` names for the id of a row the page that holds it, `own` is this page's address; a
    claim that stands nowhere any more keeps the link that it had.

    >>> lead('<a href="source-x.html#claim-1">', {"claim-1": "source-x--2022.html"})
    '<a href="source-x--2022.html#claim-1">'
    """

    def led(found: re.Match[str]) -> str:
        place = places.get(found[3])
        if place is None:
            return found[0]
        return f'{found[1]}{"" if place == own else found[2] + place}#{found[3]}"'

    return TO_CLAIM.sub(led, page)


def without_addresses(page: str) -> str:
    """Return a page with links to claims that name the claim alone: where it stands is no content.

    >>> without_addresses('<a href="source-x--2022.html#claim-1">')
    '<a href="#claim-1">'
    """
    return TO_CLAIM.sub(r'\1#\3"', page)


def _groups(bodies: str) -> Iterator[Group]:
    for found in GROUP.finditer(bodies):
        yield Group(found[1], found[2], tuple(row[0] for row in ROW.finditer(found[3])))


def _list(head: str, groups: Sequence[Group]) -> str:
    """Return a list with links to its groups, where there are several, and to its kinds."""
    kinds = list(dict.fromkeys(_kind(row) for group in groups for row in group.rows))
    links = []
    if len(groups) > 1:
        jumps = " · ".join(
            f'<a href="#{group.name}">{group.heading}</a>&nbsp;({len(group.rows):,})'
            for group in groups
        )
        links.append(f'<p class="jump">Go to: {jumps}</p>')
    if len(kinds) > 1:
        only = " · ".join(
            f'<a id="only-{kind}" href="#only-{kind}">{wording.category(kind)}</a>'
            for kind in kinds
        )
        links.append(
            f'<p class="jump">Show only: {only} · <a id="only-all" href="#only-all">all</a></p>'
        )
    bodies = "".join(
        f'<tbody id="{group.name}"><tr><th scope="rowgroup" colspan="5">{group.heading}</th></tr>'
        f"{''.join(group.rows)}</tbody>"
        for group in groups
    )
    return f'<div class="sentences">{"".join(links)}<table>{head}{bodies}</table></div>'


def _cut(head: str, groups: Sequence[Group]) -> Iterator[Part]:
    """Cut a list by years; a year that is too heavy by months; a month by the number of rows."""
    for year, rows in _by(groups, year_only=True).items():
        if _weight(rows) <= HEAVIEST:
            yield _part(head, year, year.capitalize(), rows)
            continue
        for month, fewer in _by(rows, year_only=False).items():
            title = wording.month(f"{month}-01") if month != UNDATED else "Undated"
            pieces = list(_pieces(fewer))
            for place, piece in enumerate(pieces, 1):
                if len(pieces) == 1:
                    yield _part(head, month, title, piece)
                else:
                    words = f"{title}, {place} of {len(pieces)}"
                    yield _part(head, f"{month}-{place}", words, piece)


def _by(groups: Sequence[Group], *, year_only: bool) -> dict[str, list[Group]]:
    """Return the groups of each year or month, oldest first, each with its rows of that time."""
    found: dict[str, list[Group]] = {}
    for group in groups:
        rows: dict[str, list[str]] = {}
        for row in group.rows:
            day = DAY.search(row.partition("</td>")[0])
            key = UNDATED if day is None else day[1] if year_only else f"{day[1]}-{day[2]}"
            rows.setdefault(key, []).append(row)
        for key, held in rows.items():
            found.setdefault(key, []).append(replace(group, rows=tuple(held)))
    return dict(sorted(found.items()))


def _pieces(groups: Sequence[Group]) -> Iterator[list[Group]]:
    piece: list[Group] = []
    weight = 0
    for group in groups:
        for row in group.rows:
            size = len(row.encode())
            if piece and weight + size > HEAVIEST:
                yield piece
                piece, weight = [], 0
            if piece and piece[-1].name == group.name:
                piece[-1] = replace(piece[-1], rows=(*piece[-1].rows, row))
            else:
                piece.append(replace(group, rows=(row,)))
            weight += size
    yield piece


def _part(head: str, key: str, title: str, groups: Sequence[Group]) -> Part:
    return Part(key, title, sum(len(group.rows) for group in groups), _list(head, groups))


def _contents(parts: Sequence[Part], address: str) -> str:
    """Return the links that stand where a list was."""
    years: dict[str, list[str]] = {}
    for part in parts:
        year = part.title.partition(",")[0].rpartition(" ")[2]
        link = f'<a href="{part_address(address, part.key)}">{part.title}</a>'
        years.setdefault(year, []).append(f"{link}&nbsp;({part.rows:,})")
    items = "".join(f"<li>{' · '.join(links)}</li>" for links in years.values())
    every = count(sum(part.rows for part in parts), "number stands", "numbers stand")
    return f'<p>{every} on pages of their own.</p><ul class="jump">{items}</ul>'


def _kind(row: str) -> str:
    found = KIND.match(row)
    return found[1] if found else ""


def _weight(groups: Sequence[Group]) -> int:
    return sum(len(row.encode()) for group in groups for row in group.rows)
