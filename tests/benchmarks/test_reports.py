"""Twenty reports to pages, against a loop of papermill and nbconvert; one new claim; nothing new.

Both sides run in each round, and the ratio is taken in the round: TALLYBOOK_ROUNDS (1) of them.
The loop runs LOOPED reports and is scaled up, since its cost is per call. A new document bears an
older time, as one does that was moved there: what is measured is work, not the second that a
build waits for a file to be whole. What `watch` needs is counted from the file to the line that
says it is published, with `--settle 0.1`.
"""

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from analysis.home import Home
from analysis.reports.prefork import VARIABLE
from tests.samples import make_home

ROUNDS = int(os.environ.get("TALLYBOOK_ROUNDS", "1"))
WORDS = [
    "Amber",
    "Birch",
    "Cedar",
    "Delta",
    "Ember",
    "Fjord",
    "Grove",
    "Heath",
    "Inlet",
    "Jetty",
    "Knoll",
    "Larch",
    "Maple",
    "North",
    "Olive",
    "Pearl",
    "Quartz",
    "Ridge",
    "Slate",
    "Topaz",
]
REPORTS = len(WORDS)
LOOPED = 3
NOTHINGS = 15
WATCHED = 5  # documents that arrive during a watch
BIN = Path(sys.executable).parent


@pytest.fixture(autouse=True)
def _adopting(monkeypatch):
    """Let what a command leaves behind be ours, so that its CPU seconds are counted; Linux only.

    Workers come from a process that ends a moment after the command. Nothing is kept imported.
    """
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
    monkeypatch.delenv(VARIABLE, raising=False)


