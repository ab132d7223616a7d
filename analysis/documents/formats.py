"""Tell a file's format by its content, unpack gzip within limits, and give it to its reader."""

import re
import zlib
from collections.abc import Iterator
from pathlib import PurePath

from analysis.documents.encodings import BYTE_ORDER_MARKS, unmarked_utf16
from analysis.documents.feed import read_feed
from analysis.documents.parquet import read_parquet
from analysis.documents.tables import read_csv_documents, read_jsonl
from analysis.documents.text import read_text
from analysis.documents.warc import read_warc
from analysis.documents.webpage import read_page
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

TEXTS = (".txt", ".md")
LINES = (".jsonl", ".ndjson")
PAGES = (".html", ".htm", ".xhtml")
FEEDS = (".rss", ".atom", ".xml")
NAMES = (*TEXTS, *LINES, *PAGES, ".csv", *FEEDS, ".parquet", ".warc")
LARGEST_UNPACKED = 256 * 1024 * 1024  # bytes
HEAD = 4096  # bytes that tell the format
FEED = re.compile(r"<(?:rss|feed|rdf:rdf)[\s>]")
PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)[\s>]")
MARKUP = re.compile(r"\A\s*<[!?a-z]")


def format_of(head: bytes, name: str) -> str:
    r"""Return the format of a file by its first bytes; its name decides only between texts.

    Empty where it is none that is read.

    >>> format_of(b"<!doctype html><title>A", "a.txt")
    'page'
    """
    for magic, kind in ((b"\x1f\x8b", "gzip"), (b"PAR1", "parquet"), (b"WARC/", "warc")):
        if head.startswith(magic):
            return kind
    suffix = PurePath(name).suffix.lower()
    start = _shown(head[:HEAD]).lower()
    if MARKUP.match(start):
        # A feed may hold pages, so its own first tag is looked for before theirs.
        feed, page = FEED.search(start), PAGE.search(start)
        if feed and not (page and page.start() < feed.start()):
            return "feed"
        if page:
            return "page"
    if suffix in LINES:
        return "lines"
    if suffix == ".csv":
        return "csv"
    if suffix in PAGES:
        return "page"
    return "text" if suffix in TEXTS else ""


def _shown(head: bytes) -> str:
    for mark, encoding in BYTE_ORDER_MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "ignore").lstrip("\ufeff")
    encoding = unmarked_utf16(head[: len(head) // 2 * 2])
    return head.decode(encoding or "latin-1")


def not_read(name: str, head: bytes) -> str:
    """Return the reason why a file of a format that is not read is refused.

    >>> not_read("a.xml", b"<sitemap>")
    'it is no feed and no page (no RSS, Atom or HTML was found in it)'
    """
    suffix = PurePath(name).suffix.lower()
    if not head.strip():
        return "it is empty"
    if suffix in FEEDS:
        return "it is no feed and no page (no RSS, Atom or HTML was found in it)"
    if suffix in (".warc", ".parquet", ".gz"):
        return f"it is not what its name says ('{suffix}'): its first bytes are of something else"
    return (
        f"files of the kind '{suffix or name}' are not read (read are {', '.join(NAMES)}, "
        "each also as .gz)"
    )


def read_hostile(data: bytes, name: str, origin: str, story: str) -> Iterator[Document | Refusal]:
    """Yield what a file holds; raises BadDocument where it is refused as a whole."""
    kind, cut = format_of(data[:HEAD], name), ""
    if kind == "gzip":
        data, cut = unpack(data)
        name = name[:-3] if name.lower().endswith(".gz") else name
        kind = format_of(data[:HEAD], name)
        if kind == "gzip":
            raise BadDocument("it is packed twice; unpack it once")
        if cut and kind not in ("warc", "lines"):
            raise BadDocument(cut)  # half a page could look like a whole one
    if (
        kind == "page"
        and PurePath(name).suffix.lower() in FEEDS
        and b"/1999/xhtml" not in data[:HEAD]
    ):
        reason = "it is not a feed but a page, such as one that asks to log in"
        raise BadDocument(reason)
    if kind == "page":
        yield read_page(data, name, origin, story)
    elif kind == "feed":
        yield from read_feed(data, origin, story)
    elif kind == "warc":
        yield from read_warc(data, origin, story)
    elif kind == "parquet":
        yield from read_parquet(data, origin, story)
    elif kind == "lines":
        yield from read_jsonl(data.split(b"\n"), origin, story)
    elif kind == "csv":
        yield from read_csv_documents(data, origin, story)
    elif kind == "text":
        yield read_text(PurePath(name), data, origin, story)
    else:
        raise BadDocument(not_read(name, data[:HEAD]))
    if cut:
        yield Refusal(origin, cut, "what stood before the cut is taken; get the whole file")


def unpack(data: bytes, largest: int | None = None) -> tuple[bytes, str]:
    """Return the content of a gzip file, of one or several parts, and how it is cut, if it is.

    Raises BadDocument where it holds more than `largest` bytes (null: LARGEST_UNPACKED).
    """
    most = LARGEST_UNPACKED if largest is None else largest
    parts: list[bytes] = []
    size, rest = 0, data
    while rest.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            part = member.decompress(rest, most - size + 1)
        except zlib.error:
            return b"".join(parts), f"its gzip data are damaged after {size:,} unpacked bytes"
        parts.append(part)
        size += len(part)
        if size > most:
            raise BadDocument(f"it unpacks to more than {most:,} bytes")
        if not member.eof:
            return b"".join(parts), f"its gzip data end early, after {size:,} unpacked bytes"
        rest = member.unused_data
    if rest.strip(b"\x00"):
        return b"".join(parts), f"something else follows its gzip data ({len(rest):,} bytes)"
    return b"".join(parts), ""
