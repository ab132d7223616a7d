"""Where lines of a text end a sentence, and where they only wrap it."""

import pytest

from analysis.extract import read
from analysis.model import Document

WRAPPED = [
    "Eight people were killed in the Red Sea port of\nDjibouti, a spokesman said.",
    "Communist rebels killed 18 soldiers on\nMindanao island, the army said.",
]


@pytest.mark.parametrize("text", WRAPPED)
def test_a_short_line_that_ends_with_a_joining_word_goes_on(text):
    """Whoever speaks on the next line is the source."""
    [claim] = read(Document("d", text)).claims
    assert claim.source_text is not None
    assert claim.quote == text


def test_a_short_line_before_a_capital_is_a_headline():
    """It is a sentence of its own."""
    text = "Ferry sinks, 12 dead\nThe coast guard said 30 people were rescued."
    [claim] = read(Document("d", text)).claims
    assert claim.quote == "Ferry sinks, 12 dead"
    assert claim.source_text is None
