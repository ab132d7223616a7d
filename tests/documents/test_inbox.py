"""The inbox: every regular file is read or refused by name, and nothing else is touched."""

import os

import pytest

from analysis.documents.inbox import find_files, printable, read_bytes, read_inbox
from analysis.errors import BadDocument
from analysis.model import Document, Refusal


def test_files_are_found_in_order_and_in_folders_below(tmp_path):
    """Hidden files are left alone."""
    for name in ("b.txt", "a/c.txt", ".hidden.txt", "~x.txt", ".d/e.txt", "a/B.MD"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    found = [p.relative_to(tmp_path).as_posix() for p in find_files(tmp_path)]
    assert found == ["b.txt", "a/B.MD", "a/c.txt"]


def test_one_bad_file_is_named_and_the_rest_is_read(tmp_path):
    """A reporter drops many files at once; one of them is a picture."""
    inbox = tmp_path / "documents"
    inbox.mkdir()
    (inbox / "a.txt").write_text("Two died.")
    (inbox / "b.txt").write_bytes(b"\x89PNG\x00\x00")
    (inbox / "c.docx").write_bytes(b"PK")
    (inbox / "d.jsonl").write_text('{"text": "Three died."}\n{"no": 1}\n')
    found = list(read_inbox(inbox, "s"))
    assert [f.text for f in found if isinstance(f, Document)] == ["Two died.", "Three died."]
    assert [f.place for f in found if isinstance(f, Refusal)] == [
        "documents/b.txt",
        "documents/c.docx",
        "documents/d.jsonl line 2",
    ]
    assert all(f.reason and f.advice for f in found if isinstance(f, Refusal))


@pytest.mark.parametrize("kind", ["link", "pipe", "folder link", "missing"])
def test_what_is_no_regular_file_is_never_opened(kind, tmp_path):
    """A link may lead out of the story, and a pipe may never end."""
    path = tmp_path / "a.txt"
    if kind == "link":
        (tmp_path / "b").write_text("secret")
        path.symlink_to(tmp_path / "b")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder link":
        path.symlink_to(tmp_path)
    with pytest.raises(BadDocument, match=r"link|regular|opened"):
        read_bytes(path)


def test_a_name_with_line_breaks_is_shown_on_one_line(tmp_path):
    """A hostile name cannot forge a second line in a log."""
    inbox = tmp_path / "documents"
    inbox.mkdir()
    (inbox / "a\nb\x1b[2J.doc").write_text("x")
    [refusal] = read_inbox(inbox, "s")
    assert refusal.place == "documents/a\\nb\\x1b[2J.doc"
    assert str(refusal).isprintable()
    assert printable(os.fsdecode(b"\xff")) == "\\udcff"


def test_a_folder_that_does_not_stand_is_empty(tmp_path):
    """A story may have tables only."""
    assert list(read_inbox(tmp_path / "documents", "s")) == []


def test_a_file_that_grows_while_it_is_read_waits_for_the_next_run(tmp_path, monkeypatch):
    """Half of a text is no document."""
    path = tmp_path / "a.txt"
    path.write_text("Two died.")
    stat = os.fstat

    def written_to(handle):
        facts = stat(handle)
        with path.open("a") as file:
            file.write(" Three")
        return facts

    monkeypatch.setattr(os, "fstat", written_to)
    with pytest.raises(BadDocument, match="still being written"):
        read_bytes(path)
    monkeypatch.undo()
    assert read_bytes(path).startswith(b"Two died. Three")
