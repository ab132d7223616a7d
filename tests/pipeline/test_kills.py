"""A build that is killed at any moment loses nothing; TALLYBOOK_KILLS says how often to try."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time

from analysis.home import Home
from analysis.ledger import Ledger
from tests.samples import make_home

KILLS = int(os.environ.get("TALLYBOOK_KILLS", "3"))
CLOCK = "known_at"  # says when a run was, which a killed run changes


def start(home):
    """Start a build in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "analysis", "build", "ferry"],
        env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def drop(home, number):
    """Put one more document into the inbox."""
    text = (
        f"---\npublished: 2025-04-{1 + number % 28:02}\nurl: https://news.example/k{number}\n---\n"
        f"At least {20 + number} people were killed, the coastguard said.\n"
    )
    (home.story("ferry") / "documents" / f"killed-{number}.txt").write_text(text, "utf-8")


def held(home):
    """Return all that the ledger holds but the moments, in a fixed order."""
    with Ledger(home.ledger("ferry")) as ledger:
        assert ledger.broken_seals() == []
        frames = (ledger.claims(), ledger.documents(), ledger.doubts())
    return [
        sorted(map(repr, frame.drop(columns=[CLOCK], errors="ignore").to_numpy().tolist()))
        for frame in frames
    ]


def test_killed_at_random_moments_the_ledger_equals_the_one_of_a_quiet_run(root, tmp_path):
    """And no page is ever half: one quiet run afterwards puts all right."""
    moments = random.Random(20250115)
    reference = Home(make_home(tmp_path / "reference", root / "notebooks", ("overview",)))
    killed = Home(make_home(tmp_path / "killed", root / "notebooks", ("overview",)))
    for home in (reference, killed):
        story = home.story("ferry") / "story.toml"
        story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    for number in range(KILLS):
        drop(reference, number)
    began = time.monotonic()
    assert start(reference).wait() == 0
    took = time.monotonic() - began
    for number in range(KILLS):
        drop(killed, number)
        process = start(killed)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0, took))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        for page in (killed.figures("ferry") / "pages").glob("*.html"):
            assert page.read_text("utf-8").rstrip().endswith("</html>"), page
    process = start(killed)
    _, said = process.communicate()
    assert process.returncode == 0, said
    assert held(killed) == held(reference)
    pages = [
        sorted(
            p.name
            for p in (home.figures("ferry") / "pages").rglob("*.html")
            if p.parent.name == "pages"
        )
        for home in (killed, reference)
    ]
    assert pages[0] == pages[1]
