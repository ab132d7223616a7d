"""The files that others compute with: whole, described, and harmless in a spreadsheet."""

import csv
import io
import json

import pandas as pd
import pytest

from analysis import columns, model
from analysis.publish.datapackage import datapackage, dataset, embedded
from analysis.publish.downloads import as_csv, downloads
from analysis.publish.facts import Origin, PageFacts, citation
from analysis.series import build
from tests.samples import claim, frame

FACTS = PageFacts(
    "Floods", "Downloads", "2025-01-13", "2025-01-14", "2025-01-14T10:00:00Z", "", "1.2.3", 1, 2
)
ORIGIN = Origin(
    "floods",
    "Floods",
    "How the toll moved.",
    "Exampleland",
    "2025-01-01",
    "CC-BY-4.0",
    "The desk",
    "https://example.org/floods/",
)
CLAIMS = frame(
    claim("The authority", "killed", 300, "2025-01-03"),
    claim(
        "The mayor",
        "killed",
        5,
        "2025-01-04",
        high=pd.NA,
        qualifier="at_least",
        note='=cmd|"/c calc"!A1',
    ),
)


def read(data: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_every_column_of_the_tables_is_described():
    """A column that the schema gains has to be explained before it is published."""
    assert [name for name in columns.names("claims") if name in model.CLAIM_COLUMNS] == list(
        model.CLAIM_COLUMNS
    )
    assert columns.names("series") == list(model.SERIES_COLUMNS)
    for table in columns.TABLES.values():
        assert all(column.holds.endswith(".") for column in table)
        assert len({column.name for column in table}) == len(table)


def test_csv_is_quoted_all_over_with_crlf_and_null_as_an_empty_field():
    """The form that every program reads alike."""
    data = as_csv(pd.DataFrame({"a": [None, 'say "5"'], "b": [True, 300]}))
    assert data == b'"a","b"\r\n"","true"\r\n"say ""5""","300"\r\n'


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-2", "'-2"),
        ("@sum", "'@sum"),
        ("\tx", "'\tx"),
        (" =1", "' =1"),
        ("\uff1d1", "'\uff1d1"),
        ("|x", "'|x"),
        *(
            (f"{before}{sign}1", f"'{before}{sign}1")
            for before in (
                "\ufeff",
                "\u200b",
                "\u2007 ",
                "\u00a0\u202f",
                "\u202e",
                "\u2028",
                "\r",
                "\n",
            )
            for sign in ("=", "\uff0b", "\ufe63", "@")
        ),
        ("300 killed", "300 killed"),
        ("a=b", "a=b"),
    ],
)
def test_a_formula_is_text_in_the_twin_and_untouched_in_the_plain_file(text, safe):
    """Whoever opens the twin in a spreadsheet runs nothing; whoever computes gets the datum."""
    table = pd.DataFrame({"note": [text]})
    assert read(as_csv(table, for_spreadsheets=True)) == [{"note": safe}]
    assert read(as_csv(table)) == [{"note": text}]


def test_text_comes_back_from_three_readers_as_it_was():
    """D02: line ends, quotes and words that programs take for nothing or for numbers."""
    texts = [
        "a\rb",
        "a\nb",
        "a\r\nb",
        'say "5"',
        '""',
        "NA",
        "null",
        "NaN",
        "007",
        "1,5",
        "-",
        "a;b\tc",
        "\u2028",
    ]
    data = as_csv(pd.DataFrame({"id": range(len(texts)), "note": texts}))
    assert [row["note"] for row in read(data)] == texts
    frame = pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)
    assert frame["note"].tolist() == texts
    arrow = pytest.importorskip("pyarrow.csv")
    options = arrow.ParseOptions(newlines_in_values=True)
    kinds = arrow.ConvertOptions(column_types={"note": "string"}, strings_can_be_null=False)
    table = arrow.read_csv(io.BytesIO(data), parse_options=options, convert_options=kinds)
    assert table["note"].to_pylist() == texts


