"""Find the few sentences that can hold a figure, in one compiled pass of linear time.

A sentence passes where words of an event stand in it and so does a number. Everything else is
never looked at again: that is where the speed comes from. The pass decides nothing; the rules
behind it do.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import re2

from analysis.extract.words import event_phrases, lexicon

ITEM = re.compile(r"[ \t]*(?:[•▪●‣◦·*]|[-–](?=[ \t]+[A-Z0-9]))")  # a line of a list begins
PARAGRAPH = re.compile(r"\n[ \t\r]*\n\s*")
END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|\n")
WORD_BEFORE = re.compile(r"([^\W\d_]+(?:\.[^\W\d_]+)*)\.?\Z")
MARKS = ".!?…\n"
NEAR = 60  # characters
SHORT_LINE = 60  # a shorter line without a full stop is a headline, a longer one is wrapped
JOINS = ("of", "preposition", "determiner", "conjunction")  # classes of words that end no line
LONGEST = 2_000  # characters: what is longer is a list or a table, not a sentence


def _any_of(phrases: Iterable[str]) -> str:
    """Return a pattern for any of some phrases, whatever blank space stands between their words.

    The engine's word boundary knows ASCII letters only: a phrase that begins or ends with another
    letter has none on that side, and the rules behind the gate look again.
    """
    whole: list[str] = []
    open_ended: list[str] = []
    for phrase in sorted(phrases):
        words = r"\s+".join(map(re.escape, phrase.split())).replace(r",", r"\s*,")
        (whole if phrase[0].isascii() and phrase[-1].isascii() else open_ended).append(words)
    return "|".join(([rf"\b(?:{'|'.join(whole)})\b"] if whole else []) + open_ended)


def _options() -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20  # bytes: room for the states of a long list of words
    options.case_sensitive = False
    options.never_capture = True
    return options


@dataclass(frozen=True)
class Gate:
    """The compiled patterns of one language.

    `event` finds where words of events stand. `holds` says of a text whether any does, without
    saying where, which is faster; `counts` says whether a word of a number does. `short` are
    abbreviations with a full stop, `joins` words that end no sentence.
    """

    event: Any
    holds: Callable[[str], list[int]]
    counts: Callable[[str], list[int]]
    short: frozenset[str]
    joins: frozenset[str]


@cache
def gate(language: str) -> Gate:
    """Return the compiled patterns of a language."""
    lists = lexicon(language).lists
    clear, unclear = event_phrases(language)
    numbers = lists["numbers"]
    counts = [n for part in ("units", "tens", "scales", "vague", "zero") for n in numbers[part]]
    people = {*lists["words"]["people"], *lists["scopes"]["military"]}
    losses = _any_of(unclear)
    subjects = {*lists["scopes"]["military"], *lists["scopes"]["subjects"]}
    # "Losses" and "lost" are words of markets and games too: people stand near those that count.
    event = _any_of(clear)
    near = rf"(?:[^.;!?\n]|\n[ \t]*[^\s.;!?]){{0,{NEAR}}}"  # not over a blank line
    if unclear:
        event += (
            rf"|(?:{losses}){near}(?:{_any_of(people)})"
            rf"|(?:{_any_of(subjects)}){near}(?:{losses})"
        )
    return Gate(
        event=re2.compile(event, _options()),
        holds=_set(event),
        counts=_set(rf"[0-9]|{_any_of(counts)}"),
        short=frozenset(lists["abbreviations"]),
        joins=frozenset(w for name in JOINS for w in lists["words"][name]),
    )


def _set(*patterns: str) -> Callable[[str], list[int]]:
    words = re2.Set.SearchSet(_options())
    for pattern in patterns:
        words.Add(pattern)
    words.Compile()
    match: Callable[[str], list[int]] = words.Match
    return match


def may_hold_figures(text: str, language: str) -> bool:
    """Say whether any word of an event stands in a text: most texts hold none, and end here."""
    return bool(gate(language).holds(text))


def sentences(text: str, language: str) -> Iterator[tuple[int, int, int]]:
    """Yield the sentences that can hold a figure: first, last, and the end of the paragraph.

    All are characters of the text, ends exclusive. Paragraphs end at blank lines; nothing outside
    a paragraph changes what is found in it.
    """
    patterns = gate(language)
    paragraph = after = 0
    for found in patterns.event.finditer(text):
        if found.start() < after:
            continue
        if found.start() >= paragraph:
            # A blank line ends a sentence too, so that none reaches back over it.
            blank = PARAGRAPH.search(text, found.start())
            paragraph = blank.start() if blank else len(text)
        start = _begins(text, found.start(), after, patterns)
        after = _ends(text, found.end(), paragraph, patterns)
        for begin, stop in _pieces(text, start, after):
            piece = text[begin:stop]
            if patterns.counts(piece) and patterns.holds(piece):
                yield begin, stop, paragraph


def paragraph_start(text: str, place: int) -> int:
    """Return where the paragraph around a place begins; at most a page back is looked."""
    lowest = max(0, place - LONGEST)
    return max((found.end() for found in PARAGRAPH.finditer(text, lowest, place)), default=lowest)


def _begins(text: str, place: int, lowest: int, patterns: Gate) -> int:
    """Return where the sentence around a place begins."""
    while True:
        mark = max(text.rfind(sign, lowest, place) for sign in MARKS)
        if mark < 0:
            return lowest
        found = END.match(text, mark)
        if found and _is_end(text, found, patterns):
            return found.end()
        place = mark


def _ends(text: str, place: int, last: int, patterns: Gate) -> int:
    """Return where the sentence around a place ends."""
    for found in END.finditer(text, place, last):
        if _is_end(text, found, patterns):
            return found.end()
    return last


def split(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield all sentences of a text, as its characters."""
    patterns = gate(language)
    start = 0
    while start < len(text):
        end = _ends(text, start, len(text), patterns)
        yield from _pieces(text, start, end)
        start = end


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a sentence without the blank space around it, in pieces where it is too long."""
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    stop = begin + len(piece.strip())
    while begin < stop:
        yield begin, min(stop, begin + LONGEST)
        begin += LONGEST


def _is_end(text: str, found: "re.Match[str]", patterns: Gate) -> bool:
    if found.group() == "\n":
        line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
        if not line.strip() or not text[found.end() : found.end() + 1].strip():
            return True  # a blank line
        if ITEM.match(text, found.end()):
            return True
        last = line.rstrip().rpartition(" ")[2].lower()
        # "… had captured one of / the" is a wrapped line, however short.
        return len(line) < SHORT_LINE and text[found.end()].isupper() and last not in patterns.joins
    return not (found.group().startswith(".") and _goes_on(text, found, patterns, len(text)))


def _goes_on(text: str, found: "re.Match[str]", patterns: Gate, last: int) -> bool:
    before = WORD_BEFORE.search(text, max(0, found.start() - 20), found.start())
    rest = text[found.end() : min(last, found.end() + 3)].lstrip()
    if rest[:1].islower():
        return True
    word = before.group(1).lower() if before else ""
    if len(found.group()) > 1:
        return False
    return word in patterns.short or (
        len(word) == 1 and word.isalpha() and text[found.start() - 1].isupper()
    )
