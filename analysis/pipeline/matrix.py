"""One notebook, many reports: one for each source, each category, or each combination of values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from analysis.book import Book
from analysis.errors import BadStory, BadUsage
from analysis.model import rows_of, slug_of
from analysis.parts import Report
from analysis.reports.parameters import Parameter, fit, nearest
from analysis.reports.plan import Job
from analysis.story import FILE, Story
from analysis.wording import capital, category

HEADINGS = {"source": "Source by source", "category": "Category by category"}


def check(report: Report, story: Story, known: Mapping[str, Parameter]) -> None:
    """Refuse a `for_each` that its notebook cannot take, with BadStory, before anything is read."""
    place = f"{story.folder / FILE}: for_each of the notebook '{report.notebook}'"
    for name, values in _axes(report, story).items():
        if name == "story" or name not in known:
            names = [key for key in known if key != "story"]
            reason = f"{place}: '{name}' is no parameter that it takes; {nearest(name, names)}"
            raise BadStory(reason + f"it has: {', '.join(names)}")
        if name in report.parameters:
            raise BadStory(f"{place}: '{name}' is set under parameters too; remove one of them")
        try:
            for value in values:
                fit({name: value}, known, report.notebook)
        except BadUsage as fault:
            raise BadStory(f"{place}: {fault}") from None


def expanded(
    report: Report,
    path: Path,
    story: Story,
    book: Book,
    common: dict[str, Any],
    known: Mapping[str, Parameter],
    heading: str,
) -> list[Job]:
    """Return the reports of a notebook, one for each combination that has claims enough.

    Parameters in `common` that were given for this build choose among the values; raises BadUsage,
    with the nearest, for a value that no report is made for.
    """
    axes = _axes(report, story)
    group = report.title or HEADINGS.get(str(report.for_each), heading)
    counted = _counted(book)
    made = []
    for values in product(*axes.values()):
        chosen = fit(dict(zip(axes, values, strict=True)), known, report.notebook)
        enough = counted[chosen.get("source"), chosen.get("category")] >= report.least_claims
        if enough:
            made.append((chosen, Job(
                "-".join((report.notebook, *(slug_of(str(value)) or "none" for value in values))),
                path,
                {**common, **chosen},
                ", ".join(_titles(chosen)),
                group,
                report.description,
                one_of_many=True,
            )))  # fmt: skip
    for name in axes:
        if name in common:
            there = list(dict.fromkeys(str(chosen[name]) for chosen, _ in made))
            made = [(chosen, job) for chosen, job in made if chosen[name] == common[name]]
            if not made:
                hint = nearest(str(common[name]), there)
                reason = f"no page is made for the {name} '{common[name]}'; {hint}"
                raise BadUsage(reason + f"there are: {', '.join(there)}")
    return [job for _, job in made]


def _axes(report: Report, story: Story) -> dict[str, list[Any]]:
    if isinstance(report.for_each, dict):
        return {name: list(values) for name, values in report.for_each.items()}
    if report.for_each == "category":
        return {"category": list(story.categories)}
    return {"source": [source.name for source in story.sources]} if report.for_each else {}


def _counted(book: Book) -> Counter[tuple[Any, Any]]:
    """Count the claims by source and category, each also for all of the other (null)."""
    found: Counter[tuple[Any, Any]] = Counter()
    for claim in rows_of(book.claims()):
        for source in (claim.source, None):
            for name in (claim.category, None):
                found[source, name] += 1
    return found


def _titles(chosen: Mapping[str, Any]) -> Iterator[str]:
    for place, (name, value) in enumerate(chosen.items()):
        words = category(value) if name == "category" else str(value)
        if name not in ("category", "source"):
            words = f"{name.replace('_', ' ')} {words}"
        yield words if place else capital(words)
