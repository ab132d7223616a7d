"""The whole of it, on a story of two documents: real kernels, real pages."""

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from analysis import pipeline
from analysis.errors import BadCorrection, BadStory, BadUsage, Locked
from analysis.home import Home
from tests.samples import make_home

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """Return a home whose story was built once."""
    home = Home(make_home(tmp_path_factory.mktemp("home"), root / "notebooks"))
    return home, build(home)


def build(home, **more):
    """Build the example story."""
    return pipeline.build(home, "ferry", now=NOON, **more)


def page(home, name):
    """Return a page as text without markup."""
    text = (home.figures("ferry") / "pages" / f"{name}.html").read_text("utf-8")
    return re.sub(r"<[^>]*>", "", text)


def everything(folder):
    """Return name, bytes and time of every file."""
    return {
        path: (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def drop(home, name, text):
    """Put a file into the inbox; return its path."""
    path = home.story("ferry") / "documents" / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_every_number_of_the_documents_is_on_a_page_with_its_sentence(built):
    """From text to page, with source and outlet."""
    home, summary = built
    assert summary.exit_code == 0
    assert summary.added == {"documents": 2, "readings": 2, "claims": 3}
    assert [key for key, _ in summary.ran] == [
        "overview",
        "source-coast-guard",
        "source-port-hospital",
    ]
    assert "At least 12 people were killed, the coastguard said." in page(
        home, "source-coast-guard"
    )
    raw = (home.figures("ferry") / "pages" / "source-coast-guard.html").read_text("utf-8")
    assert "<mark>12</mark>" in raw
    assert "https://news.example/1" in raw
    assert "15" in page(home, "source-port-hospital")


def test_nothing_new_touches_no_file(built):
    """Not the ledger, not the lock, not the time of a page; and no kernel starts."""
    home, _ = built
    build(home)
    before = everything(home.root)
    summary = build(home)
    assert summary.ran == ()
    assert summary.kept == 3
    assert everything(home.root) == before


def test_one_new_text_runs_only_what_it_changes(root, tmp_path):
    """The overview and the page of its source, and no other."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    build(home)
    before = everything(home.figures("ferry") / "pages")
    drop(
        home,
        "third.txt",
        "---\npublished: 2025-03-05\n---\nThe coastguard said that 81 people had died.",
    )
    summary = build(home)
    assert [key for key, _ in summary.ran] == ["overview", "source-coast-guard"]
    assert "81" in page(home, "source-coast-guard")
    after = everything(home.figures("ferry") / "pages")
    other = home.figures("ferry") / "pages" / "source-port-hospital.html"
    assert before[other] == after[other]


def test_a_bad_file_is_refused_by_name_and_the_rest_goes_on(root, tmp_path):
    """Also by the builds that follow, until it is mended."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview", "source")))
    bad = drop(home, "picture.txt", b"\x89PNG\x00\x01\x02" * 99)
    for _ in range(2):
        summary = build(home)
        assert summary.exit_code == 3
        [refusal] = summary.refused
        assert "documents/picture.txt" in str(refusal)
        assert "binary" in str(refusal)
    assert "picture.txt" in page(home, "index")
    bad.unlink()
    assert build(home).exit_code == 0
    assert "picture.txt" not in page(home, "index")


def test_a_report_that_fails_keeps_its_last_good_page(root, tmp_path):
    """The first page says so, the build says why, and the next one tries again."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    build(home)
    good = (home.figures("ferry") / "pages" / "overview.html").read_bytes()
    path = home.notebooks / "overview.ipynb"
    sound = path.read_text("utf-8")
    path.write_text(sound.replace("book.finding()", "book.no_such_thing()"), "utf-8")
    for _ in range(2):
        summary = build(home)
        assert summary.exit_code == 3
        assert "no_such_thing" in summary.failed[0]
        assert (home.figures("ferry") / "pages" / "overview.html").read_bytes() == good
    assert "no_such_thing" in page(home, "index")
    path.write_text(sound, "utf-8")
    assert build(home).exit_code == 0


def test_a_wrong_parameter_stops_before_anything_is_read(root, tmp_path):
    """With the right name in the message."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    with pytest.raises(BadUsage, match="did you mean 'source'"):
        build(home, given=("sourse=Coast guard",))
    with pytest.raises(BadUsage, match="2025-02-30"):
        build(home, until="2025-02-30")
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8") + '[reports.parameters]\nsorce = "x"\n', "utf-8")
    with pytest.raises(BadStory, match="sorce"):
        build(home)


