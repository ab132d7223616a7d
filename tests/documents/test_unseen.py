"""I04 and I05: what a reader of a page does not see is no figure, and no loss is silent."""

import pytest

from analysis import extract
from analysis.documents.feed import read_feed
from analysis.documents.styles import declarations, hides
from analysis.documents.webpage import read_page
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

SECRET = "Officials said 99 people were killed in the second sinking of that night."
SEEN = "At least 12 people were killed when the ferry sank off the bay, the coastguard said."
FILLER = (
    "<p>The boat had left the harbour in the evening, and the weather was calm all night.</p>" * 4
)


def page(body, head=""):
    """Return the bytes of a page with an article of one figure."""
    return (
        f"<!doctype html><html lang=en><head><title>Ferry</title>{head}</head>"
        f"<body><article><p>{SEEN}</p>{FILLER}{body}</article></body></html>"
    ).encode()


def feed(body):
    """Return the bytes of a feed whose entry has a body of markup."""
    return f"<rss version='2.0'><channel><item><title>News</title><description><![CDATA[{body}]]></description></item></channel></rss>".encode()


UNSEEN = [
    *(
        f"<p style='{style}'>{SECRET}</p>"
        for style in (
            "display:none",
            "DISPLAY : none !important",
            "display:/**/none",
            "dis\\70lay:none",
            "display:&#110;one",
            "visibility:hidden",
            "visibility:collapse",
            "content-visibility:hidden",
            "font-size:0",
            "FONT-SIZE: 0.0em; color:red",
            "font-size:1px",
            "font:0/0 a",
            "opacity:0",
            "opacity:.0",
            "filter:opacity(0%)",
            "color:transparent",
            "color:rgba(0,0,0,0)",
            "color:#fff0",
            "color:#fff;background-color:#fff",
            "position:absolute;left:-9999px",
            "text-indent:-999em",
            "margin-left:-2000px",
            "height:0;overflow:hidden",
            "max-height:0px;overflow-y:hidden;overflow:clip",
            "clip:rect(0 0 0 0);position:absolute",
            "clip-path:inset(50%)",
            "transform:scale(0)",
        )
    ),
    f"<p hidden>{SECRET}</p>",
    f"<p hidden=until-found>{SECRET}</p>",
    f"<p aria-hidden='true'>{SECRET}</p>",
    f"<p class='note sr-only'>{SECRET}</p>",
    f"<noscript><p>{SECRET}</p></noscript>",
    f"<template><p>{SECRET}</p></template>",
    f"<details><summary>More</summary><p>{SECRET}</p></details>",
    f"<dialog><p>{SECRET}</p></dialog>",
    f"<textarea>{SECRET}</textarea>",
    f"<del>{SECRET}</del>",
    f"<iframe>{SECRET}</iframe>",
]


@pytest.mark.parametrize("body", UNSEEN)
def test_hidden_text_gives_no_figure_in_a_page_or_a_feed_and_is_counted(body):
    """I05: by style, attribute, element or class; the origin of a page says how much it was."""
    document = read_page(page(body), "a.html", "a.html", "s")
    assert "99" not in document.text
    assert SEEN in document.text
    assert "hidden characters left out" in document.origin
    [entry] = read_feed(feed(f"<p>{SEEN}</p>{body}"), "f.xml", "s")
    assert "99" not in entry.text
    assert SEEN in entry.text


@pytest.mark.parametrize(
    "sheet",
    [
        ".secret{display:none}",
        "p.secret , h7 { visibility : hidden }",
        "#deep .secret{opacity:0}",
        "div > p.secret{font-size:0}",
        "/* } */ .a{color:red} @media screen{.secret{display:none}}",
        ".secret{display:none} @media print{.secret{display:block}}",
    ],
)
def test_a_style_sheet_of_the_page_hides_as_a_style_does(sheet):
    """I05: rules of tags, classes and ids are followed."""
    body = f"<div id=deep><p class='secret'>{SECRET}</p></div>"
    document = read_page(page(body, f"<style>{sheet}</style>"), "a.html", "a.html", "s")
    assert "99" not in document.text
    assert "hidden characters left out" in document.origin


@pytest.mark.parametrize(
    ("body", "sheet"),
    [
        (f"<p class=secret>{SECRET}</p>", "@media print{.secret{display:none}}"),
        (f"<p class=secret>{SECRET}</p>", ".secret{display:none} .secret{display:block}"),
        (f"<p class=secret>{SECRET}</p>", ".secret::before{display:none} .b:hover{opacity:0}"),
        (f"<p class=secret>{SECRET}</p>", ".secret{display:none"),
        (f"<details open><summary>More</summary><p>{SECRET}</p></details>", ""),
        (f"<p style='opacity:0.9;font-size:12px;left:-2px;color:#fff'>{SECRET}</p>", ""),
        (f"<div class='hidden md:block'><p>{SECRET}</p></div>", ""),
    ],
)
def test_what_is_shown_is_read(body, sheet):
    """A rule for paper or for a mouse, or one that a later rule undoes, hides nothing."""
    document = read_page(page(body, f"<style>{sheet}</style>"), "a.html", "a.html", "s")
    assert SECRET in document.text


