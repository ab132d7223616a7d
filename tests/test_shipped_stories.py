"""The stories that come with the package: their tables fit their files, and no code knows them."""

import re
from collections import Counter

import pytest

from analysis.documents import TableRule, read_figures
from analysis.errors import BadUsage
from analysis.home import Home
from analysis.story import read_story, story_names
from tests.conftest import ROOT

STORIES = ROOT / "notebooks" / "stories"


def rows(slug):
    """Return a story and each row of its tables, as a build reads them."""
    story = read_story(STORIES / slug)
    found = []
    for table in story.tables:
        rules = [TableRule(**rule.model_dump()) for rule in table.rules]
        data = (story.folder / table.file).read_bytes()
        found += read_figures(data, table.file, slug, table.columns, rules)
    return story, found


@pytest.mark.parametrize("slug", story_names(STORIES))
def test_a_story_knows_every_source_and_victim_of_its_tables(slug):
    """No row is refused, and none waits for a decision that its file could have taken."""
    story, found = rows(slug)
    claims = [claim for _, reading in found for claim in reading.claims]
    assert claims
    unknown = {c.source_text for c in claims if not story.resolve(c.source_text)}
    assert unknown == set(story.no_source)
    assert all(story.counts(c.victims) for c in claims)
    assert {c.category for c in claims} <= set(story.categories)


@pytest.mark.parametrize(
    ("slug", "read", "without_claim", "statuses"),
    [
        ("north-korean-troops", 421, 1, {"reported": 405, "projected": 15}),
        ("russian-losses", 2132, 42, {"reported": 2070, "part": 19, "projected": 1}),
    ],
)
def test_what_the_rules_of_a_table_take(slug, read, without_claim, statuses):
    """A changed rule moves numbers, and shows here."""
    _, found = rows(slug)
    claims = [claim for _, reading in found for claim in reading.claims]
    assert len(found) == read
    assert read - len(claims) == without_claim
    assert Counter(claim.status for claim in claims) == statuses


def test_the_daily_claim_is_whole():
    """One number for every day, none below the one before, and no copy from the press in between."""
    _, found = rows("russian-losses")
    daily = {
        document.published: reading.claims[0].low
        for document, reading in found
        if document.text.startswith("Daily cumulative")
    }
    days = sorted(daily)
    assert (len(days), days[0], days[-1]) == (1626, "2022-02-25", "2026-08-08")
    assert [daily[day] for day in days] == sorted(daily.values())


def test_an_estimate_from_a_list_is_another_source_than_the_list():
    """Else a chart joins a count and a calculation to one line."""
    _, found = rows("russian-losses")
    for document, reading in found:
        estimated = [c for c in reading.claims if document.text.startswith("ESTIMATE")]
        assert {c.source_text for c in estimated} <= {"Estimates from the list of names"}


def test_no_line_of_code_knows_a_story():
    """What is said of one story stands in its file: its name, whom it counts, who its sources are."""
    names = set()
    for slug in story_names(STORIES):
        story = read_story(STORIES / slug)
        names |= {slug, story.title, story.place, *story.victims.aliases}
        names |= {name for s in story.sources for name in (s.name, *s.aliases)}
    names.discard("")
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "analysis").rglob("*.py"))
        for match in pattern.finditer(path.read_text("utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"ferry": ""}, "ferry"),
        ({"ferry": "", "quake": "default = true"}, "quake"),
        ({"ferry": "", "quake": ""}, "name the story, one of: ferry, quake"),
        ({"ferry": "default = true", "quake": "default = true"}, "name the story, one of"),
        ({"ferry": "title =", "quake": "default = true"}, "quake"),
        ({}, "tallybook new NAME"),
    ],
)
def test_which_story_is_meant_where_none_is_named(tmp_path, files, expected):
    """The only one, or the one that says so; nothing is guessed."""
    home = Home(tmp_path)
    for slug, text in files.items():
        home.story(slug).mkdir(parents=True)
        (home.story(slug) / "story.toml").write_text(text, "utf-8")
    if " " in expected:
        with pytest.raises(BadUsage, match=expected):
            home.default_story()
    else:
        assert home.default_story() == expected
