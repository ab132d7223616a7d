"""The order of the writing stages: read, extract, record, run what is stale, publish.

What costs time to import is imported where it is used: a build with nothing new ends before.
"""

import contextlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.collector import uncollected
from analysis.errors import Locked, TallybookError
from analysis.home import Home
from analysis.pipeline import aside, unchanged
from analysis.pipeline.last import note
from analysis.pipeline.summary import Progress, Reported, Summary

if TYPE_CHECKING:
    from analysis.cluster import Cluster
    from analysis.model import Refusal

__all__ = ["Summary", "build", "read_once"]

LOCK = ".lock"
FIRST_READING_SECONDS = 120  # how long a notebook waits for another one to read the documents


def build(
    home: Home,
    slug: str,
    *,
    now: datetime,
    until: str = "",
    known_at: str = "",
    given: tuple[str, ...] = (),
    everything: bool = False,
    jobs: int | None = None,
    scheduler: str | None = None,
    dry_run: bool = False,
    spawn: bool = False,
    progress: Progress = lambda *_: None,
) -> Summary:
    """Read what is new, run the reports whose numbers changed, publish, and say what was done.

    Kernels are forked from one that has imported what notebooks need, or started anew with `spawn`.
    With `until`, `known_at` or `given` (NAME=VALUE) the pages go to a folder of their own. With
    `scheduler` texts are read and notebooks run on the Dask cluster at that address. Raises
    BadUsage, BadStory and Unwritable before anything is read, Locked where another run is at work,
    and LedgerFault, ClusterFault or BadCorrection where nothing can be published.
    """
    began = time.monotonic()
    public = not (until or known_at or given or dry_run)
    try:
        held, before = _nothing_new(home, slug) if public and not everything else (None, None)
        summary = held or _built(
            home,
            slug,
            now,
            before,
            {"until": until, "known_at": known_at, "given": given},
            everything=everything,
            jobs=jobs,
            scheduler=scheduler,
            dry_run=dry_run,
            spawn=spawn,
            progress=progress,
        )
    except Locked:
        raise
    except Exception as fault:
        if public and home.figures(slug).is_dir():
            code = fault.exit_code if isinstance(fault, TallybookError) else 1
            note(home, slug, now, code, " ".join(str(fault).split()))
        raise
    if public:
        faults = [*summary.failed, *map(str, summary.refused)]
        note(home, slug, now, summary.exit_code, "; ".join(faults[:1]), len(summary.failed))
    return replace(summary, seconds=round(time.monotonic() - began, 3))


def _built(
    home: Home,
    slug: str,
    now: datetime,
    before: list[Any] | None,
    chosen: dict[str, Any],
    *,
    everything: bool,
    jobs: int | None,
    scheduler: str | None,
    dry_run: bool,
    spawn: bool,
    progress: Progress,
) -> Summary:
    figures = home.figures(slug)
    if aside.unfinished(figures) and not dry_run:
        with _locked(figures):  # before all else: whatever ends this build, the pages are whole
            aside.finish(figures)
    with contextlib.ExitStack() as early:
        if not (dry_run or spawn or scheduler):
            from analysis.pipeline.ready import ready

            early.enter_context(ready())  # it imports beside us: what follows takes as long
        with uncollected():
            from analysis.pipeline.building import Build
            from analysis.story import find_story, read_story

        plan = Build(home, read_story(find_story(slug, home.stories)), **chosen)
        if dry_run:
            from analysis.pipeline.copied import copied

            with copied(home.ledger(slug)) as copy:
                return plan.preview(copy, now, everything=everything)
        with _locked(figures), _executor(scheduler, figures) as executor:
            # Stats are taken before reading: what arrives meanwhile is found by the next build.
            before, seen = before or unchanged.inputs(home, slug), unchanged.look(home, slug)
            summary = plan.run(
                now,
                everything=everything,
                at_a_time=jobs,
                executor=executor,
                progress=progress,
                spawn=spawn,
            )
            # A file that is still being written may be whole by now, and look as it does now.
            growing = any(not waiting.named for waiting in summary.waiting)
            if not any(chosen.values()) and not summary.failed and not growing:
                unchanged.write_state(figures, _state(figures, before, summary))
                _keep(home, slug, seen, summary)
    return summary