def test_a_style_is_read_as_a_browser_reads_it():
    """Comments and escapes are undone, and the last declaration counts."""
    assert declarations("color:red;;x; COLOR : Blue!important") == {"color": "blue"}
    assert not hides(declarations("display:none;display:block"))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("About 12<sup>3</sup> people were killed", "About 12³ people were killed"),
        ("About 12<sup><a href='#n'>3</a></sup> people were killed", "About 12³ people"),
        ("About 12<a href='#n3'>3</a> people were killed", "About 12³ people"),
        ("About 12<span style='vertical-align:super'>3</span> people were killed", "12³ people"),
        ("About 12<sub>3</sub> people were killed", "12₃ people"),
        ("About 12<sup>th</sup> people were killed", "12th people"),
        ("About <!-- a -->12<!-- --> people were killed", "About 12 people were killed"),
        ("About 1<!-- 9 -->2 people were killed", "About 12 people were killed"),
        ("About 1<span hidden>9</span>2 people were killed", "About 12 people were killed"),
        ("<del>99</del> 12 people were killed", "12 people were killed"),
    ],
)
def test_two_numbers_of_a_page_are_never_joined_and_one_is_never_cut(markup, text):
    """F05: a footnote mark beside a figure leaves the figure as it is, as does a comment in it."""
    body = f"<p>{markup} in the second sinking, officials said that night.</p>"
    [entry] = read_feed(feed(body), "f.xml", "s")
    for document in (read_page(page(body), "a.html", "a.html", "s"), entry):
        assert text in document.text
        numbers = {(c.low, c.high) for c in extract.read(document).claims}
        assert numbers <= {(12, 12), (12, None)}


@pytest.mark.parametrize(
    "body",
    [
        "<table><tr><td>1</td><td>2 people were killed</td></tr></table>",
        "In 1<div>2 people were killed</div>",
        "<h2>1</h2>2 people were killed",
        "<ul><li>1</li><li>2 people were killed</li></ul>",
        "1<br>2 people were killed",
    ],
)
def test_cells_and_lines_of_a_feed_stay_apart(body):
    """1 and 2 in two cells are not 12."""
    [document] = read_feed(feed(body), "f.xml", "s")
    assert "1\n2 people were killed" in document.text


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("<div>" * 300 + "30 people were killed", "deep in each other"),
        ("a" * 10_100_000 + "<p>30 people were killed</p>", "longer than"),
        ("<p " + " ".join(f"a{n}=1" for n in range(3000)) + ">30 people were killed", "attributes"),
    ],
)
def test_an_entry_that_a_parser_reads_in_part_is_refused(body, reason):
    """I04: it would look like an entry without figures."""
    [refusal] = read_feed(feed(body), "f.xml", "s")
    assert isinstance(refusal, Refusal)
    assert reason in refusal.reason


@pytest.mark.parametrize(
    "body",
    [
        "<form><h1>Sign in to continue reading</h1><input type=password></form>",
        "<form><h1>Welcome back</h1><p>Your name and your word, please.</p><input type=password></form>",
        "<h1>We value your privacy</h1><p>We and our 842 partners store data. 30 people accept.</p>",
        "<noscript>Please enable JavaScript</noscript><p>Checking your browser before you go on.</p>",
        "<center><h1>403 Forbidden</h1></center>",
        "<h1>Page not found</h1><p>30 people were killed in other news.</p>",
    ],
)
def test_a_page_in_place_of_the_article_is_refused_by_its_words(body):
    """I06: a wall of a login, of cookies or of an error is no article without figures."""
    with pytest.raises(BadDocument, match="login, cookie or error page"):
        read_page(f"<html><body>{body}</body></html>".encode(), "a.html", "a.html", "s")


def test_an_article_with_a_form_below_it_is_read():
    """The words of a wall may stand in a longer text."""
    more = "".join(
        f"<p>The coastguard searched part {n} of the bay for more people.</p>" for n in range(8)
    )
    body = f"{more}<p>Please log in to comment.</p><form><input type=password></form>"
    assert isinstance(read_page(page(body), "a.html", "a.html", "s"), Document)


@pytest.mark.parametrize("cut", [20, 30, 60])
def test_a_page_that_is_cut_in_a_text_is_refused_with_the_place(cut):
    """I10: the number at the cut may be the half of one."""
    data = page(f"<p>{SECRET}</p>")[:-cut]
    with pytest.raises(BadDocument, match=rf"ends early, at byte {len(data):,}"):
        read_page(data, "a.html", "a.html", "s")


def test_a_page_that_ends_after_an_element_says_that_it_may_be_cut():
    """Some pages leave out their last tags, so it is no reason to refuse it."""
    data = page("").partition(b"</article>")[0]
    assert "without an end, perhaps cut" in read_page(data, "a.html", "a.html", "s").origin


@pytest.mark.parametrize(
    "head",
    ["<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>", "<!DOCTYPE html [<!ENTITY x 'a'><!ENTITY y '&x;&x;'>]>"],
)  # fmt: skip
def test_a_page_with_entities_of_its_own_is_refused(head):
    """I07: neither a bomb nor the content of a file comes in."""
    with pytest.raises(BadDocument, match="entities"):
        read_page(head.encode() + page("<p>&x;</p>"), "a.html", "a.html", "s")
