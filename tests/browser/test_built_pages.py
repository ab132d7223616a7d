"""The pages of a real build, opened in Chromium: every one, wide and narrow."""

from datetime import UTC, datetime

import pytest

from analysis import pipeline
from analysis.home import Home
from tests.samples import make_home

NAMES = ("overview", "source", "disagreement", "evidence", "method")
REPORTS = "".join(
    f'[[reports]]\nnotebook = "{name}"\n' for name in NAMES if name not in ("overview", "source")
)


@pytest.fixture(scope="module")
def pages(root, tmp_path_factory):
    """Return the folder of the pages of a story with every notebook."""
    home = Home(make_home(tmp_path_factory.mktemp("home"), root / "notebooks", NAMES))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8") + REPORTS, "utf-8")
    summary = pipeline.build(home, "ferry", now=datetime(2025, 3, 10, tzinfo=UTC))
    assert summary.exit_code == 0
    return summary.page.parent.resolve()


@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_opens_without_a_request_or_complaint(chromium, pages, width):
    """Nothing but files is asked for, and nothing reaches past the right edge."""
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    found = sorted(pages.rglob("*.html"))
    assert len(found) > 13
    for path in found:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
    assert said == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


def test_a_number_on_the_first_page_leads_to_its_sentence(chromium, pages):
    """Click, and the row of the claim is in view with the number marked."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto((pages / "index.html").as_uri())
    page.locator("a[href*='#claim-']").first.click()
    row = page.locator(":target")
    assert row.is_visible()
    assert row.locator("mark").count() == 1
    context.close()


@pytest.mark.parametrize("key", [True, False], ids=["keyboard", "mouse"])
def test_a_mark_in_a_chart_leads_to_its_sentence(chromium, pages, key):
    """Reached by Tab or by the mouse, with a name that is read aloud, without a script."""
    context = chromium.new_context(java_script_enabled=not key)
    page = context.new_page()
    page.goto((pages / "overview.html").as_uri())
    mark = page.locator(".chart a").first
    name = mark.get_attribute("aria-label")
    if key:
        place = page.get_by_role("link", name=name).first
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.locator(".chart a:focus").count():
                break
        assert page.locator(".chart a:focus").get_attribute("aria-label") == name
        assert place.count() == 1
        page.keyboard.press("Enter")
    else:
        mark.click()
    page.wait_for_url("**#claim-*")
    row = page.locator(":target")
    assert row.is_visible()
    assert row.locator("mark").inner_text().strip("., ") in name
    context.close()


def test_on_a_telephone_the_sentence_is_read_without_a_scroll_to_the_side(chromium, pages):
    """All of it, and the outlet: a row is a paragraph there."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto((pages / "source-port-hospital.html").as_uri())
    for cell in page.locator(".sentences td").all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    assert page.locator(".sentences mark").first.bounding_box()["x"] < 360
    context.close()


def test_a_link_shows_one_kind_of_number_only_without_a_script(chromium, pages):
    """The others come back with the link "all", and when a number's own row is asked for."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "source-port-hospital.html").as_uri())
    killed, wounded = page.locator("tr.killed"), page.locator("tr.wounded")
    assert (killed.count(), wounded.count()) == (1, 1)
    page.get_by_role("link", name="wounded", exact=True).click()
    assert wounded.first.is_visible()
    assert not killed.first.is_visible()
    page.get_by_role("link", name="all", exact=True).click()
    assert killed.first.is_visible()
    page.goto(f"{page.url.partition('#')[0]}#only-wounded")
    page.goto(f"{page.url.partition('#')[0]}#{killed.first.get_attribute('id')}")
    assert killed.first.is_visible()
    context.close()


def test_every_link_leads_to_a_page_a_file_and_a_row(chromium, pages):
    """No claim is linked to a row that is not there."""
    context = chromium.new_context()
    page = context.new_page()
    ids, links = {}, set()
    for path in sorted(pages.rglob("*.html")):
        page.goto(path.as_uri())
        ids[path] = set(page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)"))
        links |= {
            (path, href)
            for href in page.evaluate(
                "[...document.querySelectorAll('a')].map(a => a.getAttribute('href'))"
            )
            if not href.startswith("http")
        }
    context.close()
    for origin, href in links:
        target, _, place = href.partition("#")
        path = (origin.parent / target).resolve() if target else origin
        assert path.is_file(), (origin, href)
        assert not place or place in ids[path], (origin, href)