def _state(figures: Path, before: Any, summary: Summary) -> unchanged.State:
    """Return what a build leaves, for the next one to see whether anything is new."""
    return unchanged.State(
        before,
        unchanged.outputs(figures),
        summary.refused,
        summary.kept + len(summary.ran),
        summary.to_review,
        unchanged.digests(figures),
        summary.waiting,
        [[r.key, r.title] for r in summary.reports],
    )


def _keep(home: Home, slug: str, seen: unchanged.Look, summary: Summary) -> None:
    """Let the next build end at once where nothing is new, if there is nothing to say but that."""
    again = Summary(
        slug,
        summary.page,
        kept=summary.kept + len(summary.ran),
        to_review=summary.to_review,
        refused=summary.refused,
        waiting=summary.waiting,
    )
    if again.exit_code == 0 and not isinstance(home.ledger(slug), str):
        with contextlib.suppress(OSError):
            unchanged.keep_look(home, slug, seen, again.lines())


def _nothing_new(home: Home, slug: str) -> tuple[Summary | None, list[Any] | None]:
    """Return what a build says where nothing is new, and the stats that showed whether it is.

    Each is null where it is not so, or was not looked at.
    """
    figures = home.figures(slug)
    state = unchanged.read_state(figures)
    if isinstance(home.ledger(slug), str):
        return None, None  # on a server another machine may have added something: no file tells
    if state is None or state.outputs != unchanged.outputs(figures):
        return None, None
    inputs = unchanged.inputs(home, slug)
    if state.inputs != inputs:
        return None, inputs
    summary = Summary(
        slug,
        figures / "pages" / "index.html",
        refused=state.refused,
        waiting=state.waiting,
        kept=state.kept,
        to_review=state.to_review,
        reports=tuple(
            Reported(key, title, figures / "pages" / f"{key}.html") for key, title in state.reports
        ),
    )
    _keep(home, slug, unchanged.look(home, slug), summary)
    return summary, inputs


def read_once(home: Home, slug: str, now: datetime) -> "tuple[Refusal, ...]":
    """Read a story's documents into its ledger where that was never done; return what was refused.

    So a notebook that is opened first thing after a download has something to show. What arrives
    later is read by `build`.
    """
    from analysis.story import find_story, read_story

    story = read_story(find_story(slug, home.stories))
    figures = home.figures(slug)
    place = home.ledger(slug)
    if isinstance(place, Path) and place.is_file():
        return ()
    from analysis import __version__
    from analysis.documents.seen import FILE
    from analysis.ledger import Ledger
    from analysis.pipeline.reading import take_in

    if isinstance(place, str):
        with Ledger(place) as ledger:
            if ledger.last_known_at() is not None:
                return ()
    with _locked(figures, FIRST_READING_SECONDS), Ledger(place) as ledger:
        intake, _ = take_in(story, ledger, now, __version__, lambda *_: None, files=figures / FILE)
    return tuple(intake.refused)


@contextmanager
def _executor(scheduler: str | None, figures: Path) -> "Iterator[Cluster | None]":
    """Yield the cluster at an address, whose workers see the folder that reports run in."""
    if scheduler is None:
        yield None
        return
    from analysis.cluster import connect

    with connect(scheduler) as cluster:
        cluster.check_folder(figures)
        yield cluster


@contextmanager
def _locked(figures: Path, seconds: float = 0) -> Iterator[None]:
    from filelock import FileLock, Timeout

    aside.check(figures)
    path = figures / LOCK
    lock = FileLock(path, timeout=seconds)
    try:
        lock.acquire()
    except Timeout:
        reason = f"another run is at work on this story (it holds {path}); wait for it to end"
        raise Locked(reason) from None
    except OSError as fault:
        reason = f"{path} cannot be locked ({fault.strerror}); remove what stands there"
        raise Locked(reason) from None
    try:
        yield
    finally:
        lock.release()
