"""What a report rests on, item by item: so that the next plan can say what is new, not only that.

An item is a claim, a document, a decision, an open question or the page of a source. Each has an
id and a mark, a short content id; a claim that people corrected has a second mark behind a dot.
"""

import hashlib
import json
from typing import Any

import pandas as pd

UNSTABLE = ["known_at"]  # says when a row was read, not what it says: no reason to run again
CLAIM = "claim"
# What is no list of claims: its noun, and the column that holds the id of a row.
LISTS = {
    "documents": ("document", "document_id"),
    "corrections": ("decision", "claim_id"),
    "review": ("open question", "id"),
    "facts": ("fact of the story", "fact"),
    "sources": ("source of the story", "source"),
    "pages": ("page of a source", "source"),
}
MOST = 2000  # items of a kind that a record names; of more it keeps the number alone
Items = dict[str, dict[str, str]]


def content_rows(frame: pd.DataFrame) -> list[list[Any]]:
    """Return what the rows of a frame say, as plain values: null for what is not said."""
    columns = [
        # Asked of each value: frames are short here, and there are hundreds of columns to ask.
        [None if v is None or v is pd.NA or v != v else v for v in column.tolist()]  # noqa: PLR0124 not a number
        for name, column in frame.items()
        if name not in UNSTABLE
    ]
    return [list(row) for row in zip(*columns, strict=True)]


def content_id(value: object, length: int) -> str:
    """Return the content id of plain values, in so many characters."""
    written = json.dumps(value, default=list, ensure_ascii=True)
    return hashlib.sha256(written.encode()).hexdigest()[:length]


class Holdings:
    """The marks of a book's claims, each made once and only where it is asked for."""

    def __init__(self, claims: pd.DataFrame) -> None:
        """Take the claims with sources named and corrections applied."""
        self._claims = claims
        self._marks: dict[str, tuple[str, str]] = {}

    def claims(self, ids: set[str]) -> Items | int:
        """Return the marks of claims by source and id ("" for no source); of many the number."""
        if len(ids) > MOST:
            return len(ids)
        self._mark(ids - self._marks.keys())
        found: Items = {}
        for claim in sorted(ids):
            source, mark = self._marks[claim]
            found.setdefault(source, {})[claim] = mark
        return found

    def rows(self, frame: pd.DataFrame, column: str) -> Items | int:
        """Return the marks of other rows by their id, all under ""; of many the number."""
        if len(frame) > MOST:
            return len(frame)
        marks: dict[str, str] = {}
        for name, row in zip(frame[column], content_rows(frame), strict=True):
            # Two decisions about one claim, or an alias, which is about none: by what they say.
            marks[f"{name}" if name and name not in marks else content_id(row, 16)] = content_id(
                row, 8
            )
        return {"": marks}

    def _mark(self, ids: set[str]) -> None:
        if not ids:
            return
        frame = self._claims[self._claims["claim_id"].isin(ids)]
        said = zip(
            frame["claim_id"],
            frame["source"],
            frame["corrected"],
            content_rows(frame.drop(columns="corrected")),
            strict=True,
        )
        for claim, source, corrected, row in said:
            decided = isinstance(corrected, str)
            mark = content_id(row, 8) + (f".{content_id(corrected, 4)}" if decided else "")
            self._marks[claim] = (source if isinstance(source, str) else "", mark)
