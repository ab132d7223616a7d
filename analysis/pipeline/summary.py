"""What a run did, for people and for machines."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from analysis.model import Refusal


@dataclass(frozen=True)
class Summary:
    """The outcome of one build.

    `added` counts the documents, readings and claims that came into the ledger; `ran` names each
    report that ran, with the reason; `failed` holds one line for each that did not end well, and
    `kept` the number of reports that were up to date. `page` is the first page of the story.
    """

    story: str
    page: Path
    added: dict[str, int] = field(default_factory=dict)
    to_review: int = 0
    refused: tuple[Refusal, ...] = ()
    ran: tuple[tuple[str, str], ...] = ()
    failed: tuple[str, ...] = ()
    kept: int = 0
    written: int = 0
    notes: tuple[str, ...] = ()
    dry: bool = False

    @property
    def exit_code(self) -> int:
        """Return 0, or 3 where something was refused or failed though the rest is published."""
        return 3 if self.refused or self.failed else 0

    def lines(self) -> Iterator[str]:
        """Yield what a person wants to know."""
        if any(self.added.values()):
            yield (
                f"{self.story}: {_count(self.added['documents'], 'new document')}, "
                f"{_count(self.added['claims'], 'claim')} read from them; "
                f"{self.to_review} to review"
            )
        yield from self.notes
        if not self.ran:
            yield f"{self.story}: nothing new; {_count(self.kept, 'report')} up to date"
            return
        verb = "would run" if self.dry else "ran"
        for key, reason in self.ran:
            yield f"  {verb} {key}: {reason}"
        yield f"{self.story}: {_count(len(self.ran), 'report')} {verb}, {self.kept} up to date"

    def as_json(self) -> dict[str, Any]:
        """Return the summary as plain values."""
        return {
            **asdict(self),
            "page": str(self.page),
            "refused": [str(refusal) for refusal in self.refused],
            "exit_code": self.exit_code,
        }


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
