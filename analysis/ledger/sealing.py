"""Seal each run: a hash of all that it recorded and of the seal before it.

A row that was altered, added or taken out behind the ledger's back no longer fits its run's seal.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sql

from analysis.ledger import deciding
from analysis.ledger.schema import claims, decisions, documents, doubts, readings, runs, seals

INTERNAL = ("number", "reading", "run")  # keys that the database gives


def seal(connection: sql.Connection) -> None:
    """Seal every run that has no seal yet, in order."""
    open_runs = sql.select(runs.c.run).where(runs.c.run.not_in(sql.select(seals.c.run)))
    tables = _tables(connection)
    for run in connection.scalars(open_runs.order_by(runs.c.run)).all():
        content = _content(connection, run, _seal_before(connection, run), tables)
        connection.execute(sql.insert(seals).values(run=run, content=content))


def broken(connection: sql.Connection) -> Iterator[tuple[int, str | None]]:
    """Yield number and moment of each run that is not as it was sealed, in order.

    The moment is null where the run itself is gone.
    """
    held = connection.execute(
        sql.select(seals.c.run, seals.c.content, runs.c.known_at)
        .outerjoin(runs, runs.c.run == seals.c.run)
        .order_by(seals.c.run)
    ).all()
    before, tables = "", _tables(connection)
    for run, content, known_at in held:
        if known_at is None or _content(connection, run, before, tables) != content:
            yield run, known_at
        before = content


def unsealed(connection: sql.Connection) -> Iterator[str]:
    """Yield the moment of each run whose seal is gone, in order.

    A ledger of an older version has no seals at all until its next run: none of those is gone.
    """
    sealed = sql.select(seals.c.run)
    if connection.scalar(sealed.limit(1)) is None and not deciding.is_kept(connection):
        return
    query = sql.select(runs.c.known_at).where(runs.c.run.not_in(sealed)).order_by(runs.c.run)
    yield from connection.scalars(query)


def _seal_before(connection: sql.Connection, run: int) -> str:
    query = sql.select(seals.c.content).where(seals.c.run < run).order_by(seals.c.run.desc())
    return connection.scalar(query.limit(1)) or ""


def _tables(connection: sql.Connection) -> tuple[sql.Table, ...]:
    """Return the tables that an older ledger may lack: they are sealed where they hold rows."""
    return (decisions,) if deciding.is_kept(connection) else ()


def _content(
    connection: sql.Connection, run: int, before: str, later: tuple[sql.Table, ...]
) -> str:
    content = hashlib.sha256(before.encode())
    of_run = readings.c.run == run
    queries = (
        sql.select(*_said(runs)).where(runs.c.run == run),
        sql.select(*_said(documents)).where(documents.c.run == run).order_by(documents.c.number),
        sql.select(*_said(readings)).where(of_run).order_by(readings.c.reading),
        *(
            sql.select(*_said(table))
            .join(readings, readings.c.reading == table.c.reading)
            .where(of_run)
            .order_by(table.c.number)
            for table in (claims, doubts)
        ),
    )
    for query in queries:
        for row in connection.execute(query):
            content.update(json.dumps(list(row)).encode() + b"\n")
        content.update(b"\n")
    for table in later:
        # A run without any is sealed as it was before there were such rows.
        for row in connection.execute(sql.select(*_said(table)).where(table.c.run == run)):
            content.update(json.dumps(list(row)).encode() + b"\n")
    return content.hexdigest()


def _said(table: sql.Table) -> list[sql.Column[Any]]:
    return [column for column in table.columns if column.name not in INTERNAL]
