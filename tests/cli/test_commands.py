"""The commands, as a user types them."""

import json
import re

import click
import pytest

from analysis.cli.commands import tallybook
from tests.calling import run_here
from tests.samples import make_home


@pytest.fixture
def home(root, tmp_path):
    """Return the folder of a home with an example story."""
    return make_home(tmp_path, root / "notebooks")


def call(*arguments, home=None):
    """Run `tallybook` and return its exit code and what it printed."""
    return run_here(home, *arguments)


def test_help_tells_of_every_command_and_the_exit_codes():
    """Each with help of its own, and an example in it."""
    code, shown, _ = call("--help")
    assert code == 0
    assert "Exit codes" in shown
    commands = re.findall(r"^  (\w+)  +\S", shown.partition("Commands:")[2], re.MULTILINE)
    assert {"build", "extract", "explain", "claims"} <= set(commands)
    for command in commands:
        if not command.isdigit():
            code, shown, _ = call(command, "--help")
            assert code == 0
            assert f"tallybook {command}" in shown


def test_every_command_stands_in_the_list_of_commands(root):
    """A command that nobody can find does not exist."""
    listed = (root / "COMMANDS.md").read_text("utf-8")
    for command in tallybook.list_commands(click.Context(tallybook)):
        assert f"`tallybook {command}" in listed


def test_extract_prints_json_lines(root):
    """One object a document, with the columns and the span."""
    documents = root / "notebooks/stories/north-korean-troops/documents"
    code, shown, _ = call("extract", documents / "seed-12.txt", "--format", "jsonl")
    assert code == 0
    [line] = shown.splitlines()
    first, second = json.loads(line)["figures"]
    assert (first["category"], first["low"], first["high"], first["span"]) == (
        "killed",
        300,
        None,
        [9, 12],
    )
    assert (second["category"], second["low"]) == ("wounded", 2700)


def test_extract_takes_json_lines_and_goes_on_after_a_bad_one(tmp_path):
    """The bad line is named, and the exit code says that something was refused."""
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"id": "a", "text": "Two people died."}\nnonsense\n{"id": "c", "text": "None."}\n'
    )
    code, shown, said = call("extract", path, "--format", "jsonl")
    assert code == 3
    assert [json.loads(line)["id"] for line in shown.splitlines()] == ["a", "c"]
    assert "in.jsonl line 2" in said


def test_explain_names_the_rule():
    """For the person who disputes a figure."""
    code, shown, _ = call("explain", "At least 12 people were killed, police said.")
    assert code == 0
    assert "rule “passive”" in shown


def test_build_then_claims(home):
    """Read, published, listed, exported."""
    code, shown, said = call("build", "ferry", home=home)
    assert code == 0, said
    assert "3 reports ran" in shown
    code, shown, _ = call("claims", "ferry", "--category", "killed", home=home)
    assert "at least 12" in shown
    assert shown.endswith("2 claims\n")
    assert "nan" not in shown
    for name in ("Coast guard", "the Coastguard"):  # by an alias, as the texts have it
        _, shown, _ = call("claims", "ferry", "--source", name, home=home)
        assert shown.endswith("1 claim\n")
    _, shown, _ = call("claims", "ferry", "--format", "csv", home=home)
    assert shown.splitlines()[0].startswith('"claim_id","document_id","category"')
    _, shown, _ = call("build", "ferry", "--json", home=home)
    assert json.loads(shown)["kept"] == 3


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("build", "fery"), 2, "did you mean 'ferry'"),
        (("build", "ferry", "-p", "sourc=x"), 2, "did you mean 'source'"),
        (("build", "ferry", "--until", "soon"), 2, "is not a date"),
        (("claims", "ferry", "--since", "13/01/2025"), 2, "is not a date"),
        (("bild",), 2, "No such command"),
        (("claims", "ferry", "--source", "Nobody"), 2, "no claim has the source"),
        (("extract", "no-such-file.txt"), 3, "No such file"),
    ],
)
def test_a_wrong_argument_is_one_clear_line(home, arguments, code, said):
    """What is wrong, and what would be right."""
    found, _, shown = call(*arguments, home=home)
    assert found == code
    assert said in shown
