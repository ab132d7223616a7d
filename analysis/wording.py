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


def scope(name: str, days: int | None) -> str:
    """Return what a number covers, with the days that its report names.

    >>> scope("period", 7), scope("additional", 59), scope("event", None)
    ('for a period of 7 days', 'on top of an earlier number, in 59 days', 'of one event')
    """
    if days is None:
        return SCOPE_WORDS[name]
    joined = " of " if name == "period" else ", in "
    return f"{SCOPE_WORDS[name]}{joined}{counted(days, 'day')}"


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


def source(name: str, *, belligerent: bool) -> str:
    """Return a source, named as a party to the war where it is one.

    >>> source("Harbour Command", belligerent=True)
    'Harbour Command (a party to the war)'
    """
    return f"{name} (a party to the war)" if belligerent else name


def said(*, belligerent: bool) -> str:
    """Return the verb for a source's number: that of a party to the war is its claim."""
    return "claimed" if belligerent else "said"


def end(value: int, qualifier: str, which: str, noun: str = "") -> str:
    """Return the lowest or highest end of a number with its caution.

    >>> end(300, "at_least", "lowest"), end(40, "up_to", "highest")
    ('at least 300', 'up to 40')
    >>> end(3000, "range", "lowest", "killed")
    '3,000 killed, the lower end of a range'
    """
    counted = f"{value:,} {noun}".rstrip()
    if qualifier in ("range", "vague"):
        return f"{counted}, the {'lower' if which == 'lowest' else 'upper'} end of a range"
    return f"{QUALIFIER_WORDS.get(qualifier, '')}{counted}"


def bounds(low: int | None, high: int | None) -> str:
    """Return bounds without a qualifier.

    >>> bounds(100, None), bounds(None, 40), bounds(3, 4), bounds(5, 5)
    ('100 or more', 'up to 40', '3 to 4', '5')
    """
    if low is None or high is None:
        return f"up to {high or 0:,}" if low is None else f"{low:,} or more"
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def counted(number: int, noun: str) -> str:
    """Return a count with its noun.

    >>> counted(1, "outlet"), counted(1200, "outlet")
    ('1 outlet', '1,200 outlets')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def often(number: int) -> str:
    """Return how many times.

    >>> often(1), often(2), often(5)
    ('once', 'twice', '5 times')
    """
    return {0: "never", 1: "once", 2: "twice"}.get(number, f"{number:,} times")


def capital(text: str) -> str:
    """Return a text with a capital letter at its start and the rest as it was.

    >>> capital("at least 300, the NGO said")
    'At least 300, the NGO said'
    """
    return text[:1].upper() + text[1:]


def period(first: str, last: str) -> str:
    """Return from which month to which.

    >>> period("2024-10-06", "2026-02-26"), period("2024-10-06", "2024-10-07")
    ('October 2024 to February 2026', 'October 2024')
    """
    return month(first) if first[:7] == last[:7] else f"{month(first)} to {month(last)}"
