"""What an edition says: what changed since the one before, and nothing else."""

import xml.etree.ElementTree as ET

from analysis.publish.atom import feed
from analysis.publish.edition_pages import edition_page, lines_of, summary
from analysis.publish.editions import Changes, Snapshot, compare, snapshot
from analysis.publish.facts import Origin
from analysis.series import build
from tests.samples import claim, frame

FIRST = claim("The authority", "killed", 300, "2025-01-03", url="https://news.example/1")
NEXT = claim("The authority", "killed", 450, "2025-01-09", url="https://news.example/2")
OTHER = claim("The mayor", "killed", 80, "2025-01-03", url="https://news.example/3")


def state(*rows, reports=(), rejected=()):
    """Return the snapshot of some claims."""
    claims = frame(*rows)
    return snapshot(claims, build(claims), dict(reports), list(rejected))


def test_a_new_figure_is_named_with_the_number_that_it_replaces():
    """The source's newest total moved, the other's did not."""
    changes = compare(state(FIRST, OTHER), state(FIRST, OTHER, NEXT))
    assert [entry["claim_id"] for entry in changes.new] == [NEXT["claim_id"]]
    [move] = changes.moved
    assert (move["source"], move["low"], move["before"]["low"]) == ("The authority", 450, 300)
    assert [changes.revised, changes.corrected, changes.withdrawn] == [[], [], []]
    assert summary(changes) == "1 new claim and 1 newest total moved."
    assert list(lines_of(changes, first=False)) == ["The authority, killed: 450 (300 before)"]


def test_nothing_new_is_no_change():
    """The same claims in another order say the same."""
    assert not compare(state(FIRST, OTHER), state(OTHER, FIRST))


def test_a_repeat_of_an_old_number_moves_nothing():
    """It is a new claim, and no new number."""
    again = claim(
        "The authority", "killed", 300, "2025-01-20", outlet="Other", url="https://news.example/9"
    )
    changes = compare(state(FIRST), state(FIRST, again))
    assert len(changes.new) == 1
    assert changes.moved == []


def test_a_report_that_was_read_anew_with_another_number_is_revised():
    """The same outlet, address, source and category; the number is another."""
    revised = {**FIRST, "claim_id": "other", "low": 310, "high": 310}
    changes = compare(state(FIRST), state(revised))
    [entry] = changes.revised
    assert (entry["low"], entry["before"]["low"]) == (310, 300)
    assert [changes.new, changes.withdrawn] == [[], []]


def test_a_document_with_a_new_id_that_says_the_same_is_no_change():
    """A comma mended in the text is nothing to tell readers."""
    assert not compare(state(FIRST), state({**FIRST, "claim_id": "other"}))


def test_decisions_of_people_are_corrections_and_a_lost_text_is_a_withdrawal():
    """Rejected, set and withdrawn are told apart."""
    rejected = compare(state(FIRST, OTHER), state(OTHER, rejected=[FIRST["claim_id"]]))
    assert [e["rejected"] for e in rejected.corrected] == [True]
    assert rejected.withdrawn == []
    changed = {**FIRST, "low": 200, "high": 200, "corrected": "2025-01-20, A. Editor: misread"}
    assert compare(state(FIRST), state(changed)).corrected[0]["before"]["low"] == 300
    assert [e["claim_id"] for e in compare(state(FIRST, OTHER), state(OTHER)).withdrawn] == [
        FIRST["claim_id"]
    ]
    brought_back = compare(state(OTHER, rejected=[FIRST["claim_id"]]), state(FIRST, OTHER))
    assert brought_back.new == []
    assert len(brought_back.corrected) == 1


def test_reports_are_listed_by_what_they_say():
    """A page whose words are the same is not listed; one that is no more is."""
    before = Snapshot({}, [], {"a.html": "1", "b.html": "1", "c.html": "1"})
    changes = compare(before, Snapshot({}, [], {"a.html": "1", "b.html": "2"}))
    assert (changes.reports, changes.gone) == (["b.html"], ["c.html"])
    assert summary(changes) == "No number changed; 2 pages are worded anew."


def test_hostile_names_are_text_on_the_page_of_an_edition():
    """A source is whatever a text calls it."""
    hostile = {**NEXT, "source": "<script>alert(1)</script>", "outlet": "<b>$5</b>"}
    changes = compare(state(FIRST), state(FIRST, hostile))
    html = "".join(s.html for s in edition_page(changes, {}, lambda _: None, first=False))
    assert "<script" not in html
    assert "&lt;b&gt;$5&lt;/b&gt;" in html


def test_the_feed_is_atom_with_ids_that_stay():
    """Each entry has id, title, date and address; texts are escaped."""
    editions = [
        {
            "edition": "2025-01-02T00-00-00Z",
            "at": "2025-01-02T00:00:00Z",
            "summary": "1 <new> & claim.",
            "lines": ["A: 5"],
        },
        {
            "edition": "2025-01-01T00-00-00Z",
            "at": "2025-01-01T00:00:00Z",
            "summary": "First.",
            "lines": [],
        },
    ]
    origin = Origin(
        "floods", "Floods & more", "", "", None, "", "The desk", "https://example.org/f/"
    )
    tree = ET.fromstring(feed(origin, editions, "1.2.3"))
    atom = "{http://www.w3.org/2005/Atom}"
    entries = tree.findall(f"{atom}entry")
    assert [e.findtext(f"{atom}title") for e in entries] == ["1 <new> & claim.", "First."]
    assert all(e.findtext(f"{atom}id").startswith("urn:uuid:") for e in entries)
    assert len({e.findtext(f"{atom}id") for e in entries}) == 2
    assert tree.findtext(f"{atom}updated") == "2025-01-02T00:00:00Z"
    assert tree.find(f"{atom}author/{atom}name").text == "The desk"
    later = ET.fromstring(feed(origin, editions[1:], "9"))
    assert later.findtext(f"{atom}entry/{atom}id") == entries[1].findtext(f"{atom}id")


def test_an_edition_without_a_change_says_so():
    """Pages may be made anew with the same words."""
    assert summary(Changes()) == "No number changed."
