"""Find the quantities of a sentence: digits, number words, vague words and ranges, with bounds.

A quantity is a number that may count people. Money, percentages, ordinals, ages, clock times,
dates, scores and names of things ("Il-76") are numbers too, and are marked as such.
"""

from typing import NamedTuple

from analysis.extract.numerals import DASHES
from analysis.extract.torn import Pieces
from analysis.extract.words import Lexicon, Token

CURRENCY = frozenset("$€£¥₩₽₹฿")
HYPHENS = DASHES - {"—"}  # which join words: "29 people—21 in the east" are two numbers
NAMING = frozenset("/.#:@])−±∓")  # signs right before a number that is a name or below zero
YEARS = range(1900, 2100)
DAYS_OF_A_MONTH = 31
LARGEST_RATIO = 100
MARKS = frozenset('"“‘')  # that may open a quotation between a qualifier and its number
OLDEST = 110  # years
LABEL = "it is a label or an age"
RATIO = "it is a ratio"
PERCENTAGE = "it is a percentage"
NOT_WHOLE = "no whole number"


class Quantity(NamedTuple):
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
    found: list[Quantity] = []
    place = 0
    starts, words = lexicon.number_starts, reader.words
    while place < len(tokens):
        word = words[place]
        if word not in starts and not word[0].isdigit():
            place += 1
            continue
        quantity = reader.at(place)
        if quantity is None:
            place += 1
            continue
        if quantity.why is None and (end := reader.torn(quantity.last)):
            quantity = quantity._replace(last=end, after=end, why=NOT_WHOLE)
        if found and reader.continues_label(found[-1], quantity):
            quantity = quantity._replace(why=found[-1].why)
        if found and reader.of_a_share(found[-1], quantity):
            quantity = quantity._replace(why="only a share of it is meant")
        if found and reader.in_ratio(found[-1], quantity):
            found[-1] = found[-1]._replace(why=RATIO)
            quantity = quantity._replace(why=RATIO)
        found.append(quantity)
        place = max(quantity.after, place + 1)
    return found


