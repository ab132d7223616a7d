"""Put rows of the ledger into data frames: the road from ten thousand claims to a notebook.

What is the same for all claims of a document is fetched once, and columns of texts go into one
array: a Series for each costs several times as much.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sql

from analysis.collector import uncollected
from analysis.ledger.schema import CLAIM_FIELDS, NUMBERS, claims, documents, readings, runs
from analysis.model import TABLE

Objects = np.ndarray[Any, np.dtype[np.object_]]
Column = Sequence[Any] | Objects
OF_CLAIM = tuple(name for name in CLAIM_FIELDS if name != "document_id")
OF_DOCUMENT = ("published", "outlet", "url", "title", "language")
ORDER = (*CLAIM_FIELDS, "extractor", "known_at", *OF_DOCUMENT, "note", "quote_start")


def read_frame(connection: sql.Connection, query: sql.Select[Any]) -> pd.DataFrame:
    """Return the rows of a query as a frame of objects."""
    return _objects(_fetched(connection, query))


def claims_frame(connection: sql.Connection, newest: sql.ColumnElement[Any]) -> pd.DataFrame:
    """Return the claims of the `newest` reading of each document; see `Reader.claims`."""
    read = _fetched(
        connection,
        sql.select(
            readings.c.reading,
            documents.c.document_id,
            readings.c.extractor,
            runs.c.known_at,
            *(documents.c[name] for name in OF_DOCUMENT),
            # A row of a table has no sentence: its note is what there is to read.
            sql.case((readings.c.extractor == TABLE, documents.c.text)).label("note"),
        )
        .select_from(documents)
        .join(readings, readings.c.reading == newest)
        .join(runs, runs.c.run == readings.c.run)
        .order_by(documents.c.number),
    )
    listed = _listed(connection, read["reading"])
    said = _fetched(
        connection,
        sql.select(claims.c.reading, *(claims.c[name] for name in OF_CLAIM))
        .join_from(listed, claims, claims.c.reading == sql.cast(listed.c.value, sql.BigInteger))
        .order_by(listed.c.key, claims.c.number),
    )
    place = {reading: row for row, reading in enumerate(read.pop("reading"))}
    rows = np.array([place[reading] for reading in said.pop("reading")], dtype=np.intp)
    said |= {name: _array(held)[rows] for name, held in read.items()}
    said["quote_start"] = _quote_starts(connection, said)
    frame = _objects({name: said[name] for name in ORDER if name not in NUMBERS})
    for at, name in enumerate(ORDER):
        if name in NUMBERS:
            frame.insert(at, name, _integers(said[name]))
    return frame


def _fetched(connection: sql.Connection, query: sql.Select[Any]) -> dict[str, Column]:
    """Return the columns of a query, rows in order."""
    asked = list(query.selected_columns)
    held: list[Column]
    if connection.dialect.name == "sqlite":
        held = _handed_over(connection, query, asked)
    else:
        # The driver's own tuples: ten thousand named ones cost a third more.
        cursor: Any = connection.execute(query).cursor
        held = list(zip(*cursor.fetchall(), strict=True)) or [()] * len(asked)
    return {column.name: values for column, values in zip(asked, held, strict=True)}


def _handed_over(
    connection: sql.Connection, query: sql.Select[Any], asked: Sequence[sql.ColumnElement[Any]]
) -> list[Column]:
    """Return the columns of rows that SQLite hands to a function of ours, one at a time.

    SQLite takes and leaves a lock for each value that is fetched, and none for those that it hands
    to a function: ten thousand claims take two thirds of the time.
    """
    taken: list[Any] = []
    numbers = count()

    def take(*values: Any) -> int:
        taken.extend(values)
        return next(numbers)

    driver: Any = connection.connection.dbapi_connection
    driver.create_function("tallybook_take", len(asked), take)
    handed = query.with_only_columns(sql.func.tallybook_take(*asked))
    with uncollected():
        cursor: Any = connection.execute(handed).cursor
        # The answers say in which order the rows are wanted, whatever the order in which they came.
        order = [number for (number,) in cursor.fetchall()]
    columns: list[Column] = [taken[place :: len(asked)] for place in range(len(asked))]
    if order != list(range(len(order))):
        columns = [[column[number] for number in order] for column in columns]
    return columns


def _objects(columns: dict[str, Column]) -> pd.DataFrame:
    block = np.empty((len(columns), len(next(iter(columns.values())))), dtype=object)
    for row, values in zip(block, columns.values(), strict=True):
        row[:] = values
    return pd.DataFrame(block.T, columns=list(columns), dtype=object, copy=False)


def _array(values: Column) -> Objects:
    held = np.empty(len(values), dtype=object)
    held[:] = values
    return held


def _integers(values: Column) -> pd.Series:
    held = _array(values)
    missing = np.asarray(pd.isna(held))
    held[missing] = 0
    return pd.Series(pd.arrays.IntegerArray(held.astype(np.int64), missing), copy=False)


def _quote_starts(connection: sql.Connection, said: dict[str, Column]) -> list[int | None]:
    """Return at which character of the text each quote begins, null where there is none.

    The place of the number in its sentence tells, if it stands there once; else the text does.
    """
    starts: list[int | None] = []
    unclear: list[int] = []
    for quote, number, start in zip(said["quote"], said["number_text"], said["start"], strict=True):
        at = None if quote is None else quote.find(number)
        if at is not None and (at < 0 or quote.find(number, at + 1) >= 0):
            unclear.append(len(starts))
        starts.append(None if at is None else start - at)
    names = sorted({said["document_id"][row] for row in unclear})
    listed = _listed(connection, names)
    query = sql.select(documents.c.document_id, documents.c.text).join_from(
        listed, documents, documents.c.document_id == listed.c.value
    )
    found = _fetched(connection, query) if names else {"document_id": (), "text": ()}
    texts = dict(zip(found["document_id"], found["text"], strict=True))
    for row in unclear:
        quote, end = said["quote"][row], said["end"][row]
        starts[row] = texts[said["document_id"][row]].find(quote, max(0, end - len(quote)))
    return starts


def _listed(connection: sql.Connection, values: Column) -> Any:
    """Return values as a table of `key` and `value`: a statement takes few of them one by one."""
    bound = sql.bindparam(None, list(values), sql.JSON)
    if connection.dialect.name == "sqlite":
        return sql.func.json_each(bound).table_valued("key", "value")
    elements = sql.func.json_array_elements_text(bound)
    return elements.table_valued("value", with_ordinality="key").render_derived()
