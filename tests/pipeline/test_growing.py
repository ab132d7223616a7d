"""A file that somebody is still writing is taken once, whole, and said to wait until then."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from analysis import pipeline
from analysis.documents import inbox
from analysis.ledger import Ledger
from analysis.pipeline.reading import take_in
from analysis.story import read_story
from tests.samples import make_home

# Writes a line every tenth of a second, then ends or renames what it wrote.
WRITER = """
import json, os, sys, time
path, target, lines = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(path, "w") as file:
    for n in range(lines):
        text = f"At least {n + 100} people were killed, the coastguard said."
        line = json.dumps({"text": text, "url": f"https://news.example/{n}", "published": "2025-03-03"}) + "\\n"
        file.write(line[:20])
        file.flush()
        print(n, flush=True)
        time.sleep(0.1)
        file.write(line[20:])
        file.flush()
if target != path:
    os.rename(path, target)
"""
LINES = 15


@pytest.fixture
def folder(tmp_path, root):
    """Return the folder of the story `ferry`."""
    return make_home(tmp_path, root / "notebooks") / "notebooks" / "stories" / "ferry"


@pytest.fixture
def ledger(tmp_path):
    """Return an open ledger."""
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


def run(folder, ledger):
    """Take in what stands there now; return what waits, was added and was withdrawn."""
    record = folder.parent / "files.json"
    now = datetime.now(UTC)
    intake, added = take_in(read_story(folder), ledger, now, "1", lambda *_: None, files=record)
    assert intake.refused == []
    return [w.place for w in intake.waiting], added["documents"], intake.withdrawn


def started(path, target=None):
    """Start a process that writes a file, and return it when it has written something."""
    command = [sys.executable, "-c", WRITER, path, target or path, str(LINES)]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert writer.stdout.readline()
    return writer


def test_a_growing_file_waits_and_is_taken_once_and_whole(folder, ledger):
    """Half of its lines would be half of what is known, and the cut one would be refused."""
    run(folder, ledger)
    writer = started(folder / "documents" / "later.jsonl")
    assert run(folder, ledger) == (["documents/later.jsonl"], 0, [])
    assert writer.poll() is None, "it was still being written when the run ended"
    writer.communicate(timeout=60)
    assert run(folder, ledger) == ([], LINES, [])
    assert run(folder, ledger) == ([], 0, [])


def test_a_file_under_another_name_is_taken_at_once_when_it_is_renamed(folder, ledger):
    """Whoever writes apart and renames has ended."""
    run(folder, ledger)
    target = folder / "documents" / "later.jsonl"
    writer = started(f"{target}.part", target)
    assert run(folder, ledger) == (["documents/later.jsonl.part"], 0, [])
    assert writer.poll() is None, "it was still being written when the run ended"
    writer.communicate(timeout=60)
    assert run(folder, ledger) == ([], LINES, [])
    assert run(folder, ledger) == ([], 0, [])


def test_nothing_of_a_file_that_grows_again_is_withdrawn(folder, ledger):
    """What the ledger holds of it counts until its new state is whole."""
    path = folder / "documents" / "first.txt"
    run(folder, ledger)
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, path, path, str(LINES)], stdout=subprocess.PIPE
    )
    writer.stdout.readline()
    assert run(folder, ledger) == (["documents/first.txt"], 0, [])
    writer.communicate(timeout=60)
    waiting, added, withdrawn = run(folder, ledger)
    assert (waiting, added, withdrawn) == ([], 1, ["documents/first.txt"])


@pytest.mark.parametrize("suffix", [".part", ".tmp", ".crdownload", ".PART", "~"])
def test_a_name_of_an_unfinished_file_waits(folder, ledger, suffix):
    """However long nothing was written to it."""
    (folder / "documents" / f"a.txt{suffix}").write_text("At least 9 people were killed.")
    assert run(folder, ledger) == ([f"documents/a.txt{suffix}"], 2, [])


def test_a_file_put_there_whole_a_moment_ago_is_taken_by_this_run(folder, ledger):
    """A run waits for the rest of the second, and no longer."""
    path = folder / "documents" / "a.txt"
    path.write_text("At least 9 people were killed, the coastguard said.")
    began = time.monotonic()
    assert run(folder, ledger) == ([], 3, [])
    assert time.monotonic() - began > 0.5


@pytest.mark.parametrize("moment", ["before it is opened", "after it is read"])
def test_a_file_that_changes_beside_the_reading_waits(folder, ledger, monkeypatch, moment):
    """Whatever the moment, what was read is not what stands there."""
    path = folder / "documents" / "first.txt"
    real = inbox.read_bytes

    def read(asked):
        before = real(asked) if moment == "after it is read" else None
        if asked == path:
            with path.open("a") as file:
                file.write("And more.\n")
        return before or real(asked)

    monkeypatch.setattr(inbox, "read_bytes", read)
    assert run(folder, ledger) == (["documents/first.txt"], 1, [])
    monkeypatch.undo()
    assert run(folder, ledger) == ([], 1, [])


def test_a_build_says_what_waits_and_looks_again(tmp_path, root, monkeypatch):
    """A build after which a file still waits is never followed by 'nothing new' unseen."""
    from analysis.home import Home

    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    folder = home.story("ferry") / "documents"
    (folder / "b.txt.part").write_text("At least 9 people were killed.")
    path = folder / "a.txt"
    path.write_text("At least 9 people were killed, the coastguard said.")
    real = inbox.read_bytes

    def read(asked):
        if asked == path:
            asked.write_text("At least 8 people were killed, the coastguard said.")
        return real(asked)

    monkeypatch.setattr(inbox, "read_bytes", read)
    summary = pipeline.build(home, "ferry", now=datetime.now(UTC))
    monkeypatch.undo()
    assert summary.exit_code == 0
    assert [w.partition(":")[0] for w in summary.as_json()["waiting"]] == [
        "documents/a.txt",
        "documents/b.txt.part",
    ]
    assert json.dumps(summary.as_json())
    assert sum("waiting: documents/a.txt: it is still being written" in s for s in summary.lines())
    summary = pipeline.build(home, "ferry", now=datetime.now(UTC))
    assert summary.added["documents"] == 1
    for _ in range(2):  # from now on its name alone says that something waits
        [waiting] = pipeline.build(home, "ferry", now=datetime.now(UTC)).waiting
        assert (waiting.place, waiting.named) == ("documents/b.txt.part", True)
    (folder / "b.txt.part").rename(folder / "b.txt")
    summary = pipeline.build(home, "ferry", now=datetime.now(UTC))
    assert (summary.added["documents"], summary.waiting) == (1, ())
