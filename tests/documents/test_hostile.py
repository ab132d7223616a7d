"""Pages, feeds, archives and packed files: what they say comes in, and no loss is silent."""

import gzip
import io
import json
import os
import random

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from analysis.documents import read_inbox
from analysis.documents.feed import read_feed
from analysis.documents.formats import format_of, unpack
from analysis.documents.isolation import Room
from analysis.documents.warc import read_warc
from analysis.documents.webpage import read_page
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

PARAGRAPH = (
    "At least 12 people were killed when the ferry sank off the bay, the coastguard said on Monday."
)
FILLER = (
    "<p>The boat had left the harbour in the evening, and the weather was calm all night.</p>" * 4
)


def page(body="", head=""):
    """Return the bytes of a page with an article of one figure."""
    return (
        f"<!doctype html><html lang=en><head><title>Ferry</title>{head}</head>"
        f"<body><article><h1>Ferry</h1><p>{PARAGRAPH}</p>{FILLER}{body}</article></body></html>"
    ).encode()


def feed(items, end="</channel></rss>"):
    """Return the bytes of a feed."""
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>Post</title>{items}{end}".encode()
    )


ITEM = "<item><title>12 killed &amp; 5 hurt</title><link>https://a.example/1</link><description>&lt;p&gt;Twelve died.&lt;/p&gt;</description><pubDate>Mon, 03 Mar 2025 23:30:00 +0900</pubDate></item>"


def archive(bodies):
    """Return an unpacked web archive with a page for each body."""
    stream = io.BytesIO()
    writer = WARCWriter(stream, gzip=False)
    for number, body in enumerate(bodies, 1):
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                f"https://a.example/{number}",
                "response",
                payload=io.BytesIO(body),
                http_headers=headers,
            )
        )
    return stream.getvalue()


def split(found):
    """Return the documents and the refusals."""
    found = list(found)
    return [f for f in found if isinstance(f, Document)], [
        f for f in found if isinstance(f, Refusal)
    ]


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"\n<!DOCTYPE html><p>a", "a.txt", "page"),
        (b"<html><body>a", "a", "page"),
        ("<html><p>a".encode("utf-16"), "a.bin", "page"),
        (b"<?xml version='1.0'?><rss version='2.0'>", "a.html", "feed"),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'>", "a", "feed"),
        (b"WARC/1.0\r\n", "a.txt", "warc"),
        (b"PAR1xx", "a.csv", "parquet"),
        (b"\x1f\x8b\x08", "a.txt", "gzip"),
        (b"Two died. <html> is a tag.", "a.txt", "text"),
        (b"PK\x03\x04", "a.docx", ""),
        (b"%PDF-1.7", "a.pdf", ""),
    ],
)
def test_a_format_is_told_by_content(data, name, kind):
    """A page that was saved as .txt is still a page."""
    assert format_of(data, name) == kind


@pytest.mark.parametrize(
    ("body", "there"),
    [
        (
            "<table><tr><th>Day</th><th>Killed</th></tr><tr><td>Monday</td><td>37</td></tr></table>",
            "37",
        ),
        (
            "<figure><img src=a.png><figcaption>Rescuers counted 41 wounded.</figcaption></figure>",
            "41 wounded",
        ),
        (
            "<p>Hospitals took in 3\u200b0 wounded people during the first night of the rescue.</p>",
            "3\u200b0 wounded",
        ),
        (
            "<p>Hospitals took in 3&shy;0 wounded people during the first night of the rescue.</p>",
            "3\u00ad0 wounded",
        ),
        (
            "<p class='teaser-content'>Officials said 22 people were still missing on Tuesday.</p>",
            "22 people",
        ),
    ],
)
def test_what_a_page_shows_is_read(body, there):
    """Tables, captions and teasers hold figures, and an invisible sign inside one stays in it."""
    document = read_page(page(body), "a.html", "documents/a.html", "s")
    assert PARAGRAPH in document.text
    assert there in document.text


@pytest.mark.parametrize(
    "body",
    [
        "<p style='display: none'>Officials said 99 people were killed in the second sinking.</p>",
        "<p hidden>Officials said 99 people were killed in the second sinking.</p>",
        "<noscript><p>Officials said 99 people were killed in the second sinking.</p></noscript>",
        "<template><p>Officials said 99 people were killed in the second sinking.</p></template>",
    ],
)
def test_hidden_text_is_no_figure_and_its_loss_is_said(body):
    """What no reader of the page saw was not reported."""
    document = read_page(page(body), "a.html", "documents/a.html", "s")
    assert "99" not in document.text
    assert "hidden characters left out" in document.origin


