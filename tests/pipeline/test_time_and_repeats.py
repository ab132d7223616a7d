"""S02, S04, S05, S09, S10: what a failing disk, a repeat, a clock or a pause does to the ledger."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from analysis.disk import write_atomically
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.pipeline.reading import take_in
from analysis.story import read_story
from tests.samples import make_home

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def lows(ledger, **clock):
    """Return the numbers that count."""
    return sorted(ledger.claims(**clock)["low"].tolist())


@pytest.fixture
def story(tmp_path, root):
    """Return a story of two texts, read from its folder."""
    home = make_home(tmp_path, root / "notebooks")
    return read_story(home / "notebooks" / "stories" / "ferry")


def drop(story, name, number):
    """Put a line with an id into the inbox, or in the place of the older one."""
    text = f"At least {number} people were killed, the coastguard said."
    line = json.dumps({"id": "a", "text": text, "published": "2025-03-05"})
    (story.folder / "documents" / name).write_text(line + "\n", "utf-8")


def test_the_same_input_again_changes_nothing(story, tmp_path):
    """S04: no document, no reading, no claim."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    take_in(story, ledger, NOON, "1", lambda *_: None)
    before = ledger.claims()
    _, added = take_in(story, ledger, NOON + timedelta(days=1), "1", lambda *_: None)
    assert not any(added.values())
    assert ledger.claims().equals(before)


def test_a_changed_figure_under_the_same_id_is_kept_beside_the_older_one(story, tmp_path):
    """S05: the newest counts, and what the ledger held before can still be asked for."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    drop(story, "a.jsonl", 21)
    take_in(story, ledger, NOON, "1", lambda *_: None)
    first = ledger.last_known_at()
    drop(story, "a.jsonl", 22)
    intake, added = take_in(story, ledger, NOON + timedelta(hours=1), "1", lambda *_: None)
    assert (added["documents"], len(intake.withdrawn)) == (1, 1)
    assert lows(ledger) == [12, 15, 22, 30]
    assert lows(ledger, known_at=first) == [12, 15, 21, 30]


@pytest.mark.parametrize(
    "clocks",
    [
        (NOON, NOON - timedelta(days=400), NOON),
        (datetime(2099, 1, 1, tzinfo=UTC), NOON, NOON + timedelta(hours=1)),
        (
            datetime(2025, 3, 30, 1, 59, tzinfo=BERLIN),
            datetime(2025, 3, 30, 2, 30, tzinfo=BERLIN),  # an hour that does not exist
            datetime(2025, 3, 30, 3, 1, tzinfo=BERLIN),
        ),
        (
            datetime(2025, 10, 26, 2, 30, tzinfo=BERLIN),
            datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=BERLIN),  # the same hour again
            datetime(2025, 10, 26, 2, 10, tzinfo=BERLIN),
        ),
    ],
    ids=["set back", "in the future", "spring gap", "autumn fold"],
)
def test_runs_are_known_in_their_order_whatever_the_clock_says(story, tmp_path, clocks):
    """S09: moments are kept in UTC, and each run is later than the one before."""
    ledger = Ledger(tmp_path / "ledger.sqlite")
    known = []
    for number, now in enumerate(clocks):
        drop(story, f"{number}.jsonl", 21 + number)
        take_in(story, ledger, now, "1", lambda *_: None)
        known.append(ledger.last_known_at())
    assert known == sorted(set(known))
    assert all(moment.endswith("Z") for moment in known)
    for number, moment in enumerate(known):
        assert lows(ledger, known_at=moment) == sorted([12, 15, 30, *range(21, 22 + number)])


def test_a_file_is_old_or_new_whichever_step_fails(tmp_path, monkeypatch):
    """S02: the n-th opening, fsync or rename fails, for each n until none is hit."""
    path = tmp_path / "a.csv"
    real = {name: getattr(os, name) for name in ("open", "fsync", "replace")}
    path_open, number = Path.open, 0
    while True:
        number += 1
        path.write_bytes(b"old")
        steps = 0

        def step(call, number=number):
            def failing(*given, **named):
                nonlocal steps
                steps += 1
                if steps == number:
                    raise OSError(28, "No space left on device")
                return call(*given, **named)

            return failing

        with monkeypatch.context() as patched:
            for name, call in real.items():
                patched.setattr(os, name, step(call))
            patched.setattr(Path, "open", step(path_open))
            with contextlib.suppress(OSError):
                write_atomically(path, b"new")
        assert path.read_bytes() in (b"old", b"new")
        assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]
        if steps < number:
            break
    assert path.read_bytes() == b"new"
    assert number > 4


def test_a_build_that_was_stopped_for_a_while_ends_well_and_the_next_finds_all_done(root, tmp_path):
    """S10: who comes meanwhile ends with code 4; what had piled up is taken once."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    path = home.story("ferry") / "story.toml"
    path.write_text(path.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    for number in range(3):  # the runs that were missed
        drop(read_story(home.story("ferry")), f"missed-{number}.jsonl", 21 + number)

    def start():
        return subprocess.Popen(
            [sys.executable, "-m", "analysis", "build", "ferry"],
            env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    lock = home.figures("ferry") / ".lock"
    with start() as stopped:
        while stopped.poll() is None and not lock.exists():
            time.sleep(0.02)
        time.sleep(0.2)
        stopped.send_signal(signal.SIGSTOP)
        with start() as other:
            _, said = other.communicate(timeout=100)
        assert other.returncode == 4, said
        stopped.send_signal(signal.SIGCONT)
        _, said = stopped.communicate(timeout=200)
    assert stopped.returncode == 0, said
    with start() as again:
        out, said = again.communicate(timeout=100)
    assert again.returncode == 0, said
    assert "new document" not in out
    with Ledger(home.ledger("ferry")) as ledger:
        assert lows(ledger) == [12, 15, 21, 22, 23, 30]
