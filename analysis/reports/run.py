"""Run reports with papermill, each in a process, a kernel and a folder of its own.

A report ran well only if papermill returned, no cell is left undone and its record is written.
Until then what it made before stays as it was.
"""

import contextlib
import json
import os
import shutil
import sys
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import workers
from analysis.disk import sync_folder, write_atomically
from analysis.reports.plan import NOTEBOOK, RECORD, Job, Record

CELL_SECONDS = 600  # a cell that computes for longer hangs
START_SECONDS = 120  # a kernel on a loaded machine
READS = "reads.jsonl"
CHARTS = "charts"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Outcome:
    """How the run of one report ended: `fault` says in one line what failed, null where nothing."""

    job: Job
    fault: str | None = None


@dataclass(frozen=True)
class Order:
    """What a worker needs to run one report: plain values only, since it goes to another process.

    `work` is the folder to run in, `variables` the environment of the kernel.
    """

    job: Job
    work: str
    variables: dict[str, str]


def run(
    jobs: Sequence[Job],
    folder: Path,
    facts: Mapping[str, Any],
    variables: Mapping[str, str],
    at_a_time: int | None = None,
    executor: Executor | None = None,
) -> Generator[Outcome, None, None]:
    """Run reports, `at_a_time` of them (cores + 1), and yield each as it ends.

    `folder` keeps one folder a report; `facts` holds code and package for the record, by key, and
    what the page states. Work left behind by a run that was killed is cleared first.
    """
    work = folder / ".work"
    shutil.rmtree(work, ignore_errors=True)
    orders = [
        Order(
            job,
            str(work / job.key),
            {
                **variables,
                "TALLYBOOK_READS": str(work / job.key / READS),
                "TALLYBOOK_OUT": str(work / job.key / CHARTS),
            },
        )
        for job in jobs
    ]
    with contextlib.ExitStack() as stack:
        if executor is None:
            count = min(len(jobs), at_a_time or (os.cpu_count() or 1) + 1)
            executor = stack.enter_context(workers.hired(count))
        waiting = {executor.submit(execute, order): order for order in orders}
        for done in as_completed(waiting):
            order = waiting[done]
            try:
                fault = done.result()
            except BrokenExecutor:
                fault = "its process was killed, perhaps for want of memory; run again"
            except OSError as failure:
                fault = f"the disk refused ({failure.strerror})"
            if fault is None:
                _keep(order, folder, facts)
            yield Outcome(order.job, fault)
    shutil.rmtree(work, ignore_errors=True)


def execute(order: Order) -> str | None:
    """Run one report in this process's child kernel; return what failed, or null.

    One at a time: a worker of a cluster may have several threads, and one environment.
    """
    with _one_at_a_time:
        return _execute(order)


def _execute(order: Order) -> str | None:
    os.environ.update(order.variables)
    os.environ.pop("JUPYTER_PATH", None)  # the kernel is the one of this environment
    work = Path(order.work)
    shutil.rmtree(work, ignore_errors=True)  # left by a worker that was killed in the middle of it
    (work / CHARTS).mkdir(parents=True)
    (work / READS).touch()
    import logging

    import papermill
    from jupyter_client.manager import AsyncKernelManager
    from papermill.exceptions import PapermillExecutionError

    class LocalKernelManager(AsyncKernelManager):
        """Talks to its kernel through sockets in a private folder, not over a network port."""

        transport = "ipc"

    logging.getLogger("papermill").setLevel(logging.ERROR)
    try:
        with _kept_aside(work / "kernel.log"):
            result = papermill.execute_notebook(
                str(order.job.notebook),
                str(work / NOTEBOOK),
                parameters=order.job.parameters,
                kernel_name="python3",
                cwd=str(work),
                progress_bar=False,
                log_output=False,
                start_timeout=START_SECONDS,
                execution_timeout=CELL_SECONDS,
                kernel_manager_class=LocalKernelManager,
            )
    except PapermillExecutionError as fault:
        reason = " ".join(str(fault.evalue).split())[:300]
        return f"cell {fault.exec_count} ended with {fault.ename}: {reason}"
    except Exception as fault:  # noqa: BLE001 a dead kernel, a time-out, a full disk: all end here
        return " ".join(f"{type(fault).__name__}: {fault}".split())[:300]
    left = [
        cell
        for cell in result.cells
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None
    ]
    return f"{len(left)} cells did not run" if left else None


@contextlib.contextmanager
def _kept_aside(path: Path) -> Iterator[None]:
    """Send what a kernel prints about itself to a file: it is no message to the user."""
    sys.stderr.flush()
    screen = os.dup(2)
    with path.open("ab") as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def _keep(order: Order, folder: Path, facts: Mapping[str, Any]) -> None:
    """Put a finished report in the place of the one before."""
    work, place = Path(order.work), folder / order.job.key
    reads = [json.loads(line) for line in (work / READS).read_text("utf-8").splitlines()]
    record = Record(
        code=facts["code"][order.job.key],
        parameters=order.job.parameters,
        package=facts["package"],
        reads=reads,
        facts=facts["page"],
    )
    write_atomically(work / RECORD, record.as_bytes())
    shutil.rmtree(place, ignore_errors=True)
    work.rename(place)
    sync_folder(folder)
