"""Charts: the five facts are in them, the bytes are stable, hostile names draw as text."""

import csv
import io
import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib.image
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from analysis import palette
from analysis.charts import Heading, multiples, parts, repeats, revisions, spread, timeline
from analysis.charts.canvas import Sheet
from analysis.charts.marks import MOST_MARKS, chosen
from analysis.model import rows_of
from analysis.printings import printings
from analysis.publish.drawings import inline
from analysis.reconcile import compare, sums
from analysis.series import build
from tests.samples import claim, frame

SVG = "{http://www.w3.org/2000/svg}"
WORDS = Heading("x", "A title", "A subtitle", "Credit", lambda id_: f"evidence.html#claim-{id_}")
CLAIMS = (
    claim("NIS", "killed", 300, "2025-01-13", high=None, qualifier="at_least"),
    claim("NIS", "killed", 600, "2025-04-30"),
    claim("NIS", "killed", 500, "2025-06-01"),
    claim("NIS", "killed", 300, "2025-07-01", high=None, qualifier="at_least"),
    claim("Zelensky", "killed", 3000, "2025-01-20", high=4000, qualifier="range", belligerent=True),
    claim("Third", "killed", 24, "2025-02-20", high=99, qualifier="vague"),
    claim("Fourth", "killed", None, "2025-03-20", high=40, qualifier="up_to"),
    claim("Fifth", "killed", 900, "2025-03-22", qualifier="about"),
    claim("NIS", "wounded", 1000, "2025-04-30"),
    claim("NIS", "killed_or_wounded", 1600, "2025-04-30"),
    claim("NIS", "killed", 7, "2025-05-02", scope="event"),
)
LONG = tuple(
    claim("Staff", "killed", 1000 + 800 * day - (90000 if day == 900 else 0), f"{2022 + day // 336}-"
          f"{day % 336 // 28 + 1:02}-{day % 28 + 1:02}", belligerent=True)
    for day in range(1200)
)  # fmt: skip


def text_of(chart):
    """Return all the text that a chart shows."""
    return [e.text for e in ET.fromstring(chart.svg).iter(f"{SVG}text")]


def draw(kind, *claims):
    """Return a chart of some claims."""
    every = frame(*claims)
    series = build(every)
    killed = series[series["category"] == "killed"]
    if kind is spread:
        return spread(compare(series, "killed"), WORDS)
    if kind is parts:
        return parts(sums(series), WORDS)
    if kind is repeats:
        return repeats(printings(killed, every), WORDS)
    return kind(killed, WORDS)


KINDS = (timeline, multiples, spread, revisions, parts, repeats)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_numbers_give_the_same_bytes(kind):
    """So that a page changes only where its numbers do."""
    assert draw(kind, *CLAIMS).svg == draw(kind, *CLAIMS).svg


@pytest.mark.parametrize("kind", KINDS)
def test_no_number_is_a_chart_that_says_so(kind):
    """A new story has none yet."""
    assert re.search(r"No (number|source gave|report)", " ".join(filter(None, text_of(draw(kind)))))


