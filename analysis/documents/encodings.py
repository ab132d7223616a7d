"""Decode bytes once: by their mark, by what they prove, by what is declared, or by a guess.

A wrong decoding is a wrong quote, so that a guess is made only where one encoding stands out,
is recorded, and else the bytes are refused.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from analysis.errors import BadDocument

# A guess on fewer bytes is a coin toss: short Cyrillic texts are guessed as Chinese ones.
FEWEST_BYTES_TO_GUESS = 200
# Text holds line ends and tabs; any other control character is a sign of a binary file.
BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What browsers take for each other: pages call by the first name what is written in the second.
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
EAST_ASIAN = ("big5", "big5hkscs", "cp932", "cp949", "euc_jp", "gb18030", "iso2022_jp")
# What the web is written in. A codec of the language that is none of these, such as
# unicode_escape or rot13, would make another text of what a page shows.
ONE_BYTE = (
    *(f"cp{number}" for number in (866, 874, *range(1250, 1259))),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8-r", "koi8-u", "mac-cyrillic", "mac-roman"),
)
GUESSED = [name.replace("-", "_") for name in (*ONE_BYTE, *EAST_ASIAN) if name != "cp1252"]
# Beyond ASCII, what Western languages write. Central European and Turkish letters, decoded as
# Western ones, give signs that are not among these.
WESTERN = frozenset(
    "áàâäãåæçéèêëíìîïñóòôöõøœúùûüßÿÁÀÂÄÅÆÇÉÈÊËÍÎÏÑÓÔÖØŒÚÛÜ¿¡“”‘’„«»–—…•·£€°§ºª\xa0½¼"
)
MOST_BEYOND_ASCII = 0.2  # of the bytes of a Western text
FEWEST_UNITS = 0.08  # of a text in UTF-16: spaces and digits have an empty half in any script
UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
PROOF = 4  # sequences of UTF-8 that no text in an East Asian encoding happens to hold
MIXED = 0.25  # of the bytes beyond ASCII; by chance far fewer form sequences of UTF-8


@dataclass(frozen=True)
class Decoded:
    """A decoded text with its encoding; `guessed` says that nothing but the bytes told it."""

    text: str
    encoding: str
    guessed: bool = False
    overruled: str = ""  # what was declared and is not so

    @property
    def notes(self) -> list[str]:
        """What is to be recorded: nothing for UTF-8 that nobody declared otherwise."""
        if self.guessed:
            said = f"encoding guessed: {self.encoding}"
        elif self.encoding != "utf-8" or self.overruled:
            said = f"encoding {self.encoding}"
        else:
            return []
        return [said + (f", although declared as {self.overruled}" if self.overruled else "")]


def decode(data: bytes, declared: str | None = None) -> Decoded:
    """Decode bytes once: mark, proof of UTF-8, declared encoding, a recorded guess, else refuse.

    Raises BadDocument for bytes that are no text, that mix encodings, or too few to tell theirs.

    >>> decode("300 killed".encode("utf-16")).text
    '300 killed'
    >>> decode("tués".encode(), "latin-1")
    Decoded(text='tués', encoding='utf-8', guessed=False, overruled='latin-1')
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            except UnicodeDecodeError as fault:
                reason = f"it begins as {encoding} but byte {fault.start} does not fit"
                raise BadDocument(reason) from None
            return _textual(Decoded(text, encoding))
    if encoding := unmarked_utf16(data):
        return _textual(Decoded(data.decode(encoding), encoding, guessed=True))
    name = _known(declared)
    other = "" if name or not declared or _same(declared, "utf-8") else declared
    try:
        utf8 = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        utf8, position, cut = None, fault.start, fault.reason == "unexpected end of data"
    if name and not (utf8 is not None and _proves_utf8(data, name)):
        try:
            return _textual(Decoded(data.decode(name), name))
        except UnicodeDecodeError:
            other = declared or ""  # pages often declare what they are not
    if b"\x1b$" in data:
        return _escaped(data)
    if utf8 is not None:
        return _textual(Decoded(utf8, "utf-8", overruled=declared or "" if name else other))
    if cut and len(data) >= FEWEST_BYTES_TO_GUESS:
        reason = f"it ends early, at byte {len(data):,}, in the middle of a character"
        raise BadDocument(reason)
    return _guess(data, position, other)