class _Reader(Pieces):
    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        super().__init__(tokens, lexicon)
        self.between = lexicon.set_of("numbers", "range_between")
        self.range_and = lexicon.set_of("numbers", "range_and")
        self.range_to = lexicon.set_of("numbers", "range_to")
        self.change_from = lexicon.set_of("numbers", "change_from")

    def at(self, place: int) -> Quantity | None:
        """Return the quantity that begins at a token, or null."""
        match = self.lexicon.zero.match(self.words, place)
        if match:
            last = place + match[0]
            return Quantity(place, last, 0, 0, "exact", place, last, zero=True)
        match = self.lexicon.vague.match(self.words, place)
        if match:
            low, high = match[1]
            return self._qualified(place, place + match[0], low, high, "vague")
        first = self.number(place)
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
            return Quantity(place, last, 0, 0, "exact", place, last, why=NOT_WHOLE)
        return self._qualified(place, last, value, value, "exact")

    def continues_label(self, first: Quantity, second: Quantity) -> bool:
        """Say whether a number goes on a list of ages or labels: "aged 9 and 11"."""
        between = self.words[first.after : second.head]
        joins = self.lexicon.set_of("numbers", "label_joins")
        return first.why == LABEL and len(between) == 1 and between[0] in joins

    def of_a_share(self, first: Quantity, second: Quantity) -> bool:
        """Say whether a number is that of which a share is told: "one in ten of the 4,000"."""
        between = self.words[first.after : second.head]
        determiner = self.lexicon.set_of("words", "determiner")
        of = self.lexicon.set_of("words", "of")
        return (
            first.why in (RATIO, PERCENTAGE)
            and of.issuperset(between[:1])
            and determiner.issuperset(between[1:])
        )

    def in_ratio(self, first: Quantity, second: Quantity) -> bool:
        """Say whether two numbers are a ratio: "one in ten", "two out of five"."""
        between = " ".join(self.words[first.after : second.head])
        return (
            between in self.lexicon.set_of("numbers", "in_ratio")
            and first.low is not None
            and second.low is not None
            and first.low < second.low <= LARGEST_RATIO
            and not self._is_word_of_a_unit(second.after)
        )

    def _is_word_of_a_unit(self, place: int) -> bool:
        return self.words[place : place + 1] != [] and self.words[place] in self.lexicon.set_of(
            "words", "others"
        )

    def _is_percent(self, place: int) -> bool:
        """Say whether a word for percent stands at a token."""
        percent = self.lexicon.lists["numbers"]["percent"]
        return any(" ".join(self.words[place : place + n]) in percent for n in (1, 2))

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
        changed = before in self.change_from and not (
            place > 1 and self.words[place - 2] in self.lexicon.set_of("numbers", "range_verbs")
        )
        verb = self.words[place - 2] if place > 1 else ""
        risen = before in self.lexicon.set_of("toll_links", "by") and verb in self.lexicon.set_of(
            "toll_links", "rises"
        )
        if not between and (link not in self.range_to or changed):
            return None
        if link in DASHES and not self.touching(last):
            return None
        start = last + 1
        if start < len(self.words) and (step := self.lexicon.qualifiers.match(self.words, start)):
            start += step[0]  # "between 2,500 and about 3,000"
        second = self.number(start) if start < len(self.words) else None
        # "Rose by 12 to 45" names two numbers, "by 20 to 30 percent" a range.
        if risen and second and not self._is_percent(second[0]):
            return None
        return second

    def _qualified(self, first: int, last: int, low: int, high: int, kind: str) -> Quantity:
        between = kind == "range" and first > 0 and self.words[first - 1] in self.between
        head, qualifier = self._before(first - between)
        after = last
        marked = self.lexicon.set_of("numbers", "marks").intersection(self.words[last : last + 1])
        the = self.lexicon.set_of("words", "determiner").intersection(self.words[first - 1 : first])
        if qualifier and the and head < first - 1 and not marked:
            # "Passed the 5,000 mark" is a bound, "passed the 39 killed in 1994" is none.
            head, qualifier = first, None
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
        why = self._why_not(first, after, low if kind == "exact" else None)
        if why is None and ((low <= OLDEST and self._is_age(head, first)) or self._is_stock(head)):
            why = LABEL
        return Quantity(first, last, *bounds, kind, head, after, why)

    def _before(self, first: int) -> tuple[int, str | None]:
        """Return where the qualifier before a number begins, and which it is."""
        head, qualifier = first, None
        if first and self.words[first - 1] in MARKS:  # 'nearly "two dozen"'
            head, qualifier = self._before(first - 1)
            return (head, qualifier) if qualifier else (first, None)
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

    def _is_stock(self, head: int) -> bool:
        """Say whether a number counts who lives somewhere: "a population of 2.3 million"."""
        stocks = self.lexicon.set_of("numbers", "stocks")
        of = self.lexicon.set_of("words", "of")
        if head < 2 or self.words[head - 1] not in of:  # noqa: PLR2004 words
            return False
        # Nor is "a quarter of a million" a million.
        shares = self.lexicon.set_of("numbers", "fractions")
        one = self.words[head] in self.lexicon.set_of("numbers", "one")
        return self.words[head - 2] in stocks or (one and self.words[head - 2] in shares)

    def _is_label(self, first: int, before: str) -> bool:
        """Say whether a number is the name of a thing: "No. 12", "RIC 106"."""
        labels, words = self.lexicon.lists["numbers"]["labels"], self.words
        stopped = before == "." and first > 1 and words[first - 2] in labels
        code = words[first].isdecimal() and self._after_a_code(first)
        return before in labels or stopped or code

    def _after_a_code(self, first: int) -> bool:
        """Say whether capitals name the number, as in "RIC 106"; not in a line of them alone."""
        name = self.tokens[first - 1].text if first else ""
        code = len(name) > 1 and name.isalpha() and name.isupper()
        return code and any(token.text.islower() for token in self.tokens)

    def _is_age(self, head: int, first: int) -> bool:
        """Say whether an age bounds people: "children under five"."""
        bound = self.words[head:first]
        people = self.lexicon.set_of("words", "people")
        ages = self.lexicon.set_of("numbers", "age_after")
        return head > 0 and len(bound) == 1 and bound[0] in ages and self.words[head - 1] in people

    def _why_not(self, first: int, last: int, value: int | None) -> str | None:
        tokens, words, lists = self.tokens, self.words, self.lexicon.lists["numbers"]
        before, after = words[first - 1] if first else "", words[last] if last < len(words) else ""
        touches = last < len(words) and tokens[last].start == tokens[last - 1].end
        joined = first > 0 and tokens[first - 1].end == tokens[first].start
        if before[-1:] in CURRENCY or before in lists["money"]:
            return "it is an amount of money"
        if self._is_percent(last):
            return PERCENTAGE
        if touches and (after in HYPHENS or after == "/" or after in lists["compounds"]):
            return "it is part of a compound word"
        if before in self.lexicon.set_of("words", "not"):
            return "it is denied"
        all_but = before in self.lexicon.set_of("numbers", "except") and words[
            first - 2 : first - 1
        ] in [[word] for word in self.lexicon.set_of("numbers", "exceptions_after")]
        if all_but or before in self.lexicon.set_of("numbers", "exceptions"):
            return "it is left out of the event"
        cut = before == "'" and words[first].isdecimal()  # "the '90s"
        if joined and (cut or before in HYPHENS or before in NAMING or before.isalpha()):
            return "it is part of a name or score"
        if self._is_label(first, before):
            return LABEL
        return self._date(first, last, value, before, after)

    def _date(
        self, first: int, last: int, value: int | None, before: str, after: str
    ) -> str | None:
        words, months = self.words, self.lexicon.lists["dates"]["months"]
        if not words[first].isdecimal() or last - first > 1 or value is None:
            return None
        month_before = before in months or (before == "." and words[first - 2] in months)
        if value <= DAYS_OF_A_MONTH and (month_before or after in months):
            return "it is a day of a month"
        years = self.lexicon.lists["numbers"]["year_before"]
        if value in YEARS and (month_before or before in years):
            return "it is a year"
        # "The 1948 Arab-Israeli war": a year before a name.
        if value in YEARS and last < len(words) and self.tokens[last].text[:1].isupper():
            return "it is a year"
        return None