@pytest.mark.parametrize("claims", [CLAIMS, LONG], ids=["short", "long"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_two_words_cover_each_other(kind, claims, monkeypatch):
    """Measured in the widest font that the style names."""
    figures = []
    finish = Sheet.finish
    monkeypatch.setattr(
        Sheet, "finish", lambda sheet, *a: figures.append(sheet.figure) or finish(sheet, *a)
    )
    shown = set(text_of(draw(kind, *claims)))
    [figure] = figures
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [
        (text.get_text(), text.get_window_extent(renderer))
        for text in figure.findobj(Text)
        # Ticks beyond the ends of an axis are made, but not drawn.
        if text.get_text().strip() and set(text.get_text().split("\n")) <= shown
    ]
    width = figure.get_size_inches()[0] * figure.dpi
    for words, box in boxes:
        assert box.x0 >= -1, words
        assert box.x1 <= width + 1, words
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        across = min(a.x1, b.x1) - max(a.x0, b.x0)
        up = min(a.y1, b.y1) - max(a.y0, b.y0)
        assert across <= 2 or up <= 3, f"{one!r} covers {other!r}"


@pytest.mark.parametrize("kind", KINDS)
def test_each_mark_is_a_link_to_its_claim_with_a_name(kind):
    """Reached by mouse and by keyboard, and nothing is drawn that leads nowhere."""
    chart = draw(kind, *CLAIMS)
    links = list(ET.fromstring(chart.svg).iter(f"{SVG}a"))
    known = set(frame(*CLAIMS)["claim_id"])
    assert links
    for link in links:
        assert link.get("href").removeprefix("evidence.html#claim-") in known
        assert link.get("aria-label") == link.findtext(f"{SVG}title")
        assert re.search(r"\d", link.get("aria-label"))
        assert len(link) > 2
    assert "<a" not in chart.picture.decode()


@pytest.mark.parametrize("kind", [timeline, multiples, revisions])
def test_the_numbers_drawn_are_those_of_the_data(kind):
    """Each row of the data that is a mark is one link, and no link is anything else."""
    chart = draw(kind, *CLAIMS)
    rows = list(csv.DictReader(io.StringIO(chart.csv().decode())))
    marked = {row["claim_ids"].split()[0] for row in rows if row["drawn"] == "mark"}
    drawn = {
        link.get("href").removeprefix("evidence.html#claim-")
        for link in ET.fromstring(chart.svg).iter(f"{SVG}a")
    }
    assert drawn == marked
    assert {row["scope"] for row in rows if row["drawn"] == "listed"} == {"event"}
    assert {row["scope"] for row in rows if row["drawn"] != "listed"} == {"cumulative"}


def test_marks_stand_at_the_height_of_their_numbers():
    """From a line through two marks the others can be worked out."""
    chart = draw(revisions, *CLAIMS[:3])
    heights = []
    for link in ET.fromstring(chart.svg).iter(f"{SVG}a"):
        number = float(re.search(r": (?:at least )?([\d,]+)", link.get("aria-label"))[1])
        heights.append((number, float(link.find(f"{SVG}circle").get("cy"))))
    (a, ya), (b, yb), (c, yc) = heights
    assert (yc - ya) / (yb - ya) == pytest.approx((c - a) / (b - a), abs=0.01)


def test_of_a_long_line_few_numbers_are_marked_and_no_fall_is_lost():
    """The line itself keeps every number as a corner."""
    rows = rows_of(build(frame(*LONG)))
    kept = chosen(rows)
    falls = {i for i, row in enumerate(rows) if row.change == "fall"}
    assert falls
    assert falls <= kept
    assert {0, len(rows) - 1} <= kept
    assert len(kept) <= MOST_MARKS
    chart = draw(multiples, *LONG)
    [line] = [p for p in ET.fromstring(chart.svg).iter(f"{SVG}path") if len(p.get("d")) > 10000]
    assert line.get("d").count("V") >= len(rows) - 1  # from each number a step to the next
    assert any("▼" in (text or "") for text in text_of(chart))
    assert len(chart.svg) < 120_000


def test_a_scale_is_logarithmic_only_where_numbers_would_lie_on_the_ground():
    """And the subtitle says so."""
    near = draw(timeline, claim("A", "killed", 300, "2025-01-13"))
    assert "Logarithmic" not in near.subtitle
    far = [claim("A", "killed", n, f"2025-01-{n % 27 + 1:02}") for n in (30, 45, 8000)]
    assert "Logarithmic" in draw(timeline, *far).subtitle


@pytest.mark.parametrize("colour", [*palette.SERIES, palette.INK, palette.QUIET, palette.AXIS])
def test_colours_are_seen_on_both_papers(colour):
    """3:1 for what is drawn, 4.5:1 for what is lettered, on the page's papers and on plain ones."""
    least = 3 if colour is palette.AXIS else 4.5
    assert all(
        palette.contrast(colour.light, p) >= least for p in ("#ffffff", "#fdfcf9", "#fffffe")
    )
    assert all(palette.contrast(colour.dark, p) >= least for p in ("#121212", "#15181a", "#1e2326"))
    assert len(palette.SERIES) <= 4


@pytest.mark.parametrize("kind", KINDS)
def test_only_colours_of_the_palette_are_drawn_and_only_as_classes(kind):
    """A colour in a style would stay as it is in the dark."""
    body = re.sub(rb"<style>.*?</style>", b"", draw(kind, *CLAIMS).svg)
    assert re.findall(rb"#[0-9a-f]{6}\b", body) == []


def test_colour_is_never_the_only_sign():
    """Four sources have four marks and four dashes."""
    from analysis.charts.timeline import LOOKS

    assert len({look.mark for look in LOOKS}) == len({str(look.dash) for look in LOOKS}) == 4


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_takes_the_drawing_as_it_is(kind):
    """With its links, without a style sheet of its own."""
    drawing = inline(draw(kind, *CLAIMS).svg.decode())
    assert drawing is not None
    assert drawing.count("<a ") == draw(kind, *CLAIMS).svg.decode().count("<a ")
    assert "<style" not in drawing


@pytest.mark.parametrize(
    "part",
    [
        "<script>x()</script>",
        '<g onclick="x()"/>',
        '<a href="javascript:x()"/>',
        '<use href="https://example.org/a.svg#b"/>',
        '<path style="fill:url(https://example.org/)"/>',
        '<foreignObject xmlns="http://www.w3.org/2000/svg"/>',
        '<image href="data:image/png;base64,AAAA"/>',
        '<animate attributeName="href" values="javascript:x()"/>',
        '<p xmlns="http://www.w3.org/1999/xhtml">x</p>',
        "<!-- x -->",
    ],
)
def test_a_drawing_with_anything_else_is_no_part_of_a_page(part):
    """It is shown as a picture, in which nothing runs."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" class="tallybook">'
    assert inline(f"{head}<g/></svg>") is not None
    assert inline(f"{head}{part}</svg>") is None


def test_numbers_are_written_beside_their_marks():
    """With the sign of an open bound, and a fall marked."""
    shown = text_of(draw(multiples, *CLAIMS))
    for text in ("NIS", "Zelensky (a party", "≥300", "600", "▼500", "3,000–4,000"):
        assert any(text in (each or "") for each in shown), text


def test_an_old_number_printed_again_is_shown_as_such():
    """300 was printed in July, after 600 and 500."""
    names = [a.get("aria-label") for a in ET.fromstring(draw(repeats, *CLAIMS).svg).iter(f"{SVG}a")]
    assert sum("first printed" in name for name in names) == 7
    [late] = [name for name in names if "after a newer number of 30 April 2025" in name]
    assert "1 July 2025: at least 300 killed by NIS" in late


def test_alt_text_and_data_go_with_it():
    """Who cannot see the chart hears it, and who doubts it gets its numbers."""
    chart = draw(timeline, *CLAIMS)
    assert "NIS: at least 300 on 13 January 2025, 500 on 1 June 2025" in chart.alt
    assert chart.csv().count(b"\r\n") == 9
    assert b'aria-label="A title' in chart.svg


def test_a_hostile_name_is_drawn_as_text():
    """Neither formula, markup nor hidden signs."""
    name = "$\\frac{1}{0}$ <script>\u202e</script>"
    chart = draw(multiples, claim(name, "killed", 3, "2025-01-13"))
    assert any("$\\frac{1}{0}$ <script>[U+202E]</script>" in (t or "") for t in text_of(chart))
    assert b"<script" not in chart.svg


def test_the_five_facts_are_in_the_charts_of_the_first_story(root):
    """Who knows the story finds them."""
    folder = root / "figures" / "north-korean-troops" / "charts"

    def shown(name):
        svg = ET.fromstring((folder / name).read_bytes())
        return " | ".join(
            [
                *(e.text or "" for e in svg.iter(f"{SVG}text")),
                *(e.text or "" for e in svg.iter(f"{SVG}title")),
            ]
        )

    agency = shown("revisions-national-intelligence-service.svg")
    for number in ("~300", "2,700", "~600", "~4,700", "~2,000"):
        assert number in agency
    together = shown("multiples-killed-or-wounded.svg")
    for text in ("Volodymyr Zelensky", ">3,000", "4,000", "Western officials (unnamed)", "~4,000",
                 "UK Ministry of Defence", "more than 6,000", "~4,700"):  # fmt: skip
        assert text in together
    killed = shown("timeline-killed.svg")
    for text in ("~300", "~600", "~2,000", "about 1,000"):
        assert text in killed
    data = (folder / "timeline-killed-or-wounded.csv").read_text("utf-8")
    assert (
        '"Western officials (unnamed)","","unnamed","False","killed_or_wounded","cumulative","","2025-01-22","4000"'
        in data
    )


def test_a_chart_is_also_a_picture_of_a_thousand_pixels():
    """Its ink is not all paper, and drawing it again gives the same bytes."""
    drawn = draw(timeline, *CLAIMS)
    picture = drawn.png()
    pixels = matplotlib.image.imread(io.BytesIO(picture))
    assert pixels.shape[1] == 1000
    assert pixels[..., :3].min() < 0.3 < pixels[..., :3].max()
    assert drawn.png() == picture
