"""A copy of the ledger, for a run that only says what it would do."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.errors import LedgerFault


@contextmanager
def copied(ledger: Path | str) -> Iterator[Path]:
    """Yield a copy of a ledger; raises LedgerFault where it cannot be used."""
    with tempfile.TemporaryDirectory(prefix="tallybook-") as folder:
        copy = Path(folder) / "ledger.sqlite"
        if isinstance(ledger, str):
            from analysis.ledger import Ledger

            with Ledger(ledger) as held:
                held.copy_to(copy)
        elif ledger.is_file():
            try:
                if not _copied_at_rest(ledger, copy):
                    with (
                        sqlite3.connect(f"file:{ledger}?mode=ro", uri=True) as old,
                        sqlite3.connect(copy) as new,
                    ):
                        old.backup(new)
            except sqlite3.Error as fault:
                reason = f"{ledger}: the ledger cannot be used ({fault}); bring back a copy"
                raise LedgerFault(reason) from None
        yield copy


def _copied_at_rest(ledger: Path, copy: Path) -> bool:
    """Copy a ledger that nobody writes to, without a trace beside it; say whether that was so.

    SQLite's own copy leaves two files beside a ledger that it may only read.
    """
    beside = ledger.with_name(f"{ledger.name}-wal")
    before = ledger.stat()
    if beside.exists():
        return False
    shutil.copyfile(ledger, copy)
    after = ledger.stat()
    return not beside.exists() and (before.st_size, before.st_mtime_ns, before.st_ino) == (
        after.st_size,
        after.st_mtime_ns,
        after.st_ino,
    )
