"""Rows: JSON lines of documents, and tables of figures that people collected."""

import json

import pytest

from analysis.documents.tables import TableRule, read_figures, read_jsonl
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

HEADER = "reported_on,source,category,low,high,qualifier,scope,note,url\n"
ROW = "2025-01-13,Agency,killed,300,300,at_least,cumulative,a note,https://a.example/1\n"


def figures(text: str, rules=(), columns=None):
    """Return what a table gives."""
    return list(read_figures(text.encode(), "t.csv", "s", columns, rules))


def test_each_line_is_a_document_and_a_bad_line_is_named():
    """One bad line never costs the good ones beside it."""
    lines = [
        json.dumps({"id": "a", "text": "Two died.", "published": "2025-01-13"}).encode(),
        b"",
        b"{not json",
        json.dumps({"id": "b"}).encode(),
        json.dumps({"id": "c", "text": "x", "published": "soon"}).encode(),
        b'{"text": "a", "text": "b"}',
        b'{"text": "\\ud800"}',
        b"\xff",
        json.dumps({"text": ["x"]}).encode(),
        b"[" * 100_000,
        json.dumps({"id": 7, "text": "Three died."}).encode(),
    ]
    found = list(read_jsonl(lines, "f.jsonl", keep_ids=True))
    documents = [f for f in found if isinstance(f, Document)]
    assert [(d.document_id, d.text) for d in documents] == [
        ("a", "Two died."),
        ("7", "Three died."),
    ]
    assert [f.place for f in found if isinstance(f, Refusal)] == [
        f"f.jsonl line {n}" for n in (3, 4, 5, 6, 7, 8, 9, 10)
    ]


def test_a_mark_at_the_top_and_line_ends_are_no_part_of_a_line():
    """Files from other systems begin with a mark and end their lines with two characters."""
    found = list(
        read_jsonl([b'\xef\xbb\xbf{"text": "a"}\r\n', b'{"text": "b\xe2\x80\xa8c"}\n'], "f")
    )
    assert [d.text for d in found] == ["a", "b\u2028c"]


def test_the_id_comes_from_the_content_so_a_changed_line_is_a_new_document():
    """The same text from the same address is the same document, whatever line it stands on."""
    one, two, three = (
        next(read_jsonl([json.dumps(r).encode()], "f"))
        for r in ({"id": "a", "text": "x"}, {"text": "x", "id": "a"}, {"id": "a", "text": "y"})
    )
    assert one.document_id == two.document_id != three.document_id


def test_a_row_is_a_claim_without_a_quote():
    """The row is the document: its address and note are the evidence."""
    [(document, reading)] = figures(HEADER + ROW)
    [claim] = reading.claims
    assert (claim.low, claim.high, claim.qualifier, claim.source_text) == (
        300,
        300,
        "at_least",
        "Agency",
    )
    assert (claim.quote, claim.start, claim.extractor) == (None, None, "table")
    assert (document.published, document.text, document.origin) == (
        "2025-01-13",
        "a note",
        "t.csv line 2",
    )


def test_a_row_may_move_and_a_changed_row_is_a_new_one():
    """The id is the row's content, not its place."""
    other = ROW.replace("300,300", "400,400")
    first = {d.document_id for d, _ in figures(HEADER + ROW + other)}
    moved = {d.document_id for d, _ in figures(HEADER + other + ROW)}
    changed = {d.document_id for d, _ in figures(HEADER + ROW + other.replace("note", "new note"))}
    assert first == moved
    assert len(first & changed) == 1


@pytest.mark.parametrize("qualifier", ["up_to", "nearly"])
def test_an_upper_bound_says_nothing_about_the_least(qualifier):
    """A table writes 0 or the number itself there; neither was said."""
    [(_, reading)] = figures(HEADER + ROW.replace("300,300,at_least", f"0,300,{qualifier}"))
    assert (reading.claims[0].low, reading.claims[0].high) == (None, 300)


def test_rules_turn_rows_by_the_words_that_their_note_begins_with():
    """Plans are projected, later waves additional, and what is skipped is kept without a claim."""
    table = HEADER + "".join(
        ROW.replace("a note", n) for n in ("PLANNED: x", "ADDITIONAL: x", "Left: x")
    )
    rules = [
        TableRule("PLANNED:", status="projected"),
        TableRule("ADDITIONAL:", scope="additional"),
        TableRule("Left:", skip=True),
    ]
    planned, additional, left = (reading.claims for _, reading in figures(table, rules))
    assert (planned[0].status, additional[0].scope, left) == ("projected", "additional", ())


def test_columns_are_found_under_the_names_that_the_story_gives():
    """A colleague's table keeps its own headings."""
    text = (HEADER + ROW).replace("reported_on", "Day")
    assert len(figures(text, columns={"reported_on": "Day"})) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (ROW.replace("300,300", "300.5,300"), "'low' is '300.5'"),
        (ROW.replace("300,300", '"1,300",300'), "'low' is '1,300'"),
        (ROW.replace("300,300", "400,300"), "lower bound 400 is above"),
        (ROW.replace("300,300", "-3,300"), "'low' is '-3'"),
        (ROW.replace("300,300", ","), "lower or an upper bound"),
        (ROW.replace("300,300", "٣٠٠,300"), "'low' is '٣٠٠'"),
        (ROW.replace("killed", "dead"), "'dead' is none of killed"),
        (ROW.replace("2025-01-13", "13.1.2025"), "not written as YYYY-MM-DD"),
        (ROW.replace(",a note", ""), "9 fields"),
        (ROW.replace("a note", '"a "note'), "the table ends here"),
    ],
)
def test_a_bad_row_is_refused_by_line_and_reason(row, reason):
    """The good row before it stays."""
    found = figures(HEADER + ROW + row)
    [refusal] = [f for f in found if isinstance(f, Refusal)]
    assert reason in str(refusal)
    assert "t.csv line" in refusal.place
    assert len(found) == 2


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no column reported_on"),
        ("a,b\n1,2\n", "found: a, b"),
        (HEADER.replace("url", "note") + ROW, "occurs twice"),
    ],
)
def test_a_table_without_the_columns_is_refused_as_a_whole(text, reason):
    """Nothing is guessed from a table whose headings say something else."""
    with pytest.raises(BadDocument, match=reason):
        figures(text)
