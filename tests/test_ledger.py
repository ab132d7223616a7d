"""The ledger: append-only, one run one transaction, and the same answer for any moment for ever."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sql

from analysis.errors import LedgerFault
from analysis.ledger import Ledger, metadata
from analysis.model import TABLE, Claim, Document, Doubt, Reading
from tests.postgres import BINARIES, server

NOON = datetime(2025, 1, 13, 12, tzinfo=UTC)
DECIDED = [{"kind": "alias", "words": "rescuers", "source": "Coast guard", "date": "2025-01-13"}]


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


@pytest.fixture(scope="session")
def postgres(skip_or_fail):
    """Yield the URL of a PostgreSQL server."""
    if not BINARIES:
        skip_or_fail("PostgreSQL is not installed (Debian package postgresql)")
    with server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request, tmp_path):
    """Return where an empty ledger may be: a file, and a schema of a server."""
    if request.param == "sqlite":
        return tmp_path / "deep" / "ledger.sqlite"
    return f"{request.getfixturevalue('postgres')}&schema={uuid.uuid4()}"


@pytest.fixture
def ledger(place):
    """Yield an empty ledger."""
    with Ledger(place) as opened:
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


def test_a_claim_knows_where_its_sentence_begins(ledger):
    """Also where the number stands in it twice, and where the text says the sentence twice."""
    quote = "Of 12 aboard 12 died."
    of = document(f"{quote} Later: {quote} 12.")
    places = [3, 13, 32, 42]
    found = tuple(
        Claim(of.document_id, "killed", 12, 12, "exact", "12", at, at + 2, quote) for at in places
    )
    ledger.record([of], [Reading(of.document_id, "rules-1", found)], "0.1", NOON)
    claims = ledger.claims()
    assert list(claims["start"]) == places
    assert list(claims["quote_start"]) == [0, 0, 29, 29]
    row = Claim(of.document_id, "killed", None, 9, "up_to", None, None, None, None, extractor=TABLE)
    ledger.record([], [Reading(of.document_id, TABLE, (row,))], "0.1", NOON)
    [held] = ledger.claims().to_dict("records")
    assert pd.isna(held["quote_start"])
    assert (held["high"], held["note"]) == (9, of.text)


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
    ledger.record([one], [reading(one, 7)], "0.1", NOON, DECIDED)
    change = verb(table)
    if verb is sql.update:
        column = list(table.columns)[1]
        change = change.values({column.name: "1" if isinstance(column.type, sql.Text) else 1})
    with pytest.raises(sql.exc.DBAPIError, match="append-only"), ledger.engine.begin() as link:
        link.execute(change)


def test_a_run_that_fails_midway_leaves_nothing(ledger):
    """One run is one transaction."""
    one = document("7 dead")
    twice = reading(one, 7)
    with pytest.raises(LedgerFault, match="nothing was lost"):
        ledger.record([one], [twice, twice], "0.1", NOON)
    assert len(ledger.documents()) == len(ledger.claims()) == 0
    assert ledger.last_known_at() is None


def test_readers_do_not_wait_for_each_other(ledger, place):
    """Several notebooks read while a run goes on."""
    with Ledger(place) as other:
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


def test_four_writers_at_once_lose_nothing_and_repeat_nothing(ledger, place):
    """Appends wait for their turn, and moments follow the order of the runs."""
    texts = [document(f"{n} dead") for n in range(8)]

    def write(worker):
        with Ledger(place) as own:
            for one in texts:
                own.record([one], [reading(one, worker)], "0.1", NOON)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert sorted(ledger.documents()["document_id"]) == sorted(d.document_id for d in texts)
    moments = [moment for moment, _, _ in ledger.counts()]
    assert moments == sorted(set(moments))
    assert ledger.broken_seals() == []


TAMPERING = {
    "a number": (2, "update claims set low = 70 where low = 7"),
    "a claim taken out": (2, "delete from claims where low = 8"),
    "a text": (1, "update documents set text = 'none dead' where number = 1"),
    "an outlet": (1, "update documents set outlet = 'Times' where number = 1"),
    "rows in another order": (2, "update claims set number = 99 where low = 7"),
    "the moment of a run": (1, "update runs set known_at = '2020' where run = 1"),
    "a reading that was slipped in": (
        1,
        "insert into readings (reading, run, document_id, extractor) values (9, 1, 'x', 'y')",
    ),
}


@pytest.mark.parametrize("case", TAMPERING)
def test_a_ledger_that_was_tampered_with_names_the_run(ledger, case):
    """Also where whoever did it took the triggers away first."""
    one, two = document("none"), document("7 dead, 8 dead")
    ledger.record([one], [reading(one)], "0.1", NOON)
    ledger.record([two], [reading(two, 7, 8)], "0.1", NOON)
    assert ledger.broken_seals() == []
    run, change = TAMPERING[case]
    tables = ("claims", "documents", "runs")
    with ledger.engine.begin() as link:
        for table in tables:
            on = f" on {table}" if link.dialect.name == "postgresql" else ""
            for verb in ("update", "delete"):
                link.exec_driver_sql(f"drop trigger {table}_refuse_{verb}{on}")
        link.exec_driver_sql(change)
    assert [number for number, _ in ledger.broken_seals()] == [run]


def test_an_older_ledger_without_seals_is_sealed_by_the_next_run(tmp_path):
    """A ledger of version 0.1.0 goes on as it is."""
    place = tmp_path / "ledger.sqlite"
    one, two = document("7 dead"), document("8 dead")
    with Ledger(place) as old:
        old.record([one], [reading(one, 7)], "0.1", NOON)
        with old.engine.begin() as link:
            link.exec_driver_sql("drop table seals")
    with Ledger(place) as new:
        new.record([two], [reading(two, 8)], "0.2", NOON)
        with new.engine.begin() as link:
            assert link.exec_driver_sql("select count(*) from seals").scalar() == 2
        assert new.broken_seals() == []


def test_a_copy_holds_all_that_the_ledger_holds(ledger, tmp_path):
    """A dry run works on a copy, wherever the ledger is."""
    one = document("7 dead")
    ledger.record([one], [reading(one, 7)], "0.1", NOON, DECIDED)
    ledger.copy_to(tmp_path / "copy.sqlite")
    with Ledger(tmp_path / "copy.sqlite") as copy:
        assert copy.claims().equals(ledger.claims())
        assert copy.decisions() == ledger.decisions() != []
        assert copy.broken_seals() == []


@pytest.mark.parametrize("url", ["mysql://x/y", "no address", "sqlite:///x"])
def test_an_address_that_is_no_postgresql_is_refused(url):
    """In one line that says how it is written."""
    with pytest.raises(LedgerFault, match="postgresql"):
        Ledger(url)
