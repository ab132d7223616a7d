"""What a page promises, checked on its text; what a browser makes of it is checked elsewhere."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.model import Refusal
from analysis.publish.facts import IndexEntry, PageFacts
from analysis.publish.pages import (
    CONTENT_SECURITY_POLICY,
    ROOM,
    render_index,
    render_page,
)
from analysis.publish.sanitiser import Fitting, is_safe_link, printable, sanitise
from analysis.publish.words import count, long_date, moment

FACTS = PageFacts(
    story_title="Floods in Exampleland",
    title="The river authority",
    cut_off="2025-01-13",
    known_at="2025-01-14T09:30:00.000000Z",
    edition="2025-01-14T10-00-00Z",
    notebook_hash="0123456789abcdef0123",
    version="1.2.3",
    documents=1,
    claims=1200,
    refused=2,
    every="6h",
    links=(("index.html", "Overview"), ("authority.html", "The river authority")),
    description="What the authority has said, report by report.",
)
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
TABLE = (
    "<table><caption>Numbers of one source</caption><thead><tr><th scope='col'>Number</th></tr>"
    "</thead><tbody><tr id='claim-1'><td><mark>300</mark></td></tr></tbody></table>"
)
MAY_LOAD_OR_RUN = {"script", "iframe", "object", "embed", "base", "form", "input", "video", "audio"}


class Elements(HTMLParser):
    """The elements of a page in order, each as its tag and attributes, and its visible text."""

    def __init__(self, page: str) -> None:
        """Parse a page."""
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of all elements of one tag."""
        return [attributes for name, attributes in self.found if name == tag]


def shown(data: dict[str, str], metadata: dict[str, object] | None = None) -> NotebookNode:
    """Return a code cell that displays one thing."""
    return new_code_cell(
        "show()", outputs=[new_output("display_data", data=data, metadata=metadata or {})]
    )


def page_of(*cells: NotebookNode, facts: PageFacts = FACTS) -> str:
    """Return the page of a notebook that has these cells."""
    return render_page(new_notebook(cells=list(cells)), facts)


def main_of(page: str) -> str:
    """Return what stands in the main part of a page."""
    return page.partition("<main")[2].partition("</main>")[0]


def test_the_policy_stands_first_in_the_head_word_for_word() -> None:
    """Whatever came before the policy would not be held by it."""
    for page in (page_of(), render_index(FACTS, [], "", [])):
        assert (
            "<head>\n"
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'\">"
        ) in page
        assert "script-src" not in CONTENT_SECURITY_POLICY


def test_a_page_names_no_address_that_a_browser_would_load_or_run() -> None:
    """Pictures and the icon are data; there is no script, frame, form or style sheet to fetch."""
    cell = shown({"image/svg+xml": DRAWING}, {"image/svg+xml": {"alt": "One line."}})
    page = page_of(cell, shown({"text/html": TABLE}))
    elements = Elements(page)
    assert not MAY_LOAD_OR_RUN & {tag for tag, _ in elements.found}
    addresses = [a.get("src") for a in elements.named("img")]
    addresses += [a.get("href") for a in elements.named("link")]
    assert addresses
    assert all(address and address.startswith("data:") for address in addresses)
    assert not re.search(r"url\(|@import|@font-face", page)


def test_a_page_without_pictures_stays_far_under_200_kilobytes() -> None:
    """The frame and the style sheet weigh little: a page opens on a slow line."""
    assert len(page_of().encode()) < 30_000


def test_a_page_states_what_it_rests_on_in_plain_words() -> None:
    """A reader learns the cut-off, both clocks, the edition, the counts and how often it is looked."""
    footer = page_of().partition("<footer")[2]
    for words in (
        "13 January 2025",
        "14 January 2025, 09:30 UTC",
        "2025-01-14T10-00-00Z",
        "0123456789abcdef0123",
        "Tallybook 1.2.3",
        "1 document and 1,200 claims; 2 inputs were refused",
        "looked for every 6 hours",
    ):
        assert words in footer


