"""Run one report in a kernel of its own, within limits, and name what went wrong.

Called in a process of its own, on this machine or on one of a cluster. However the run ends, no
process of the kernel's group is left, and what the notebook had done is kept for whoever mends it.
"""

import contextlib
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.reports.kernels import Kernel, may_be_forked
from analysis.reports.plan import NOTEBOOK, Job

READS = "reads.jsonl"
CHARTS = "charts"
SAVE_SECONDS = 1.0
START_SECONDS = 120  # a kernel on a loaded machine
MOST_CHARACTERS = 300  # of a message
KEPT_OUTPUT = 20_000  # characters of one output of a failed cell
ORPHANED = "the process that its kernel was forked from was killed"
MARK = "papermill-error-cell-tag"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Limits:
    """What one report may take: seconds a cell and in all, bytes of memory and of output."""

    cell_seconds: int = 600
    report_seconds: int = 1800
    memory: int = 4 << 30
    output: int = 50 << 20


@dataclass(frozen=True)
class Order:
    """What a worker needs to run one report: plain values only, since it goes to another process.

    `work` is the folder to run in, `variables` the environment of the kernel.
    """

    job: Job
    work: str
    variables: dict[str, str]
    limits: Limits = Limits()


def execute(order: Order) -> tuple[str | None, float]:
    """Run one report in this process's child kernel; return what failed, or null, and its seconds.

    One at a time: a worker of a cluster may have several threads, and one environment.
    """
    with _one_at_a_time:
        began = time.monotonic()
        os.environ.update(order.variables)
        os.environ.pop("JUPYTER_PATH", None)  # the kernel is the one of this environment
        work = Path(order.work)
        shutil.rmtree(work, ignore_errors=True)  # left by a worker that was killed in it
        (work / CHARTS).mkdir(parents=True)
        (work / READS).touch()
        cell, fault = _run(order, work)
        if fault is not None:
            with contextlib.suppress(Exception):  # the fault itself matters more
                _put_on_top(work / NOTEBOOK, cell, fault)
        return fault, round(time.monotonic() - began, 3)


def _run(order: Order, work: Path) -> tuple[int, str | None]:
    """Return which cell came last, by its place, and what went wrong with it, or null."""
    import logging

    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    from analysis.reports.managing import manager_class

    logging.getLogger("papermill").setLevel(logging.ERROR)
    limits, kernel = order.limits, Kernel(order.limits.memory)
    watched = _Watched(kernel, limits)
    with watched.clock(), _kept_aside(work / "kernel.log"):
        try:
            result = papermill.execute_notebook(
                _literal(order.job.notebook),
                _literal(work / NOTEBOOK),
                parameters=order.job.parameters,
                kernel_name="python3",
                engine_name=watched.engine(),
                cwd=str(work),
                progress_bar=False,
                log_output=False,
                start_timeout=START_SECONDS,
                execution_timeout=limits.cell_seconds,
                kernel_manager_class=manager_class(kernel),
            )
        except PapermillExecutionError as fault:
            reason = " ".join(str(fault.evalue).split())[:MOST_CHARACTERS]
            if fault.ename == "MemoryError":
                reason = f"more than {_size(limits.memory)} of memory were wanted"
            said = f"cell {fault.exec_count} ended with {fault.ename}: {reason}"
            return watched.cell, watched.reason or said
        except CellTimeoutError:
            said = f"cell {watched.number} took longer than {limits.cell_seconds} s"
            return watched.cell, watched.reason or said
        except DeadKernelError:
            if kernel.forked and watched.reason is None and not may_be_forked():
                return watched.cell, ORPHANED
            return watched.cell, watched.reason or f"cell {watched.number}: {kernel.end()}"
        except FileNotFoundError:
            gone = "the notebook took away the folder that it runs in"
            return watched.cell, watched.reason or gone
        except OSError as fault:  # of ours: what a cell meets comes as an error of the notebook
            return watched.cell, watched.reason or f"the disk refused ({fault.strerror or fault})"
        except Exception as fault:  # noqa: BLE001 a kernel that does not start
            said = " ".join(f"{type(fault).__name__}: {fault}".split())[:MOST_CHARACTERS]
            return watched.cell, watched.reason or said
        finally:
            kernel.sweep()
    return watched.cell, watched.reason or _undone(result.cells)


