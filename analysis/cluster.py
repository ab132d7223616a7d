"""Processes on other machines, behind a Dask scheduler, that are used like a pool of this machine.

What a cluster may do to a run: a worker that dies costs time and nothing else, since its tasks go
to another one; work that kills every worker it meets is given up; a scheduler that no longer
answers, or has no worker left, ends the run with a message. Nothing waits for ever.
"""

import contextlib
import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from analysis.errors import BadUsage, ClusterFault

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 1.0  # how often the scheduler is asked
SILENT_SECONDS = 30.0  # how long it may leave that unanswered: a machine may be very busy
EMPTY_SECONDS = 60.0  # how long it may be without a worker: a killed one comes back within seconds
RESULT_SECONDS = 3600.0  # how long nothing may be finished while something is asked for
PACKAGE = Path(__file__).resolve().parent


@cache
def code_id() -> str:
    """Return the content id of this package's code and words: workers must have the same."""
    content = hashlib.sha256()
    for path in sorted(p for kind in ("*.py", "*.toml") for p in PACKAGE.rglob(kind)):
        if path.is_relative_to(PACKAGE / "shipped"):
            continue  # an installed package carries stories, a checkout has them elsewhere
        content.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return content.hexdigest()[:12]


def _same_code(expected: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function on a worker, unless another version of the package is installed there."""
    if code_id() != expected:
        reason = "a worker has another version of Tallybook; install the same one on every machine"
        raise ClusterFault(reason)
    return function(*arguments)


def _state(path: str) -> tuple[int, int] | None:
    """Return size and time of change of a file, by which a worker knows ours from another one."""
    try:
        held = Path(path).stat()
    except OSError:
        return None
    return held.st_size, held.st_mtime_ns


class Cluster(Executor):
    """An executor that works on a Dask cluster; `connect` makes one."""

    def __init__(self, client: Any, address: str) -> None:
        """Take a connected client and watch its scheduler."""
        self._client = client
        self._address = address
        # By default Dask would hand out an earlier result of the same arguments.
        self._pool = client.get_executor(pure=False)
        self._open: set[Future[Any]] = set()
        self._guard = threading.Lock()
        self._fault: ClusterFault | None = None
        self._ended = threading.Event()
        self._moved = time.monotonic()
        self.threads = max(1, sum(self._asked().values()))
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Hand a call to a worker; its future never waits for a cluster that is gone."""
        if kwargs:
            raise TypeError("a task of the cluster takes arguments by position")
        promised: Future[Any] = Future()
        with self._guard:
            if self._fault is not None:
                promised.set_exception(self._fault)
                return promised
            if not self._open:
                self._moved = time.monotonic()
            self._open.add(promised)
        inner = self._pool.submit(_same_code, code_id(), fn, *args)
        inner.add_done_callback(lambda done: self._settle(promised, done))
        return promised

    def check_folder(self, folder: Path) -> None:
        """Raise ClusterFault unless every worker sees this folder, and not one of the same name."""
        mark = folder / f".seen-{uuid4().hex}"
        mark.touch()
        try:
            seen = self._client.run(_state, str(mark))
        finally:
            mark.unlink()
        if blind := sorted(worker for worker, state in seen.items() if state is None):
            reason = (
                f"the worker {blind[0]} does not see {folder}; "
                "put the project in a folder that all machines share"
            )
            raise ClusterFault(reason)

    def sees(self, path: Path) -> bool:
        """Say whether every worker sees this very file, so that it need not be sent."""
        place = str(path.resolve())
        ours = _state(place)
        return ours is not None and set(self._client.run(_state, place).values()) == {ours}

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 the signature is the library's
        """Leave the cluster; it goes on for others."""
        self._ended.set()
        self._watcher.join()
        with contextlib.suppress(Exception):  # a scheduler that is gone cannot be told good-bye
            self._client.close(timeout=1)

    def _settle(self, promised: Future[Any], done: Future[Any]) -> None:
        with self._guard:
            if promised not in self._open:
                return
            self._open.discard(promised)
            self._moved = time.monotonic()
        fault: BaseException | None
        try:
            fault = done.exception(timeout=0)
        except CancelledError:
            fault = ClusterFault(
                f"the Dask scheduler at {self._address} lost its work; nothing is lost, run again"
            )
        if fault is None:
            promised.set_result(done.result(timeout=0))
        elif type(fault).__name__ == "KilledWorker":
            promised.set_exception(BrokenExecutor("every worker that took it was killed"))
        else:
            promised.set_exception(fault)

    def _asked(self) -> dict[str, int]:
        """Return how many threads each worker has, as the scheduler says now."""
        threads: dict[str, int] = self._client.sync(
            self._client.scheduler.ncores, callback_timeout=CONNECT_SECONDS
        )
        return threads

    def _watch(self) -> None:
        answered = peopled = time.monotonic()
        while not self._ended.wait(LOOK_SECONDS):
            now = time.monotonic()
            with contextlib.suppress(Exception):  # whatever is wrong: it did not answer
                self.threads = sum(self._asked().values())
                answered = time.monotonic()
                peopled = answered if self.threads else peopled
            with self._guard:
                idle = now - self._moved if self._open else 0.0
            if now - answered > SILENT_SECONDS:
                return self._give_up("no longer answers")
            if now - peopled > EMPTY_SECONDS:
                return self._give_up("has no worker left")
            if idle > RESULT_SECONDS:
                return self._give_up(f"brought no result for {RESULT_SECONDS:.0f} seconds")
        return None

    def _give_up(self, what: str) -> None:
        reason = f"the Dask scheduler at {self._address} {what}; nothing is lost, run again"
        with self._guard:
            self._fault = ClusterFault(reason)
            waiting, self._open = self._open, set()
        for promised in waiting:
            promised.set_exception(self._fault)


@contextlib.contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """Yield an executor on the Dask cluster whose scheduler is at an address, tcp://HOST:PORT.

    Raises BadUsage where the package `distributed` is missing or the address is none, and
    ClusterFault where nobody answers there, or no worker with the same Tallybook is found.
    """
    try:
        import distributed
    except ImportError:
        reason = "a cluster needs one more package: pip install 'tallybook[cluster]'"
        raise BadUsage(reason) from None
    if not address.startswith(("tcp://", "tls://")):
        reason = f"'{address}' is no address of a scheduler; write it as tcp://127.0.0.1:8786"
        raise BadUsage(reason)
    for name in list(logging.root.manager.loggerDict):
        if name.startswith(("distributed", "tornado")):  # what is wrong is said once, by us
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        make_client: Any = distributed.Client  # typed in part only
        client = make_client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as fault:
        reason = (
            f"no Dask scheduler answers at {address} ({type(fault).__name__}); "
            "start one (dask scheduler) or leave --scheduler out"
        )
        raise ClusterFault(reason) from None
    cluster = None
    try:
        _check_workers(client, address)
        cluster = Cluster(client, address)
        yield cluster
    finally:
        if cluster is None:
            client.close(timeout=1)
        else:
            cluster.shutdown()


def _check_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
    except Exception:  # noqa: BLE001 a time-out by another name in each version
        reason = f"the Dask scheduler at {address} has no worker; start one: dask worker {address}"
        raise ClusterFault(reason) from None
    try:
        found = client.run(code_id)
    except Exception as fault:  # noqa: BLE001 of whatever kind: the worker cannot load the package
        said = " ".join(str(fault).split())[:120]
        reason = (
            f"the workers at {address} cannot load Tallybook ({said}); "
            "install the same version on every machine"
        )
        raise ClusterFault(reason) from None
    if other := sorted(worker for worker, code in found.items() if code != code_id()):
        reason = (
            f"the worker {other[0]} has another version of Tallybook; "
            "install the same one on every machine"
        )
        raise ClusterFault(reason)
