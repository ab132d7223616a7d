"""How progress is shown: a bar on a terminal, plain lines elsewhere."""

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

STEPS = """
from analysis.cli.meter import Meter
with Meter() as meter:
    meter.show("running notebooks", 0, 3, "about 6.0 s left")
    meter.show("running notebooks", 1, 3, "overview took 2.0 s, about 4.0 s left")
    meter.show("running notebooks", 3, 3, "source-nis took 1.0 s")
"""


def shown(terminal):
    """Return what a run of three reports writes to standard error."""
    if not terminal:
        return subprocess.run(
            [sys.executable, "-c", STEPS], capture_output=True, text=True, check=True
        ).stderr
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    with subprocess.Popen([sys.executable, "-c", STEPS], stderr=theirs) as process:
        os.close(theirs)
        found = b""
        while True:
            try:
                part = os.read(ours, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            found += part
        assert process.wait(60) == 0
    os.close(ours)
    return found.decode()


def test_without_a_terminal_lines_are_plain():
    """In a mail from cron no character steers a screen."""
    assert shown(terminal=False) == (
        "running notebooks: 0 of 3, about 6.0 s left\n"
        "running notebooks: 1 of 3, overview took 2.0 s, about 4.0 s left\n"
        "running notebooks: 3 of 3, source-nis took 1.0 s\n"
    )


def test_on_a_terminal_a_bar_names_the_report_and_the_time_left():
    """It is taken away at the end."""
    said = shown(terminal=True)
    assert "running notebooks: 1 of 3 |" in said
    assert "overview took 2.0 s, about 4.0 s left" in said
    assert said.rpartition("source-nis took 1.0 s")[2].strip("\r\n ") in ("", "\x1b[A")