def _literal(path: Path) -> str:
    """Return a path in which papermill replaces nothing: it takes braces for parameters."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _undone(cells: list[Any]) -> str | None:
    code = [cell for cell in cells if cell.cell_type == "code" and cell.source.strip()]
    for cell in code:
        if any(o.output_type == "error" and o.ename == "SystemExit" for o in cell.outputs):
            return f"cell {cell.execution_count} ended the notebook itself (sys.exit)"
    left = sum(cell.execution_count is None for cell in code)
    return f"{left} cells did not run" if left else None


class _Watched:
    """Counts what a run puts out and how long it takes; ends its kernel where that is too much."""

    def __init__(self, kernel: Kernel, limits: Limits) -> None:
        self.cell = 0
        self.number = 0
        self.reason: str | None = None
        self._kernel = kernel
        self._limits = limits
        self._size = 0

    @contextlib.contextmanager
    def clock(self) -> Iterator[None]:
        """End the run once it has taken as long as a report may."""
        seconds = self._limits.report_seconds
        timer = threading.Timer(seconds, self._stop, (f"it took longer than {seconds} s",))
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def engine(self) -> str:
        """Return the name under which papermill finds an engine that reports to this object."""
        from papermill.clientwrap import PapermillNotebookClient
        from papermill.engines import NBClientEngine, papermill_engines

        watched = self

        class Client(PapermillNotebookClient):  # type: ignore[misc]
            """papermill's own client, that counts."""

            def execute_cell(self, cell: Any, cell_index: int, *more: Any, **named: Any) -> Any:
                watched.cell = cell_index
                watched.number += cell.cell_type == "code" and bool(cell.source.strip())
                return super().execute_cell(cell, cell_index, *more, **named)

            def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
                if watched.too_much(msg):
                    return None
                return super().process_message(msg, cell, cell_index)

        class Engine(NBClientEngine):  # type: ignore[misc]
            """papermill's own engine, with that client."""

            @classmethod
            def execute_managed_notebook(
                cls,
                nb_man: Any,
                kernel_name: str,
                start_timeout: int = 60,
                execution_timeout: int | None = None,
                kernel_manager_class: Any = None,
                **_: Any,  # what papermill says to an engine that logs
            ) -> None:
                client = Client(
                    nb_man,
                    kernel_name=kernel_name,
                    timeout=execution_timeout,
                    startup_timeout=start_timeout,
                    kernel_manager_class=kernel_manager_class,
                )
                nb_man.save = _seldom(nb_man.save)
                try:
                    client.execute()
                finally:
                    del nb_man.save  # what papermill saves after the last cell, it saves

        papermill_engines.register("tallybook", Engine)
        return "tallybook"

    def too_much(self, message: dict[str, Any]) -> bool:
        """Count a message of the kernel; say whether it is one too many."""
        content = message.get("content", {})
        data = [content.get("text", ""), *content.get("data", {}).values()]
        self._size += sum(len(part) for part in data if isinstance(part, str))
        if self._size > self._limits.output:
            self._stop(f"cell {self.number} put out more than {_size(self._limits.output)}")
        return self._size > self._limits.output

    def _stop(self, reason: str) -> None:
        if self.reason is None:
            self.reason = reason
            self._kernel.sweep()


def _seldom(save: Callable[[], None]) -> Callable[[], None]:
    """Return what saves, but at most once a second: papermill does so before and after each cell.

    So whoever looks sees how far a long run is, and what a killed one had done is kept.
    """
    next_time = 0.0

    def sometimes() -> None:
        nonlocal next_time
        if time.monotonic() >= next_time:
            save()
            next_time = time.monotonic() + SAVE_SECONDS

    return sometimes


def _size(number: int) -> str:
    return f"{number / (1 << 30):.3g} GB" if number >= 1 << 30 else f"{number / (1 << 20):.3g} MB"


def _put_on_top(path: Path, place: int, fault: str) -> None:
    """Put the fault and the failed cell before everything else in the notebook that is kept."""
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    cells = [c for c in notebook.cells if MARK not in c.metadata.get("tags", [])]
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and len(output.text) > KEPT_OUTPUT:
                output.text = f"{output.text[:KEPT_OUTPUT]}\n[cut: {len(output.text):,} characters]"
    words = nbformat.v4.new_markdown_cell(f"**This report failed.** The cell below: {fault}.")
    shown = [words, nbformat.from_dict({**cells[place], "id": "failed"})] if cells else [words]
    notebook.cells = [*shown, *cells]
    with path.open("w", encoding="utf-8") as file:
        nbformat.write(notebook, file)


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
