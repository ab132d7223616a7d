"""Notebooks that fail while a story is built, by the command itself; rows N01 to N05.

However the kernels are started: forked or anew, some at a time or one after the other.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis.home import Home
from tests.cli.test_watching import belonging_to
from tests.reports.books import notebook
from tests.samples import make_home

# By row: the code that goes wrong, and what is said of it.
WRONG = {
    "n01-raises": ("1 / 0", r"cell 3 ended with ZeroDivisionError: division by zero"),
    "n02-killed": (
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        r"cell 3: its kernel was killed, perhaps for want of memory",
    ),
    "n03-endless": (
        "import time\nwhile True: time.sleep(0.1)",
        r"cell 3 took longer than 12 s",
    ),
    "n04-exits": ("import sys; sys.exit(0)", r"cell 3 ended the notebook itself \(sys.exit\)"),
    "n05-loud": ("for _ in range(2000): print('x' * 99_999)", r"cell 3 put out more than 50 MB"),
    "n05-huge": ("print('x' * 200_000_000)", r"cell 3 put out more than 50 MB"),
}
MOST_MEMORY = 1500 << 10  # kilobytes of any of our processes, the kernel of a notebook apart
HOW = [(), ("--spawn", "--jobs", "1")]


def command(home, *words):
    """Run a command; return its exit code, what it said of faults, and its peak of memory."""
    path = home.root / "said.txt"
    with path.open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "analysis", *words],
            env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
            stdout=subprocess.DEVNULL, stderr=said,
        )  # fmt: skip
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, path.read_text(), used.ru_maxrss


def worded(job, words):
    """Put words before the code of a notebook."""
    made = json.loads(job.notebook.read_text())
    made["cells"].insert(0, {"cell_type": "markdown", "id": "m", "metadata": {}, "source": words})
    job.notebook.write_text(json.dumps(made))


@pytest.fixture(scope="module")
def good(root, tmp_path_factory):
    """Return a home whose notebooks all end well, built once."""
    home = Home(make_home(tmp_path_factory.mktemp("good"), root / "notebooks", ()))
    toml = home.story("ferry") / "story.toml"
    names = ("fine", *WRONG)
    toml.write_text(
        toml.read_text("utf-8").partition("[[reports]]")[0]
        + "".join(f'[[reports]]\nnotebook = "{name}"\n' for name in names)
        + "[limits]\ncell_seconds = 12\n"
    )
    for name in names:
        worded(notebook(home.notebooks / f"{name}.ipynb", "x = 1"), f"# The words of {name}")
    code, said, _ = command(home, "build", "ferry")
    assert code == 0, said
    return home


@pytest.fixture(scope="module", params=HOW, ids=" ".join)
def after(request, good, tmp_path_factory):
    """Return the home, what was said, the peak of memory, and the pages before."""
    home = Home(tmp_path_factory.mktemp("bad") / "home")
    shutil.copytree(good.root, home.root)
    mark = home.root / "scratch"
    noted = f"import os, pathlib; pathlib.Path({str(mark)!r}).write_text(os.environ['IPYTHONDIR'])"
    worded(notebook(home.notebooks / "fine.ipynb", noted), "# The words of fine")
    for name, (source, _) in WRONG.items():
        worded(notebook(home.notebooks / f"{name}.ipynb", source), "# Other words")
    pages = {path.name: path.read_bytes() for path in pages_of(home)}
    code, said, peak = command(home, "build", "ferry", *request.param)
    assert code == 3, said
    return home, said, peak, pages


def pages_of(home):
    """Return the pages of the story."""
    return sorted((home.figures("ferry") / "pages").glob("*.html"))


@pytest.mark.parametrize("name", WRONG)
def test_each_is_named_with_its_cell_and_its_last_good_page_stays(after, name):
    """Rows N01 to N05: byte for byte; the first page says that it was kept."""
    home, said, _, pages = after
    [line] = [line for line in said.splitlines() if line.startswith(f"tallybook: failed {name}:")]
    assert re.search(WRONG[name][1], line), line
    assert "its last good page stays" in line
    assert f"figures/ferry/failed/{name}.ipynb" in line
    folder = home.figures("ferry")
    assert (folder / "pages" / f"{name}.html").read_bytes() == pages[f"{name}.html"]
    assert re.search(WRONG[name][1], (folder / "pages" / "index.html").read_text("utf-8"))


def test_the_others_are_published(after):
    """One that fails stops no other."""
    home, said, _, _ = after
    assert "failed fine" not in said
    record = json.loads((home.figures("ferry") / "runs" / "fine" / "record.json").read_text())
    page = (home.figures("ferry") / "pages" / "fine.html").read_text("utf-8")
    assert record["code"][:8] in page


def test_200_megabytes_of_output_stay_small(after):
    """Row N05: neither memory nor the notebook that is kept for mending grows with them."""
    home, _, peak, _ = after
    assert peak < MOST_MEMORY
    for name in ("n05-loud", "n05-huge"):
        assert (home.figures("ferry") / "failed" / f"{name}.ipynb").stat().st_size < 200_000


def test_nothing_is_left_but_what_is_kept(after):
    """No process, no temporary folder, no file of work; and all holds together."""
    home, _, _, _ = after
    end = time.monotonic() + 5
    while (left := belonging_to(home.root)) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []
    assert not Path((home.root / "scratch").read_text()).exists()
    figures = home.figures("ferry")
    assert sorted(p.name for p in figures.iterdir()) == [
        ".lock", "failed", "files.json", "last-build.json", "ledger.sqlite", "pages",
        "published.json", "runs",
    ]  # fmt: skip
    assert sorted(p.name for p in (figures / "runs").iterdir()) == sorted(["fine", *WRONG])
    assert command(home, "verify", "ferry")[0] == 0


def test_mended_they_are_published_again(after):
    """Whatever was kept for mending goes, also where no run is needed: the old code is back."""
    home, _, _, _ = after
    for name in WRONG:
        notebook(home.notebooks / f"{name}.ipynb", "x = 1")
    assert command(home, "build", "ferry")[0] == 0
    figures = home.figures("ferry")
    assert not (figures / "failed").exists()
    assert "its last good page" not in (figures / "pages" / "index.html").read_text("utf-8")
