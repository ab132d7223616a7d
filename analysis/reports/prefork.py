"""A process that has imported what notebooks need, and forks a kernel whenever it is asked.

Most of the time that a short notebook takes goes into starting Python and importing the same
libraries again. This process does that once for a build. It makes no thread, no event loop and no
ZeroMQ context, which would not survive a fork; each kernel makes its own, and is a usual ipykernel.

It is asked through a socket in a private folder: one connection a kernel, with one line of JSON;
it answers with the process id, and with the exit code when the kernel has ended. A connection that
is closed before ends its kernel. All kernels end when the process that started this one ends.
"""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import random
import selectors
import signal
import socket
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

VARIABLE = "TALLYBOOK_KERNELS"  # says to workers where the socket is
KERNEL = "ipykernel_launcher"
# What a kernel imports by itself while it starts, and a figure while it is drawn.
LIBRARIES = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics",
    "IPython.core.oinspect",
    "IPython.core.profileapp",
    "IPython.extensions.storemagic",
    "comm",
    "debugpy",
    "faulthandler",
    "psutil",
    "tornado.platform.asyncio",
    "numpy",
    "pandas",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    *(f"PIL.{name}ImagePlugin" for name in ("Bmp", "Gif", "Jpeg", "Png", "Ppm")),
    "pyarrow.pandas_compat",
)
LINE = 1 << 20  # bytes that an order may have


def serve(place: str, modules: Sequence[str]) -> None:
    """Import everything, then fork a kernel for each connection until standard input ends."""
    gc.disable()  # what is imported stays: to look through it again and again takes a fifth
    for name in (*LIBRARIES, *modules):
        with contextlib.suppress(Exception):  # then the kernel says so, or does without
            importlib.import_module(name)
    if threading.active_count() > 1:
        Path(place).touch()  # which answers nobody: workers need not wait for it
        return  # some library began a thread: a fork would leave it behind, with its locks
    gc.collect()
    gc.freeze()
    gc.enable()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"{place}.part")
        listener.listen(64)
        Path(f"{place}.part").rename(place)  # whoever finds it, is answered
        _Server(listener).run()
    os._exit(0)  # whoever asked for it waits: nothing has to be taken down in good order


class _Server:
    """Forks kernels and tells of their ends."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._kernels: dict[int, socket.socket] = {}
        self._selector = selectors.DefaultSelector()
        self._woken, self._wake = os.pipe()
        os.set_blocking(self._woken, False)
        os.set_blocking(self._wake, False)

    def run(self) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake)
        for source in (self._listener, self._woken, sys.stdin):
            self._selector.register(source, selectors.EVENT_READ)
        while True:
            for key, _ in self._selector.select():
                if key.fileobj is sys.stdin:
                    return self._end()
                if key.fileobj is self._listener:
                    self._begin(self._listener.accept()[0])
                elif key.fileobj == self._woken:
                    os.read(self._woken, 1024)
                elif isinstance(key.fileobj, socket.socket):
                    self._left(key.fileobj)
            self._reap()

    def _begin(self, asked: socket.socket) -> None:
        order = _order(asked)
        if order is None:
            asked.close()
            return
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            self._selector.close()
            for other in (self._listener, asked, *self._kernels.values()):
                other.close()
            os.close(self._woken)
            os.close(self._wake)
            _kernel(order)
        with contextlib.suppress(OSError):
            asked.sendall(f"{pid}\n".encode())
        self._kernels[pid] = asked
        self._selector.register(asked, selectors.EVENT_READ)

    def _left(self, gone: socket.socket) -> None:
        """End the kernel of a connection that was closed."""
        with contextlib.suppress(KeyError):  # it has just ended by itself
            self._selector.unregister(gone)
        for pid, asked in self._kernels.items():
            if asked is gone:
                _kill(pid)

    def _reap(self) -> None:
        while self._kernels:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            asked = self._kernels.pop(pid)
            with contextlib.suppress(KeyError):
                self._selector.unregister(asked)
            with contextlib.suppress(OSError):
                asked.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            asked.close()

    def _end(self) -> None:
        for pid in self._kernels:
            _kill(pid)


def _kill(group: int) -> None:
    for kill in (os.killpg, os.kill):  # it may not have made its group yet
        with contextlib.suppress(OSError):
            kill(group, signal.SIGKILL)


def _order(asked: socket.socket) -> dict[str, Any] | None:
    asked.settimeout(5)
    line = b""
    try:
        while not line.endswith(b"\n") and len(line) < LINE:
            part = asked.recv(65536)
            if not part:
                return None
            line += part
        found: dict[str, Any] = json.loads(line)
    except (OSError, ValueError):
        return None
    # A command of another environment may have been started by one of this.
    return found if found["python"] == sys.executable else None


def _kernel(order: Mapping[str, Any]) -> NoReturn:
    """Become a kernel: with the environment, folder and limits of one that was started anew."""
    code = 1
    try:
        parent = os.getppid()
        os.setsid()
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(order["env"])
        os.environ["JPY_PARENT_PID"] = str(parent)
        os.chdir(order["cwd"])
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (order["memory"], order["memory"]))
        nothing = os.open(os.devnull, os.O_RDONLY)
        log = os.open("kernel.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for ours, theirs in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(ours, theirs)
        random.seed()
        if "numpy.random" in sys.modules:
            sys.modules["numpy.random"].seed()
        found = importlib.util.find_spec(KERNEL)
        sys.argv = [str(found.origin if found else KERNEL), *order["arguments"]]
        code = _work(parent, order["arguments"])
    except BaseException:  # noqa: BLE001 the log says it; nothing of the parent may go on here
        import traceback

        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):
                stream.flush()
        os._exit(code)


def _work(parent: int, arguments: list[str]) -> int:
    import atexit

    from ipykernel.kernelapp import IPKernelApp

    try:
        app: Any = IPKernelApp.instance(parent_handle=parent)  # typed in part only
        app.initialize(arguments)
        app.start()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        atexit._run_exitfuncs()  # noqa: SLF001 what a notebook registered is done, as always
    return 0


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2:])
