"""Decisions from the command line: one claim, its fields, or many at once after a preview."""

import tomllib

import pytest
from click.testing import CliRunner

from analysis import pipeline
from analysis.cli.commands import tallybook
from analysis.errors import BadUsage
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
    return [line.split()[0] for line in shown.splitlines() if "  killed  " in line]


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


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--reject-all",), "which claims"),
        (("--source", "Coast guard"), "for --reject-all"),
        (("--set", "low=1"), "go together"),
        (("--change", "x", "--set", "low", *SIGNED), "sets nothing"),
        (("--change", "x", "--set", "low=many", *SIGNED), "not a number"),
        (("--change", "x", "--set", "colour=red", *SIGNED), "no field that can be set"),
        (("--change", "x", "--set", "low=1", *SIGNED), "no claim has the id"),
        (("--reject-all", "--source", "Coast guard", "--yes"), "--reason and --by"),
    ],
)
def test_a_wrong_decision_writes_nothing(home, arguments, said):
    """And says what would be right."""
    with pytest.raises(BadUsage, match=said):
        review(*arguments)
    assert text(home) == COMMENT
