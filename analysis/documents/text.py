"""Read a text file: hash the bytes, decode them once, and take its front matter as the origin.

A text is never altered beyond the removal of the front matter and of blank space around it:
no Unicode normalisation, no change of quotes or line ends, so that a quote is a slice of it.
"""

import hashlib
import re
from pathlib import PurePath

import yaml

from analysis.documents.encodings import decode
from analysis.errors import BadDocument
from analysis.model import Document, iso_date

LONGEST_TEXT = 1_000_000  # characters; a long article has some 50,000
FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
NO_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
DATED_NAME = re.compile(r"\A(\d{4}-\d{2}-\d{2})(?!\d)")


def split_front_matter(text: str) -> tuple[dict[str, str], str]:
    r"""Return the fields of the front matter, all as texts, and the body without it.

    >>> split_front_matter("---\nurl: http://a.example/1\n---\nTwo died.")
    ({'url': 'http://a.example/1'}, 'Two died.')
    """
    found = FRONT_MATTER.match(text)
    if not found:
        return {}, text
    try:
        # BaseLoader keeps every value a text: no date, number or yes/no is guessed.
        fields = yaml.load(found.group(1), Loader=yaml.BaseLoader)  # noqa: S506 - BaseLoader builds texts only
    except (yaml.YAMLError, ValueError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f"line {mark.line + 2}" if mark else "the top"
        reason = f"the front matter cannot be read at {line} (put a value with a colon in quotes)"
        raise BadDocument(reason) from None
    if fields in (None, ""):
        return {}, text[found.end() :]
    if not isinstance(fields, dict):
        reason = "the front matter is not a list of 'name: value' lines"
        raise BadDocument(reason)
    said = {str(k): v.strip() for k, v in fields.items() if isinstance(v, str) and v.strip()}
    for name, value in said.items():
        check_encodable(name, value)
    return said, text[found.end() :]


def check_encodable(name: str, value: str) -> None:
    """Refuse a text that holds half of a surrogate pair: it is no text that a file can hold."""
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as fault:
        reason = f"character {fault.start} of its '{name}' is half of a surrogate pair"
        raise BadDocument(reason) from None


def check_text(text: str) -> None:
    """Refuse a text that is longer than any article, and half of a surrogate pair in it."""
    if len(text) > LONGEST_TEXT:
        reason = f"its text has {len(text):,} characters (at most {LONGEST_TEXT:,}; split it)"
        raise BadDocument(reason)
    check_encodable("text", text)


def published_day(value: str | None) -> str | None:
    """Return the day of an ISO date or moment; null stays null; anything else is refused.

    A year or a month alone ("2025-01") names no day, so the document counts as undated.

    >>> published_day("2025-01-13T23:30:00+09:00")
    '2025-01-13'
    """
    if value is None or NO_DAY.fullmatch(value):
        return None
    try:
        return iso_date(value[:10] if len(value) > len("2025-01-13") else value)
    except ValueError:
        reason = f"its day of publication '{value}' is not written as YYYY-MM-DD"
        raise BadDocument(reason) from None


def read_text(path: PurePath, data: bytes, origin: str, story: str) -> Document:
    """Return a .txt or .md file as a document.

    The front matter may give title, outlet, url, author, published and language. Without
    `published` the day at the start of the file's name counts; without that the document is
    undated, since the time of a file says when it was copied, not when it was printed.
    """
    decoded = decode(data)
    fields, body = split_front_matter(decoded.text)
    text = body.strip()
    if not text:
        reason = "it holds no text"
        raise BadDocument(reason)
    check_text(text)
    published = published_day(fields.get("published"))
    if published is None and (dated := DATED_NAME.match(path.name)):
        published = published_day(dated.group(1))
    url = fields.get("url")
    return Document(
        document_id=Document.identify(url, text),
        text=text,
        published=published,
        language=fields.get("language", "en"),
        outlet=fields.get("outlet"),
        title=fields.get("title"),
        url=url,
        author=fields.get("author"),
        sha256=hashlib.sha256(data).hexdigest(),
        story=story,
        origin=f"{origin} (read: {decoded.notes[0]})" if decoded.notes else origin,
    )
