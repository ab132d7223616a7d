"""The kernel of one report: forked or started anew, limited in memory, ended with all it began."""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from typing import Any

from analysis.reports.prefork import KERNEL, VARIABLE

ANSWER_SECONDS = 10.0  # how long the process that forks may take for it
LOOK_SECONDS = 0.005


class Kernel:
    """What is known about the kernel of one run, from its start to its end."""

    def __init__(self, memory: int) -> None:
        """Take the bytes of memory that it may have."""
        self.memory = memory
        self.group: int | None = None
        self.forked = False
        self.code: int | None = None

    def sweep(self) -> None:
        """Kill the kernel with every process that it began; it has a group of its own."""
        if self.group is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.group, signal.SIGKILL)

    def end(self) -> str:
        """Return in words how the kernel ended by itself."""
        if self.code == -signal.SIGKILL:
            return "its kernel was killed, perhaps for want of memory"
        if self.code is not None and self.code < 0:
            return f"its kernel died ({signal.Signals(-self.code).name})"
        return f"its kernel ended by itself (exit code {self.code})"


class Forked:
    """A kernel that another process forked for us, with the face of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, place: str, order: Mapping[str, Any]) -> None:
        """Ask for it at a socket; raises OSError or ValueError where none is to be had."""
        self.returncode: int | None = None
        self._held = b""
        self._line = socket.socket(socket.AF_UNIX)
        try:
            self._line.settimeout(ANSWER_SECONDS)
            self._line.connect(place)
            self._line.sendall(json.dumps(order).encode() + b"\n")
            while b"\n" not in self._held and (part := self._line.recv(64)):
                self._held += part
            first, _, self._held = self._held.partition(b"\n")
            self.pid = int(first)
        except BaseException:
            self._line.close()
            raise
        self._line.settimeout(0)

    def poll(self) -> int | None:
        """Return the exit code; null while it runs."""
        while self.returncode is None:
            try:
                part = self._line.recv(64)
            except BlockingIOError:
                return None
            except OSError:
                part = b""
            self._held += part
            if not part or b"\n" in self._held:
                text = self._held.strip()
                self.returncode = int(text) if text else -signal.SIGKILL
                self._line.close()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most so many seconds; return the exit code."""
        end = None if timeout is None else time.monotonic() + timeout
        while self.poll() is None and (end is None or time.monotonic() < end):
            time.sleep(LOOK_SECONDS)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)


def forked(cmd: list[str], kernel: Kernel, more: Mapping[str, Any]) -> Forked | None:
    """Return a forked kernel; null where it has to be started anew."""
    place = os.environ.get(VARIABLE)
    if not place or KERNEL not in cmd or cmd[0] != sys.executable:
        return None
    end = time.monotonic() + ANSWER_SECONDS
    while not os.path.lexists(place) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)  # it still imports, which costs less than to import for oneself
    order = {
        "python": sys.executable,
        "arguments": cmd[cmd.index(KERNEL) + 1 :],
        "env": dict(more.get("env") or os.environ),
        "cwd": str(more.get("cwd") or os.getcwd()),  # noqa: PTH109 as the library names it
        "memory": kernel.memory,
    }
    with contextlib.suppress(OSError, ValueError):
        process = Forked(place, order)
        kernel.forked = True
        return process
    return None


def may_be_forked() -> bool:
    """Say whether the process that forks kernels still answers."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(ANSWER_SECONDS)
            line.connect(os.environ.get(VARIABLE, ""))
    except OSError:
        return False
    return True
