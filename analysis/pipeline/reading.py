"""The first half of a run: what stands in the story's folder comes into the ledger."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from analysis import decisions, extract, workers
from analysis.cluster import Cluster
from analysis.documents import (
    Seen,
    TableRule,
    link_copies,
    read_bytes,
    read_figures,
    read_inbox,
)
from analysis.errors import BadDocument
from analysis.ledger import Ledger
from analysis.model import TABLE, WITHDRAWN, Document, Known, Reading, Refusal, Waiting
from analysis.parts import Table
from analysis.pipeline.summary import Progress
from analysis.story import Story

INBOX = "documents"
BATCH = 64  # documents that a worker of a cluster takes at once: a task costs some milliseconds
BATCHES_AHEAD = 3  # for each worker, so that none waits
KILLED = "each process that read it, or one of the documents beside it, was killed"
LINE = re.compile(r" (?:line|row|entry|record) \d+\Z")
READ = re.compile(r" \((?:read: |encoding guessed: )[^()]*\)\Z")  # what a reader said of it


@dataclass
class Intake:
    """What one pass over a story's folder found that the ledger does not hold yet."""

    documents: list[Document] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)  # files that are still being written
    unread_languages: set[str] = field(default_factory=set)
    withdrawn: list[str] = field(default_factory=list)  # where the documents had been found

    def silent(self) -> Iterator[str]:
        """Yield where each new text was found that gave no claim, with what was read of it."""
        telling = {reading.document_id for reading in self.readings if reading.claims}
        for document in self.documents:
            if document.document_id not in telling and document.origin.startswith(f"{INBOX}/"):
                yield document.origin


def take_in(
    story: Story,
    ledger: Ledger,
    now: datetime,
    version: str,
    progress: Progress,
    cluster: Cluster | None = None,
    files: Path | None = None,
) -> tuple[Intake, dict[str, int]]:
    """Read what is new in a story's folder into the ledger, as one run.

    Returns what was found, and how many documents, readings and claims were added. A document
    that the ledger holds is not read again unless a newer extractor is at work, and a file that is
    unchanged by the record at `files` is not opened. What people decided comes with it. Raises
    BadCorrection where that cannot be read, and LedgerFault where the ledger refuses; then nothing
    was added.
    """
    intake = Intake()
    decided = decisions.to_keep(decisions.read_decisions(story.folder))
    known = ledger.extractors()
    standing = {key for key, extractor in known.items() if extractor != WITHDRAWN}
    seen = Seen(files, story.folder / INBOX, standing, now)
    fresh, again = _new_documents(story, ledger, known, intake, seen)
    stale = ledger.unread(extract.EXTRACTOR, besides=[TABLE, WITHDRAWN])
    failed: set[str] = set()
    waiting = [*fresh, *again, *stale]
    for done, (document, reading) in enumerate(_readings(waiting, cluster)):
        progress("reading documents", done, len(waiting))
        if isinstance(reading, str):
            intake.refused.append(Refusal(document.origin, reading, "report this fault"))
            failed.add(document.document_id)
            continue
        intake.readings.append(reading)
        if document.language not in extract.LANGUAGES:
            intake.unread_languages.add(document.language)
    intake.documents.extend(d for d in fresh if d.document_id not in failed)
    _read_tables(story, ledger, known, intake)
    added = ledger.record(intake.documents, intake.readings, version, now, decided)
    seen.write()  # last: what it names has to stand in the ledger
    return intake, added


def _readings(
    documents: list[Document], cluster: Cluster | None
) -> Iterator[tuple[Document, Reading | str]]:
    """Yield each document with its reading, or with the reason why there is none, in order."""
    size = BATCH if cluster else 1
    batches = (documents[first : first + size] for first in range(0, len(documents), size))
    ahead = BATCHES_AHEAD * cluster.threads if cluster else 1
    for batch, found in workers.in_order(_read_batch, batches, cluster, ahead):
        yield from zip(batch, found or [KILLED] * len(batch), strict=True)


