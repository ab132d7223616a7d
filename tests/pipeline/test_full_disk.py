"""A disk that refuses to take more: one clear line, nothing lost, and the next run goes on."""

import os
import resource
import subprocess
import sys

import pytest

from analysis.home import Home
from analysis.ledger import Ledger
from tests.calling import run_here
from tests.samples import make_home


def run(home, limit=None):
    """Build, with `limit` in a process of its own whose files may have so many bytes at most."""
    if limit is None:
        return subprocess.CompletedProcess((), *run_here(home.root, "build", "ferry"))

    def full():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, "-m", "analysis", "build", "ferry"],
        env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=full,
    )


@pytest.mark.parametrize("limit", [4096, 150_000])
def test_a_file_that_cannot_grow_loses_nothing(root, tmp_path, limit):
    """Neither what the ledger held nor the pages; what came is read by the next run."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    assert run(home).returncode == 0
    pages = {p: p.read_bytes() for p in (home.figures("ferry") / "pages").glob("*.html")}
    for number in range(40):
        (home.story("ferry") / "documents" / f"more-{number}.txt").write_text(
            f"---\npublished: 2025-04-02\n---\nAt least {20 + number} people were killed, "
            "the coastguard said.\n" + "Nothing more is known so far. " * 300,
            "utf-8",
        )
    refused = run(home, limit)
    assert refused.returncode == 1, refused.stderr
    [line] = refused.stderr.splitlines()[-1:]
    assert line.startswith("tallybook: ")
    assert "lost" in line
    assert "Traceback" not in refused.stderr
    assert {path: path.read_bytes() for path in pages} == pages
    with Ledger(home.ledger("ferry")) as ledger:
        assert len(ledger.documents()) == 2
        assert ledger.broken_seals() == []
    assert run(home).returncode == 0
    with Ledger(home.ledger("ferry")) as ledger:
        assert len(ledger.documents()) == 42
