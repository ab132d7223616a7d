"""A notebook that goes wrong, in whatever way, is named and contained; the others end well."""

import json
import re
import time
from pathlib import Path

import pytest

from analysis.reports.run import FAILED, run
from analysis.reports.worker import Limits
from tests.reports.books import facts, notebook

LIMITS = Limits(cell_seconds=5, report_seconds=12, memory=1 << 30, output=2 << 20)
STUBBORN = """import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True: time.sleep(1)"""
WRONG = {
    "raises": (("x = 1", "1 / 0"), r"cell 3 ended with ZeroDivisionError: division by zero"),
    "killed": (("import os, signal; os.kill(os.getpid(), signal.SIGKILL)",),
               r"cell 2: its kernel was killed, perhaps for want of memory"),
    "crashes": (("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",), r"cell 2: its kernel died \(SIGSEGV\)"),
    "quits": (("import os; os._exit(0)",), r"cell 2: its kernel ended by itself \(exit code 0\)"),
    "exits": (("import sys; sys.exit(0)", "x = 1"), r"cell 2 ended the notebook itself"),
    "exits-last": (("x = 1", "import sys; sys.exit(0)"), r"cell 3 ended the notebook itself"),
    "endless": (("while True: pass",), r"cell 2 took longer than 5 s"),
    "stubborn": ((STUBBORN,), r"cell 2 took longer than 5 s"),
    "slow": (tuple("import time; time.sleep(2.5)" for _ in range(9)), r"it took longer than 12 s"),
    "loud": (("for _ in range(700): print('x' * 99_999)",), r"cell 2 put out more than 2 MB"),
    "huge": (("print('x' * 30_000_000)",), r"cell 2 put out more than 2 MB"),
    "greedy": (("x = bytearray(3 << 30)",), r"cell 2 ended with MemoryError: more than 1 GB of memory were wanted"),
    "no-kernel-code": (("this is no Python",), r"cell 2 ended with SyntaxError"),
}  # fmt: skip


