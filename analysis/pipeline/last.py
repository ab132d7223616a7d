"""When a story was last built, and whether that is too long ago: for people and for monitors.

A build with nothing new counts: it looked. Kept in one small file beside the state, which a full
disk leaves as it was, so that a build that can no longer write shows as old.
"""

import contextlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from analysis.disk import write_atomically
from analysis.home import Home
from analysis.pipeline import unchanged
from analysis.wording import counted

FILE = "last-build.json"


@dataclass(frozen=True)
class Last:
    """The last try to build a story, and the last that published or found nothing new.

    `tried` and `done` are the moments (UTC) at which these began, `done` null where none ever did
    well; `code` is the exit code of the last try, and `said` why it was none, in one line;
    `failed` is how many reports failed in it.
    """

    tried: str
    done: str | None
    code: int
    said: str = ""
    failed: int = 0


@dataclass(frozen=True)
class Status:
    """How a story stands: its last build, the age of it, and whether files changed since.

    `age` and `stale` are null where it was never built, or no greatest age was asked for.
    """

    story: str
    last: Last | None
    age: timedelta | None
    max_age: timedelta | None
    changed: bool

    @property
    def stale(self) -> bool:
        """Say whether the last good build is older than it may be, or there was none."""
        return self.max_age is not None and (self.age is None or self.age > self.max_age)

    @property
    def exit_code(self) -> int:
        """Return 5 where it is stale, 3 where reports failed in the last build, else 0."""
        if self.stale:
            return 5
        return 3 if self.last and self.last.failed else 0

    def lines(self) -> list[str]:
        """Return what a person wants to know."""
        if self.last is None or self.last.done is None or self.age is None:
            found = [f"{self.story}: never built"]
        else:
            found = [f"{self.story}: last good build {in_words(self.age)} ago, {self.last.done}"]
        if self.last and self.last.code:
            found.append(
                f"  the last try, {self.last.tried}, ended with exit code {self.last.code}"
            )
            found[-1] += f": {self.last.said}" if self.last.said else ""
        if self.last and self.last.failed:
            failed = counted(self.last.failed, "report")
            found.append(f"  {failed} failed in it; what pages they have are older")
        if self.changed:
            found.append("  files changed since; the next build reads them")
        if self.stale and self.max_age is not None:
            found.append(f"  stale: a build every {in_words(self.max_age)} is expected")
        return found

    def as_json(self) -> dict[str, object]:
        """Return the status as plain values; `age_seconds` is null where it was never built."""
        return {
            "story": self.story,
            "last": asdict(self.last) if self.last else None,
            "age_seconds": round(self.age.total_seconds()) if self.age is not None else None,
            "stale": self.stale,
            "changed": self.changed,
            "exit_code": self.exit_code,
        }


def in_words(length: timedelta) -> str:
    """Return a length of time in its two largest units.

    >>> in_words(timedelta(hours=26, minutes=5))
    '1 d 2 h'
    """
    left = max(0, int(length.total_seconds()))
    parts = []
    for unit, seconds in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        number, left = divmod(left, seconds)
        if number:
            parts.append(f"{number} {unit}")
    return " ".join(parts[:2]) or "0 s"


def read_last(home: Home, slug: str) -> Last | None:
    """Return what is kept about the last build; null where nothing usable is."""
    try:
        last = Last(**json.loads((home.figures(slug) / FILE).read_text("utf-8")))
        datetime.fromisoformat(last.tried)
        datetime.fromisoformat(last.done or last.tried)
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    return last


def note(home: Home, slug: str, now: datetime, code: int, said: str = "", failed: int = 0) -> None:
    """Keep that a build began at `now` and how it ended; what cannot be written is left."""
    moment = now.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    before = read_last(home, slug)
    done = moment if code in (0, 3) else before.done if before else None
    kept = json.dumps(asdict(Last(moment, done, code, said, failed)), ensure_ascii=False)
    with contextlib.suppress(OSError):
        write_atomically(home.figures(slug) / FILE, (kept + "\n").encode())


def status(home: Home, slug: str, now: datetime, max_age: timedelta | None = None) -> Status:
    """Return how a story stands; raises BadUsage for one that does not exist."""
    from analysis.story import find_story

    find_story(slug, home.stories)
    last = read_last(home, slug)
    done = datetime.fromisoformat(last.done) if last and last.done else None
    state = unchanged.read_state(home.figures(slug))
    changed = state is not None and state.inputs != unchanged.inputs(home, slug)
    return Status(slug, last, now - done if done else None, max_age, changed)
