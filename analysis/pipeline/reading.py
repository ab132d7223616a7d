"""The first half of a run: what stands in the story's folder comes into the ledger."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from analysis import extract
from analysis.documents import TABLE, TableRule, read_bytes, read_figures, read_inbox
from analysis.errors import BadDocument
from analysis.ledger import Ledger
from analysis.model import Document, Reading, Refusal
from analysis.story import Story, Table

Progress = Callable[[str, int, int], None]  # what is going on, how much is done, of how much


@dataclass
class Intake:
    """What one pass over a story's folder found that the ledger does not hold yet."""

    documents: list[Document] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    unread_languages: set[str] = field(default_factory=set)


def take_in(
    story: Story, ledger: Ledger, now: datetime, version: str, progress: Progress
) -> tuple[Intake, dict[str, int]]:
    """Read what is new in a story's folder into the ledger, as one run.

    Returns what was found, and how many documents, readings and claims were added. A document
    that the ledger holds is not read again unless a newer extractor is at work. Raises
    LedgerFault where the ledger refuses; then nothing was added.
    """
    intake = Intake()
    known = ledger.extractors()
    fresh = list(_new_documents(story, known, intake))
    stale = ledger.unread(extract.EXTRACTOR, besides=[TABLE])
    for done, document in enumerate([*fresh, *stale]):
        progress("reading documents", done, len(fresh) + len(stale))
        intake.readings.append(extract.read(document))
        if document.language not in extract.LANGUAGES:
            intake.unread_languages.add(document.language)
    intake.documents.extend(fresh)
    _read_tables(story, ledger, known, intake)
    return intake, ledger.record(intake.documents, intake.readings, version, now)


def _new_documents(story: Story, known: dict[str, str], intake: Intake) -> Iterator[Document]:
    seen = set(known)
    for found in read_inbox(story.folder / "documents", story.slug):
        if isinstance(found, Refusal):
            intake.refused.append(found)
        elif found.document_id not in seen:
            seen.add(found.document_id)
            yield found


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
        table_of_row = origin.rpartition(" line ")[0]
        if (
            claims
            and document_id not in present
            and (table_of_row in whole or table_of_row not in listed)
        ):
            # The row was taken out of the table or changed: its claim is withdrawn, not deleted.
            intake.readings.append(Reading(document_id, TABLE))


def _rows(story: Story, table: Table) -> Iterator[tuple[Document, Reading] | Refusal]:
    rules = [
        TableRule(rule.starts_with, status=rule.status, scope=rule.scope, skip=rule.skip)
        for rule in table.rules
    ]
    try:
        data = read_bytes(story.folder / table.file)
        yield from read_figures(data, table.file, story.slug, table.columns, rules)
    except BadDocument as fault:
        yield Refusal(table.file, str(fault), "mend the table or correct its name in story.toml")
