"""Counts, days and moments as a page words them."""

from datetime import UTC, date, datetime


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun, in words that agree.

    >>> count(1, "claim", "claims"), count(1200, "claim", "claims")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {one if number == 1 else many}"


def how_often(every: str) -> str:
    """Return how often something is done.

    >>> how_often("1h"), how_often("6h"), how_often("24h")
    ('every hour', 'every 6 hours', 'every day')
    """
    hours = every.removesuffix("h")
    return {"1": "every hour", "24": "every day"}.get(hours, f"every {hours} hours")


def long_date(day: str) -> str:
    """Return an ISO day as a reader writes it; any other text comes back unchanged.

    >>> long_date("2025-01-03")
    '3 January 2025'
    """
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{parsed.day} {parsed:%B} {parsed.year}"


def moment(text: str) -> str:
    """Return an ISO moment as day, hour and minute in UTC; any other text comes back unchanged.

    >>> moment("2025-01-13T10:00:00+01:00")
    '13 January 2025, 09:00 UTC'
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) == len("2025-01-13"):
        return long_date(text)
    parsed = parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    return f"{long_date(parsed.date().isoformat())}, {parsed:%H:%M} UTC"
