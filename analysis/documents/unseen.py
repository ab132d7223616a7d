"""Take out of a tree of markup what a browser does not show, and keep apart what it shows apart.

What no reader of the page saw was not reported; what a reader would see as two numbers is never
joined to one.
"""

import re
from typing import Any

from analysis.documents.styles import declarations, hidden_by_sheets, hides

# What a browser never shows, or shows only where it does not know the element.
NEVER_SHOWN = (
    *("script", "style", "noscript", "template", "head", "iframe", "noframes", "object", "embed"),
    *("canvas", "video", "audio", "datalist", "select", "textarea"),
)
NO_TEXT = ("script", "style", "head")  # their characters are no text that was left out
STRUCK_OUT = ("del", "s", "strike")  # shown as taken back
UNSEEN_CLASSES = frozenset(
    (
        *("hidden", "is-hidden", "d-none", "display-none", "u-hidden", "sr-only", "invisible"),
        *("visually-hidden", "visuallyhidden", "screen-reader-text", "screen-reader-only"),
    )
)
SHOWN_AGAIN = re.compile(r"(?:block|flex|grid|inline|table|not-sr-only)")  # on a wider screen
BLOCKS = (
    *("address", "article", "aside", "blockquote", "br", "caption", "dd", "details", "div", "dl"),
    *("dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary", "table"),
    *("tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
)
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def drop_unseen(tree: Any) -> int:
    """Take out of a tree what a browser does not show; return how many characters that were.

    Also what is struck out, and what stands in a closed `details` besides its summary.
    """
    _drop_comments(tree)
    by_rule = hidden_by_sheets(tree)
    hidden = 0
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        if element in by_rule or _is_unseen(element):
            if element.tag not in NO_TEXT:
                hidden += len("".join(element.text_content().split()))
            if element.tag != "head":
                element.drop_tree()
    for head in tree.xpath("/html/head"):
        head.clear()
    return hidden


def keep_apart(tree: Any) -> None:
    """Write digits of footnote marks as the raised or lowered signs that a browser shows.

    Else "12" and its footnote 3 would be read as 123.
    """
    for element in tree.iter("sup", "sub", "a", "span"):
        style = declarations(element.get("style") or "")
        align = style.get("vertical-align", "")
        to_a_note = element.tag == "a" and (element.get("href") or "").startswith("#")
        if element.tag == "sub" or align == "sub":
            table = LOWERED
        elif element.tag == "sup" or align in ("super", "text-top", "top") or to_a_note:
            table = RAISED
        else:
            continue
        if to_a_note and not (element.text_content().strip().isdecimal() and _after_digit(element)):
            continue
        for inner in element.iter():
            inner.text = inner.text.translate(table) if inner.text else inner.text
            if inner is not element and inner.tail:
                inner.tail = inner.tail.translate(table)


def break_lines(tree: Any) -> None:
    """Put a line break before and after what a browser shows on lines or in cells of its own."""
    for element in tree.iter(*BLOCKS):
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + "\n"
        elif element.getparent() is not None:
            element.getparent().text = (element.getparent().text or "") + "\n"
        element.tail = "\n" + (element.tail or "")


def _drop_comments(tree: Any) -> None:
    # Readers lose what follows a comment inside a paragraph.
    for element in list(tree.iter()):
        if not isinstance(element.tag, str) and element.getparent() is not None:
            parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
            if before is not None:
                before.tail = (before.tail or "") + tail
            else:
                parent.text = (parent.text or "") + tail
            element.tail = None
            parent.remove(element)


def _after_digit(element: Any) -> bool:
    before = element.getprevious()
    text = element.getparent().text if before is None else (before.tail or before.text_content())
    return bool(text) and text[-1:].isdecimal()


def _is_unseen(element: Any) -> bool:
    if element.tag in NEVER_SHOWN or element.tag in STRUCK_OUT:
        return True
    if element.get("hidden") is not None or element.get("aria-hidden", "").lower() == "true":
        return True
    if element.tag == "dialog" and element.get("open") is None:
        return True
    parent = element.getparent()
    if parent.tag == "details" and parent.get("open") is None and element.tag != "summary":
        return True
    classes = (element.get("class") or "").lower().split()
    if not UNSEEN_CLASSES.isdisjoint(classes) and not any(map(SHOWN_AGAIN.search, classes)):
        return True
    return hides(declarations(element.get("style") or ""))
