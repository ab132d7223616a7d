"""Read the day and the span of time that a number refers to, from the words of its sentence.

Weekdays and relative words are counted from the day of publication; without it they say nothing.
No date is searched for in free text: only these few forms are read.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from analysis.extract.words import Lexicon, Token

WEEK = 7
LONGEST_MONTH = 31


@dataclass(frozen=True)
class Time:
    """What a sentence says of time: the day, the days of a period, and words of a running total."""

    as_of: str | None = None
    period_days: int | None = None
    period: bool = False
    cumulative: bool = False


def read_time(tokens: list[Token], lexicon: Lexicon, published: str | None) -> Time:
    """Return what a sentence says of time; `published` (ISO day) null leaves weekdays unread."""
    words = [token.word for token in tokens]
    joined = f" {' '.join(words)} "
    lists = lexicon.lists["dates"]
    days = set(_days(words, lexicon, published))
    cumulative = any(f" {phrase} " in joined for phrase in lists["cumulative"])
    length = _period(words, lexicon)
    return Time(
        days.pop() if len(days) == 1 else None,
        period_days=length or None,
        period=length is not None,
        cumulative=cumulative,
    )


def _days(words: list[str], lexicon: Lexicon, published: str | None) -> "list[str]":
    lists = lexicon.lists["dates"]
    origin = date.fromisoformat(published) if published else None
    spans = lexicon.set_of("dates", "before_a_span")
    found = []
    for place, word in enumerate(words):
        before = words[place - 1] if place else ""
        if before in spans or (
            before in lists["last"] and words[place - 2 : place - 1] and words[place - 2] in spans
        ):
            continue
        if origin and word in lists["weekdays"]:
            back = (origin.weekday() - lists["weekdays"].index(word)) % WEEK
            if before in lists["last"] and back == 0:
                back = WEEK
            found.append((origin - timedelta(days=back)).isoformat())
        elif origin and word in lists["relative"]:
            found.append((origin + timedelta(days=lists["relative"][word])).isoformat())
        elif word in lists["months"]:
            day = _calendar_day(words, place, lists["months"][word], origin, spans)
            if day:
                found.append(day)
    return found


def _calendar_day(
    words: list[str], place: int, month: int, origin: date | None, spans: frozenset[str]
) -> str | None:
    after = place + 1
    if after < len(words) and words[after] == ".":
        after += 1
    number, last = None, after
    if after < len(words) and words[after].isdecimal() and int(words[after]) <= LONGEST_MONTH:
        number, last = int(words[after]), after + 1
        if place and words[place - 1] in spans:
            return None
    elif place and words[place - 1].isdecimal() and int(words[place - 1]) <= LONGEST_MONTH:
        number = int(words[place - 1])
        if place > 1 and words[place - 2] in spans:
            return None
    if number is None:
        return None
    if last < len(words) and words[last] == ",":
        last += 1
    year = None
    if last < len(words) and words[last].isdecimal() and len(words[last]) == len("2025"):
        year = int(words[last])
    try:
        if year is not None:
            return date(year, month, number).isoformat()
        if origin is None:
            return None
        day = date(origin.year, month, number)
        return (day if day <= origin else date(origin.year - 1, month, number)).isoformat()
    except ValueError:
        return None


def _period(words: list[str], lexicon: Lexicon) -> int | None:
    """Return the days of a period that the sentence names; 0 where its length is not known."""
    lists = lexicon.lists["dates"]
    lengths, units = lists["period_lengths"], lexicon.lists["numbers"]["units"]
    for place in range(len(words)):
        match = lexicon.periods.match(words, place)
        if match is None:
            continue
        end = place + match[0]
        if words[end - 1] in lengths:
            return int(lengths[words[end - 1]])
        rest = words[end : end + 2]
        if rest and rest[0] in lengths:
            return int(lengths[rest[0]])
        if len(rest) > 1 and rest[1] in lengths and lengths[rest[1]]:
            count = units.get(rest[0]) or (int(rest[0]) if rest[0].isdecimal() else None)
            if count:
                return count * int(lengths[rest[1]])
    return None
