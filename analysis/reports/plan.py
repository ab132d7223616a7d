"""Which reports are stale: decided by what each one read when it last ran.

A report is up to date when its code, its parameters, the package and the answers to all the
questions that it asked are what they were. Changed prose re-renders its page without a run.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from analysis.reports.reasons import in_words

RECORD = "record.json"
NOTEBOOK = "report.ipynb"


class Answers(Protocol):
    """Answers the questions of a report anew."""

    def ask(self, selection: dict[str, str]) -> tuple[str, int]:
        """Return digest and number of rows that a recorded selection has now."""

    def rests_on(self, selections: Iterable[dict[str, str]]) -> Mapping[str, Any]:
        """Return by noun the items that selections are made from."""

    def rejected(self) -> set[str]:
        """Return the ids of the claims that people rejected."""


@dataclass(frozen=True)
class Job:
    """One report to be: a notebook with its parameters, and the page that it becomes."""

    key: str
    notebook: Path
    parameters: dict[str, Any]
    title: str
    group: str = ""
    description: str = ""
    one_of_many: bool = False  # of its notebook: the pages of other reports do not name it

    @property
    def page(self) -> str:
        """The file name of its page."""
        return f"{self.key}.html"


@dataclass(frozen=True)
class Record:
    """What a report was made from, kept beside it.

    `reads` are the selections that it made, each with digest and number of rows; `facts` what its
    page states about the time of the run; `items` are those that it rests on, as the book names
    them, and `seconds` how long it ran: null in a record that was kept before they were.
    """

    code: str
    parameters: dict[str, Any]
    package: str
    reads: list[dict[str, Any]]
    facts: dict[str, Any] = field(default_factory=dict)
    items: dict[str, Any] | None = None
    seconds: float | None = None

    def as_bytes(self) -> bytes:
        """Return the record as it is kept."""
        return (json.dumps(asdict(self), ensure_ascii=False) + "\n").encode()


def read_record(folder: Path) -> Record | None:
    """Return the record of a report's folder; null where there is none that can be used."""
    try:
        if not (folder / NOTEBOOK).is_file():
            return None
        return Record(**json.loads((folder / RECORD).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def code_of(notebook: Mapping[str, Any]) -> str:
    """Return the content id of a notebook's code cells: what it computes, not how it is worded."""
    code = [
        ["".join(cell["source"]), sorted(cell["metadata"].get("tags", []))]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code"
    ]
    return hashlib.sha256(json.dumps(code).encode()).hexdigest()[:20]


def why_stale(
    job: Job, record: Record | None, code: str, package: str, answers: Answers
) -> str | None:
    """Return in words why a report has to run; null where it is up to date.

    A selection that can no longer be made counts as changed.
    """
    if record is None:
        return "never run"
    found = []
    if record.code != code:
        found.append("code changed")
    if record.parameters != job.parameters:
        found.append(f"parameters changed ({', '.join(_differing(record, job))})")
    if record.package != package:
        found.append(_package(record.package, package))
    if not found:
        found = list(_news(record, answers))
    return "; ".join(found) or None


def _news(record: Record, answers: Answers) -> Iterator[str]:
    """Yield what is new; where no item is, how the first answer that differs does."""
    for read in record.reads:
        try:
            digest, rows = answers.ask(read["selection"])
        except Exception:  # noqa: BLE001 whatever is wrong with it, the run will say it better
            yield f"{_named(read['selection'])} can no longer be read"
            return
        if digest == read["digest"]:
            continue
        asked = [read["selection"] for read in record.reads]
        said = (
            in_words(record.items, answers.rests_on(asked), answers.rejected())
            if record.items is not None
            else ""
        )
        counts = f"{read['rows']:,} rows before, {rows:,} now"
        yield said or f"{_named(read['selection'])} changed ({counts})"
        return


def _differing(record: Record, job: Job) -> list[str]:
    names = sorted(record.parameters.keys() | job.parameters.keys())
    return [n for n in names if record.parameters.get(n) != job.parameters.get(n)]


def _package(before: str, now: str) -> str:
    old, new = before.partition("+")[0], now.partition("+")[0]
    return f"tallybook {old} -> {new}" if old != new else f"the code of tallybook {new} changed"


def _named(selection: dict[str, str]) -> str:
    rest = [f"{name}={value}" for name, value in selection.items() if name != "what"]
    return " ".join((selection["what"], *rest))
