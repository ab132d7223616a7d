"""Read a web archive: each page in it that was delivered whole, its lengths and digests checked."""

import io
from collections.abc import Iterator
from typing import Any

from analysis.documents.webpage import read_page
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

KINDS = ("response", "resource")
OTHER_KINDS = ("warcinfo", "request", "metadata", "revisit", "conversion", "continuation")
PAGES = ("text/html", "application/xhtml+xml")
LARGEST_RECORD = 32 * 1024 * 1024  # bytes, unpacked
ADVICE = "get the archive again, or take the page by itself"


def read_warc(data: bytes, origin: str, story: str) -> Iterator[Document | Refusal]:
    """Yield the pages of an unpacked web archive, and each record that cannot be trusted."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    records = ArchiveIterator(io.BytesIO(data), check_digests=True)
    number = end = 0
    try:
        for number, record in enumerate(records, 1):
            place = f"{origin} record {number}"
            try:
                found: Document | Refusal | None = _page(record, place, story)
            except BadDocument as fault:
                found = Refusal(place, str(fault), ADVICE)
            end = records.get_record_offset() + records.get_record_length()
            if found:
                yield found
    except (ArchiveLoadFailed, EOFError, ValueError, OSError, AttributeError) as fault:
        # A record without an address ends the library's reading by an AttributeError.
        said = "no address" if isinstance(fault, AttributeError) else str(fault).strip()[:80]
        place = f"byte {records.reader.tell():,} of {len(data):,}"
        reason = f"the archive cannot be read from here on ({said}; {place})"
        yield Refusal(f"{origin} record {number + 1}", reason, ADVICE)
        return
    if not number:
        raise BadDocument(f"its {len(data):,} bytes hold no whole record of a web archive")
    if data[end:].strip():  # the library takes a record whose head is cut for the end
        reason = f"the archive ends early, at byte {len(data):,}, in the head of a record"
        yield Refusal(f"{origin} record {number + 1}", reason, ADVICE)


def _page(record: Any, place: str, story: str) -> Document | None:
    headers = record.rec_headers
    if record.rec_type in OTHER_KINDS:
        return None
    if record.rec_type not in KINDS:
        raise BadDocument("the record does not say of which kind it is")
    if not (headers.get_header("Content-Length") or "").strip().isdecimal():
        raise BadDocument("the record does not say how long it is")
    http = record.http_headers
    stated = (http or headers).get_header("Content-Type") or ""
    kind = stated.split(";")[0].strip().lower()
    body = record.content_stream().read(LARGEST_RECORD + 1)
    if len(body) > LARGEST_RECORD:
        raise BadDocument(f"the record unpacks to more than {LARGEST_RECORD:,} bytes")
    while record.raw_stream.read(1 << 16):
        pass
    if left := getattr(record.raw_stream, "limit", 0):
        raise BadDocument(f"the record is cut: {left:,} of its bytes are missing")
    if record.digest_checker.passed is False:
        raise BadDocument("the record is not what its digest says")
    if kind not in PAGES or (http and http.get_statuscode() != "200"):
        return None  # pictures, redirects and error pages are no documents
    if not body.strip():
        raise BadDocument("the page is empty")
    charset = stated.partition("charset=")[2].strip("\"' ;") or None
    url = headers.get_header("WARC-Target-URI")
    return read_page(body, "", place, story, url, charset)
