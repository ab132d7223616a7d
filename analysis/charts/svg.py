"""From matplotlib's drawing to one that a page can hold: classes, links, and names of its own.

Colours become classes, so that one file reads on light and on dark paper. What is drawn for one
number becomes a link to its claim, with a name that is read aloud.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.palette import ALL, style_sheet

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
HIT = "7"  # radius in points of what the mouse meets around a mark
COLOURS = {colour.light: colour.name for colour in ALL}
FONT = re.compile(r"^(?:normal )*(?:(bold|\d+) )?([\d.]+)px.*$")
DIGITS = re.compile(r"(\.\d\d)\d+")
COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
# What changes nothing, or is said once for all in the style sheet.
DROPPED = {"stroke-linejoin": "round", "stroke-linecap": "butt", "stroke-width": "1"}


@dataclass(frozen=True)
class Point:
    """One drawn number: where its mark stands (SVG units), its words and its claim's address."""

    x: float
    y: float
    words: str
    href: str = ""


def refine(drawn: bytes, name: str, alt: str, points: Sequence[Point]) -> bytes:
    """Return a drawing with classes for colours, and its points as links in the order given.

    What belongs to the third point has an id that begins with "point-2-".
    """
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", XLINK)
    root = ET.fromstring(drawn)  # noqa: S314 drawn by matplotlib a moment ago
    for metadata in root.findall(f"{{{SVG}}}metadata"):
        root.remove(metadata)
    root.attrib.pop("width", None)
    root.attrib.pop("height", None)
    root.set("class", "tallybook")
    # No picture but a group: what is in a picture cannot be reached by those who hear it.
    root.set("role", "group")
    root.set("aria-label", alt)
    for parent in list(root.iter()):
        for own in parent.findall(f"{{{SVG}}}style"):
            parent.remove(own)
    _link(root, points)
    for element in root.iter():
        _plain(element)
    _rename(root, name)
    style = ET.Element(f"{{{SVG}}}style")
    style.text = style_sheet()
    root.insert(0, style)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=False))


def without_links(drawn: bytes) -> bytes:
    """Return the drawing as a file of its own: no page is beside it that links could lead to."""
    root = ET.fromstring(drawn)  # noqa: S314 our own
    for link in root.iter(f"{{{SVG}}}a"):
        link.tag = f"{{{SVG}}}g"
        link.attrib.pop("href", None)
    root.set("role", "img")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=False))


def _link(root: ET.Element, points: Sequence[Point]) -> None:
    parents = {child: parent for parent in root.iter() for child in parent}
    found: dict[int, list[ET.Element]] = {}
    for element in list(parents):
        mark = re.match(r"point-(\d+)-", element.get("id", ""))
        if mark:
            found.setdefault(int(mark[1]), []).append(element)
            parents[element].remove(element)
    # The layer of the points lies on top of all else, in the order in which they are read.
    for place, point in enumerate(points):
        link = ET.SubElement(root, f"{{{SVG}}}{'a' if point.href else 'g'}")
        link.set("class", "point")
        if point.href:
            link.set("href", point.href)
            link.set("aria-label", point.words)
        ET.SubElement(link, f"{{{SVG}}}title").text = point.words
        for element in found.get(place, ()):
            link.append(element)
        hit = ET.SubElement(link, f"{{{SVG}}}circle")
        for key, value in (("cx", f"{point.x:.2f}"), ("cy", f"{point.y:.2f}"), ("r", HIT)):
            hit.set(key, value)
        hit.set("class", "hit")


def _plain(element: ET.Element) -> None:
    """Turn the style of one element into classes, as far as its colours are the house's."""
    style = element.attrib.pop("style", "")
    classes, kept = [], []
    for part in filter(None, (piece.strip() for piece in style.split(";"))):
        key, _, value = (piece.strip() for piece in part.partition(":"))
        if key in ("fill", "stroke") and value in COLOURS:
            classes.append(f"{key[0]}-{COLOURS[value]}")
        elif key == "font" and (font := FONT.match(value)):
            kept += [f"font-size:{font[2]}px", *([f"font-weight:{font[1]}"] if font[1] else [])]
        elif DROPPED.get(key) != value or key == "stroke-width":
            kept.append(f"{key}:{value}")
    if "d" in element.attrib:
        # A hundredth of a point is less than an eye sees; six digits make a long line heavy.
        element.set("d", _upright(" ".join(DIGITS.sub(r"\1", element.attrib["d"]).split())))
    if classes:
        element.set("class", " ".join(filter(None, [element.get("class"), *classes])))
    if kept:
        element.set("style", ";".join(kept))
    if element.tag == f"{{{SVG}}}text":
        # The alternative text says it better than loose words; a link has its own name.
        element.set("aria-hidden", "true")


def _upright(path: str) -> str:
    """Return a path whose level and upright lines name one number: half the bytes of a long step.

    >>> _upright("M 1 2 L 5 2 L 5 9 L 6 7 z")
    'M1 2H5V9L6 7z'
    """
    parts = []
    across = up = ""
    for letter, numbers in COMMAND.findall(path):
        held = numbers.split()
        if letter == "L" and held[0] == across:
            parts.append(f"V{held[1]}")
        elif letter == "L" and held[1] == up:
            parts.append(f"H{held[0]}")
        else:
            parts.append(letter + " ".join(held))
        across, up = held[-2:] if held else ("", "")
    return "".join(parts)


def _rename(root: ET.Element, name: str) -> None:
    """Keep the ids that something refers to, and give them the chart's name: pages hold many."""
    used = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            used |= set(REFERENCE.findall(value))
            if key == f"{{{XLINK}}}href" and value.startswith("#"):
                used.add(value[1:])
    for element in root.iter():
        for key, value in list(element.attrib.items()):
            if key == "id":
                if value in used:
                    element.set("id", f"{name}-{value}")
                else:
                    del element.attrib["id"]
            elif key == f"{{{XLINK}}}href" and value.startswith("#"):
                del element.attrib[key]
                element.set("href", f"#{name}-{value[1:]}")
            elif REFERENCE.search(value):
                element.set(key, REFERENCE.sub(lambda m: f"url(#{name}-{m[1]})", value))
