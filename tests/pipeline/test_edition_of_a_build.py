"""An edition on disk: one article more, and it names the figure, what it replaces, two reports."""

import json
import re
from datetime import UTC, datetime

import lxml.html
import pytest

from analysis import pipeline
from analysis.home import Home
from tests.samples import make_home

NAMES = ("overview", "source", "evidence", "method")
MORE = (
    "---\npublished: 2025-03-04\noutlet: Example Post\nurl: https://news.example/3\n---\n"
    "The coastguard said 18 people were killed.\n"
)


@pytest.fixture(scope="module")
def editions(root, tmp_path_factory):
    """Build a story, add an article, build again; return the home and the second summary."""
    home = Home(make_home(tmp_path_factory.mktemp("home"), root / "notebooks", NAMES))
    story = home.story("ferry")
    file = story / "story.toml"
    reports = "".join(f'[[reports]]\nnotebook = "{name}"\n' for name in NAMES[2:])
    file.write_text(file.read_text("utf-8") + reports, "utf-8")
    pipeline.build(home, "ferry", now=datetime(2025, 3, 3, tzinfo=UTC))
    (story / "documents" / "third.txt").write_text(MORE, "utf-8")
    return home, pipeline.build(home, "ferry", now=datetime(2025, 3, 5, tzinfo=UTC))


def test_an_article_with_a_new_figure_gives_an_edition_that_names_it_and_nothing_else(editions):
    """The figure, the number that it replaces, and the two reports that changed."""
    home, summary = editions
    folder = home.figures("ferry") / "pages" / "editions"
    first, second = sorted(folder.iterdir())
    assert (first.name, second.name) == ("2025-03-03T00-00-00Z", "2025-03-05T00-00-00Z")
    changes = json.loads((second / "edition.json").read_text("utf-8"))["changes"]
    [new] = changes["new"]
    assert (new["source"], new["category"], new["low"]) == ("Coast guard", "killed", 18)
    [move] = changes["moved"]
    assert (move["low"], move["before"]["low"]) == (18, 12)
    assert changes["reports"] == ["overview.html", "source-coast-guard.html"]
    for kind in ("revised", "corrected", "withdrawn", "gone"):
        assert changes[kind] == [], kind
    assert summary.changed[:2] == (
        "changed: 1 new claim and 1 newest total moved.",
        "totals: Coast guard, killed: 18 (at least 12 before)",
    )
    assert summary.changed[2].startswith("reports: overview, source-coast-guard; edition: ")


def test_the_same_stands_on_the_first_page_in_the_feed_and_on_the_page_of_the_edition(editions):
    """One wording, in three places."""
    pages = editions[0].figures("ferry") / "pages"
    edition = pages / "editions" / "2025-03-05T00-00-00Z" / "index.html"
    for path in (pages / "index.html", pages / "feed.xml", pages / "changes.html"):
        text = path.read_text("utf-8")
        assert "1 new claim and 1 newest total moved." in text, path
        assert "Coast guard, killed: 18 (at least 12 before)" in text, path
    assert "at least 12" in edition.read_text("utf-8")


def test_the_page_of_the_edition_names_the_figure_what_it_replaces_two_reports_and_nothing_else(
    editions,
):
    """Word for word; the figure leads to its sentence, the reports to their pages."""
    pages = editions[0].figures("ferry") / "pages"
    path = pages / "editions" / "2025-03-05T00-00-00Z" / "index.html"
    main = lxml.html.fromstring(path.read_text("utf-8")).xpath("//main")[0]
    main.xpath("./header")[0].drop_tree()
    said = [" ".join(cell.text_content().split()) for cell in main.xpath(".//h2 | .//p | .//td")]
    assert [words for words in said if re.search(r"\d", words)] == [
        "1 new claim and 1 newest total moved.",
        *("18", "at least 12", "4 March 2025"),  # the total: now, before, since when
        *("18", "4 March 2025"),  # the claim: its number, and when it was printed
    ]
    listed = [item.text_content().strip() for item in main.xpath(".//li")]
    assert listed == ["How the reported numbers changed", "Coast guard"]
    for link in main.xpath(".//a"):
        target, _, place = link.get("href").partition("#")
        text = (path.parent / target).resolve().read_text("utf-8")
        assert not place or f'id="{place}"' in text
    [new] = {each.get("href") for each in main.xpath(".//a[text()='18']")}
    row = new.partition("#")[2]
    shown = lxml.html.fromstring((pages / "source-coast-guard.html").read_text("utf-8"))
    assert shown.xpath(f"//tr[@id='{row}']//mark/text()") == ["18"]


