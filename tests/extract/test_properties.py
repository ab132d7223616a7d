"""What holds for any text at all."""

import os
import random
import re
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.extract import read
from analysis.extract.words import lexicon
from analysis.model import Document

WORDS = sorted(
    {
        *lexicon("en").events.words(),
        *lexicon("en").lists["numbers"]["units"],
        *lexicon("en").lists["attribution"]["say"],
        *(
            "people",
            "soldiers",
            "at least",
            "and",
            ",",
            ".",
            ";",
            ":",
            "(",
            "3,000",
            "12",
            "$",
            "%",
            "-",
        ),
        *(
            "the",
            "of",
            "in",
            "army",
            "\n",
            "\n\n",
            "“",
            "”",
            "’s",
            "who",
            "were",
            "have",
            "been",
            "no",
        ),
    }
)
NEWS = st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)


def figure_stands_in(text, claim):
    """Say whether the number of a claim is one that its text says."""
    digits = re.sub(r"\D", "", claim.number_text)
    bounds = {str(b) for b in (claim.low, claim.high) if b is not None}
    plain = not re.search(r"[^\d,.\s]", claim.number_text)
    return not digits or not plain or digits in bounds or claim.low == claim.high == 0


def fuzz_seconds():
    """Return how long to fuzz: a minute in CI, a moment elsewhere."""
    return float(os.environ.get("TALLYBOOK_FUZZ_SECONDS", "2"))


def test_fuzzing_finds_no_fault():
    """News words in any order, cut and joined, for a minute in CI."""
    draw = random.Random(int(time.time()))
    end = time.monotonic() + fuzz_seconds()
    rounds = 0
    while time.monotonic() < end:
        words = draw.choices(WORDS, k=draw.randint(1, 60))
        text = "".join(w + draw.choice((" ", " ", " ", "", "\n", ", ", ". ")) for w in words)
        for claim in read(Document("d", text, published="2025-01-13")).claims:
            assert text[claim.start : claim.end] == claim.number_text, text
            assert claim.number_text in claim.quote, text
            assert figure_stands_in(text, claim), (text, claim)
        rounds += 1
    assert rounds > 10


@given(st.one_of(NEWS, st.text(max_size=200)))
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_without_a_fault_and_every_claim_is_a_slice_of_it(text):
    """The number stands where the claim says, and its quote stands in the text."""
    for claim in read(Document("d", text)).claims:
        assert text[claim.start : claim.end] == claim.number_text
        assert claim.quote in text
        assert claim.number_text in claim.quote


@given(NEWS, NEWS)
@settings(max_examples=200, deadline=None)
def test_what_surrounds_a_paragraph_changes_nothing_in_it(one, other):
    """The claims of two paragraphs are those of the first and those of the second."""
    first, second = (re.sub(r"\n\s*\n", "\n", t).strip() for t in (one, other))

    def found(text):
        return [
            (c.category, c.low, c.high, c.qualifier, c.status, c.source_text, c.scope)
            for c in read(Document("d", text)).claims
        ]

    assert found(f"{first}\n\n{second}") == found(first) + found(second)


def calls(text):
    """Return how many functions run while a text is read: work without a clock."""
    count = 0

    def note(_frame, event, _argument):
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        read(Document("d", text))
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize(
    "piece",
    ["12 killed and ", "at least ", "12, ", "who said ", "people ", "killed. ", "(", "\n12 dead"],
)
def test_hostile_repeats_take_linear_work(piece):
    """Four times the text is about four times the work."""
    calls(piece)  # loads the words
    assert calls(piece * 4_000) <= calls(piece * 1_000) * 4.5 + 100
