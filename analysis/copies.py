"""Near copies of one text, such as a wire report in two papers, that give different numbers.

One of them was changed, updated or misprinted: which one counts is for a person to say.
"""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd

from analysis.model import rows_of
from analysis.wording import number

Key = tuple[str, str | None, str]  # category, source, status


def differing(claims: pd.DataFrame, copies: Mapping[str, str]) -> dict[str, str]:
    """Return for each claim that a copy of its text contradicts what the copy says instead.

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
