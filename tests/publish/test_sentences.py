"""A long list of sentences stands on pages of its own, and every link finds its row."""

import re
from itertools import product

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from analysis import tables
from analysis.publish import sentences
from analysis.publish.facts import PageFacts
from analysis.publish.pages import render_page, render_pages
from analysis.publish.sanitiser import sanitise
from tests.samples import claim, frame

FACTS = PageFacts(
    story_title="Floods",
    title="The river authority",
    cut_off="2025-01-13",
    known_at="2025-01-14T09:30:00.000000Z",
    edition="2025-01-14T10-00-00Z",
    notebook_hash="0123456789abcdef0123",
    version="1.2.3",
    documents=12,
    claims=40,
    address="source-river.html",
)
DAYS = [f"{y}-{m:02}-{d:02}" for y, m, d in product((2023, 2024), range(1, 13), range(1, 29))]
LONG = frame(
    *(claim("River authority", "killed", 1000 + n, day) for n, day in enumerate(DAYS)),
    claim("River authority", "wounded", 7, "2024-12-30"),
    claim("River authority", "killed", 9, None),
)
SHORT = LONG.tail(20)


def notebook(*fragments):
    """Return a notebook that shows some lists."""
    outputs = [new_output("display_data", data={"text/html": each.markup}) for each in fragments]
    return new_notebook(cells=[new_code_cell("show()", outputs=outputs)])


def rows(page):
    """Return the ids of the rows of a page."""
    return re.findall(r'<tr [^>]*id="(claim-[^"]+)"', page)


def test_a_short_list_stays_whole_with_links_into_it():
    """To each month, and to each kind of number."""
    page = render_page(notebook(tables.evidence(SHORT)), FACTS)
    assert len(rows(page)) == 20
    for place in ("in-2024-12", "in-undated"):
        assert f'<a href="#{place}">' in page
        assert f'<tbody id="{place}">' in page
    for kind in ("killed", "wounded"):
        assert f'<a id="only-{kind}" href="#only-{kind}">{kind}</a>' in page
    assert page.index('id="in-2024-12"') < page.index('id="in-undated"')


def test_a_list_of_many_sources_is_grouped_by_them():
    """Two sources whose names are one to an address stay two; no source comes last."""
    every = frame(
        claim("A. B.", "killed", 1, "2025-01-02"),
        claim(None, "killed", 2, "2025-01-01"),
        claim("A B", "killed", 3, "2025-01-03"),
    )
    page = render_page(notebook(tables.evidence(every, by_source=True)), FACTS)
    headings = re.findall(r'scope="rowgroup"[^>]*>(.*?)</th>', page)
    assert headings == ["A B", "A. B.", "No source named"]
    groups = re.findall(r'<tbody id="([^"]+)"', page)
    assert len(set(groups)) == 3


@pytest.mark.parametrize("heaviest", [400_000, 60_000, 20_000, 2_000])
def test_a_long_list_is_cut_and_no_row_is_lost_or_doubled(monkeypatch, heaviest):
    """By years, by months, or by the number of rows: each row stands on one page."""
    monkeypatch.setattr(sentences, "HEAVIEST", heaviest)
    pages = render_pages(notebook(tables.evidence(LONG)), FACTS)
    found = [row for page in pages.values() for row in rows(page)]
    assert sorted(found) == sorted(f"claim-{each}" for each in LONG["claim_id"])
    assert (len(pages) > 1) == (heaviest < 400_000)
    if len(pages) > 1:
        main = pages["source-river.html"]
        assert rows(main) == []
        for address, page in list(pages.items())[1:]:
            assert f'href="{address}"' in main
            assert 'href="source-river.html"' in page
            assert sum(map(len, re.findall(r"<tr id.*?</tr>", page))) <= max(heaviest, 2_000)
    if heaviest == 60_000:
        assert "source-river--2023-05.html" in pages
        assert "source-river--undated.html" in pages


def test_two_long_lists_of_one_page_do_not_overwrite_each_other(monkeypatch):
    """Their pages have names of their own."""
    monkeypatch.setattr(sentences, "HEAVIEST", 2_000)
    one = LONG.head(40)
    other = one.assign(claim_id=["other-" + each for each in one["claim_id"]])
    pages = render_pages(notebook(tables.evidence(one), tables.evidence(other)), FACTS)
    assert len([row for page in pages.values() for row in rows(page)]) == 80


def test_links_lead_to_where_a_row_stands_now():
    """From this page, from another one, and from two folders below; a lost claim keeps its link."""
    places = {"claim-1": "source-x--2022.html"}
    for before, own, after in (
        ("source-x.html#claim-1", "overview.html", "source-x--2022.html#claim-1"),
        ("source-x.html#claim-1", "source-x--2022.html", "#claim-1"),
        ("#claim-1", "source-x.html", "source-x--2022.html#claim-1"),
        ("../../evidence.html#claim-1", "", "../../source-x--2022.html#claim-1"),
        ("evidence.html#claim-2", "", "evidence.html#claim-2"),
        ("https://news.example/#claim-1", "", "https://news.example/#claim-1"),
    ):
        page = f'<a class="point" href="{before}">300</a>'
        assert sentences.lead(page, places, own) == f'<a class="point" href="{after}">300</a>'
    said = 'a sentence that says href="source-x.html#claim-1"'
    assert sentences.lead(said, places) == said


def test_hostile_words_do_not_forge_a_row_or_a_group(monkeypatch):
    """What a sentence says is text, also where a list is cut by its markup."""
    monkeypatch.setattr(sentences, "HEAVIEST", 500)
    bait = '</td></tr></tbody><tbody id="in-2024-01"><tr id="claim-x" class="killed"><td>9'
    every = frame(
        *(
            claim("A", "killed", n, f"2024-0{n}-01", note=bait, relayed_by=bait, claim_id=str(n))
            for n in range(1, 9)
        )
    )
    fragment = sanitise(tables.evidence(every).markup)
    kept, parts = sentences.arrange(fragment, "source-a.html")
    found = rows(kept) + [row for part in parts for row in rows(part.html)]
    assert sorted(found) == sorted(rows(fragment))
    assert "claim-x" not in found
    assert len(found) == 8
