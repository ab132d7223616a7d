"""Decisions from the command line: one claim, its fields, or many at once after a preview."""

import tomllib

import pytest
from click.testing import CliRunner

from analysis import pipeline
from analysis.cli.commands import tallybook
from analysis.errors import BadCorrection, BadUsage
from analysis.home import Home
from tests.pipeline.test_two_clocks import MORNING
from tests.samples import make_home

SIGNED = ("--reason", "It counts two groups.", "--by", "A. Editor")
COMMENT = "# a person's remark\n"


@pytest.fixture
def home(root, tmp_path, monkeypatch):
    """Return a home whose documents were read, and a file of corrections with a remark in it."""
    made = Home(make_home(tmp_path, root / "notebooks"))
    pipeline.read_once(made, "ferry", MORNING)
    (made.story("ferry") / "corrections.toml").write_text(COMMENT, "utf-8")
    monkeypatch.setenv("TALLYBOOK_HOME", str(tmp_path))
    return made


def review(*arguments):
    """Run `tallybook review` and return what it printed; a fault is raised."""
    done = CliRunner().invoke(tallybook, ["review", "ferry", *arguments], standalone_mode=False)
    if done.exception:
        raise done.exception
    return done.output


def ids():
    """Return the ids of the coast guard's claims as the preview shows them."""
    shown = review("--reject-all", "--source", "Coast guard")
    return [line.split()[0] for line in shown.splitlines() if " killed  " in line]


def text(home):
    """Return the file of corrections."""
    return (home.story("ferry") / "corrections.toml").read_text("utf-8")


def test_many_are_shown_before_they_are_rejected(home):
    """Without --yes nothing is written."""
    shown = review("--reject-all", "--source", "Port hospital", *SIGNED)
    assert "2 claims would be rejected" in shown
    assert "had died" in shown
    assert text(home) == COMMENT
    review("--reject-all", "--source", "Port hospital", "--yes", *SIGNED)
    entries = tomllib.loads(text(home))["corrections"]
    assert [entry["decision"] for entry in entries] == ["reject", "reject"]
    assert text(home).startswith(COMMENT)


def test_fields_are_set_and_the_entry_says_what_it_expected(home):
    """The decision ends where the claim no longer reads so."""
    [claim] = ids()
    review("--change", claim, "--set", "low=10", "--set", "qualifier=about", *SIGNED)
    [entry] = tomllib.loads(text(home))["corrections"]
    assert entry["set"] == {"low": 10, "qualifier": "about"}
    assert entry["expect"]["low"] == 12
    assert (entry["reason"], entry["by"]) == (SIGNED[1], SIGNED[3])


def test_an_alias_names_the_source_of_all_claims_with_its_words(home):
    """Those of later texts too; who took it for the same, and why, is published."""
    add = home.story("ferry") / "documents" / "third.txt"
    add.write_text(
        "---\npublished: 2025-03-03\n---\nRescue crews said 20 passengers were killed.\n"
    )
    pipeline.build(home, "ferry", now=MORNING)
    assert "the source is not in the story file" in review()
    review("--alias", "the rescue CREWS=Coast guard", *SIGNED)
    [entry] = tomllib.loads(text(home))["aliases"]
    assert (entry["words"], entry["source"], entry["by"]) == (
        "the rescue CREWS",
        "Coast guard",
        SIGNED[3],
    )
    assert "the source is not in the story file" not in review()
    assert len(ids()) == 2
    pipeline.build(home, "ferry", now=MORNING)
    page = (home.figures("ferry") / "pages" / "corrections.html").read_text("utf-8")
    assert "the rescue CREWS: Coast guard" in page
    with pytest.raises(BadUsage, match="has an alias for 'Rescue crews' already"):
        review("--alias", "Rescue crews=Port hospital", *SIGNED)
    story = (home.story("ferry") / "story.toml").read_text()
    (home.story("ferry") / "story.toml").write_text(story.replace("Coast guard", "Harbour office"))
    with pytest.raises(BadCorrection, match="the story has no source 'Coast guard'"):
        review()


