"""Ten thousand documents twice, and once more with one new: what is known costs next to nothing."""

import time
from datetime import UTC, datetime

from analysis import pipeline
from analysis.documents import inbox
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.pipeline.reading import take_in
from analysis.story import read_story
from tests.samples import make_home

DOCUMENTS = 10_000
SHARE = 0.05  # of the first build's time
SHARE_WITH_ONE = 0.15  # of the time of reading all


def write(folder, number):
    """Put one document into an inbox."""
    text = f"At least {number % 90 + 10} people were killed, the coastguard said.\n"
    head = (
        f"---\npublished: 2025-03-{number % 28 + 1:02}\nurl: https://news.example/{number}\n---\n"
    )
    (folder / "documents" / f"{number:05}.txt").write_text(head + text)


def test_a_second_build_adds_nothing_and_costs_under_a_twentieth(tmp_path, root):
    """What did not change is found by file stats: no document is opened."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    toml = home.story("ferry") / "story.toml"
    toml.write_text(toml.read_text().partition('\n[[reports]]\nnotebook = "source"')[0])
    for n in range(DOCUMENTS):
        write(home.story("ferry"), n)
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


def test_one_new_document_among_ten_thousand_is_the_only_one_opened(tmp_path, root, monkeypatch):
    """From the folder to the ledger: all, the same again, and with one more."""
    folder = make_home(tmp_path, root / "notebooks") / "notebooks" / "stories" / "ferry"
    for n in range(DOCUMENTS):
        write(folder, n)
    time.sleep(2.5)  # else the youngest files are opened again, by their age
    opened, seconds = [], []
    real = inbox.read_bytes
    monkeypatch.setattr(inbox, "read_bytes", lambda path: opened.append(path.name) or real(path))
    record = tmp_path / "files.json"
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        for step in ("all", "again", "one more"):
            if step == "one more":
                write(folder, DOCUMENTS)
                time.sleep(1)  # so that waiting until it is whole is not measured
            opened.clear()
            started = time.process_time()
            now = datetime.now(UTC)
            _, added = take_in(read_story(folder), ledger, now, "1", lambda *_: None, files=record)
            seconds.append(time.process_time() - started)
            print(f"\n{step}: {added['documents']:,} added, {len(opened):,} opened, ", end="")
            print(f"{seconds[-1]:.2f} s of CPU time", end="")
    assert opened == [f"{DOCUMENTS:05}.txt"]
    assert added == {"documents": 1, "readings": 1, "claims": 1}
    assert max(seconds[1:]) < SHARE_WITH_ONE * seconds[0]
