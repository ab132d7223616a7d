"""Which reports a story has: its notebooks, each with the parameters of this build, checked."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from analysis import __version__
from analysis.book import Book
from analysis.errors import BadStory, BadUsage
from analysis.home import Home
from analysis.parts import Report
from analysis.pipeline import matrix
from analysis.publish.facts import CHAPTERS, INDEX
from analysis.reports.parameters import Parameter, fit, nearest, signature, unknown
from analysis.reports.plan import Job
from analysis.story import FILE, Story

GROUP = "The story"
TAKEN = {INDEX, *CHAPTERS}
PACKAGE = Path(__file__).resolve().parent.parent
SOURCES = ("*.py", "*.toml", "*.mplstyle")  # what a number on a page depends on


@cache
def package_id() -> str:
    """Return the version with the content id of the code, so that mended code runs anew."""
    content = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(PACKAGE.rglob(pattern)):
            if "publish" not in path.parts:  # how a page looks is no reason to run
                content.update(path.relative_to(PACKAGE).as_posix().encode() + path.read_bytes())
    return f"{__version__}+{content.hexdigest()[:12]}"


class Notebooks:
    """The notebooks of a home, each read once."""

    def __init__(self, home: Home) -> None:
        """Take the folder to read from."""
        self._folder = home.notebooks
        self._held: dict[str, Mapping[str, Any]] = {}
        self._known: dict[str, dict[str, Parameter]] = {}

    def path(self, name: str) -> Path:
        """Return where a notebook lies."""
        return self._folder / f"{name}.ipynb"

    def read(self, name: str) -> Mapping[str, Any]:
        """Return a notebook as JSON; raises BadStory where there is none, or it is none."""
        if name not in self._held:
            path = self.path(name)
            try:
                notebook = json.loads(path.read_text("utf-8"))
                _ = [cell["source"] for cell in notebook["cells"]]
            except FileNotFoundError:
                there = ", ".join(sorted(p.stem for p in self._folder.glob("*.ipynb")))
                reason = f"{FILE}: there is no notebook '{name}'; there are {there}"
                raise BadStory(reason) from None
            except (ValueError, TypeError, KeyError) as fault:
                reason = f"{path}: it is no notebook ({fault}); open it in JupyterLab and save it"
                raise BadStory(reason) from None
            self._held[name] = notebook
        return self._held[name]

    def signature(self, name: str) -> dict[str, Parameter]:
        """Return the parameters of a notebook; raises BadUsage where they cannot be read."""
        if name not in self._known:
            self._known[name] = signature(self.read(name), name)
        return self._known[name]


def check_given(story: Story, notebooks: Notebooks, given: Mapping[str, Any]) -> None:
    """Refuse what no report can be made with, before anything is read or run.

    That is a parameter that no notebook of the story has, given or in the story file, a value of
    another type, and a notebook whose page would take another's place.
    """
    known = {r.notebook: notebooks.signature(r.notebook) for r in story.reports}
    for name, value in given.items():
        if name == "story":
            reason = "the story is an argument: tallybook build STORY"
            raise BadUsage(reason)
        having = [notebook for notebook, has in known.items() if name in has]
        if not having:
            every = list(dict.fromkeys(key for has in known.values() for key in has))
            raise BadUsage(unknown(name, every, "the notebooks of this story"))
        for notebook in having:
            fit({name: value}, known[notebook], notebook)
    for report in story.reports:
        if f"{report.notebook}.html" in TAKEN:
            reason = (
                f"{story.folder / FILE}: the notebook '{report.notebook}' would take the place of "
                "a page that every story has; give it another name"
            )
            raise BadStory(reason)
        matrix.check(report, story, known[report.notebook])
        try:
            fit(report.parameters, known[report.notebook], report.notebook)
        except BadUsage as fault:
            reason = f"{story.folder / FILE}: {fault}"
            raise BadStory(reason) from None


def jobs_of(story: Story, notebooks: Notebooks, book: Book, given: Mapping[str, Any]) -> list[Job]:
    """Return the reports of a story in its order, one a source where the story says so."""
    jobs = []
    for report in story.reports:
        known = notebooks.signature(report.notebook)
        common = fit(
            {**report.parameters, **{k: v for k, v in given.items() if k in known}},
            known,
            report.notebook,
        )
        if "story" in known:
            common["story"] = story.slug
        jobs += _expanded(report, notebooks, book, common, known, story)
    keys = [job.key for job in jobs]
    return [
        # The same notebook twice, with other parameters: the second page has a name of its own.
        job if keys.index(job.key) == place else _renamed(job)
        for place, job in enumerate(jobs)
    ]


def _expanded(
    report: Report,
    notebooks: Notebooks,
    book: Book,
    common: dict[str, Any],
    known: Mapping[str, Parameter],
    story: Story,
) -> list[Job]:
    path = notebooks.path(report.notebook)
    heading = title_of(notebooks.read(report.notebook)) or report.notebook
    if report.for_each is None:
        return [
            Job(report.notebook, path, common, report.title or heading, GROUP, report.description)
        ]
    if report.for_each != "source":
        return matrix.expanded(report, path, story, book, common, known, heading)
    pages = book.pages()
    chosen = [common["source"]] if "source" in common else list(pages)
    for source in chosen:
        if source not in pages:
            hint = nearest(source, pages)
            reason = (
                f"no page is made for the source '{source}'; {hint}there are: {', '.join(pages)}"
            )
            raise BadUsage(reason)
    return [
        Job(
            pages[source].removesuffix(".html"),
            path,
            {**common, "source": source},
            source,
            report.title or matrix.HEADINGS["source"],
            report.description,
            one_of_many=True,
        )
        for source in chosen
    ]


def _renamed(job: Job) -> Job:
    mark = hashlib.sha256(json.dumps(job.parameters, sort_keys=True).encode()).hexdigest()[:6]
    return replace(job, key=f"{job.key}-{mark}")


def title_of(notebook: Mapping[str, Any]) -> str:
    """Return the heading that a notebook begins with; empty where it begins with none."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            first = "".join(cell["source"]).lstrip().splitlines()[:1]
            return first[0].lstrip("# ").strip() if first and first[0].startswith("#") else ""
    return ""
