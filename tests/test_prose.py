"""What sentences say: correct grammar, caution kept, and who claims it, by tables of cases."""

import re

import pandas as pd
import pytest

from analysis import prose
from analysis.falls import falls
from analysis.printings import printings
from analysis.reconcile import compare, sums
from analysis.series import build
from tests.samples import claim, frame

PARTY = {"belligerent": True}
LEAST = {"high": None, "qualifier": "at_least"}


def killed(source, low, day, **more):
    """Return a claim of killed."""
    return claim(source, "killed", low, day, **more)


def href(claim_id):
    """Return a claim's address."""
    return f"evidence.html#claim-{claim_id}"


A, B = "2025-01-13", "2025-04-30"
HEADLINES = (
    ((), "Killed: no number has been read yet"),
    ((killed("NGO", 7, A, scope="event"),), "Killed: no source gave a total to date"),
    ((killed("NGO", 300, A),), "Killed: NGO said 300 in January 2025"),
    ((killed("NGO", 300, A, **LEAST),), "Killed: NGO said at least 300 in January 2025"),
    (
        (killed("Army", 300, A, **PARTY),),
        "Killed: Army, a party to the war, claimed 300 in January 2025",
    ),
    (
        (killed("NGO", 300, A, **LEAST), killed("NGO", 600, B, qualifier="about")),
        "Killed: NGO said at least 300 in January 2025, and about 600 in April 2025",
    ),
    (
        (killed("NGO", None, A, high=40, qualifier="up_to"),),
        "Killed: NGO said up to 40 in January 2025",
    ),
    (
        (killed("NGO", 3000, A, high=4000, qualifier="range"),),
        "Killed: NGO said 3,000 to 4,000 in January 2025",
    ),
    (
        (killed("NGO", 24, A, high=99, qualifier="vague"), killed("NGO", 200, B)),
        "Killed: NGO said 200 in April 2025",
    ),
)
SPREADS = (
    ((killed("NGO", 300, A),), "No two sources to compare yet"),
    (
        (killed("NGO", 300, A), killed("UN", 300, A)),
        "The sources that can be compared agree on 300 killed",
    ),
    (
        (killed("NGO", 300, A, **LEAST), killed("Army", 600, A, **PARTY)),
        "2 times apart on 13 January 2025: Army claimed 600 killed, NGO said at least 300",
    ),
    (
        (killed("NGO", 100, A), killed("UN", 300, A, high=400, qualifier="range")),
        (
            "4 times apart on 13 January 2025: UN said 400 killed, the upper end of a range, "
            "NGO said 100"
        ),
    ),
)
REVISIONS = (
    ((), "No number yet"),
    ((killed("NGO", 300, A),), "One total given by NGO: 300 killed"),
    (
        (killed("NGO", 300, A), killed("NGO", 600, B)),
        "Totals given by NGO rose once and never fell",
    ),
    (
        (killed("NGO", 600, A), killed("NGO", 300, B)),
        "Totals given by NGO never rose and fell once",
    ),
    (
        (killed("Army", 600, A, **PARTY), killed("Army", 300, B, **PARTY)),
        "Totals claimed by Army, a party to the war, never rose and fell once",
    ),
    (
        (killed("NGO", 7, A, scope="event"),),
        "1 number given by NGO is not a total to date",
    ),
    (
        (killed("NGO", 300, A, high=500, qualifier="range"), killed("NGO", 400, B)),
        "2 totals given by NGO: none clearly above or below another",
    ),
    (
        (
            killed("Army", 300, A, high=500, qualifier="range", **PARTY),
            killed("Army", 400, B, **PARTY),
        ),
        "2 totals claimed by Army, a party to the war: none clearly above or below another",
    ),
    (
        (killed("Army", 300, A, **PARTY),),
        "One total claimed by Army, a party to the war: 300 killed",
    ),
)
MULTIPLES = (
    ((killed("NGO", 300, A),), "One source gave a total of people killed: NGO"),
    (
        (killed("NGO", 300, A, **LEAST), killed("UN", 500, B)),
        (
            "The newest totals of 2 sources, of January 2025 to April 2025, "
            "run from at least 300 to 500 killed"
        ),
    ),
    (
        (killed("NGO", 300, A), killed("UN", 300, A)),
        "The newest totals of 2 sources, of January 2025, agree on 300 killed",
    ),
)


@pytest.mark.parametrize(("claims", "words"), HEADLINES)
def test_the_headline_of_a_timeline_names_source_caution_and_month(claims, words):
    """A bare total is nowhere."""
    assert prose.timeline_headline(build(frame(*claims)), "killed") == words


@pytest.mark.parametrize(("claims", "words"), SPREADS)
def test_the_headline_of_a_spread_names_both_ends(claims, words):
    """With the qualifier that each end was given with."""
    assert prose.spread_headline(compare(build(frame(*claims)), "killed")) == words


@pytest.mark.parametrize(("claims", "words"), REVISIONS)
def test_the_headline_of_revisions_counts_rises_and_falls(claims, words):
    """Once, twice, five times; and a party to the war is named as one."""
    assert prose.revisions_headline(build(frame(*claims))) == words


