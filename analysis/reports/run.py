"""Run reports with papermill, each in a process, a kernel and a folder of its own.

A report ran well only if papermill returned, no cell is left undone and its record is written.
Until then what it made before stays as it was.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from analysis import workers
from analysis.disk import sync_folder, write_atomically
from analysis.reports.plan import NOTEBOOK, RECORD, Job, Record
from analysis.reports.prefork import VARIABLE as KERNELS
from analysis.reports.resident import forks_safely, resident
from analysis.reports.worker import CHARTS, ORPHANED, READS, Limits, Order, execute

USUAL = Limits()
Ended = tuple[Order, str | None, float | None]  # what failed, and how many seconds it took
KILLED = "its process was killed, perhaps for want of memory; run again"
FAILED = "failed"  # beside the folder of the reports: what could not be finished, for mending


@dataclass(frozen=True)
class Outcome:
    """How the run of one report ended, and how many seconds it took, null where that is not known.

    `fault` says in one line what failed, null where nothing did.
    """

    job: Job
    fault: str | None = None
    seconds: float | None = None


def run(
    jobs: Sequence[Job],
    folder: Path,
    facts: Mapping[str, Any],
    variables: Mapping[str, str],
    at_a_time: int | None = None,
    executor: Executor | None = None,
    limits: Limits = USUAL,
    preload: Sequence[str] | None = None,
) -> Generator[Outcome, None, None]:
    """Run reports, `at_a_time` of them (cores + 1), and yield each as it ends.

    `folder` keeps one folder a report; beside it `failed/` keeps each notebook that did not end
    well. `facts` holds for the record the code by key, the package, what the page states, and
    `items`, which returns what the selections of a job rest on. Work left behind by a run that was
    killed is cleared first. With `preload`, the names of modules, kernels are forked from a
    process that has imported these, and workers from another one, where that is safe.
    """
    if preload is None or executor is not None or not forks_safely():
        # Nothing is forked, also where a process that forks stands ready.
        variables = {**variables, KERNELS: ""}
        yield from _run(jobs, folder, facts, variables, at_a_time, executor, limits)
        return
    with resident(preload) as found:
        # The process that workers are forked from may be older than our environment is.
        variables = {**os.environ, **variables, **found}
        yield from _run(jobs, folder, facts, variables, at_a_time, None, limits)


def _run(
    jobs: Sequence[Job],
    folder: Path,
    facts: Mapping[str, Any],
    variables: Mapping[str, str],
    at_a_time: int | None,
    executor: Executor | None,
    limits: Limits,
) -> Generator[Outcome, None, None]:
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
            limits,
        )
        for job in jobs
    ]
    (folder.parent / FAILED).mkdir(parents=True, exist_ok=True)
    try:
        with contextlib.closing(_done(orders, at_a_time, executor)) as outcomes:
            for order, fault, seconds in outcomes:
                last = _kept(order, folder, facts, fault, seconds)
                yield Outcome(order.job, last, seconds)
    finally:  # also where it is told to stop
        shutil.rmtree(work, ignore_errors=True)
        forget_failed(folder, {job.key for job in jobs})


def forget_failed(folder: Path, stale: set[str]) -> None:
    """Take away the kept failures of all reports but those that have to run, and an empty folder.

    A report whose code was put back as it was is up to date without a run.
    """
    place = folder.parent / FAILED
    for path in place.glob("*.ipynb"):
        if path.stem not in stale:
            path.unlink()
    with contextlib.suppress(OSError):  # some are left, or there is none
        place.rmdir()


def _done(
    orders: Sequence[Order], at_a_time: int | None, executor: Executor | None
) -> Generator[Ended, None, None]:
    """Yield each order as it ends, with what failed and how long it took.

    A process of this machine that is killed takes the pool with it: whatever was not finished is
    run again, each in a pool of its own, so that one report alone bears what it did. Where that
    process forked the kernels, they are started anew.
    """
    if executor is not None:
        yield from _settled(orders, executor)
        return
    count = min(len(orders), at_a_time or (os.cpu_count() or 1) + 1)
    forked = any(order.variables[KERNELS] for order in orders)
    again = []
    with workers.hired(count, forked=forked) as pool:
        for order, fault, seconds in _settled(orders, pool):
            if fault == ORPHANED:
                again.append(replace(order, variables={**order.variables, KERNELS: ""}))
            elif fault == KILLED and len(orders) > 1:
                again.append(order)
            else:
                yield order, fault, seconds
    for order in again:
        with workers.hired(1, forked=forked) as pool:
            yield from _settled([order], pool)


def _settled(orders: Sequence[Order], executor: Executor) -> Iterator[Ended]:
    waiting = {executor.submit(execute, order): order for order in orders}
    for done in as_completed(waiting):
        fault: str | None
        seconds: float | None = None
        try:
            fault, seconds = done.result()
        except BrokenExecutor:
            fault = KILLED
        except OSError as failure:
            fault = _refused(failure)
        yield waiting[done], fault, seconds


def _refused(failure: OSError) -> str:
    return f"the disk refused ({failure.strerror})"


def _kept(
    order: Order, folder: Path, facts: Mapping[str, Any], fault: str | None, seconds: float | None
) -> str | None:
    """Keep what a run made; return what failed, be it in the keeping, or null."""
    work = Path(order.work)
    try:
        reads = _reads(work) if fault is None else []
        fault = fault or _unusable(work / CHARTS)
        if fault is None:
            _keep(order, folder, facts, reads, seconds)
    except FileNotFoundError as failure:
        fault = f"the notebook took away {failure.filename}, which belongs to its run"
    except ValueError:
        fault = f"the notebook wrote something else into {work / READS}, the list of what it read"
    except OSError as failure:
        fault = _refused(failure)
    if fault is not None:
        with contextlib.suppress(OSError):  # there may be none, or no room
            (work / NOTEBOOK).replace(folder.parent / FAILED / f"{order.job.key}.ipynb")
    return fault


def _reads(work: Path) -> list[dict[str, Any]]:
    reads = [json.loads(line) for line in (work / READS).read_text("utf-8").splitlines()]
    if any(not isinstance(read, dict) or "selection" not in read for read in reads):
        raise ValueError
    return reads


def _unusable(charts: Path) -> str | None:
    """Return why what a notebook left for charts cannot be published, or null."""
    for path in sorted(charts.iterdir()):
        if path.is_symlink() or not path.is_file():
            return f"what it left as {CHARTS}/{path.name} is no file"
        if path.suffix == ".svg":
            try:
                ET.parse(path)  # noqa: S314 drawn by a notebook, which may do anything
            except ET.ParseError as failure:
                return f"its chart {path.name} is no SVG ({failure})"
    return None


def _keep(
    order: Order,
    folder: Path,
    facts: Mapping[str, Any],
    reads: list[dict[str, Any]],
    seconds: float | None,
) -> None:
    """Put a finished report in the place of the one before."""
    work, place = Path(order.work), folder / order.job.key
    (folder.parent / FAILED / f"{order.job.key}.ipynb").unlink(missing_ok=True)
    items: Callable[[Job, list[dict[str, str]]], dict[str, Any]] = facts["items"]
    record = Record(
        code=facts["code"][order.job.key],
        parameters=order.job.parameters,
        package=facts["package"],
        reads=reads,
        facts=facts["page"],
        items=items(order.job, [read["selection"] for read in reads]),
        seconds=seconds,
    )
    write_atomically(work / RECORD, record.as_bytes())
    shutil.rmtree(place, ignore_errors=True)
    work.rename(place)
    sync_folder(folder)
