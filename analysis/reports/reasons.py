"""Why a report has to run, in words: what is new, corrected, changed or gone since it last ran."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

KINDS = (
    "{} new {}",
    "{} corrected {}",
    "{} changed {}",
    "{} rejected {}",
    "{} {} gone",
)
NEW, CORRECTED, CHANGED, REJECTED, GONE = KINDS
MOST_SOURCES = 3  # that a reason names


def in_words(before: Mapping[str, Any], now: Mapping[str, Any], rejected: set[str]) -> str:
    """Return how what a report rests on differs, by noun and source; empty where it does not.

    Both hold by noun either the marks of the items, by source and id, or their number where they
    are many. `rejected` are the ids of the claims that people rejected.

    >>> before, now = {"Police": {"c1": "a"}}, {"Police": {"c1": "a.d", "c2": "b"}}
    >>> in_words({"claim": before}, {"claim": now}, set())
    'source=Police: 1 new claim, 1 corrected claim'
    """
    return "; ".join(
        part
        for noun in dict.fromkeys((*before, *now))
        for part in _of_a_noun(noun, before.get(noun, {}), now.get(noun, {}), rejected)
    )


def _of_a_noun(noun: str, before: Any, now: Any, rejected: set[str]) -> Iterator[str]:
    if isinstance(before, int) or isinstance(now, int):
        first, second = _number(before), _number(now)
        if first != second:
            yield f"{_count(first, noun)} before, {second:,} now"
        return
    counts = _counts(before, now, rejected)
    sources = sorted(counts, key=lambda name: (name == "", -counts[name].total(), name))
    for source in sources[:MOST_SOURCES]:
        said = ", ".join(
            kind.format(f"{counts[source][kind]:,}", _plural(counts[source][kind], noun))
            for kind in KINDS
            if counts[source][kind]
        )
        yield said if noun != "claim" else f"{_named(source)}: {said}"
    more = len(sources) - MOST_SOURCES
    if more > 0:
        yield f"and {_count(more, 'more source')}"


def _counts(
    before: Mapping[str, Mapping[str, str]],
    now: Mapping[str, Mapping[str, str]],
    rejected: set[str],
) -> dict[str, Counter[str]]:
    """Count by source what became of the items; one that changed its source counts under both."""
    counts: dict[str, Counter[str]] = {}
    for source in dict.fromkeys((*before, *now)):
        old, new = before.get(source, {}), now.get(source, {})
        found = Counter(
            GONE if item not in new and item not in rejected
            else REJECTED if item not in new
            else CORRECTED if _corrected(mark, new[item])
            else CHANGED
            for item, mark in old.items()
            if new.get(item) != mark
        )  # fmt: skip
        # What came in by a decision, from another source or from the list that waits, is not new.
        found.update(CORRECTED if "." in new[item] else NEW for item in new.keys() - old.keys())
        if found:
            counts[source] = found
    return counts


def _corrected(before: str, now: str) -> bool:
    decided = now.partition(".")[2]
    return decided != "" and decided != before.partition(".")[2]


def _named(source: str) -> str:
    return f"source={source}" if source else "no source named"


def _number(items: Any) -> int:
    return items if isinstance(items, int) else sum(len(held) for held in items.values())


def _count(number: int, noun: str) -> str:
    return f"{number:,} {_plural(number, noun)}"


def _plural(number: int, noun: str) -> str:
    """Return a noun in its number.

    >>> _plural(2, "page of a source")
    'pages of a source'
    """
    first, space, rest = noun.partition(" of ")
    return noun if number == 1 else f"{first}s{space}{rest}"
