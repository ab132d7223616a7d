"""One story's ten thousand claims from a ledger of a million, against the same rows in Parquet.

CPU time, the quickest of many rounds, both sides alternating: other work on the machine only ever
makes a round slower.
"""

import time
from datetime import UTC, datetime

import pandas as pd
import pytest
import sqlalchemy as sql

from analysis.ledger import Ledger
from analysis.ledger.schema import claims, readings, runs
from analysis.model import TABLE, Claim, Document, Reading
from tests.benchmarks.corpus import articles

CLAIMS = 10_000
A_DOCUMENT = 5  # claims, as a report has
ROUNDS = 40


def texts():
    """Return documents of five claims each, and their readings."""
    for number, text in enumerate(articles(CLAIMS // A_DOCUMENT, 0)):
        url = f"https://news.example/{number}"
        of = Document(
            Document.identify(url, text), text, published=f"2025-{number % 12 + 1:02}-01",
            outlet="Example Post", title=f"Report {number}", url=url,
            origin=f"documents/{number:05}.txt",
        )  # fmt: skip
        quotes = [s for s in text.split(". ") if any(map(str.isdigit, s))][:A_DOCUMENT]
        found = []
        for quote in quotes:
            place = text.index(quote) + next(n for n, c in enumerate(quote) if c.isdigit())
            found.append(
                Claim(
                    of.document_id, ("killed", "wounded")[place % 2], number, number, "exact",
                    text[place : place + 2], place, place + 2, quote, "passengers", "the coastguard",
                    scope="cumulative",
                )
            )  # fmt: skip
        once = {claim.claim_id: claim for claim in found}
        yield of, Reading(of.document_id, "rules-1", tuple(once.values()))


def rows():
    """Return rows of a table, each a document with one claim."""
    for number in range(CLAIMS):
        url = f"https://news.example/{number}"
        of = Document(
            Document.identify(url, f"Row {number}"), f"Row {number}", url=url,
            published=f"2025-{number % 12 + 1:02}-01", outlet="Example Post", origin=f"r.csv row {number}",
        )  # fmt: skip
        claim = Claim(
            of.document_id, "killed", number, None, "at_least", None, None, None, None,
            "passengers", "the coastguard", scope="cumulative", extractor=TABLE,
        )  # fmt: skip
        yield of, Reading(of.document_id, TABLE, (claim,))


def grow(ledger, times):
    """Read all documents so many times in all, by copying what the first reading found."""
    with ledger.engine.begin() as link:
        step = link.scalar(sql.select(sql.func.max(readings.c.reading)))
        for again in range(1, times):
            moment = f"2025-02-01T00:00:00.{again:06}Z"
            run = {"run": again + 1, "known_at": moment, "version": "0.1"}
            link.execute(sql.insert(runs).values(run))
            for table, first in (
                (readings, readings.c.run == 1),
                (claims, claims.c.reading <= step),
            ):
                fields = {c.name: c for c in table.columns if c.name not in ("number", "run")}
                fields["reading"] = table.c.reading + again * step
                if table is readings:
                    fields["run"] = sql.literal(again + 1)
                copied = sql.select(*fields.values()).where(first)
                link.execute(sql.insert(table).from_select(list(fields), copied))
        return link.scalar(sql.select(sql.func.count()).select_from(claims))


# A row of a table is a document of its own, and is never read by a newer extractor.
@pytest.mark.parametrize(("made", "times", "most"), [(texts, 100, 6.0), (rows, 1, 8.0)])
def test_ten_thousand_claims_load_within_six_times_of_parquet(tmp_path, made, times, most):
    """What older readings left in the ledger, a million claims, costs nothing."""
    pytest.importorskip("pyarrow")
    file = tmp_path / "rows.parquet"
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        found = list(made())
        now = datetime(2025, 1, 1, tzinfo=UTC)
        ledger.record([of for of, _ in found], [reading for _, reading in found], "0.1", now)
        first = ledger.claims()
        count = grow(ledger, times)
        loaded = ledger.claims()
        assert loaded.drop(columns="known_at").equals(first.drop(columns="known_at"))
        loaded.to_parquet(file, index=False)
        sides = {"Parquet": lambda: pd.read_parquet(file), "ledger": ledger.claims}
        spent = dict.fromkeys(sides, float("inf"))
        for _ in range(ROUNDS):
            for side, work in sides.items():
                started = time.process_time()
                work()
                spent[side] = min(spent[side], time.process_time() - started)
    ratio = spent["ledger"] / spent["Parquet"]
    print(f"\n{len(loaded):,} of {count:,} claims, {made.__name__}: ", end="")
    print(", ".join(f"{side} {best * 1e3:.1f} ms" for side, best in spent.items()), end="")
    print(f", {ratio:.1f} times")
    assert ratio < most
