"""The pages that no notebook makes: first page, changes, corrections, downloads; and the feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from analysis.book import Book
from analysis.model import Refusal
from analysis.pipeline.archive import Archive
from analysis.pipeline.aside import Aside
from analysis.publish import atom
from analysis.publish.chapters import corrections_page, data_page, dictionary_page
from analysis.publish.chart_files import ChartFiles
from analysis.publish.datapackage import NAME, datapackage, dataset, embedded
from analysis.publish.downloads import Download
from analysis.publish.edition_pages import changes_page, edition_page
from analysis.publish.editions import Changes
from analysis.publish.facts import CHAPTERS, INDEX, IndexEntry, Origin, PageFacts, citation
from analysis.publish.pages import Section, render_chapter, render_index
from analysis.publish.quality import quality_page, waiting_line
from analysis.publish.sentences import lead
from analysis.publish.words import long_date, moment

GROUP = "About the data"
RENEWED = 50  # newest editions whose pages are made anew, so that their links stay right


@dataclass(frozen=True)
class Chapters:
    """Writes what is made from the tables themselves, for one edition."""

    book: Book
    folder: Path
    refused: tuple[Refusal, ...]
    facts: Mapping[str, Any]
    links: tuple[tuple[str, str], ...]
    places: Mapping[str, str]  # by the id of a claim's row, the page that holds it
    aside: Aside

    def write(
        self,
        entries: Sequence[IndexEntry],
        files: Sequence[Download],
        charts: Mapping[str, ChartFiles],
        archive: Archive | None,
    ) -> None:
        """Write files, chapters, editions, feed and first page."""
        pages = self.folder / "pages"
        story, origin = self.book.story, origin_of(self.book)
        described = self._facts("Downloads", CHAPTERS["data.html"][1])
        cited = citation(origin, described, moment(described.edition))
        package = datapackage(origin, described, files)
        for file in files:
            self.aside.write(pages / "data" / file.name, file.data)
        self.aside.write(pages / "data" / NAME, package)
        self.aside.clear(pages / "data", {NAME, *(file.name for file in files)})
        dataset_json = embedded(dataset(origin, described, files, cited))
        sections = data_page(files, len(package), story.licence, cited, charts)
        self._page("data.html", sections, dataset_json)
        self._page("dictionary.html", dictionary_page())
        quality = quality_page(
            self.book.documents(), self.book.claims(), self.book.to_review(), self.refused
        )
        self._page("quality.html", quality)
        self._page(
            "corrections.html",
            corrections_page(self.book.corrections(), self._href, self._withheld()),
        )
        changed = ""
        if archive is not None:
            editions = archive.read()
            titles = {entry.href: entry.title for entry in entries}
            for edition in editions[:RENEWED]:
                self._edition(edition, titles, first=edition["first"])
            self._page("changes.html", changes_page(editions))
            self.aside.write(pages / "feed.xml", atom.feed(origin, editions, described.version))
            changed = _newest(editions[0]) if editions else ""
        listed = [
            *entries,
            *(
                IndexEntry(page, title, about, GROUP, described.edition)
                for page, (title, about) in CHAPTERS.items()
                if (page, title) in self.links
            ),
        ]
        facts = replace(
            self._facts(story.title, story.summary), links=self.links[1:], refused=len(self.refused)
        )
        finding = lead(self.book.finding()._repr_html_(), self.places)
        headline = finding + waiting_line(len(self.book.to_review())) + changed
        page = render_index(facts, listed, headline, self.refused, dataset_json)
        self.aside.write(pages / INDEX, page.encode("utf-8"))

    def _page(self, name: str, sections: Sequence[Section], described: str = "") -> None:
        title, about = CHAPTERS[name]
        page = render_chapter(self._facts(title, about), sections, described)
        self.aside.write(self.folder / "pages" / name, page.encode("utf-8"))

    def _edition(
        self, edition: Mapping[str, Any], titles: Mapping[str, str], *, first: bool
    ) -> None:
        facts = PageFacts(
            story_title=self.book.story.title,
            title=f"Edition of {moment(edition['at'])}",
            notebook_hash="",
            links=tuple((f"../../{href}", text) for href, text in self.links),
            description="What this edition changed.",
            up="../../",
            **edition["facts"],
        )
        changes = Changes(**edition["changes"])
        page = render_chapter(facts, edition_page(changes, titles, self._href, first=first))
        place = self.folder / "pages" / "editions" / edition["edition"] / INDEX
        self.aside.write(place, page.encode("utf-8"))

    def _facts(self, title: str, about: str) -> PageFacts:
        return PageFacts(
            story_title=self.book.story.title,
            title=title,
            notebook_hash="",
            refused=len(self.refused),
            links=self.links,
            description=about,
            every=self.book.story.every,
            **self.facts,
        )

    def _withheld(self) -> list[str]:
        """Return the reasons for which words are withheld, each once."""
        reasons = self.book.claims()["withheld"].dropna()
        return list(dict.fromkeys(reasons))

    def _href(self, claim_id: str) -> str | None:
        row = f"claim-{claim_id}"
        page = self.places.get(row)
        return None if page is None else f"{page}#{row}"  # null: it counts no more


def origin_of(book: Book) -> Origin:
    """Return whom the data of a story come from, and how others may use them."""
    story = book.story
    return Origin(
        story.slug,
        story.title,
        story.summary,
        story.place,
        story.start,
        story.licence,
        story.credit,
        story.address,
    )


def _newest(edition: Mapping[str, Any]) -> str:
    """Return what the newest edition changed, for the first page."""
    from analysis.tables import escape

    lines = "".join(f"<li>{escape(line)}</li>" for line in edition["lines"])
    return (
        f"<h2>What changed on {escape(long_date(edition['at'][:10]))}</h2>"
        f"<p>{escape(edition['summary'])} "
        f'<a href="editions/{escape(edition["edition"])}/index.html">All of it</a>; '
        '<a href="changes.html">earlier editions</a>; <a href="feed.xml">feed</a>.</p>'
        + (f"<ul>{lines}</ul>" if lines else "")
    )
