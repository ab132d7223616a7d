"""What lists and words on a page are made of: each datum goes through `escape`."""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pandas as pd

Href = Callable[[str], str]
WEB_ADDRESS = re.compile(r"https?://[^\s<>\"'`\\]+\Z", re.IGNORECASE)
# Signs that turn or hide the text around them: shown as what they are, so that nothing is faked.
HIDDEN = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x2060, 0xFEFF, 0x200E, 0x200F}


@dataclass(frozen=True)
class Fragment:
    """Something finished for a page: as HTML, and as text for a terminal."""

    markup: str
    text: str

    def _repr_html_(self) -> str:
        return self.markup

    def __repr__(self) -> str:
        """Return the text."""
        return self.text


@dataclass(frozen=True)
class Row:
    """A row of a list in groups: what it is called, its kind as a word, and its cells as HTML."""

    id: str
    kind: str
    cells: Sequence[str]


class Table(Fragment):
    """A finished list."""

    __repr__ = Fragment.__repr__


def escape(value: object) -> str:
    r"""Return a datum as HTML: the only way in which data reaches a page.

    >>> escape("<b>3 & \u202e4</b>")
    '&lt;b&gt;3 &amp; [U+202E]4&lt;/b&gt;'
    """
    text = "" if value is None or value is pd.NA else str(value)
    shown = "".join(
        f"[U+{ord(c):04X}]"
        if ord(c) in HIDDEN or (unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r")
        else c
        for c in text
    )
    return html.escape(shown)


def link(address: str | None, words: str) -> str:
    """Return words (escaped already) as a link to a web address; other addresses are no links."""
    if address and WEB_ADDRESS.match(address):
        return f'<a href="{html.escape(address)}">{words}</a>'
    return words


def to_claim(claim_id: str, words: str, href: Href) -> str:
    """Return words (escaped already) as a link to a claim."""
    return f'<a href="{html.escape(href(claim_id))}">{words}</a>'


def build(
    caption: str, heads: Sequence[str], rows: Iterable[Iterable[str]], *, empty: str
) -> Table:
    """Return a list of cells that are HTML already."""
    body = [list(row) for row in rows]
    if not body:
        return Table(f"<p>{escape(empty)}</p>", empty)
    lines = "".join(f"<tr>{_cells(cells)}</tr>" for cells in body)
    return Table(_table(caption, heads, f"<tbody>{lines}</tbody>"), _lines(caption, body))


def grouped(
    caption: str, heads: Sequence[str], groups: Iterable[tuple[str, str, Sequence[Row]]]
) -> Table:
    """Return a list in groups: the id of each, its heading, and its rows."""
    bodies, body = [], []
    for name, heading, rows in groups:
        title = f'<th scope="rowgroup" colspan="{len(heads)}">{escape(heading)}</th>'
        lines = "".join(
            f'<tr id="{html.escape(row.id)}" class="{html.escape(row.kind)}">'
            f"{_cells(row.cells)}</tr>"
            for row in rows
        )
        bodies.append(f'<tbody id="{html.escape(name)}"><tr>{title}</tr>{lines}</tbody>')
        body += [[escape(heading)], *(list(row.cells) for row in rows)]
    return Table(_table(caption, heads, "".join(bodies)), _lines(caption, body))


def _table(caption: str, heads: Sequence[str], bodies: str) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>{bodies}</table>"
    )


def _cells(cells: Iterable[str]) -> str:
    return "".join(f"<td>{cell}</td>" for cell in cells)


def _lines(caption: str, body: Sequence[Sequence[str]]) -> str:
    return "\n".join([caption, *("  ".join(_as_text(cell) for cell in cells) for cells in body)])


def _as_text(cell: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", cell)).strip()
