"""Calls of the command line within this process: a new one imports for two seconds first."""

import io
import os
import signal
import sys
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from analysis.cli import main


def run_here(home, *words):
    """Run `tallybook` as its command does; return exit code, standard output and the rest.

    In the home of a folder; null: wherever we are.
    """
    said, rest = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    before = signal.getsignal(signal.SIGTERM)
    code = 0
    try:
        with (
            mock.patch.dict(os.environ, {"TALLYBOOK_HOME": str(home)} if home else {}),
            mock.patch.object(sys, "argv", ["tallybook", *map(str, words)]),
            redirect_stdout(said),
            redirect_stderr(rest),
        ):
            main()
    except SystemExit as end:
        code = end.code or 0
    finally:
        signal.signal(signal.SIGTERM, before)
    out, err = (stream.buffer.getvalue().decode() for stream in (said, rest))
    assert "Traceback" not in err, err
    return code, out, err
