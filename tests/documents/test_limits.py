"""I03 and I09: what is too large, too deep or packed like a bomb is refused within its limits."""

import gzip
import io
import json
import resource
import time

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from analysis.documents import read_inbox, read_jsonl
from analysis.documents.isolation import SECONDS
from analysis.documents.webpage import read_page
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

SAID = "At least 12 people were killed, the coastguard said on Monday. "


def archive(body, **more):
    """Return a web archive of one page, whose answer has some more headers."""
    stream = io.BytesIO()
    headers = [("Content-Type", "text/html"), *more.items()]
    writer = WARCWriter(stream, gzip=False)
    writer.write_record(
        writer.create_warc_record(
            "https://a.example/1",
            "response",
            payload=io.BytesIO(body),
            http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
        )
    )
    return stream.getvalue()


def parquet(rows):
    """Return a small Parquet file of many bytes of text."""
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    part = pa.table({"text": ["a" * 1_000_000] * 10})
    with pq.ParquetWriter(buffer, part.schema) as writer:
        for _ in range(rows // 10):
            writer.write_table(part)
    return buffer.getvalue()


BOMBS = {
    "line.txt": lambda: b"12 killed " * 8_000_000,
    "long.txt": (SAID * 100_000).encode,
    "deep.html": lambda: b"<html><body>" + b"<div>" * 1_000_000 + SAID.encode() + b"</body></html>",
    "flat.html": lambda: b"<html><body>" + b"<p>30</p>" * 200_000 + b"</body></html>",
    "attributes.html": lambda: (
        b"<html><body><p "
        + b" ".join(b"a%d=1" % n for n in range(100_000))
        + b">30 died</p></body></html>"
    ),
    "rules.html": lambda: (
        b"<html><head><style>"
        + b".c{display:none}" * 50_000
        + b"</style></head><body><p class=c>30 died</p></body></html>"
    ),
    "node.html": lambda: b"<html><body><p>" + b"a" * 11_000_000 + b"</p></body></html>",
    "packed.html.gz": lambda: gzip.compress(bytes(300_000_000), 1),
    "twice.txt.gz": lambda: gzip.compress(gzip.compress(bytes(1_000_000))),
    "record.warc": lambda: archive(
        gzip.compress(bytes(60_000_000)), **{"Content-Encoding": "gzip"}
    ),
    "wide.parquet": lambda: parquet(600),
}


def test_bombs_in_an_inbox_are_refused_within_their_limits_and_the_rest_is_read(tmp_path):
    """Each by name in less than a minute, all with less than two gigabytes."""
    inbox = tmp_path / "documents"
    inbox.mkdir()
    for name, made in BOMBS.items():
        (inbox / name).write_bytes(made())
    (inbox / "z.txt").write_text(SAID)
    found, last = [], time.monotonic()
    for each in read_inbox(inbox, "s"):
        assert time.monotonic() - last < SECONDS + 10
        last = time.monotonic()
        found.append(each)
    *refused, document = found
    assert isinstance(document, Document)
    assert [r.place.removeprefix("documents/").partition(" ")[0] for r in refused] == sorted(BOMBS)
    assert all("\n" not in str(refusal) for refusal in refused)
    reasons = {r.place: r.reason for r in refused}
    assert "more than 2,000 attributes" in reasons["documents/attributes.html"]
    assert "deep in each other" in reasons["documents/deep.html"]
    assert "unpacks to more than" in reasons["documents/packed.html.gz"]
    assert "memory" in reasons["documents/wide.parquet"]
    # Kilobytes of the largest child.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 2 * 1024 * 1024


def test_a_line_of_fifty_megabytes_is_refused_by_its_number_and_the_next_is_read():
    """I12: it is longer than any article, and a longer line still is not even parsed."""
    lines = [
        json.dumps({"text": SAID * 830_000}).encode(),
        b'{"text": "' + b"a" * 70_000_000 + b'"}',
        json.dumps({"text": SAID}).encode(),
    ]
    first, second, document = read_jsonl(lines, "a.jsonl")
    assert isinstance(first, Refusal)
    assert first.place == "a.jsonl line 1"
    assert "its text has 52,290,000 characters" in first.reason
    assert "it has 70,000,012 bytes" in second.reason
    assert document.text == SAID


@pytest.mark.parametrize("quote", ['"', "'", ""])
def test_a_long_value_is_no_crowd_of_attributes(quote):
    """A picture may stand in an attribute, with blanks in it."""
    value = "a b" * 20_000 if quote else "a" * 60_000
    page = f"<html><body><article><p title={quote}{value}{quote}>{SAID}</p></article></body></html>"
    assert SAID.strip() in read_page(page.encode(), "a.html", "a.html", "s").text


def test_an_attribute_that_never_ends_is_refused():
    """The rest of the page would be its value."""
    page = f'<html><body><p title="{"a b=1 " * 20_000}>{SAID}</p></body></html>'
    with pytest.raises(BadDocument):
        read_page(page.encode(), "a.html", "a.html", "s")
