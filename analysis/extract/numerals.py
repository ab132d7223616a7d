"""Read the value of a number: digits in groups, and words that are added and multiplied."""

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


def digits(word: str, *, points: bool) -> int | None:
    """Return the value of digits in groups; `points` says that a point groups. Null: no number.

    >>> digits("3,000", points=False), digits("3.000", points=True), digits("1.5", points=False)
    (3000, 3000, None)
    """
    plain = word.translate(GROUPING)
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

    >>> decimal("1.5"), decimal("8:30")
    (1.5, None)
    """
    if len(word) > LONGEST_DECIMAL:
        return None
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
