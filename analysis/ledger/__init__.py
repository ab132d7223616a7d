"""The append-only store of a story: what was read, when, and what each reading found.

One run is one transaction: either all of it is in the ledger or nothing. Rows are never changed
or deleted (triggers refuse it); a newer reading of a document replaces the older one for readers
only. `known_at` is the moment of the run, and never goes back, so that asking what was known at a
moment gives the same answer for ever.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sql

from analysis.errors import LedgerFault
from analysis.ledger import deciding, sealing
from analysis.ledger.reading import Reader
from analysis.ledger.schema import (
    CLAIM_FIELDS,
    DOCUMENT_FIELDS,
    claims,
    decisions,
    documents,
    doubts,
    metadata,
    readings,
    runs,
)
from analysis.model import Document, Reading, iso_moment

BUSY_SECONDS = 30  # how long a writer waits for another one before it gives up
LONGEST_NAME = 63  # characters that PostgreSQL keeps of a name
ADVISORY_LOCK = 7_415_602  # any number, the same for all writers: appends commit in turn


class Ledger(Reader):
    """The ledger of one story, in a SQLite file or, by its URL, in a PostgreSQL database.

    Raises LedgerFault where the file or server cannot be opened or written.
    """

    def __init__(self, place: Path | str) -> None:
        """Open the ledger at a path or URL, and make its tables where they do not stand yet."""
        self.place = place
        if isinstance(place, Path):
            place.parent.mkdir(parents=True, exist_ok=True)
            url = sql.URL.create("sqlite", database=str(place))
        else:
            url, schema = _server(place)
            self.place = url.render_as_string()  # without its password
        sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = (
            {"timeout": BUSY_SECONDS} if sqlite else {"options": f'-csearch_path="{schema}"'}
        )
        try:
            self.engine = sql.create_engine(url, connect_args=options)
        except ImportError:
            reason = "PostgreSQL needs a package more: .venv/bin/pip install 'psycopg[binary]'"
            raise LedgerFault(reason) from None
        if sqlite:
            sql.event.listen(self.engine, "connect", _set_up_sqlite)
            sql.event.listen(self.engine, "begin", _begin_sqlite)
        with self.asking():
            held = sql.inspect(self.engine)
            if not held.has_table("seals"):
                # An older ledger makes the table of decisions when it takes them over.
                left = [decisions] if held.has_table("runs") else []
                with self.engine.begin() as connection:
                    if not sqlite:
                        _wait_for_turn(connection)
                        connection.execute(sql.schema.CreateSchema(schema, if_not_exists=True))
                    made = [table for table in metadata.sorted_tables if table not in left]
                    metadata.create_all(connection, made)

    def __enter__(self) -> Self:
        """Return the ledger."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every connection."""
        self.engine.dispose()

    def record(
        self,
        new_documents: Iterable[Document],
        new_readings: Iterable[Reading],
        version: str,
        now: datetime,
        decided: deciding.Decided | None = None,
    ) -> dict[str, int]:
        """Append documents and readings as one run and return how many of each were new.

        A document that the ledger holds already adds nothing. `decided` are all decisions that
        stand now (see `decisions.to_keep`); null: nobody looked. A run with nothing new is not
        recorded at all. `now` is the caller's clock; a clock that went back cannot make a run
        older than the one before it.
        """
        found = {d.document_id: d for d in new_documents}
        read = list(new_readings)
        with self.asking(), self.engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                _wait_for_turn(connection)
            for known in _in_batches(connection, documents.c.document_id, list(found)):
                found.pop(known)
            counts = {
                "documents": len(found),
                "readings": len(read),
                "claims": sum(len(r.claims) for r in read),
            }
            changed = decided is not None and deciding.differ(connection, decided)
            if not found and not read and not changed:
                return counts
            run, moment = self._append(connection, found.values(), read, version, now, counts)
            if decided is not None and changed:
                deciding.keep(connection, run, moment, decided)
            sealing.seal(connection)
        return counts

    def copy_to(self, path: Path) -> None:
        """Write all that the ledger holds into a new SQLite ledger at a path."""
        with Ledger(path) as copy, copy.engine.begin() as writer:
            for table in metadata.sorted_tables:
                if not sql.inspect(self.engine).has_table(table.name):
                    continue  # of an older version
                keys = list(table.primary_key.columns)
                names = [column.name for column in table.columns]
                rows = self._rows(sql.select(table).order_by(*keys))
                if rows:
                    filled = [dict(zip(names, row, strict=True)) for row in rows]
                    writer.execute(sql.insert(table), filled)

    def _append(
        self,
        connection: sql.Connection,
        new_documents: Iterable[Document],
        new_readings: Sequence[Reading],
        version: str,
        now: datetime,
        counts: dict[str, int],
    ) -> tuple[int, str]:
        last = connection.scalar(sql.select(sql.func.max(runs.c.known_at)))
        known_at = iso_moment(now.isoformat())
        if last is not None and known_at <= last:
            moment = datetime.fromisoformat(last)
            known_at = iso_moment((moment + timedelta(microseconds=1)).isoformat())
        row = {"known_at": known_at, "version": version, **counts}
        run = connection.execute(sql.insert(runs).values(row).returning(runs.c.run)).scalar_one()
        entries = [
            {"run": run, **{field: getattr(d, field) for field in DOCUMENT_FIELDS}}
            for d in new_documents
        ]
        if entries:
            connection.execute(sql.insert(documents), entries)
        first = (connection.scalar(sql.select(sql.func.max(readings.c.reading))) or 0) + 1
        numbered = list(enumerate(new_readings, first))
        groups: tuple[tuple[sql.Table, list[dict[str, Any]]], ...] = (
            (
                readings,
                [
                    {
                        "reading": n,
                        "run": run,
                        "document_id": r.document_id,
                        "extractor": r.extractor,
                    }
                    for n, r in numbered
                ],
            ),
            (
                claims,
                [
                    {"reading": n, **{field: getattr(c, field) for field in CLAIM_FIELDS}}
                    for n, r in numbered
                    for c in r.claims
                ],
            ),
            (
                doubts,
                [
                    {
                        "reading": n,
                        "document_id": d.document_id,
                        "start": d.start,
                        "end": d.end,
                        "quote": d.quote,
                        "reason": d.reason,
                    }
                    for n, r in numbered
                    for d in r.doubts
                ],
            ),
        )
        for table, rows in groups:
            if rows:
                connection.execute(sql.insert(table), rows)
        return run, known_at


