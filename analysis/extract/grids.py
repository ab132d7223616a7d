"""Read the tables of a page that was saved as text: lines of cells between bars or tabs.

A column counts where its head names an event ("Dead", "Number of injured"), or a row where its
first cell does. A cell counts where it is a number and nothing else (METHOD.md 2.9).
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from analysis.extract.quantities import Quantity, find_quantities
from analysis.extract.words import Lexicon, Token, tokenize

BLOCK = re.compile(r"^[^\n|\t]*[|\t][^\n]*(?:\n[^\n|\t]*[|\t][^\n]*)+", re.MULTILINE)
LINE = re.compile(r"[^\n]+")
EDGE = re.compile(r"\A\s*\|?|\|?\s*\Z")
PAIR = 2  # cells: what, and how many
RULER = re.compile(r"[\s:=+|-]*\Z")  # the line of dashes below a head


class Cell(NamedTuple):
    """A cell: its characters, without the blank space around them, and its words (maybe none)."""

    start: int
    end: int
    tokens: list[Token]


class Row(NamedTuple):
    """A line of a table: its characters and its cells."""

    start: int
    end: int
    cells: list[Cell]


class Figure(NamedTuple):
    """A number in a table: its category, what it counts as, and the lines that say so."""

    quantity: Quantity
    tokens: list[Token]
    category: str
    part: bool
    head: Cell
    quote: tuple[int, int]


def blocks(text: str) -> list[tuple[int, int]]:
    """Return the characters of the tables in a text; most texts hold none."""
    if "|" not in text and "\t" not in text:
        return []
    return [found.span() for found in BLOCK.finditer(text)]


def figures(text: str, block: tuple[int, int], lexicon: Lexicon, longest: int) -> Iterator[Figure]:
    """Yield the figures of one table, row by row; `longest` is that of a quote in characters."""
    rows = [row for row in _rows(text, block, lexicon) if len(row.cells) > 1]
    if not rows:
        return
    heads = [_category(cell, lexicon) for cell in rows[0].cells]
    numbered = any(_number(cell, lexicon) for cell in rows[0].cells)
    if any(heads) and not numbered:
        totals = [_is_total(row.cells[0], lexicon) for row in rows[1:]]
        for row, total in zip(rows[1:], totals, strict=True):
            if len(row.cells) != len(heads):
                continue  # which column a number stands in is not known
            whole = rows[0].start, row.end
            quote = whole if whole[1] - whole[0] <= longest else (row.start, row.end)
            for head, category, cell in zip(rows[0].cells, heads, row.cells, strict=True):
                number = _number(cell, lexicon) if category else None
                if category and number:
                    part = any(totals) and not total
                    yield Figure(number, cell.tokens, category, part, head, quote)
        return
    for row in rows:  # "Dead | 12"
        category = _category(row.cells[0], lexicon)
        number = _number(row.cells[1], lexicon)
        if category and number and len(row.cells) == PAIR:
            cell, quote = row.cells[1], (row.start, row.end)
            yield Figure(number, cell.tokens, category, False, row.cells[0], quote)  # noqa: FBT003


def _rows(text: str, block: tuple[int, int], lexicon: Lexicon) -> Iterator[Row]:
    for line in LINE.finditer(text, *block):
        if RULER.match(line.group()):
            continue
        inner = EDGE.sub("", line.group())
        place = line.start() + line.group().index(inner)
        cells = []
        for words in re.split(r"[|\t]", inner):
            tokens = tokenize(text, place, place + len(words), lexicon)
            first, last = (tokens[0].start, tokens[-1].end) if tokens else (place, place)
            cells.append(Cell(first, last, tokens))
            place += len(words) + 1
        yield Row(*line.span(), cells)


def _category(cell: Cell, lexicon: Lexicon) -> str | None:
    """Return the category that a cell names and nothing else besides; null for any other."""
    allowed = lexicon.set_of("grids", "beside")
    words = [token.word for token in cell.tokens if token.word not in allowed]
    if not words:
        return None
    match = lexicon.events.match(words, 0)
    if match is None or match[0] != len(words):
        return None
    category, role = match[1]
    return category if role in ("toll", "noun", "participle", "predicate", "lost") else None


def _is_total(cell: Cell, lexicon: Lexicon) -> bool:
    return bool(cell.tokens) and cell.tokens[0].word in lexicon.set_of("grids", "totals")


def _number(cell: Cell, lexicon: Lexicon) -> Quantity | None:
    found = find_quantities(cell.tokens, lexicon)
    if len(found) != 1:
        return None
    number = found[0]
    whole = number.head == 0 and number.after == len(cell.tokens)
    return number if whole and number.why is None else None
