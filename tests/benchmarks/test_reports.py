"""Twenty reports to pages, against a loop of papermill and nbconvert; one new claim; nothing new.

Both sides run in each round, and the ratio is taken in the round: TALLYBOOK_ROUNDS (1) of them.
The loop runs LOOPED reports and is scaled up, since its cost is per call.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from analysis.home import Home
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
BIN = Path(sys.executable).parent


def call(home, *words):
    """Run a command; return its seconds by the clock and by the processors, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run(
        list(map(str, words)), env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wall = time.perf_counter() - began
    assert done.returncode == 0, done.stderr
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
    (home.story("ferry") / "documents" / f"{key}.txt").write_text(text)


def test_reports_against_a_loop(root, tmp_path):
    """To pages, all twenty; then those that one new claim makes stale; then none."""
    home, names = many(root, tmp_path)
    build = (sys.executable, "-m", "analysis", "build", "ferry")
    call(home, *build)
    faster, cheaper, one = [], [], []
    for number in range(ROUNDS):
        ours = call(home, *build, "--all")
        assert f"{REPORTS} reports ran" in ours[2]
        wall = cpu = 0.0
        for name in names[:LOOPED]:
            made, page = tmp_path / "out.ipynb", tmp_path / "out.html"
            notebook = home.notebooks / "source.ipynb"
            for words in (
                (BIN / "papermill", notebook, made, "-p", "story", "ferry", "-p", "source", name),
                (BIN / "jupyter-nbconvert", "--to", "html", made, "--output", page),
            ):
                took = call(home, *words)
                wall, cpu = wall + took[0], cpu + took[1]
        wall, cpu = (spent * REPORTS / LOOPED for spent in (wall, cpu))
        faster.append(wall / ours[0])
        cheaper.append(cpu / ours[1])
        say(home, f"new-{number}", "2025-03-20", names[0], 900 + number)
        new = call(home, *build)
        assert "1 report ran, 19 up to date" in new[2]
        one.append(ours[0] / new[0])
        print(
            f"\n{REPORTS} reports: {ours[0]:.1f} s, {ours[1]:.1f} CPU s; "
            f"loop {wall:.1f} s, {cpu:.1f} CPU s; one new claim {new[0]:.1f} s"
        )
    idle = [call(home, *build)[1] for _ in range(NOTHINGS)]
    bare = [call(home, sys.executable, "-c", "pass")[1] for _ in range(NOTHINGS)]
    nothing = statistics.median(idle) / statistics.median(bare)
    print(
        f"against the loop {statistics.median(faster):.1f} times faster, "
        f"{statistics.median(cheaper):.1f} times less CPU; one new claim "
        f"{statistics.median(one):.1f} times faster than all; nothing new "
        f"{1000 * statistics.median(idle):.0f} ms CPU, {nothing:.1f} times `python -c pass`"
    )
    assert statistics.median(faster) > 1
    assert statistics.median(one) > 1