def test_what_is_not_known_is_said_so_and_not_left_empty() -> None:
    """No dated report is a fact too; where no update is planned, none is promised."""
    page = page_of(facts=replace(FACTS, cut_off=None, every=None))
    assert "No report with a date has been read" in page
    assert "Next update" not in page
    assert "looked for" not in page
    assert "None" not in page


def test_every_fact_is_escaped() -> None:
    """Titles come from files that people write, so they are data."""
    hostile = '"><script>x()</script>'
    facts = replace(
        FACTS,
        **dict.fromkeys(("story_title", "title", "description", "edition", "cut_off"), hostile),
        links=((hostile, hostile), ("javascript:x()", "a link")),
    )
    entry = IndexEntry(*[hostile] * 5, "kept", hostile)
    refusal = Refusal(hostile, hostile, hostile)
    for page in (page_of(facts=facts), render_index(facts, [entry], "", [refusal])):
        elements = Elements(page)
        assert not elements.named("script")
        assert 'href="javascript' not in page
        assert elements.text.count(hostile) >= 4
        assert len(elements.named("footer")) == 1


@pytest.mark.parametrize(
    ("kind", "data"),
    [("image/svg+xml", DRAWING), ("image/png", PIXEL), ("image/png", PIXEL + "\n")],
)
def test_a_picture_is_data_with_its_words_for_those_who_do_not_see_it(kind: str, data: str) -> None:
    """The alternative text comes from the metadata of the output, quotes and all."""
    page = page_of(shown({kind: data, "text/plain": "<Chart>"}, {kind: {"alt": 'A "fall" <300>'}}))
    (image,) = Elements(page).named("img")
    assert image["alt"] == 'A "fall" <300>'
    head, _, body = str(image["src"]).partition(",")
    assert head == f"data:{kind};base64"
    assert base64.b64decode(body, validate=True)
    assert "&lt;Chart&gt;" not in page


def test_a_drawing_never_becomes_part_of_the_page_itself() -> None:
    """A script in a drawing would run if the drawing stood in the page."""
    page = page_of(shown({"image/svg+xml": "<svg onload='x()'><script>x()</script></svg>"}))
    assert {"svg", "script"}.isdisjoint(tag for tag, _ in Elements(page).found)
    assert Elements(page).named("img")[0]["alt"] == "Picture without a description."


def test_our_own_tables_come_through_whole_and_scroll_by_themselves() -> None:
    """Caption, scope, anchor and mark stay, in a region that the keyboard reaches."""
    main = main_of(page_of(shown({"text/html": TABLE})))
    for piece in (
        '<div class="scroll" role="region" tabindex="0" aria-label="Table 1: Numbers of one source">',
        "<caption>Numbers of one source</caption>",
        '<th scope="col">Number</th>',
        '<tr id="claim-1"><td><mark>300</mark></td></tr>',
        "</table></div>",
    ):
        assert piece in main


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("<script>x()</script>300", "300"),
        ("<img src=x onerror=x()>300", "300"),
        ("<svg><script>x()</script></svg>300", "300"),
        ("<style>p{display:none}</style>300", "300"),
        ('<p style="position:fixed" onclick="x()">300</p>', "<p>300</p>"),
        ('<meta http-equiv="refresh" content="0">300', "300"),
        ("<base href=//example.org><form><button>300</button></form>", "300"),
        ("<iframe src=javascript:x()></iframe>300", "300"),
        ('<a href="java&#10;script:x()">300</a>', "<a>300</a>"),
        ('<a href="javascript:x()">300</a>', "<a>300</a>"),
        ('<a href="//example.org">300</a>', "<a>300</a>"),
        ('<a href="/\\example.org">300</a>', "<a>300</a>"),
        (
            '<a href="https://example.org/a?b=1">300</a>',
            '<a href="https://example.org/a?b=1">300</a>',
        ),
        ('<a href="method.html#dozens">300</a>', '<a href="method.html#dozens">300</a>'),
        ('<p id="a"><em>300', '<p id="a"><em>300</em></p>'),
        ("300 <!-- an open comment", "300 "),
        ("3\x000\ud8000\x1b[31m0\x1b[0m", "3\ufffd0\ufffd00"),
        ("<details open><summary>300</summary></details>",) * 2,
        ('<time datetime="2025-01-13">300</time>',) * 2,
    ],
)
def test_the_second_wall_lets_through_what_tables_and_prose_are_made_of(
    fragment: str, expected: str
) -> None:
    """Each row is a fragment and what is left of it."""
    assert sanitise(fragment).replace(' open=""', " open") == expected


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>x()",
        "<!-- ",
        "<textarea>",
        "<plaintext>",
        "<table><tr><td>",
        "</div></main></body></html>",
        "<style>",
        "<title>",
        "<select><option>",
        "<svg><style><!--",
        "<math><annotation-xml encoding=text/html>",
    ],
)
@pytest.mark.parametrize("where", ["output", "markdown", "text", "stream", "code"])
def test_nothing_that_one_cell_leaves_open_swallows_what_follows(hostile: str, where: str) -> None:
    """The next cell and the footer stand in the page, each where it belongs."""
    cells = {
        "output": shown({"text/html": hostile}),
        "markdown": new_markdown_cell(hostile),
        "text": shown({"text/plain": hostile}),
        "stream": new_code_cell(
            "print()", outputs=[new_output("stream", name="stdout", text=hostile)]
        ),
        "code": new_code_cell(hostile),
    }
    page = page_of(cells[where], shown({"text/html": "<p id='next'>next</p>"}))
    assert main_of(page).count('<p id="next">next</p>') == 1
    assert page.count("</main>") == page.count("<footer") == page.count("</html>") == 1
    assert not MAY_LOAD_OR_RUN & {tag for tag, _ in Elements(page).found}


