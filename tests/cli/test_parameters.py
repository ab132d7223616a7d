"""What is set from outside, names, values and places, is checked before anything is read or run."""

import json

import pytest
from click.testing import CliRunner

from analysis.cli.commands import tallybook
from tests.samples import make_home

MARK = "was-executed"
CODE = f"x\nimport os\nos.mkdir('{MARK}')"


@pytest.fixture
def home(root, tmp_path, monkeypatch):
    """Return a home with the story `ferry`, in a folder inside the test's own."""
    home = make_home(tmp_path / "home", root / "notebooks")
    monkeypatch.chdir(home)
    return home


def refused(home, *words, written=False):
    """Build, which has to end with exit code 2; return the message. Nothing may be left."""
    before = sorted(home.parent.rglob("*"))
    done = CliRunner(env={"TALLYBOOK_HOME": str(home)}).invoke(
        tallybook, ("build", *words), standalone_mode=False
    )
    assert done.exception.exit_code == 2
    assert done.stdout == ""
    assert written or sorted(home.parent.rglob("*")) == before
    assert not list(home.rglob("runs"))
    return str(done.exception)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sourse=Coast guard", "did you mean 'source'"),
        ("Source=Coast guard", "did you mean 'source'"),
        ("story=other", "the story is an argument"),
        ("until=tomorrow", "is not a date"),
    ],
)
def test_an_unknown_parameter_or_value_is_refused_with_the_nearest(home, given, said):
    """What a mere warning lets through shows the wrong numbers."""
    assert said in refused(home, "ferry", "-p", given)


def test_a_source_that_has_no_page_is_refused_before_a_kernel_starts(home):
    """Which ones there are, is known once the documents are read."""
    said = refused(home, "ferry", "-p", "source=Coast gard", written=True)
    assert "the source 'Coast gard'; did you mean 'Coast guard'? there are: Coast guard, Po" in said


@pytest.mark.parametrize(
    "name", [CODE, "source.x", "source.__class__", "a b", "a;b", "", "lambda("]
)
def test_a_parameter_name_is_never_code(home, name):
    """A newline or a dot in it: refused, and nothing of it is executed."""
    assert "is not NAME=VALUE" in refused(home, "ferry", "-p", f"{name}=1")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"{json.dumps(CODE)} = 1", "there is no parameter"),
        ('"source.x" = "a"', "there is no parameter 'source.x'"),
        ("until.x = 1", "until"),
        ("until = 2025-01-31", "until"),
        ("until = nan", "not a text"),
        ("until = ['2025-01-31']", "until"),
        ("until = no", "not TOML"),
        ("until = 012", "not TOML"),
        ("until = !!python/name:os.system", "not TOML"),
        ("until = true", "True, not a text"),
    ],
)
def test_what_the_story_file_sets_is_taken_as_it_stands(home, line, said):
    """No date, truth, object or nested value is read into a text; each is refused by its place."""
    story = home / "notebooks" / "stories" / "ferry" / "story.toml"
    text = story.read_text("utf-8").replace(
        'notebook = "overview"\n', f'notebook = "overview"\n[reports.parameters]\n{line}\n'
    )
    story.write_text(text, "utf-8")
    line = refused(home, "ferry")
    assert "story.toml" in line
    assert said in line


@pytest.mark.parametrize(
    "name",
    ["../overview", "/etc/hosts", "{story}", "a/b", "overview.ipynb", "", ".", "index", "data"],
)
def test_a_report_is_named_by_a_notebook_and_by_no_place(home, name):
    """Neither above its folder, nor by a pattern, nor in the place of a page that is ours."""
    story = home / "notebooks" / "stories" / "ferry" / "story.toml"
    for taken in ("index", "data"):
        (home / "notebooks" / f"{taken}.ipynb").write_bytes(
            (home / "notebooks" / "overview.ipynb").read_bytes()
        )
    story.write_text(story.read_text("utf-8").replace('"overview"', f'"{name}"'), "utf-8")
    assert "story.toml" in refused(home, "ferry")


@pytest.mark.parametrize("slug", ["../ferry", "{story}", "/etc", "ferry/", "."])
def test_a_story_is_named_by_its_folder_and_by_no_place(home, slug):
    """Whatever is written goes below the folder of that name."""
    assert "there is no story" in refused(home, slug)
