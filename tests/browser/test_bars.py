"""The bars that every page of a build has to pass, with hostile texts among its documents."""

import json
from datetime import UTC, datetime

import pytest

from analysis import pipeline
from analysis.home import Home
from tests.samples import make_home

NAMES = ("overview", "source", "disagreement", "evidence", "method")
REPORTS = "".join(f'[[reports]]\nnotebook = "{n}"\n' for n in NAMES[2:])
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A page has the same words and structure by night: its colours alone differ.
RULES = {
    "light": {"runOnly": {"type": "tag", "values": STANDARD}},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
    "any": {
        "runOnly": {"type": "tag", "values": STANDARD},
        "rules": {"color-contrast": {"enabled": False}},
    },
}
BAIT = "<script>window.canary=1</script><img src=x onerror='window.canary=2'>"
HOSTILE = [
    {
        "text": f"{BAIT} Port hospital said 31 passengers were killed and lost $5 and $6 each.",
        "title": BAIT,
        "outlet": "<b>Post</b>",
        "url": "javascript:window.canary=3",
    },
    {
        "text": "<textarea><!-- Port hospital said 32 passengers were killed.",
        "title": "<title>",
        "outlet": "data:text/html,x",
        "url": 'https://news.example/"onmouseover="window.canary=4',
    },
    {
        "text": "Port hospital said 33 passengers were killed [here](javascript:window.canary=5) on \\frac{{{{ $x_1 street.",
        "outlet": "$\\alpha$ \x1b[31mPost",
        "url": "file:///etc/passwd",
    },
    {
        "text": "Port hospital said 34 passengers were killed near שלום مرحبا \u202e bay.",
        "outlet": "新闻 🚢",
        "url": "https://news.example/34",
    },
    {
        "text": "=HYPERLINK(1) said 35 passengers were killed.",
        "outlet": "=1+1",
        "url": "https://news.example/35",
    },
]


@pytest.fixture(scope="module")
def pages(root, tmp_path_factory):
    """Return the folder of all pages of a story that has hostile documents and a correction."""
    home = Home(make_home(tmp_path_factory.mktemp("home"), root / "notebooks", NAMES))
    story = home.story("ferry")
    file = story / "story.toml"
    file.write_text(file.read_text("utf-8") + REPORTS, "utf-8")
    lines = (
        json.dumps({"id": str(n), "published": f"2025-03-0{n + 3}", **text})
        for n, text in enumerate(HOSTILE)
    )
    (story / "documents" / "hostile.jsonl").write_text("\n".join(lines), "utf-8")
    (story / "documents" / "<img src=x onerror=window.canary=6>.txt").write_bytes(b"\xff\xfe\x00")
    summary = pipeline.build(home, "ferry", now=datetime(2025, 3, 10, tzinfo=UTC))
    assert summary.failed == ()
    return summary.page.parent.resolve()


@pytest.fixture(scope="module")
def all_pages(pages):
    """Return every page, those of editions too."""
    found = sorted(pages.rglob("*.html"))
    assert len(found) >= 13
    return found


def axe(chromium, skip_or_fail, paths, scheme, viewport):
    """Return what breaks a rule of WCAG 2.2 AA on some pages, their folds open."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        skip_or_fail("axe is not installed (pip install axe-playwright-python)")
    context = chromium.new_context(
        color_scheme="dark" if scheme == "dark" else "light", viewport=viewport
    )
    page = context.new_page()
    found = []
    for path in paths:
        page.goto(path.as_uri())
        page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
        answer = Axe().run(page, options=RULES[scheme] | {"resultTypes": ["violations"]}).response
        assert answer["passes"]
        found += [(path.name, v["id"], v["nodes"][0]["html"][:160]) for v in answer["violations"]]
    context.close()
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_page(chromium, skip_or_fail, all_pages, scheme):
    """The rules of WCAG 2.2 AA, each page with its folds open, on a telephone's width."""
    violations = axe(chromium, skip_or_fail, all_pages, scheme, {"width": 360, "height": 740})
    assert violations == []