def test_whatever_is_no_table_prose_or_picture_is_shown_as_text() -> None:
    """Streams, errors, plain results and unknown kinds are words, without terminal colours."""
    outputs = [
        new_output("stream", name="stderr", text="\x1b[31m<b>one</b>\x1b[0m"),
        new_output("error", ename="E", evalue="e", traceback=["<b>two</b>"]),
        new_output("execute_result", data={"text/plain": "<b>three</b>"}),
        new_output("display_data", data={"application/javascript": "alert('four')"}),
        new_output("display_data", data={"text/markdown": "<b>five</b>"}),
    ]
    main = main_of(page_of(new_code_cell("x", outputs=outputs)))
    for word in ("one", "two", "three", "five"):
        assert f'<pre class="text">&lt;b&gt;{word}&lt;/b&gt;</pre>' in main
    assert '<pre class="text">alert(&#39;four&#39;)</pre>' in main
    assert "\x1b" not in main


def test_a_dollar_sign_is_money() -> None:
    """No formula is made of prices, and what stands between them keeps its emphasis."""
    main = main_of(page_of(new_markdown_cell("$5 killed, *but* $6 and $$7$$ wounded")))
    assert "<p>$5 killed, <em>but</em> $6 and $$7$$ wounded</p>" in main


def test_markdown_keeps_its_lists_tables_and_links_and_loses_the_rest() -> None:
    """What reporters write in a notebook reads the same on the page."""
    source = (
        "- one\n\n|a|b|\n|-|-|\n|1|2|\n\n[x](javascript:x()) [y](method.html) <b onclick=x>z</b>"
    )
    main = main_of(page_of(new_markdown_cell(source)))
    assert "<li>one</li>" in main
    assert '<div class="scroll" role="region" tabindex="0" aria-label="Table 1">' in main
    assert '<p><a>x</a> <a href="method.html">y</a> <b>z</b></p>' in main


