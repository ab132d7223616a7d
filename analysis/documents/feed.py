"""Read an RSS or Atom file: each entry is a document of its title and what the feed says of it."""

import hashlib
import io
import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from analysis.documents.encodings import decode
from analysis.documents.shape import check_entities, check_shape, check_tags
from analysis.documents.text import check_text, published_day
from analysis.documents.unseen import break_lines, drop_unseen, keep_apart
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

XML = re.compile(r"\A\s*<\?xml[^>]*\?>")
ENCODING = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']?([\w-]{2,40})", re.IGNORECASE)
ENDS = ("</rss>", "</feed>", "</rdf:rdf>")
YEARS = ("1990", "2100")  # a feed that prints another year tells no day
WEB = ("http://", "https://")


def read_feed(data: bytes, origin: str, story: str) -> Iterator[Document | Refusal]:
    """Yield the entries of a feed; the last one of a feed that is cut is refused.

    Raises BadDocument where it is no feed, or defines entities, which feeds do not need.
    """
    import feedparser

    declared = ENCODING.search(data[:1024])
    decoded = decode(data, declared.group(1).decode() if declared else None)
    check_entities(decoded.text, "feed")
    # Bytes in a stream: a text could be taken for an address and be opened. They are not cleaned
    # there: what tells that a text is hidden would be taken out, and the text would stay.
    source = XML.sub("", decoded.text).encode("utf-8", "surrogatepass")
    feed = feedparser.parse(io.BytesIO(source), sanitize_html=False, resolve_relative_uris=False)
    if not feed.get("version") and not feed.entries:
        raise BadDocument("it is not a feed (no RSS or Atom was found in it)")
    cut = not decoded.text.rstrip().lower().endswith(ENDS) and bool(feed.bozo)
    outlet = _plain(feed.feed.get("title"))
    language = (feed.feed.get("language") or "en").split("-")[0].lower()
    whole = feed.entries[:-1] if cut else feed.entries
    note = f" (read: {decoded.notes[0]})" if decoded.notes else ""
    for number, entry in enumerate(whole, 1):
        place = f"{origin} entry {number}"
        try:
            yield _document(entry, outlet, language, f"{place}{note}", story)
        except BadDocument as fault:
            yield Refusal(place, str(fault), "look at the entry in the feed")
    if cut:
        place = f"{origin} entry {len(feed.entries)}" if feed.entries else origin
        yield Refusal(place, f"the feed ends early, at byte {len(data):,}", "get the whole feed")


def _document(entry: Any, outlet: str | None, language: str, place: str, story: str) -> Document:
    title = _plain(entry.get("title"))
    bodies = [c.get("value") for c in entry.get("content", [])] or [entry.get("summary")]
    body = "\n\n".join(filter(None, map(_plain, bodies)))
    text = "\n\n".join(filter(None, [title, body if body != title else None]))
    if not text:
        raise BadDocument("it has neither title nor text")
    check_text(text)
    url = entry.get("link") if str(entry.get("link", "")).startswith(WEB) else None
    return Document(
        document_id=Document.identify(url or entry.get("id"), text),
        text=text,
        published=_day(entry.get("published")),
        language=language,
        outlet=outlet,
        title=title,
        url=url,
        author=_plain(entry.get("author")),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        story=story,
        origin=place,
    )


def _plain(markup: str | None) -> str | None:
    """Return what a browser would show of a piece of markup, a line for each paragraph."""
    from lxml import etree, html

    if not markup or not markup.strip():
        return None
    check_tags(markup)
    try:
        parser = html.HTMLParser(huge_tree=True)
        tree = html.fragment_fromstring(markup, create_parent="div", parser=parser)
    except (etree.ParserError, ValueError):
        return " ".join(markup.split()) or None
    check_shape(tree)
    drop_unseen(tree)
    keep_apart(tree)
    break_lines(tree)
    lines = (" ".join(line.split(" ")).strip() for line in tree.text_content().split("\n"))
    return "\n".join(filter(None, lines)) or None


def _day(value: str | None) -> str | None:
    """Return the day as the feed prints it, in its own time zone; null where it prints none."""
    if not value:
        return None
    try:
        iso = re.match(r"\d{4}-\d\d-\d\d", value)
        day = iso.group() if iso else parsedate_to_datetime(value).date().isoformat()
        return published_day(day) if YEARS[0] <= day < YEARS[1] else None
    except (ValueError, TypeError, OverflowError, BadDocument):
        return None
