"""A past edition can be built again, byte for byte, whatever came later: `until` and `known_at`."""

import json
import sqlite3
from datetime import UTC, datetime

import pytest

from analysis import decisions, pipeline
from analysis.book import open_book
from analysis.entries import entry
from analysis.errors import LedgerFault
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.pipeline.reading import take_in
from analysis.pipeline.verifying import verify
from analysis.story import read_story
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


ALIAS = """
[[aliases]]
words = "{words}"
source = "Port hospital"
reason = "{reason}"
by = "A. Editor"
date = {date}
"""


def correction(claim_id, low, date, **more):
    """Return a decision as an entry of the file of corrections."""
    changes = {"low": low, "high": low, **more}
    return "\n" + entry(claim_id, "set", "Misprinted.", "A. Editor", date, {}, changes) + "\n"


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


NOON = "2025-03-10T12:00:00Z"


@pytest.mark.parametrize(
    ("first", "date"),
    [
        ("nothing", "2025-03-10"),
        ("decided", "2025-01-05"),
        ("undone", "2025-03-11"),
        ("edited", "2025-03-10"),
        ("reordered", "2025-01-05"),
    ],
)
def test_later_decisions_and_aliases_change_no_byte(root, tmp_path, date, first):
    """What counts is when the ledger took them in, whatever day they were given in the file."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    path = home.story("ferry") / "corrections.toml"
    pipeline.read_once(home, "ferry", MORNING.replace(hour=6))
    claims = open_book(home, "ferry").claims()
    ids = dict(zip(claims["low"], claims["claim_id"], strict=True))
    early = correction(ids[12], 13, "2025-03-09") + correction(ids[30], 31, "2025-03-09")
    if first != "nothing":
        path.write_text(early, "utf-8")
    pipeline.build(home, "ferry", now=MORNING, everything=True, known_at=NOON)
    before, claims = numbers(home), open_book(home, "ferry", known_at=NOON).claims()
    assert sorted(claims["low"]) == ([12, 15, 30] if first == "nothing" else [13, 15, 31])
    later = correction(ids[15], 99, date) + ALIAS.format(
        words="the coastguard", reason="It is their boat.", date=date
    )
    early = {
        "undone": "",
        "edited": early.replace("13", "14"),
        "reordered": early[early.rindex("[[") :] + early[: early.rindex("[[")],
    }.get(first, early if first != "nothing" else "")
    path.write_text(early + later, "utf-8")
    hundred(home, ["2025-03-01", "2025-04-01"])
    summary = pipeline.build(home, "ferry", now=EVENING, everything=True, known_at=NOON)
    assert summary.added["documents"] == 100
    assert numbers(home) == before
    assert open_book(home, "ferry", known_at=NOON).claims().equals(claims)
    now = open_book(home, "ferry").claims()
    assert 99 in set(now["low"])
    assert "Coast guard" not in set(now["source"])


def test_each_decision_knows_when_the_ledger_took_it_in(root, tmp_path):
    """One that the ledger never saw counts from its day, and keeps its moment when others come."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    path = home.story("ferry") / "corrections.toml"
    pipeline.read_once(home, "ferry", MORNING)
    claims = open_book(home, "ferry").claims()
    ids = dict(zip(claims["low"], claims["claim_id"], strict=True))
    path.write_text(correction(ids[12], 13, "2025-03-11"), "utf-8")
    # The ledger took in nothing since: the day tells.
    for known_at, low in (("2025-03-10T23:00:00Z", 12), ("2025-03-11T23:00:00Z", 13)):
        assert low in set(open_book(home, "ferry", known_at=known_at).claims()["low"])
    story = read_story(home.story("ferry"))
    with Ledger(home.ledger("ferry")) as ledger:
        for number, now in enumerate((EVENING, EVENING.replace(hour=21), EVENING.replace(hour=22))):
            added = take_in(story, ledger, now, "1", lambda *_: None)[1]
            assert not any(added.values())
            if number == 0:
                path.write_text(
                    correction(ids[12], 13, "2025-03-11") + correction(ids[30], 7, "2025-01-01")
                )
        corrections, _ = decisions.dated(decisions.read_decisions(story.folder), ledger.decisions())
        assert [one.decided_at for one in corrections] == [
            "2025-03-10T20:00:00.000000Z",
            "2025-03-10T21:00:00.000000Z",
        ]
        assert ledger.broken_seals() == []
        assert sum(1 for _ in ledger.counts()) == 3, "a run with nothing new is none"
    for known_at, lows in (
        ("2025-03-10T19:59:00Z", {12, 15, 30}),
        ("2025-03-10T20:30:00Z", {13, 15, 30}),
        ("2025-03-10T21:30:00Z", {13, 15, 7}),
    ):
        assert set(open_book(home, "ferry", known_at=known_at).claims()["low"]) == lows


def test_an_older_ledger_takes_its_decisions_over_with_their_days(root, tmp_path):
    """It cannot tell when they came; what comes after has its moment."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    path = home.story("ferry") / "corrections.toml"
    pipeline.read_once(home, "ferry", datetime(2025, 3, 3, tzinfo=UTC))
    with sqlite3.connect(home.ledger("ferry")) as link:
        link.execute("DROP TABLE decisions")
    claims = open_book(home, "ferry").claims()
    ids = dict(zip(claims["low"], claims["claim_id"], strict=True))
    early = correction(ids[12], 13, "2025-03-05")
    path.write_text(early, "utf-8")
    story = read_story(home.story("ferry"))
    with Ledger(home.ledger("ferry")) as ledger:
        take_in(story, ledger, MORNING, "1", lambda *_: None)
        path.write_text(early + correction(ids[30], 7, "2025-03-05"), "utf-8")
        take_in(story, ledger, EVENING, "1", lambda *_: None)
        assert ledger.broken_seals() == []
    for known_at, lows in (
        ("2025-03-04", {12, 15, 30}),
        ("2025-03-06", {13, 15, 30}),
        (NOON, {13, 15, 30}),
        ("2025-03-11", {13, 15, 7}),
    ):
        assert set(open_book(home, "ferry", known_at=known_at).claims()["low"]) == lows


def test_decisions_that_were_tampered_with_are_named(root, tmp_path):
    """They are sealed with the run that took them in."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    pipeline.read_once(home, "ferry", MORNING)
    claims = open_book(home, "ferry").claims()
    path = home.story("ferry") / "corrections.toml"
    path.write_text(correction(claims["claim_id"].iloc[0], 13, "2025-03-05"), "utf-8")
    with Ledger(home.ledger("ferry")) as ledger:
        take_in(read_story(home.story("ferry")), ledger, EVENING, "1", lambda *_: None)
    assert verify(home, "ferry") == []
    with sqlite3.connect(home.ledger("ferry")) as link:
        link.execute("DROP TRIGGER decisions_refuse_update")
        link.execute("UPDATE decisions SET content = replace(content, 'Misprinted', 'Right')")
    [fault] = verify(home, "ferry")
    assert "2025-03-10T20:00" in fault
    with sqlite3.connect(home.ledger("ferry")) as link:
        link.execute("UPDATE decisions SET content = replace(content, 'claim_id', 'claim')")
    take_later = ("2025-03-10T20:00:00Z", datetime(2025, 3, 11, tzinfo=UTC))
    path.unlink()
    with Ledger(home.ledger("ferry")) as ledger:
        take_in(read_story(home.story("ferry")), ledger, take_later[1], "1", lambda *_: None)
    with pytest.raises(LedgerFault, match="bring back a copy"):
        open_book(home, "ferry", known_at=take_later[0])
