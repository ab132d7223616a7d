"""What is one number and what is none: torn digits, marks on them, counts that nobody made."""

import pytest

from analysis.extract import read
from analysis.model import Document


def numbers(text):
    """Return the lower bounds and the words of the numbers that a text gives."""
    claims = read(Document("d", text)).claims
    assert all(text[c.start : c.end] == c.number_text for c in claims)
    return [(c.low, c.number_text) for c in claims]


TORN = [
    *("3\u00ad000", "3\u200b000", "3\u2060000", "3\ufeff000", "3\u2007000", "3\u3000000"),
    *("3\u00b7000", "3\u02bc000", "3\u2019000", "3\u066c000", "1_000", "10^3", "1\u20442"),
    *("3, 000", "3 ,000", "3,\u200b000", "3  000", "3\t000", "1 2", "1 234 5", "12 3456"),
    *("12;34", "12|34", "12~15", "12\u221215", "12\u00d73", "12...15", "12\u202615"),
    *("12O", "1E3", "1e3", "12k", "3 k", "5 m", "2\u00bd", "1\u0332", "1\u20e3", "1\u202e2"),
    *("003", "0,300", "1,23", "3.000", "twenty\u00ad-five", "twenty\u00b7five"),
    *("1\uff12", "1\u0662", "12345678901234567890", "-5", "\u22125", "\u00b15"),
]


@pytest.mark.parametrize("number", TORN, ids=ascii)
@pytest.mark.parametrize("sentence", ["The blast killed {} people.", "{} people were killed."])
def test_a_number_that_something_tore_is_never_read_in_part(sentence, number):
    """Rows F02 to F04: neither piece of "3·000" is what the text says."""
    assert numbers(sentence.format(number)) == []


@pytest.mark.parametrize(
    ("number", "value"),
    [
        *(("3,000", 3000), ("3 000", 3000), ("3\u00a0000", 3000), ("3\u202f000", 3000)),
        *(("3'000", 3000), ("12 345", 12345), ("1.234.567", 1234567), ("12345", 12345)),
    ],
    ids=ascii,
)
def test_groups_make_one_number(number, value):
    """Row F04: the marks that group digits, each kept as it stands in the text."""
    assert numbers(f"The blast killed {number} people.") == [(value, number)]


@pytest.mark.parametrize(
    "note", ["\u00b9", "\u00b2\u00b3", "\u2075", "[3]", " [3]", "(3)", "*", "\u2020", "\u00ad"]
)
def test_a_note_behind_a_number_changes_nothing(note):
    """Row F05."""
    assert numbers(f"The blast killed 12{note} people.") == [(12, "12")]


@pytest.mark.parametrize(
    "text",
    [
        "In 2025 15 people were killed.",
        "On May 5 15 people were killed.",
        "By 10:30 15 people were dead.",
        'The storm killed "15" people.',
        "15 were killed, 007 said.",
    ],
)
def test_numbers_side_by_side_are_two_where_the_first_is_a_time_or_a_name(text):
    """A year, a day and an hour are no piece of what follows."""
    assert numbers(text) == [(15, "15")]


@pytest.mark.parametrize(
    "text",
    [
        "No toll was given.",
        "No death toll was available.",
        "No casualty figures were released.",
        "No number of dead was given.",
        "No official toll of the killed has been released.",
        "No confirmed civilian casualty estimates exist.",
    ],
)
def test_no_count_is_no_zero(text):
    """Nobody counted: that is not to say that nobody died."""
    assert numbers(text) == []


@pytest.mark.parametrize("text", ["No deaths were reported.", "No civilians were killed."])
def test_no_victims_are_zero(text):
    """A zero that is said stands."""
    assert numbers(text) == [(0, "No")]


@pytest.mark.parametrize(
    ("number", "bounds"),
    [
        *((">12", (12, None)), ("≥12", (12, None)), (">= 12", (12, None))),
        *(("<12", (None, 12)), ("≤ 12", (None, 12)), ("~12", (12, 12)), ("≈12", (12, 12))),
    ],
)
def test_a_sign_before_a_number_bounds_it(number, bounds):
    """What a sign says is never dropped."""
    [claim] = read(Document("d", f"{number} people were killed.")).claims
    assert (claim.low, claim.high, claim.number_text) == (*bounds, "12")
