"""One notebook for each source, each category, and each combination of values."""

from datetime import UTC, datetime

import pytest

from analysis import pipeline
from analysis.errors import BadStory, BadUsage
from analysis.home import Home
from tests.samples import make_home

NOON = datetime(2025, 3, 10, 12, tzinfo=UTC)
HEAD = """{
 "cells": [{"cell_type": "code", "id": "c1", "metadata": {"tags": ["parameters"]}, "outputs": [],
   "execution_count": null, "source": "story: str = \\"ferry\\"  # the story\\nsource: str = \\"\\"  # whose\\ncategory: str = \\"killed\\"  # what"},
  {"cell_type": "code", "id": "c2", "metadata": {}, "outputs": [], "execution_count": null,
   "source": "import analysis\\n\\nbook = analysis.open_story(story)\\nanalysis.show(book.caption(source or None, category))"}],
 "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
 "nbformat": 4, "nbformat_minor": 5}"""


@pytest.fixture
def home(root, tmp_path):
    """Return a function that gives the story a notebook for each of some values."""

    def made(for_each, more=""):
        home = Home(make_home(tmp_path, root / "notebooks", ("source",)))
        (home.notebooks / "cell.ipynb").write_text(HEAD, "utf-8")
        toml = home.story("ferry") / "story.toml"
        head = toml.read_text("utf-8").partition("[[reports]]")[0]
        toml.write_text(
            f'{head}[[reports]]\nnotebook = "cell"\nfor_each = {for_each}\n{more}'
            '[[reports]]\nnotebook = "source"\nfor_each = "source"\n',
            "utf-8",
        )
        return home

    return made


def build(home, **more):
    """Build the example story."""
    return pipeline.build(home, "ferry", now=NOON, **more)


def test_each_combination_that_has_claims_is_a_report_of_its_own(home):
    """With names of their own, and only those run again whose numbers changed."""
    home = home(
        '{ source = ["Coast guard", "Port hospital"], category = ["killed", "wounded"] }',
        'title = "Source and category"\n',
    )
    summary = build(home)
    assert summary.exit_code == 0
    assert [report.key for report in summary.reports] == [
        "cell-coast-guard-killed",
        "cell-port-hospital-killed",
        "cell-port-hospital-wounded",
        "source-coast-guard",
        "source-port-hospital",
    ]
    assert summary.reports[0].title == "Coast guard, killed"
    pages = home.figures("ferry") / "pages"
    index = (pages / "index.html").read_text("utf-8")
    assert "Source and category" in index
    assert 'href="cell-port-hospital-wounded.html"' in index
    one = (pages / "cell-coast-guard-killed.html").read_text("utf-8")
    assert "cell-port-hospital-wounded.html" not in one  # no page lists hundreds of others
    (home.story("ferry") / "documents" / "third.txt").write_text(
        "---\npublished: 2025-03-05\n---\nThe coastguard said that 81 people had died.", "utf-8"
    )
    reason = "source=Coast guard: 1 new claim"
    planned = build(home, dry_run=True).ran
    assert planned == (("cell-coast-guard-killed", reason), ("source-coast-guard", reason))
    chosen = build(home, given=("category=killed",), dry_run=True)
    assert [r.key for r in chosen.reports][:2] == [
        "cell-coast-guard-killed",
        "cell-port-hospital-killed",
    ]
    with pytest.raises(BadUsage, match="category 'kiled'; did you mean 'killed'"):
        build(home, given=("category=kiled",), dry_run=True)


def test_each_category_with_claims_enough(home):
    """Two sources gave a number of killed, one of wounded."""
    planned = build(home('"category"', "least_claims = 2\n"), dry_run=True)
    assert [r.key for r in planned.reports] == [
        "cell-killed",
        "source-coast-guard",
        "source-port-hospital",
    ]


@pytest.mark.parametrize(
    ("for_each", "more", "message"),
    [
        ("{ categori = ['killed'] }", "", "'categori' is no parameter.*did you mean 'category'"),
        ("{ story = ['ferry'] }", "", "'story' is no parameter"),
        ("{ category = ['killed'], source = [3] }", "", "the story has no|none of"),
        ('"category"', "parameters = { category = 'killed' }\n", "set under parameters too"),
    ],
)
def test_what_the_notebook_does_not_take_is_refused_before_anything_is_read(
    home, for_each, more, message
):
    """Nothing is written."""
    home = home(for_each, more)
    with pytest.raises(BadStory, match=message):
        build(home)
    assert not (home.figures("ferry") / "ledger.sqlite").exists()
