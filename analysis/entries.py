"""Write decisions as the entries that are appended to `corrections.toml`."""

import json
from collections.abc import Mapping
from typing import Any

from analysis.aliases import KEYS, SECTION
from analysis.corrections import CHANGEABLE, NOTHING, misfit, unbounded
from analysis.errors import BadUsage


def entry(
    claim_id: str,
    decision: str,
    reason: str,
    by: str,
    day: str,
    expect: dict[str, Any],
    changes: dict[str, Any] | None = None,
) -> str:
    r"""Return a decision as the text that is appended to `corrections.toml`.

    >>> print(entry("c1", "reject", 'Two "groups".', "A. Editor", "2025-01-20", {"low": 3}))
    [[corrections]]
    claim_id = "c1"
    decision = "reject"
    reason = "Two \"groups\"."
    by = "A. Editor"
    date = 2025-01-20
    expect = { low = 3 }
    """
    held, put = (
        ", ".join(f"{name} = {_toml(value)}" for name, value in fields.items())
        for fields in (expect, changes or {})
    )
    return (
        f"[[corrections]]\nclaim_id = {_toml(claim_id)}\ndecision = {_toml(decision)}\n"
        f"reason = {_toml(reason)}\nby = {_toml(by)}\ndate = {day}\nexpect = {{ {held} }}"
        + (f"\nset = {{ {put} }}" if put else "")
    )


def changes_of(assignments: tuple[str, ...]) -> dict[str, Any]:
    """Return NAME=VALUE texts as the fields of a decision `set`; raises BadUsage for a misfit.

    >>> changes_of(("low=300", "qualifier=about"))
    {'low': 300, 'qualifier': 'about'}
    """
    found: dict[str, Any] = {}
    for assignment in assignments:
        name, equals, text = assignment.partition("=")
        if not equals:
            reason = f"'{assignment}' sets nothing; write it as low=300"
            raise BadUsage(reason)
        whole = CHANGEABLE.get(name) is int and text.isascii() and text.isdigit()
        found[name] = int(text) if whole else text
        if fault := misfit(name, found[name]):
            raise BadUsage(fault)
    return found


def alias_entry(words: str, source: str, reason: str, by: str, day: str) -> str:
    """Return an alias as the text that is appended to `corrections.toml`.

    >>> print(alias_entry("rescuers", "Coast guard", "Their crews.", "A. Editor", "2025-01-20"))
    [[aliases]]
    words = "rescuers"
    source = "Coast guard"
    reason = "Their crews."
    by = "A. Editor"
    date = 2025-01-20
    """
    texts = zip(KEYS, (words, source, reason, by), strict=False)
    lines = "\n".join(f"{name} = {_toml(text)}" for name, text in texts)
    return f"[[{SECTION}]]\n{lines}\ndate = {day}"


def completed(expected: Mapping[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Return the fields to set of a claim that was read as `expected`.

    Raises BadUsage where the bounds would be none. An exact number stays one: where one bound of
    two equal ones is set, the other goes with it.

    >>> completed({"low": 650, "high": 650}, {"low": 65})
    {'low': 65, 'high': 65}
    """
    bounds = {name: expected.get(name) for name in ("low", "high")}
    given = [changes[name] for name in bounds if name in changes]
    if bounds["low"] == bounds["high"] and len(given) == 1 and "qualifier" not in changes:
        changes = {**changes, "low": given[0], "high": given[0]}
    low, high = (
        (None if (to := changes.get(name, held)) == NOTHING else to)
        for name, held in bounds.items()
    )
    if fault := unbounded(low, high):
        reason = f"{fault}; nothing was written"
        raise BadUsage(reason)
    return changes


def _toml(value: Any) -> str:
    # A JSON string is a TOML one: both escape quotes, backslashes and control characters alike.
    return json.dumps(value, ensure_ascii=False)
