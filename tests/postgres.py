"""A real PostgreSQL server for tests: in a folder of its own, on a socket, as an ordinary user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a server that is stopped and removed afterwards."""
    binaries = BINARIES[-1].parent
    # The path of a socket may have some hundred characters: no deep folder of a test.
    folder = Path(tempfile.mkdtemp(prefix="tallybook-pg-", dir="/tmp"))
    user: str | None = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "postgres"
        shutil.chown(folder, user, pwd.getpwnam(user).pw_gid)

    def run(*command: object) -> None:
        subprocess.run(
            list(map(str, command)),
            check=True,
            stdout=subprocess.DEVNULL,
            user=user,
            cwd=folder,
            timeout=60,
        )

    data = folder / "data"
    try:
        run(binaries / "initdb", "-D", data, "-A", "trust", "-U", "tester", "-E", "UTF8", "-N")
        flags = f"-k {folder} -c listen_addresses='' -c fsync=off"
        run(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", flags, "start")
        try:
            yield f"postgresql+psycopg://tester@/postgres?host={folder}"
        finally:
            run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
