"""Which reports are stale: decided by what each one read when it last ran.

A report is up to date when its code, its parameters, the package and the answers to all the
questions that it asked are what they were. Changed prose re-renders its page without a run.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Ask = Callable[[dict[str, str]], tuple[str, int]]
RECORD = "record.json"
NOTEBOOK = "report.ipynb"


@dataclass(frozen=True)
class Job:
    """One report to be: a notebook with its parameters, and the page that it becomes."""

    key: str
    notebook: Path
    parameters: dict[str, Any]
    title: str
    group: str = ""
    description: str = ""

    @property
    def page(self) -> str:
        """The file name of its page."""
        return f"{self.key}.html"


@dataclass(frozen=True)
class Record:
    """What a report was made from, kept beside it.

    `reads` are the selections that it made, each with digest and number of rows; `facts` what its
    page states about the time of the run.
    """

    code: str
    parameters: dict[str, Any]
    package: str
    reads: list[dict[str, Any]]
    facts: dict[str, Any] = field(default_factory=dict)

    def as_bytes(self) -> bytes:
        """Return the record as it is kept."""
        return (json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n").encode()


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


def why_stale(job: Job, record: Record | None, code: str, package: str, ask: Ask) -> str | None:
    """Return why a report has to run; null where it is up to date.

    `ask` answers a recorded selection anew, with digest and number of rows; a selection that can
    no longer be made counts as changed.
    """
    if record is None:
        return "it has not run yet"
    if record.code != code:
        return "its code changed"
    if record.parameters != job.parameters:
        return "its parameters changed"
    if record.package != package:
        return "the package changed"
    for read in record.reads:
        try:
            digest, rows = ask(read["selection"])
        except Exception:  # noqa: BLE001 whatever is wrong with it, the run will say it better
            return f"{_named(read['selection'])} can no longer be read"
        if digest != read["digest"]:
            return f"{_named(read['selection'])} changed ({read['rows']} rows before, {rows} now)"
    return None


def _named(selection: dict[str, str]) -> str:
    rest = [value for name, value in selection.items() if name != "what"]
    return selection["what"] + (f" of {', '.join(rest)}" if rest else "")