def test_many_that_wait_are_accepted_at_once_after_a_preview(home):
    """Those alone that wait, of the source or category that is named."""
    add = home.story("ferry") / "documents" / "third.txt"
    add.write_text(
        "---\npublished: 2025-03-03\n---\nThe mayor said 20 passengers were killed.\n\n"
        "The mayor said 30 passengers were wounded.\n"
    )
    pipeline.build(home, "ferry", now=MORNING)
    assert "2 to decide" in review()
    shown = review("--accept-all", "--category", "killed")
    assert "1 claim would be accepted" in shown
    assert tomllib.loads(text(home)) == {}
    review("--accept-all", "--category", "killed", "--yes", *SIGNED)
    [entry] = tomllib.loads(text(home))["corrections"]
    assert entry["decision"] == "accept"
    assert "1 to decide" in review()


def test_a_claim_without_a_day_and_copies_that_differ_wait_for_a_decision(home):
    """Each with its reason, until someone accepted or changed it."""
    folder = home.story("ferry") / "documents"
    more = " ".join(
        f"On the quay stood people number {n} and waited for news of it." for n in range(9)
    )
    for name, number in (("wire", 41), ("paper", 14)):
        head = f"---\npublished: 2025-03-04\nurl: https://{name}.example/1\n---\n"
        told = f"Port hospital said {number} passengers had died. {more}\n"
        (folder / f"{name}.txt").write_text(head + told)
    (folder / "undated.txt").write_text("Port hospital said 50 passengers had died.\n")
    pipeline.build(home, "ferry", now=MORNING)
    shown = review()
    assert "a copy of its text says otherwise: 41" in shown
    assert "a copy of its text says otherwise: 14" in shown
    [line] = [line for line in shown.splitlines() if "neither the page nor its sentence" in line]
    review("--change", line.split()[0], "--set", "as_of=2025-03-02", *SIGNED)
    assert "neither the page nor its sentence" not in review()
    review(
        "--accept", next(x for x in shown.splitlines() if "otherwise: 14" in x).split()[0], *SIGNED
    )
    assert "otherwise: 14" not in review()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--accept-all",), "which claims"),
        (("--accept-all", "--reject-all", "--source", "x"), "two decisions"),
        (("--alias", "rescuers", *SIGNED), "must be WORDS=SOURCE"),
        (("--alias", "rescuers=Nobody", *SIGNED), "must be WORDS=SOURCE"),
        (("--alias", "rescuers=Coast guard"), "--reason and --by"),
        (("--reject-all",), "which claims"),
        (("--source", "Coast guard"), "for --reject-all"),
        (("--set", "low=1"), "go together"),
        (("--change", "x", "--set", "low", *SIGNED), "sets nothing"),
        (("--change", "x", "--set", "low=many", *SIGNED), "not a number"),
        (("--change", "x", "--set", "colour=red", *SIGNED), "no field that can be set"),
        (("--change", "x", "--set", "low=1", *SIGNED), "no claim of the story .ferry. has the id"),
        (("--reject-all", "--source", "Coast guard", "--yes"), "--reason and --by"),
    ],
)
def test_a_wrong_decision_writes_nothing(home, arguments, said):
    """And says what would be right."""
    with pytest.raises(BadUsage, match=said):
        review(*arguments)
    assert text(home) == COMMENT


def test_what_a_change_does_is_published_and_an_impossible_one_is_never_written(home):
    """What would stop every command is refused before it stands in the file."""
    [claim] = ids()
    with pytest.raises(BadUsage, match="the bounds would be 40 to 31; nothing was written"):
        review("--change", claim, "--set", "low=40", "--set", "high=31", *SIGNED)
    assert text(home) == COMMENT
    review("--change", claim, "--set", "low=13", *SIGNED)
    [entry] = tomllib.loads(text(home))["corrections"]
    assert entry["set"] == {"low": 13}  # "at least 12" has no other end
    pipeline.build(home, "ferry", now=MORNING)
    page = (home.figures("ferry") / "pages" / "corrections.html").read_text("utf-8")
    assert "low: 12 to 13" in page


def test_an_article_that_changed_names_the_new_id_and_locks_nobody_out(home):
    """The build stops; what waits and what counts can be looked at all the same."""
    [claim] = ids()
    review("--reject", claim, *SIGNED)
    first = home.story("ferry") / "documents" / "first.txt"
    first.write_text(first.read_text() + "The weather was calm.\n")
    with pytest.raises(BadCorrection, match="the same number stands in") as stopped:
        pipeline.build(home, "ferry", now=MORNING)
    [renewed] = ids()
    assert renewed != claim
    assert renewed in str(stopped.value)