def test_a_story_as_of_a_day_has_a_folder_of_its_own(built):
    """The public pages stay as they are."""
    home, _ = built
    before = everything(home.figures("ferry") / "pages")
    summary = build(home, until="2025-03-01")
    assert "until-2025-03-01" in str(summary.page)
    assert summary.page.is_file()
    assert [key for key, _ in summary.ran] == ["overview", "source-coast-guard"]
    assert everything(home.figures("ferry") / "pages") == before


def test_a_dry_run_says_what_would_run_and_writes_nothing(root, tmp_path):
    """Neither ledger nor page."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    summary = build(home, dry_run=True)
    assert [key for key, _ in summary.ran] == [
        "overview",
        "source-coast-guard",
        "source-port-hospital",
    ]
    assert summary.dry
    assert not home.figures("ferry").exists()


def test_reasons_say_what_is_new_in_a_dry_run_and_in_the_build_that_follows(root, tmp_path):
    """By source, in the same words; the dry run starts no kernel and touches nothing."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    assert {why for _, why in build(home).ran} == {"never run"}
    drop(
        home,
        "third.txt",
        "---\npublished: 2025-03-05\n---\nThe coastguard said that 81 people had died.",
    )
    before = everything(home.root)
    planned = build(home, dry_run=True)
    assert everything(home.root) == before
    expected = "source=Coast guard: 1 new claim"
    assert planned.ran == (("overview", expected), ("source-coast-guard", expected))
    assert "  would run overview: source=Coast guard: 1 new claim" in planned.lines()
    done = build(home)
    assert done.ran == planned.ran
    assert "  ran overview: source=Coast guard: 1 new claim" in done.lines()


def test_each_report_is_told_with_its_reason_its_seconds_and_its_end(root, tmp_path):
    """What ran, what failed and what was up to date, with names and what is left while it runs."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    said = []
    build(home, progress=lambda *step: said.append(step))
    told = [(done, *more) for stage, done, _, *more in said if stage == "running notebooks"]
    assert told[0] == (0, "")  # nobody knows yet
    assert re.fullmatch(r"\S+ took [\d.]+ s, about [\d.]+ s left", told[1][1])
    assert re.fullmatch(r"\S+ took [\d.]+ s", told[3][1])
    drop(
        home,
        "third.txt",
        "---\npublished: 2025-03-05\n---\nThe coastguard said that 81 people had died.",
    )
    path = home.notebooks / "overview.ipynb"
    path.write_text(path.read_text("utf-8").replace("book.finding()", "book.no_such()"), "utf-8")
    said.clear()
    shown = build(home, progress=lambda *step: said.append(step)).as_json()
    assert re.fullmatch(r"about [\d.]+ s left", said[-3][3])
    reports = {report["key"]: report for report in shown["reports"]}
    assert [r["result"] for r in shown["reports"]] == ["failed", "ran", "up_to_date"]
    overview, coastguard, hospital = reports.values()
    assert overview["reason"] == "code changed"
    assert "no_such" in overview["fault"]
    assert coastguard["title"] == "Coast guard"
    assert coastguard["reason"] == "source=Coast guard: 1 new claim"
    assert coastguard["page"] == str(home.figures("ferry") / "pages" / "source-coast-guard.html")
    assert hospital["reason"] is hospital["seconds"] is None
    took = [overview["seconds"], coastguard["seconds"]]
    assert 0 < max(took) < shown["seconds"] < sum(took) + 60


def test_a_build_with_nothing_new_lists_its_reports_too(built):
    """As a machine reads them."""
    home, _ = built
    build(home)
    shown = build(home).as_json()
    assert shown["ran"] == ()
    assert {report["result"] for report in shown["reports"]} == {"up_to_date"}
    assert [report["title"] for report in shown["reports"]][1:] == ["Coast guard", "Port hospital"]
    assert all(Path(report["page"]).is_file() for report in shown["reports"])


def test_reasons_tell_a_correction_a_rejection_and_a_withdrawn_text(root, tmp_path):
    """Three things that make a number move, in three words."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    build(home)
    from analysis.book import open_book

    claims = open_book(home, "ferry").claims("Port hospital").set_index("category")["claim_id"]
    entry = (
        '[[corrections]]\nclaim_id = "{}"\ndecision = "{}"\nreason = "Misheard."\n'
        'by = "A. Editor"\ndate = 2025-03-09\nexpect = {{ low = {} }}\n{}\n'
    )
    (home.story("ferry") / "corrections.toml").write_text(
        entry.format(claims["wounded"], "reject", 30, "")
        + entry.format(claims["killed"], "set", 15, "set = { low = 16, high = 16 }"),
        "utf-8",
    )
    (home.story("ferry") / "documents" / "first.txt").unlink()
    reasons = dict(build(home, dry_run=True).ran)
    hospital = "source=Port hospital: 1 corrected claim, 1 rejected claim"
    assert reasons["source-port-hospital"] == hospital
    assert reasons["overview"] == f"{hospital}; source=Coast guard: 1 claim gone"