@pytest.mark.parametrize(
    ("head", "published", "said"),
    [
        ('<meta property="article:published_time" content="2025-03-01T23:30:00+09:00"><meta property="article:modified_time" content="2025-03-04">', "2025-03-01", "modified 2025-03-04 by meta"),
        ('<script type="application/ld+json">{"datePublished": "2025-03-01", "dateModified":"2025-03-04"}</script>', "2025-03-01", "published by JSON-LD"),
        ('<meta property="article:modified_time" content="2025-03-04">', None, "modified 2025-03-04"),
        ("", None, "characters"),
    ],
)  # fmt: skip
def test_published_and_modified_are_two_days_and_none_is_invented(head, published, said):
    """The year of a copyright line is no day of publication."""
    document = read_page(page("<footer>(c) 2026 Example Post</footer>", head), "a.html", "o", "s")
    assert document.published == published
    assert said in document.origin


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (page("<div>" * 300 + "30 died"), "deep"),
        (b"<html><body><p>" + b"a" * 10_100_000, "longer than"),
        (b"<html><p " + b"".join(b"a%d=1 " % n for n in range(3000)) + b">30 died", "attributes"),
        (b"<html><body></body></html>", "no article"),
        (b"<html>\x00\x01\x02", "binary"),
    ],
)
def test_a_page_that_would_be_read_in_part_is_refused(data, reason):
    """Parsers drop what is too deep or too long without a word."""
    with pytest.raises(BadDocument, match=reason):
        read_page(data, "a.html", "o", "s")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1251"])
def test_a_page_is_decoded_by_its_mark_or_what_it_declares(encoding):
    """Old Cyrillic pages say what they are."""
    text = "Двенадцать человек погибли, сообщила береговая охрана в понедельник вечером."
    data = page(f"<p>{text}</p>", f"<meta charset={encoding}>").decode().encode(encoding)
    assert text in read_page(data, "a.html", "o", "s").text


def test_a_feed_gives_its_entries_with_the_day_that_it_prints():
    """The day is the outlet's own, not that of Greenwich."""
    [document], refused = split(read_feed(feed(ITEM), "documents/f.xml", "s"))
    assert document.text == "12 killed & 5 hurt\n\nTwelve died."
    assert (document.published, document.url, document.outlet) == (
        "2025-03-03",
        "https://a.example/1",
        "Post",
    )
    assert not refused


def test_the_cut_entry_of_a_feed_is_refused_and_the_others_stay():
    """A half item would look like a whole one."""
    documents, [refusal] = split(read_feed(feed(ITEM + "<item><title>3 ki", ""), "f", "s"))
    assert len(documents) == 1
    assert "ends early" in refusal.reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not a feed"),
        (b"<html><form>Log in</form></html>", "not a feed"),
        (b"/etc/passwd", "not a feed"),
        (b"<!DOCTYPE r [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss version='2.0'/>", "entities"),
    ],
)
def test_what_is_no_feed_is_said_to_be_none(data, reason):
    """A login page is not a feed without news; bytes are never taken for an address."""
    with pytest.raises(BadDocument, match=reason):
        list(read_feed(data, "f", "s"))


@pytest.mark.parametrize(
    ("value", "day"),
    [("Fri, 31 Dec 9999 00:00:00 GMT", None), ("0001-01-01", None), ("13/13/2025", None), ("2025-13-01", None), ("03/04/2025", None), ("2025-03-04T01:00:00Z", "2025-03-04")],
)  # fmt: skip
def test_a_date_that_a_feed_prints_oddly_is_never_guessed(value, day):
    """The third of April and the fourth of March are a month apart."""
    data = feed(f"<item><title>Two died.</title><pubDate>{value}</pubDate></item>")
    [document], _ = split(read_feed(data, "f", "s"))
    assert document.published == day


def test_an_archive_gives_its_pages_and_names_records_that_cannot_be_trusted():
    """A changed body and a cut one are refused by their number."""
    whole = archive([page(), page("<p>Two more bodies were found in the water on Tuesday.</p>")])
    documents, refused = split(read_warc(whole, "documents/a.warc", "s"))
    assert [d.url for d in documents] == ["https://a.example/1", "https://a.example/2"]
    assert documents[1].origin.startswith("documents/a.warc record 2 (read: ")
    assert not refused
    documents, [refusal] = split(
        read_warc(whole.replace(b"At least 12", b"At least 92", 1), "a", "s")
    )
    assert (len(documents), refusal.place) == (1, "a record 1")
    assert "digest" in refusal.reason
    documents, [refusal] = split(read_warc(whole[:-400], "a", "s"))
    assert (len(documents), refusal.place) == (1, "a record 2")
    assert "cut" in refusal.reason


