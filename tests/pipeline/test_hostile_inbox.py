"""Rows I10 to I16 by the real command: each fault is one line with name and reason, the rest goes on."""

import gzip
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from analysis.documents import find_files, read_inbox
from analysis.documents.warc import read_warc
from analysis.errors import BadDocument
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.model import Document, Refusal
from tests.documents.test_limits import archive
from tests.samples import make_home

NOBODY = 65534  # a user who may read no file of others
SAID = b"At least %d people were killed, the coastguard said."
GOOD = {
    b"a..b.txt": 21,
    "\U0001f600.txt".encode(): 22,
    "é".encode() * 125 + b".txt": 23,
    b"\xff\xfe\x80.txt": 24,
    b"x" * 251 + b".txt": 25,
    b"tab\tesc\x1b[31m.txt": 26,
    "bidi\u202etxt.exe.txt".encode(): 27,
    b"UP.TXT": 28,
}
LINES = {
    1: b'{"text": "a 12 killed", "text": "b 13 killed"}',
    2: b'{"text": "Nine people were killed.", "n": NaN}',
    3: b'{"text": "Nine people were killed.", "n": 1e999}',
    4: b'{"text": "Nine people were killed.", "id": ' + b"9" * 5000 + b"}",
    5: b'{"text": "Nine \\ud800 people were killed."}',
    6: b'{"text": "Nine people were killed.", "published": "2025-13-01"}',
    7: b'{"text": "Nine people were killed.", "published": -Infinity}',
    8: b"[" * 100_000,
    9: b'{"text": "Nine people were kil',
}
TABLES = {
    "extra.csv": (b"text,published\r\nNine died.,2025-03-01,x\r\n", "it has 3 fields, the first"),
    "twice.csv": (b"text,text\r\nNine died.,Ten died.\r\n", "each once"),
    "quote.csv": (b'text,published\r\n"Nine died.,2025-03-01\r\n', "unexpected end of data"),
    "short.csv": (b"text,published\r\nNine died.\r\n", "it has 1 fields"),
    "semicolon.csv": (b"text;published\r\nNine died.;2025-03-01\r\n", "needs a column 'text'"),
}
ODD = ("link.txt", "link", "dangling.txt", "pipe.txt", "pipe.html.gz", "socket.txt")