def test_a_report_as_of_a_day_of_its_own_is_up_to_date_too(root, tmp_path):
    """It is asked again as of that day."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    story = home.story("ferry") / "story.toml"
    first, second = story.read_text("utf-8").split('notebook = "overview"\n')
    story.write_text(
        f'{first}notebook = "overview"\nparameters = {{ until = "2025-03-01" }}\n{second}', "utf-8"
    )
    build(home)
    assert build(home, dry_run=True).ran == ()


def test_two_builds_at_once(built):
    """One works, the other is told."""
    home, _ = built
    with FileLock(home.figures("ferry") / ".lock"), pytest.raises(Locked, match="another run"):
        build(home, everything=True)


def test_a_correction_changes_the_page_and_stands_on_it(root, tmp_path):
    """And one that no longer fits stops the build."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    build(home)
    raw = (home.figures("ferry") / "pages" / "source-coast-guard.html").read_text("utf-8")
    claim = re.search(r'id="claim-([0-9a-f]+)"', raw)[1]
    entry = (
        f'[[corrections]]\nclaim_id = "{claim}"\ndecision = "set"\nreason = "Misheard."\nby = "A. Editor"\n'
        "date = 2025-03-09\nexpect = { low = %d }\nset = { low = 21 }\n"
    )
    path = home.story("ferry") / "corrections.toml"
    path.write_text(entry % 12, "utf-8")
    build(home)
    assert "at least 21" in page(home, "source-coast-guard")
    assert "Misheard." in page(home, "source-coast-guard")
    path.write_text(entry % 13, "utf-8")
    with pytest.raises(BadCorrection, match="decision was made for 13"):
        build(home)
    assert "at least 21" in page(home, "source-coast-guard")


def test_a_changed_or_removed_text_counts_no_more(root, tmp_path):
    """The ledger keeps the old one; the pages show the new one, and what is back counts again."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    build(home)
    first = (home.story("ferry") / "documents" / "first.txt").read_text("utf-8")
    drop(home, "first.txt", first.replace("12 people", "13 people"))
    summary = build(home)
    assert summary.withdrawn == ("documents/first.txt",)
    assert "at least 13" in page(home, "source-coast-guard")
    assert "at least 12" not in page(home, "source-coast-guard")
    drop(home, "first.txt", first)
    build(home)
    assert "at least 12" in page(home, "source-coast-guard")
    (home.story("ferry") / "documents" / "first.txt").unlink()
    build(home)
    assert "source-coast-guard.html" not in [p.name for p in summary.page.parent.glob("*.html")]


def test_a_text_that_cannot_be_read_any_more_is_not_withdrawn(root, tmp_path):
    """A copy that was cut off takes nothing away."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    build(home)
    drop(home, "first.txt", b"\x00\x01" * 99)
    summary = build(home)
    assert summary.withdrawn == ()
    assert "at least 12" in page(home, "source-coast-guard")