def test_packed_files_are_bounded_and_a_cut_is_named(monkeypatch):
    """A bomb is refused before it is unpacked."""
    assert unpack(gzip.compress(b"a") + gzip.compress(b"b")) == (b"ab", "")
    packed = gzip.compress(random.Random(1).randbytes(5000))
    assert "end early" in unpack(packed[:-100])[1]
    assert "follows" in unpack(packed + b"junk")[1]
    monkeypatch.setattr("analysis.documents.formats.LARGEST_UNPACKED", 1000)
    with pytest.raises(BadDocument, match="unpacks to more"):
        unpack(gzip.compress(bytes(1_000_000)))


def test_an_inbox_of_every_kind_is_read_and_each_bad_file_is_named(tmp_path):
    """One reader a format, each file also packed, and the rest goes on."""
    inbox = tmp_path / "documents"
    inbox.mkdir()
    line = json.dumps({"text": "Three died.", "published": "2025-03-01"}).encode()
    files = {
        "a.txt.gz": gzip.compress(b"Two died."),
        "b.html": page(),
        "c.html.gz": gzip.compress(page()),
        "d.xml": feed(ITEM),
        "e.warc.gz": gzip.compress(archive([page()])),
        "f.jsonl.gz": gzip.compress(line + b"\n{}\n"),
        "g.csv": b"text,published\r\nFour died.,2025-03-02\r\nFive died.,2025-03-02,x\r\n",
        "h.html.gz": gzip.compress(page())[:-20],
        "i.parquet": b"PAR1 nothing",
        "j.html": os.urandom(3000),
    }
    for name, data in files.items():
        (inbox / name).write_bytes(data)
    documents, refused = split(read_inbox(inbox, "s"))
    read = [d.origin.partition(" (read")[0] for d in documents]
    assert read == [
        "documents/a.txt.gz", "documents/b.html", "documents/c.html.gz", "documents/d.xml entry 1",
        "documents/e.warc.gz record 1", "documents/f.jsonl.gz line 1", "documents/g.csv line 2",
    ]  # fmt: skip
    assert [r.place for r in refused] == [
        "documents/f.jsonl.gz line 2", "documents/g.csv line 3", "documents/h.html.gz",
        "documents/i.parquet", "documents/j.html",
    ]  # fmt: skip


def test_a_parquet_file_is_read_row_by_row_and_damage_is_found(tmp_path):
    """A flipped byte or a cut is one refused file."""
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    table = pa.table(
        {"text": ["Two died.", None], "published": ["2025-03-01", "2025-03-02"], "more": [1, 2]}
    )
    path = tmp_path / "a.parquet"
    pq.write_table(table, path, write_page_checksum=True, compression="none")
    data = path.read_bytes()
    with Room() as room:
        [document], [refusal] = split(room.read(data, "a.parquet", "a", "s"))
        assert (document.text, document.published, document.origin) == (
            "Two died.",
            "2025-03-01",
            "a row 1",
        )
        assert refusal.place == "a row 2"
        for bad in (data[:-30], data.replace(b"Two died.", b"Ten died.", 1)):
            with pytest.raises(BadDocument, match=r"whole Parquet|damaged"):
                room.read(bad, "a.parquet", "a", "s")


def test_a_child_that_hangs_or_dies_costs_one_file_and_the_next_is_read():
    """The limit is on one file; a new child takes the next."""
    slow = b"<html><body>" + b"<p>Two died.</p>" * 200_000
    said = r"stopped after 0\.5 seconds"
    with Room(seconds=0.5) as room, pytest.raises(BadDocument, match=said):
        room.read(slow, "a.html", "a", "s")
    with Room() as room:
        assert room.read(page(), "a.html", "a", "s")
        room._child.kill()
        room._child.wait()
        assert room.read(page(), "a.html", "a", "s")


def test_memory_is_limited_in_the_child():
    """A file that needs more than its share is refused, and this process does not grow."""
    bomb = gzip.compress(b"<html><p>" + b"<p>x" * 6_000_000)
    with (
        Room(memory=600 * 1024**2) as room,
        pytest.raises(BadDocument, match=r"memory|stopped|cannot be read"),
    ):
        room.read(bomb, "a.html.gz", "a", "s")


def test_a_headline_is_no_part_of_the_first_sentence():
    """Each paragraph of a page stands apart, and the rows of a table stay together."""
    body = (
        "<h2>Toll rises to 31, coastguard says</h2><p>PORT TOWN - The toll rose to 31.</p>"
        "<table><tr><td>Killed</td><td>31</td></tr><tr><td>Hurt</td><td>40</td></tr></table>"
    )
    text = read_page(page(body), "a.html", "a.html", "ferry").text
    assert "coastguard says\n\nPORT TOWN" in text
    rows = [line for line in text.splitlines() if "|" in line]
    assert "\n".join(rows) in text
