"""The ledger: append-only, one run one transaction, and the same answer for any moment for ever."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sql

from analysis.errors import LedgerFault
from analysis.ledger import Ledger, metadata
from analysis.model import Claim, Document, Doubt, Reading

NOON = datetime(2025, 1, 13, 12, tzinfo=UTC)


def document(text: str) -> Document:
    """Return a document of an example text."""
    return Document(Document.identify(None, text), text, published="2025-01-13", outlet="Post")


def reading(of: Document, *numbers: int, extractor: str = "rules-1") -> Reading:
    """Return a reading that found the given numbers."""
    claims = tuple(
        Claim(
            of.document_id, "killed", n, n, "exact", str(n), i, i + 1, of.text, extractor=extractor
        )
        for i, n in enumerate(numbers)
    )
    return Reading(
        of.document_id, extractor, claims, (Doubt(of.document_id, 0, 1, of.text, "why"),)
    )


@pytest.fixture
def ledger(tmp_path):
    """Yield an empty ledger."""
    with Ledger(tmp_path / "deep" / "ledger.sqlite") as opened:
        yield opened


def test_what_goes_in_comes_out(ledger):
    """Claims, documents and doubts keep their fields, nulls included."""
    one = document("7 dead, 8 dead")
    assert ledger.record([one], [reading(one, 7, 8)], "0.1", NOON) == {
        "documents": 1,
        "readings": 1,
        "claims": 2,
    }
    claims = ledger.claims()
    assert list(claims["low"]) == [7, 8]
    assert claims["source_text"].isna().all()
    assert claims["note"].isna().all()
    assert set(claims["known_at"]) == {"2025-01-13T12:00:00.000000Z"}
    [held] = ledger.documents().to_dict("records")
    assert (held["outlet"], held["characters"], held["claims"], held["doubts"]) == (
        "Post",
        14,
        2,
        1,
    )
    assert list(ledger.doubts()["reason"]) == ["why"]


def test_the_same_document_twice_adds_nothing(ledger):
    """A run with nothing new is not even recorded."""
    one = document("7 dead")
    ledger.record([one], [reading(one, 7)], "0.1", NOON)
    assert ledger.record([one], [], "0.1", NOON + timedelta(1))["documents"] == 0
    assert ledger.last_known_at() == "2025-01-13T12:00:00.000000Z"


def test_a_newer_reading_replaces_the_older_for_readers_only(ledger):
    """What was known before the newer reading can still be asked for."""
    one = document("7 dead")
    ledger.record([one], [reading(one, 7)], "0.1", NOON)
    before = ledger.last_known_at()
    assert [d.document_id for d in ledger.unread("rules-2", ["table"])] == [one.document_id]
    ledger.record([], [reading(one, 8, extractor="rules-2")], "0.2", NOON + timedelta(hours=1))
    assert list(ledger.claims()["low"]) == [8]
    assert list(ledger.claims(before)["low"]) == [7]
    assert ledger.unread("rules-2", ["table"]) == []
    assert ledger.extractors() == {one.document_id: "rules-2"}


def test_readings_come_back_as_the_claims_that_went_in(ledger):
    """So that a row of a table that was taken out or changed can be told."""
    one, two = document("7 dead"), document("none")
    first = reading(one, 7, extractor="table")
    ledger.record([one, two], [first, Reading(two.document_id, "table")], "0.1", NOON)
    assert ledger.readings_by("table") == {
        one.document_id: ("", set(first.claims)),
        two.document_id: ("", set()),
    }


def test_the_clock_of_a_ledger_never_goes_back(ledger):
    """A machine whose clock was set back cannot put a run before the last one."""
    for n in range(3):
        one = document(f"{n} dead")
        ledger.record([one], [reading(one, n)], "0.1", NOON - timedelta(hours=n))
    moments = list(ledger.claims()["known_at"])
    assert moments == sorted(set(moments))
    assert [len(ledger.claims(moment)) for moment in moments] == [1, 2, 3]


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda t: t.name)
@pytest.mark.parametrize("verb", [sql.update, sql.delete])
def test_nothing_is_changed_or_deleted(ledger, table, verb):
    """The database itself refuses, whoever asks."""
    one = document("7 dead")
    ledger.record([one], [reading(one, 7)], "0.1", NOON)
    change = verb(table)
    if verb is sql.update:
        change = change.values({list(table.columns)[1].name: 1})
    with pytest.raises(sql.exc.IntegrityError, match="append-only"), ledger.engine.begin() as link:
        link.execute(change)


def test_a_run_that_fails_midway_leaves_nothing(ledger):
    """One run is one transaction."""
    one = document("7 dead")
    twice = reading(one, 7)
    with pytest.raises(LedgerFault, match="nothing was lost"):
        ledger.record([one], [twice, twice], "0.1", NOON)
    assert len(ledger.documents()) == len(ledger.claims()) == 0
    assert ledger.last_known_at() is None


def test_readers_do_not_wait_for_each_other(ledger, tmp_path):
    """Several notebooks read while a run goes on."""
    with Ledger(tmp_path / "deep" / "ledger.sqlite") as other:
        reads = ledger.engine.execution_options(reads=True)
        with reads.connect() as link:
            link.execute(sql.text("select count(*) from runs"))
            one = document("7 dead")
            other.record([one], [reading(one, 7)], "0.1", NOON)
            assert len(other.claims()) == 1


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    """The message names the file and no stack trace reaches a user."""
    place = tmp_path / "ledger.sqlite"
    place.write_bytes(b"not a database at all, but long enough to look like a file" * 20)
    with pytest.raises(LedgerFault, match=r"ledger\.sqlite: the ledger cannot be used"):
        Ledger(place)
