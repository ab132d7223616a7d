"""The limit of what a run of notebooks can reach: their cells alone, in forked warm processes.

`python -m tests.benchmarks.warm bare|ours STORY` prints the seconds that a second run takes.
"""

import json
import multiprocessing
import os
import sys
import tempfile
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from analysis.book import open_book
from analysis.home import find_home
from analysis.pipeline.jobs import Notebooks, jobs_of
from analysis.pipeline.ready import PRELOADED, ready
from analysis.pipeline.running import facts_of, run_reports
from analysis.reports.prefork import LIBRARIES
from analysis.story import find_story, read_story


def cells(job):
    """Do what the cells of a notebook say, as IPython would, and nothing besides."""
    from IPython.core.interactiveshell import InteractiveShell

    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nothing:
        os.environ["TALLYBOOK_OUT"] = folder
        os.environ["TALLYBOOK_READS"] = f"{folder}/reads.jsonl"
        sys.stdout = nothing
        shell = InteractiveShell.instance()
        for cell in json.loads(job.notebook.read_text())["cells"]:
            if cell["cell_type"] == "code":
                shell.run_cell("".join(cell["source"])).raise_error()
                if "parameters" in cell["metadata"].get("tags", []):
                    shell.push(job.parameters)


def main(how, slug):
    """Run all reports of a story twice and say how long the second time took."""
    home = find_home()
    story = read_story(find_story(slug, home.stories))
    book = open_book(home, slug)
    jobs = jobs_of(story, Notebooks(home), book, {})
    at_a_time = (os.cpu_count() or 1) + 1

    def bare():
        multiprocessing.set_forkserver_preload([*LIBRARIES, *PRELOADED])
        with multiprocessing.get_context("forkserver").Pool(at_a_time, maxtasksperchild=1) as pool:
            pool.map(cells, jobs, chunksize=1)

    def ours():
        facts = {
            "code": {job.key: "" for job in jobs},
            "package": "",
            "page": facts_of(book, datetime.now(UTC).isoformat()),
            "items": lambda *_: {},
        }
        with tempfile.TemporaryDirectory() as folder:
            ended = run_reports(
                jobs, Path(folder) / "runs", home, facts, {job.key: None for job in jobs},
                at_a_time=None, executor=None, spawn=False, progress=lambda *_: None,
            )  # fmt: skip
        assert not [outcome.fault for outcome in ended if outcome.fault]

    run = {"bare": bare, "ours": ours}[how]
    with ready() if how == "ours" else nullcontext():
        run()
        began = time.perf_counter()
        run()
        print(time.perf_counter() - began)


if __name__ == "__main__":
    main(*sys.argv[1:])
