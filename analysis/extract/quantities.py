"""Find the quantities of a sentence: digits, number words, vague words and ranges, with bounds.

A quantity is a number that may count people. Money, percentages, ordinals, ages, clock times,
dates, scores and names of things ("Il-76") are numbers too, and are marked as such.
"""

from dataclasses import dataclass

from analysis.extract.words import Lexicon

CURRENCY = frozenset("$€£¥₩₽₹฿")
DASHES = frozenset("-–—‑")
GROUPING = str.maketrans("", "", ", '\u00a0\u202f\u2009")
LARGEST = 999_999_999
YEARS = range(1900, 2100)
DAYS_OF_A_MONTH = 31


@dataclass(frozen=True)
class Token:
    """A word or sign of a sentence: as written, in small letters, and its characters."""

    text: str
    word: str
    start: int
    end: int


@dataclass(frozen=True)
class Quantity:
    """A number with inclusive bounds; `first` and `last` are tokens, end exclusive.

    The qualifier's own words stand before `first` or after `last` and begin at `head`. `why` says
    why it counts no people (null: it may). `zero` marks "no", "nobody", "none". `after` is the
    token behind the qualifier that follows the number.
    """

    first: int
    last: int
    low: int | None
    high: int | None
    qualifier: str
    head: int
    after: int
    why: str | None = None
    zero: bool = False


def find_quantities(tokens: list[Token], lexicon: Lexicon) -> list[Quantity]:
    """Return the quantities of a sentence in order; none overlaps another."""
    reader = _Reader(tokens, lexicon)
    found, place = [], 0
    while place < len(tokens):
        quantity = reader.at(place)
        if quantity is None:
            place += 1
            continue
        found.append(quantity)
        place = max(quantity.after, place + 1)
    return found


