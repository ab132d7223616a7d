"""A scheduler of Dask and its workers, on loopback, each in a process of its own."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

START_SECONDS = 60


def dask(*arguments, folder):
    """Start a command of Dask; what it prints goes to a file, so that no pipe fills."""
    with (folder / f"{arguments[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *map(str, arguments)],
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )


def end(process):
    """End a process that was started here, with its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def peak_memory(pid):
    """Return the most MB that a process has held, or nothing where it is gone."""
    try:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text("utf-8"))
    except OSError:
        return None
    return int(found[1]) / 1024 if found else None


class Machines:
    """A scheduler and its workers, each in a process of its own."""

    def __init__(self, folder):
        """Start the scheduler."""
        self.folder = folder
        self.file = folder / "scheduler.json"
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        self.scheduler = dask("scheduler", *options, "--scheduler-file", self.file, folder=folder)
        deadline = time.monotonic() + START_SECONDS
        while not self.file.exists() or not self.file.read_text():
            assert time.monotonic() < deadline, (folder / "scheduler.log").read_text()
            time.sleep(0.05)
        self.address = json.loads(self.file.read_text())["address"]
        self.workers = []

    def add_worker(self, *, nanny=False):
        """Start a worker; one with a nanny is started again when it is killed."""
        options = ("--nthreads", "1", "--no-dashboard", "--host", "127.0.0.1")
        options += () if nanny else ("--no-nanny",)
        self.workers.append(dask("worker", self.address, *options, folder=self.folder))

    def wait_for_workers(self, count):
        """Wait until so many workers have joined."""
        ready = "Registered to"
        deadline = time.monotonic() + START_SECONDS
        while (self.folder / "worker.log").read_text().count(ready) < count:
            assert time.monotonic() < deadline, (self.folder / "worker.log").read_text()
            time.sleep(0.05)

    def peak_memory(self):
        """Return the most MB that a worker has held."""
        return max(peak_memory(worker.pid) or 0.0 for worker in self.workers)

    def stop(self):
        """End all of them."""
        for process in (*self.workers, self.scheduler):
            end(process)
