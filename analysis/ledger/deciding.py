"""Keep people's decisions as they stood: all of them at once, whenever one came, changed or went.

So what had been decided by a moment is asked of the ledger, not of a file that was edited since.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sql

from analysis.ledger.schema import decisions, runs

MOMENT = "decided_at"  # when the ledger took a decision in; null: before it kept any
Decided = Sequence[dict[str, Any]]


def differ(connection: sql.Connection, decided: Decided) -> bool:
    """Say whether decisions are other ones, or in another order, than those that are held."""
    return [_said(one) for one in held_now(connection)] != [_said(one) for one in decided]


def keep(connection: sql.Connection, run: int, moment: str, decided: Decided) -> None:
    """Keep all decisions that stand at a run; those that stood before keep their moment.

    A ledger that held documents before it held decisions cannot tell when they came: what it takes
    in first has no moment of its own and counts from its day.
    """
    older = not is_kept(connection)
    if older:
        decisions.create(connection)
    before = {_key(one): one[MOMENT] for one in _newest(connection)}
    new = None if older else moment
    content = [{**one, MOMENT: before.get(_key(one), new)} for one in decided]
    connection.execute(sql.insert(decisions).values(run=run, content=json.dumps(content)))


def held_at(connection: sql.Connection, known_at: str) -> list[dict[str, Any]] | None:
    """Return the decisions that the ledger held at a moment, in order, each with its own.

    Null where the ledger cannot tell: it never took decisions in, or took in nothing since.
    """
    last = connection.scalar(sql.select(sql.func.max(runs.c.known_at)))
    if last is None or known_at >= last or not is_kept(connection):
        return None
    query = sql.select(decisions.c.content).join(runs, runs.c.run == decisions.c.run)
    then = query.where(runs.c.known_at <= known_at).order_by(decisions.c.number.desc())
    content = connection.scalar(then.limit(1))
    if content is not None:
        return _loaded(content)
    first = connection.scalar(query.order_by(decisions.c.number).limit(1))
    return [one for one in _loaded(first) if one[MOMENT] is None]


def held_now(connection: sql.Connection) -> list[dict[str, Any]]:
    """Return the decisions that the ledger took in last, in order, each with its moment."""
    return _newest(connection) if is_kept(connection) else []


def is_kept(connection: sql.Connection) -> bool:
    """Say whether the ledger keeps decisions: one of an older version does from its next run."""
    return sql.inspect(connection).has_table(decisions.name)


def _newest(connection: sql.Connection) -> list[dict[str, Any]]:
    query = sql.select(decisions.c.content).order_by(decisions.c.number.desc()).limit(1)
    return _loaded(connection.scalar(query))


def _loaded(content: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(content or "[]")
    if not all({"kind", "date", MOMENT} <= one.keys() for one in found):
        reason = "decisions that are none"
        raise ValueError(reason)
    return found


def _said(one: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != MOMENT}


def _key(one: dict[str, Any]) -> str:
    return json.dumps(_said(one), sort_keys=True)
