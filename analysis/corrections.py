"""A person's dated decisions about single claims: read from `corrections.toml`, applied, checked.

A correction says what it expects of the claim. Where the claim no longer reads so, nobody knows
whether the decision still holds, and the build stops until a person has looked (METHOD.md 7).
"""

import json
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.aliases import SECTION, Alias, aliases_of
from analysis.errors import BadCorrection, BadUsage
from analysis.model import CATEGORIES, QUALIFIERS, SCOPES, STATUSES

DECISIONS = ("accept", "reject", "set")
KEYS = ("claim_id", "decision", "reason", "by", "date", "expect", "set")
CHANGEABLE: dict[str, Any] = {
    "category": CATEGORIES,
    "qualifier": QUALIFIERS,
    "scope": SCOPES,
    "status": STATUSES,
    "low": int,
    "high": int,
    "period_days": int,
    "as_of": str,
    "victims": str,
    "source_text": str,
    "relayed_by": str,
    "location": str,
}
NOTHING = "null"  # TOML has no null: this text empties a field


@dataclass(frozen=True)
class Correction:
    """One decision: accept, reject, or set fields of a claim; by whom, when and why."""

    place: str
    claim_id: str
    decision: str
    reason: str
    by: str
    date: str
    expect: dict[str, Any] = field(default_factory=dict)
    set: dict[str, Any] = field(default_factory=dict)
    decided_at: str | None = None  # when the ledger took it in; null: not yet, or before it told


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Return the corrections of a file, in order; none where there is no file.

    Raises BadCorrection, naming file and entry, for what cannot be read.
    """
    entries = _read(path).get("corrections", [])
    return tuple(
        _correction(entry, f"{path} entry {number}") for number, entry in enumerate(entries, 1)
    )


def read_aliases(path: Path) -> tuple[Alias, ...]:
    """Return the aliases of a file of corrections, in order; none where there is no file.

    Raises BadCorrection, naming file and entry, for what cannot be read.
    """
    return aliases_of(_read(path), path)


def _read(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    if not path.is_file():
        reason = f"{path}: it is no regular file; put the file itself there"
        raise BadCorrection(reason)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        reason = f"{path}: it cannot be read ({fault}); mend the file"
        raise BadCorrection(reason) from None
    if set(data) - {"corrections", SECTION} or not isinstance(data.get("corrections", []), list):
        reason = f"{path}: only entries under [[corrections]] and [[{SECTION}]] may stand here"
        raise BadCorrection(reason)
    return data


def _correction(entry: Any, place: str) -> Correction:
    def refuse(reason: str) -> BadCorrection:
        return BadCorrection(f"{place}: {reason}")

    if not isinstance(entry, dict):
        raise refuse("it is no table; write it under [[corrections]]")
    unknown = set(entry) - set(KEYS)
    if unknown:
        raise refuse(f"unknown key '{min(unknown)}'; there are {', '.join(KEYS)}")
    for name in ("claim_id", "decision", "reason", "by"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise refuse(f"'{name}' is missing or no text")
    if entry["decision"] not in DECISIONS:
        raise refuse(f"'{entry['decision']}' is none of {', '.join(DECISIONS)}")
    day = entry.get("date")
    try:
        day = (day if isinstance(day, date) else date.fromisoformat(str(day))).isoformat()[:10]
    except ValueError:
        raise refuse("'date' is missing or not written as 2025-01-31") from None
    expect, changes = entry.get("expect", {}), entry.get("set", {})
    if entry["decision"] == "set" and not changes:
        raise refuse("it sets nothing; say what under 'set'")
    if entry["decision"] != "set" and changes:
        raise refuse(f"'set' goes with decision 'set', not with '{entry['decision']}'")
    for fields in (expect, changes):
        if not isinstance(fields, dict):
            raise refuse("'expect' and 'set' are tables, as { low = 300 }")
        for name, value in fields.items():
            if fault := _misfit(name, value):
                raise refuse(fault)
    return Correction(
        place,
        entry["claim_id"],
        entry["decision"],
        entry["reason"],
        entry["by"],
        day,
        expect,
        changes,
    )


def _misfit(name: str, value: Any) -> str | None:
    allowed = CHANGEABLE.get(name)
    if allowed is None:
        return f"'{name}' is no field that can be set; there are {', '.join(CHANGEABLE)}"
    if value == NOTHING:
        return None if not isinstance(allowed, tuple) else f"'{name}' cannot be empty"
    if isinstance(allowed, tuple):
        return None if value in allowed else f"'{value}' is none of {', '.join(allowed)}"
    if not isinstance(value, allowed) or isinstance(value, bool):
        return f"'{name}' is {value!r}, not a {'number' if allowed is int else 'text'}"
    if allowed is int and value < 0:
        return f"'{name}' is negative"
    return None


def apply(claims: pd.DataFrame, decided: tuple[Correction, ...]) -> pd.DataFrame:
    """Return the claims as people decided: rejected ones left out, set fields changed.

    Adds `corrected`: who decided, when and why, and `decision`; null where nobody did. Raises
    BadCorrection where a claim is not there or no longer reads as the decision expects.
    """
    empty = pd.Series([None] * len(claims), claims.index, dtype=object)
    claims = claims.assign(corrected=empty, decision=empty)
    rejected: list[Any] = []
    places: dict[str, Any] = {claim_id: row for row, claim_id in claims["claim_id"].items()}
    for correction in decided:
        row = places.get(correction.claim_id)
        if row is None:
            reason = (
                f"{correction.place}: no claim has the id '{correction.claim_id}'; a newer reading "
                "may have changed it: look at the evidence and renew or remove the entry"
            )
            raise BadCorrection(reason)
        _check(claims, row, correction)
        if correction.decision == "reject":
            rejected.append(row)
            continue
        for name, value in correction.set.items():
            claims.loc[row, name] = None if value == NOTHING else value
        _whole(claims.loc[row], correction)
        claims.loc[row, "decision"] = correction.decision
        claims.loc[row, "corrected"] = f"{correction.date}, {correction.by}: {correction.reason}"
    return claims.drop(index=rejected)


def _check(claims: pd.DataFrame, row: Any, correction: Correction) -> None:
    for name, expected in correction.expect.items():
        value = claims.loc[row, name]
        held = None if value is None or pd.isna(value) else value
        if held != (None if expected == NOTHING else expected):
            reason = (
                f"{correction.place}: the claim {correction.claim_id} has {name} {held}, and the "
                f"decision was made for {expected}; look at it and renew or remove the entry"
            )
            raise BadCorrection(reason)


def _whole(claim: Any, correction: Correction) -> None:
    low, high = claim["low"], claim["high"]
    if (pd.isna(low) and pd.isna(high)) or (pd.notna(low) and pd.notna(high) and low > high):
        reason = f"{correction.place}: after it the bounds would be {low} to {high}; mend 'set'"
        raise BadCorrection(reason)


def listed(
    claims: pd.DataFrame, decided: tuple[Correction, ...], aliases: tuple[Alias, ...] = ()
) -> pd.DataFrame:
    """Return the decisions as rows for readers: claim_id, date, decision, reason, by, quote.

    `quote` is the sentence as it was read, null for a row of a table. An alias is about no single
    claim: its `claim_id` is null, and its `quote` the words and whom they name.
    """
    quotes = dict(zip(claims["claim_id"], claims["quote"], strict=True))
    rows: list[tuple[Any, ...]] = [
        (c.claim_id, c.date, c.decision, c.reason, c.by, quotes.get(c.claim_id)) for c in decided
    ]
    rows += [(None, a.date, "alias", a.reason, a.by, f"{a.words}: {a.source}") for a in aliases]
    columns = ["claim_id", "date", "decision", "reason", "by", "quote"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


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
        if fault := _misfit(name, found[name]):
            raise BadUsage(fault)
    return found


def _toml(value: Any) -> str:
    # A JSON string is a TOML one: both escape quotes, backslashes and control characters alike.
    return json.dumps(value, ensure_ascii=False)