def _server(place: str) -> tuple[sql.URL, str]:
    """Return the URL of a server and the schema in it that holds one story."""
    try:
        url = sql.make_url(place)
    except sql.exc.ArgumentError:
        url = None
    if url is None or url.get_backend_name() != "postgresql":
        reason = "the ledger's address must read postgresql+psycopg://user@host/database"
        raise LedgerFault(reason)
    schema = str(url.query.get("schema", "public"))
    if len(schema) > LONGEST_NAME:
        reason = f"the name '{schema}' is too long for PostgreSQL; give the story a shorter one"
        raise LedgerFault(reason)
    return url.difference_update_query(["schema"]), schema


def _wait_for_turn(connection: sql.Connection) -> None:
    connection.execute(sql.select(sql.func.pg_advisory_xact_lock(ADVISORY_LOCK)))


def _in_batches(
    connection: sql.Connection, column: sql.Column[Any], values: Sequence[str], size: int = 500
) -> list[str]:
    found: list[str] = []
    for first in range(0, len(values), size):  # a statement takes a limited number of values
        batch = values[first : first + size]
        found += connection.scalars(sql.select(column).where(column.in_(batch)))
    return found


def _set_up_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None  # we begin transactions ourselves, see _begin_sqlite
    for setting in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536"):
        connection.execute(f"PRAGMA {setting}")


def _begin_sqlite(connection: sql.Connection) -> None:
    # A transaction that reads and then writes fails at once if another writer came between.
    reads = connection.get_execution_options().get("reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
