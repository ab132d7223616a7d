"""The same ten thousand documents twice: the second build adds nothing and costs next to nothing."""

import time
from datetime import UTC, datetime

from analysis import pipeline
from analysis.home import Home
from tests.samples import make_home

DOCUMENTS = 10_000
SHARE = 0.05  # of the first build's time


def test_a_second_build_adds_nothing_and_costs_under_a_twentieth(tmp_path, root):
    """What did not change is found by file stats: no document is opened."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    toml = home.story("ferry") / "story.toml"
    toml.write_text(toml.read_text().partition('\n[[reports]]\nnotebook = "source"')[0])
    for n in range(DOCUMENTS):
        text = f"At least {n % 90 + 10} people were killed, the coastguard said.\n"
        head = f"---\npublished: 2025-03-{n % 28 + 1:02}\nurl: https://news.example/{n}\n---\n"
        (home.story("ferry") / "documents" / f"{n:05}.txt").write_text(head + text)
    seconds, summaries = [], []
    for _ in range(2):
        started = time.perf_counter()
        summaries.append(pipeline.build(home, "ferry", now=datetime.now(UTC)))
        seconds.append(time.perf_counter() - started)
    first, second = seconds
    print(f"\n{DOCUMENTS:,} documents: {first:.1f} s, again {second:.2f} s ({second / first:.1%})")
    assert summaries[0].added["documents"] == DOCUMENTS + 2
    assert not any(summaries[1].added.values())
    assert not summaries[1].ran
    assert second < SHARE * first
