"""What a run took in, and what it found nothing in, is said."""

from datetime import UTC, datetime

from analysis.book import book_of
from analysis.ledger import Ledger
from analysis.pipeline.reading import take_in
from analysis.pipeline.summary import Summary
from analysis.story import read_story
from tests.samples import make_home

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)
PAGE = "<html><body><article><p>The harbour was calm in the evening, and no ship went out.</p>{}</article></body></html>"


def test_a_page_that_gave_no_figure_is_named_with_what_was_read_of_it(tmp_path, root):
    """A reader that lost the article would otherwise look like an article without figures."""
    folder = make_home(tmp_path, root / "notebooks") / "notebooks" / "stories" / "ferry"
    (folder / "documents" / "a.html").write_text(PAGE.format("<p hidden>9 people were killed.</p>"))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    intake, added = take_in(read_story(folder), ledger, NOON, "1", lambda *_: None)
    assert added["documents"] == 3
    [silent] = intake.silent()
    assert silent.startswith("documents/a.html (read: 47 of 47 characters, ")
    assert "hidden characters left out" in silent
    said = list(Summary("ferry", folder, added, silent=(silent,)).lines())
    assert any(silent in line for line in said)
    intake, added = take_in(read_story(folder), ledger, NOON, "1", lambda *_: None)
    assert not any(added.values())
    assert list(intake.silent()) == []


def test_a_page_that_became_unreadable_withdraws_nothing(tmp_path, root):
    """What cannot be read may still hold what the ledger holds."""
    folder = make_home(tmp_path, root / "notebooks") / "notebooks" / "stories" / "ferry"
    path = folder / "documents" / "a (1).html"
    path.write_text(PAGE.format("<p>At least 12 people were killed, the coastguard said.</p>"))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    take_in(read_story(folder), ledger, NOON, "1", lambda *_: None)
    path.write_bytes(b"<html>" + bytes(100))
    intake, _ = take_in(read_story(folder), ledger, NOON, "1", lambda *_: None)
    assert [refusal.place for refusal in intake.refused] == ["documents/a (1).html"]
    assert intake.withdrawn == []


def test_a_wire_report_printed_by_two_papers_is_one_report_in_the_series(tmp_path, root):
    """The same from the folder to the notebook; both outlets and both claims stay."""
    folder = make_home(tmp_path, root / "notebooks") / "notebooks" / "stories" / "ferry"
    wire = (
        "---\npublished: 2025-03-05\noutlet: {0}\nurl: https://news.example/{0}\n---\n"
        "At least 19 people were killed, the coastguard said. The ferry left the harbour in calm "
        "weather and was due at the island before noon, but the crew lost contact with the port "
        "office about an hour after it had passed the lighthouse at the mouth of the bay.{1}\n"
    )
    for outlet, more in (("Wire", ""), ("Paper", " More follows.")):
        (folder / "documents" / f"{outlet}.txt").write_text(wire.format(outlet, more), "utf-8")
    story, ledger = read_story(folder), Ledger(tmp_path / "ledger.sqlite")
    take_in(story, ledger, NOON, "1", lambda *_: None)
    book = book_of(story, ledger)
    series = book.series("Coast guard", "killed")
    [row] = series[series["low"] == 19].itertuples()
    assert (row.reports, row.outlets, len(row.claim_ids)) == (1, 2, 2)
    assert set(book.claims("Coast guard")["outlet"]) >= {"Wire", "Paper"}
