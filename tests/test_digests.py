"""A plan asks again what notebooks asked: equal answers have equal content ids on both ways."""

import json
import shutil
from datetime import UTC, datetime

import pytest

from analysis.book import open_book
from analysis.errors import BadUsage
from analysis.home import Home
from analysis.pipeline import read_once

STORY = "north-korean-troops"


@pytest.fixture(scope="module")
def home(root, tmp_path_factory):
    """Return a home in which the documents of the shipped story are read."""
    folder = tmp_path_factory.mktemp("digests")
    shutil.copytree(root / "notebooks", folder / "notebooks")
    home = Home(folder)
    read_once(home, STORY, datetime.now(UTC))
    return home


def test_a_plan_finds_the_ids_that_notebooks_recorded(home, tmp_path, monkeypatch):
    """For every question that has a source or a category, all sources and categories."""
    reads = tmp_path / "reads.jsonl"
    monkeypatch.setenv("TALLYBOOK_READS", str(reads))
    asking = open_book(home, STORY)
    chosen = (asking.claims, asking.series, asking.falls, asking.undated)
    sources = [None, *sorted(set(asking.claims()["source"].dropna()))]
    for question in chosen:
        for source in sources:
            for category in (None, *asking.story.categories):
                question(source=source, category=category)
    for category in asking.story.categories:
        asking.comparison(category)
        asking.printings(category)
    asking.sums()
    asking.documents()
    asking.corrections()
    asking.to_review()
    asking.pages()
    asking.evidence()
    recorded = [json.loads(line) for line in reads.read_text().splitlines()]
    assert len(recorded) > len(chosen) * len(sources) * len(asking.story.categories)
    assert len({entry["digest"] for entry in recorded}) > len(sources)  # they are not all empty
    monkeypatch.delenv("TALLYBOOK_READS")
    planning = open_book(home, STORY)
    for entry in recorded:
        assert planning.ask(entry["selection"]) == (entry["digest"], entry["rows"])


@pytest.mark.parametrize(
    "selection",
    [
        {"what": "series", "source": "Nobody"},
        {"what": "claims", "source": "Nobody"},
        {"what": "series", "category": "drowned"},
    ],
)
def test_a_question_that_cannot_be_answered_any_more_says_so(home, selection):
    """So that the report runs, and says it better."""
    with pytest.raises(BadUsage):
        open_book(home, STORY).ask(selection)


def test_a_source_whose_numbers_never_fell_has_no_falls(home):
    """It is asked all the same, and is no mistake."""
    assert open_book(home, STORY).ask({"what": "falls", "source": "Nobody"})[1] == 0