def processes_of(folder):
    """Return the processes that work in a folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in str((place / "cwd").readlink()):
                found.append((place.name, (place / "cmdline").read_text()))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module", params=[None, ()], ids=["spawned", "forked"])
def after(request, tmp_path_factory):
    """Return the folder and the outcomes of one run of good and bad notebooks."""
    folder = tmp_path_factory.mktemp("story")
    (folder / "books").mkdir()
    jobs = [
        notebook(folder / "books" / f"{key}.ipynb", *cells) for key, (cells, _) in WRONG.items()
    ]
    jobs.insert(3, notebook(folder / "books" / "good.ipynb", "print(story)"))
    jobs.append(
        notebook(
            folder / "books" / "child.ipynb",
            "import subprocess\nsubprocess.Popen(['sleep', '300'])\n1 / 0",
        )
    )
    for key in ("raises", "killed"):  # what an earlier run made
        (folder / "runs" / key).mkdir(parents=True)
        (folder / "runs" / key / "report.ipynb").write_text("the last good one")
    scratch = tmp_path_factory.mktemp("s")
    variables = {"IPYTHONDIR": str(scratch), "JUPYTER_RUNTIME_DIR": str(scratch)}
    outcomes = run(
        jobs,
        folder / "runs",
        facts(jobs),
        variables,
        at_a_time=4,
        limits=LIMITS,
        preload=request.param,
    )
    return folder, {outcome.job.key: outcome.fault for outcome in outcomes}


@pytest.mark.parametrize("key", WRONG)
def test_what_went_wrong_is_named(after, key):
    """In one line, with the cell."""
    _, faults = after
    assert re.search(WRONG[key][1], faults[key]), faults[key]
    assert "\n" not in faults[key]


def test_the_others_end_well(after):
    """Whatever their neighbours do."""
    folder, faults = after
    assert faults["good"] is None
    assert "ferry" in (folder / "runs" / "good" / "report.ipynb").read_text()
    assert not (folder / FAILED / "good.ipynb").exists()


def test_what_was_made_before_stays(after):
    """Byte for byte."""
    folder, _ = after
    for key in ("raises", "killed"):
        assert (folder / "runs" / key / "report.ipynb").read_text() == "the last good one"


@pytest.mark.parametrize("key", [key for key in WRONG if key != "slow"])
def test_a_failed_notebook_is_kept_with_its_failed_cell_on_top(after, key):
    """Small, and one that opens."""
    import nbformat

    folder, faults = after
    path = folder / FAILED / f"{key}.ipynb"
    kept = nbformat.read(path, as_version=4)
    nbformat.validate(kept)
    assert faults[key] in kept.cells[0].source
    number = int(re.search(r"cell (\d+)", faults[key])[1])
    assert (
        kept.cells[1].source
        == json.loads((folder / "books" / path.name).read_text())["cells"][number - 1]["source"]
    )
    assert path.stat().st_size < 200_000


def test_no_process_is_left(after):
    """Neither a kernel nor what it began."""
    folder, _ = after
    end = time.monotonic() + 5
    while (left := processes_of(folder)) and time.monotonic() < end:
        time.sleep(0.1)
    assert left == []


def test_a_report_that_kills_its_worker_takes_no_other_with_it(tmp_path):
    """Each of the others is run again by itself."""
    hunt = (
        "import os, pathlib, signal\n"
        "ppid = int(pathlib.Path('/proc/self/stat').read_text().rpartition(')')[2].split()[1])\n"
        "os.kill(ppid, signal.SIGKILL)"
    )
    jobs = [notebook(tmp_path / f"n{n}.ipynb", hunt if n == 1 else "x = 1") for n in range(4)]
    variables = {"IPYTHONDIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    outcomes = {o.job.key: o.fault for o in run(jobs, tmp_path / "runs", facts(jobs), variables, 2)}
    assert "process was killed" in outcomes.pop("n1")
    assert outcomes == {"n0": None, "n2": None, "n3": None}


SPOILT = {
    "no-list": (
        "import os; open(os.environ['TALLYBOOK_READS'], 'a').write('{')",
        "the notebook wrote something else into .*reads.jsonl",
    ),
    "list-gone": (
        "import os; os.unlink(os.environ['TALLYBOOK_READS'])",
        "the notebook took away .*reads.jsonl, which belongs to its run",
    ),
    "all-gone": (
        "import os, shutil; shutil.rmtree(os.getcwd())",
        "the notebook took away the folder that it runs in",
    ),
    "a-folder": (
        "import os; os.mkdir(os.environ['TALLYBOOK_OUT'] + '/sub')",
        "what it left as charts/sub is no file",
    ),
    "no-drawing": (
        "import os; open(os.environ['TALLYBOOK_OUT'] + '/a.svg', 'w').write('x')",
        "its chart a.svg is no SVG",
    ),
}  # fmt: skip


def test_what_a_notebook_spoils_is_its_own_fault(tmp_path):
    """It is named and kept for mending; the other reports are made."""
    (tmp_path / "books").mkdir()
    jobs = [
        notebook(tmp_path / "books" / f"{key}.ipynb", source) for key, (source, _) in SPOILT.items()
    ]
    jobs.append(notebook(tmp_path / "books" / "good.ipynb", "print(story)"))
    ended = list(run(jobs, tmp_path / "runs", facts(jobs), {}, limits=LIMITS, preload=()))
    faults = {outcome.job.key: outcome.fault for outcome in ended}
    assert faults.pop("good") is None
    for key, (_, said) in SPOILT.items():
        assert re.search(said, faults[key]), faults[key]
        assert not (tmp_path / "runs" / key).exists()
        assert (tmp_path / FAILED / f"{key}.ipynb").is_file() is (key != "all-gone")


@pytest.mark.usefixtures("cold")
def test_a_notebook_that_kills_what_kernels_are_forked_from_fails_alone(tmp_path):
    """Its neighbours are run again with kernels of their own."""
    (tmp_path / "books").mkdir()
    parent = "import os, signal, time; os.kill(os.getppid(), signal.SIGKILL); time.sleep(30)"
    jobs = [
        notebook(tmp_path / "books" / "beside.ipynb", "import time; time.sleep(4)"),
        notebook(tmp_path / "books" / "killer.ipynb", "import time; time.sleep(1)", parent),
    ]
    ended = list(run(jobs, tmp_path / "runs", facts(jobs), {}, limits=LIMITS, preload=()))
    faults = {outcome.job.key: outcome.fault for outcome in ended}
    assert faults["beside"] is None
    assert "killed" in faults["killer"]
