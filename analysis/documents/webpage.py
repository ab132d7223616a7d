"""Read a web page: its article with tables and captions, without what a browser hides.

What the reader left out stands in the origin: characters of article against characters of the
page, hidden text, and where the day of publication was found.
"""

import copy
import hashlib
import re
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from analysis.documents.encodings import decode
from analysis.documents.shape import (
    ENDS,
    check_article,
    check_end,
    check_entities,
    check_shape,
    check_tags,
)
from analysis.documents.text import DATED_NAME, check_text, published_day
from analysis.documents.unseen import drop_unseen, keep_apart
from analysis.errors import BadDocument
from analysis.model import Document

CHARSET = re.compile(
    rb"<(?:meta[^>]{0,200}?charset=|\?xml[^>]{0,100}?encoding=)[\"']?([\w-]{2,40})", re.IGNORECASE
)
# The article reader takes these out without a word, so that "3<zero width>0" would become 30.
INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2066\u2067\u2068\u2069\ufeff"
)
STANDINS = [chr(0x2801 + place) for place in range(len(INVISIBLE))]  # Braille signs
PUBLISHED = (
    "article:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dcterms.created",
    "pubdate",
)
MODIFIED = ("article:modified_time", "datemodified", "last-modified", "og:updated_time")


def _paragraphs(text: str) -> str:
    r"""Return lines as paragraphs, rows of a table left together.

    The article reader puts each paragraph on a line of its own; one line end is a wrapped line to
    whoever reads sentences, so that a headline would go on in the first sentence.

    >>> _paragraphs("Toll rises\nThe toll rose.\n\nA | 1 |\nB | 2 |")
    'Toll rises\n\nThe toll rose.\n\nA | 1 |\nB | 2 |'
    """
    lines = [line for line in text.split("\n") if line.strip()]
    ends = ["\n" if "|" in one and "|" in other else "\n\n" for one, other in pairwise(lines)]
    return "".join(map("".join, zip(lines, [*ends, ""], strict=True))) if lines else ""


def read_page(
    data: bytes,
    name: str,
    origin: str,
    story: str,
    url: str | None = None,
    charset: str | None = None,
) -> Document:
    """Return the article of a page as a document; raises BadDocument where there is none."""
    import trafilatura
    from lxml import html

    declared = CHARSET.search(data[:4096])
    decoded = decode(data, charset or (declared.group(1).decode() if declared else None))
    source = re.sub(r"\A\s*<\?xml[^>]*\?>", "", decoded.text)
    if not source.strip():
        raise BadDocument("it is empty")
    check_entities(source, "page")
    check_tags(source)
    tree = html.document_fromstring(source, parser=html.HTMLParser(huge_tree=True))
    check_shape(tree)
    check_end(source, len(data))
    dates = _dates(tree)
    title = " ".join(tree.xpath("string(//title)").split()) or None
    language = (tree.get("lang") or "en").split("-")[0].lower()[:3] or "en"
    found = trafilatura.extract_metadata(copy.deepcopy(tree))
    hidden = drop_unseen(tree)
    keep_apart(tree)
    asks_password = bool(tree.xpath("//input[@type='password']"))
    shown = len("".join(tree.text_content().split()))
    standins = _keep_invisible(tree)
    captions = [" ".join(e.text_content().split()) for e in tree.iter("figcaption", "caption")]
    text = (
        trafilatura.extract(
            copy.deepcopy(tree),
            favor_recall=True,
            include_tables=True,
            include_comments=False,
            output_format="txt",
        )
        or ""
    )
    text = _paragraphs(text)
    squeezed = "".join(text.split())
    missing = [c for c in captions if c and "".join(c.split()) not in squeezed]
    text = "\n\n".join([text.strip(), *dict.fromkeys(missing)]).strip()
    text = text.translate({ord(v): k for k, v in standins.items()})
    if not text:
        left = f", {hidden:,} are hidden" if hidden else ""
        raise BadDocument(f"no article was found in it ({shown:,} characters are shown{left})")
    check_text(text)
    check_article(text, title, asks_password=asks_password)
    published, how, modified, how_modified = dates
    if published is None and (dated := DATED_NAME.match(PurePath(name).name)):
        published, how = published_day(dated.group(1)), "the name of the file"
    address = url or found.url or None
    notes = [f"{len(''.join(text.split())):,} of {shown:,} characters, {len(data):,} bytes"]
    notes += decoded.notes
    notes += [f"{hidden:,} hidden characters left out"] if hidden else []
    notes += [] if ENDS.search(source) else ["without an end, perhaps cut"]
    notes += [f"published by {how}"] if published else []
    notes += [f"modified {modified} by {how_modified}"] if modified else []
    return Document(
        document_id=Document.identify(address, text),
        text=text,
        published=published,
        language=language,
        outlet=found.sitename or None,
        title=found.title or title,
        url=address if address and address.startswith(("http://", "https://")) else None,
        author=found.author or None,
        sha256=hashlib.sha256(data).hexdigest(),
        story=story,
        origin=f"{origin} (read: {'; '.join(notes)})",
    )


def _keep_invisible(tree: Any) -> dict[str, str]:
    """Put a sign that the page does not have for each invisible character; return the pairs."""
    whole = tree.text_content()
    present = [c for c in INVISIBLE if c in whole]
    pairs = dict(zip(present, (s for s in STANDINS if s not in whole), strict=False))
    table = str.maketrans(pairs)
    for element in tree.iter():
        if present and isinstance(element.tag, str):
            element.text = element.text.translate(table) if element.text else element.text
            element.tail = element.tail.translate(table) if element.tail else element.tail
    return pairs


def _dates(tree: Any) -> tuple[str | None, str, str | None, str]:
    """Return the day of publication and of the last change, each with what told it."""
    from htmldate import find_date

    published, how = _stated(tree, PUBLISHED, "datePublished")
    modified, how_modified = _stated(tree, MODIFIED, "dateModified")
    if published is None:
        found = find_date(copy.deepcopy(tree), extensive_search=False, original_date=True)
        # A page that tells its last change alone does not tell when it was first printed.
        if found and found != modified:
            published, how = found, "htmldate"
    return published, how, modified, how_modified


def _stated(tree: Any, names: tuple[str, ...], key: str) -> tuple[str | None, str]:
    for script in tree.xpath("//script[@type='application/ld+json']"):
        if found := re.search(rf'"{key}"\s*:\s*"(\d{{4}}-\d\d-\d\d)', script.text or ""):
            return _day(found.group(1)), "JSON-LD"
    for meta in tree.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        found = re.match(r"\s*(\d{4}-\d\d-\d\d)", meta.get("content") or "")
        if name in names and found:
            return _day(found.group(1)), f"meta {name}"
    return None, ""


def _day(value: str) -> str | None:
    try:
        return published_day(value)
    except BadDocument:
        return None
