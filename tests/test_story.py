"""story.toml: what is refused, and how names and victims are resolved."""

import pytest

from analysis.errors import BadStory, BadUsage
from analysis.story import find_story, read_story
from tests.samples import STORY


def story(tmp_path, text=STORY):
    """Return the story of a text."""
    folder = tmp_path / "ferry"
    folder.mkdir(exist_ok=True)
    (folder / "story.toml").write_text(text, "utf-8")
    return read_story(folder)


def test_a_source_is_found_by_its_aliases(tmp_path):
    """Case, quotation marks and the article make no difference, and nothing else is guessed."""
    found = story(tmp_path)
    assert found.resolve("The Coastguard").name == "Coast guard"
    assert found.resolve("the coast  guard").name == "Coast guard"
    assert found.resolve("coast guard officials") is None


@pytest.mark.parametrize(
    ("victims", "counts"),
    [
        ("passengers", True),
        ("elderly passengers", True),
        ("crew", False),
        ("crew and passengers", None),
        ("divers", None),
        (None, None),
    ],
)
def test_whom_the_story_counts(tmp_path, victims, counts):
    """Ours, somebody else, or not said: mixed groups are a person's to decide."""
    assert story(tmp_path).counts(victims) is counts


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (('kind = "government"', 'kind = "goverment"'), "did you mean 'government'"),
        (("title =", "titel ="), "did you mean 'title'"),
        (('aliases = ["the coastguard"]', 'alias = ["x"]'), "did you mean 'aliases'"),
        (('aliases = ["the coastguard"]', 'aliases = ["Port hospital"]'), "stands for two sources"),
        (('notebook = "overview"', 'notebook = "../overview"'), "reports.1.notebook"),
        (('categories = ["killed"', 'categories = ["kiled"'), "did you mean 'killed'"),
        (('title = "', "title = "), "it is not TOML"),
        (("[victims]", "[limits]\ncell_second = 5\n[victims]"), "did you mean 'cell_seconds'"),
        (("[victims]", "[limits]\ncell_seconds = 0\n[victims]"), "limits.cell_seconds"),
        (("[victims]", '[limits]\nmemory_mb = "4 GB"\n[victims]'), "limits.memory_mb"),
    ],
)
def test_a_fault_names_its_place_and_the_nearest_name(tmp_path, change, message):
    """A user mends the file without reading the code."""
    with pytest.raises(BadStory, match=r"story\.toml") as fault:
        story(tmp_path, STORY.replace(*change, 1))
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize(
    ("for_each", "message"),
    [
        ('"sorce"', "'sorce' is none of source, category; did you mean 'source'"),
        ("3", "write for_each"),
        ("{}", "write for_each"),
        ("{ category = 'killed' }", "'category' needs a list of values"),
        ("{ category = [] }", "'category' needs a list of values"),
        ("{ category = ['killed', 'killed'] }", "holds 'killed' twice"),
        ("{ category = ['kiled'] }", "category 'kiled' .*did you mean 'killed'"),
        ("{ source = ['Coastguard'] }", "source 'Coastguard' .*did you mean 'Coast guard'"),
    ],
)
def test_a_for_each_that_cannot_be_is_refused(tmp_path, for_each, message):
    """With the nearest name, before anything is read."""
    text = STORY.replace('for_each = "source"', f"for_each = {for_each}")
    with pytest.raises(BadStory, match=message):
        story(tmp_path, text)


def test_a_story_that_does_not_exist_names_those_that_do(tmp_path):
    """A path is no name."""
    story(tmp_path)
    assert find_story("ferry", tmp_path).name == "ferry"
    for name in ("fery", "../ferry", "", "ferry/"):
        with pytest.raises(BadUsage, match="ferry"):
            find_story(name, tmp_path)
