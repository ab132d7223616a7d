"""Ask the ledger: what it holds now, or held at a moment."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sql

from analysis.errors import LedgerFault
from analysis.ledger import deciding, sealing
from analysis.ledger.schema import (
    CLAIM_FIELDS,
    DOCUMENT_FIELDS,
    claims,
    documents,
    doubts,
    readings,
    runs,
)
from analysis.model import Claim, Document

if TYPE_CHECKING:
    import pandas as pd

Answer = TypeVar("Answer")


class Reader:
    """The questions to an open ledger; readers never wait for each other."""

    place: Path | str
    engine: sql.Engine

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Turn whatever the store raises inside into a LedgerFault that says what to do next."""
        damaged = True
        try:
            yield
        except sql.exc.DBAPIError as fault:
            reason = str(fault.orig).splitlines()[0]
            # A file of an older version, or one that is damaged, has other tables than ours.
            damaged = type(fault.orig).__name__ == "DatabaseError" or reason.startswith("no such")
        except UnicodeDecodeError:  # SQLite's own message repeats the damaged bytes
            reason = "it holds bytes that are no text"
        except ValueError as fault:  # of what `model` refuses
            reason = f"a row holds {fault}"
        else:
            return
        advice = (
            "bring back a copy, or move it away and build again to read everything anew"
            if damaged
            else "nothing was lost"
        )
        raise LedgerFault(f"{self.place}: the ledger cannot be used ({reason}); {advice}") from None

    def damage(self) -> list[str]:
        """Return what SQLite itself finds wrong with the file, one line each; of a server nothing.

        Raises LedgerFault where the file cannot be read at all.
        """
        if self.engine.dialect.name != "sqlite":
            return []
        with self.asking(), self.engine.execution_options(reads=True).connect() as connection:
            lines = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            page = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
        found = [" ".join(str(line).split()) for line in lines if line != "ok"]
        # SQLite takes the missing end of its last page for zeros.
        cut = isinstance(self.place, Path) and self.place.stat().st_size % page
        return [*found, f"it was cut {page - cut} bytes before its end"] if cut else found

    def extractors(self) -> dict[str, str]:
        """Return for each document in the ledger the extractor of its newest reading."""
        query = sql.select(documents.c.document_id, readings.c.extractor).join_from(
            documents, readings, readings.c.reading == _newest(None)
        )
        return dict(self._rows(query))  # type: ignore[arg-type]  # rows of two columns

    def origins(self) -> dict[str, str]:
        """Return for each document in the ledger where it was found."""
        return dict(self._rows(sql.select(documents.c.document_id, documents.c.origin)))  # type: ignore[arg-type]  # rows of two columns

    def unread(self, extractor: str, besides: Sequence[str]) -> list[Document]:
        """Return the documents whose newest reading is by another version than `extractor`.

        `besides` names extractors whose readings stand as they are, such as rows of tables.
        """
        query = (
            sql.select(*(documents.c[field] for field in DOCUMENT_FIELDS))
            .join_from(documents, readings, readings.c.reading == _newest(None))
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
            with self.asking():
                claim = Claim(**dict(zip(fields, row, strict=True)))
            yield claim

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
        with self.asking(), self.engine.execution_options(reads=True).connect() as connection:
            return list(sealing.broken(connection))

    def unsealed(self) -> list[str]:
        """Return the moment of each run whose seal is gone."""
        return self._asked(lambda connection: list(sealing.unsealed(connection)))

    def readings_by(self, extractor: str) -> dict[str, tuple[str, set[Claim]]]:
        """Return origin and claims of each document whose newest reading is by `extractor`."""
        query = (
            sql.select(documents.c.origin, *(claims.c[field] for field in CLAIM_FIELDS))
            .add_columns(documents.c.document_id.label("read"))
            .join_from(documents, readings, readings.c.reading == _newest(None))
            .outerjoin(claims, claims.c.reading == readings.c.reading)
            .where(readings.c.extractor == extractor)
        )
        found: dict[str, tuple[str, set[Claim]]] = {}
        for row in self._rows(query):
            _, held = found.setdefault(row[-1], (row[0], set()))
            values: dict[str, Any] = dict(zip(CLAIM_FIELDS, row[1:-1], strict=True))
            if values.pop("claim_id") is not None:  # a reading without claims joins to nothing
                with self.asking():
                    held.add(Claim(**values, extractor=extractor))
        return found

    def claims(self, known_at: str | None = None) -> "pd.DataFrame":
        """Return the claims of the newest readings, as the ledger held them at `known_at`.

        One row a claim, in the order in which they came, with CLAIM_COLUMNS but `source`, which
        is the story's to say, then `note`, the remark of a table's row, null for a text, and
        `quote_start`, the character of the text at which the quote begins, null for a row.
        `known_at` (ISO, UTC) null means now.
        """
        from analysis.ledger.frames import claims_frame  # slow to import, and not always needed

        return self._asked(lambda connection: claims_frame(connection, _newest(known_at)))

    def documents(self, known_at: str | None = None) -> "pd.DataFrame":
        """Return the documents as the ledger held them, one row each, in the order they came.

        Columns: DOCUMENT_COLUMNS but `text`, then `characters` (the length of the text),
        `extractor` of the newest reading, and `claims` and `doubts` that it found.
        """
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
            .join_from(documents, runs, runs.c.run == documents.c.run)
            .join(readings, readings.c.reading == _newest(known_at))
            .order_by(documents.c.number)
        )
        return self._frame(query)

    def doubts(self, known_at: str | None = None) -> "pd.DataFrame":
        """Return the doubts of the newest readings: document_id, start, end, quote, reason."""
        fields = ("document_id", "start", "end", "quote", "reason")
        query = (
            sql.select(*(doubts.c[field] for field in fields))
            .join_from(documents, readings, readings.c.reading == _newest(known_at))
            .join(doubts, doubts.c.reading == readings.c.reading)
            .order_by(doubts.c.number)
        )
        return self._frame(query)

    def decisions(self) -> list[dict[str, Any]]:
        """Return what people had decided when the ledger looked last, each with `decided_at`."""
        return self._asked(deciding.held_now)

    def decisions_at(self, known_at: str) -> list[dict[str, Any]] | None:
        """Return the decisions that the ledger held at a moment; null where it cannot tell."""
        return self._asked(lambda connection: deciding.held_at(connection, known_at))

    def last_known_at(self, known_at: str | None = None) -> str | None:
        """Return the moment of the newest run, at `known_at`; null where nothing was recorded."""
        query = sql.select(sql.func.max(runs.c.known_at))
        if known_at is not None:
            query = query.where(runs.c.known_at <= known_at)
        rows = self._rows(query)
        return rows[0][0] if rows else None

    def _rows(self, query: sql.Select[Any]) -> Sequence[sql.Row[Any]]:
        return self._asked(lambda connection: connection.execute(query).all())

    def _frame(self, query: sql.Select[Any]) -> "pd.DataFrame":
        from analysis.ledger.frames import read_frame

        return self._asked(lambda connection: read_frame(connection, query))

    def _asked(self, ask: Callable[[sql.Connection], Answer]) -> Answer:
        # Readers never wait for each other: only a writer's transaction begins IMMEDIATE.
        with self.asking(), self.engine.execution_options(reads=True).connect() as connection:
            return ask(connection)


def _newest(known_at: str | None) -> sql.ColumnElement[Any]:
    """Select the newest reading of a document that was known at a moment (null: now)."""
    earlier = readings.alias()
    query = sql.select(earlier.c.reading).where(earlier.c.document_id == documents.c.document_id)
    if known_at is not None:
        query = query.join(runs, runs.c.run == earlier.c.run).where(runs.c.known_at <= known_at)
    # A document is read once in a run at most, and the index leads to its newest run at once.
    newest = query.order_by(earlier.c.run.desc()).limit(1)
    return newest.correlate(documents).scalar_subquery()
