"""The stories that are shipped, as `make report-all` built them: every number on every page."""

import csv
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import lxml.html
import pytest

from analysis.wording import MONTHS

STORIES = ("north-korean-troops", "russian-losses")
HEAVIEST = 200_000  # bytes of a page without its pictures
PICTURE = re.compile(r'<svg [^>]*class="tallybook".*?</svg>|data:image/[^"]*', re.DOTALL)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
DATE = re.compile(rf"\b(?:\d\d? )?(?:{'|'.join(MONTHS)}) \d{{4}}\b(?:, \d\d:\d\d UTC)?")
# Numbers of ours about the reports, which no source gave: they are counted or worked out.
COUNTED = (
    r"numbers?|outlets?|reports?|claims?|pages?|texts?|rows|days?|sources?|times?( apart)?|earlier|"
    r"totals?|cases?|of those times"
)
OURS = re.compile(
    rf"\b\d[\d,.]*(?: of \d[\d,]*)? (?:{COUNTED})\b|^and \d[\d,]* (?:earlier|more)\b|\(\d[\d,]*\)"
    r"|\bthe newest \d+\b"
)
# Columns of lists in which a source's number stands; the others hold days, names and our counts.
GIVEN = {"Number", "Lowest", "Highest", "Killed", "Wounded", "Both, as given", "Was", "Is", "Now"}


@pytest.fixture
def pages(request, root, skip_or_fail):
    """Return the folder of a story's pages."""
    folder = root / "figures" / request.param / "pages"
    if not (folder / "index.html").is_file():
        skip_or_fail(f"the story {request.param} was not built (make report-all)")
    return folder.resolve()


every_story = pytest.mark.parametrize("pages", STORIES, indirect=True)


@cache
def text_of(path: Path) -> str:
    """Return a page as text."""
    return path.read_text("utf-8")


@cache
def tree_of(path: Path) -> lxml.html.HtmlElement:
    """Return a page as a tree, without what it states about itself."""
    tree = lxml.html.document_fromstring(text_of(path))
    for place in tree.xpath("//footer | //nav | //header | //details | //head"):
        place.drop_tree()
    return tree


def is_own(path: Path) -> bool:
    """Say whether a page holds generated words: not a chart alone, and no description of columns."""
    described = {"method.html", "dictionary.html", "data.html", "quality.html", "corrections.html"}
    return path.parent.name != "charts" and path.name not in described


def walked(pages: Path) -> list[Path]:
    """Return the pages that hold generated words."""
    return [path for path in sorted(pages.rglob("*.html")) if is_own(path)]


def links(path: Path) -> Iterator[tuple[lxml.html.HtmlElement, str, Path, str]]:
    """Yield the links of a page to claims: the element, its words, the page, the id of the row."""
    for link in tree_of(path).xpath("//a[contains(@href, '#claim-')]"):
        target, _, place = link.get("href").partition("#")
        words = link.get("aria-label") or link.text_content()
        yield link, words, (path.parent / target).resolve() if target else path, place


@cache
def rows_of(path: Path) -> dict[str, str]:
    """Return of each claim's row on a page its number, as it stands there."""
    rows = tree_of(path).xpath("//tr[starts-with(@id, 'claim-')]")
    return {row.get("id"): row.xpath("string(td[2]/text()[1])") for row in rows}


def numbers(words: str) -> set[str]:
    """Return the numbers of some words that a source may have given: no days, no counts of ours."""
    return {found.rstrip(",") for found in NUMBER.findall(OURS.sub(" ", DATE.sub(" ", words)))}


def test_what_counts_as_a_number_of_a_source():
    """Else the walks below pass whatever the pages hold."""
    assert numbers("printed by 3 outlets on 3 May 2025: 4,000 to 4,700, 2 times apart") == {
        "4,000",
        "4,700",
    }
    block = lxml.html.fragment_fromstring("<p>NGO said <a href='#claim-1'>300</a>, then 400.</p>")
    assert numbers(unlinked(block)) == {"400"}


@every_story
def test_no_page_is_heavy(pages):
    """Below 200 kB without pictures, those of editions too."""
    weights = {
        path.relative_to(pages).as_posix(): len(PICTURE.sub("", text_of(path)).encode())
        for path in pages.rglob("*.html")
    }
    assert len(weights) > 40
    assert {name: weight for name, weight in weights.items() if weight >= HEAVIEST} == {}


