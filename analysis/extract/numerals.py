"""Read the value of a number: digits in groups, and words that are added and multiplied."""

from analysis.extract.words import Lexicon, Token

DASHES = frozenset("-–—‑")
GROUPING = str.maketrans("", "", ", '\u00a0\u202f\u2009")
LARGEST = 999_999_999
LONGEST_DECIMAL = 12  # characters: "1.25" of a scale is said with few


class Sum:
    """A number while its words are read: what is complete, and the part below the next scale."""

    def __init__(self, scales: dict[str, int]) -> None:
        """Start without a word; `scales` names hundred, thousand, ..."""
        self._hundred = scales.get("hundred")
        self._total = 0
        self._part: int | None = None
        self._decimal: float | None = None
        self._scale = LARGEST
        self.broken = False

    def value(self) -> int | None:
        """Return the number; null where no whole one was read."""
        return None if self.broken or self._decimal is not None else self._total + (self._part or 0)

    def add_digits(self, value: int) -> bool:
        """Add a number in digits; false where it belongs to the next number."""
        if self._part is not None and not (self._total and self._part == 0):
            return False
        self._part = value
        return True

    def add_decimal(self, value: float | None) -> bool:
        """Add "1.5" before a scale; without one the number is broken."""
        if self._part is not None:
            return False
        self._decimal, self._part = value, 0
        self.broken = value is None
        return True

    def add_unit(self, value: int) -> bool:
        """Add a word from one to nineteen."""
        if self._part is not None and self._part % 10:
            return False
        if self._part is not None and self._part % 100 and value > 9:  # noqa: PLR2004 "twenty ten"
            return False
        self._part = (self._part or 0) + value
        return True

    def add_tens(self, value: int) -> bool:
        """Add a word from twenty to ninety."""
        if self._part is not None and self._part % 100:
            return False
        self._part = (self._part or 0) + value
        return True

    def add_scale(self, scale: int) -> bool:
        """Multiply by hundred, thousand, …; a greater scale after a smaller one ends the number."""
        if self._part is None and self._total == 0:
            self._part = 1
        if scale == self._hundred and self._decimal is None and 0 < (self._part or 0) < scale:
            self._part = (self._part or 0) * scale
            return True
        if scale >= self._scale:
            self.broken = not self._part  # "million million" is no number
            return self.broken
        amount = (self._part or 0) * scale if self._decimal is None else self._decimal * scale
        self.broken = amount != int(amount)
        self._total, self._part, self._decimal, self._scale = (
            self._total + int(amount),
            0,
            None,
            scale,
        )
        return True


class Numerals:
    """The numbers of a sentence's tokens, in digits and words."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon) -> None:
        """Take the tokens of a sentence."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = lexicon
        numbers = lexicon.lists["numbers"]
        self.units: dict[str, int] = numbers["units"]
        self.tens: dict[str, int] = numbers["tens"]
        self.scales: dict[str, int] = numbers["scales"]
        self.joins = lexicon.set_of("numbers", "and")
        self.ones = lexicon.set_of("numbers", "one")
        self.point_groups = bool(numbers.get("point_groups"))

    def touching(self, place: int) -> bool:
        """Say whether a sign stands between two tokens without blank space."""
        token, after = self.tokens[place], self.tokens[place + 1 : place + 2]
        return self.tokens[place - 1].end == token.start and bool(
            after and after[0].start == token.end
        )

    def number(self, place: int) -> tuple[int, int | None] | None:
        """Return the token behind a number and its value; null value where it is no whole one."""
        if self.words[place] in self.lexicon.number_starts and (half := self._half(place)):
            return half
        sum_ = Sum(self.scales)
        last = place
        while last < len(self.words):
            start = last
            if last > place and self.words[last] in DASHES:
                if not (self.touching(last) and self._is_word(last + 1)):
                    break
                last += 1
            word = self.words[last]
            if word[0].isdigit():
                fits = self._add_digits(sum_, word, last)
            elif word in self.units:
                fits = sum_.add_unit(self.units[word])
            elif word in self.tens:
                fits = sum_.add_tens(self.tens[word])
            elif word in self.scales:
                if last == place and self.scales[word] != self.scales["dozen"]:
                    return None  # "million" alone
                fits = sum_.add_scale(self.scales[word])
            elif last == place and word in self.ones and self._is_scale(last + 1):
                fits = sum_.add_unit(1)
            else:
                fits = self._joins(last, place)
            if not fits:
                last = start
                break
            last += 1
            if sum_.broken:
                return last, None
        if last == place:
            return None
        value = sum_.value()
        return last, value if value is not None and value <= LARGEST else None

    def _half(self, place: int) -> tuple[int, int] | None:
        words = " ".join(self.words[place : place + 2])
        if words in self.lexicon.lists["numbers"]["half"] and self._is_scale(place + 2):
            return place + 3, self.scales[self.words[place + 2]] // 2
        return None

    def _add_digits(self, sum_: Sum, word: str, place: int) -> bool:
        value = digits(word, points=self.point_groups)
        if value is not None:
            return sum_.add_digits(value)
        return sum_.add_decimal(decimal(word) if self._is_scale(place + 1) else None)

    def _joins(self, place: int, first: int) -> bool:
        """Say whether a word joins the parts of one number: "one hundred and five"."""
        return (
            place > first
            and self.words[place] in self.joins
            and self.words[place - 1] in self.scales
            and self._is_word(place + 1)
            and self.words[place + 1] not in self.scales
        )

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
            or (
                word.isdecimal()
                and self.words[place - 1] in DASHES
                and self.words[place - 2] in self.scales
            )
        )


def digits(word: str, *, points: bool) -> int | None:
    """Return the value of digits in groups; `points` says that a point groups. Null: no number.

    >>> digits("3,000", points=False), digits("3.000", points=True), digits("1.5", points=False)
    (3000, 3000, None)
    """
    plain = word.translate(GROUPING)
    if plain[0] == "0" and len(plain) > 1:  # "003": half of a number that was torn, or a code
        return None
    if "," in word:
        groups = word.split(",")
        if any(len(group) != 3 for group in groups[1:]) or len(groups[0]) > 3:  # noqa: PLR2004
            return None
    if plain.isascii() and plain.isdecimal() and len(plain) <= 10:  # noqa: PLR2004 up to LARGEST
        return int(plain)
    if plain.count(".") > (not points) and all(len(g) == 3 for g in plain.split(".")[1:]):  # noqa: PLR2004
        return int(plain.replace(".", ""))
    return None


def decimal(word: str) -> float | None:
    """Return the value of a short decimal, as in "1.5 million"; null for anything else.

    >>> decimal("1.5"), decimal("8:30"), decimal("05")
    (1.5, None, None)
    """
    if len(word) > LONGEST_DECIMAL or (word[0] == "0" and word[1:2].isdecimal()):
        return None
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
