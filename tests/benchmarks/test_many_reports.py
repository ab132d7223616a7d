"""Many reports in one build: memory stays flat, and the last cost what the first did.

TALLYBOOK_REPORTS sets their number (60). Cost is the time of the processors, as others may work on
the same machine; the clock is printed beside it.
"""

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from analysis.home import Home
from tests.cli.test_watching import belonging_to
from tests.reports.books import notebook
from tests.samples import make_home

REPORTS = int(os.environ.get("TALLYBOOK_REPORTS", "60"))
PART = max(20, REPORTS // 5)  # the first so many against the last
GROWTH = 1.2
CHART = """import os, time
import matplotlib.pyplot as plt
import analysis
book = analysis.open_story(story)
book.claims()
plt.plot(range(number)); plt.title(f"{number}"); plt.show()
print(os.getpid())"""


def many(root, tmp_path):
    """Make a story with so many reports, each of one chart and of one question to the ledger."""
    home = Home(make_home(tmp_path, root / "notebooks", ()))
    toml = home.story("ferry") / "story.toml"
    head = toml.read_text("utf-8").partition("[[reports]]")[0]
    job = notebook(home.notebooks / "chart.ipynb", CHART)
    made = json.loads(job.notebook.read_text())
    made["cells"][0]["source"] += "\nnumber: int = 1  # of the report"
    job.notebook.write_text(json.dumps(made))
    listed = "".join(
        f'[[reports]]\nnotebook = "chart"\n[reports.parameters]\nnumber = {number + 1}\n'
        for number in range(REPORTS)
    )
    toml.write_text(f"{head}\n{listed}")
    return home


@dataclass(frozen=True)
class Look:
    """What all processes of a home had used at a moment, and how many reports were done."""

    clock: float
    done: int
    cpu: float  # seconds of all, those that have ended too
    memory: float  # MB that the largest holds
    processes: int
    files: int  # that one of them has open, at most


class Watch(threading.Thread):
    """Looks every half second."""

    def __init__(self, home):
        """Take the home."""
        super().__init__(daemon=True)
        self.home, self.ended, self.seen = home, threading.Event(), []

    def run(self):
        """Look until told to end."""
        runs = self.home.figures("ferry") / "runs"
        while not self.ended.wait(0.5):
            used = [found for number, _ in belonging_to(self.home.root) if (found := use(number))]
            done = sum(1 for _ in runs.glob("*/record.json"))
            if used and done < REPORTS:
                cpu, memory, files = zip(*used, strict=True)
                self.seen.append(
                    Look(time.monotonic(), done, sum(cpu), max(memory), len(used), max(files))
                )

    def part(self, begin, end):
        """Return what was used between two counts of reports: CPU and clock a report, most else."""
        looks = [look for look in self.seen if begin <= look.done <= end]
        first, last = looks[0], looks[-1]
        count = last.done - first.done
        return Look(
            (last.clock - first.clock) / count,
            count,
            (last.cpu - first.cpu) / count,
            statistics.quantiles([look.memory for look in looks], n=10)[-1],
            max(look.processes for look in looks),
            max(look.files for look in looks),
        )


def use(number):
    """Return the CPU seconds, MB and open files of a process; null where it is gone."""
    place = Path("/proc") / number
    try:
        fields = (place / "stat").read_text().rpartition(")")[2].split()
        pages = int((place / "statm").read_text().split()[1])
        files = len(list((place / "fd").iterdir()))
    except OSError:
        return None
    ticks = sum(map(int, fields[11:15]))  # its own, and those of children that have ended
    return ticks / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGE_SIZE") / 1e6, files


def test_memory_is_flat_and_the_last_reports_cost_what_the_first_did(root, tmp_path):
    """Of the first part against the last, while notebooks run."""
    home = many(root, tmp_path)
    watch = Watch(home)
    watch.start()
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "build", "ferry", "--json"],
        env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    took = time.monotonic() - began
    watch.ended.set()
    watch.join()
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(json.loads(done.stdout)["ran"]) == REPORTS
    # Without the start, in which libraries are imported once, and the end, when workers leave.
    first, last = watch.part(5, 5 + PART), watch.part(REPORTS - 5 - PART, REPORTS - 5)
    print(f"\n{REPORTS} reports to pages in {took:.0f} s")
    for name, part in (("first", first), ("last", last)):
        print(
            f"{name} {part.done}: {part.cpu:.2f} CPU s and {part.clock:.2f} s a report, largest "
            f"process {part.memory:.0f} MB, {part.processes} processes, {part.files} open files"
        )
    assert last.cpu < first.cpu * GROWTH
    assert last.memory < first.memory * GROWTH
    assert last.processes <= first.processes + 2
    assert last.files <= first.files + 10
