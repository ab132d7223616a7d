"""A person's dated decisions about single claims: read from `corrections.toml`, applied, checked.

A correction says what it expects of the claim. Where the claim no longer reads so, nobody knows
whether the decision still holds, and the build stops until a person has looked (METHOD.md 7).
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.aliases import SECTION, Alias, aliases_of
from analysis.errors import BadCorrection
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
MOST_ALIKE = 3  # ids that a message names
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
            if fault := misfit(name, value):
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


def misfit(name: str, value: Any) -> str | None:
    """Return why a field cannot be set to a value, or null."""
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


def apply(
    claims: pd.DataFrame, decided: tuple[Correction, ...], misfits: list[str] | None = None
) -> pd.DataFrame:
    """Return the claims as people decided: rejected ones left out, set fields changed.

    Adds `corrected`: who decided, when and why, and `decision`; null where nobody did. A decision
    does not fit where its claim is not there or no longer reads as it expects: with `misfits` that
    is said there, a line each, and it is left out; else BadCorrection names the first, and how many
    more there are.
    """
    empty = pd.Series([None] * len(claims), claims.index, dtype=object)
    claims = claims.assign(corrected=empty, decision=empty)
    rejected: list[Any] = []
    places: dict[str, Any] = {claim_id: row for row, claim_id in claims["claim_id"].items()}
    found: list[str] = []
    for correction in decided:
        row = places.get(correction.claim_id)
        fault = _gone(claims, correction) if row is None else _fault(claims, row, correction)
        if fault:
            found.append(f"{correction.place}: {fault}")
        elif correction.decision == "reject":
            rejected.append(row)
        else:
            for name, value in correction.set.items():
                claims.loc[row, name] = _value(value)
            if correction.set.get("scope", "period") != "period":
                claims.loc[row, "period_days"] = None  # only a period has a length
            claims.loc[row, "decision"] = correction.decision
            signed = f"{correction.date}, {correction.by}: {correction.reason}"
            claims.loc[row, "corrected"] = signed
    if misfits is not None:
        misfits += found
    elif found:
        more = f" (and {len(found) - 1} more: `tallybook review` lists them)" if found[1:] else ""
        raise BadCorrection(found[0] + more)
    return claims.drop(index=rejected)


def _gone(claims: pd.DataFrame, correction: Correction) -> str:
    """Return what to do about a decision whose claim is gone; a new text gives a claim a new id."""
    alike = claims
    for name, expected in correction.expect.items():
        alike = alike[[_held(value) == _value(expected) for value in alike[name]]]
    ids = list(alike["claim_id"][:MOST_ALIKE]) if correction.expect else []
    renew = f"the same number stands in {' and '.join(ids)}: renew" if ids else "renew"
    return (
        f"no claim has the id '{correction.claim_id}'; its text was changed or read anew: "
        f"{renew} the entry or remove it"
    )


def _fault(claims: pd.DataFrame, row: Any, correction: Correction) -> str | None:
    """Return why a decision does not fit its claim, or null."""
    for name, expected in correction.expect.items():
        held, wanted = _held(claims.loc[row, name]), _value(expected)
        if held != wanted:
            return (
                f"the claim {correction.claim_id} has {name} {held}, and the decision was made for "
                f"{wanted}; look at it and renew or remove the entry"
            )
    low, high = (
        _value(correction.set[name]) if name in correction.set else _held(claims.loc[row, name])
        for name in ("low", "high")
    )
    if fault := unbounded(low, high):
        return f"{fault}; mend 'set'"
    return None


def unbounded(low: int | None, high: int | None) -> str | None:
    """Return why two bounds are none, or null.

    >>> unbounded(40, 31)
    'after it the bounds would be 40 to 31'
    """
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return f"after it the bounds would be {low} to {high}"
    return None


def _value(value: Any) -> Any:
    return None if value == NOTHING else value


def _held(value: Any) -> Any:
    return None if value is None or pd.isna(value) else value


def listed(
    claims: pd.DataFrame, decided: tuple[Correction, ...], aliases: tuple[Alias, ...] = ()
) -> pd.DataFrame:
    """Return the decisions as rows for readers, one each.

    Columns: claim_id, date, decision, `what` was decided about or changed ("low: 650 to 65"),
    reason, by, quote. `quote` is the sentence as it was read, null for a row of a table. An alias
    is about no single claim: its `claim_id` is null, and its `quote` the words and whom they name.
    """
    read = claims[claims["claim_id"].isin([correction.claim_id for correction in decided])]
    held: dict[str, Any] = {claim["claim_id"]: claim for claim in read.to_dict("records")}
    rows: list[tuple[Any, ...]] = [
        (
            c.claim_id,
            c.date,
            c.decision,
            _what(c, held.get(c.claim_id, {})),
            c.reason,
            c.by,
            held.get(c.claim_id, {}).get("quote"),
        )
        for c in decided
    ]
    rows += [
        (None, a.date, "alias", f"source: {a.source}", a.reason, a.by, f"{a.words}: {a.source}")
        for a in aliases
    ]
    columns = ["claim_id", "date", "decision", "what", "reason", "by", "quote"]
    return pd.DataFrame(rows, columns=columns, dtype=object)


def _what(correction: Correction, claim: Mapping[str, Any]) -> str:
    """Return what a decision is about: the fields that it changes, or the number that it takes."""
    changed = [
        f"{name}: {_said(_held(claim.get(name)))} to {_said(_value(value))}"
        for name, value in correction.set.items()
    ]
    if changed:
        return ", ".join(changed)
    low, high = (_held(claim.get(name)) for name in ("low", "high"))
    bounds = _said(low) if low == high else f"{_said(low)} to {_said(high)}"
    return f"{str(claim.get('category', 'number')).replace('_', ' ')}: {bounds}"


def _said(value: Any) -> str:
    return "open" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
