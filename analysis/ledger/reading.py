"""Ask the ledger: what it holds now, or held at a moment."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sql

from analysis.errors import LedgerFault
from analysis.ledger import sealing
from analysis.ledger.schema import (
    CLAIM_FIELDS,
    DOCUMENT_FIELDS,
    NUMBERS,
    claims,
    documents,
    doubts,
    readings,
    runs,
)
from analysis.model import Claim, Document

if TYPE_CHECKING:
    import pandas as pd


class Reader:
    """The questions to an open ledger; readers never wait for each other."""

    place: Path | str
    engine: sql.Engine

    def fault(self, fault: sql.exc.DBAPIError) -> LedgerFault:
        """Return what to tell of a fault of the store, and what to do next."""
        reason = str(fault.orig).splitlines()[0]
        broken = type(fault.orig).__name__ == "DatabaseError"
        advice = (
            "bring back a copy, or move it away and build again to read everything anew"
            if broken
            else "nothing was lost"
        )
        return LedgerFault(f"{self.place}: the ledger cannot be used ({reason}); {advice}")

    def extractors(self) -> dict[str, str]:
        """Return for each document in the ledger the extractor of its newest reading."""
        newest = _newest_readings(None)
        query = sql.select(readings.c.document_id, readings.c.extractor).join(
            newest, newest.c.reading == readings.c.reading
        )
        return dict(self._rows(query))  # type: ignore[arg-type]  # rows of two columns

    def origins(self) -> dict[str, str]:
        """Return for each document in the ledger where it was found."""
        return dict(self._rows(sql.select(documents.c.document_id, documents.c.origin)))  # type: ignore[arg-type]  # rows of two columns

    def unread(self, extractor: str, besides: Sequence[str]) -> list[Document]:
        """Return the documents whose newest reading is by another version than `extractor`.

        `besides` names extractors whose readings stand as they are, such as rows of tables.
        """
        newest = _newest_readings(None)
        query = (
            sql.select(*(documents.c[field] for field in DOCUMENT_FIELDS))
            .join(readings, readings.c.document_id == documents.c.document_id)
            .join(newest, newest.c.reading == readings.c.reading)
            .where(readings.c.extractor.not_in([extractor, *besides]))
            .order_by(documents.c.number)
        )
        return [
            Document(**dict(zip(DOCUMENT_FIELDS, row, strict=True))) for row in self._rows(query)
        ]

    def texts(self) -> Iterator[Document]:
        """Yield every document, in the order in which they came."""
        query = sql.select(*(documents.c[field] for field in DOCUMENT_FIELDS))
        for row in self._rows(query.order_by(documents.c.number)):
            yield Document(**dict(zip(DOCUMENT_FIELDS, row, strict=True)))

    def every_claim(self) -> Iterator[Claim]:
        """Yield the claims of all readings, old ones too."""
        fields = [field for field in CLAIM_FIELDS if field != "claim_id"]
        for row in self._rows(sql.select(*(claims.c[field] for field in fields))):
            yield Claim(**dict(zip(fields, row, strict=True)))

    def counts(self) -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...]]]:
        """Yield for each run its moment, what it recorded, and what the ledger holds of it.

        Both are numbers of documents, readings and claims.
        """
        held = [
            sql.select(sql.func.count()).where(table.c.run == runs.c.run).scalar_subquery()
            for table in (documents, readings)
        ]
        found = (
            sql.select(sql.func.count())
            .select_from(claims.join(readings, readings.c.reading == claims.c.reading))
            .where(readings.c.run == runs.c.run)
            .scalar_subquery()
        )
        recorded = (runs.c.documents, runs.c.readings, runs.c.claims)
        for row in self._rows(sql.select(runs.c.known_at, *recorded, *held, found)):
            yield row[0], tuple(row[1:4]), tuple(row[4:7])

    def broken_seals(self) -> list[tuple[int, str | None]]:
        """Return number and moment of each run that is not as it was sealed (null: it is gone)."""
        try:
            with self.engine.execution_options(reads=True).connect() as connection:
                return list(sealing.broken(connection))
        except sql.exc.DBAPIError as fault:
            raise self.fault(fault) from None

    def readings_by(self, extractor: str) -> dict[str, tuple[str, set[Claim]]]:
        """Return origin and claims of each document whose newest reading is by `extractor`."""
        newest = _newest_readings(None)
        query = (
            sql.select(documents.c.origin, *(claims.c[field] for field in CLAIM_FIELDS))
            .add_columns(documents.c.document_id.label("read"))
            .join(readings, readings.c.document_id == documents.c.document_id)
            .join(newest, newest.c.reading == readings.c.reading)
            .outerjoin(claims, claims.c.reading == readings.c.reading)
            .where(readings.c.extractor == extractor)
        )
        found: dict[str, tuple[str, set[Claim]]] = {}
        for row in self._rows(query):
            _, held = found.setdefault(row[-1], (row[0], set()))
            values: dict[str, Any] = dict(zip(CLAIM_FIELDS, row[1:-1], strict=True))
            if values.pop("claim_id") is not None:  # a reading without claims joins to nothing
                held.add(Claim(**values, extractor=extractor))
        return found

    def claims(self, known_at: str | None = None) -> "pd.DataFrame":
        """Return the claims of the newest readings, as the ledger held them at `known_at`.

        One row a claim, in the order in which they came, with CLAIM_COLUMNS but `source`, which
        is the story's to say, then `note`, the remark of a table's row, null for a text, and
        `quote_start`, the character of the text at which the quote begins, null for a row.
        `known_at` (ISO, UTC) null means now.
        """
        newest = _newest_readings(known_at)
        sqlite = self.engine.dialect.name == "sqlite"
        place = sql.func.instr if sqlite else sql.func.strpos
        query = (
            sql.select(
                *(claims.c[field] for field in CLAIM_FIELDS),
                readings.c.extractor,
                runs.c.known_at,
                *(documents.c[f] for f in ("published", "outlet", "url", "title", "language")),
                # A row of a table has no sentence: its note is what there is to read.
                sql.case((claims.c.quote.is_(None), documents.c.text)).label("note"),
                (place(documents.c.text, claims.c.quote) - 1).label("quote_start"),
            )
            .join(newest, newest.c.reading == claims.c.reading)
            .join(readings, readings.c.reading == claims.c.reading)
            .join(runs, runs.c.run == readings.c.run)
            .join(documents, documents.c.document_id == claims.c.document_id)
            .order_by(documents.c.number, claims.c.number)
        )
        frame = self._frame(query)
        return frame.astype(dict.fromkeys(NUMBERS, "Int64"))

    def documents(self, known_at: str | None = None) -> "pd.DataFrame":
        """Return the documents as the ledger held them, one row each, in the order they came.

        Columns: DOCUMENT_COLUMNS but `text`, then `characters` (the length of the text),
        `extractor` of the newest reading, and `claims` and `doubts` that it found.
        """
        newest = _newest_readings(known_at)
        found = [
            sql.select(sql.func.count())
            .where(table.c.reading == readings.c.reading)
            .scalar_subquery()
            .label(table.name)
            for table in (claims, doubts)
        ]
        query = (
            sql.select(
                *(documents.c[field] for field in DOCUMENT_FIELDS if field != "text"),
                sql.func.length(documents.c.text).label("characters"),
                runs.c.known_at,
                readings.c.extractor,
                *found,
            )
            .join(runs, runs.c.run == documents.c.run)
            .join(readings, readings.c.document_id == documents.c.document_id)
            .join(newest, newest.c.reading == readings.c.reading)
            .order_by(documents.c.number)
        )
        return self._frame(query)

    def doubts(self, known_at: str | None = None) -> "pd.DataFrame":
        """Return the doubts of the newest readings: document_id, start, end, quote, reason."""
        newest = _newest_readings(known_at)
        fields = ("document_id", "start", "end", "quote", "reason")
        query = (
            sql.select(*(doubts.c[field] for field in fields))
            .join(newest, newest.c.reading == doubts.c.reading)
            .order_by(doubts.c.number)
        )
        return self._frame(query)

    def last_known_at(self, known_at: str | None = None) -> str | None:
        """Return the moment of the newest run, at `known_at`; null where nothing was recorded."""
        query = sql.select(sql.func.max(runs.c.known_at))
        if known_at is not None:
            query = query.where(runs.c.known_at <= known_at)
        rows = self._rows(query)
        return rows[0][0] if rows else None

    def _rows(self, query: sql.Select[Any]) -> Sequence[sql.Row[Any]]:
        try:
            # Readers never wait for each other: only a writer's transaction begins IMMEDIATE.
            with self.engine.execution_options(reads=True).connect() as connection:
                return connection.execute(query).all()
        except sql.exc.DBAPIError as fault:
            raise self.fault(fault) from None

    def _frame(self, query: sql.Select[Any]) -> "pd.DataFrame":
        import pandas as pd  # slow to import, and a run with nothing new never needs it

        names = [column.name for column in query.selected_columns]
        try:
            with self.engine.execution_options(reads=True).connect() as connection:
                # The driver's own tuples: ten thousand named ones cost a third more.
                cursor: Any = connection.execute(query).cursor
                rows = cursor.fetchall()
        except sql.exc.DBAPIError as fault:
            raise self.fault(fault) from None
        columns = list(zip(*rows, strict=True)) or [()] * len(names)
        frame = {
            name: pd.Series(held, dtype=object) for name, held in zip(names, columns, strict=True)
        }
        return pd.DataFrame(frame)


def _newest_readings(known_at: str | None) -> sql.Subquery:
    """Select the newest reading of each document that was known at a moment (null: now)."""
    query = sql.select(sql.func.max(readings.c.reading).label("reading")).group_by(
        readings.c.document_id
    )
    if known_at is not None:
        query = query.join(runs, runs.c.run == readings.c.run).where(runs.c.known_at <= known_at)
    return query.subquery()
