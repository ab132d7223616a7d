"""Decisions of people: applied, published, and refused where they no longer fit."""

import pytest

from analysis.corrections import apply, read_corrections
from analysis.errors import BadCorrection
from tests.samples import claim, frame

ENTRY = """
[[corrections]]
claim_id = "c1"
decision = "{decision}"
reason = "It counts two groups together."
by = "A. Editor"
date = 2025-01-20
{rest}
"""


def decided(tmp_path, decision="reject", rest=""):
    """Return the corrections of one entry."""
    path = tmp_path / "corrections.toml"
    path.write_text(ENTRY.format(decision=decision, rest=rest), "utf-8")
    return read_corrections(path)


def held():
    """Return a frame of two claims."""
    return frame(
        claim("NIS", "killed", 300, "2025-01-13", claim_id="c1"),
        claim("NIS", "killed", 400, "2025-02-13", claim_id="c2"),
    )


def test_no_file_is_no_correction(tmp_path):
    """A new story has none."""
    assert read_corrections(tmp_path / "corrections.toml") == ()


def test_a_rejected_claim_counts_no_more(tmp_path):
    """The ledger keeps it all the same."""
    assert list(apply(held(), decided(tmp_path))["claim_id"]) == ["c2"]


def test_set_fields_are_changed_and_the_reason_stays_with_them(tmp_path):
    """Readers see that a person changed it, when and why."""
    changed = apply(
        held(),
        decided(
            tmp_path,
            "set",
            'expect = { low = 300 }\nset = { high = "null", qualifier = "at_least" }',
        ),
    )
    row = changed.iloc[0]
    assert (row["low"], row["qualifier"]) == (300, "at_least")
    assert row["high"] is None or row.isna()["high"]
    assert row["corrected"] == "2025-01-20, A. Editor: It counts two groups together."
    assert changed.iloc[1]["corrected"] is None


def test_what_is_no_period_any_more_has_no_length(tmp_path):
    """Else it would stand in no line of totals."""
    claims = held().assign(scope="period", period_days=30)
    for scope, days in (("cumulative", None), ("period", 30)):
        changed = apply(claims, decided(tmp_path, "set", f'set = {{ scope = "{scope}" }}'))
        row = changed.iloc[0]
        assert (row["scope"], row["period_days"] if days else None) == (scope, days)
        assert bool(changed.isna().iloc[0]["period_days"]) is (days is None)


@pytest.mark.parametrize(
    ("decision", "rest", "message"),
    [
        ("reject", "expect = { low = 299 }", "has low 300, and the decision was made for 299"),
        ("set", "set = { low = 500 }", "bounds would be 500 to 300"),
    ],
)
def test_a_decision_that_no_longer_fits_stops(tmp_path, decision, rest, message):
    """Nobody knows whether it still holds."""
    with pytest.raises(BadCorrection, match=r"corrections\.toml entry 1") as fault:
        apply(held(), decided(tmp_path, decision, rest))
    assert message in str(fault.value)


def test_a_claim_that_is_gone_stops(tmp_path):
    """A newer reading may have another id for it."""
    with pytest.raises(BadCorrection, match="no claim has the id 'c1'"):
        apply(held().iloc[1:], decided(tmp_path))


@pytest.mark.parametrize(
    ("decision", "rest", "message"),
    [
        ("refuse", "", "none of accept, reject, set"),
        ("set", "", "sets nothing"),
        ("accept", "set = { low = 1 }", "goes with decision 'set'"),
        ("set", "set = { lo = 1 }", "'lo' is no field"),
        ("set", 'set = { low = "many" }', "not a number"),
        ("set", 'set = { category = "dead" }', "none of killed"),
        ("reject", "why = 1", "unknown key 'why'"),
    ],
)
def test_an_entry_with_a_fault_is_named(tmp_path, decision, rest, message):
    """File, entry and reason in one line."""
    with pytest.raises(BadCorrection, match=r"corrections\.toml entry 1: ") as fault:
        decided(tmp_path, decision, rest)
    assert message in str(fault.value)
