"""A damaged ledger is named, never trusted and never replaced in silence (rows S06 and S07)."""

import random
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from analysis import pipeline
from analysis.cli.commands import tallybook
from analysis.errors import TallybookError
from analysis.home import Home
from analysis.pipeline.verifying import verify
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
