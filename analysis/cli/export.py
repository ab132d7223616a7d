"""Write a frame of claims in the form that was asked for."""

import io
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd

from analysis.disk import write_atomically
from analysis.errors import BadUsage
from analysis.model import rows_of
from analysis.publish.downloads import as_csv
from analysis.wording import SCOPE_WORDS, counted, number


def written(frame: pd.DataFrame, shape: str) -> bytes:
    """Return claims as a table for people, CSV (quoted all over), JSON lines, Parquet or SQLite.

    `spreadsheet` is CSV in which no text is a formula; `sqlite` is a file that Datasette opens.

    Null is an empty field in CSV and null elsewhere. Raises BadUsage where Parquet is asked for
    and pyarrow is not installed.
    """
    if shape in ("csv", "spreadsheet"):
        return as_csv(frame, for_spreadsheets=shape == "spreadsheet")
    if shape == "sqlite":
        return _as_sqlite(frame)
    if shape == "jsonl":
        rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    if shape == "parquet":
        buffer = io.BytesIO()
        try:
            frame.to_parquet(buffer, index=False)
        except ImportError:
            reason = "Parquet needs one more package: .venv/bin/pip install pyarrow"
            raise BadUsage(reason) from None
        return buffer.getvalue()
    return "".join(f"{line}\n" for line in _lines(frame)).encode()


def write_named(path: Path, data: bytes) -> None:
    """Write a file that a user named; never in the place of a link, pipe, device or folder."""
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            reason = f"{path} is no regular file; name another one"
            raise BadUsage(reason)
        write_atomically(path, data)
    except OSError as fault:
        reason = f"{path} cannot be written ({fault.strerror}); name another file"
        raise BadUsage(reason) from None


def _as_sqlite(frame: pd.DataFrame) -> bytes:
    with closing(sqlite3.connect(":memory:")) as database:
        plain = frame.astype(object).where(frame.notna(), None)
        numbers = {"low", "high", "start", "end", "period_days"}
        kinds = {name: "INTEGER" if name in numbers else "TEXT" for name in plain.columns}
        kinds["claim_id"] = "TEXT PRIMARY KEY"
        plain.to_sql("claims", database, index=False, dtype=kinds)
        database.commit()
        return database.serialize()


def _lines(frame: pd.DataFrame) -> list[str]:
    lines = [
        f"{_said(row.published) or 'undated':<10}  {row.category:<17} "
        f"{number(_known(row.low), _known(row.high), row.qualifier):<24} "
        f"{_said(row.source) or 'no source named'} ({_said(row.outlet) or 'outlet not said'}), "
        f"{SCOPE_WORDS[row.scope]}"
        + ("" if row.status == "reported" else f" [{row.status}]")
        + f"  {row.claim_id}"
        for row in rows_of(frame)
    ]
    return [*lines, counted(len(lines), "claim")]


def _said(value: object) -> str:
    return value if isinstance(value, str) else ""


def _known(value: object) -> int | None:
    return None if pd.isna(value) else int(value)  # type: ignore[call-overload]
