"""What a run took in, and what it found nothing in, is said."""

from datetime import UTC, datetime

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
