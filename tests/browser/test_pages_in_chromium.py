"""What Chromium makes of a page: nothing leaves it, nothing runs, and it reads everywhere."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.publish.facts import IndexEntry, PageFacts
from analysis.publish.pages import render_index, render_page

FACTS = PageFacts(
    story_title="Floods in Exampleland",
    title="The river authority",
    cut_off="2025-01-13",
    known_at="2025-01-14T09:30:00.000000Z",
    edition="2025-01-14T10-00-00Z",
    notebook_hash="0123456789abcdef0123",
    version="1.2.3",
    documents=12,
    claims=40,
    links=tuple((f"page-{n}.html", f"A page with a long name, number {n}") for n in range(12)),
    description="What the authority has said, report by report.",
)
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="864" height="432" viewBox="0 0 864 432">'
    '<path d="M40 400L400 200 800 60" fill="none" stroke="#000" stroke-width="3"/></svg>'
)
HEADS = ("Source", "Day", "Number", "Sentence", "Outlet", "Report")
ROW = (
    '<tr id="claim-{0}"><th scope="row">The river authority</th><td>{0} January 2025</td>'
    '<td class="number">{0}00</td><td class="quote">The authority said that <mark>{0}00</mark> '
    'persons had left their homes.</td><td>The Example Herald</td><td><a href="https://example.org/'
    'reports/{0}">Report</a></td></tr>'
)
TABLE = (
    "<table><caption>The sentence behind each number</caption><thead><tr>"
    + "".join(f'<th scope="col">{head}</th>' for head in HEADS)
    + "</tr></thead><tbody>"
    + "".join(ROW.format(n) for n in range(1, 40))
    + "</tbody></table>"
)
OLDER = TABLE.replace("claim-", "old-").replace("behind each", "behind each older")
ATTACKS = (
    "<script>window.canary = 1</script>",
    "<img src='{trap}/img' onerror='window.canary = 2'>",
    "<svg onload='window.canary = 3'><script>window.canary = 4</script></svg>",
    "<iframe src='javascript:parent.canary = 5'></iframe><iframe src='{trap}/frame'></iframe>",
    "<meta http-equiv='refresh' content='0;url={trap}/refresh'>",
    "<base href='{trap}/'><link rel='stylesheet' href='{trap}/sheet'>",
    "<link rel='prefetch' href='{trap}/prefetch'><object data='{trap}/object'></object>",
    "<style>@import '{trap}/import'; body {{ display: none }}</style>",
    "<p style='background: url({trap}/ground); position: fixed; inset: 0'>over it</p>",
    "<video autoplay src='{trap}/video' poster='{trap}/poster'></video>",
    "<form action='{trap}/form'><input autofocus onfocus='window.canary = 6'></form>",
    "<details open ontoggle='window.canary = 7'><summary>x</summary></details>",
    "<a href='javascript:window.canary = 8'>bait</a>",
    "<a href='java&#9;script:window.canary = 9'>bait</a>",
    "[bait](javascript:window.canary=10) ![bait]({trap}/markdown)",
    "<script>never closed",
    "<!-- never closed",
    "<textarea>never closed",
    "</main></div></body></html><plaintext>",
)
# The elements that reach past the right edge and have no box of their own to scroll in.
OUTSIDE = """(all, width) => all
    .filter(each => !each.closest('.scroll, .card'))
    .filter(each => each.getBoundingClientRect().right > width + 0.5)
    .map(each => each.outerHTML.slice(0, 80))"""


@dataclass
class Seen:
    """All that a page asked for and complained of while it was open."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def measure(self, expression: str) -> Any:
        """Return what an expression is worth in the page."""
        return self.page.evaluate(expression)


