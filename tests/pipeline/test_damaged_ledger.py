"""A damaged ledger is named, never trusted and never replaced in silence (rows S06 and S07)."""

import random
import sqlite3
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from analysis import pipeline
from analysis.book import book_of
from analysis.cli.commands import tallybook
from analysis.errors import LedgerFault, TallybookError
from analysis.home import Home
from analysis.ledger import Ledger
from analysis.pipeline.reading import take_in
from analysis.pipeline.verifying import verify
from analysis.story import read_story
from tests.samples import make_home

MORNING = datetime(2025, 4, 1, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def whole(root, tmp_path_factory):
    """Return a home whose documents were read, and the bytes of its ledger."""
    home = Home(make_home(tmp_path_factory.mktemp("damaged"), root / "notebooks"))
    pipeline.read_once(home, "ferry", MORNING)
    return home, home.ledger("ferry").read_bytes()


def put(home, data):
    """Put bytes in the place of the ledger."""
    ledger = home.ledger("ferry")
    for end in ("-wal", "-shm"):
        ledger.with_name(ledger.name + end).unlink(missing_ok=True)
    ledger.write_bytes(data)


def run(home, command):
    """Return exit code and output of a command."""
    done = CliRunner(env={"TALLYBOOK_HOME": str(home.root)}).invoke(
        tallybook, [command, "ferry"], standalone_mode=False
    )
    if isinstance(done.exception, TallybookError):
        return done.exception.exit_code, str(done.exception)
    assert done.exception is None
    return done.return_value, done.output


def test_a_sound_ledger_has_no_fault(whole):
    """So that the faults below are those of the damage."""
    home, data = whole
    put(home, data)
    assert verify(home, "ferry") == []


@pytest.mark.parametrize("word", [b"killed", b"exact", b"reported", b"people", b"coast"])
def test_each_flipped_bit_of_a_row_is_found(whole, word):
    """Wherever the word stands in the file and is used."""
    home, data = whole
    places = [at for at in range(len(data)) if data.startswith(word, at)]
    found = 0
    for at in places:
        damaged = bytearray(data)
        damaged[at + 2] ^= 1
        put(home, bytes(damaged))
        found += bool(verify(home, "ferry"))
    assert places
    assert found == len(places)


def test_damage_of_any_kind_anywhere_is_a_line_and_no_trace(whole):
    """Flipped bits, blanked and cut ends: what they hit is named, or was not in use."""
    home, data = whole
    rng, named = random.Random(7), 0
    for number in range(120):
        at = rng.randrange(len(data))
        damaged = bytearray(data)
        if number % 3 == 0:
            damaged[at] ^= 1 << rng.randrange(8)
        elif number % 3 == 1:
            damaged[at : at + 64] = bytes(len(damaged[at : at + 64]))
        else:
            del damaged[at:]
        put(home, bytes(damaged))
        faults = verify(home, "ferry")
        assert all("\n" not in fault for fault in faults)
        named += bool(faults)
        assert faults or number % 3 != 2, f"cut at {at}"
    assert named > 40


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "missing or empty; bring back a copy"),
        (b"hello", "file is not a database"),
        (None, "malformed"),
    ],
    ids=["empty", "another file", "cut"],
)
def test_verify_ends_with_6_and_a_build_with_1(whole, data, said):
    """The file stays as it was found, for whoever can save something from it."""
    home, sound = whole
    damaged = sound[: len(sound) // 2] if data is None else data
    put(home, damaged)
    code, output = run(home, "verify")
    assert code == 6
    assert said in output
    if data != b"":
        code, output = run(home, "build")
        assert code == 1
        assert "bring back a copy, or move it away" in output
        assert home.ledger("ferry").read_bytes()[: len(damaged)] == damaged


def test_a_ledger_that_is_gone_is_missed(root, tmp_path):
    """A story that was built has one; a story that was not has none to verify."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    assert run(home, "verify")[0] == 0
    assert run(home, "build")[0] == 0
    for path in home.figures("ferry").glob("ledger.sqlite*"):
        path.unlink()
    code, output = run(home, "verify")
    assert (code, "is missing or empty" in output) == (6, True)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM claims WHERE number = (SELECT min(number) FROM claims)",
        "DELETE FROM documents WHERE number = 1",
        "DELETE FROM readings WHERE reading = 1",
        "DELETE FROM runs",
        "DELETE FROM seals",
        "DELETE FROM seals WHERE run = (SELECT max(run) FROM seals)",
        "UPDATE claims SET low = low + 1, high = high + 1",
        "UPDATE documents SET published = '2024-01-01'",
        "UPDATE claims SET number = 1000 - number",
    ],
    ids=[
        "claim",
        "document",
        "reading",
        "run",
        "seals",
        "last seal",
        "altered",
        "dated",
        "reordered",
    ],
)
def test_a_row_that_was_taken_out_or_altered_is_named_by_its_run(whole, change):
    """The file itself is sound: somebody wrote past the refusals."""
    home, data = whole
    put(home, data)
    link = sqlite3.connect(home.ledger("ferry"))
    for (name,) in link.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        link.execute(f"DROP TRIGGER {name}")
    link.executescript(change)
    link.close()
    code, output = run(home, "verify")
    assert code == 6
    assert "Traceback" not in output
    assert "run" in output


def test_a_log_that_is_missing_or_cut_leaves_what_was_written_back(root, tmp_path):
    """Newer rows lie in the log beside the file until SQLite writes them back."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    pipeline.read_once(home, "ferry", MORNING)
    ledger = home.ledger("ferry")
    log = ledger.with_name(ledger.name + "-wal")
    reader = sqlite3.connect(ledger)  # while it is open nothing is written back
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM claims").fetchone()
    later = home.story("ferry") / "documents" / "later.txt"
    later.write_text("At least 14 people were killed, the coastguard said.\n", "utf-8")
    with Ledger(ledger) as opened:
        story = read_story(home.story("ferry"))
        take_in(story, opened, datetime(2025, 4, 2, tzinfo=UTC), "1", lambda *_: None)
        assert len(opened.documents()) == 3
    kept, newer = ledger.read_bytes(), log.read_bytes()
    reader.close()
    assert newer, "the newer rows were in the log alone"
    for rest in (None, newer[: len(newer) // 2], newer[:-1], b"", b"no log"):
        put(home, kept)
        if rest is not None:
            log.write_bytes(rest)
        code, output = run(home, "verify")
        assert code in (0, 6)
        assert "Traceback" not in output
        with Ledger(ledger) as opened:
            # A run is there whole or not at all, and what it lost is read again by the next one.
            assert len(opened.documents()) == 2
            take_in(story, opened, datetime(2025, 4, 3, tzinfo=UTC), "1", lambda *_: None)
            assert len(opened.documents()) == 3
        assert verify(home, "ferry") == []


def test_a_build_on_a_damaged_ledger_ends_with_a_line_and_no_trace(whole):
    """What the damage hits is named, or was not in use."""
    home, data = whole
    rng, refused = random.Random(11), 0
    for number in range(60):
        damaged = bytearray(data)
        at = rng.randrange(len(data))
        if number % 3 == 2:
            del damaged[max(at, 1) :]
        else:
            size = 1 if number % 3 else 512
            damaged[at : at + size] = bytes(255 - byte for byte in damaged[at : at + size])
        put(home, bytes(damaged))
        said = _fault(home)
        refused += bool(said)
        assert not said or ("\n" not in said and "the ledger cannot be used" in said)
    assert refused > 20


def _fault(home):
    """Return what a build says of a ledger before it runs anything; nothing where it can use it."""
    story = read_story(home.story("ferry"))
    try:
        with Ledger(home.ledger("ferry")) as ledger:
            take_in(story, ledger, MORNING, "1", lambda *_: None)
            book_of(story, ledger)
    except LedgerFault as fault:
        return str(fault)
    return ""