@every_story
def test_every_link_to_a_claim_finds_a_row_that_bears_its_number(pages):
    """In sentences, in lists and in charts, on every page.

    Of the mark of a range one end is enough: reports that differ make one, and it leads to one.
    """
    walks = 0
    for path in walked(pages):
        for _, words, target, place in links(path):
            assert target.is_file(), (path.name, target.name)
            assert place in rows_of(target), (path.name, words, place)
            given = numbers(re.sub(r"^.*: ", "", words))
            assert given, (path.name, words)
            assert given & numbers(rows_of(target)[place]), (path.name, words, place)
            walks += 1
    assert walks > 500


@every_story
def test_every_plotted_point_is_a_link(pages):
    """And a chart whose numbers are marks has as many of them."""
    drawn = 0
    for path in walked(pages):
        for chart in tree_of(path).xpath("//svg[@aria-label]"):
            points = chart.xpath(".//*[@class='point']")
            assert [p for p in points if p.tag != "a" or "#claim-" not in p.get("href", "")] == []
            drawn += len(points)
    assert drawn > 200
    for path in sorted((pages / "charts").glob("*.csv")):
        rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
        marks = sum(row.get("drawn") == "mark" for row in rows)
        if path.stem.startswith(("timeline", "multiples", "revisions", "repeats")):
            assert text_of(path.with_suffix(".svg")).count('class="point"') == marks, path.name


@every_story
def test_no_number_of_a_source_stands_in_generated_words_without_its_link(pages):
    """Days are none, nor what we counted or worked out (`OURS`)."""
    bare, walks = [], 0
    for path in walked(pages):
        tree = tree_of(path)
        for block in tree.xpath("//main//p | //main//li"):
            if block.xpath("ancestor::*[@class='prose']") and path.parent == pages:
                continue  # words of the notebook, which people wrote
            left = re.sub(r"\s+", " ", unlinked(block)).strip()
            bare += [(path.name, left)] if numbers(left) else []
            walks += 1
        for table in tree.xpath("//table[not(.//tr[starts-with(@id, 'claim-')])]"):
            if re.search("ithdrawn|taken out", table.xpath("string(caption)")):
                continue  # a claim that counts no more stands on no page
            heads = [head.text_content() for head in table.xpath("./thead//th")]
            for row in table.xpath("./tbody/tr"):
                for head, cell in zip(heads, row.xpath("./td"), strict=True):
                    if head in GIVEN and numbers(unlinked(cell)):
                        bare.append((path.name, head, cell.text_content()))
                    walks += 1
    assert bare == []
    assert walks > 500


@every_story
def test_every_number_in_the_headline_of_a_chart_is_one_of_its_marks(pages):
    """What a headline names can be followed to its sentence from the drawing below it."""
    walks = 0
    for path in walked(pages):
        for chart in tree_of(path).xpath("//svg[@aria-label]"):
            title = re.split(r"\. (?=[A-Z])", chart.get("aria-label"))[0]
            marked = {n for words in chart.xpath(".//a/@aria-label") for n in numbers(words)}
            assert numbers(title) <= marked, (path.name, title)
            walks += 1
    assert walks > 20


@every_story
def test_each_chart_says_what_its_files_hold(pages):
    """Its words, its files, the day up to which reports were read, and each column."""
    for path in sorted((pages / "charts").glob("*.svg")):
        about = json.loads(path.with_suffix(".metadata.json").read_text("utf-8"))
        assert about["title"]
        assert about["description"].startswith(about["title"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", about["reportsPublishedUpTo"])
        for address in about["files"].values():
            assert (pages / "charts" / address.rpartition("/")[2]).is_file()
        assert (pages / about["page"].rpartition("/")[2]).is_file()
        heads = next(csv.reader(path.with_suffix(".csv").open(encoding="utf-8", newline="")))
        assert [column["name"] for column in about["columns"]] == heads
        assert [c["name"] for c in about["columns"] if not c["description"]] == []


def unlinked(element: lxml.html.HtmlElement) -> str:
    """Return the words of an element that are in no link."""
    return "".join(
        text
        for text in element.xpath(".//text()")
        if not any(a.tag == "a" for a in text.getparent().iterancestors())
        and (text.is_tail or text.getparent().tag != "a")
    )
