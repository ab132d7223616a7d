"""The content ids of what a book answers: equal answers have equal ones, whenever they are asked.

A plan asks hundreds of reports' questions again. Most of these are the rows of one frame that
belong to a source or a category, so that the frame is read once and its rows are sorted out here.
"""

from functools import cached_property
from typing import Any

import pandas as pd

from analysis.book.holdings import UNSTABLE, content_id, content_rows

LENGTH = 20  # hexadecimal digits


def digest_of(frame: pd.DataFrame) -> str:
    """Return the content id of a frame: equal rows in equal order give the same one."""
    return content_id([_columns(frame), content_rows(frame)], LENGTH)


class Rows:
    """The rows of a frame as plain values, and the content ids of those that are chosen."""

    def __init__(self, frame: pd.DataFrame) -> None:
        """Take a frame with the columns `source` and `category`."""
        self._columns = _columns(frame)
        self._rows = content_rows(frame)

    def digest(self, source: str | None, category: str | None) -> tuple[str, int]:
        """Return content id and number of the rows of a source and a category, null: of all.

        The id is the one that `digest_of` gives for a frame of these rows.
        """
        rows = self._rows if source is None else self._by_source.get(source, [])
        if category is not None:
            place = self._columns.index("category")
            rows = [row for row in rows if row[place] == category]
        return content_id([self._columns, rows], LENGTH), len(rows)

    @cached_property
    def _by_source(self) -> dict[str | None, list[list[Any]]]:
        place = self._columns.index("source")
        found: dict[str | None, list[list[Any]]] = {}
        for row in self._rows:
            found.setdefault(row[place], []).append(row)
        return found


def _columns(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame.columns if name not in UNSTABLE]
