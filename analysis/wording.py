"""Numbers, days and kinds of numbers in words, the same on every page, chart and list."""

from datetime import date

CATEGORY_WORDS = {
    "killed": "killed",
    "wounded": "wounded",
    "killed_or_wounded": "killed or wounded",
    "captured": "captured",
    "missing": "missing",
    "displaced": "displaced",
    "deployed": "deployed",
}
QUALIFIER_WORDS = {
    "at_least": "at least ",
    "more_than": "more than ",
    "about": "about ",
    "nearly": "nearly ",
    "up_to": "up to ",
}
SCOPE_WORDS = {
    "cumulative": "total to date",
    "period": "for a period",
    "event": "of one event",
    "additional": "on top of an earlier number",
}
MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def number(low: int | None, high: int | None, qualifier: str) -> str:
    """Return bounds and qualifier as a reader writes them.

    >>> number(300, None, "at_least"), number(3000, 4000, "range"), number(None, 40, "up_to")
    ('at least 300', '3,000 to 4,000', 'up to 40')
    >>> number(24, 99, "vague")
    '24 to 99 (said in words)'
    """
    if low is not None and high is not None and low != high:
        return f"{low:,} to {high:,}" + (" (said in words)" if qualifier == "vague" else "")
    value = high if low is None else low
    return f"{QUALIFIER_WORDS.get(qualifier, '')}{value:,}"


def short_number(low: int | None, high: int | None, qualifier: str) -> str:
    """Return the same for a chart, where every character counts.

    >>> short_number(300, None, "at_least"), short_number(3000, 4000, "range")
    ('≥300', '3,000–4,000')
    """
    signs = {"at_least": "≥", "more_than": ">", "about": "~", "nearly": "<", "up_to": "≤"}
    if low is not None and high is not None and low != high:
        return f"{low:,}–{high:,}"
    value = high if low is None else low
    return f"{signs.get(qualifier, '')}{value:,}"


def category(name: str) -> str:
    """Return a category in words.

    >>> category("killed_or_wounded")
    'killed or wounded'
    """
    return CATEGORY_WORDS.get(name, name)


def unit(name: str | None) -> str:
    """Return what the numbers of a chart count; without a category, of several."""
    return f"People {category(name)}" if name else "People, by kind of number"


def day(value: str) -> str:
    """Return an ISO day as a reader writes it.

    >>> day("2025-01-13")
    '13 January 2025'
    """
    parsed = date.fromisoformat(value)
    return f"{parsed.day} {MONTHS[parsed.month - 1]} {parsed.year}"


def month(value: str) -> str:
    """Return the month of an ISO day.

    >>> month("2025-01-13")
    'January 2025'
    """
    parsed = date.fromisoformat(value)
    return f"{MONTHS[parsed.month - 1]} {parsed.year}"


def times(ratio: float) -> str:
    """Return how many times as much, with one digit behind the point below ten.

    >>> times(1.333), times(12.4)
    ('1.3', '12')
    """
    rounded = 10
    return f"{ratio:.1f}".removesuffix(".0") if ratio < rounded else f"{ratio:,.0f}"


def names(items: list[str]) -> str:
    """Return names as a list in a sentence.

    >>> names(["A", "B", "C"])
    'A, B and C'
    """
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