@pytest.fixture
def open_page(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """Open the text of a page from a file, and record what it asks for and complains of."""
    contexts = []

    def opened(html: str, until: str = "load", **settings: Any) -> Seen:
        path = tmp_path / "page.html"
        path.write_text(html, "utf-8")
        settings.setdefault("viewport", {"width": 1280, "height": 800})
        contexts.append(chromium.new_context(**settings))
        seen = Seen(contexts[-1].new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("console", lambda message: seen.complaints.append(message.text))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.goto(path.as_uri(), wait_until=until)
        return seen

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A socket on this machine that hears every connection which a page tries to make."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        yield listener


def address(trap: socket.socket) -> str:
    """Return the address of the trap."""
    return f"http://127.0.0.1:{trap.getsockname()[1]}"


def heard(trap: socket.socket) -> bool:
    """Say whether anything connected to the trap."""
    try:
        trap.accept()[0].close()
    except TimeoutError:
        return False
    return True


def shown(data: dict[str, str], metadata: dict[str, object] | None = None) -> NotebookNode:
    """Return a code cell that displays one thing."""
    return new_code_cell(
        "analysis.show(book.evidence())  # " + "a long comment " * 12,
        outputs=[new_output("display_data", data=data, metadata=metadata or {})],
    )


def small_page() -> str:
    """Return a page with all that a report shows: prose, a chart, a wide table, code."""
    cells = [
        new_markdown_cell("# One source over time\n\nAs of [this claim](#claim-30): $5, not $6."),
        new_code_cell("source = 'x'", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## How did its numbers change?"),
        shown({"image/svg+xml": DRAWING}, {"image/svg+xml": {"alt": "It rose to 300."}}),
        new_markdown_cell("## Where does each number stand?"),
        shown({"text/html": TABLE}),
        shown({"text/html": f"<details><summary>Older</summary>{OLDER}</details>"}),
        shown({"text/plain": "unbroken" * 60}),
    ]
    return render_page(new_notebook(cells=cells), FACTS)


def first_page() -> str:
    """Return the first page of a story."""
    ran = "2025-01-14T10:00:00Z"
    entries = [
        IndexEntry("overview.html", "Time line", "All sources.", "Overview", ran),
        IndexEntry("a.html", "Source A", "A country.", "Sources", ran, "kept", "cell 4 failed"),
    ]
    return render_index(FACTS, entries, "<p>From <strong>300</strong> to 400.</p>", [])


PAGES = pytest.mark.parametrize("page", [small_page, first_page], ids=["report", "first"])


@PAGES
def test_a_page_asks_for_nothing_and_complains_of_nothing(open_page: Any, page: Any) -> None:
    """The one request is for the file itself, and the console stays empty."""
    seen = open_page(page())
    asked = [url for url in seen.requests if not url.startswith("data:")]
    assert len(asked) == 1
    assert asked[0].startswith("file:")
    assert seen.complaints == []


def test_the_trap_hears_a_page_that_does_ask(open_page: Any, trap: socket.socket) -> None:
    """The check of the check: an unguarded page is caught, its script and its request."""
    attacks = "".join(ATTACKS[:2]).format(trap=address(trap))
    seen = open_page(f"<!DOCTYPE html><title>x</title>{attacks}", until="commit")
    assert heard(trap)
    assert seen.measure("window.canary") in (1, 2)


@pytest.mark.parametrize("where", ["output", "markdown", "text", "alt", "facts"])
def test_a_hostile_notebook_runs_nothing_asks_nothing_and_hides_nothing(
    open_page: Any, trap: socket.socket, where: str
) -> None:
    """Every attack comes in every place, and what stands after it is still there."""
    cells = []
    facts = FACTS
    for number, attack in enumerate(ATTACKS):
        hostile = attack.format(trap=address(trap))
        if where == "facts":
            facts = replace(facts, title=facts.title + hostile, description=hostile)
        cells += {
            "output": [shown({"text/html": hostile})],
            "markdown": [new_markdown_cell(hostile)],
            "text": [shown({"text/plain": hostile})],
            "alt": [shown({"image/svg+xml": hostile}, {"image/svg+xml": {"alt": "'>" + hostile}})],
            "facts": [],
        }[where]
        cells.append(shown({"text/html": f'<p id="after-{number}">after</p>'}))
    seen = open_page(render_page(new_notebook(cells=cells), facts))
    for bait in seen.page.get_by_text("bait", exact=True).all():
        bait.dispatch_event("click")
    seen.page.wait_for_timeout(200)
    assert seen.measure("window.canary") is None
    assert not heard(trap)
    assert seen.complaints == []
    assert seen.page.url.startswith("file:")
    for number in range(len(ATTACKS)):
        assert seen.page.locator(f"main #after-{number}").is_visible()
    assert seen.page.locator("body > footer").inner_text().count("Tallybook 1.2.3") == 1


@PAGES
@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_a_page_never_scrolls_sideways(open_page: Any, page: Any, width: int) -> None:
    """Only tables, charts and the row of pages scroll, each in a box of its own."""
    seen = open_page(page(), viewport={"width": width, "height": 740})
    seen.page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    assert seen.measure("document.documentElement.scrollWidth") <= width
    outside = seen.page.locator("main *, footer *").evaluate_all(OUTSIDE, width)
    assert outside == []


def test_what_scrolls_sideways_can_be_reached_with_the_keyboard(open_page: Any) -> None:
    """A table wider than a telephone takes the focus and moves with the arrow keys."""
    seen = open_page(small_page(), viewport={"width": 360, "height": 740})
    for box in (".scroll", ".card"):
        region = seen.page.locator(box).first
        assert region.evaluate("each => each.scrollWidth > each.clientWidth")
        region.focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_timeout(400)
        assert region.evaluate("each => each.scrollLeft") > 0


def test_the_first_key_leads_past_the_row_of_pages(open_page: Any) -> None:
    """The skip link shows when it has the focus, and then leads to the content."""
    seen = open_page(small_page())
    link = seen.page.get_by_role("link", name="Skip to the content")
    assert link.bounding_box()["x"] < 0
    seen.page.keyboard.press("Tab")
    assert link.bounding_box()["x"] >= 0
    seen.page.keyboard.press("Enter")
    assert seen.measure("document.activeElement.id") == "content"


@pytest.mark.parametrize("claim", ["claim-30", "old-30"])
def test_a_link_to_a_claim_brings_its_sentence_into_view(open_page: Any, claim: str) -> None:
    """Also where the sentence stands in a fold: the fold opens."""
    seen = open_page(small_page())
    seen.page.goto(f"{seen.page.url}#{claim}")
    seen.page.wait_for_timeout(100)
    box = seen.page.locator(f"#{claim}").bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800


@PAGES
def test_dark_and_light_are_two_pictures_of_one_page(open_page: Any, page: Any) -> None:
    """The ground turns dark with the reader's setting, and charts keep their white card."""
    grounds = {}
    for scheme in ("light", "dark"):
        seen = open_page(page(), color_scheme=scheme)
        ground = seen.measure("getComputedStyle(document.body).backgroundColor")
        grounds[scheme] = sum(map(int, ground.strip("rgb()").split(",")))
        for card in seen.page.locator(".card").all():
            style = card.evaluate("each => getComputedStyle(each).backgroundColor")
            assert style == "rgb(255, 255, 255)"
    assert grounds["dark"] < 150
    assert grounds["light"] > 600


def test_a_page_reads_the_same_without_scripts(open_page: Any) -> None:
    """With JavaScript off in the browser, the picture of the page is the same."""
    pictures = [
        open_page(small_page(), java_script_enabled=on).page.screenshot(full_page=True)
        for on in (True, False)
    ]
    assert pictures[0] == pictures[1]


def test_on_paper_only_what_is_read_on_paper_is_left(open_page: Any) -> None:
    """No navigation, no code and no addresses in the text; charts and rows stay in one piece."""
    seen = open_page(small_page())
    seen.page.emulate_media(media="print")
    for hidden in ("nav", ".skip", "details.code"):
        assert not seen.page.locator(hidden).is_visible()
    assert seen.page.locator("#old-30").is_visible()
    assert seen.page.locator("footer").is_visible()
    figure = seen.page.locator("figure")
    assert figure.evaluate("each => getComputedStyle(each).breakInside") == "avoid"
    link = seen.page.locator("tr a").first
    assert link.evaluate("each => getComputedStyle(each, '::after').content") == "none"
    assert seen.page.pdf(format="A4").startswith(b"%PDF")


@PAGES
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_no_barrier(
    open_page: Any, skip_or_fail: Any, page: Any, scheme: str, width: int
) -> None:
    """The rules of axe-core pass, contrast in both schemes among them."""
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        skip_or_fail("axe is not installed (pip install axe-playwright-python)")
    seen = open_page(page(), color_scheme=scheme, viewport={"width": width, "height": 740})
    seen.page.locator("details").evaluate_all("all => all.forEach(each => each.open = true)")
    found = Axe().run(seen.page).response
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found["violations"]] == []
    assert len(found["passes"]) > 10
