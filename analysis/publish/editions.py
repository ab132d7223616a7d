"""What one published state of a story changed against the one before it.

A snapshot holds what was public: claims, the newest total of each source, the content of each
report. Two snapshots give the changes; nothing else decides what an edition says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis.model import rows_of

# What makes a claim what it says; a difference in any of these is a change that readers are told.
SAYS = ("category", "low", "high", "qualifier", "source", "scope", "status", "published")
PLACE = ("outlet", "url")
FIELDS = (*SAYS, *PLACE, "corrected")
# The same statement in the same report, though with other bounds: a report that was revised.
SAME_REPORT = ("category", "source", "scope", *PLACE)

Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Snapshot:
    """What one edition published: `claims` by id, `heads` the newest totals, `reports` by page."""

    claims: dict[str, dict[str, Any]]
    heads: list[dict[str, Any]]
    reports: dict[str, str]
    rejected: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Changes:
    """What changed: claims as their fields, with `before` where they said something else.

    `moved` holds the newest totals that are others now, `reports` the pages whose content changed
    and `gone` those that are no more.
    """

    new: list[dict[str, Any]] = field(default_factory=list)
    revised: list[dict[str, Any]] = field(default_factory=list)
    corrected: list[dict[str, Any]] = field(default_factory=list)
    withdrawn: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether anything that readers see is different."""
        return any(vars(self).values())


def snapshot(
    claims: pd.DataFrame, series: pd.DataFrame, reports: Mapping[str, str], rejected: Sequence[str]
) -> Snapshot:
    """Return what is public now, as plain values."""
    return Snapshot(
        {
            row.claim_id: {name: _plain(getattr(row, name)) for name in FIELDS}
            for row in rows_of(claims)
        },
        list(_heads(series)),
        dict(reports),
        sorted(rejected),
    )


def _heads(series: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the newest total to date of each source and category."""
    newest: dict[tuple[str, str], Any] = {}
    for row in rows_of(series.sort_values(["date", "reports"], kind="stable")):
        if row.scope == "cumulative":
            newest[row.category, row.source] = row
    for row in newest.values():
        bounds = {name: _plain(getattr(row, name)) for name in ("low", "high", "qualifier", "date")}
        yield {
            "category": row.category,
            "source": row.source,
            **bounds,
            "claim_id": row.low_claim,
        }


def compare(before: Snapshot, after: Snapshot) -> Changes:
    """Return what `after` says that `before` did not."""
    changes = Changes()
    new = {key: after.claims[key] for key in after.claims if key not in before.claims}
    gone = {key: before.claims[key] for key in before.claims if key not in after.claims}
    _pair(changes, new, gone, (*SAYS, *PLACE), revised=False)
    _pair(changes, new, gone, SAME_REPORT, revised=True)
    decided = {*before.rejected, *after.rejected}
    for key, claim in new.items():
        kind = changes.corrected if claim["corrected"] or key in decided else changes.new
        kind.append({"claim_id": key, **claim})
    for key, claim in gone.items():
        kind = changes.corrected if key in decided else changes.withdrawn
        kind.append({"claim_id": key, **claim, "rejected": key in after.rejected})
    for key in after.claims.keys() & before.claims.keys():
        old, claim = before.claims[key], after.claims[key]
        if claim["corrected"] != old["corrected"]:
            changes.corrected.append({"claim_id": key, **claim, "before": old})
        elif any(claim[name] != old[name] for name in SAYS):
            changes.revised.append({"claim_id": key, **claim, "before": old})
    for kind in (changes.new, changes.revised, changes.corrected, changes.withdrawn):
        kind.sort(key=lambda entry: (entry["published"] or "", entry["claim_id"]))
    changes.moved.extend(_moved(before, after))
    changes.reports.extend(
        page for page, content in after.reports.items() if before.reports.get(page) != content
    )
    changes.gone.extend(page for page in before.reports if page not in after.reports)
    return changes


def _pair(
    changes: Changes,
    new: dict[str, dict[str, Any]],
    gone: dict[str, dict[str, Any]],
    names: Sequence[str],
    *,
    revised: bool,
) -> None:
    """Take out of both lists the claims that are one statement of one report, read again."""

    def key_of(claim: Fields) -> tuple[Any, ...]:
        return tuple(claim[name] for name in names)

    waiting: dict[tuple[Any, ...], list[str]] = {}
    for claim_id, claim in gone.items():
        if revised and not claim["url"]:
            continue  # without an address nothing says that it is the same report
        waiting.setdefault(key_of(claim), []).append(claim_id)
    for claim_id, claim in list(new.items()):
        if others := waiting.get(key_of(claim)):
            old = gone.pop(others.pop(0))
            del new[claim_id]
            if revised:
                changes.revised.append({"claim_id": claim_id, **claim, "before": old})


def _moved(before: Snapshot, after: Snapshot) -> Iterator[dict[str, Any]]:
    """Yield each newest total that is another number now; `before` is null where none was."""
    said = ("low", "high", "qualifier")
    held = {(head["category"], head["source"]): head for head in before.heads}
    for head in after.heads:
        old = held.get((head["category"], head["source"]))
        if old is None or any(head[name] != old[name] for name in said):
            yield {**head, "before": old}


def _plain(value: Any) -> Any:
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124 only NaN differs from itself
        return None
    return value if isinstance(value, str) else int(value)
