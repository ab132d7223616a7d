"""The part of a build that runs notebooks: what is stale, how far it is, and how long it takes."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from analysis import __version__
from analysis.book import Book
from analysis.cluster import Cluster
from analysis.home import VARIABLE, Home
from analysis.parts import Limits
from analysis.pipeline.last import in_words
from analysis.pipeline.ready import PRELOADED
from analysis.pipeline.summary import Progress
from analysis.reports import run, worker
from analysis.reports.plan import Job
from analysis.reports.resident import short_folder

STAGE = "running notebooks"
TENTHS_TO = 10  # seconds: of longer times nobody wants the tenths


def facts_of(book: Book, edition: str) -> dict[str, Any]:
    """Return what every page of this run states about the data that it rests on."""
    documents = book.documents()
    dated = documents["published"].dropna()
    return {
        "cut_off": max(dated) if len(dated) else None,
        "known_at": book.known_at or edition,
        "edition": edition,
        "version": __version__,
        "documents": len(documents),
        "claims": len(book.claims()),
    }


def limits_of(story: Limits) -> worker.Limits:
    """Return what a story says that each of its reports may take, in bytes.

    >>> limits_of(Limits(memory_mb=1024)).memory
    1073741824
    """
    return worker.Limits(
        cell_seconds=story.cell_seconds,
        report_seconds=story.report_seconds,
        memory=story.memory_mb << 20,
        output=story.output_mb << 20,
    )


class Clock:
    """How long a run will still take, by how long each report took when it last ran."""

    def __init__(self, expected: Mapping[str, float | None], at_a_time: int) -> None:
        """Take the seconds of each report, null where it never ran, and how many run at a time."""
        self._left = dict(expected)
        self._known = [seconds for seconds in expected.values() if seconds is not None]
        self._at_a_time = at_a_time

    def ended(self, key: str, seconds: float | None) -> None:
        """Take a report off; what it took is what is expected of those that never ran."""
        self._left.pop(key, None)
        if seconds is not None:
            self._known.append(seconds)

    def left(self) -> float | None:
        """Return the seconds that are expected; null where no report ever ran, or none is left.

        >>> Clock({"overview": 4.0, "method": None, "evidence": None}, 2).left()
        6.0
        """
        if not self._known or not self._left:
            return None
        usual = sum(self._known) / len(self._known)
        each = [usual if seconds is None else seconds for seconds in self._left.values()]
        return max(*each, sum(each) / min(self._at_a_time, len(each)))


def run_reports(
    jobs: Sequence[Job],
    folder: Path,
    home: Home,
    facts: Mapping[str, Any],
    expected: Mapping[str, float | None],
    *,
    at_a_time: int | None,
    executor: Cluster | None,
    spawn: bool,
    progress: Progress,
    limits: worker.Limits = run.USUAL,
) -> list[run.Outcome]:
    """Run reports in `folder` and return how each ended, in the order in which they did."""
    count = executor.threads if executor else at_a_time or (os.cpu_count() or 1) + 1
    clock, ended = Clock(expected, count), []
    with tempfile.TemporaryDirectory(prefix="tallybook-", dir=short_folder()) as scratch:
        variables = {
            VARIABLE: str(home.root),
            # Neither start-up files nor history of the user's own IPython.
            "IPYTHONDIR": scratch,
            "JUPYTER_RUNTIME_DIR": scratch,
            "JUPYTER_PREFER_ENV_PATH": "1",
        }
        progress(STAGE, 0, len(jobs), _said("", clock))
        outcomes = run.run(
            jobs,
            folder,
            facts,
            variables,
            at_a_time,
            executor,
            limits,
            preload=None if spawn else PRELOADED,
        )
        with closing(outcomes):  # so that what is under way ends with this run
            for outcome in outcomes:
                ended.append(outcome)
                clock.ended(outcome.job.key, outcome.seconds)
                progress(STAGE, len(ended), len(jobs), _said(_took(outcome), clock))
    return ended


def _took(outcome: run.Outcome) -> str:
    name = outcome.job.key
    if outcome.seconds is None:
        return f"{name} failed"
    return f"{name} {'failed after' if outcome.fault else 'took'} {_length(outcome.seconds)}"


def _said(last: str, clock: Clock) -> str:
    left = clock.left()
    return ", ".join(filter(None, (last, f"about {_length(left)} left" if left else "")))


def _length(seconds: float) -> str:
    """Return a length of time as people say it.

    >>> _length(2.34), _length(94.6)
    ('2.3 s', '1 min 34 s')
    """
    return f"{seconds:.1f} s" if seconds < TENTHS_TO else in_words(timedelta(seconds=seconds))