def _read_batch(documents: list[Document]) -> list[Reading | str]:
    found: list[Reading | str] = []
    for document in documents:
        try:
            found.append(extract.read(document))
        except Exception as fault:  # noqa: BLE001 one text never stops the others
            said = f"{type(fault).__name__}: {str(fault)[:80]}"
            found.append(f"the extractor failed on it ({said})")
    return found


def _new_documents(
    story: Story, ledger: Ledger, known: dict[str, str], intake: Intake, seen: Seen
) -> tuple[list[Document], list[Document]]:
    """Return the documents that the ledger does not hold, and those that came back.

    A document whose file was changed or taken away is withdrawn: it counts no more, and the ledger
    keeps it. Nothing of a file that cannot be read, or is still being written, is withdrawn.
    """
    fresh: dict[str, Document] = {}
    again: list[Document] = []
    present: set[str] = set()
    unreadable: set[str] = set()
    for found in read_inbox(story.folder / INBOX, story.slug, seen):
        if isinstance(found, Refusal):
            intake.refused.append(found)
            unreadable.add(_file_of(found.place))
        elif isinstance(found, Waiting):
            intake.waiting.append(found)
            unreadable.add(found.place)
        elif found.document_id not in present:
            present.add(found.document_id)
            if isinstance(found, Known):
                continue
            if found.document_id not in known:
                fresh[found.document_id] = found
            elif known[found.document_id] == WITHDRAWN:
                again.append(found)
    for document_id, origin in ledger.origins().items():
        gone = document_id not in present and origin.startswith(f"{INBOX}/")
        if gone and known[document_id] != WITHDRAWN and _file_of(origin) not in unreadable:
            intake.readings.append(Reading(document_id, WITHDRAWN))
            intake.withdrawn.append(origin)
    if not fresh:
        return [], again
    # What the ledger holds comes first: a new text is the copy of an old one, whatever its name.
    held = (document for document in ledger.texts() if document.document_id in present)
    linked = link_copies([*held, *fresh.values()])
    return [document for document in linked if document.document_id in fresh], again


def _file_of(origin: str) -> str:
    """Return the file of an origin such as "documents/a.jsonl line 3"."""
    return LINE.sub("", READ.sub("", origin))


def _read_tables(story: Story, ledger: Ledger, known: dict[str, str], intake: Intake) -> None:
    held = ledger.readings_by(TABLE)
    present: set[str] = set()
    listed = {table.file for table in story.tables}
    whole = set(listed)
    for table in story.tables:
        for found in _rows(story, table):
            if isinstance(found, Refusal):
                intake.refused.append(found)
                # A row that cannot be read may be one that the ledger holds: nothing of this
                # table is withdrawn until it is whole again.
                whole.discard(table.file)
                continue
            document, reading = found
            if document.document_id in present:
                continue
            present.add(document.document_id)
            if document.document_id not in known:
                intake.documents.append(document)
            elif held.get(document.document_id, ("", set()))[1] == set(reading.claims):
                continue
            intake.readings.append(reading)
    for document_id, (origin, claims) in held.items():
        table_of_row = _file_of(origin)
        if (
            claims
            and document_id not in present
            and (table_of_row in whole or table_of_row not in listed)
        ):
            # The row was taken out of the table or changed: its claim is withdrawn, not deleted.
            intake.readings.append(Reading(document_id, TABLE))


def _rows(story: Story, table: Table) -> Iterator[tuple[Document, Reading] | Refusal]:
    rules = [TableRule(**rule.model_dump()) for rule in table.rules]
    try:
        data = read_bytes(story.folder / table.file)
        yield from read_figures(data, table.file, story.slug, table.columns, rules)
    except BadDocument as fault:
        yield Refusal(table.file, str(fault), "mend the table or correct its name in story.toml")
