"""The command that builds whenever something changes, until it is told to stop."""

import contextlib
import os
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from analysis.cli.meter import Meter
from analysis.errors import TallybookError
from analysis.home import Home, default_story, find_home


@click.command()
@click.argument("story", default=default_story)
@click.option("--poll", is_flag=True, help="Look through the folders instead of being told.")
@click.option(
    "--settle",
    type=click.FloatRange(0.05, 60),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="How long nothing may change before a build begins.",
)
@click.option("--jobs", type=click.IntRange(1, 64), help="Notebooks at a time (cores + 1).")
def watch(story: str, settle: float, jobs: int | None, *, poll: bool) -> int:
    """Build now, and again whenever a document, the story, a notebook or the ledger changes.

    On network drives, and without the package watchfiles (extra `watch`), the folders are looked
    through every two seconds. What goes wrong is told and the watch goes on. It ends with Ctrl-C or
    SIGTERM; a build that is under way is broken off, which loses nothing.

    \b
    tallybook watch
    tallybook watch ferry-sinking --poll
    """
    from analysis.pipeline.ready import ready
    from analysis.story import find_story
    from analysis.watch import changes, must_poll

    home = find_home()
    find_story(story, home.stories)
    ended = threading.Event()
    by_looking = poll or must_poll(home)
    code, outdated = _package(), False
    # What notebooks import is kept imported between builds; it ends with the watch.
    with _Signals(ended), contextlib.ExitStack() as warm:
        try:
            warm.enter_context(ready())
            _build(home, story, jobs)
            how = "looking every two seconds" if by_looking else "told of each change"
            click.echo(f"{story}: watching ({how}); Ctrl-C ends it")
            marks = changes(
                home, story, ended, lambda: _ledger(home, story), poll=by_looking, settle=settle
            )
            for _ in marks:
                outdated = _package() != code
                if outdated:
                    break
                _build(home, story, jobs)
        except KeyboardInterrupt:
            pass
        except SystemExit:
            if not ended.is_set():
                raise
    if outdated:  # another version of Tallybook was put in place
        os.execv(sys.executable, [sys.executable, "-m", "analysis", *sys.argv[1:]])  # noqa: S606 ourselves, anew
    click.echo(f"{story}: watch ended")
    return 0


class _Signals:
    """Lets SIGTERM end the watch, and break off the build that it meets."""

    def __init__(self, ended: threading.Event) -> None:
        self._ended = ended
        self._before: Any = None

    def __enter__(self) -> None:
        self._before = signal.signal(signal.SIGTERM, self._stop)

    def __exit__(self, *_: object) -> None:
        signal.signal(signal.SIGTERM, self._before)

    def _stop(self, *_: object) -> None:
        self._ended.set()
        raise SystemExit(128 + signal.SIGTERM)


def _build(home: Home, story: str, jobs: int | None) -> None:
    from analysis import pipeline

    try:
        with Meter() as meter:
            summary = pipeline.build(
                home, story, now=datetime.now(UTC), jobs=jobs, progress=meter.show
            )
    except TallybookError as fault:
        click.echo(f"tallybook: {fault}", err=True)
        return
    except OSError as fault:
        click.echo(f"tallybook: {fault.filename}: {fault.strerror}; nothing is lost", err=True)
        return
    moment = datetime.now(UTC).strftime("%H:%M:%SZ")
    for line in summary.lines():
        click.echo(f"{moment} {line}")
    for refusal in summary.refused:
        click.echo(f"tallybook: refused {refusal}", err=True)
    for failure in summary.failed:
        click.echo(f"tallybook: failed {failure}", err=True)


def _ledger(home: Home, story: str) -> object:
    """Return what changes when something is written to the ledger."""
    place = home.ledger(story)
    if isinstance(place, str):
        from analysis.ledger import Ledger

        try:
            with Ledger(place) as ledger:
                return ledger.last_known_at()
        except TallybookError:
            return None  # the server is away for a moment: the next look may find it
    try:
        facts = place.stat()
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns


def _package() -> list[tuple[str, int]]:
    folder = Path(__file__).resolve().parent.parent
    return sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*.py"))
