"""Hold what is kept against what it was made from: ledger, quotes, pages."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from analysis.errors import LedgerFault
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.model import TABLE, Document
from analysis.pipeline.aside import unfinished
from analysis.pipeline.unchanged import State, read_state
from analysis.story import find_story


def verify(home: Home, slug: str) -> list[str]:
    """Return one line for each fault: a damaged file, an altered document, quote, run or page.

    A story that was never built has none. Raises BadUsage for a story that does not exist, and
    LedgerFault where a server cannot be reached.
    """
    find_story(slug, home.stories)
    figures = home.figures(slug)
    return [*_ledger(home.ledger(slug), read_state(figures)), *_pages(figures)]


def _ledger(place: Path | str, state: State | None) -> Iterator[str]:
    if isinstance(place, Path) and not (place.is_file() and place.stat().st_size):
        # What was never built has no ledger; to open one that is empty would make it anew.
        if state is not None or place.is_file():
            yield f"{place}: it is missing or empty; bring back a copy"
        return
    try:
        with Ledger(place) as ledger:
            for damage in ledger.damage():
                yield f"{place}: {damage}; bring back a copy"
            for found in (_documents, _quotes, _runs):
                yield from found(ledger)
    except LedgerFault as fault:
        if isinstance(place, str):
            raise
        yield str(fault)


def _documents(ledger: Ledger) -> Iterator[str]:
    readers = ledger.extractors()
    for document in ledger.texts():
        if readers.get(document.document_id) == TABLE:
            continue
        # A line of a JSON lines file may have been identified by its own id instead of an address.
        if document.url and Document.identify(document.url, document.text) != document.document_id:
            yield f"document {document.document_id} ({document.origin}): its text was altered"


def _quotes(ledger: Ledger) -> Iterator[str]:
    texts = {document.document_id: document.text for document in ledger.texts()}
    for claim in ledger.every_claim():
        if claim.start is None:
            continue
        text = texts.get(claim.document_id, "")
        if text[claim.start : claim.end] != claim.number_text or (claim.quote or "") not in text:
            yield f"claim {claim.claim_id}: its number or sentence is no slice of its document"


def _runs(ledger: Ledger) -> Iterator[str]:
    for known_at, recorded, found in ledger.counts():
        if recorded != found:
            yield f"run of {known_at}: it recorded {recorded} and the ledger holds {found}"
    for run, moment in ledger.broken_seals():
        if moment is None:
            yield f"run {run}: it was taken out of the ledger; bring back a copy"
        else:
            yield f"run of {moment}: its rows are not those that it recorded; bring back a copy"
    for moment in ledger.unsealed():
        yield f"run of {moment}: its seal is gone, and nothing proves its rows; bring back a copy"


def _pages(figures: Path) -> Iterator[str]:
    if unfinished(figures):
        yield f"{figures / 'pages'}: a build was killed while pages changed; build again"
    state = read_state(figures)
    for name, digest in sorted((state.digests if state else {}).items()):
        path = figures / name
        if not path.is_file():
            yield f"{path}: it is missing; build again"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{path}: it was altered since it was built; build again"
