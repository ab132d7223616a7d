"""Words that are withheld or cut: the number stays, the words are nowhere."""

import pandas as pd
import pytest

from analysis.errors import BadStory
from analysis.redactions import Public, Redaction, clip, read_redactions
from tests.samples import claim, frame

SENTENCE = "Officials told a witness named Doe that 300 soldiers were killed on Monday."


def said(source, low, **more):
    """Return a claim that was read from a sentence."""
    number = str(low)
    words = {"quote": SENTENCE, "number_text": number, "quote_start": 50, "note": None}
    words |= {"start": 50 + SENTENCE.find("300"), "end": 53 + SENTENCE.find("300"), **more}
    return claim(source, "killed", low, "2025-01-03", **words)


CLAIMS = frame(
    said("A", 300, document_id="one"),
    said("B", 300, document_id="two", outlet="Copy", url="https://news.example/2"),
    claim("C", "killed", 80, "2025-01-04", document_id="three", title="Doe speaks"),
)
DOCUMENTS = pd.DataFrame(
    {"document_id": ["one", "two", "three"], "title": ["a", "b", "Doe speaks"]}
)


def public(*redactions, limit=None, complete=True):
    """Return what the public may read of the claims."""
    made = [
        Redaction("redactions.toml entry 1", by, value, "Names a witness.")
        for by, value in redactions
    ]
    return Public(CLAIMS, DOCUMENTS, made, limit, complete=complete)


@pytest.mark.parametrize(
    ("by", "value", "withheld"),
    [
        ("claim_id", CLAIMS["claim_id"][0], "AB"),  # the same sentence, printed by another outlet
        ("document_id", "two", "AB"),
        ("document_id", "three", "C"),
        ("contains", "named DOE", "AB"),
        ("contains", "doe", "ABC"),
        ("contains", "nobody", ""),
    ],
)
def test_what_is_named_is_withheld_wherever_it_stands_and_the_number_stays(by, value, withheld):
    """By claim, by document, or by words, whatever their case."""
    claims = public((by, value)).claims(CLAIMS)
    rows = claims.set_index("source")
    assert "".join(rows.index[rows["withheld"].notna()]) == withheld
    for source in withheld:
        assert rows.loc[source, ["quote", "note", "title"]].isna().all()
    assert list(claims["low"]) == [300, 300, 80]
    assert list(claims["outlet"]) == list(CLAIMS["outlet"])


def test_the_sentence_is_withheld_in_doubts_corrections_and_titles_too():
    """No list on any page shows it."""
    shown = public(("claim_id", CLAIMS["claim_id"][0]), ("contains", "Doe speaks"))
    doubts = pd.DataFrame({"document_id": ["four", "five"], "quote": [SENTENCE, "Another."]})
    assert list(shown.quotes(doubts)["quote"]) == ["(withheld)", "Another."]
    assert list(shown.documents(DOCUMENTS)["title"].fillna("")) == ["a", "b", ""]


def test_an_entry_that_names_nothing_stops_the_build():
    """A mistyped id would publish what it was to withhold; at an earlier moment it may be unknown."""
    with pytest.raises(BadStory, match="entry 1: no claim has the id 'mistyped'; correct"):
        public(("claim_id", "mistyped"))
    public(("claim_id", "mistyped"), complete=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[redactions]]\nreason = 'x'", "exactly one of claim_id, document_id, contains"),
        ("[[redactions]]\ncontains = 'x'", "needs a reason"),
        ("[[redactions]]\ncontains = ''\nreason = 'x'", "a text that is not empty"),
        ("[[redactions]]\nclaim = 'x'\nreason = 'x'", "only the keys claim_id"),
        ("redact = 1", r"only entries under \[\[redactions\]\]"),
        ("[[", "cannot be read"),
    ],
)
def test_a_list_that_cannot_be_read_stops_the_build(tmp_path, text, reason):
    """What it was to withhold is not published meanwhile."""
    path = tmp_path / "redactions.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(BadStory, match=reason):
        read_redactions(path)


@pytest.mark.parametrize("at", [0, 5, 400, 795, 799])
def test_a_long_sentence_is_cut_around_its_number_and_the_number_can_still_be_marked(at):
    """The place of the number moves with the cut."""
    text = ("word " * 160)[:at] + "300" + ("word " * 160)[at + 3 :]
    row = said("A", 300, quote=text, start=50 + at, end=53 + at)
    claims = public(limit=200).claims(frame(row))
    [shown] = claims["quote"]
    place = int(claims["start"][0] - claims["quote_start"][0])
    assert len(shown) <= 200
    assert shown[place : place + 3] == "300"
    assert shown.startswith("…") == (at >= 400)


def test_what_is_short_enough_is_shown_whole():
    """Nothing is cut that need not be."""
    assert clip("300 killed", 0, 200) == ("300 killed", 0)
    assert list(public(limit=200).claims(CLAIMS)["quote"][:2]) == [SENTENCE, SENTENCE]
