"""Other words for a source, decided by a person and dated: read from `corrections.toml`.

An alias of the story file holds for ever and from the start; one of these says who took it for the
same source, when and why, and is published with the corrections (METHOD.md 7).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from analysis.errors import BadCorrection

SECTION = "aliases"
KEYS = ("words", "source", "reason", "by", "date")


@dataclass(frozen=True)
class Alias:
    """One decision: whoever is called by these `words` in a text is a `source` of the story."""

    place: str
    words: str
    source: str
    reason: str
    by: str
    date: str
    decided_at: str | None = None  # when the ledger took it in; null: not yet, or before it told


def aliases_of(data: dict[str, Any], path: Path) -> tuple[Alias, ...]:
    """Return the aliases in the content of a file of corrections, in order.

    Raises BadCorrection, naming file and entry, for what cannot be read.
    """
    entries = data.get(SECTION, [])
    if not isinstance(entries, list):
        reason = f"{path}: aliases stand as entries under [[aliases]]"
        raise BadCorrection(reason)
    return tuple(_alias(entry, f"{path} alias {number}") for number, entry in enumerate(entries, 1))


def _alias(entry: Any, place: str) -> Alias:
    if not isinstance(entry, dict) or set(entry) - set(KEYS):
        reason = f"{place}: an alias has {', '.join(KEYS)} and nothing else"
        raise BadCorrection(reason)
    for name in KEYS[:-1]:
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            reason = f"{place}: '{name}' is missing or no text"
            raise BadCorrection(reason)
    day = entry.get("date")
    try:
        day = (day if isinstance(day, date) else date.fromisoformat(str(day))).isoformat()[:10]
    except ValueError:
        reason = f"{place}: 'date' is missing or not written as 2025-01-31"
        raise BadCorrection(reason) from None
    return Alias(place, **{**entry, "date": day})