class _Reader:
    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = lexicon
        numbers = lexicon.lists["numbers"]
        self.units: dict[str, int] = numbers["units"]
        self.tens: dict[str, int] = numbers["tens"]
        self.scales: dict[str, int] = numbers["scales"]
        self.joins = frozenset(numbers["and"])
        self.ones = frozenset(numbers["one"])
        self.zero = sorted(numbers["zero"], key=len, reverse=True)
        self.vague = sorted(
            ((tuple(k.split()), v) for k, v in numbers["vague"].items()), key=lambda e: -len(e[0])
        )
        self.between = frozenset(numbers["range_between"])
        self.range_and = frozenset(numbers["range_and"])
        self.range_to = frozenset(numbers["range_to"])
        self.change_from = frozenset(numbers["change_from"])

    def at(self, place: int) -> Quantity | None:
        """Return the quantity that begins at a token, or null."""
        for phrase in self.zero:
            words = phrase.split()
            if self.words[place : place + len(words)] == words:
                last = place + len(words)
                return Quantity(place, last, 0, 0, "exact", place, last, zero=True)
        for words, (low, high) in self.vague:
            if tuple(self.words[place : place + len(words)]) == words:
                return self._qualified(place, place + len(words), low, high, "vague")
        first = self._number(place)
        if first is None:
            return None
        last, value = first
        second = self._second(place, last)
        if second is not None:
            end, high = second
            if value is not None and high is not None:
                scale = self._scale_of_second(last, end, value, high)
                if value * scale < high:
                    return self._qualified(place, end, value * scale, high, "range")
        if value is None:
            return Quantity(place, last, 0, 0, "exact", place, last, why="no whole number")
        return self._qualified(place, last, value, value, "exact")

    def _scale_of_second(self, last: int, end: int, value: int, high: int) -> int:
        """'2 to 3 million': the scale word of the second number holds for the first too."""
        word = self.words[end - 1]
        scale = self.scales.get(word, 1)
        return scale if value < high // scale and last < end else 1

    def _second(self, place: int, last: int) -> tuple[int, int | None] | None:
        if last >= len(self.words):
            return None
        link = self.words[last]
        before = self.words[place - 1] if place else ""
        between = before in self.between and link in self.range_and
        if not between and (link not in self.range_to or before in self.change_from):
            return None
        if link in DASHES and not self._touching(last):
            return None
        start = last + 1
        if start < len(self.words) and (step := self.lexicon.qualifiers.match(self.words, start)):
            start += step[0]  # "between 2,500 and about 3,000"
        return self._number(start) if start < len(self.words) else None

    def _touching(self, place: int) -> bool:
        token, after = self.tokens[place], self.tokens[place + 1 : place + 2]
        return self.tokens[place - 1].end == token.start and bool(
            after and after[0].start == token.end
        )

    def _number(self, place: int) -> tuple[int, int | None] | None:
        """Return the token behind a number and its value; null value where it is no whole one."""
        words, total, part, last = self.words, 0, None, place
        scale_before = LARGEST
        decimal: float | None = None
        while last < len(words):
            word = words[last]
            if last > place and word in DASHES and self._touching(last) and self._is_word(last + 1):
                last += 1
                word = words[last]
            if word[0].isdigit():
                if part is not None and not (total and part == 0):
                    break
                value = _digits(word)
                if value is None:
                    decimal = _decimal(word)
                    if decimal is None or not (
                        last + 1 < len(words) and words[last + 1] in self.scales
                    ):
                        return last + 1, None
                    part, last = 0, last + 1
                    continue
                part = (part or 0) + value
            elif word in self.units:
                if part is not None and part % 100 in range(1, 20):
                    break
                if part is not None and part % 10:
                    break
                part = (part or 0) + self.units[word]
            elif word in self.tens:
                if part is not None and part % 100:
                    break
                part = (part or 0) + self.tens[word]
            elif word in self.scales:
                scale = self.scales[word]
                if part is None and total == 0:
                    if last == place and scale != self.scales.get("dozen"):
                        return None  # "million" alone
                    part = 1
                if scale == 100 and part is not None and part < 100:  # noqa: PLR2004 hundred
                    part *= 100
                else:
                    if scale >= scale_before:
                        break
                    amount = decimal * scale if decimal is not None else (part or 0) * scale
                    if amount != int(amount):
                        return last + 1, None
                    total, part, decimal = total + int(amount), 0, None
                    scale_before = scale
            elif (
                word in self.joins
                and last > place
                and words[last - 1] in self.scales
                and self._is_word(last + 1)
                and words[last + 1] not in self.scales
            ):
                pass  # "one hundred and five"
            elif word in self.ones and last == place and self._is_scale(last + 1):
                part = 1
            elif (
                last == place
                and " ".join(words[place : place + 2]) in self.lexicon.lists["numbers"]["half"]
                and self._is_scale(place + 2)
            ):
                return place + 3, self.scales[words[place + 2]] // 2
            else:
                break
            last += 1
        if last == place or (part is None and total == 0):
            return None
        value = total + (part or 0)
        return last, value if value <= LARGEST else None

    def _is_scale(self, place: int) -> bool:
        return place < len(self.words) and self.words[place] in self.scales

    def _is_word(self, place: int) -> bool:
        if place >= len(self.words):
            return False
        word = self.words[place]
        return (
            word in self.units
            or word in self.tens
            or word in self.scales
            or (word.isdecimal() and self.words[place - 1] in DASHES and
                self.words[place - 2] in self.scales)
        )

    def _qualified(self, first: int, last: int, low: int, high: int, kind: str) -> Quantity:
        head, qualifier = self._before(first)
        after = last
        lists = self.lexicon.lists["qualifiers"]
        for name in ("at_least", "about"):
            for phrase in lists.get(f"after_{name}", ()):
                words = phrase.split()
                skip = 1 if self.words[last : last + 1] == ["-"] else 0
                if self.words[last + skip : last + skip + len(words)] == words:
                    qualifier, after = name, last + skip + len(words)
        bounds: tuple[int | None, int | None] = (low, high)
        if kind == "exact":
            kind = qualifier or "exact"
            if kind in ("at_least", "more_than"):
                bounds = (low, None)
            elif kind in ("nearly", "up_to"):
                bounds = (None, high)
        elif kind == "vague" and qualifier in ("at_least", "more_than"):
            # "at least a thousand" never comes here; "more than dozens" is no bound of its own.
            pass
        why = self._why_not(first, after, low if kind == "exact" else None)
        return Quantity(first, last, *bounds, kind, head, after, why)

    def _before(self, first: int) -> tuple[int, str | None]:
        """Return where the qualifier before a number begins, and which it is."""
        head, qualifier = first, None
        while head:
            for length in (5, 4, 3, 2, 1):
                start = head - length
                if start < 0:
                    continue
                match = self.lexicon.qualifiers.match(self.words, start)
                if match and start + match[0] == head:
                    never = self.lexicon.lists["qualifiers"]["not_after"].get(match[1], ())
                    if start and self.words[start - 1] in never:
                        return head, qualifier  # "gone up to 3,145" is no upper bound
                    # Of "likely more than about", the one that stands first bounds the number.
                    head, qualifier = start, match[1]
                    break
            else:
                break
        return head, qualifier

    def _why_not(self, first: int, last: int, value: int | None) -> str | None:
        tokens, words, lists = self.tokens, self.words, self.lexicon.lists["numbers"]
        before, after = words[first - 1] if first else "", words[last] if last < len(words) else ""
        touches = last < len(words) and tokens[last].start == tokens[last - 1].end
        joined = first > 0 and tokens[first - 1].end == tokens[first].start
        if before[-1:] in CURRENCY or before in lists["money"]:
            return "it is an amount of money"
        if after in lists["percent"] or " ".join(words[last : last + 2]) in lists["percent"]:
            return "it is a percentage"
        if touches and (after in DASHES or after == "/" or after in lists["compounds"]):
            return "it is part of a compound word"
        if joined and (before in DASHES or before in ("/", ".", "#", ":", "'") or before.isalpha()):
            return "it is part of a name or score"
        if before in lists["labels"] or (
            before == "." and first > 1 and words[first - 2] in lists["labels"]
        ):
            return "it is a label or an age"
        return self._date(first, last, value, before, after)

    def _date(self, first: int, last: int, value: int | None, before: str, after: str) -> str | None:
        words, months = self.words, self.lexicon.lists["dates"]["months"]
        if not words[first].isdecimal() or last - first > 1 or value is None:
            return None
        month_before = before in months or (before == "." and words[first - 2] in months)
        if value <= DAYS_OF_A_MONTH and (month_before or after in months):
            return "it is a day of a month"
        years = self.lexicon.lists["numbers"]["year_before"]
        if value in YEARS and (month_before or before in years):
            return "it is a year"
        return None


def _digits(word: str) -> int | None:
    plain = word.translate(GROUPING)
    if "," in word:
        groups = word.split(",")
        if any(len(group) != 3 for group in groups[1:]) or len(groups[0]) > 3:  # noqa: PLR2004
            return None
    if plain.isascii() and plain.isdecimal() and len(plain) <= 10:  # noqa: PLR2004 up to LARGEST
        return int(plain)
    if plain.count(".") > 1 and all(len(g) == 3 for g in plain.split(".")[1:]):  # noqa: PLR2004
        return int(plain.replace(".", ""))
    return None


def _decimal(word: str) -> float | None:
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