def test_headings_are_in_order_under_one_title() -> None:
    """The page has one heading of the first level and skips none on the way down."""
    page = page_of(
        new_markdown_cell("# One source over time\n\n#### Deep\n\n# Another\n\n##### Deeper"),
        shown({"text/html": "<h5>In an output</h5><h2>Next</h2>"}),
    )
    levels = [int(tag[1]) for tag, _ in Elements(page).found if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert "<h2>Another</h2>" in page


def test_the_heading_that_opens_a_notebook_stands_above_the_title() -> None:
    """The page is titled by what it is about, and the notebook's own title is not lost."""
    page = page_of(new_markdown_cell("# One *source* over time\n\nA finding."))
    assert '<span class="strand">One source over time</span>' in page
    assert page.count("One source over time") == 1
    same = page_of(new_markdown_cell(f"# {FACTS.title}\n\nA finding."))
    assert 'class="strand"' not in same
    assert "<p>A finding.</p>" in same


def test_the_code_is_folded_and_the_parameters_of_the_run_stand_in_it() -> None:
    """Code is for those who ask; the metadata of a run stays out, since it names folders."""
    notebook = new_notebook(
        cells=[
            new_code_cell("until = ''", metadata={"tags": ["parameters"]}),
            new_code_cell("until = '<2025>'", metadata={"tags": ["injected-parameters"]}),
            new_code_cell("  \n"),
        ],
        metadata={"papermill": {"input_path": "/home/someone/x", "parameters": {"a": "b-secret"}}},
    )
    page = render_page(notebook, FACTS)
    fold = page.partition('<details class="code">')[2].partition("</details>")[0]
    assert "<summary>Show the code</summary>" in fold
    assert "Parameters of this run" in fold
    assert "until = &#39;&lt;2025&gt;&#39;" in fold
    assert fold.count("<pre>") == 2
    assert "someone" not in page
    assert "secret" not in page
    assert "<details" not in page_of()


def test_a_page_can_be_walked_without_eyes_or_mouse() -> None:
    """Language, landmarks, skip link and the present page in the navigation are marked."""
    elements = Elements(page_of())
    assert elements.named("html") == [{"lang": "en"}]
    assert [len(elements.named(tag)) for tag in ("nav", "main", "footer", "h1")] == [1, 1, 1, 1]
    links = [a["href"] for a in elements.named("a")]
    assert links == ["#content", "index.html"]
    assert elements.named("main")[0]["id"] == "content"
    assert [a for a in elements.named("span") if a.get("aria-current") == "page"]
    assert "<nav" not in page_of(facts=replace(FACTS, links=()))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour as WCAG 2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *[(ink, "paper") for ink in ("ink", "quiet", "accent", "alarm")],
        *[(ink, "raised") for ink in ("ink", "quiet", "accent", "alarm")],
        ("ink", "mark"),
    ],
)
def test_every_text_colour_has_enough_contrast(scheme: int, ink: str, ground: str) -> None:
    """At least 4.5 to 1, as WCAG 2 asks of running text."""
    sheet = (ROOM / "template" / "page.css").read_text("utf-8")
    blocks = [
        dict(re.findall(r"--(\w+): (#\w+)", b)) for b in re.findall(r":root \{([^}]*)\}", sheet)
    ]
    assert len(blocks) == 3
    bright, dim = sorted((luminance(blocks[scheme][name]) for name in (ink, ground)), reverse=True)
    assert (bright + 0.05) / (dim + 0.05) >= 4.5


def test_the_first_page_lists_pages_by_group_in_the_order_given() -> None:
    """Groups keep the order of their first page, also when pages come mixed."""
    ran = "2025-01-14T10:00:00Z"
    entries = [
        IndexEntry("overview.html", "Time line", "All sources.", "Overview", ran),
        IndexEntry("a.html", "Source A", "A country.", "Sources", ran),
        IndexEntry("spread.html", "Spread", "", "Overview", ran),
    ]
    main = main_of(render_index(FACTS, entries, "<p>From 300 to 400.</p>", []))
    places = [
        main.index(words) for words in ("From 300", "Overview", "Spread", "Sources", "Source A")
    ]
    assert places == sorted(places)
    assert main.count("<h2") == 2
    assert main.count("Made <time") == 3
    assert "Not taken in" not in main


def test_the_first_page_says_which_page_was_kept_and_why() -> None:
    """A page that could not be renewed is from an earlier day, and the reader is told."""
    entry = IndexEntry(
        "a.html", "A", "", "Sources", "2025-01-12T10:00:00Z", "kept", "cell 4 failed"
    )
    main = main_of(render_index(FACTS, [entry], "", []))
    assert "Not renewed:" in main
    assert "12 January 2025, 10:00 UTC" in main
    assert "cell 4 failed" in main