@pytest.mark.parametrize("low", [1, 300, 123_456_789])
def test_a_flipped_bit_in_a_published_parquet_file_is_found(low):
    """S08: pages carry checksums; a reader that asks for them gets no other number."""
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    frame_of_one = frame(claim("The authority", "killed", low, "2025-01-03"))
    [data] = [f.data for f in downloads({"claims": frame_of_one}) if f.form == "Parquet"]
    whole = parquet.read_table(io.BytesIO(data))
    pages = len(data) - 8 - int.from_bytes(data[-8:-4], "little")  # the columns' own list follows
    for place in range(4, pages, 23):
        flipped = bytearray(data)
        flipped[place] ^= 1
        try:
            file = parquet.ParquetFile(io.BytesIO(flipped), page_checksum_verification=True)
            found = file.read()
        except (OSError, pyarrow.ArrowException):
            continue
        assert found.equals(whole), place


def test_a_negative_number_stays_a_number_in_the_twin():
    """Only texts can be formulas."""
    assert read(as_csv(pd.DataFrame({"n": [-5]}), for_spreadsheets=True)) == [{"n": "-5"}]


def test_control_characters_never_reach_a_file():
    """A terminal or a parser that shows the file is not driven by it."""
    [row] = read(as_csv(pd.DataFrame({"note": ["a\x1b[31mb\x00c\x07"]})))
    assert row == {"note": "ab\ufffdc\ufffd"}


def test_all_forms_of_a_table_hold_the_same_rows():
    """CSV, its twin and Parquet are one table."""
    pyarrow = pytest.importorskip("pyarrow.parquet")
    files = {file.name: file for file in downloads({"claims": CLAIMS, "series": build(CLAIMS)})}
    assert len(files) == 6
    plain = read(files["claims.csv"].data)
    parquet = pyarrow.read_table(io.BytesIO(files["claims.parquet"].data)).to_pylist()
    assert [row["claim_id"] for row in plain] == [row["claim_id"] for row in parquet]
    assert [row["low"] for row in parquet] == [300, 5]
    assert parquet[1]["high"] is None
    assert plain[1]["high"] == ""
    assert read(files["claims-spreadsheet.csv"].data)[1]["note"].startswith("'=cmd")
    assert files["series.csv"].rows == 2


def test_the_data_package_says_type_rule_and_meaning_of_each_column():
    """Nothing is left to be guessed from the rows."""
    files = downloads({"claims": CLAIMS, "series": build(CLAIMS)})
    package = json.loads(datapackage(ORIGIN, FACTS, files))
    assert package["$schema"].endswith("/2.0/datapackage.json")
    assert [r["path"] for r in package["resources"]] == ["claims.csv", "series.csv"]
    fields = {f["name"]: f for f in package["resources"][0]["schema"]["fields"]}
    assert list(fields) == columns.names("claims")
    assert fields["low"]["type"] == "integer"
    assert fields["category"]["constraints"] == {"required": True, "enum": list(model.CATEGORIES)}
    assert "no upper bound" in fields["high"]["description"]
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]


def test_the_dataset_is_described_for_search_engines_and_ends_no_element():
    """Addresses are whole, and hostile text stays inside."""
    hostile = Origin(**{**vars(ORIGIN), "summary": "</script><img src=x onerror=alert(1)>"})
    files = downloads({"claims": CLAIMS})
    text = embedded(dataset(hostile, FACTS, files, citation(hostile, FACTS, "14 January 2025")))
    assert "<" not in text
    data = json.loads(text)
    assert data["@type"] == "Dataset"
    assert data["description"] == hostile.summary
    assert data["temporalCoverage"] == "2025-01-01/2025-01-13"
    assert data["distribution"][0]["contentUrl"] == "https://example.org/floods/data/claims.csv"
    assert "Edition of 14 January 2025" in data["citation"]
