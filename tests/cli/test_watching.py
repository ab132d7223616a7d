"""watch and SIGTERM, with real processes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analysis.home import Home
from analysis.watch import changes, remote, wanted
from tests.samples import make_home

pytestmark = pytest.mark.usefixtures("cold")
SOON = 60  # seconds, on a loaded machine
CELLS = {"parameters": 'story: str = "ferry"  # the story', "body": "x = 1"}


def small(home, body="x = 1"):
    """Let the story have one small notebook of its own."""
    toml = home.story("ferry") / "story.toml"
    toml.write_text(
        toml.read_text().partition("[[reports]]")[0] + '[[reports]]\nnotebook = "tiny"\n'
    )
    cells = [
        {
            "cell_type": "code", "id": name, "metadata": {"tags": [name]}, "source": source,
            "outputs": [], "execution_count": None,
        }
        for name, source in (CELLS | {"body": body}).items()
    ]  # fmt: skip
    kernel = {"name": "python3", "display_name": "", "language": "python"}
    notebook = {
        "cells": cells,
        "metadata": {"kernelspec": kernel},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (home.notebooks / "tiny.ipynb").write_text(json.dumps(notebook))
    return home


@pytest.fixture
def home(root, tmp_path):
    """Return a home with the story `ferry` and one small notebook."""
    return small(Home(make_home(tmp_path / "home", root / "notebooks", ())))


class Running:
    """A command under way, whose lines can be waited for."""

    def __init__(self, home, tmp_path, *words):
        """Start it."""
        self.scratch = tmp_path / "scratch"
        self.scratch.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "analysis", *words],
            env=os.environ | {"TALLYBOOK_HOME": str(home.root), "TMPDIR": str(self.scratch)},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
        )  # fmt: skip
        self.lines = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        """Keep each line."""
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def until(self, words, since=0):
        """Wait for a line with some words; return the place behind it."""
        end = time.monotonic() + SOON
        while time.monotonic() < end:
            for place, line in enumerate(self.lines[since:], since + 1):
                if words in line:
                    return place
            if self.process.poll() is not None:
                break
            time.sleep(0.02)
        raise AssertionError(f"{words!r} did not come: {self.lines}")

    def stop(self):
        """Send SIGTERM; return the exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(SOON)
        self.reader.join(SOON)
        return code


