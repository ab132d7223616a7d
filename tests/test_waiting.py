"""What is put before a person: near copies of one text that give different numbers."""

import pytest

from analysis.waiting import differing
from tests.samples import claim, frame


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"low": 12, "high": 12}, {"low": 21, "high": 21}, ["21", "12"]),
        ({"low": 12, "high": None, "qualifier": "at_least"}, {"low": 12, "high": None, "qualifier": "at_least"}, []),
        ({"low": 12, "high": None, "qualifier": "at_least"}, {"low": None, "high": 40, "qualifier": "up_to"}, ["up to 40", "at least 12"]),
        ({"low": 12, "high": 12}, {"low": 21, "high": 21, "source": "Police"}, []),
        ({"low": 12, "high": 12}, {"low": 21, "high": 21, "category": "wounded"}, []),
    ],
)  # fmt: skip
def test_only_equal_kinds_with_other_numbers_differ(one, other, said):
    """Open bounds are compared like closed ones."""
    rows = [
        claim("Army", "killed", 1, "2025-01-01", document_id=name, claim_id=name, **more)
        for name, more in (("a", {}), ("b", {}))
    ]
    claims = frame(rows[0] | one, rows[1] | other)
    assert list(differing(claims, {"b": "a"}).values()) == said
    assert differing(claims, {}) == {}
