"""Begin what runs are forked from, and end it: a process for kernels and one for workers."""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from analysis.reports import prefork
from analysis.workers import get_ready

INLINE = "module://matplotlib_inline.backend_inline"
# What a worker imports before it can talk to a kernel.
WORKERS = (
    "papermill",
    "nbclient",
    "jupyter_client.provisioning",
    "analysis.reports.managing",
    "analysis.reports.worker",
    "analysis.reports.schemas",
    "IPython",
    "ipykernel.kernelspec",
)


def forks_safely() -> bool:
    """Say whether a process may be forked here after it loaded libraries: on Linux only."""
    return sys.platform == "linux"


@contextlib.contextmanager
def started(
    folder: Path, modules: Sequence[str], variables: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Run a process that forks kernels while the block runs; yield the variable that leads to it.

    `folder` is private and has a short name; `modules` are imported besides. Where the process
    cannot serve, workers find no socket and start their kernels in the usual way.
    """
    place = folder / "kernels.sock"
    try:
        server = subprocess.Popen(
            [sys.executable, "-P", "-m", prefork.__name__, str(place), *modules],
            env={**os.environ, **variables, "MPLBACKEND": os.environ.get("MPLBACKEND") or INLINE},
            stdin=subprocess.PIPE,  # its end tells the process that we are no more
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is ours to answer
        )
    except OSError:  # no more processes may be had, or no Python may be started anew
        yield {prefork.VARIABLE: ""}
        return
    threading.Thread(target=_tell_of_its_end, args=(server, place), daemon=True).start()
    try:
        yield {prefork.VARIABLE: str(place)}
    finally:
        if server.stdin:
            server.stdin.close()
        if not os.path.lexists(place):
            server.kill()  # it still imports: no kernel of it is left behind
        try:
            server.wait(5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _tell_of_its_end(server: "subprocess.Popen[bytes]", place: Path) -> None:
    """Leave a file that answers nobody where the process ends before it serves: none waits then."""
    server.wait()
    if not os.path.lexists(place):
        with contextlib.suppress(OSError):  # the folder is gone, too: nobody waits
            place.touch()


@contextlib.contextmanager
def resident(modules: Sequence[str]) -> Iterator[dict[str, str]]:
    """Keep ready what runs need while the block runs; yield the variable that leads to kernels.

    That is a process as above, and one that workers are forked from. Where a block around this one
    keeps them, they are used; where forking is not safe, each run starts its own as usual.
    """
    if not forks_safely():
        yield {prefork.VARIABLE: ""}
        return
    if held := os.environ.get(prefork.VARIABLE):
        get_ready(WORKERS, short_folder())  # of this process, which may be another one
        yield {prefork.VARIABLE: held}
        return
    with (
        tempfile.TemporaryDirectory(prefix="tallybook-", dir=short_folder()) as folder,
        started(Path(folder), modules, {"IPYTHONDIR": folder}) as found,
    ):
        get_ready(WORKERS, short_folder())
        os.environ.update(found)
        try:
            yield found
        finally:
            os.environ.pop(prefork.VARIABLE, None)


def short_folder() -> str | None:
    """Return where a folder with a socket is made: its path may have some hundred characters."""
    return "/tmp" if Path("/tmp").is_dir() else None  # noqa: S108 a folder of our own in it
