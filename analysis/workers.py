"""Processes that work for this one, and end when it ends, however it ends."""

import multiprocessing
import os
import threading
import time
from concurrent.futures import ProcessPoolExecutor

LOOK_SECONDS = 1.0  # how often a worker looks whether its parent is still there


def pool(count: int) -> ProcessPoolExecutor:
    """Return a pool of processes that outlive this one by about a second at most.

    Spawned, not forked: this process may have threads of libraries.
    """
    return ProcessPoolExecutor(
        count,
        multiprocessing.get_context("spawn"),
        initializer=_end_with,
        initargs=(os.getpid(),),
    )


def _end_with(parent: int) -> None:
    """Watch from a thread whether the parent is still the parent; end this process if not."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(LOOK_SECONDS)
        os._exit(1)  # nobody waits for the result, and nothing is half written: files are renamed

    threading.Thread(target=watch, daemon=True).start()
