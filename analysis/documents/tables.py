"""Read what comes in rows: documents as JSON lines, and tables of figures that people collected."""

import codecs
import csv
import hashlib
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from analysis.documents.encodings import decode
from analysis.documents.text import check_encodable, check_text, published_day
from analysis.errors import BadDocument
from analysis.model import TABLE, Claim, Document, Reading, Refusal, digest, iso_date

COLUMNS = (  # our names for the columns of a table of figures
    "reported_on",
    "as_of",
    "source",
    "relayed_by",
    "outlet",
    "url",
    "victims",
    "category",
    "low",
    "high",
    "qualifier",
    "scope",
    "period_days",
    "location",
    "note",
)
REQUIRED = ("reported_on", "source", "category", "low", "high", "qualifier", "scope")
FIELDS = ("id", "text", "published", "language", "outlet", "title", "url", "author")
LONGEST_LINE = 64 * 1024 * 1024  # bytes
LONGEST_NUMBER = 9  # digits: no war or disaster has killed a milliard


def read_jsonl(
    lines: Iterable[bytes],
    origin: str,
    story: str = "",
    *,
    keep_ids: bool = False,
    first: int = 1,
) -> Iterator[Document | Refusal]:
    """Yield each line of a JSON lines file as a document, or as the reason why it is refused.

    `lines` may be the open file itself: one line at a time is held, however long the file is.
    A line has `text`, and may have `id`, `published`, `language`, `outlet`, `title`, `url` and
    `author`. Lines end with a line feed: other separators may stand inside a text. With `keep_ids`
    the document's id is the line's own `id` (its number where it has none); otherwise it comes
    from the content, so that a line that changed under the same `id` is a new document. `first` is
    the number of the first of the lines, where the file is read in parts.
    """
    for number, raw in enumerate(lines, first):
        line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        line = line.rstrip(b"\r\n")
        if not line.strip():
            continue
        place = f"{origin} line {number}"
        try:
            document, given = _jsonl_document(line, place, story)
            yield replace(document, document_id=given or str(number)) if keep_ids else document
        except BadDocument as fault:
            yield Refusal(place, str(fault), "mend or remove the line")


def _jsonl_document(line: bytes, place: str, story: str) -> tuple[Document, str | None]:
    if len(line) > LONGEST_LINE:
        reason = f"it has {len(line):,} bytes (at most {LONGEST_LINE:,} are read)"
        raise BadDocument(reason)
    try:
        record = json.loads(
            line.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_no_number,
            parse_float=_finite,
        )
    except UnicodeDecodeError as fault:
        reason = f"byte {fault.start} is not UTF-8"
        raise BadDocument(reason) from None
    except (ValueError, RecursionError) as fault:
        reason = f"it is not a JSON object ({str(fault).splitlines()[0][:120]})"
        raise BadDocument(reason) from None
    if not isinstance(record, dict):
        record = {}
    return record_document(record, place, story, hashlib.sha256(line).hexdigest())


def record_document(
    record: Mapping[str, Any], place: str, story: str, sha256: str
) -> tuple[Document, str | None]:
    """Return the document that a record's FIELDS give, and its `id`; refuses one without text."""
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        reason = "it has no text under the name 'text'"
        raise BadDocument(reason)
    fields = {name: record.get(name) for name in FIELDS if name != "text"}
    for name, value in fields.items():
        if value is not None and not isinstance(value, str | int):
            reason = f"its '{name}' is not a text"
            raise BadDocument(reason)
    said = {name: str(value) for name, value in fields.items() if value not in (None, "")}
    for name, value in said.items():
        check_encodable(name, value)
    check_text(text)
    document = Document(
        document_id=Document.identify(said.get("url") or said.get("id"), text),
        text=text,
        published=published_day(said.get("published")),
        language=said.get("language", "en"),
        outlet=said.get("outlet"),
        title=said.get("title"),
        url=said.get("url"),
        author=said.get("author"),
        sha256=sha256,
        story=story,
        origin=place,
    )
    return document, said.get("id")


def read_csv_documents(data: bytes, origin: str, story: str) -> Iterator[Document | Refusal]:
    """Yield each row of a CSV file of documents, its columns named as the fields of a JSON line.

    Raises BadDocument where there is no column `text`, or where a quote is not closed: then it
    cannot be told which row ends where.
    """
    lines = csv.reader(io.StringIO(decode(data).text, newline=""), strict=True)
    try:
        rows = [(lines.line_num, row) for row in lines if row]
    except csv.Error as fault:
        reason = f"it is not a CSV table (line {lines.line_num}: {fault})"
        raise BadDocument(reason) from None
    header = [name.strip() for name in rows[0][1]] if rows else []
    if "text" not in header or len(set(header)) < len(header):
        reason = f"it needs a column 'text', and each once (found: {', '.join(header)[:200]})"
        raise BadDocument(reason)
    for number, row in rows[1:]:
        place = f"{origin} line {number}"
        if len(row) != len(header):
            reason = f"it has {len(row)} fields, the first line has {len(header)}"
            yield Refusal(place, reason, "mend or remove the row")
            continue
        try:
            content = hashlib.sha256("\n".join(row).encode("utf-8", "surrogatepass")).hexdigest()
            yield record_document(dict(zip(header, row, strict=True)), place, story, content)[0]
        except BadDocument as fault:
            yield Refusal(place, str(fault), "mend or remove the row")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        reason = "a name occurs twice"
        raise ValueError(reason)
    return record


