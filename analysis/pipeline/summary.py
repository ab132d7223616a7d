"""What a run did, for people and for machines."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from analysis.model import Refusal, Waiting

MOST_FIGURES = 12  # lines; more are a list, not a message


class Progress(Protocol):
    """Is told how far a stage is: steps done of all, and a note of what ended and what is left."""

    def __call__(self, stage: str, done: int, total: int, note: str = "", /) -> None:
        """Take one step."""


@dataclass(frozen=True)
class Reported:
    """What became of one report.

    `result` is "ran", "failed", "up_to_date" or, in a dry run, "would_run"; `reason` says why it
    ran and `fault` what failed, null where nothing; `seconds` how long it ran, null where it did
    not. `page` is where its page stands, null where there is none yet.
    """

    key: str
    title: str
    page: Path | None
    result: str = "up_to_date"
    reason: str | None = None
    seconds: float | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Summary:
    """The outcome of one build.

    `added` counts the documents, readings and claims that came into the ledger, `rows` those of the
    documents that are rows of tables; `figures` holds one line for each new claim of a text, and
    `withdrawn` where documents had been found that count no more; `ran` names each
    report that ran, with the reason; `silent` holds the origin of each new document that gave no
    claim, with what a reader took of it; `waiting` names each file that is not whole yet;
    `failed` holds one line for each that did not end well,
    and `kept` the number of reports that were up to date; `changed` says in three lines what the
    new edition changed, and is empty where there is none. `page` is the first page of the
    story, `reports` what became of each, in the order of the story, and `seconds` how long all of
    it took.
    """

    story: str
    page: Path
    added: dict[str, int] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    rows: int = 0
    withdrawn: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    to_review: int = 0
    refused: tuple[Refusal, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    ran: tuple[tuple[str, str], ...] = ()
    failed: tuple[str, ...] = ()
    kept: int = 0
    notes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    dry: bool = False
    reports: tuple[Reported, ...] = ()
    seconds: float = 0.0

    @property
    def exit_code(self) -> int:
        """Return 0, or 3 where something was refused or failed though the rest is published."""
        return 3 if self.refused or self.failed else 0

    def lines(self) -> Iterator[str]:
        """Yield what a person wants to know."""
        if any(self.added.values()):
            texts = self.added["documents"] - self.rows
            rows = f" and {_count(self.rows, 'row')} of tables" if self.rows else ""
            yield (
                f"{self.story}: {_count(texts, 'new document')}{rows}, "
                f"{_count(self.added['claims'], 'claim')}"
            )
        yield from (f"  read {line}" for line in self.figures[:MOST_FIGURES])
        if len(self.figures) > MOST_FIGURES:
            yield f"  and {len(self.figures) - MOST_FIGURES} more: tallybook claims"
        yield from (f"  withdrawn: {origin}, changed or taken away" for origin in self.withdrawn)
        yield from (f"  waiting: {waiting}" for waiting in self.waiting)
        if self.silent:
            yield f"  {_count(len(self.silent), 'new document')} with no figure:"
        yield from (f"    {origin}" for origin in self.silent[:MOST_FIGURES])
        if len(self.silent) > MOST_FIGURES:
            yield f"    and {len(self.silent) - MOST_FIGURES} more: build --json lists all"
        if self.to_review:
            yield f"  {self.to_review} wait for a decision: {self.page.with_name('quality.html')}"
        yield from self.notes
        if not self.ran:
            yield from self.changed
            kept = f"{_count(self.kept, 'report')} up to date"
            if self.failed:
                yield f"{self.story}: {_count(len(self.failed), 'report')} failed; {kept}"
            elif any(self.added.values()):
                yield f"{self.story}: no report had to run; {kept}"
            else:
                yield f"{self.story}: nothing new; {kept}"
            return
        verb = "would run" if self.dry else "ran"
        for key, reason in self.ran:
            yield f"  {verb} {key}: {reason}"
        yield f"{self.story}: {_count(len(self.ran), 'report')} {verb}, {self.kept} up to date"
        yield from self.changed
        if not self.dry:
            yield f"pages: {self.page}"

    def as_json(self) -> dict[str, Any]:
        """Return the summary as plain values."""
        return {
            **asdict(self),
            "page": str(self.page),
            "refused": [str(refusal) for refusal in self.refused],
            "waiting": [str(waiting) for waiting in self.waiting],
            "reports": [
                {**asdict(r), "page": None if r.page is None else str(r.page)} for r in self.reports
            ],
            "exit_code": self.exit_code,
        }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
