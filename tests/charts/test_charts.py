"""Charts: the five facts are in them, the bytes are stable, hostile names draw as text."""

import xml.etree.ElementTree as ET

import pytest

from analysis.charts import revisions, spread, timeline
from analysis.reconcile import compare
from analysis.series import build
from tests.samples import claim, frame

WORDS = {"name": "x", "title": "A title", "subtitle": "A subtitle", "credit": "Credit"}
CLAIMS = (
    claim("NIS", "killed", 300, "2025-01-13", high=None, qualifier="at_least"),
    claim("NIS", "killed", 600, "2025-04-30"),
    claim("NIS", "killed", 500, "2025-06-01"),
    claim("Zelensky", "killed", 3000, "2025-01-20", high=4000, qualifier="range", belligerent=True),
)


def text_of(chart):
    """Return all the text that a chart shows."""
    return [e.text for e in ET.fromstring(chart.svg).iter("{http://www.w3.org/2000/svg}text")]


def draw(kind, *claims):
    """Return a chart of some claims."""
    series = build(frame(*claims))
    if kind is spread:
        return spread(compare(series, "killed"), **WORDS)
    return kind(series, **WORDS)


@pytest.mark.parametrize("kind", [timeline, spread, revisions])
def test_the_same_numbers_give_the_same_bytes(kind):
    """So that a page changes only where its numbers do."""
    assert draw(kind, *CLAIMS).svg == draw(kind, *CLAIMS).svg


@pytest.mark.parametrize("kind", [timeline, spread, revisions])
def test_no_number_is_a_chart_that_says_so(kind):
    """A new story has none yet."""
    chart = draw(kind)
    assert any("No number" in text for text in text_of(chart))


def test_numbers_are_written_beside_their_marks():
    """With the sign of an open bound, and a fall marked."""
    shown = text_of(draw(timeline, *CLAIMS))
    for text in ("NIS", "Zelensky", "≥300", "600", "▼500", "3,000–4,000"):
        assert text in shown


def test_alt_text_and_data_go_with_it():
    """Who cannot see the chart hears it, and who doubts it gets its numbers."""
    chart = draw(timeline, *CLAIMS)
    assert "NIS: at least 300 on 13 January 2025, 500 on 1 June 2025" in chart.alt
    assert chart.csv().count(b"\r\n") == 5
    assert b'aria-label="A title' in chart.svg


def test_a_hostile_name_is_drawn_as_text():
    """Neither formula, markup nor hidden signs."""
    name = "$\\frac{1}{0}$ <script>\u202e</script>"
    chart = draw(timeline, claim(name, "killed", 3, "2025-01-13"))
    assert any("$\\frac{1}{0}$ <script>[U+202E]</script>" in (t or "") for t in text_of(chart))
    assert b"<script" not in chart.svg


def test_the_five_facts_are_in_the_charts_of_the_first_story(root):
    """Who knows the story finds them."""
    folder = root / "figures" / "north-korean-troops" / "charts"

    def shown(name):
        svg = (folder / name).read_bytes()
        return [e.text or "" for e in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]

    agency = shown("revisions-national-intelligence-service.svg")
    for number in ("~300", "2,700", "~600", "~4,700", "~2,000"):
        assert number in agency
    together = shown("timeline-killed-or-wounded.svg")
    for text in (
        "Volodymyr Zelensky",
        ">3,000",
        "4,000",
        "Western officials (unnamed)",
        "~4,000",
        "UK Ministry of Defence",
        ">6,000",
        "~4,700",
    ):
        assert text in together
    killed = shown("timeline-killed.svg")
    for text in ("~300", "~600", "~2,000", "~1,000"):
        assert text in killed
    data = (folder / "timeline-killed-or-wounded.csv").read_text("utf-8")
    assert (
        '"Western officials (unnamed)","","unnamed","False","killed_or_wounded","cumulative","","2025-01-22","4000"'
        in data
    )