def test_an_accepted_claim_counts(root, tmp_path):
    """Who the people are was for a person to say."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    drop(
        home,
        "third.txt",
        "---\npublished: 2025-03-05\n---\nThe coastguard said that 81 divers had died.",
    )
    assert build(home).to_review == 1
    assert "1 number waits for a person to decide" in page(home, "index")
    from analysis.book import open_book

    [claim] = open_book(home, "ferry").to_review()["id"]
    (home.story("ferry") / "corrections.toml").write_text(
        f'[[corrections]]\nclaim_id = "{claim}"\ndecision = "accept"\nreason = "Passengers."\n'
        'by = "A. Editor"\ndate = 2025-03-09\nexpect = { low = 81 }\n',
        "utf-8",
    )
    assert build(home).to_review == 0
    assert "81" in page(home, "source-coast-guard")
    assert "for a person to decide" not in page(home, "index")


def test_changed_prose_renders_without_a_run(root, tmp_path):
    """Words are no numbers."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview", "source")))
    build(home)
    path = home.notebooks / "overview.ipynb"
    path.write_text(
        path.read_text("utf-8").replace("What do the sources say?", "Who says what?"), "utf-8"
    )
    summary = build(home)
    assert summary.ran == ()
    assert "Who says what?" in page(home, "overview")


def test_a_killed_run_leaves_nothing_that_counts(root, tmp_path):
    """Work that was cut off is cleared; the ledger is whole or was never written."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    pid = os.fork()
    if pid == 0:
        os.setsid()
        try:
            build(home)
        finally:
            os._exit(0)
    work = home.figures("ferry") / "runs" / ".work" / "overview"
    while not work.is_dir():
        assert os.waitpid(pid, os.WNOHANG) == (0, 0)
    os.killpg(pid, 9)
    os.waitpid(pid, 0)
    summary = build(home)
    assert summary.exit_code == 0
    assert not (home.figures("ferry") / "runs" / ".work").exists()
    assert json.loads((home.figures("ferry") / "runs" / "overview" / "record.json").read_text())
    assert Path(summary.page).is_file()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('title = "Ferry sinking', 'title = "Sinking', "1 changed fact of the story"),
        ('credit = "Example', 'credit = "Other', "1 changed fact of the story"),
        ('kind = "government"', 'kind = "government"\nbelligerent = true', "1 changed source of the story"),
        ("[[reports]]", '[[sources]]\nname = "Navy"\nkind = "government"\n[[reports]]', "1 new source of the story"),
    ],
)  # fmt: skip
def test_what_the_story_file_says_is_read_too(root, tmp_path, old, new, reason):
    """Charts bear its title and credit, tables its sources: pages are those of a build of all."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview", "method")))
    toml = home.story("ferry") / "story.toml"
    head = toml.read_text("utf-8").partition("[[reports]]")[0]
    toml.write_text(
        f'{head}[[reports]]\nnotebook = "overview"\n[[reports]]\nnotebook = "method"\n', "utf-8"
    )
    build(home)
    toml.write_text(toml.read_text("utf-8").replace(old, new, 1), "utf-8")
    reasons = dict(build(home).ran)
    assert any(reason in said for said in reasons.values()), reasons
    pages = home.figures("ferry") / "pages"

    def told():
        return {
            name: (pages / name)
            .read_text("utf-8")
            .partition("</header>")[2]
            .partition("</main>")[0]
            for name in ("overview.html", "method.html")
        }

    before = told()
    build(home, everything=True)
    assert told() == before
