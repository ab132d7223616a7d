"""Read the day and the span of time that a number refers to, from the words of its sentence.

Weekdays and relative words are counted from the day of publication; without it they say nothing.
No date is searched for in free text: only these few forms are read.
"""

from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from analysis.extract.words import Lexicon, Token

WEEK = 7
HOURS = 24  # of a day
LONGEST_MONTH = 31
AHEAD = timedelta(days=1)  # of the day of publication: where it is tomorrow already
MONTH, YEAR = 30, 365  # days


class Time(NamedTuple):
    """What words say of time.

    `as_of` is the day (ISO), null where none or several are named; `period` says that a span of
    time is named, `period_days` how long it is (null: not known); `month`, that a month or year is
    ("in November"), which bounds a count that no single event does, and `fronted`, that words of
    time stand first; `cumulative` and `running`, that words of a total since a beginning, or of a
    total so far, stand there.
    """

    as_of: str | None = None
    period_days: int | None = None
    period: bool = False
    month: bool = False
    fronted: bool = False
    cumulative: bool = False
    running: bool = False


def read_time(tokens: list[Token], lexicon: Lexicon, published: str | None) -> Time:
    """Return what some words say of time; `published` (ISO day) null leaves weekdays unread."""
    words = [token.word for token in tokens]
    joined = f" {' '.join(words)} "
    lists = lexicon.lists["dates"]
    days = set(_days(words, lexicon, published))
    length = _period(words, lexicon)
    calendar = _calendar_period(words, lexicon)
    return Time(
        days.pop() if len(days) == 1 else None,
        period_days=length or calendar or None,
        period=length is not None,
        month=calendar is not None,
        fronted=bool(words) and words[0] in lists["within"],
        cumulative=_holds(joined, lists["cumulative"]) or _since_a_date(words, lexicon),
        running=_holds(joined, lists["running"]),
    )


def _holds(joined: str, phrases: list[str]) -> bool:
    return any(f" {phrase} " in joined for phrase in phrases)


def _since_a_date(words: list[str], lexicon: Lexicon) -> bool:
    """Say whether a day, a month or a year follows "since": a count from there on."""
    lists = lexicon.lists["dates"]
    return any(
        word in lists["since"]
        and (
            after in lists["months"] or is_year(after) or _day_of_a_month(words, place + 1, lexicon)
        )
        and not set(words[max(0, place - 3) : place]) & set(lists["superlatives"])
        for place, (word, after) in enumerate(pairwise(words))
    )


def _day_of_a_month(words: list[str], place: int, lexicon: Lexicon) -> bool:
    """Say whether the day of a month begins at a word: "3 March", "3 de marzo"."""
    of, months = lexicon.set_of("words", "of"), lexicon.lists["dates"]["months"]
    behind = [word for word in words[place + 1 : place + 3] if word not in of]
    return _is_day(words[place]) and bool(behind) and behind[0] in months


def _calendar_period(words: list[str], lexicon: Lexicon) -> int | None:
    """Return the days of a month or year that bounds a count ("in November"); 0: not known."""
    lists = lexicon.lists["dates"]
    for place, word in enumerate(words[:-1]):
        if word not in lists["within"]:
            continue
        after, second = words[place + 1], words[place + 2 : place + 3]
        if after in lists["months"]:
            day = bool(second) and second[0].isdecimal() and int(second[0]) <= LONGEST_MONTH
            if not day:
                return MONTH if word not in lists["spans"] else 0
        elif is_year(after):
            return YEAR
    return None


def is_year(word: str) -> bool:
    """Say whether four digits are a year of our time.

    >>> is_year("2025"), is_year("3000")
    (True, False)
    """
    return len(word) == len("2025") and word.isdecimal() and word[:2] in ("19", "20")


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
    if after < len(words) and _is_day(words[after]):
        number, last = int(words[after]), after + 1
        if place and words[place - 1] in spans:
            return None
    elif place and _is_day(words[place - 1]):
        number = int(words[place - 1])
        if place > 1 and words[place - 2] in spans:
            return None
    if number is None:
        return None
    comma = last < len(words) and words[last] == ","
    last += comma
    year = int(words[last]) if last < len(words) and is_year(words[last]) else None
    if year is None and not comma and last < len(words) and _is_torn_year(words[last]):
        return None
    try:
        if year is not None:
            day = date(year, month, number)
            # A day to come is a plan or a slip of the pen, not when people were counted.
            return day.isoformat() if origin is None or day <= origin + AHEAD else None
        if origin is None:
            return None
        day = date(origin.year, month, number)
        return (day if day <= origin else date(origin.year - 1, month, number)).isoformat()
    except ValueError:
        return None


def _is_day(word: str) -> bool:
    """Say whether digits may be a day of a month; "001" is none."""
    return word.isdecimal() and len(word) <= len("31") and 0 < int(word) <= LONGEST_MONTH


def _is_torn_year(word: str) -> bool:
    return word.isdecimal() and len(word) >= len("2025")


def _period(words: list[str], lexicon: Lexicon) -> int | None:
    """Return the days of a period that the sentence names; 0 where its length is not known."""
    lists = lexicon.lists["dates"]
    lengths, units = lists["period_lengths"], lexicon.lists["numbers"]["units"]
    for place in range(len(words)):
        if words[place] in lists["since"] and words[place + 1 : place + 2]:
            begun = words[place + 1]
            if begun in lists["weekdays"] or begun in lists["begun_today"]:
                return int(begun in lists["begun_today"])
        match = lexicon.periods.match(words, place)
        if match is None:
            continue
        end = place + match[0]
        if words[end : end + 1] and words[end] in lists["not_a_period"]:
            continue  # "a day earlier"
        if words[end - 1] in lengths:
            return int(lengths[words[end - 1]])
        rest = words[end : end + 2]
        if rest and rest[0] in lengths:
            return int(lengths[rest[0]])
        if len(rest) > 1 and rest[1] in lengths:
            count = units.get(rest[0]) or (int(rest[0]) if rest[0].isdecimal() else 0)
            hours = rest[1] in lists["hours"]
            return count // HOURS if hours else count * int(lengths[rest[1]])
    return None