def test_the_first_page_names_each_refused_input_and_its_reason() -> None:
    """What was left out is public, with the place, the reason and the advice."""
    refused = [Refusal("a.txt", "it is no text", "save it as UTF-8")]
    main = main_of(render_index(FACTS, [], "<script>x()</script><p>300</p>", refused))
    assert "1 input was refused; no number here comes from it." in main
    assert ": it is no text; save it as UTF-8" in main
    assert "x()" not in main


def test_the_same_notebook_gives_the_same_bytes() -> None:
    """Nothing on a page comes from the clock or from chance, and no page marks the next."""
    cells = [new_markdown_cell("# A\n\n### B"), shown({"text/html": TABLE})]
    first = page_of(*cells)
    assert page_of(*cells) == first
    render_index(FACTS, [], "<table></table><h4>x</h4>", [])
    assert page_of(*cells) == first


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://example.org/a'b?c=d:e#f", True),
        ("http://xn--e1afmkfd.example/", True),
        ("sources.html", True),
        ("../north/index.html#claim-0a", True),
        ("./a:b", True),
        ("?page=2", True),
        ("#claim-1", True),
        ("", False),
        ("a:b", False),
        ("JaVaScRiPt:x()", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("mailto:desk@example.org", False),
        ("https:example.org", False),
        ("///example.org", False),
        ("\\\\example.org", False),
        ("https://example.org/a b", False),
        (' https://example.org/"onclick="x()', False),
    ],
)
def test_a_link_leads_to_the_web_or_to_a_page_beside_this_one(address: str, safe: bool) -> None:
    """Nothing else is an address that a page may carry."""
    assert is_safe_link(address) is safe


def test_a_table_in_a_table_scrolls_with_the_outer_one() -> None:
    """Regions do not nest, and each region has a name of its own."""
    fitted = Fitting().fit(sanitise("<table><tr><td>" + TABLE + "</td></tr></table>" + TABLE))
    assert re.findall('aria-label="([^"]*)"', fitted) == [
        "Table 1",
        "Table 2: Numbers of one source",
    ]
    assert fitted.count("<div") == fitted.count("</div>") == 2


def test_words_for_readers_fit_their_numbers_and_dates() -> None:
    """Dates are written out; what is no date comes back as it was."""
    assert count(1, "claim", "claims") == "1 claim"
    assert count(0, "claim", "claims") == "0 claims"
    assert long_date("2024-02-29") == "29 February 2024"
    assert long_date("soon") == moment("soon") == "soon"
    assert moment("2025-01-13") == "13 January 2025"
    assert moment("2025-01-13T23:30:00-01:00") == "14 January 2025, 00:30 UTC"
    assert printable("a\tb\nc\x07") == "a\tb\nc\ufffd"


def test_hundreds_of_pages_stand_by_name_with_letters_to_jump_to() -> None:
    """Without a script; a group of few stays as it was."""
    many = [
        IndexEntry(
            f"p{n}.html",
            f"{'ABC'[n % 3]} source {n:03}",
            "",
            "Sources",
            "2025-01-12T10:00:00Z" if n == 100 else "2025-01-11T10:00:00Z",
        )
        for n in range(300)
    ]
    one = IndexEntry("o.html", "Overview", "", "The story", "2025-01-12T10:00:00Z")
    page = render_index(FACTS, [one, *many], "", ())
    assert '<a href="#group-2">Sources</a> (300)' in page
    places = re.findall(r'<h3 class="letter" id="(group-2-\d)">(.) <span class="count">100<', page)
    assert places == [("group-2-1", "A"), ("group-2-2", "B"), ("group-2-3", "C")]
    assert all(f'<a href="#{place}">{letter}</a>' in page for place, letter in places)
    newest = page.partition("Renewed last")[2].partition("</ul>")[0]
    assert newest.index("p100.html") < newest.index("p0.html")
    assert page.count('href="p7.html"') == 1
    few = render_index(FACTS, [one, *many[:24]], "", ())
    assert "Renewed last" not in few
    assert "#group-2" not in few
