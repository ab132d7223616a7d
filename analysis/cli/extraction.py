"""Extract from files of any size: in parts, in this process or several, in order, in little memory.

Of a JSON lines file a process is told which bytes to read: to send them costs as much as to decode
them. Only where it does not see the file are they sent.
"""

import json
from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from analysis import workers
from analysis.documents import LINES, open_regular, read_file, read_jsonl
from analysis.errors import BadDocument
from analysis.extract import read
from analysis.model import CLAIM_COLUMNS, Document, Reading, Refusal
from analysis.wording import number

PART = 1 << 20  # bytes of lines that one process takes at once
CLUSTER_PART = (
    4 << 20
)  # the same for a worker of a cluster, whose tasks cost some milliseconds each
PARTS_AHEAD = 3  # for each process, so that none waits for the reader


@dataclass(frozen=True)
class Part:
    """Some lines of a file, or a whole file where `offset` is null; plain values for a process.

    `path` is as the user wrote it, `place` where it is found from any folder. The lines begin at
    byte `offset`, the first of them is line `first`, and `data` holds them where the process
    cannot read the file itself.
    """

    path: str
    place: str
    shape: str
    published: str | None
    offset: int | None = None
    first: int = 1
    size: int = 0
    data: bytes | None = None


@dataclass(frozen=True)
class Output:
    """What a part gave: lines to print, and what was refused."""

    lines: tuple[str, ...]
    refused: tuple[Refusal, ...]
    size: int


def parts(
    path: Path,
    shape: str,
    published: str | None,
    *,
    size: int = PART,
    carried: bool = False,
) -> Iterator[Part]:
    """Yield the parts of a file in order; raises BadDocument where it cannot be opened.

    Lines are `carried` in the part to a process that does not see this machine's files.
    """
    place = str(path.resolve())
    if path.suffix.lower() not in LINES:
        whole = path.stat().st_size if path.is_file() else 0
        yield Part(str(path), place, shape, published, size=whole)
        return
    offset, first = 0, 1
    with open_regular(path, None) as stream:
        while data := stream.read(size):
            data += stream.readline()
            held = data if carried else None
            yield Part(str(path), place, shape, published, offset, first, len(data), held)
            offset, first = offset + len(data), first + data.count(b"\n")


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
            place = f"{part.path} from line {part.first} on, {part.size} bytes"
            lost = Refusal(place, "each process that read them was killed", "look at these lines")
            yield Output((), (lost,), part.size)
        else:
            yield output


def _whole_file(part: Part) -> bool:
    return part.offset is None


def _never(_: Part) -> bool:
    return False


def _documents(part: Part) -> Iterator[Document | Refusal]:
    if part.offset is None:
        for found in read_file(Path(part.path), part.path, largest=None):
            # A text has no id of its own: the name that the user gave says which one it is.
            yield replace(found, document_id=part.path) if isinstance(found, Document) else found
        return
    data = part.data
    if data is None:
        with open_regular(Path(part.place), None) as stream:
            stream.seek(part.offset)
            data = stream.read(part.size)
    yield from read_jsonl(BytesIO(data), part.path, keep_ids=True, first=part.first)


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
