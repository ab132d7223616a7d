"""The command line: parse, call, print. The only room that prints, reads the clock and exits."""

import sys

from analysis import quick


def main() -> None:
    """Run one command and exit with its code; a user never sees a stack trace for bad input."""
    if quick.main(sys.argv[1:]):
        return
    import signal

    from analysis.cli.commands import tallybook
    from analysis.errors import TallybookError

    signal.signal(signal.SIGTERM, _stop)
    try:
        code = tallybook.main(standalone_mode=False)
    except TallybookError as fault:
        sys.exit(_fail(str(fault), fault.exit_code))
    except Exception as fault:  # noqa: BLE001 raised again where it is ours
        sys.exit(_explained(fault))
    sys.exit(code if isinstance(code, int) else 0)


def _stop(*_: object) -> None:
    """Leave in good order: what was begun for this run, processes and files, is taken away."""
    import signal

    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(_fail("stopped; nothing is lost, run the same command again", 128 + signal.SIGTERM))


def _explained(fault: Exception) -> int:
    """Print what a user can do about a fault that is not ours, or raise it where it is."""
    import errno
    from concurrent.futures import BrokenExecutor

    import click

    disk = (errno.EFBIG, errno.EROFS, errno.EIO, errno.EISDIR)
    if isinstance(fault, click.exceptions.Abort):
        return _fail("stopped; nothing is lost, run the same command again", 130)
    if isinstance(fault, click.ClickException):
        fault.show()
        return fault.exit_code
    if isinstance(fault, BrokenPipeError):
        # The reader of a pipe went away, as `head` does: nobody is left to tell.
        sys.stderr.close()
        return 0
    if isinstance(fault, OSError) and fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return _fail("the disk is full; nothing is lost, make room and run again", 1)
    if isinstance(fault, OSError) and fault.errno in disk:
        place = f"{fault.filename}: " if fault.filename else ""
        return _fail(f"{place}{fault.strerror}; nothing is lost, mend that and run again", 1)
    if isinstance(fault, BrokenExecutor):
        return _fail("a process was killed, perhaps for want of memory; run with fewer --jobs", 1)
    if isinstance(fault, PermissionError):
        return _fail(f"{fault.filename}: no permission; give it and run again", 1)
    raise fault


def _fail(message: str, code: int) -> int:
    print(f"tallybook: {' '.join(message.splitlines())}", file=sys.stderr)
    return code
