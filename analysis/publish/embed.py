"""A chart as a page of its own, to stand in a frame of somebody else's page."""

import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from html import escape

from analysis.publish.notebook import data_address
from analysis.publish.pages import exporter
from analysis.publish.sanitiser import printable

HEIGHT = 560  # pixels of a frame, for a drawing whose size is not said
WIDTH = 640
SIZE = re.compile(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def embed_page(name: str, drawing: bytes, page: str, story_title: str) -> str:
    """Return the page of one chart: the drawing, its words, and a link to `page`."""
    template = exporter().environment.get_template("embed.html.j2")
    made = template.render(
        title=name,
        story_title=story_title,
        src=data_address("image/svg+xml", drawing.decode("utf-8")),
        alt=words_of(drawing) or name,
        page=page,
    )
    return printable(made)


@lru_cache(maxsize=1024)  # of the same drawing more than once a build, and in each build of a watch
def words_of(drawing: bytes) -> str:
    """Return what a drawing says of itself to those who do not see it; empty where it says nothing.

    >>> words_of(b'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="It rose."/>')
    'It rose.'
    """
    root = ET.fromstring(drawing)  # noqa: S314 drawn by ourselves
    space = "{http://www.w3.org/2000/svg}"
    return root.get("aria-label") or root.findtext(f"{space}desc") or ""


def snippet(name: str, drawing: bytes, address: str) -> str:
    """Return the element that puts a chart into a page; `address` is that of the story's pages."""
    size = SIZE.search(drawing)
    height = round(WIDTH * float(size[2]) / float(size[1])) + 48 if size else HEIGHT
    title = escape(words_of(drawing)[:120] or name)
    return (
        f'<iframe src="{escape(address)}charts/{escape(name)}.html" title="{title}" '
        f'width="100%" height="{height}" loading="lazy" style="border:0"></iframe>'
    )
