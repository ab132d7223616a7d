"""What waits for a person's decision: doubts of the extractor, and claims that want a word."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from analysis.model import rows_of
from analysis.wording import category, number

COLUMNS = ["id", "figure", "quote", "source", "reason"]
Key = tuple[str, str | None, str]  # category, source, status


def listed(
    claims: pd.DataFrame,
    doubts: pd.DataFrame,
    known: Collection[str],
    copies: Mapping[str, str],
    halves: Collection[str] = (),
) -> pd.DataFrame:
    """Return what a person has to decide, one row each: id, figure, quote, source and reason.

    `known` holds the sources of the story file; `copies` leads from a document to the first one
    that it is a near copy of; `halves` holds claims whose sentence gives two numbers of a kind. The
    id is the claim's, and the document's for a doubt, whose figure is null; the source is null
    where none is named.

    >>> listed(pd.DataFrame({"document_id": []}), pd.DataFrame(), (), {}).columns.tolist()
    ['id', 'figure', 'quote', 'source', 'reason']
    """
    rows: list[tuple[str | None, ...]] = [
        (doubt.document_id, None, doubt.quote, None, doubt.reason) for doubt in rows_of(doubts)
    ]
    contradicted = differing(claims, copies)
    for claim in rows_of(claims):
        reason = _reason(claim, known, contradicted, halves)
        if reason is not None:
            figure = f"{_said(claim)} {category(claim.category)}"
            rows.append((claim.claim_id, figure, claim.quote or claim.note, claim.source, reason))
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def _reason(
    claim: Any, known: Collection[str], contradicted: Mapping[str, str], halves: Collection[str]
) -> str | None:
    """Return why a claim waits; null where it does not."""
    if claim.counts is None:
        return "it is not said who the people are, so that the story does not count them"
    if claim.decision == "accept" or not claim.counts:
        return None
    if claim.source is not None and claim.source not in known:
        return "the source is not in the story file: add it there, or as an alias"
    if claim.claim_id in contradicted:
        return f"a copy of its text says otherwise: {contradicted[claim.claim_id]}"
    if claim.claim_id in halves:
        return "its sentence gives two such numbers: reject one, or set one to the sum of both"
    dated = not (pd.isna(claim.published) and pd.isna(claim.as_of))
    if not dated and claim.source is not None and claim.status == "reported":
        return "neither the page nor its sentence says a day: set as_of to place it"
    return None


def differing(claims: pd.DataFrame, copies: Mapping[str, str]) -> dict[str, str]:
    """Return for each claim that a near copy of its text contradicts what the copy says instead.

    One of the two was changed, updated or misprinted: which one counts is for a person to say.
    `copies` leads from a document to the first one that it is a near copy of. Two texts contradict
    each other where both give numbers of one category, source and status, and not the same ones.

    >>> differing(pd.DataFrame({"document_id": []}), {})
    {}
    """
    if not copies:
        return {}
    held: dict[str, dict[str, dict[Key, set[str]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(set))
    )
    related = claims[claims["document_id"].isin({*copies, *copies.values()})]
    for claim in rows_of(related):
        first = copies.get(claim.document_id, claim.document_id)
        held[first][claim.document_id][_key(claim)].add(_said(claim))
    found = {}
    for claim in rows_of(related):
        texts = held[copies.get(claim.document_id, claim.document_id)]
        for document_id, said in texts.items():
            others = said.get(_key(claim))
            if document_id != claim.document_id and others and _said(claim) not in others:
                found[claim.claim_id] = " and ".join(sorted(others))
    return found


def _key(claim: Any) -> Key:
    return claim.category, claim.source, claim.status


def _said(claim: Any) -> str:
    low, high = (None if pd.isna(bound) else int(bound) for bound in (claim.low, claim.high))
    return number(low, high, claim.qualifier)
