"""Extract from files of any size: in parts, in this process or several, in order, in little memory.

A part of a JSON lines file goes to a process as it is: to decode it there as well costs less than
to send what was decoded.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis import workers
from analysis.documents import LINES, open_regular, read_file, read_jsonl
from analysis.errors import BadDocument
from analysis.extract import read
from analysis.model import CLAIM_COLUMNS, Document, Reading, Refusal
from analysis.wording import number

PART = 1 << 20  # bytes of lines that one process takes at once
PARTS_AHEAD = 3  # for each process, so that none waits for the reader


@dataclass(frozen=True)
class Part:
    """Some lines of a file, or a whole file where `lines` is null; plain values for a process."""

    path: str
    shape: str
    published: str | None
    lines: tuple[bytes, ...] | None = None
    first: int = 1
    size: int = 0


@dataclass(frozen=True)
class Output:
    """What a part gave: lines to print, and what was refused."""

    lines: tuple[str, ...]
    refused: tuple[Refusal, ...]
    size: int


def parts(path: Path, shape: str, published: str | None) -> Iterator[Part]:
    """Yield the parts of a file in order; raises BadDocument where it cannot be opened."""
    if path.suffix.lower() not in LINES:
        yield Part(str(path), shape, published, size=path.stat().st_size if path.is_file() else 0)
        return
    first, held, size = 1, [], 0
    with open_regular(path, None) as stream:
        for line in stream:
            held.append(line)
            size += len(line)
            if size >= PART:
                yield Part(str(path), shape, published, tuple(held), first, size)
                first, held, size = first + len(held), [], 0
    yield Part(str(path), shape, published, tuple(held), first, size)


def extracted(part: Part) -> Output:
    """Return what one part gives."""
    lines: list[str] = []
    refused: list[Refusal] = []
    try:
        for found in _documents(part):
            if isinstance(found, Refusal):
                refused.append(found)
                continue
            undated = part.published and not found.published
            document = replace(found, published=part.published) if undated else found
            reading = read(document)
            if part.shape == "jsonl":
                lines.append(json.dumps(_record(document, reading), ensure_ascii=False))
            else:
                lines.extend(_figures(document, reading))
    except BadDocument as fault:
        refused.append(Refusal(part.path, str(fault), "give another file"))
    return Output(tuple(lines), tuple(refused), part.size)


def outputs(
    waiting: Iterator[Part],
    executor: Executor | None = None,
    workers_at_work: int = 1,
    *,
    shared: bool = True,
) -> Iterator[Output]:
    """Yield what each part gives, in order; `executor` works on some parts at once.

    Where its workers do not share this machine's files, a whole file is read here.
    """
    ahead = PARTS_AHEAD * workers_at_work
    here = _whole_file if not shared else _never
    for part, output in workers.in_order(extracted, waiting, executor, ahead, here):
        if output is None:
            last = part.first + len(part.lines or ()) - 1
            place = f"{part.path} lines {part.first} to {last}"
            lost = Refusal(place, "each process that read them was killed", "look at these lines")
            yield Output((), (lost,), part.size)
        else:
            yield output


def _whole_file(part: Part) -> bool:
    return part.lines is None


def _never(_: Part) -> bool:
    return False


def _documents(part: Part) -> Iterator[Document | Refusal]:
    if part.lines is None:
        for found in read_file(Path(part.path), part.path, largest=None):
            # A text has no id of its own: the name that the user gave says which one it is.
            yield replace(found, document_id=part.path) if isinstance(found, Document) else found
        return
    yield from read_jsonl(part.lines, part.path, keep_ids=True, first=part.first)


def _record(document: Document, reading: Reading) -> dict[str, Any]:
    figures = [
        {
            "claim_id": claim.claim_id,
            "source": claim.source_text,
            **{name: getattr(claim, name) for name in CLAIM_COLUMNS if hasattr(claim, name)},
            "span": [claim.start, claim.end],
        }
        for claim in reading.claims
    ]
    return {"id": document.document_id, "figures": figures}


def _figures(document: Document, reading: Reading) -> Iterator[str]:
    for claim in reading.claims:
        said = f"{claim.source_text or 'no source named'}" + (
            f", relayed by {claim.relayed_by}" if claim.relayed_by else ""
        )
        kind = f"{claim.category}, {claim.scope}" + (
            "" if claim.status == "reported" else f", {claim.status}"
        )
        yield f"{document.document_id}: {number(claim.low, claim.high, claim.qualifier)} ({kind})"
        yield f"    {said}: “{' '.join((claim.quote or '').split())}”"
    for doubt in reading.doubts:
        yield f"{document.document_id}: to review, {doubt.reason}"
        yield f"    “{' '.join(doubt.quote.split())}”"
    if not reading.claims and not reading.doubts:
        yield f"{document.document_id}: no figure in {len(document.text):,} characters"
