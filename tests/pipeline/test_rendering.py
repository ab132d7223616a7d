"""A page is rendered again when anything differs that it is made of, and only then."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from analysis import pipeline
from analysis.home import Home
from analysis.pipeline import rendering
from analysis.publish.facts import PageFacts
from analysis.reports.plan import NOTEBOOK
from tests.samples import make_home

FACTS = PageFacts("Ferry", "Overview", None, "now", "edition", "code", "1", 2, 3)
CURRENT = {"cells": [{"cell_type": "markdown", "source": ["Words."]}]}


@pytest.fixture
def rendered(tmp_path):
    """Return a function that asks for a report's pages and says how often they were made."""
    made = []

    def render():
        made.append({"a.html": f"page {len(made)}"})
        return made[-1]

    def ask(current=CURRENT, facts=FACTS):
        assert rendering.rendered(tmp_path, current, facts, render) == made[-1]
        return len(made)

    (tmp_path / NOTEBOOK).write_text("{}")
    return ask


def test_the_same_page_is_rendered_once(rendered):
    """However often it is asked for."""
    assert [rendered(), rendered(), rendered()] == [1, 1, 1]


def test_whatever_a_page_is_made_of_makes_it_anew(rendered, tmp_path, monkeypatch):
    """The outputs, the words, the facts, the links, how pages look, and our code."""
    assert rendered() == 1
    assert rendered({"cells": [{"cell_type": "markdown", "source": ["Others."]}]}) == 2
    assert rendered(facts=replace(FACTS, links=(("b.html", "B"),))) == 3
    assert rendered(facts=replace(FACTS, edition="next")) == 4
    (tmp_path / NOTEBOOK).write_text('{"other": 1}')
    assert rendered(facts=replace(FACTS, edition="next")) == 5
    monkeypatch.setattr(rendering, "_code", lambda: ["another version"])
    assert rendered(facts=replace(FACTS, edition="next")) == 6


@pytest.mark.parametrize("damaged", [b"", b"\xff", b"[]", b"{}", b'{"made_of": 1}'])
def test_what_was_kept_may_be_damaged(rendered, tmp_path, damaged):
    """Then the page is rendered again, and kept."""
    assert rendered() == 1
    (tmp_path / rendering.FILE).write_bytes(damaged)
    assert [rendered(), rendered()] == [2, 2]


def test_a_build_renders_the_pages_of_reports_that_ran(root, tmp_path, monkeypatch):
    """And of those whose words were changed; the other pages stay byte for byte."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview", "source")))
    now = datetime(2025, 4, 1, tzinfo=UTC)
    pipeline.build(home, "ferry", now=now)
    pages = home.figures("ferry") / "pages"
    before = {path.name: path.read_bytes() for path in pages.glob("*.html")}
    from analysis.pipeline import publishing

    made = []
    usual = publishing.render_pages

    def render(notebook, facts):
        made.append(facts.address)
        return usual(notebook, facts)

    monkeypatch.setattr(publishing, "render_pages", render)
    path = home.notebooks / "overview.ipynb"
    notebook = json.loads(path.read_text())
    notebook["cells"][0]["source"] += ["\n\nA sentence more."]
    path.write_text(json.dumps(notebook))
    summary = pipeline.build(home, "ferry", now=now)
    assert (made, summary.ran) == (["overview.html"], ())
    after = {path.name: path.read_bytes() for path in pages.glob("source-*.html")}
    assert b"A sentence more." in (pages / "overview.html").read_bytes()
    assert after
    assert after.items() <= before.items()
