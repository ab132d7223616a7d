"""The stories that are shipped, as `make report-all` built them: every page of theirs."""

import re
from functools import cache
from pathlib import Path

import pytest

STORIES = ("north-korean-troops", "russian-losses")
HEAVIEST = 200_000  # bytes of a page without its pictures
PICTURE = re.compile(r'<svg [^>]*class="tallybook".*?</svg>|data:image/[^"]*', re.DOTALL)


@pytest.fixture
def pages(request, root, skip_or_fail):
    """Return the folder of a story's pages."""
    folder = root / "figures" / request.param / "pages"
    if not (folder / "index.html").is_file():
        skip_or_fail(f"the story {request.param} was not built (make report-all)")
    return folder


every_story = pytest.mark.parametrize("pages", STORIES, indirect=True)


@cache
def text_of(path: Path) -> str:
    """Return a page as text."""
    return path.read_text("utf-8")


@every_story
def test_no_page_is_heavy(pages):
    """Below 200 kB without pictures, those of editions too."""
    weights = {
        path.relative_to(pages).as_posix(): len(PICTURE.sub("", text_of(path)).encode())
        for path in pages.rglob("*.html")
    }
    assert len(weights) > 40
    assert {name: weight for name, weight in weights.items() if weight >= HEAVIEST} == {}
