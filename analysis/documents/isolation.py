"""A room apart for hostile files: one child process with limits, used again from file to file.

A page or archive may be made so that a parser never ends or eats all memory. The child is told
one file at a time and answers in JSON. Where it dies or takes too long, that one file is refused
and the next one gets a new child. The child ends when this process ends.
"""

import base64
import contextlib
import json
import os
import resource
import subprocess
import sys
import threading
from dataclasses import asdict
from types import TracebackType
from typing import Self

from analysis.errors import BadDocument
from analysis.model import Document, Refusal

SECONDS = 45.0  # for one file
MEMORY = 3 * 1024**3 // 2  # bytes of address space, pages of libraries included


class Room:
    """A child process that reads files by `analysis.documents.formats.read_hostile`."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """Take the limits for one file; the child starts with the first one."""
        self._seconds = seconds
        self._memory = memory
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Return the room."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the child."""
        self.close()

    def close(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for stream in (child.stdin, child.stdout):
            if stream:
                with contextlib.suppress(OSError):  # what it had not taken is lost with it
                    stream.close()
        child.wait()

    def read(self, data: bytes, name: str, origin: str, story: str) -> list[Document | Refusal]:
        """Return what the file holds; raises BadDocument where it is refused or stops the child."""
        child = self._started()
        late = threading.Event()

        def stop() -> None:
            late.set()
            child.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018 for mypy
            order = {"name": name, "origin": origin, "story": story}
            order["data"] = base64.b64encode(data).decode()
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
            answer = child.stdout.readline()
        except OSError:
            answer = b""
        finally:
            timer.cancel()
        if not answer.endswith(b"\n"):
            self.close()
            limit = f"after {self._seconds:g} seconds" if late.is_set() else "by a fault or limit"
            raise BadDocument(f"reading it was stopped {limit}, so nothing of it is taken")
        told = json.loads(answer)
        if "fault" in told:
            raise BadDocument(told["fault"])
        return [
            Document(**fields) if kind == "document" else Refusal(**fields)
            for kind, fields in told["found"]
        ]

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-m", "analysis.documents.isolation", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )
        return self._child


def _serve(memory: int) -> None:
    """Answer orders until the parent goes; what a library prints goes nowhere."""
    from analysis.documents.formats import read_hostile

    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "linux":  # elsewhere the address space cannot be limited
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    for line in sys.stdin.buffer:
        # A child whose parent was killed while it read ends by this limit at the latest.
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + 2 * SECONDS)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        answers.write(_answer(json.loads(line), read_hostile) + b"\n")
        answers.flush()


def _answer(order: dict[str, str], read: object) -> bytes:
    data = base64.b64decode(order.pop("data"))
    try:
        found = [
            ("document" if isinstance(f, Document) else "refusal", asdict(f))
            for f in read(data, **order)  # type: ignore[operator] # imported late, in the child
        ]
        return json.dumps({"found": found}).encode()
    except BadDocument as fault:
        return json.dumps({"fault": str(fault)}).encode()
    except MemoryError:
        return json.dumps({"fault": "it takes more memory than one file may have"}).encode()
    except Exception as fault:  # noqa: BLE001 a parser may fail in any way; it is one refused file
        return json.dumps({"fault": f"it cannot be read ({type(fault).__name__})"}).encode()


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
