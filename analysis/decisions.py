"""Decisions on their way into the ledger and back: what people had decided by a moment.

`corrections.toml` says what is decided now. What had been decided at an earlier moment is what the
ledger had taken in by then, whatever the entries' own days say, and whatever was edited since.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from analysis.aliases import Alias
from analysis.corrections import Correction, read_aliases, read_corrections
from analysis.errors import LedgerFault

FILE = "corrections.toml"
Decided = tuple[tuple[Correction, ...], tuple[Alias, ...]]
KINDS: dict[str, Any] = {"correction": Correction, "alias": Alias}


def read_decisions(folder: Path) -> Decided:
    """Return the corrections and aliases that stand in a story's folder now.

    Raises BadCorrection, naming file and entry, for what cannot be read.
    """
    return read_corrections(folder / FILE), read_aliases(folder / FILE)


def to_keep(decided: Decided) -> list[dict[str, Any]]:
    """Return decisions as plain values, in order, without the place in the file.

    >>> alias = Alias("f", "rescuers", "Coast guard", "Theirs.", "A", "2025-01-20")
    >>> list(to_keep(((), (alias,)))[0])
    ['kind', 'words', 'source', 'reason', 'by', 'date']
    """
    corrections, aliases = decided
    return [
        *(_plain("correction", one) for one in corrections),
        *(_plain("alias", one) for one in aliases),
    ]


def _plain(kind: str, one: Correction | Alias) -> dict[str, Any]:
    said = {k: v for k, v in asdict(one).items() if k not in ("place", "decided_at")}
    return {"kind": kind, **said}


def dated(decided: Decided, taken: Sequence[dict[str, Any]]) -> Decided:
    """Return decisions with the moments of those that the ledger has `taken` in; null for others.

    >>> alias = Alias("f", "rescuers", "Coast guard", "Theirs.", "A", "2025-01-20")
    >>> [taken] = to_keep(((), (alias,)))
    >>> dated(((), (alias,)), [{**taken, "decided_at": "2025-01-20T10:00Z"}])[1][0].decided_at
    '2025-01-20T10:00Z'
    """
    moments = {_key(one): one["decided_at"] for one in taken}
    corrections, aliases = decided
    return (
        tuple(
            replace(c, decided_at=moments.get(_key(_plain("correction", c)))) for c in corrections
        ),
        tuple(replace(a, decided_at=moments.get(_key(_plain("alias", a)))) for a in aliases),
    )


def known(now: Decided, held: Sequence[dict[str, Any]] | None, moment: str, file: Path) -> Decided:
    """Return what had been decided by a moment (ISO, UTC).

    `held` is what the ledger held then; null: the ledger took in nothing since, so that what the
    file says `now` tells. A decision without a moment of its own counts from its day. Raises
    LedgerFault where what was held is no decision.
    """
    corrections, aliases = now if held is None else _kept(held, f"{file} as of {moment}")
    day = moment[:10]
    return (
        tuple(one for one in corrections if one.decided_at or one.date <= day),
        tuple(one for one in aliases if one.decided_at or one.date <= day),
    )


def _key(plain: dict[str, Any]) -> str:
    said = {name: value for name, value in plain.items() if name != "decided_at"}
    return json.dumps(said, sort_keys=True)


def _kept(held: Sequence[dict[str, Any]], place: str) -> Decided:
    found: dict[str, list[Any]] = {kind: [] for kind in KINDS}
    for fields in held:
        said = dict(fields)
        try:
            kind = said.pop("kind")
            found[kind].append(KINDS[kind](f"{place} {kind} {len(found[kind]) + 1}", **said))
        except (KeyError, TypeError):
            reason = f"{place}: the ledger holds a decision that is none; bring back a copy of it"
            raise LedgerFault(reason) from None
    return tuple(found["correction"]), tuple(found["alias"])
