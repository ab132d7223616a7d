"""Look whether this machine can build: Python, packages, folders, stories, kernel, ledger."""

import importlib.metadata
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import TallybookError
from analysis.home import LEDGER, Home, find_home
from analysis.story import read_story

NAME = "tallybook"
OK, BAD, LACKS = "ok", "BAD", "-"
ROOM = 1 << 30  # bytes: below that a build may not end
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, how it is, and what to do where that is not as it must be.

    `state` is `ok`, `BAD`, or `-` for what is missing but only some command needs.
    """

    what: str
    state: str
    said: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"{self.state:<4}{self.what}: {self.said}"


def examine() -> Iterator[Finding]:
    """Yield what was found, thing by thing; nothing is changed but a file that is removed again."""
    version = sys.version.split()[0]
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    yield Finding(
        "Python", OK if fits else BAD, version if fits else f"{version}; install 3.11, 3.12 or 3.13"
    )
    yield from _packages()
    yield _kernel()
    yield _sockets()
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    yield Finding("Chromium", OK if browser else LACKS, browser or "none, which `pdf` needs")
    try:
        home = find_home()
    except TallybookError as fault:
        yield Finding("project", BAD, str(fault))
        return
    yield Finding("project", OK, str(home.root))
    yield _writable(home)
    slugs = sorted(path.parent.name for path in home.stories.glob("*/story.toml"))
    for slug in slugs:
        yield from _story(home, slug)
    if not slugs:
        yield Finding("stories", BAD, "none; make one: tallybook new NAME")


def _packages() -> Iterator[Finding]:
    missing: dict[str, list[str]] = {}
    wanted = importlib.metadata.requires(NAME) or []
    for line in wanted:
        name = re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0]
        found = re.search(r"extra == [\"']([\w-]+)[\"']", line)
        try:
            importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            missing.setdefault(found[1] if found else "", []).append(name)
    bare = missing.pop("", [])
    said = f"not installed: {', '.join(bare)}; run pip install {NAME}" if bare else "all there"
    yield Finding("packages", BAD if bare else OK, said)
    for extra, names in sorted(missing.items()):
        if extra not in ("dev", "browser", "lab"):
            said = f"without {', '.join(names)}; pip install '{NAME}[{extra}]' if you need it"
            yield Finding(f"extra {extra}", LACKS, said)


def _kernel() -> Finding:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", BAD, "no kernel 'python3'; run pip install ipykernel")
    return Finding("kernel", OK, spec.argv[0])


def _sockets() -> Finding:
    place = "/tmp" if Path("/tmp").is_dir() else tempfile.gettempdir()  # noqa: S108 looked at only
    if not os.access(place, os.W_OK | os.X_OK):
        return Finding("temporary files", BAD, f"{place} cannot be written; give permission")
    return Finding("temporary files", OK, place)


def _writable(home: Home) -> Finding:
    folder = home.root / "figures"
    try:
        folder.mkdir(exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        free = shutil.disk_usage(folder).free
    except OSError as fault:
        return Finding("figures", BAD, f"{folder} cannot be written ({fault.strerror})")
    said = f"{free / (1 << 30):,.1f} GB free"
    if free < ROOM:
        return Finding("figures", BAD, f"{said}; make room")
    return Finding("figures", OK, said)


def _story(home: Home, slug: str) -> Iterator[Finding]:
    from analysis.pipeline.jobs import Notebooks, check_given

    what = f"story {slug}"
    try:
        story = read_story(home.story(slug))
        check_given(story, Notebooks(home), {})
    except TallybookError as fault:
        yield Finding(what, BAD, str(fault))
        return
    yield Finding(what, OK, f"{len(story.sources)} sources, {len(story.reports)} notebooks")
    place = home.ledger(slug)
    if isinstance(place, Path) and not place.is_file():
        yield Finding(f"ledger {slug}", LACKS, "none yet; the first build makes it")
        return
    from analysis.ledger import Ledger

    where = "on the server" if LEDGER in os.environ else "in its file"
    try:
        with Ledger(place) as ledger:
            last = ledger.last_known_at()
    except TallybookError as fault:
        yield Finding(f"ledger {slug}", BAD, str(fault))
        return
    yield Finding(f"ledger {slug}", OK, f"{where}, last written {last or 'never'}")