def call(home, *words):
    """Run a command; return its seconds by the clock and by the processors, and what it printed."""
    others = set(psutil.Process().children())
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        list(map(str, words)), env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wall = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
    for left in set(psutil.Process().children()) - others:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(left.pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, done.stdout


def many(root, tmp_path):
    """Make a story of twenty sources, each with a report."""
    home = Home(make_home(tmp_path, root / "notebooks", ("source",)))
    toml = home.story("ferry") / "story.toml"
    head = toml.read_text().partition("[[sources]]")[0]
    names = [f"{word} Office" for word in WORDS]
    listed = "".join(f'[[sources]]\nname = "{name}"\nkind = "government"\n' for name in names)
    toml.write_text(f'{head}{listed}\n[[reports]]\nnotebook = "source"\nfor_each = "source"\n')
    for path in (home.story("ferry") / "documents").iterdir():
        path.unlink()
    for n, name in enumerate(names):
        for day in range(1, 11):
            say(home, f"{n}-{day}", f"2025-03-{day:02}", name, 10 * day + n)
    return home, names


def say(home, key, day, name, killed):
    """Put one document into the inbox."""
    text = f"---\npublished: {day}\nurl: https://news.example/{key}\n---\n"
    text += f"At least {killed} people were killed, {name} said.\n"
    path = home.story("ferry") / "documents" / f"{key}.txt"
    aside = path.with_suffix(".part")
    aside.write_text(text)
    before = time.time() - 60
    os.utime(aside, (before, before))
    aside.rename(path)


def loop(home, tmp_path, name):
    """Run papermill and nbconvert on one report; return seconds of papermill, of both, and CPU."""
    made, page = tmp_path / "out.ipynb", tmp_path / "out.html"
    notebook = home.notebooks / "source.ipynb"
    ran = call(
        home, BIN / "papermill", notebook, made, "-p", "story", "ferry", "-p", "source", name
    )
    shown = call(home, BIN / "jupyter-nbconvert", "--to", "html", made, "--output", page)
    return ran[0], ran[0] + shown[0], ran[1] + shown[1]


class Watch:
    """A watch of the story, from its first build to its end."""

    def __init__(self, home):
        """Begin it, and wait until it watches."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "analysis", "watch", "ferry", "--settle", "0.1"],
            env=os.environ | {"TALLYBOOK_HOME": str(home.root), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        self.until("watching")

    def until(self, words):
        """Wait for a line; return when it came."""
        for line in self.process.stdout:
            if words in line:
                return time.perf_counter()
        pytest.fail(f"the watch ended before it said '{words}'")

    def end(self):
        """End it."""
        self.process.terminate()
        self.process.communicate(timeout=30)


def shown(name, ratios):
    """Print the median of ratios, and return it."""
    print(f"  {name}: {statistics.median(ratios):.1f} times")
    return statistics.median(ratios)


def test_reports_against_a_loop(root, tmp_path):
    """To pages, all twenty; then those that one new claim makes stale; then none."""
    home, names = many(root, tmp_path)
    build = (sys.executable, "-m", "analysis", "build", "ferry")
    call(home, *build)
    ratios = {}

    def note(name, ratio):
        ratios.setdefault(name, []).append(ratio)

    for number in range(ROUNDS):
        ours = call(home, *build, "--all")
        assert f"{REPORTS} reports ran" in ours[2]
        runs = [loop(home, tmp_path, name) for name in names[:LOOPED]]
        ran, both, cpu = (sum(each) * REPORTS / LOOPED for each in zip(*runs, strict=True))
        note("pages, against papermill and nbconvert", both / ours[0])
        note("the same in CPU seconds", cpu / ours[1])
        note("pages, against papermill alone", ran / ours[0])
        say(home, f"new-{number}", "2025-03-20", names[0], 900 + number)
        new = call(home, *build)
        assert "1 report ran, 19 up to date" in new[2]
        note("one new claim, against all", ours[0] / new[0])
        note("one new claim, against the loop", both / new[0])
        watch = Watch(home)
        for again in range(WATCHED):
            time.sleep(1)
            began = time.perf_counter()
            say(home, f"watched-{number}-{again}", "2025-03-20", names[0], 950 + again)
            watched = watch.until("1 report ran, 19 up to date") - began
            note("one new claim in a watch, against all", ours[0] / watched)
            note("one report in a watch, against papermill and nbconvert", both / REPORTS / watched)
        watch.end()
        print(
            f"\n{REPORTS} reports: {ours[0]:.1f} s, {ours[1]:.1f} CPU s; "
            f"loop {both:.1f} s ({ran:.1f} s papermill), {cpu:.1f} CPU s; "
            f"one new claim {new[0]:.1f} s, in a watch {watched:.1f} s"
        )
    idle = [call(home, *build)[1] for _ in range(NOTHINGS)]
    bare = [call(home, sys.executable, "-c", "pass")[1] for _ in range(NOTHINGS)]
    nothing = statistics.median(idle) / statistics.median(bare)
    medians = {name: shown(name, found) for name, found in ratios.items()}
    print(f"  nothing new: {nothing:.1f} times the CPU of `python -c pass`")
    assert min(medians.values()) > 1


def test_one_report_against_papermill(root, tmp_path):
    """A story of one report, cold, to its page."""
    home, names = many(root, tmp_path)
    toml = home.story("ferry") / "story.toml"
    one = f'notebook = "source"\nparameters = {{ source = "{names[0]}" }}'
    toml.write_text(toml.read_text().replace('notebook = "source"\nfor_each = "source"', one))
    build = (sys.executable, "-m", "analysis", "build", "ferry", "--all")
    call(home, *build)
    ratios = []
    for _ in range(max(3, ROUNDS)):
        ours = call(home, *build)
        assert "1 report ran" in ours[2]
        ratios.append(loop(home, tmp_path, names[0])[1] / ours[0])
    print()
    shown("one report, cold, against papermill and nbconvert", ratios)


def test_notebooks_against_their_cells(root, tmp_path):
    """Twenty reports run and recorded, against their bare cells in forked warm processes."""
    home, _ = many(root, tmp_path)
    call(home, sys.executable, "-m", "analysis", "build", "ferry")
    ratios = []
    for _ in range(max(3, ROUNDS)):
        ours, bare = (
            float(call(home, sys.executable, "-m", "tests.benchmarks.warm", how, "ferry")[2])
            for how in ("ours", "bare")
        )
        ratios.append(ours / bare)
    print(f"\n  cells alone {bare:.1f} s, notebooks {ours:.1f} s")
    shown("notebooks, of the time of their cells alone", ratios)
