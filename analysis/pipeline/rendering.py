"""The pages of a report as they were rendered, kept beside it: a build renders what changed."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from analysis.disk import write_atomically
from analysis.pipeline.jobs import PACKAGE, package_id
from analysis.publish.facts import PageFacts
from analysis.reports.plan import NOTEBOOK

FILE = "pages.json"
RENDERERS = ("jinja2", "markupsafe", "mistune", "nbconvert", "nbformat", "nh3", "pygments")


def rendered(
    folder: Path,
    current: Mapping[str, Any],
    facts: PageFacts,
    render: Callable[[], Mapping[str, str]],
) -> Mapping[str, str]:
    """Return the pages of the report in a folder by address, rendered anew if anything differs.

    That is the executed notebook, the notebook as it is written now (`current`), what the page
    states, our code, or a library that renders.
    """
    executed = hashlib.sha256((folder / NOTEBOOK).read_bytes()).hexdigest()
    made_of = json.dumps([executed, current["cells"], asdict(facts), _code()], sort_keys=True)
    key = hashlib.sha256(made_of.encode()).hexdigest()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        kept = json.loads((folder / FILE).read_text("utf-8"))
        if kept["made_of"] == key:
            pages: dict[str, str] = kept["pages"]
            return pages
    made = render()
    with contextlib.suppress(OSError):  # then the next build renders it again
        kept = {"made_of": key, "pages": made}
        write_atomically(folder / FILE, json.dumps(kept, ensure_ascii=False).encode())
    return made


@cache
def _code() -> list[str]:
    """Return the ids of all that renders: our code, how pages look, and the libraries."""
    looks = hashlib.sha256()
    for path in sorted((PACKAGE / "publish").rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            looks.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return [package_id(), looks.hexdigest(), *(f"{name} {version(name)}" for name in RENDERERS)]