def test_an_edition_keeps_receipts_with_rows_and_digests(editions):
    """What each page rests on can be held against the ledger later."""
    folder = editions[0].figures("ferry") / "pages"
    path = folder / "editions" / "2025-03-05T00-00-00Z" / "edition.json"
    edition = json.loads(path.read_text("utf-8"))
    reads = edition["receipts"]["overview"]["reads"]
    assert reads
    assert all(read["digest"] and isinstance(read["rows"], int) for read in reads)
    assert edition["files"]["claims.csv"]["rows"] == 4
    assert (folder / "data" / "claims.csv").read_bytes().count(b"\r\n") == 5


def test_a_build_that_changes_nothing_makes_no_edition(editions):
    """Whatever was published stands, to the byte."""
    home, _ = editions
    pages = home.figures("ferry") / "pages"
    before = {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()}
    (home.figures("ferry") / "state.json").unlink()
    summary = pipeline.build(home, "ferry", now=datetime(2025, 3, 6, tzinfo=UTC))
    assert summary.changed == ()
    assert {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()} == before


def test_an_edition_that_a_killed_build_began_is_made_again(editions):
    """Only what was published counts."""
    home, _ = editions
    folder = home.figures("ferry") / "pages" / "editions"
    (folder / "2025-03-07T00-00-00Z").mkdir()
    (home.figures("ferry") / "state.json").unlink()
    pipeline.build(home, "ferry", now=datetime(2025, 3, 8, tzinfo=UTC))
    assert [path.name for path in sorted(folder.iterdir())][-1] == "2025-03-05T00-00-00Z"


def test_an_edition_that_cannot_be_read_stops_nothing(editions):
    """Its page stays as it is; the lists leave it out."""
    home, _ = editions
    pages = home.figures("ferry") / "pages"
    for name, text in (("2024-01-01T00-00-00Z", "{}"), ("2024-01-02T00-00-00Z", "[]")):
        (pages / "editions" / name).mkdir()
        (pages / "editions" / name / "edition.json").write_text(text, "utf-8")
    (home.figures("ferry") / "state.json").unlink()
    pipeline.build(home, "ferry", now=datetime(2025, 3, 8, tzinfo=UTC))
    assert "2024-01-0" not in (pages / "changes.html").read_text("utf-8")


def test_what_is_withheld_is_in_no_public_file(editions):
    """Not in a page, a table, a chart, the feed or an edition; the number still counts."""
    home, _ = editions
    pages = home.figures("ferry") / "pages"
    words = b"30 passengers were wounded"
    holding = [path for path in pages.rglob("*") if path.is_file() and words in _plain(path)]
    assert len(holding) >= 2
    (home.story("ferry") / "redactions.toml").write_text(
        "[[redactions]]\ncontains = 'passengers were wounded'\nreason = 'Asked for.'\n", "utf-8"
    )
    summary = pipeline.build(home, "ferry", now=datetime(2025, 3, 9, tzinfo=UTC))
    assert summary.changed[0].startswith("changed: No number changed")
    for path in pages.rglob("*"):
        assert path.is_dir() or words not in _plain(path), path
    assert b"Asked for." in (pages / "corrections.html").read_bytes()
    assert (pages / "data" / "claims.csv").read_bytes().count(b"\r\n") == 5


def _plain(path):
    return re.sub(rb"</?mark>", b"", path.read_bytes())