def belonging_to(folder):
    """Return the processes that work for a home, by what their environment says."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if f"TALLYBOOK_HOME={folder}\0".encode() in (place / "environ").read_bytes():
                found.append((place.name, (place / "cmdline").read_text()))
        except OSError:
            continue
    return found


def preforked(home):
    """Return the processes that hold imported libraries, without the kernels forked from them."""
    commands = {n: c for n, c in belonging_to(home.root) if "analysis.reports.prefork" in c}
    return sorted(number for number in commands if parent(number) not in commands)


def parent(number):
    """Return the parent of a process."""
    return (Path("/proc") / number / "stat").read_text().rpartition(")")[2].split()[1]


def nothing_left(home):
    """Say whether all processes of a home end within a moment."""
    end = time.monotonic() + 10
    while (left := belonging_to(home.root)) and time.monotonic() < end:
        time.sleep(0.1)
    return left == []


@pytest.mark.parametrize("how", [(), ("--poll",)])
def test_a_new_document_is_built_and_sigterm_ends_the_watch(home, tmp_path, how):
    """Told by the system or by looking; a fault is told and the watch goes on."""
    running = Running(home, tmp_path, "watch", "ferry", "--settle", "0.1", *how)
    seen = running.until("watching")
    assert any("1 report ran" in line for line in running.lines)
    warm = preforked(home)
    assert len(warm) == 1
    (home.story("ferry") / "documents" / "third.txt").write_text(
        "---\npublished: 2025-03-03\nurl: https://news.example/3\n---\n"
        "At least 14 people were killed, the coastguard said.\n"
    )
    seen = running.until("read at least 14 killed", seen)
    assert preforked(home) == warm  # what was imported once serves every build
    toml = home.story("ferry") / "story.toml"
    good = toml.read_text()
    toml.write_text("titel = 1")
    seen = running.until("titel", seen)
    toml.write_text(good)
    running.until("ferry: ", seen)
    assert running.stop() == 0
    assert running.lines[-1] == "ferry: watch ended"
    assert "Traceback" not in "\n".join(running.lines)
    assert nothing_left(home)
    assert list(running.scratch.iterdir()) == []


@pytest.mark.parametrize(
    ("command", "code"),
    [("build ferry", 143), ("build ferry --spawn --jobs 1", 143), ("watch ferry", 0)],
)
def test_sigterm_while_a_cell_runs_leaves_nothing_behind(home, tmp_path, command, code):
    """Row N13: no process, no temporary file, no lock; the next build is a usual one."""
    mark = tmp_path / "begun"
    small(home, f"import pathlib, time\npathlib.Path({str(mark)!r}).touch()\ntime.sleep(300)")
    running = Running(home, tmp_path, *command.split())
    end = time.monotonic() + SOON
    while not mark.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert mark.exists()
    scratch = scratch_of(home)
    assert scratch.is_dir()
    began = time.monotonic()
    assert running.stop() == code
    assert time.monotonic() - began < 10
    assert nothing_left(home)
    assert not scratch.exists()
    left = {path.name for path in home.figures("ferry").rglob("*")}
    assert left <= {".lock", "files.json", "ledger.sqlite", "runs", "last-build.json"}
    small(home)
    again = subprocess.run(
        [sys.executable, "-m", "analysis", "build", "ferry"],
        env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert again.returncode == 0, again.stderr


def scratch_of(home):
    """Return the folder that a running build has for its kernels, by their environment."""
    for number, _ in belonging_to(home.root):
        for entry in (Path("/proc") / number / "environ").read_text().split("\0"):
            if entry.startswith("IPYTHONDIR="):
                return Path(entry.partition("=")[2])
    raise AssertionError("no kernel runs")


@pytest.mark.parametrize("poll", [False, True])
def test_a_burst_of_changes_is_one(home, poll):
    """Saving twenty files begins one build, not twenty."""
    if not poll:
        pytest.importorskip("watchfiles")
    ended, found = threading.Event(), []

    def follow():
        found.extend(changes(home, "ferry", ended, lambda: None, poll=poll, settle=0.4))

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.5)
    for n in range(20):
        (home.story("ferry") / "documents" / f"{n}.txt").write_text("x")
        time.sleep(0.01)
    time.sleep(3.5)
    ended.set()
    thread.join(10)
    assert not thread.is_alive()
    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "is_wanted"),
    [
        ("notebooks/stories/ferry/documents/a.txt", True),
        ("notebooks/stories/ferry/corrections.toml", True),
        ("notebooks/overview.ipynb", True),
        ("notebooks/stories/other/documents/a.txt", False),
        ("notebooks/.ipynb_checkpoints/overview.ipynb", False),
        ("notebooks/stories/ferry/documents/.a.txt.swp", False),
        ("notebooks/stories/ferry/documents/.1f.part", False),
        ("notebooks/notes.txt", False),
    ],
)
def test_only_what_a_build_reads_wakes_it(home, name, is_wanted):
    """Another story, a checkpoint or a half-written file does not."""
    assert wanted(home, "ferry", home.root / name) is is_wanted


@pytest.mark.parametrize(
    ("folder", "is_remote"),
    [("/data/news", True), ("/data/local/x", False), ("/home/me", False), ("/my drive/x", True)],
)
def test_a_network_drive_is_looked_through(folder, is_remote):
    """The nearest mount decides, also one with a space in its name."""
    mounts = (
        "disk / ext4 rw 0 0\nhost:/d /data nfs4 rw 0 0\ndisk2 /data/local xfs rw 0 0\n"
        "//host/x /my\\040drive cifs rw 0 0\nbroken\n"
    )
    assert remote(Path(folder), mounts) is is_remote
