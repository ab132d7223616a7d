"""Read a text file: hash the bytes, decode them once, and take its front matter as the origin.

A text is never altered beyond the removal of the front matter and of blank space around it:
no Unicode normalisation, no change of quotes or line ends, so that a quote is a slice of it.
"""

import codecs
import hashlib
import re
from dataclasses import dataclass
from pathlib import PurePath

import yaml

from analysis.errors import BadDocument
from analysis.model import Document, iso_date

# A guess on fewer bytes is a coin toss: short Cyrillic texts are guessed as Chinese ones.
FEWEST_BYTES_TO_GUESS = 200
# Text holds line ends and tabs; any other control character is a sign of a binary file.
BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
NO_DAY = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
DATED_NAME = re.compile(r"\A(\d{4}-\d{2}-\d{2})(?!\d)")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True)
class Decoded:
    """A decoded text with its encoding; `guessed` says that nothing but the bytes told it."""

    text: str
    encoding: str
    guessed: bool = False


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes once: byte order mark, declared encoding, UTF-8, a recorded guess, else refuse.

    Raises BadDocument for bytes that are no text, or too few to tell their encoding.

    >>> decode("300 killed".encode("utf-16")).text
    '300 killed'
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            except UnicodeDecodeError as fault:
                reason = f"it begins as {encoding} but byte {fault.start} does not fit"
                raise BadDocument(reason) from None
            return _textual(Decoded(text, encoding))
    try:
        if declared:
            return _textual(Decoded(data.decode(declared), declared.lower()))
    except (UnicodeDecodeError, LookupError):
        pass  # pages often declare what they are not
    try:
        return _textual(Decoded(data.decode("utf-8"), "utf-8"))
    except UnicodeDecodeError as fault:
        position = fault.start
    if b"\x00" in data:
        reason = f"it is a binary file, not a text (byte {data.index(0)} is zero)"
        raise BadDocument(reason)
    if len(data) < FEWEST_BYTES_TO_GUESS:
        reason = f"byte {position} is not UTF-8, and {len(data)} bytes are too few to guess"
        raise BadDocument(reason)
    from charset_normalizer import from_bytes  # only a file that is not UTF-8 needs it

    best = from_bytes(data).best()
    if best is None:
        reason = f"it is not a text in any known encoding (byte {position} is not UTF-8)"
        raise BadDocument(reason)
    return _textual(Decoded(str(best), best.encoding, guessed=True))


def _textual(decoded: Decoded) -> Decoded:
    found = BINARY.search(decoded.text)
    if found:
        reason = (
            f"it is a binary file, not a text (control character {ord(found.group()):#04x} "
            f"at character {found.start()})"
        )
        raise BadDocument(reason)
    return decoded


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
        origin=f"{origin} (read: encoding guessed: {decoded.encoding})"
        if decoded.guessed
        else origin,
    )