@pytest.mark.parametrize("scripts", [True, False])
def test_nothing_runs_is_asked_for_or_lost(chromium, all_pages, scripts):
    """With scripts and without: no canary, no request, no complaint, no sideways scroll."""
    context = chromium.new_context(
        java_script_enabled=scripts, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in all_pages:
        page.goto(path.as_uri())
        if path.parent.name != "charts":  # a chart alone, for a frame of another page
            assert page.locator("body > footer").inner_text().count("Made with") == 1, path
        assert page.locator("main h1").count() == 1, path
        if scripts:
            page.wait_for_timeout(50)
            assert page.evaluate("window.canary") is None, path
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
            addresses = page.evaluate("[...document.links].map(each => each.protocol)")
            assert set(addresses) <= {"file:", "http:", "https:"}, path
    context.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_every_hostile_sentence_stands_whole_with_its_dollar_signs(chromium, pages):
    """As text, on the page of its source or of the evidence."""
    context = chromium.new_context()
    page = context.new_page()
    text = ""
    for path in sorted(pages.glob("*.html")):
        page.goto(path.as_uri())
        text += page.locator("main").inner_text()
    context.close()
    assert f"{BAIT} Port hospital said 31 passengers were killed and lost $5 and $6 each." in text
    assert "<textarea><!-- Port hospital said 32 passengers were killed." in text
    assert "[here](javascript:window.canary=5) on \\frac{{{{ $x_1 street." in text
    assert "$\\alpha$" in text
    assert "[U+202E]" in text
    assert "\x1b" not in text


SHEET = {"width": 673, "height": 986}  # of A4 less its margins, in pixels of CSS


def test_on_paper_charts_stay_whole_and_no_page_is_lost(chromium, all_pages):
    """Each page prints; a chart is not cut by the end of a sheet, and stands under its heading."""
    context = chromium.new_context(viewport=SHEET)
    page = context.new_page()
    for path in all_pages:
        page.goto(path.as_uri())
        page.emulate_media(media="print")
        assert not page.locator("nav.pages, .take").first.is_visible()
        for figure in page.locator("figure").all():
            assert figure.evaluate("each => getComputedStyle(each).breakInside") == "avoid"
            assert figure.bounding_box()["height"] < 900
        if path.name == "overview.html":  # its first sheet is not half empty
            box = page.locator("figure").first.bounding_box()
            fits = box["y"] + box["height"] < SHEET["height"]
            assert fits or box["y"] > SHEET["height"] / 2
        assert page.pdf(format="A4").startswith(b"%PDF")
    context.close()


@pytest.fixture(scope="module")
def sample(root, skip_or_fail):
    """Return the pages of the sample story and of its newest edition."""
    pages = root / "figures" / "north-korean-troops" / "pages"
    if not (pages / "index.html").is_file():
        skip_or_fail("the sample story was not built (make report)")
    editions = sorted((pages / "editions").glob("*/index.html"))
    return [*sorted(pages.glob("*.html")), *sorted(pages.glob("charts/*.html")), editions[-1]]


def test_no_page_of_the_sample_story_scrolls_sideways(chromium, sample):
    """Its names and tables are as long as they get."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wide = []
    for path in sample:
        page.goto(path.as_uri())
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wide.append((path.name, width))
    context.close()
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark", "any"])
def test_axe_finds_no_violation_in_the_sample_story(chromium, skip_or_fail, sample, scheme):
    """On each of its pages, as wide as a desk's screen; frames differ in their picture only.

    Contrast, which takes long, on one page of a kind: of one source, one edition, one list's part.
    """
    frames = [path for path in sample if path.parent.name == "charts"]
    paths = [path for path in sample if path not in frames[3:]]
    kinds = {(len(path.parents), path.name.partition("-")[0]): path for path in paths}
    some = set(kinds.values())
    paths = [path for path in paths if (path in some) == (scheme != "any")]
    violations = axe(chromium, skip_or_fail, paths, scheme, {"width": 1280, "height": 900})
    assert violations == []
