"""A past edition can be built again, byte for byte, whatever came later: `until` and `known_at`."""

import json
from datetime import UTC, datetime

import pytest

from analysis import pipeline
from analysis.book import open_book
from analysis.home import Home
from tests.samples import make_home

MORNING = datetime(2025, 3, 10, 8, tzinfo=UTC)
EVENING = datetime(2025, 3, 10, 20, tzinfo=UTC)


def hundred(home, days):
    """Put a hundred documents into the inbox, published on the given days in turn."""
    lines = [
        json.dumps(
            {
                "id": f"later-{n}",
                "url": f"https://news.example/later/{n}",
                "published": days[n % len(days)],
                "text": f"At least {100 + n} people were killed, the coastguard said.",
            }
        )
        for n in range(100)
    ]
    path = home.story("ferry") / "documents" / "later.jsonl"
    path.write_text("\n".join(lines) + "\n", "utf-8")


def numbers(home):
    """Return the bytes of each chart and table of the variant that was built."""
    [folder] = (home.figures("ferry") / "variants").iterdir()
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.suffix in {".svg", ".csv", ".png"} and "runs" not in path.relative_to(folder).parts
    }
    assert any(name.endswith(".svg") for name in found)
    assert any(name.endswith(".csv") for name in found)
    return found


@pytest.mark.parametrize(
    ("clock", "days"),
    [
        ({"until": "2025-03-05"}, ["2025-03-06", "2025-04-01"]),
        ({"known_at": "2025-03-10T12:00:00Z"}, ["2024-01-01", "2025-03-01", "2025-04-01"]),
    ],
    ids=["until", "known_at"],
)
def test_a_hundred_later_documents_change_no_byte(root, tmp_path, clock, days):
    """Numbers, CSV and charts are those that were built before they came."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    pipeline.build(home, "ferry", now=MORNING, everything=True, **clock)
    before, claims = numbers(home), open_book(home, "ferry", **clock).claims()
    hundred(home, days)
    summary = pipeline.build(home, "ferry", now=EVENING, everything=True, **clock)
    assert summary.added["documents"] == 100
    assert len(summary.ran) == 1
    assert numbers(home) == before
    assert open_book(home, "ferry", **clock).claims().equals(claims)
    assert len(open_book(home, "ferry").claims()) == len(claims) + 100
