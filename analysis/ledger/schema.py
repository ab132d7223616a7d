"""The tables of the ledger, and the triggers that make them append-only."""

from typing import Any

import sqlalchemy as sql

from analysis.model import DOCUMENT_COLUMNS

metadata = sql.MetaData()


def _table(name: str, *columns: sql.Column[Any] | sql.UniqueConstraint) -> sql.Table:
    return sql.Table(name, metadata, *columns, sqlite_strict=True)


def _text(name: str, *, null: bool = True) -> sql.Column[Any]:
    return sql.Column(name, sql.Text, nullable=null)


def _number(name: str) -> sql.Column[Any]:
    return sql.Column(name, sql.BigInteger().with_variant(sql.Integer, "sqlite"))


def _key(name: str) -> sql.Column[Any]:
    kind = sql.BigInteger().with_variant(sql.Integer, "sqlite")
    return sql.Column(name, kind, primary_key=True, autoincrement=True)


def _reference(name: str, target: str, *, key: bool = False) -> sql.Column[Any]:
    kind = sql.BigInteger().with_variant(sql.Integer, "sqlite")
    return sql.Column(
        name,
        kind,
        sql.ForeignKey(target),
        nullable=False,
        index=not key,
        primary_key=key,
        autoincrement=False,
    )


runs = _table(
    "runs",
    _key("run"),
    _text("known_at", null=False),
    _text("version", null=False),
    _number("documents"),
    _number("readings"),
    _number("claims"),
    sql.UniqueConstraint("known_at"),
)
documents = _table(
    "documents",
    _key("number"),
    _reference("run", "runs.run"),
    _text("document_id", null=False),
    *(
        _text(name)
        for name in DOCUMENT_COLUMNS
        if name not in ("document_id", "known_at")  # the key above, and the run's
    ),
    sql.UniqueConstraint("document_id"),
)
readings = _table(
    "readings",
    _key("reading"),
    _reference("run", "runs.run"),
    _text("document_id", null=False),
    _text("extractor", null=False),
    sql.UniqueConstraint("document_id", "run"),
)
claims = _table(
    "claims",
    _key("number"),
    _reference("reading", "readings.reading"),
    _text("claim_id", null=False),
    _text("document_id", null=False),
    _text("category", null=False),
    _number("low"),
    _number("high"),
    _text("qualifier", null=False),
    _text("number_text"),
    _number("start"),
    _number("end"),
    _text("quote"),
    _text("victims"),
    _text("source_text"),
    _text("relayed_by"),
    _text("scope", null=False),
    _number("period_days"),
    _text("as_of"),
    _text("location"),
    _text("status", null=False),
    sql.UniqueConstraint("reading", "claim_id"),
)
doubts = _table(
    "doubts",
    _key("number"),
    _reference("reading", "readings.reading"),
    _text("document_id", null=False),
    _number("start"),
    _number("end"),
    _text("quote", null=False),
    _text("reason", null=False),
)

# All of a person's decisions as JSON, as they stood from a run on.
decisions = _table(
    "decisions",
    _key("number"),
    _reference("run", "runs.run"),
    _text("content", null=False),
    sql.UniqueConstraint("run"),
)

# What each run recorded, chained to the run before: an altered, added or lost row is seen.
seals = _table(
    "seals",
    _reference("run", "runs.run", key=True),
    _text("content", null=False),
)

NUMBERS = ("low", "high", "start", "end", "period_days", "quote_start")
CLAIM_FIELDS = tuple(c.name for c in claims.columns if c.name not in ("number", "reading"))
DOCUMENT_FIELDS = tuple(c.name for c in documents.columns if c.name not in ("number", "run"))

for table in metadata.sorted_tables:
    for verb in ("UPDATE", "DELETE"):
        name = f"{table.name}_refuse_{verb.lower()}"
        refusal = f"the ledger is append-only: {table.name} are never changed or deleted"
        sql.event.listen(
            table,
            "after_create",
            sql.DDL(
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table.name} "
                f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            ).execute_if(dialect="sqlite"),
        )
        sql.event.listen(
            table,
            "after_create",
            sql.DDL(
                f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$BEGIN RAISE EXCEPTION '{refusal}'; END$$; "
                f"CREATE TRIGGER {name} BEFORE {verb} ON {table.name} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            ).execute_if(dialect="postgresql"),
        )
