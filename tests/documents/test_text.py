"""Text files: bytes are decoded once and never altered, and the front matter is the origin."""

import hashlib
from pathlib import Path

import pytest

from analysis.documents.encodings import decode
from analysis.documents.text import published_day, read_text, split_front_matter
from analysis.errors import BadDocument

LONG = "Двадцять військових загинули, повідомив штаб у понеділок. " * 8


@pytest.mark.parametrize(
    ("data", "text", "encoding", "guessed"),
    [
        (b"Two died.", "Two died.", "utf-8", False),
        ("Zwölf".encode(), "Zwölf", "utf-8", False),
        (b"\xef\xbb\xbfTwo died.", "Two died.", "utf-8", False),
        ("Two died.".encode("utf-16"), "Two died.", "utf-16", False),
        ("Two died.".encode("utf-32"), "Two died.", "utf-32", False),
        ("１２ killed".encode(), "１２ killed", "utf-8", False),
        ("a\u202eb\u200b".encode(), "a\u202eb\u200b", "utf-8", False),
    ],
)
def test_bytes_are_decoded_by_their_mark_or_as_utf8(data, text, encoding, guessed):
    """What the bytes say decides, and the characters stay as they are."""
    decoded = decode(data)
    assert (decoded.text, decoded.encoding, decoded.guessed) == (text, encoding, guessed)


def test_an_encoding_that_nothing_tells_is_guessed_and_said():
    """Long Cyrillic bytes of an old code page are read, and the origin says that it was a guess."""
    document = read_text(Path("a.txt"), LONG.encode("cp1251"), "documents/a.txt", "s")
    assert document.text == LONG.strip()
    assert "encoding guessed" in document.origin


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "binary"),
        (b"PK\x03\x04 text", "control character 0x03"),
        (b"caf\xe9", "too few to guess"),
        (b"\xff\xfea", "does not fit"),
        (b"  \n\t ", "no text"),
        (b"", "no text"),
        (b"---\npublished: last week\n---\nTwo died.", "'last week' is not written as YYYY-MM-DD"),
        (b"---\n: [\n---\nTwo died.", "front matter cannot be read at line"),
        (b"---\n- a\n---\nTwo died.", "not a list of 'name: value' lines"),
    ],
)
def test_what_is_no_text_is_refused_with_its_reason(data, reason):
    """A refusal names what is wrong, so that a person can mend the file."""
    with pytest.raises(BadDocument, match=reason.replace("(", r"\(")):
        read_text(Path("a.txt"), data, "documents/a.txt", "s")


def test_the_front_matter_gives_the_origin_and_is_no_part_of_the_text():
    """Fields stay texts: no number, date or yes is guessed from them."""
    data = b"---\r\ntitle: 'No'\r\noutlet: Example Post\r\npublished: 2025-01-13T23:30:00+09:00\r\n---\r\nTwo died.\r\n"
    document = read_text(Path("a.txt"), data, "documents/a.txt", "s")
    assert (document.text, document.title, document.outlet) == ("Two died.", "No", "Example Post")
    assert document.published == "2025-01-13"
    assert document.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("2025-01-13 briefing.txt", "2025-01-13"),
        ("2025-01-13.txt", "2025-01-13"),
        ("2025-01-134.txt", None),
        ("briefing.txt", None),
    ],
)
def test_a_day_at_the_start_of_a_name_counts_and_a_file_time_never(name, day, tmp_path):
    """The time of a file says when it was copied, not when its text was printed."""
    assert read_text(tmp_path / name, b"Two died.", name, "s").published == day


def test_a_text_that_begins_with_a_rule_has_no_front_matter():
    """Three hyphens that nothing closes are part of the text."""
    assert split_front_matter("---\nTwo died.") == ({}, "---\nTwo died.")
    assert split_front_matter("---\n---\nTwo died.") == ({}, "Two died.")


def test_a_date_that_does_not_exist_is_refused():
    """The thirty-first of February was never printed on."""
    with pytest.raises(BadDocument, match="2025-02-31"):
        published_day("2025-02-31")


@pytest.mark.parametrize("value", ["2025", "2025-09"])
def test_a_year_or_a_month_alone_leaves_a_document_undated(value):
    """It may not stand on a day of a chart, but it is no reason to refuse the text."""
    assert published_day(value) is None