def test_a_build_on_an_inbox_of_faults_names_each_and_takes_the_rest(tmp_path, root, monkeypatch):
    """I12, I13, I14, I16: code 3, a line of printable text for each, and all good texts in the ledger."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    inbox = home.story("ferry") / "documents"
    for name, number in GOOD.items():
        (inbox / os.fsdecode(name)).write_bytes(SAID % number)
    (inbox / os.fsdecode(b"bad\nname\xff.txt")).write_bytes(b"\x00\x01")
    good = json.dumps({"text": (SAID % 29).decode()}).encode()
    (inbox / "lines.jsonl").write_bytes(b"\n".join([*LINES.values(), good]))
    for name, (data, _) in TABLES.items():
        (inbox / name).write_bytes(data)
    (inbox / "link.txt").symlink_to("/etc/passwd")
    (inbox / "link").symlink_to("/etc")
    (inbox / "dangling.txt").symlink_to("nowhere")
    os.mkfifo(inbox / "pipe.txt")
    os.mkfifo(inbox / "pipe.html.gz")
    (inbox / "folder.txt").mkdir()
    monkeypatch.chdir(inbox)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket.txt")
        done = subprocess.run(
            [sys.executable, "-m", "analysis", "build", "ferry"],
            env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
            capture_output=True,
            timeout=200,
            check=False,
        )
    said = done.stderr.decode("utf-8")
    assert done.returncode == 3, said
    assert "Traceback" not in said
    refused = [line for line in said.split("\n") if line.startswith("tallybook: refused ")]
    assert all(line.isprintable() for line in refused)
    assert len(refused) == 1 + len(LINES) + len(TABLES) + len(ODD)
    places = "\n".join(refused)
    assert "documents/bad\\nname\\udcff.txt: " in places
    for number in LINES:
        assert f"documents/lines.jsonl line {number}: " in places
    for name in ODD:
        assert f"documents/{name}: " in places
    for name, (_, reason) in TABLES.items():
        assert any(f"documents/{name}" in line and reason in line for line in refused)
    with Ledger(home.ledger("ferry")) as ledger:
        assert set(ledger.claims()["low"]) == {12, 15, 30, *GOOD.values(), 29}


@pytest.mark.parametrize("share", [0.45, 0.55, 0.62, 0.68, 0.8, 0.99])
def test_an_archive_that_is_cut_anywhere_says_so(share):
    """I10: also where the cut is in the head of a record, which the library takes for the end."""
    page = b"<html><body><article><p>" + SAID % 21 + b"</p></article></body></html>"
    whole = archive(page) + archive(page)
    data = whole[: int(len(whole) * share)]
    found = list(read_warc(data, "a.warc", "s"))
    assert sum(isinstance(f, Document) for f in found) == (share > 0.5)
    assert isinstance(found[-1], Refusal)
    assert found[-1].place.startswith("a.warc record ")


def test_no_cut_of_a_single_record_is_silent():
    """I10: wherever it is, the archive or its record is refused."""
    whole = archive(b"<html><body><article><p>" + SAID % 21 + b"</p></article></body></html>")
    for size in range(1, len(whole) - 4, 5):
        try:
            found = list(read_warc(whole[:size], "a.warc", "s"))
        except BadDocument:
            continue
        assert any(isinstance(f, Refusal) for f in found), size
        assert not any(isinstance(f, Document) for f in found), size


def test_cut_lines_parquet_and_gzip_name_the_place_and_keep_the_good_part(tmp_path):
    """I10: what stands before the cut of packed lines is taken."""
    inbox = tmp_path / "documents"
    inbox.mkdir()
    line = json.dumps({"text": (SAID % 21).decode()}).encode() + b"\n"
    (inbox / "a.jsonl").write_bytes(line + line[:-20])
    (inbox / "b.jsonl.gz").write_bytes(gzip.compress(os.urandom(0) + line * 3000)[:-40])
    (inbox / "c.txt.gz").write_bytes(gzip.compress(SAID * 100)[:-10])
    (inbox / "d.parquet").write_bytes(b"PAR1" + bytes(40))
    found = list(read_inbox(inbox, "s"))
    said = {f.place: f.reason for f in found if isinstance(f, Refusal)}
    assert "char " in said.pop("documents/a.jsonl line 2")
    assert "end early, after " in said.pop("documents/b.jsonl.gz")
    assert "end early, after " in said.pop("documents/c.txt.gz")
    assert "its 44 bytes are no whole Parquet" in said.pop("documents/d.parquet")
    [(place, _)] = said.items()
    assert place.startswith("documents/b.jsonl.gz line ")
    assert sum(isinstance(f, Document) for f in found) > 1000


def test_a_file_that_another_program_writes_is_taken_once_and_whole(tmp_path):
    """I15: under its first name it is left; after the rename it is read, and never in part."""
    inbox = tmp_path / "documents"
    inbox.mkdir()
    writer = (
        "import os, sys, time\n"
        "with open('a.txt.part', 'w') as file:\n"
        "    for number in range(20):\n"
        "        file.write('Line %d of the report. ' % number); file.flush(); time.sleep(0.02)\n"
        "    file.write('At least 12 people were killed.')\n"
        "os.rename('a.txt.part', 'a.txt')\n"
    )
    seen = set()
    with subprocess.Popen([sys.executable, "-c", writer], cwd=inbox) as process:
        while process.poll() is None:
            seen.update(f.text for f in read_inbox(inbox, "s") if isinstance(f, Document))
    assert process.returncode == 0
    seen.update(found.text for found in read_inbox(inbox, "s"))
    [text] = seen
    assert text.endswith("At least 12 people were killed.")
    assert [path.name for path in find_files(inbox)] == ["a.txt"]


def test_a_file_that_may_not_be_read_is_named():
    """I14: as a usual user, whom a test that runs as root becomes meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        inbox = Path(folder) / "documents"
        inbox.mkdir()
        (inbox / "a.txt").write_text("Two died.")
        (inbox / "a.txt").chmod(0)
        for place in (folder, inbox):
            Path(place).chmod(0o755)
        user = os.geteuid()
        if user == 0:
            os.seteuid(NOBODY)
        try:
            [refusal] = read_inbox(inbox, "s")
        finally:
            os.seteuid(user)
    assert "Permission denied" in refusal.reason