@pytest.mark.parametrize(("claims", "words"), MULTIPLES)
def test_the_headline_of_many_sources_says_from_when_their_numbers_are(claims, words):
    """Newest numbers may lie years apart."""
    assert prose.multiples_headline(build(frame(*claims)), "killed") == words


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ((), "No source gave killed, wounded and both together"),
        ((1000,), "The one time a source gave all three, they add up to its own total within"),
        ((2000,), "In 0 of 1 case killed and wounded add up to the source's own total"),
    ],
)
def test_the_headline_of_parts_says_how_often_they_add_up(claims, words):
    """Of one case it does not say each time."""
    made = [
        each
        for both in claims
        for each in (
            killed("NGO", 300, A),
            claim("NGO", "wounded", 700, A),
            claim("NGO", "killed_or_wounded", both, A),
        )
    ]
    assert prose.parts_headline(sums(build(frame(*made)))).startswith(words)


def test_the_headline_of_repeats_counts_late_reports():
    """An old number that is printed after a newer one."""
    claims = (killed("NGO", 300, A), killed("NGO", 600, B), killed("NGO", 300, "2025-06-01"))
    every = frame(*claims)
    assert (
        prose.repeats_headline(printings(build(every), every))
        == "1 of 3 reports of people killed came after the source gave a newer number"
    )
    every = frame(*claims[:1])
    assert prose.repeats_headline(printings(build(every), every)).startswith("None of 1 report ")


def test_a_caption_explains_falls_and_lists_what_is_not_drawn():
    """Each number in it leads to its claim."""
    every = frame(
        killed("Army", 600, A, **PARTY),
        killed("Army", 300, B, **PARTY),
        killed("NGO", 7, B, scope="event"),
        killed("NGO", 9, B, scope="period", period_days=2),
    )
    undated = frame(killed("UN", 12, None, **LEAST))
    series = build(every)
    words = prose.caption(series, falls(series, every), undated, href)
    for said in (
        "Army (a party to the war) claimed 300 killed on 30 April 2025, after 600 on 13 January",
        "NGO said 7 killed, 30 April 2025 (of one event).",
        "NGO said 9 killed, 30 April 2025 (for a period of 2 days).",
        "UN said at least 12 killed.",
    ):
        assert said in words.text
    assert words.markup.count('<a href="evidence.html#claim-') == 5


def test_each_end_of_a_range_of_differing_reports_leads_to_its_own_claim():
    """And what an outlet printed is its own number, not the range."""
    every = frame(
        killed("NGO", 300, A, outlet="One"),
        killed("NGO", 400, A, outlet="Two"),
        killed("UN", 500, A, high=600, qualifier="range"),
    )
    series = build(every)
    said = prose.source_finding(series[series["source"] == "NGO"], href).markup
    assert ">300</a> to <a href" in said
    assert said.index("300-2025-01-13-One") < said.index("400-2025-01-13-Two")
    assert ">500 to 600</a>" in prose.source_finding(series[series["source"] == "UN"], href).markup
    printed = printings(series[series["source"] == "NGO"], every)
    assert list(printed["printed_low"]) == [300, 400]
    assert set(printed["low"]) == {300}


def test_without_falls_and_the_like_there_is_no_caption():
    """Nothing is said of nothing."""
    none, every = frame(killed("UN", 12, None))[:0], frame(killed("NGO", 300, A))
    assert prose.caption(build(every), falls(build(every), every), none, href).markup == ""


@pytest.mark.parametrize("source", [None, "Army"])
def test_every_number_in_a_finding_is_a_link_to_a_claim(source):
    """But days and how many times apart, which are worked out from them."""
    every = frame(
        killed("Army", 600, A, **PARTY),
        killed("NGO", 100, A, **LEAST),
        killed("Army", 900, B, **PARTY),
    )
    series = build(every)
    if source:
        found = prose.source_finding(series[series["source"] == source], href)
    else:
        found = prose.finding(series, compare(series, "killed"), href)
    bare = re.sub(r"<a [^>]*>.*?</a>", "", found.markup)
    bare = re.sub(r"\d{1,2} (January|April) 2025|\d+ times apart|\d+ numbers?", "", bare)
    assert not re.search(r"\d", bare), bare
    assert set(re.findall(r"#claim-([^\"]+)", found.markup)) <= set(every["claim_id"])
    assert "party to the war" in found.text


def test_a_hostile_source_stays_text():
    """In sentences as in lists."""
    series = build(frame(killed("<b onclick=x>", 300, A)))
    assert (
        "<b" not in prose.finding(series, pd.DataFrame(columns=["category", "ratio"]), href).markup
    )


def test_a_finding_gives_no_old_number_beside_a_new_one():
    """A year after its source spoke of it last, a category is left out; a day less, it is not."""
    old = killed("Army", 530, "2025-01-01")
    new = claim("Army", "wounded", 9, "2025-06-01")
    late = claim("Army", "wounded", 10, "2026-01-02")
    none = pd.DataFrame(columns=["category", "ratio"])
    assert "530 killed" in prose.finding(build(frame(old, new)), none, href).text
    assert "530 killed" not in prose.finding(build(frame(old, new, late)), none, href).text


def test_a_finding_compares_the_sources_when_they_were_last_current():
    """Not on the day on which they were furthest apart, which may be the first of a war."""
    series = build(
        frame(killed("NGO", 10, A), killed("Army", 900, A), killed("NGO", 300, "2025-02-20"))
    )
    said = prose.finding(series, compare(series, "killed"), href).text
    assert "20 February 2025: the lowest was then 300 from NGO" in said
    assert "10 from" not in said
