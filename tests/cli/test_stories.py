"""A story from nothing: made, filled, built, reviewed, corrected, verified."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.pipeline.unchanged import read_state
from tests.calling import run_here


@pytest.fixture
def home(root, tmp_path):
    """Return a home with the notebooks and without a story."""
    (tmp_path / "notebooks" / "stories").mkdir(parents=True)
    for path in (root / "notebooks").glob("*.ipynb"):
        shutil.copy(path, tmp_path / "notebooks")
    return tmp_path


def call(home, *arguments):
    """Run `tallybook` and return its exit code and all that it printed."""
    code, said, rest = run_here(home, *arguments)
    return code, said + rest


def test_a_story_from_nothing(home):
    """Every step that the help names, in order."""
    code, _ = call(home, "new", "ferry-sinking")
    assert code == 0
    code, shown = call(home, "build", "ferry-sinking")
    assert code == 0, shown
    assert "read at least 12 killed, the coast guard: people" in shown
    article = home / "article.txt"
    article.write_text(
        "---\npublished: 2025-03-02\n---\nThe harbour office said 14 divers had died.\n"
    )
    assert call(home, "add", article, "--story", "ferry-sinking")[0] == 0
    code, shown = call(home, "build", "ferry-sinking")
    assert "1 wait for a decision" in shown
    code, shown = call(home, "review", "ferry-sinking")
    claim = shown.split()[0]
    assert "14 divers" in shown
    code, shown = call(home, "review", "ferry-sinking", "--accept", claim)
    assert code == 2
    assert "--reason and --by" in shown
    decide = ("--reason", 'They were "passengers".', "--by", "A. Editor")
    code, shown = call(home, "review", "ferry-sinking", "--accept", claim, *decide)
    assert code == 0, shown
    code, shown = call(home, "review", "ferry-sinking", "--reject", claim, *decide)
    assert code == 2
    assert "already" in shown
    code, shown = call(home, "build", "ferry-sinking")
    assert code == 0, shown
    code, shown = call(home, "claims", "ferry-sinking")
    assert "14" in shown
    code, shown = call(home, "verify", "ferry-sinking")
    assert (code, shown) == (0, "ferry-sinking: everything is as it was made\n")
    page = home / "figures" / "ferry-sinking" / "pages" / "overview.html"
    page.write_text(page.read_text("utf-8").replace("12", "13"), "utf-8")
    code, shown = call(home, "verify", "ferry-sinking")
    assert code == 6
    assert "overview.html: it was altered" in shown


@pytest.mark.parametrize("name", ["Ferry", "../x", "a b", "", "-x"])
def test_a_name_that_is_none_is_refused(home, name):
    """It becomes a folder and an address."""
    assert call(home, "new", "--", name)[0] == 2


def test_nothing_is_written_in_the_place_of_a_pipe_or_link(home):
    """A path that a user names may be a device."""
    call(home, "new", "ferry")
    call(home, "build", "ferry")
    pipe, link = home / "pipe", home / "link.csv"
    os.mkfifo(pipe)
    link.symlink_to(home / "target.csv")
    for path in (pipe, link, home, home / "x" / ("n" * 300)):
        code, shown = call(home, "claims", "ferry", "--format", "csv", "-o", path)
        assert code == 2, shown
    assert pipe.is_fifo()
    assert link.is_symlink()


HOSTILE = {
    "scalar.txt": '---\ntitle: "\\U00110000"\n---\nTwo people died.',
    "deep.txt": "---\n" + "[" * 20_000 + "\n---\nTwo people died.",
    "half.txt": '---\ntitle: "\\uDC00x"\n---\nTwo people died.',
    "half.jsonl": '{"text": "10 people died", "url": "\\ud800"}\n',
    "long.txt": "1." + "9" * 5000 + " million people died.",
    "nested.jsonl": "[" * 100_000,
}


def test_one_hostile_text_never_stops_the_others(home):
    """Each is refused by name, or read without a figure; the rest is published."""
    call(home, "new", "ferry")
    for name, text in HOSTILE.items():
        (home / "notebooks" / "stories" / "ferry" / "documents" / name).write_text(text, "utf-8")
    code, shown = call(home, "build", "ferry")
    assert code == 3
    for name in HOSTILE:
        assert f"documents/{name}" in shown or name == "long.txt"
    assert "12" in (home / "figures" / "ferry" / "pages" / "overview.html").read_text("utf-8")


@pytest.mark.parametrize("name", HOSTILE)
def test_extract_takes_a_hostile_text_as_calmly(home, name):
    """One line that names the file, and no more."""
    path = home / name
    path.write_text(HOSTILE[name], "utf-8")
    code, shown = call(home, "extract", path)
    assert code == (0 if name == "long.txt" else 3)
    assert name in shown


def test_a_state_that_cannot_be_read_is_none(home):
    """The build looks at everything again."""
    call(home, "new", "ferry")
    figures = home / "figures" / "ferry"
    figures.mkdir(parents=True)
    for content in ("null", '"x"', "42", "", "[" * 200_000):
        (figures / "state.json").write_text(content)
        assert read_state(figures) is None
    assert call(home, "build", "ferry", "--dry-run")[0] == 0


@pytest.mark.usefixtures("cold")
def test_a_killed_build_leaves_no_process(home):
    """Workers end with the one that started them."""
    call(home, "new", "ferry")
    build = subprocess.Popen(
        [sys.executable, "-m", "analysis", "build", "ferry"],
        env=os.environ | {"TALLYBOOK_HOME": str(home)},
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    while not list(home.glob("figures/ferry/runs/.work/*/reads.jsonl")):
        assert build.poll() is None
        time.sleep(0.05)
    build.send_signal(signal.SIGKILL)
    build.wait()

    def left():
        mark = f"TALLYBOOK_HOME={home}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                found += [path] if mark in path.read_bytes() else []
            except OSError:
                continue
        return found

    end = time.monotonic() + 30
    while left() and time.monotonic() < end:
        time.sleep(0.2)
    assert left() == []
    assert call(home, "build", "ferry")[0] == 0


def test_what_no_reader_takes_is_not_added(home):
    """It is said at once, and not by the next build."""
    assert call(home, "new", "ferry-sinking")[0] == 0
    script = home / "script.py"
    script.write_text("print(12)\n")
    for path, said in ((script, "nothing was added"), (home / "gone.txt", "there is no such file")):
        code, shown = call(home, "add", path, "--story", "ferry-sinking")
        assert (code, said in shown) == (2, True)
