"""What a page states about itself, and what leads from it to the other pages."""

from dataclasses import dataclass

INDEX = "index.html"
CHAPTERS = {
    "changes.html": ("What changed", "Each edition, with the numbers that it changed."),
    "corrections.html": ("Corrections", "What people decided about single claims, and why."),
    "quality.html": ("Data quality", "What was read, where nothing was, and what waits."),
    "data.html": ("Downloads", "All claims and series as files, each chart, and how to cite."),
    "dictionary.html": ("Data dictionary", "What each column of the tables holds."),
}


@dataclass(frozen=True)
class PageFacts:
    """What a page states about itself.

    `cut_off` is the latest day of publication that was read (null: no document is dated),
    `known_at` the moment up to which the ledger was asked, `documents`, `claims` and `refused` are
    counts, and `every` says how often new reports are looked for, as "6h" (null: not said).
    `links` lead to the other pages of the story, as relative address and text; `up` is the way
    from the page's folder to that of the story. `address` is the page's own, from which those of
    its parts are made; empty where it has none.
    """

    story_title: str
    title: str
    cut_off: str | None
    known_at: str
    edition: str
    notebook_hash: str
    version: str
    documents: int
    claims: int
    refused: int = 0
    every: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    description: str = ""
    up: str = ""
    address: str = ""


@dataclass(frozen=True)
class IndexEntry:
    """One page in the story's table of contents.

    `state` is "fresh", or "kept" where the report failed and its last good page stays public;
    `ran_at` says when that page was made and `note` why it was kept.
    """

    href: str
    title: str
    description: str
    group: str
    ran_at: str
    state: str = "fresh"
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """Whom a story's data come from and how others may use them; an empty text is not known.

    `address` is where the pages stand on the web, with a slash at its end.
    """

    slug: str
    title: str
    summary: str
    place: str
    start: str | None
    licence: str
    credit: str
    address: str = ""


def citation(origin: Origin, facts: PageFacts, day: str) -> str:
    """Return how to cite a story: what it is, up to which day, which edition, where it stands."""
    upto = f" Reports published up to {facts.cut_off}." if facts.cut_off else ""
    place = f" {origin.address}" if origin.address else ""
    return (
        f"{origin.title}: reported figures. Edition of {day} ({facts.edition}).{upto} "
        f"Compiled with Tallybook {facts.version}.{place}"
    )
