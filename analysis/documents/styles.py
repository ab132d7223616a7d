"""Tell by its style whether an element of a page can be seen, and by the page's style sheets."""

import re
from collections.abc import Iterator
from typing import Any

from analysis.errors import BadDocument

ZERO = re.compile(r"[-+]?(?:0+(?:\.0*)?|\.0+)(?:[a-z]+|%)?")
TINY = re.compile(r"[012](?:\.\d+)?px|1pt|0?\.[01]\d*r?em|[0-9](?:\.\d+)?%")  # of a font
FAR_AWAY = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|r?em|pt)|-\d{2,}(?:\.\d+)?r?em|-\d{3,}(?:vw|vh|%)")
NO_ALPHA = re.compile(
    r"transparent|(?:rgba|hsla|rgb|hsl)\(.*[,/]\s*(?:0*\.?0+%?)\s*\)|#[\da-f]{3}0|#[\da-f]{6}00"
)
COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
ESCAPE = re.compile(r"\\([\da-f]{1,6})\s?|\\(.)", re.IGNORECASE)
BRACE = re.compile(r"[{}]")
SCREENS = re.compile(r"@media\s+(?:only\s+)?(?:all|screen)\s*", re.IGNORECASE)
COMPOUND = re.compile(r"(\*|[a-z][\w-]*)?((?:[.#][\w-]+)*)", re.IGNORECASE)
NO_FONT = re.compile(r"(?:^|\s)0(?:[a-z]+|%)?(?:/|\s)")
NO_SCALE = re.compile(r"scale[xy]?\(\s*0\s*[,)]")
NO_RECT = re.compile(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?\b")
NO_CLIP = re.compile(r"inset\(\s*(?:50|100)%|circle\(\s*0")
NO_OPACITY = re.compile(r"opacity\(\s*0(?:\.0*)?%?\s*\)")
PLACES = (
    *("left", "top", "right", "bottom", "text-indent"),
    *("margin", "margin-left", "margin-top"),
)
BEFORE_SURROGATES = 0xD800
NAME = re.compile(r"[.#]([\w-]+)")
MOST_RULES = 500  # of a page; each is looked for in the whole tree


def declarations(style: str) -> dict[str, str]:
    """Return what a style says, with its comments and escapes undone, by name in small letters."""
    found = {}
    for declaration in _plain_css(style).split(";"):
        name, colon, value = declaration.partition(":")
        if colon:
            found[name.strip().lower()] = value.lower().replace("!important", "").strip()
    return found


def _plain_css(text: str) -> str:
    def undone(found: re.Match[str]) -> str:
        if found.group(2):
            return found.group(2)
        code = int(found.group(1), 16)
        return chr(code) if 0 < code < BEFORE_SURROGATES else "\ufffd"

    return ESCAPE.sub(undone, COMMENT.sub("", text))


def hides(style: dict[str, str]) -> bool:
    """Return whether a style, by its names and values, makes what it is of invisible.

    >>> hides({"font-size": "0px"}), hides({"opacity": ".5"})
    (True, False)
    """
    return _is_off(style) or _has_no_size(style) or _is_elsewhere(style) or _has_no_colour(style)


def _is_off(style: dict[str, str]) -> bool:
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("content-visibility") == "hidden"
        or style.get("mso-hide") == "all"
    )


def _has_no_size(style: dict[str, str]) -> bool:
    def zero(*names: str) -> bool:
        return any(ZERO.fullmatch(style.get(name, "")) for name in names)

    clipped = any(word in style.get("overflow", "") for word in ("hidden", "clip"))
    return bool(
        zero("font-size", "zoom")
        or TINY.fullmatch(style.get("font-size", ""))
        or NO_FONT.search(style.get("font", ""))
        or (clipped and zero("height", "width", "max-height", "max-width"))
        or NO_SCALE.search(style.get("transform", ""))
    )


def _is_elsewhere(style: dict[str, str]) -> bool:
    return bool(
        any(FAR_AWAY.fullmatch(style.get(name, "")) for name in PLACES)
        or NO_RECT.search(style.get("clip", ""))
        or NO_CLIP.search(style.get("clip-path", ""))
    )


def _has_no_colour(style: dict[str, str]) -> bool:
    colour = style.get("color", "")
    behind = style.get("background-color") or style.get("background")
    return bool(
        ZERO.fullmatch(style.get("opacity", ""))
        or NO_OPACITY.search(style.get("filter", ""))
        or (colour and (NO_ALPHA.fullmatch(colour) or colour == behind))
    )


def hidden_by_sheets(tree: Any) -> set[Any]:
    """Return the elements that the page's own style sheets hide; selectors that are plain count.

    Raises BadDocument where so many rules show or hide what is there that nobody can follow them.
    """
    found: set[Any] = set()
    names = {name for value in tree.xpath("//@class | //@id") for name in value.split()}
    followed = 0
    for sheet in list(tree.iter("style")):
        for selectors, style in _rules(_plain_css(sheet.text or "")):
            shows = style.get("display", "none") != "none" or style.get("visibility") == "visible"
            if not shows and not hides(style):
                continue
            for selector in map(str.strip, selectors.split(",")):
                path = _path(selector)
                if not path or not names.issuperset(NAME.findall(selector)):
                    continue
                followed += 1
                if followed > MOST_RULES:
                    raise BadDocument(f"more than {MOST_RULES:,} of its style rules show or hide")
                elements = tree.xpath(path)
                found = found.difference(elements) if shows else found.union(elements)
    return {element for element in found if element.tag not in ("html", "body")}


def _rules(sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield selectors and style of each rule that a screen of any size follows."""
    place = 0
    while (opened := sheet.find("{", place)) >= 0:
        head, depth, end = sheet[place:opened].rpartition(";")[2].strip(), 1, opened + 1
        for found in BRACE.finditer(sheet, end):
            depth += 1 if found.group() == "{" else -1
            if not depth:
                inside = sheet[opened + 1 : found.start()]
                place = found.end()
                break
        else:
            return
        if SCREENS.fullmatch(head):
            yield from _rules(inside)
        elif not head.startswith("@"):
            yield head, declarations(inside)


def _path(selector: str) -> str:
    """Return the XPath of a selector of tags, classes and ids; empty where it has more."""
    path = ""
    for part in re.split(r"(\s*>\s*|\s+)", selector):
        if not part.strip(" \t\r\n>"):
            path += "/" if ">" in part else "//" if path else ""
            continue
        compound = COMPOUND.fullmatch(part)
        if not compound or part == "*":
            return ""
        tag, names = compound.group(1) or "*", re.findall(r"([.#])([\w-]+)", compound.group(2))
        path = path or "//"
        path += tag.lower() + "".join(
            f"[@id='{name}']"
            if kind == "#"
            else f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"
            for kind, name in names
        )
    return path