def unmarked_utf16(data: bytes) -> str:
    r"""Return which UTF-16 bytes without a mark are, empty where they are none.

    >>> unmarked_utf16("At least 300 killed".encode("utf-16-le"))
    'utf-16-le'
    """
    if b"\x00" not in data or len(data) % 2:
        return ""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if (even and odd) or even + odd < max(4, FEWEST_UNITS * len(data) / 2):
        return ""
    encoding = "utf-16-be" if even else "utf-16-le"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return ""
    strange = any(unicodedata.category(c) in ("Cn", "Co") for c in set(text))
    return "" if strange or BINARY.search(text) else encoding


def _known(declared: str | None) -> str:
    """Return our name of a declared encoding that a page of the web may have, else nothing."""
    try:
        name = codecs.lookup(declared).name if declared else ""
    except (LookupError, ValueError):
        return ""
    name = WIDER.get(name, name)
    return name if name in ONE_BYTE or name in EAST_ASIAN else ""


def _same(declared: str, encoding: str) -> bool:
    try:
        return codecs.lookup(declared).name == encoding
    except (LookupError, ValueError):
        return False


def _escaped(data: bytes) -> Decoded:
    """Decode bytes that switch their meaning by escapes: read as ASCII they show false digits."""
    try:
        return _textual(Decoded(data.decode("iso2022_jp"), "iso2022_jp", guessed=True))
    except UnicodeDecodeError:
        place = data.index(b"\x1b$")
        reason = f"it switches its encoding at byte {place}, and not to Japanese"
        raise BadDocument(reason) from None


def _proves_utf8(data: bytes, declared: str) -> bool:
    """Return whether bytes that fit UTF-8 are so by more than chance, against what is declared."""
    needed = PROOF if declared in EAST_ASIAN else 1
    return not data.isascii() and len(UTF8.findall(data)) >= needed


def _guess(data: bytes, position: int, declared: str) -> Decoded:
    if b"\x00" in data:
        reason = f"it is a binary file, not a text (byte {data.index(0)} is zero)"
        raise BadDocument(reason)
    if len(data) < FEWEST_BYTES_TO_GUESS:
        reason = f"byte {position} is not UTF-8, and {len(data)} bytes are too few to guess"
        raise BadDocument(reason)
    beyond = len(data.translate(None, bytes(range(128))))
    try:
        western = data.decode("cp1252")
    except UnicodeDecodeError:
        western = ""
    signs = {c for c in western if c > "\x7f"}
    if western and signs <= WESTERN and beyond < MOST_BEYOND_ASCII * len(data):
        return _textual(Decoded(western, "cp1252", guessed=True, overruled=declared))
    from charset_normalizer import from_bytes  # only a file that is not UTF-8 needs it

    covered = sum(map(len, UTF8.findall(data)))
    found = [m for m in from_bytes(data, cp_isolation=GUESSED) if _in_small_letters(str(m))]
    best = found[0] if found else None
    if covered > MIXED * beyond and (best is None or best.encoding not in EAST_ASIAN):
        reason = f"it mixes UTF-8 with another encoding (byte {position} is not UTF-8)"
        raise BadDocument(reason)
    if best is None:
        reason = f"it is not a text in any known encoding (byte {position} is not UTF-8)"
        raise BadDocument(reason)
    for other in found[1:]:
        even = (other.chaos, other.coherence) == (best.chaos, best.coherence)
        if even and str(other) != str(best):
            reason = (
                f"byte {position} is not UTF-8, and it may be {best.encoding} or {other.encoding}"
            )
            raise BadDocument(reason)
    return _textual(Decoded(str(best), best.encoding, guessed=True, overruled=declared))


def _in_small_letters(text: str) -> bool:
    """Return whether a text is not all in capitals, as one of another script comes out wrongly."""
    beyond = [c for c in text if c > "\x7f"]
    return sum(map(str.isupper, beyond)) <= len(beyond) / 2


def _textual(decoded: Decoded) -> Decoded:
    found = BINARY.search(decoded.text)
    if found:
        reason = (
            f"it is a binary file, not a text (control character {ord(found.group()):#04x} "
            f"at character {found.start()})"
        )
        raise BadDocument(reason)
    return decoded
