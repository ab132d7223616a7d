"""Show how far long work is: a bar on a terminal, plain lines elsewhere."""

import sys
from types import TracebackType
from typing import Any, Self

# tqdm's own guess of the end takes all steps for equal; what is known of it stands in the note.
BAR = "{desc}: {n_fmt} of {total_fmt} |{bar:20}| {elapsed}{postfix}"
PLAIN_STEPS = 10  # how many lines a stage prints at most where nobody watches


class Meter:
    """Show progress on standard error, so that standard output holds results alone."""

    def __init__(self, *, quiet: bool = False) -> None:
        """Choose a bar or lines by whether standard error is a terminal."""
        self._quiet = quiet
        self._terminal = sys.stderr.isatty()
        self._bar: Any = None
        self._stage = ""
        self._shown = -1

    def show(self, stage: str, done: int, total: int, note: str = "") -> None:
        """Say that `done` of `total` steps of a stage are done, and what a note says besides."""
        if self._quiet or not total:
            return
        if self._terminal:
            self._draw(stage, done, total, note)
        elif stage != self._stage or done * PLAIN_STEPS // total > self._shown:
            self._shown = done * PLAIN_STEPS // total
            said = f"{stage}: {done} of {total}" + (f", {note}" if note else "")
            print(said, file=sys.stderr, flush=True)
        self._stage = stage

    def _draw(self, stage: str, done: int, total: int, note: str) -> None:
        from tqdm import tqdm

        if self._bar is None or stage != self._stage:
            self.__exit__(None, None, None)
            self._bar = tqdm(total=total, desc=stage, file=sys.stderr, leave=False, bar_format=BAR)
        self._bar.total = total
        self._bar.set_postfix_str(note, refresh=False)
        self._bar.update(done - self._bar.n)
        self._bar.refresh()

    def __enter__(self) -> Self:
        """Return the meter."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away, so that what is printed next begins on a line of its own."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
