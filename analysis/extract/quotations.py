"""Find who speaks a quotation of several sentences, for a number whose own sentence names nobody.

METHOD.md 3.7.

"31,000 of our soldiers have been killed. Not 300,000," the president told a forum.
"""

from analysis.extract.names import Span
from analysis.extract.speakers import Speakers
from analysis.extract.words import Lexicon, tokenize

OPENING = "“«„"
CLOSING = "”»"
STRAIGHT = '"'
FARTHEST = 2_000  # characters from a number to the mark that opens or closes its quotation


def speaker(text: str, place: int, paragraph: Span, lexicon: Lexicon) -> Span | None:
    """Return the characters of who speaks the quotation around a place, or null.

    `paragraph` is the first and last character of the paragraph; nothing outside it is read.
    """
    low, high = max(paragraph[0], place - FARTHEST), min(paragraph[1], place + FARTHEST)
    opened = _opened(text, low, place)
    if opened is None:
        return None
    marks = STRAIGHT if text[opened] == STRAIGHT else CLOSING
    closed = min((p for m in marks if (p := text.find(m, place, high)) >= 0), default=None)
    if closed is not None:
        behind = _named(text, closed, _stop(text, closed, high), lexicon, leading=False)
        if behind:
            return behind
    start = max(text.rfind(sign, low, opened) for sign in ".!?") + 1
    return _named(text, max(start, low), opened, lexicon, leading=True)


def _opened(text: str, low: int, place: int) -> int | None:
    """Return where the quotation that holds a place opens, or null outside of one."""
    curly = max(text.rfind(mark, low, place) for mark in OPENING)
    shut = max(text.rfind(mark, low, place) for mark in CLOSING)
    if curly >= 0 and curly > shut:
        return curly
    if text.count(STRAIGHT, low, place) % 2:
        return text.rfind(STRAIGHT, low, place)
    return None


def _stop(text: str, place: int, high: int) -> int:
    ends = [
        p for sign in (". ", ".\n", "“", STRAIGHT) if (p := text.find(sign, place + 1, high)) >= 0
    ]
    return min(ends, default=high)


def _named(text: str, start: int, end: int, lexicon: Lexicon, *, leading: bool) -> Span | None:
    tokens = tokenize(text, start, end, lexicon)
    if not tokens:
        return None
    found = Speakers(tokens, lexicon, set()).find()
    if leading:  # it must lead to the mark: 'the minister said: "'
        return found[-1].source if found and tokens[-1].word in (":", ",") else None
    return found[0].source if found else None
