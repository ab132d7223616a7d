"""Claims in each form that was asked for, read back by other tools."""

import csv
import io
import sqlite3

import pytest

from analysis.cli.export import written
from tests.samples import claim, frame

TEXTS = {
    "formula": '=HYPERLINK("https://x")',
    "carriage return": "a\rb",
    "lines and quotes": 'a\n"b"',
    "a word for nothing": "NA",
    "leading noughts": "007",
}


def one(text):
    """Return a frame of one claim with a note."""
    made = frame(claim("NIS", "killed", 300, "2025-01-13", claim_id="c1", title=text))
    return made[["claim_id", "low", "high", "title", "as_of"]]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_csv_comes_back_as_it_was(text):
    """One row a claim, numbers as numbers, the text byte for byte."""
    data = written(one(text), "csv").decode()
    assert data.endswith('"\r\n')
    _, row = csv.reader(io.StringIO(data, newline=""))
    assert row[1:3] == ["300", "300"]
    assert row[4] == ""
    if text != "a\rb":  # a control character is shown as what it is
        assert row[3] == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_text_is_a_formula_in_a_spreadsheet(text):
    """The twin may alter a text, and never a number."""
    data = written(one(text), "spreadsheet").decode("utf-8-sig")
    _, row = csv.reader(io.StringIO(data, newline=""))
    assert row[1] == "300"
    assert row[3][0] not in "=+-@"


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_sqlite_holds_numbers_as_numbers_and_nothing_as_null(text, tmp_path):
    """A file that Datasette opens, with the id as its key."""
    path = tmp_path / "claims.db"
    path.write_bytes(written(one(text), "sqlite"))
    held = sqlite3.connect(path)
    try:
        assert held.execute("select * from claims").fetchall() == [("c1", 300, 300, text, None)]
        keys = held.execute("select name from pragma_table_info('claims') where pk").fetchall()
        assert keys == [("claim_id",)]
    finally:
        held.close()
