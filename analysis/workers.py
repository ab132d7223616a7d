"""Processes that work for this one, and end when it ends, however it ends."""

import multiprocessing
import os
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import forkserver
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


_forking: set[int] = set()  # the process that has one to fork its workers from: a fork has none


def pool(count: int, *, forked: bool = False) -> ProcessPoolExecutor:
    """Return a pool of processes that end when this one does.

    They are spawned, or with `forked` come from the process that `get_ready` began, where there is
    one; never from this one, which may have threads of libraries.
    """
    start = "forkserver" if forked and os.getpid() in _forking else "spawn"
    return ProcessPoolExecutor(
        count, multiprocessing.get_context(start), initializer=_end_with_parent
    )


def get_ready(modules: Sequence[str], folder: str | None) -> None:
    """Begin a process that imports modules once for all workers that are forked from it.

    It imports while this process goes on, and ends with it; its socket lies in `folder`, whose
    path has to be short. Further calls do nothing, and without it workers are spawned.
    """
    multiprocessing.set_forkserver_preload(list(modules))
    before, tempfile.tempdir = tempfile.tempdir, folder or tempfile.tempdir
    try:
        forkserver.ensure_running()
        _forking.add(os.getpid())
    except OSError:
        _forking.discard(os.getpid())
    finally:
        tempfile.tempdir = before


@contextmanager
def hired(count: int, *, forked: bool = False) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool that waits for its work where all is well, and is stopped at once where not."""
    executor = pool(count, forked=forked)
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in multiprocessing.active_children():
            process.kill()
        raise
    finally:
        executor.shutdown()


def in_order(
    function: Callable[[Item], Result],
    items: Iterable[Item],
    executor: Executor | None = None,
    ahead: int = 1,
    here: Callable[[Item], bool] = lambda _: False,
) -> Iterator[tuple[Item, Result | None]]:
    """Yield each item with what the function gives for it, in order, worked on by an executor.

    At most `ahead` items are on their way, so that memory does not grow with their number. Without
    an executor the work is done here, as is that on items of which `here` says so. A result is
    null where every worker of a cluster that took the item was killed.
    """
    if executor is None:
        yield from ((item, function(item)) for item in items)
        return
    waiting: deque[tuple[Item, Future[Result]]] = deque()
    for item in items:
        if here(item):
            future: Future[Result] = Future()
            future.set_result(function(item))
        else:
            future = executor.submit(function, item)
        waiting.append((item, future))
        if len(waiting) >= ahead:
            first, done = waiting.popleft()
            yield first, _settled(done)
    while waiting:
        first, done = waiting.popleft()
        yield first, _settled(done)


def _settled(future: Future[Result]) -> Result | None:
    try:
        return future.result()
    except BrokenProcessPool:
        raise  # a pool of this machine does not come back
    except BrokenExecutor:
        return None


def _end_with_parent() -> None:
    """Wait in a thread for the end of the parent; end this process then."""
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)  # nobody waits for the result, and nothing is half written: files are renamed

    threading.Thread(target=wait, daemon=True).start()
