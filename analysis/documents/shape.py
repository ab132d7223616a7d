"""Refuse markup that a parser would read in part: what was lost could not be said afterwards."""

import re
from typing import Any

from analysis.errors import BadDocument

DEEPEST = 250  # elements within each other; libxml2 drops what lies deeper, without a word
LONGEST_TEXT = 10_000_000  # characters of one text; libxml2 drops longer ones
MOST_ATTRIBUTES = 2_000  # of one element; time grows with their square
MOST_ELEMENTS = 50_000  # of a page; the article reader takes some minutes for a million
LONG_TAG = re.compile(r"<[a-z](?:[^<>\"']|\"[^\"]*\"|'[^']*')*", re.IGNORECASE)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
ENTITIES = re.compile(r"<!(?:ENTITY|DOCTYPE[^>]*\[)", re.IGNORECASE)
BEGINS = re.compile(r"<(?:html|body)[\s>]", re.IGNORECASE)
ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)
# What stands where an article should be. Only a short page is taken for one of these.
WALLS = (
    r"(?:log|sign) ?in to (?:continue|read|view)|please (?:log|sign) ?in|already a subscriber",
    r"subscribe to (?:continue|read)|we (?:value|respect|care about) your privacy",
    r"(?:accept|reject|manage) (?:all )?(?:cookies|consent)|(?:uses?|of) cookies",
    r"before you continue|enable (?:javascript|cookies)|javascript is (?:disabled|required)",
    r"checking your browser|just a moment(?:\.\.\.|…)|you are (?:a human|not a robot)|captcha",
    r"access (?:is )?denied|\b40[134] (?:unauthorized|forbidden|not found)|too many requests",
    r"\b50[0-4] (?:internal|bad gateway|service|gateway)|service unavailable",
    r"page (?:was |could )?not (?:be )?found",
    r"inici(?:e|ar?) sesi[oó]n|aceptar (?:todas las )?cookies|valoramos su privacidad",
)
WALL = re.compile("|".join(WALLS), re.IGNORECASE)
SHORT = 400  # characters of text, blanks left out
SHORTEST = 200  # of an article on a page that asks for a password


def check_entities(source: str, kind: str) -> None:
    """Refuse a page or feed that defines entities: they may grow without end or name files."""
    if ENTITIES.search(source):
        raise BadDocument(f"it defines entities of its own, which no {kind} needs")


def check_end(source: str, size: int) -> None:
    """Refuse a page that was begun and ends within a text: a number there may be cut."""
    if BEGINS.search(source) and not ENDS.search(source) and not source.rstrip().endswith(">"):
        raise BadDocument(f"the page ends early, at byte {size:,}, in the middle of a text")


def check_tags(source: str) -> None:
    """Refuse a page with too many attributes in one tag before the parser takes hours for them."""
    for found in LONG_TAG.finditer(source):
        if found.end() - found.start() > 2 * MOST_ATTRIBUTES:
            _check_attributes(len(QUOTED.sub("", found.group()).split()) - 1)


def _check_attributes(number: int) -> None:
    if number > MOST_ATTRIBUTES:
        raise BadDocument(f"an element has more than {MOST_ATTRIBUTES:,} attributes")


def check_shape(tree: Any) -> None:
    """Refuse a tree that is too deep or large, or has too long a text or too many attributes."""
    stack, number = [(tree, 1)], 0
    while stack:
        element, depth = stack.pop()
        number += 1
        if number > MOST_ELEMENTS:
            raise BadDocument(f"it has more than {MOST_ELEMENTS:,} elements")
        if depth > DEEPEST:
            raise BadDocument(f"its elements lie more than {DEEPEST} deep in each other")
        _check_attributes(len(element.attrib))
        if max(len(element.text or ""), len(element.tail or "")) > LONGEST_TEXT:
            raise BadDocument(f"a text in it is longer than {LONGEST_TEXT:,} characters")
        stack.extend((child, depth + 1) for child in element)


def check_article(text: str, title: str | None, *, asks_password: bool) -> None:
    """Refuse what is shown in place of an article: a short page that asks to log in or to agree."""
    size = len("".join(text.split()))
    found = WALL.search(" ".join(f"{title or ''} {text}".split()))
    if (found and size < SHORT) or (asks_password and size < SHORTEST):
        said = f"“{found.group()}”" if found else "it asks for a password"
        raise BadDocument(f"it is a login, cookie or error page and no article ({said})")
