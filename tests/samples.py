"""Small examples that tests of several rooms share: claims as frames, and a story of three files."""

from pathlib import Path

import pandas as pd

STORY = """
title = "Ferry sinking off Example Bay"
summary = "How the reported toll changed."
categories = ["killed", "wounded", "killed_or_wounded"]
credit = "Example data"
totals = "event"

[victims]
aliases = ["passenger", "people"]
others = ["crew"]

[[sources]]
name = "Coast guard"
kind = "government"
aliases = ["the coastguard"]

[[sources]]
name = "Port hospital"
kind = "international"

[[reports]]
notebook = "overview"

[[reports]]
notebook = "source"
for_each = "source"
"""
TEXTS = {
    "first.txt": (
        "---\npublished: 2025-03-01\noutlet: Example Post\nurl: https://news.example/1\n---\n"
        "At least 12 people were killed, the coastguard said.\n"
    ),
    "second.txt": (
        "---\npublished: 2025-03-02\noutlet: Sample Times\nurl: https://news.example/2\n---\n"
        "Port hospital said 30 passengers were wounded and 15 had died.\n"
    ),
}


def make_home(root: Path, notebooks: Path, names: tuple[str, ...] = ("overview", "source")) -> Path:
    """Make a home with the story `ferry` and copies of some notebooks; return its folder."""
    folder = root / "notebooks" / "stories" / "ferry"
    (folder / "documents").mkdir(parents=True)
    (folder / "story.toml").write_text(STORY, "utf-8")
    for name, text in TEXTS.items():
        (folder / "documents" / name).write_text(text, "utf-8")
    for name in names:
        path = notebooks / f"{name}.ipynb"
        (root / "notebooks" / path.name).write_bytes(path.read_bytes())
    return root


def claim(source, category, low, published, **more):
    """Return one claim as a row of a book's frame."""
    row = {
        "claim_id": f"{source}-{category}-{low}-{published}-{more.get('outlet', '')}",
        "document_id": more.get("document_id", f"{source}-{published}-{more.get('outlet', '')}"),
        "category": category,
        "low": low,
        "high": low,
        "qualifier": "exact",
        "number_text": None,
        "start": None,
        "end": None,
        "quote": None,
        "victims": "soldiers",
        "source": source,
        "source_text": source,
        "relayed_by": None,
        "scope": "cumulative",
        "period_days": None,
        "as_of": None,
        "location": None,
        "status": "reported",
        "extractor": "table",
        "known_at": "2025-01-01T00:00:00.000000Z",
        "published": published,
        "outlet": "Example Post",
        "url": "https://news.example/1",
        "title": None,
        "language": "en",
        "note": "a note",
        "quote_start": None,
        "country": "Exampleland",
        "kind": "government",
        "belligerent": False,
        "corrected": None,
        "decision": None,
        "withheld": None,
    }
    return row | more


def frame(*rows):
    """Return rows as a book's frame of claims."""
    columns = list(claim("a", "killed", 1, "2025-01-01"))
    made = pd.DataFrame(list(rows), columns=columns).astype(object)
    numbers = ("low", "high", "start", "end", "period_days", "quote_start")
    return made.astype(dict.fromkeys(numbers, "Int64"))
