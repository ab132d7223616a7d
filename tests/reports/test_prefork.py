"""Forked kernels give what kernels that were started anew give, and share nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from analysis import pipeline
from analysis.home import Home
from analysis.reports.kernels import Forked
from analysis.reports.prefork import VARIABLE
from analysis.reports.resident import started
from analysis.reports.run import run
from tests.reports.books import facts, notebook
from tests.reports.test_faults import processes_of
from tests.samples import make_home

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
    pytest.mark.usefixtures("cold"),
]
# Each leaves something behind; the next one says what it finds.
LEAVE = """import locale, os, random, signal, sys, warnings
import matplotlib, numpy, pandas
left = 1
os.environ["LEFT"] = "1"
sys.modules["left"] = os
matplotlib.rcParams["font.size"] = 31
numpy.set_printoptions(precision=2)
pandas.set_option("display.precision", 1)
random.seed(1); numpy.random.seed(1)
sys.path.insert(0, "/left")
warnings.simplefilter("error")
signal.signal(signal.SIGUSR1, signal.SIG_IGN)
locale.setlocale(locale.LC_ALL, "C")
kept = [open(os.devnull) for _ in range(100)]
os.umask(0o777)
os.chdir("/")"""
FIND = """import locale, os, random, signal, sys, warnings
import matplotlib, numpy, pandas
print("left" in globals(), "LEFT" in os.environ, "left" in sys.modules)
print(matplotlib.rcParams["font.size"], numpy.get_printoptions()["precision"])
print(pandas.get_option("display.precision"), os.path.basename(os.getcwd()))
print("/left" in sys.path, ("error", None, Warning, None, 0) in warnings.filters)
print(signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL, locale.setlocale(locale.LC_ALL).replace(" ", ""))
print(os.umask(0), len(os.listdir("/proc/self/fd")) < 100)"""
USUAL = """import io, subprocess, sys, threading, multiprocessing
import matplotlib.pyplot as plt
import pandas as pd
print(type(get_ipython()).__name__, sys.argv[0].rpartition("/")[2], __name__)
await __import__("asyncio").sleep(0)
!echo from a shell
print(subprocess.run(["echo", "from a process"], capture_output=True, text=True).stdout)
print(sorted(multiprocessing.get_context("fork").Pool(2).map(abs, [-1, -2])))
display(pd.DataFrame({"a": [1, 2]}))
plt.plot([1, 3, 2]); plt.title("A title"); plt.show()
print(plt.get_backend(), plt.rcParams["figure.dpi"])"""


def outputs(folder, key):
    """Return the outputs of each code cell of a report, without the moments."""
    cells = json.loads((folder / key / "report.ipynb").read_text())["cells"]
    return [(c.get("execution_count"), list(joined(c.get("outputs", [])))) for c in cells]


def joined(outputs):
    """Yield outputs, with what was printed in several parts as one: a kernel sends by the clock."""
    last = None
    for output in outputs:
        if output["output_type"] != "stream":
            last = None
            yield output
        elif last and last["name"] == output["name"]:
            last["text"] = ["".join((*last["text"], *output["text"]))]
        else:
            last = {**output, "text": ["".join(output["text"])]}
            yield last


def ran(tmp_path, jobs, preload, **more):
    """Run jobs; return the folder. All have to end well."""
    scratch = tmp_path / "s"
    scratch.mkdir(exist_ok=True)
    variables = {"IPYTHONDIR": str(scratch), "JUPYTER_RUNTIME_DIR": str(scratch)} | more
    folder = tmp_path / ("runs" if preload is None else "forked")
    found = run(jobs, folder, facts(jobs), variables, 2, preload=preload)
    assert {o.job.key: o.fault for o in found} == {job.key: None for job in jobs}
    return folder


def same(folders, count):
    """Check that two runs of a story have equal outputs and charts."""
    keys = [sorted(path.name for path in (folder / "runs").iterdir()) for folder in folders]
    assert keys[0] == keys[1]
    assert len(keys[0]) >= count
    for key in keys[0]:
        assert outputs(folders[0] / "runs", key) == outputs(folders[1] / "runs", key)
        charts = [sorted((f / "runs" / key / "charts").iterdir()) for f in folders]
        assert [p.name for p in charts[0]] == [p.name for p in charts[1]]
        assert [p.read_bytes() for p in charts[0]] == [p.read_bytes() for p in charts[1]]


def test_the_sample_reports_have_the_same_output_byte_for_byte(root, tmp_path):
    """Every page and every chart of a story, and each executed cell."""
    folders = []
    for name, spawn in (("a", True), ("b", False)):
        home = Home(make_home(tmp_path / name, root / "notebooks", ("overview", "source")))
        summary = pipeline.build(home, "ferry", now=datetime(2025, 4, 1, tzinfo=UTC), spawn=spawn)
        assert summary.exit_code == 0
        folders.append(home.figures("ferry"))
    same(folders, 3)


@pytest.mark.skipif(
    "TALLYBOOK_ALL_REPORTS" not in os.environ, reason="minutes: set TALLYBOOK_ALL_REPORTS=1"
)
@pytest.mark.parametrize(("story", "count"), [("north-korean-troops", 12), ("russian-losses", 12)])
def test_all_reports_of_a_shipped_story_have_the_same_output(root, tmp_path, story, count):
    """As above, of each report that we publish ourselves."""
    folders = []
    for name, spawn in (("a", True), ("b", False)):
        shutil.copytree(root / "notebooks", tmp_path / name / "notebooks")
        home = Home(tmp_path / name)
        pipeline.build(home, story, now=datetime(2026, 1, 1, tzinfo=UTC), spawn=spawn)
        folders.append(home.figures(story))
    same(folders, count)


def test_what_notebooks_use_of_a_kernel_works_in_a_forked_one(tmp_path):
    """Shell, processes, charts, tables, await: the same output as from a kernel started anew."""
    jobs = [notebook(tmp_path / "usual.ipynb", USUAL)]
    spawned, forked = (ran(tmp_path, jobs, preload) for preload in (None, ()))
    assert outputs(spawned, "usual") == outputs(forked, "usual")
    assert "image/png" in json.dumps(outputs(forked, "usual"))


def test_nothing_is_left_for_the_next_notebook(tmp_path):
    """No name, variable, module, setting, handler, file or folder; and random numbers differ."""
    drawn = "import random, numpy; print(random.random(), numpy.random.rand())"
    jobs = [notebook(tmp_path / f"{n}-leave.ipynb", LEAVE) for n in range(3)]
    jobs += [notebook(tmp_path / f"{n}-find.ipynb", FIND) for n in range(3)]
    [alone] = [notebook(tmp_path / "alone.ipynb", FIND)]
    fresh = "".join(outputs(ran(tmp_path, [alone], None), "alone")[-1][1][0]["text"]).split()
    jobs += [notebook(tmp_path / f"{n}-draw.ipynb", drawn) for n in range(3)]
    folder = ran(tmp_path, jobs, ())
    for n in range(3):
        said = "".join(outputs(folder, f"{n}-find")[-1][1][0]["text"]).split()
        assert said[:7] == ["False", "False", "False", "10.0", "8", "6", f"{n}-find"]
        assert said[7:10] == ["False", "False", "True"]
        # As in a kernel that was started anew.
        assert said[10:] == fresh[10:]
        assert said[-1] == "True"
    assert len({str(outputs(folder, f"{n}-draw")[-1][1]) for n in range(3)}) == 3


def test_what_a_notebook_registered_for_its_end_is_done(tmp_path):
    """As at the end of any process."""
    mark = tmp_path / "mark"
    source = f"import atexit, pathlib; atexit.register(pathlib.Path({str(mark)!r}).touch)"
    ran(tmp_path, [notebook(tmp_path / "end.ipynb", source)], ())
    assert mark.exists()


def test_kernels_are_really_forked_and_else_started_anew(tmp_path, monkeypatch):
    """By their parent; a preloading process that cannot serve costs nothing but time."""
    source = "import os; print(os.getppid())"
    jobs = [notebook(tmp_path / f"{n}.ipynb", source) for n in range(3)]

    def parents(folder):
        return {str(outputs(folder, f"{n}")[-1][1][0]["text"]) for n in range(3)}

    assert len(parents(ran(tmp_path, jobs, ()))) == 1
    module = tmp_path / "with_a_thread.py"
    module.write_text(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    folder = ran(tmp_path, jobs, ("with_a_thread",))
    assert len(parents(folder)) > 1


def until(holds):
    """Wait until something holds, half a minute at most; say whether it did."""
    end = time.monotonic() + 30
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return bool(holds())


def ask(tmp_path, found, python=sys.executable):
    """Have a kernel forked; return it."""
    arguments = ["-f", str(tmp_path / "connection.json")]
    order = {
        "python": python,
        "arguments": arguments,
        "env": dict(os.environ),
        "cwd": str(tmp_path),
        "memory": 1 << 30,
    }
    assert until(Path(found[VARIABLE]).exists)
    return Forked(found[VARIABLE], order)


def test_a_kernel_ends_with_whoever_asked_for_it_and_tells_how_it_ended(tmp_path):
    """Also when it was killed."""
    with started(tmp_path, (), {}) as found:
        one, two = ask(tmp_path, found), ask(tmp_path, found)
        assert one.poll() is None
        one.kill()
        assert one.wait(10) == -signal.SIGKILL
        two._line.close()  # as when its worker was killed
        assert until(lambda: not processes_of(tmp_path)), processes_of(tmp_path)


def test_a_kernel_of_another_environment_is_not_forked(tmp_path):
    """Its libraries are others: it is started anew."""
    with started(tmp_path, (), {}) as found:
        with pytest.raises(ValueError, match="invalid literal"):
            ask(tmp_path, found, "/another/environment/bin/python")
        kernel = ask(tmp_path, found)
        assert kernel.poll() is None
        kernel.kill()


def test_no_kernel_outlives_a_killed_build(tmp_path):
    """Not even where it is killed with SIGKILL."""
    code = (
        "import sys, time; from pathlib import Path\n"
        "from analysis.reports.resident import started\nfrom tests.reports.test_prefork import ask\n"
        "with started(Path(sys.argv[1]), (), {}) as found:\n"
        "    kernel = ask(Path(sys.argv[1]), found); print('begun', flush=True); time.sleep(99)\n"
    )
    root = Path(__file__).resolve().parents[2]
    build = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    )
    with build:
        assert build.stdout.readline() == "begun\n"
        assert until(lambda: processes_of(tmp_path))
        build.kill()
    assert until(lambda: not processes_of(tmp_path))


@pytest.mark.parametrize(
    ("code", "serves"), [("raise ValueError('x')", True), ("import os; os._exit(3)", False)]
)
def test_what_ends_before_it_serves_lets_nobody_wait(tmp_path, code, serves):
    """A library that cannot be imported changes nothing; where it ends all, workers soon know."""
    (tmp_path / "spoilt.py").write_text(code)
    with started(tmp_path, ["spoilt"], {"PYTHONPATH": str(tmp_path)}) as found:
        place = Path(found[VARIABLE])
        end = time.monotonic() + 60
        while not os.path.lexists(place) and time.monotonic() < end:
            time.sleep(0.05)
        assert os.path.lexists(place)
        assert place.is_socket() is serves
