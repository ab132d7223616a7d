"""Find the few sentences that can hold a figure, in one compiled pass of linear time.

A sentence passes where a word of an event stands in it and so does a number. Everything else is
never looked at again: that is where the speed comes from. The pass decides nothing; the rules
behind it do.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

import re2

from analysis.extract.words import event_words, lexicon

PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")
END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n")
WORD_BEFORE = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.?\Z")
SHORT_LINE = 60  # a shorter line without a full stop is a headline, a longer one is wrapped
LONGEST = 2_000  # characters: what is longer is a list or a table, not a sentence
CHUNK = 4_000_000  # characters searched at once, so that memory stays flat on a giant text


@cache
def _event(language: str) -> object:
    words = "|".join(sorted(map(re.escape, event_words(language))))
    return re2.compile(rf"(?i)\b(?:{words})\b")


@cache
def _number(language: str) -> object:
    lists = lexicon(language).lists["numbers"]
    words = [*lists["units"], *lists["tens"], *lists["scales"], *lists["vague"], *lists["zero"]]
    return re2.compile(rf"(?i)[0-9]|\b(?:{'|'.join(sorted(map(re.escape, words)))})")


def sentences(text: str, language: str) -> Iterator[tuple[int, int, int, int]]:
    """Yield the sentences that can hold a figure: first and last of the sentence and paragraph.

    All are characters of the text, ends exclusive. Paragraphs end at blank lines; nothing outside
    a paragraph changes what is found in it.
    """
    event, number = _event(language), _number(language)
    after = 0
    for found in event.finditer(text):  # type: ignore[attr-defined]
        if found.start() < after:
            continue
        first, last = _paragraph(text, found.start())
        for start, end in split(text, first, last, language):
            piece = text[start:end]
            if event.search(piece) and number.search(piece):  # type: ignore[attr-defined]
                yield start, end, first, last
        after = last


def _paragraph(text: str, place: int) -> tuple[int, int]:
    first = place
    while True:  # walk back line by line until a blank one
        line = text.rfind("\n", 0, first)
        if line < 0:
            first = 0
            break
        if not text[text.rfind("\n", 0, line) + 1 : line].strip():
            first = line + 1
            break
        first = line
    found = PARAGRAPH.search(text, place)
    return first, found.start() if found else len(text)


def split(text: str, first: int, last: int, language: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences of a paragraph, as characters of the text."""
    short = frozenset(lexicon(language).lists["abbreviations"])
    marks = [first]
    for found in END.finditer(text, first, last):
        if found.group() == "\n":
            line = text[max(text.rfind("\n", first, found.start()) + 1, first) : found.start()]
            if len(line) >= SHORT_LINE or not text[found.end() : found.end() + 1].isupper():
                continue
        elif found.group().startswith(".") and _goes_on(text, found, short, last):
            continue
        marks.append(found.end())
    marks.append(last)
    for start, end in pairwise(marks):
        piece = text[start:end]
        begin = start + len(piece) - len(piece.lstrip())
        stop = begin + len(piece.strip())
        while begin < stop:
            yield begin, min(stop, begin + LONGEST)
            begin += LONGEST


def _goes_on(text: str, found: "re.Match[str]", short: frozenset[str], last: int) -> bool:
    before = WORD_BEFORE.search(text, max(0, found.start() - 20), found.start())
    rest = text[found.end() : min(last, found.end() + 3)].lstrip()
    if rest[:1].islower():
        return True
    word = before.group(1).lower() if before else ""
    if len(found.group()) > 1:
        return False
    return word in short or (
        len(word) == 1 and word.isalpha() and text[found.start() - 1].isupper()
    )
