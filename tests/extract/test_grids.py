"""Tables of a page that was saved as text."""

import pytest

from analysis.extract import read
from analysis.model import Document

TABLES = [
    (
        "Country | Dead | Injured\nNorth | 53,537 | 107,213\nTotal | 53,800 | 107,500",
        [
            ("killed", 53537, "part"),
            ("wounded", 107213, "part"),
            ("killed", 53800, "reported"),
            ("wounded", 107500, "reported"),
        ],
    ),
    (
        "| Day | Killed | Tanks |\n|---|---|---|\n| 1 May | 12 | 7 |\n| 2 May | – | 2 |",
        [("killed", 12, "reported")],
    ),
    (
        "Deaths\t12\nInjured\t40\nHouses\t400",
        [("killed", 12, "reported"), ("wounded", 40, "reported")],
    ),
    ("| | Dead | Missing |\n| North | 4 | |\n", [("killed", 4, "reported")]),
]


@pytest.mark.parametrize(("text", "expected"), TABLES, ids=["bars", "markdown", "tabs", "empty"])
def test_a_cell_counts_under_or_beside_the_name_of_an_event(text, expected):
    """The quote holds the head and the row; the span is the number alone."""
    claims = read(Document("d", text)).claims
    assert [(c.category, c.low, c.status) for c in claims] == expected
    for claim in claims:
        assert text[claim.start : claim.end] == claim.number_text
        assert claim.number_text in claim.quote
        assert claim.quote in text


NO_TABLES = [
    "Dead (percent) | Injured per day\n30 | 12",
    "Town | Deaths\nNorth | 12%\nSouth | about one in ten",
    "Town | Deaths | Houses\nNorth | 12",  # which column the number stands in is not known
    "Deaths | Goals\nA | B",
]


@pytest.mark.parametrize("text", NO_TABLES)
def test_a_cell_that_is_no_plain_count_gives_nothing(text):
    """Shares, rates and rows with missing cells are left alone."""
    assert read(Document("d", text)).claims == ()


def test_lines_with_bars_that_are_no_table_are_read_as_sentences():
    """Headlines of a page stand between bars too."""
    text = "Bus crash kills 12 | Example Post\nTwo people died in the north | Example Post"
    assert [c.low for c in read(Document("d", text)).claims] == [12, 2]
