"""The nouns refuse what contradicts itself."""

import pytest

from analysis.model import Claim, digest, iso_date, iso_moment, slug_of

GOOD = {
    "document_id": "d",
    "category": "killed",
    "low": 1,
    "high": 2,
    "qualifier": "range",
    "number_text": "1 to 2",
    "start": 0,
    "end": 6,
    "quote": "1 to 2 died",
}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"category": "dead"}, "'dead' is none of"),
        ({"qualifier": "some"}, "'some' is none of"),
        ({"scope": "all"}, "'all' is none of"),
        ({"status": "true"}, "'true' is none of"),
        ({"low": None, "high": None}, "lower or an upper"),
        ({"low": 3}, "3 is above"),
        ({"low": -1}, "never negative"),
        ({"low": None, "high": -1}, "never negative"),
    ],
)
def test_a_claim_that_contradicts_itself_is_refused(change, reason):
    """Whatever made it is at fault, and is told what is wrong."""
    with pytest.raises(ValueError, match=reason):
        Claim(**{**GOOD, **change})


def test_an_open_bound_is_null_and_zero_is_a_number():
    """Nobody died is a claim; not said is null."""
    assert Claim(**{**GOOD, "low": 0, "high": 0}).low == 0
    assert Claim(**{**GOOD, "low": 300, "high": None}).high is None


def test_ids_tell_null_from_empty_and_parts_from_their_sum():
    """Two different contents never share an id by the way they are joined."""
    ids = {digest("a", None), digest("a", ""), digest("a"), digest("ab"), digest("a", "b")}
    assert len(ids) == 5
    assert Claim(**GOOD).claim_id != Claim(**{**GOOD, "category": "wounded"}).claim_id


@pytest.mark.parametrize("text", ["2025-1-3", "20250113", "2025-02-30", "", "13 January 2025"])
def test_a_date_is_written_in_one_way(text):
    """Other spellings would sort wrongly."""
    with pytest.raises(ValueError, match=r"date|isoformat|day|month"):
        iso_date(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-01-13", "2025-01-13T23:59:59.999999Z"),
        ("2025-01-13T10:00:00+01:00", "2025-01-13T09:00:00.000000Z"),
        ("2025-01-13T10:00", "2025-01-13T10:00:00.000000Z"),
        ("2025-01-13T10:00:00Z", "2025-01-13T10:00:00.000000Z"),
    ],
)
def test_a_moment_is_told_in_utc(text, moment):
    """A bare day means its end; no zone means UTC."""
    assert iso_moment(text) == moment


@pytest.mark.parametrize(
    ("name", "slug"),
    [("UK Ministry of Defence", "uk-ministry-of-defence"), ("Zelenský / (aide)", "zelensky-aide")],
)
def test_a_name_becomes_part_of_an_address(name, slug):
    """Only small Latin letters, digits and hyphens are left."""
    assert slug_of(name) == slug


def test_names_in_other_scripts_have_addresses_of_their_own():
    """Nothing Latin is left of them, so the content counts."""
    assert slug_of("Генштаб") != slug_of("Міноборони")
    assert slug_of("Генштаб").isalnum()
