"""Charts stand in a page as drawings, so that their points are links; nothing else gets through.

A drawing that holds anything beyond the lists below is shown as a picture, in which nothing can be
pressed and nothing can run.
"""

import re
import xml.etree.ElementTree as ET

from analysis.publish.sanitiser import is_safe_link, printable

SVG = "http://www.w3.org/2000/svg"
TAGS = frozenset(
    ("svg", "g", "a", "title", "defs", "path", "use", "circle", "text", "clipPath", "rect")
)
ATTRIBUTES = frozenset(
    (
        *("class", "id", "style", "d", "x", "y", "cx", "cy", "r", "width", "height", "transform"),
        *("viewBox", "version", "role", "aria-label", "aria-hidden", "clip-path", "href"),
    )
)
STYLE = re.compile(r"[a-zA-Z0-9 .,:;#%()_'\"-]*")
ADDRESS = re.compile(r"url\((?!#)|@|expression|javascript", re.IGNORECASE)
LARGEST = 2_000_000  # characters


def inline(drawing: str) -> str | None:
    """Return one of our charts as markup for a page; null for any other drawing.

    >>> inline('<svg xmlns="http://www.w3.org/2000/svg" class="tallybook"><script/></svg>') is None
    True
    """
    if len(drawing) > LARGEST or "<!" in drawing or "<?" in drawing:
        return None
    try:
        root = ET.fromstring(printable(drawing))  # noqa: S314 no document type, so no entities
    except ET.ParseError:
        return None
    if root.tag != f"{{{SVG}}}svg" or root.get("class") != "tallybook":
        return None
    # The page has this style sheet already.
    for style in root.findall(f"{{{SVG}}}style"):
        root.remove(style)
    if not all(_allowed(element) for element in root.iter()):
        return None
    ET.register_namespace("", SVG)
    return ET.tostring(root, encoding="unicode")


def _allowed(element: ET.Element) -> bool:
    space, _, tag = element.tag.rpartition("}")
    if space != f"{{{SVG}" or tag not in TAGS:
        return False
    return all(_fits(tag, name, value) for name, value in element.attrib.items())


def _fits(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES:
        return False
    if name == "href":
        return value.startswith("#") if tag == "use" else tag == "a" and is_safe_link(value)
    if name in ("style", "clip-path"):
        return bool(STYLE.fullmatch(value)) and not ADDRESS.search(value)
    return True
