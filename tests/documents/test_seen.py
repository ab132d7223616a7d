"""A file that did not change is not opened again; in any doubt it is."""

import json
import os
import time
from datetime import UTC, datetime, timedelta

import pytest

from analysis.documents import inbox
from analysis.documents.seen import FILE, Seen
from analysis.model import Document, Known, Refusal

NOW = datetime.now(UTC) + timedelta(minutes=20)  # all files of a test are old by then


@pytest.fixture
def place(tmp_path):
    """Make an inbox of three files, one of them with a bad line."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.txt").write_text("Two died.")
    (folder / "b.jsonl").write_text('{"text": "Three died."}\n{"text": "Four died."}\n')
    (folder / "c.jsonl").write_text('{"text": "Five died."}\n{"no": 1}\n')
    return tmp_path


@pytest.fixture
def opened(monkeypatch):
    """Record the names of the files that are opened."""
    names = []
    real = inbox.open_regular

    def noted(path, largest):
        names.append(path.name)
        return real(path, largest)

    monkeypatch.setattr(inbox, "open_regular", noted)
    return names


def run(place, standing=None, now=NOW):
    """Read the inbox as a run does; return what it yielded, by kind."""
    seen = Seen(place / FILE, place / "documents", standing or set(), now)
    found = list(inbox.read_inbox(place / "documents", "s", seen))
    seen.write()
    return tuple([f for f in found if isinstance(f, k)] for k in (Document, Known, Refusal))


def keys(*found):
    """Return the ids of documents."""
    return {one.document_id for group in found for one in group}


def test_an_unchanged_file_is_known_by_its_documents_and_not_opened(place, opened):
    """A file with a refused line is read again, so that each run tells of it."""
    first, known, refused = run(place)
    assert (len(first), known, len(refused)) == (4, [], 1)
    opened.clear()
    again, known, refused = run(place, keys(first))
    assert set(opened) == {"c.jsonl"}
    assert [d.text for d in again] == ["Five died."]
    assert keys(again, known) == keys(first)
    assert len(known) == 3
    assert [r.place for r in refused] == ["documents/c.jsonl line 2"]


def test_what_the_ledger_does_not_hold_is_read_again(place, opened):
    """One document of two is gone from the ledger, or was withdrawn: the file is read."""
    first, _, _ = run(place)
    lost = next(d for d in first if d.text == "Four died.")
    opened.clear()
    again, known, _ = run(place, keys(first) - {lost.document_id})
    assert set(opened) == {"b.jsonl", "c.jsonl"}
    assert lost in again
    assert len(known) == 1


def same_size_and_date(path):
    """Change a file so that size and date stay, as an editor or a copy with dates does."""
    facts = path.stat()
    path.write_text("Six died.")
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def touched(path):
    """Give a file another date."""
    os.utime(path, (1, 1))


def replaced(path):
    """Put another file under the same name."""
    other = path.with_name("new.part")
    other.write_text("Six died.")
    other.replace(path)


@pytest.mark.parametrize(
    ("change", "texts"),
    [(same_size_and_date, ["Six died."]), (replaced, ["Six died."]), (touched, [])],
)
def test_a_changed_file_is_opened(place, opened, change, texts):
    """Equal bytes give the documents that they gave, and are not read again."""
    first, _, _ = run(place)
    change(place / "documents" / "a.txt")
    opened.clear()
    again, known, _ = run(place, keys(first))
    assert "a.txt" in opened
    assert [d.text for d in again if d.origin == "documents/a.txt"] == texts
    assert len(known) == (2 if texts else 3)


def test_a_file_written_to_at_the_moment_of_reading_is_opened_next_time(place, opened):
    """On some disks a file may change again without another time of change."""
    now = datetime.now(UTC)
    first, _, _ = run(place, now=now)
    opened.clear()
    _, known, _ = run(place, keys(first), now=NOW)
    assert set(opened) == {"a.txt", "b.jsonl", "c.jsonl"}
    assert len(known) == 3, "their bytes are those that were read"
    opened.clear()
    run(place, keys(first), now=NOW)
    assert set(opened) == {"c.jsonl"}, "they are old by now"


def flipped(data):
    """Return the bytes with one of them changed, where a document's id stands."""
    at = data.rindex(b'"]') - 3
    return data[:at] + (b"0" if data[at : at + 1] != b"0" else b"1") + data[at + 1 :]


def shortened(data):
    """Return the record without one of two documents of a file."""
    head, body, _ = data.decode().split("\n")
    held = json.loads(body)
    held["b.jsonl"][3].pop()
    return f"{head}\n{json.dumps(held)}\n".encode()


@pytest.mark.parametrize(
    "damage",
    [
        flipped,
        shortened,
        lambda data: data[: len(data) // 2],
        lambda data: data[:-1],
        lambda _: b"",
        lambda _: b"\xff\x00",
        lambda _: b"[]\n{}\n",
        lambda _: b"[" * 100_000 + b"\n\n",
        lambda data: data.replace(b"tallybook files 1", b"tallybook files 0"),
        lambda data: data.replace(b"/documents ", b"/elsewhere "),
    ],
)
def test_a_damaged_or_foreign_record_is_as_good_as_none(place, opened, damage):
    """It is never trusted: every file is opened, and nothing of what it held is missing."""
    first, _, _ = run(place)
    record = place / FILE
    record.write_bytes(damage(record.read_bytes()))
    opened.clear()
    again, known, _ = run(place, keys(first))
    assert set(opened) == {"a.txt", "b.jsonl", "c.jsonl"}
    assert known == []
    assert keys(again) == keys(first)


def test_another_version_of_a_reader_reads_again(place, opened, monkeypatch):
    """A mended reader may take something else from the same bytes."""
    first, _, _ = run(place)
    monkeypatch.setattr("analysis.documents.seen._reader", lambda: "another")
    opened.clear()
    again, known, _ = run(place, keys(first))
    assert (len(again), known) == (4, [])


def test_a_fetched_page_is_read_again_where_its_address_is_another_one(place, opened):
    """The address is noted beside the file, and the document is known by it."""
    folder = place / "documents"
    (folder / "fetched").mkdir()
    (folder / "fetched" / "p.html").write_text(
        "<html><body><article><p>At least nine people were killed, the coastguard said.</p>"
        "</article></body></html>"
    )
    notes = folder / ".fetched.json"
    urls = []
    for url in ("https://news.example/1", "https://news.example/1", "https://news.example/2"):
        notes.write_text(json.dumps({url: {"file": "p.html", "etag": str(time.time_ns())}}))
        standing = urls[0][1] if urls else set()
        opened.clear()
        found, _, _ = run(place, standing)
        urls.append(([d.url for d in found if d.url], keys(found), "p.html" in opened))
    assert [(said, read) for said, _, read in urls] == [
        (["https://news.example/1"], True),
        ([], False),
        (["https://news.example/2"], True),
    ]


def test_a_disk_that_refuses_the_record_costs_time_alone(place):
    """Nothing is kept, and the next run opens every file."""
    first, _, _ = run(place)
    (place / FILE).unlink()
    (place / FILE).mkdir()
    again, known, _ = run(place, keys(first))
    assert (len(again), known) == (4, [])
