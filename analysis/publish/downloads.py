"""The tables of a story as files that others can use: CSV, a twin for spreadsheets, Parquet."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from analysis import columns
from analysis.publish.sanitiser import printable

# A cell that begins with one of these is a formula to a spreadsheet, also in its wide or small
# form, and where blanks, marks that nobody sees or a line break stand before it.
FORMULA = tuple("=+-@|%")
ALWAYS = tuple("\t\r\n")
UNSEEN = ("Cc", "Cf", "Zl", "Zp", "Zs")
TITLES = {
    "claims": "Claims: each number with its sentence and source",
    "series": "Series: the numbers of each source, by day",
    "corrections": "Corrections: what people decided about single claims",
}


@dataclass(frozen=True)
class Download:
    """One file to be: its name, its bytes, the table that it holds, in which form, and its rows."""

    name: str
    data: bytes
    table: str
    form: str
    rows: int


def downloads(frames: Mapping[str, pd.DataFrame]) -> list[Download]:
    """Return the files of some tables, with the columns that the data dictionary describes.

    Parquet comes where pyarrow is installed. Raises KeyError for a table that lacks a column.
    """
    made = []
    for table, frame in frames.items():
        kept = frame[columns.names(table)]
        rows = len(kept)
        made += [
            Download(f"{table}.csv", as_csv(kept), table, "CSV", rows),
            Download(
                f"{table}-spreadsheet.csv",
                as_csv(kept, for_spreadsheets=True),
                table,
                "CSV for spreadsheets",
                rows,
            ),
        ]
        if (data := _as_parquet(kept, table)) is not None:
            made.append(Download(f"{table}.parquet", data, table, "Parquet", rows))
    return made


def as_csv(frame: pd.DataFrame, *, for_spreadsheets: bool = False) -> bytes:
    r"""Return a table as CSV: UTF-8, quoted all over, CRLF, null as an empty field.

    For spreadsheets it begins with a byte order mark, and a cell that would be a formula has an
    apostrophe before it, which changes the datum: the plain file is the one to compute with.

    >>> as_csv(pd.DataFrame({"note": ["=1+1"]}), for_spreadsheets=True).decode("utf-8-sig")
    '"note"\r\n"\'=1+1"\r\n'
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(frame.columns)
    for row in frame.itertuples(index=False):
        writer.writerow(_cells(row, for_spreadsheets=for_spreadsheets))
    text = buffer.getvalue()
    return text.encode("utf-8-sig" if for_spreadsheets else "utf-8")


def _cells(row: Iterable[object], *, for_spreadsheets: bool) -> Iterable[str]:
    for value in row:
        cell = _cell(value)
        yield f"'{cell}" if for_spreadsheets and isinstance(value, str) and _runs(cell) else cell


def _runs(cell: str) -> bool:
    first = next((c for c in cell if unicodedata.category(c) not in UNSEEN), "")
    return cell.startswith(ALWAYS) or unicodedata.normalize("NFKC", first).startswith(FORMULA)


def _cell(value: object) -> str:
    if isinstance(value, tuple | list):
        return " ".join(map(str, value))
    if _missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return printable(str(value))


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value != value  # noqa: PLR0124 only NaN differs from itself


def _as_parquet(frame: pd.DataFrame, table: str) -> bytes | None:
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        return None
    kinds = {
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "datetime": pa.timestamp("us", tz="UTC"),
        "string": pa.string(),
    }
    arrays = {}
    for column in columns.TABLES[table]:
        kind = kinds[column.type]
        values = [None if _missing(v) else v for v in frame[column.name].tolist()]
        if column.type == "string":
            values = [None if v is None else _cell(v) for v in values]
            arrays[column.name] = pa.array(values, kind)
        elif column.type in ("date", "datetime"):
            arrays[column.name] = pa.array(values, pa.string()).cast(kind)
        else:
            arrays[column.name] = pa.array(values, kind)
    buffer = io.BytesIO()
    # Without them a flipped bit would be read back as another number.
    parquet.write_table(pa.table(arrays), buffer, write_page_checksum=True)
    return buffer.getvalue()
