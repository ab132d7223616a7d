"""The days that a number refers to, and the month that is spelt like a verb."""

import pytest

from analysis.extract import read
from analysis.model import Document


def one(text):
    """Return the only claim of a text that was published on 1 June 2025."""
    [claim] = read(Document("d", text, published="2025-06-01")).claims
    return claim


@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("On 9 May 2024", "2024-05-09"),
        ("On May 9, 2024", "2024-05-09"),
        ("On 9 May", "2025-05-09"),
        ("On 9 August", "2024-08-09"),
        ("In May", None),
        ("On 12 March 0001", None),
        ("On 12 March 9999", None),
        ("On 12 March 2099", None),
        ("On 12 March 20251", None),
        ("On 31 February 2025", None),
        ("On 13/13/2025", None),
        ("On 2025-13-01", None),
        ("On 03/04/2025", None),
    ],
)
def test_a_day_is_read_or_left_open_and_never_guessed(when, day):
    """Row F01: days that do not exist, lie ahead, or could be two, are none."""
    claim = one(f"{when}, three people were killed.")
    assert (claim.low, claim.as_of, claim.status) == (3, day, "reported")


@pytest.mark.parametrize(
    "text",
    [
        "On May 9 the army said 12 soldiers were killed.",
        "The attack in May killed 12 people.",
        "Last May 300 people were killed.",
        "By late May, 12 people had been killed.",
        "May 9 attacks killed 12 people.",
    ],
)
def test_a_month_is_no_doubt(text):
    """Written as a name, "May" is a month."""
    assert one(text).status == "reported"


@pytest.mark.parametrize("text", ["May 12 people be killed?", "The storm may kill 12 people."])
def test_a_doubt_is_no_month(text):
    """In small letters, and at the start of a sentence without a number behind, it is a verb."""
    assert [c.status for c in read(Document("d", text)).claims] != ["reported"]


@pytest.mark.parametrize(
    ("text", "number", "scope"),
    [
        ("Some 12,400 civilians have been killed since 24 February 2022, it says.", 12_400, "cumulative"),
        ("Twelve people have been killed since 3 March, police said.", 12, "cumulative"),
        ("It was the worst fire since 3 March and killed 12 people.", 12, "event"),
        ("Nine died in the past day, taking the total to 310.", 310, "cumulative"),
        ("Nine died in the past day, taking the total to 310.", 9, "period"),
    ],
)  # fmt: skip
def test_a_count_since_a_day_is_a_total(text, number, scope):
    """Day first or month first; a total that a day's number adds to is not of that day."""
    [claim] = [c for c in read(Document("d", text)).claims if c.low == number]
    assert claim.scope == scope