def _no_number(name: str) -> float:
    reason = f"{name} is no number in JSON"
    raise ValueError(reason)


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        _no_number(digits[:20])
    return value


@dataclass(frozen=True)
class TableRule:
    """How the rows of a table whose note begins with some words are taken."""

    starts_with: str
    status: str | None = None
    scope: str | None = None
    source: str | None = None
    skip: bool = False


def read_figures(
    data: bytes,
    origin: str,
    story: str,
    columns: Mapping[str, str] | None = None,
    rules: Sequence[TableRule] = (),
) -> Iterator[tuple[Document, Reading] | Refusal]:
    """Yield each row of a CSV table of figures as a document with one claim, or as a refusal.

    `columns` maps our names (COLUMNS) to those of the file. The document is the row: its text is
    the note, its url and outlet are the evidence; the claim has no quote and no span. The id comes
    from the content of the row, so a row may move and a changed row is a new one. A skipped row
    becomes a document without a claim. Raises BadDocument where no row can be read at all.
    """
    names = {ours: (columns or {}).get(ours, ours) for ours in COLUMNS}
    try:
        reader = csv.DictReader(io.StringIO(decode(data).text, newline=""), strict=True)
        header = reader.fieldnames or []
    except csv.Error as fault:
        reason = f"it is not a CSV table ({fault})"
        raise BadDocument(reason) from None
    if len(set(header)) < len(header):
        reason = "a column occurs twice in its first line"
        raise BadDocument(reason)
    missing = [names[column] for column in REQUIRED if names[column] not in header]
    if missing:
        reason = f"it has no column {', '.join(missing)} (found: {', '.join(header) or 'nothing'})"
        raise BadDocument(reason)
    while True:
        try:
            row = next(reader, None)
        except csv.Error as fault:
            place = f"{origin} line {reader.line_num}"
            yield Refusal(place, f"the table ends here ({fault})", "mend the quotes and run again")
            return
        if row is None:
            return
        place = f"{origin} line {reader.line_num}"
        try:
            yield _figure(row, header, names, rules, place, story)
        except (BadDocument, ValueError) as fault:
            yield Refusal(place, str(fault), "mend the row and run again")


def _figure(
    row: dict[str, Any],
    header: Sequence[str],
    names: Mapping[str, str],
    rules: Sequence[TableRule],
    place: str,
    story: str,
) -> tuple[Document, Reading]:
    if None in row or None in row.values():
        reason = f"it has not the {len(header)} fields of the first line"
        raise BadDocument(reason)
    said = {ours: (row.get(theirs) or "").strip() or None for ours, theirs in names.items()}
    published = published_day(said["reported_on"])
    content = [f"{name}={row[name]}" for name in sorted(header)]
    document = Document(
        document_id=digest("row", *content),
        text=said["note"] or "",
        published=published,
        outlet=said["outlet"],
        url=said["url"],
        sha256=hashlib.sha256("\n".join(content).encode()).hexdigest(),
        story=story,
        origin=place,
    )
    rule = next((r for r in rules if document.text.startswith(r.starts_with)), TableRule(""))
    if rule.skip:
        return document, Reading(document.document_id, TABLE)
    qualifier = said["qualifier"] or "exact"
    low, high = _count(said["low"], "low"), _count(said["high"], "high")
    if qualifier in ("up_to", "nearly"):
        low = None  # "up to 40" says nothing about the least; a table writes 0 or 40 there
    claim = Claim(
        document_id=document.document_id,
        category=said["category"] or "",
        low=low,
        high=high,
        qualifier=qualifier,
        number_text=None,
        start=None,
        end=None,
        quote=None,
        victims=said["victims"],
        source_text=rule.source or said["source"],
        relayed_by=said["relayed_by"],
        scope=rule.scope or said["scope"] or "event",
        period_days=_count(said["period_days"], "period_days"),
        as_of=iso_date(said["as_of"]) if said["as_of"] else None,
        location=said["location"],
        status=rule.status or "reported",
        extractor=TABLE,
    )
    return document, Reading(document.document_id, TABLE, (claim,))


def _count(value: str | None, name: str) -> int | None:
    if value is None:
        return None
    # str.isdecimal alone would take digits of other scripts, and int() even mixtures of them.
    if not (value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER):
        reason = f"its '{name}' is '{value}', not a whole number without separators"
        raise BadDocument(reason)
    return int(value)
