"""One source over time: what is one statement, what is a change, what is left out."""

import pandas as pd

from analysis.model import rows_of
from analysis.series import build
from analysis.series import halves as halves_of
from tests.samples import claim, frame


def rows(*claims, category="killed"):
    """Return day, bounds and change of each row of one category."""
    series = build(frame(*claims))
    series = series[series["category"] == category]
    return [(r.date, r.low, r.high, r.change) for r in series.itertuples()]


def test_re_reports_of_one_briefing_are_one_row_with_a_count_of_outlets():
    """Rows are reports, not independent estimates."""
    series = build(
        frame(
            claim("NIS", "killed", 300, "2025-01-13", outlet="A"),
            claim("NIS", "killed", 300, "2025-01-13", outlet="B", qualifier="at_least", high=None),
            claim("NIS", "killed", 300, "2025-01-14", outlet="B", qualifier="at_least", high=None),
        )
    )
    [row] = series.itertuples()
    assert (row.date, row.low, row.qualifier, row.outlets, row.reports) == (
        "2025-01-13",
        300,
        "at_least",
        2,
        3,
    )
    assert (row.first_published, row.last_published) == ("2025-01-13", "2025-01-14")
    assert len(row.claim_ids) == 3


def test_an_old_number_that_is_printed_again_is_no_fall():
    """600 was still printed in November, after 2,000 in September."""
    assert rows(
        claim("NIS", "killed", 600, "2025-04-30"),
        claim("NIS", "killed", 2000, "2025-09-02"),
        claim("NIS", "killed", 600, "2025-11-04"),
    ) == [("2025-04-30", 600, 600, "first"), ("2025-09-02", 2000, 2000, "rise")]


def test_a_new_lower_number_is_a_fall():
    """A revision downwards is shown, never hidden."""
    assert (
        rows(claim("NIS", "killed", 600, "2025-04-30"), claim("NIS", "killed", 500, "2025-06-01"))[
            1
        ][3]
        == "fall"
    )


def test_different_numbers_of_one_day_are_a_range():
    """Outlets heard one briefing differently."""
    assert rows(
        claim("NIS", "killed", 4000, "2025-04-30", outlet="A"),
        claim("NIS", "killed", 4700, "2025-04-30", outlet="B"),
    ) == [("2025-04-30", 4000, 4700, "first")]


def test_a_range_over_the_last_number_is_no_clear_change():
    """Nobody knows whether it went up."""
    assert (
        rows(
            claim("NIS", "killed", 600, "2025-04-30"),
            claim("NIS", "killed", 500, "2025-06-01", high=700, qualifier="range"),
        )[1][3]
        == "unclear"
    )


def test_totals_periods_and_events_never_share_a_line():
    """A week's dead are not a fall from the total."""
    series = build(
        frame(
            claim("NIS", "killed", 600, "2025-04-30"),
            claim("NIS", "killed", 30, "2025-05-01", scope="period", period_days=7),
            claim("NIS", "killed", 5, "2025-05-02", scope="event"),
        )
    )
    assert dict(zip(series["scope"], series["change"], strict=True)) == {
        "cumulative": "first",
        "event": None,
        "period": None,
    }


def test_a_recalled_number_stands_on_the_day_that_it_is_of():
    """More than a month back, the day of printing would make it a new number."""
    assert rows(claim("NIS", "killed", 600, "2025-09-02", as_of="2025-04-30"))[0][0] == "2025-04-30"
    assert rows(claim("NIS", "killed", 600, "2025-05-02", as_of="2025-04-30"))[0][0] == "2025-05-02"


def test_what_nobody_stands_by_is_left_out():
    """Denied, projected and superseded numbers, and those without a source or a day."""
    for more in (
        {"status": "negated"},
        {"status": "projected"},
        {"status": "superseded"},
        {"source": None},
    ):
        assert rows(claim("NIS", "killed", 600, "2025-04-30") | more) == []
    assert rows(claim("NIS", "killed", 600, None)) == []


def test_a_part_of_a_combined_number_is_the_number_of_its_kind():
    """600 killed of 4,700 casualties are all the killed; 20 children of 100 dead are not."""
    whole = claim("NIS", "killed_or_wounded", 4700, "2025-04-30", document_id="d")
    part = claim("NIS", "killed", 600, "2025-04-30", document_id="d", status="part")
    assert rows(whole, part) == [("2025-04-30", 600, 600, "first")]
    assert rows(part) == []


def test_the_order_of_claims_changes_nothing():
    """The same documents give the same series, in whatever order they came."""
    claims = [
        claim("NIS", "killed", n, day, outlet=o, qualifier=q)
        for n, day, o, q in [
            (300, "2025-01-13", "A", "about"),
            (300, "2025-01-13", "B", "exact"),
            (400, "2025-02-01", "A", "exact"),
        ]
    ]
    first = build(frame(*claims)).drop(columns="claim_ids")
    assert first.equals(build(frame(*claims[::-1])).drop(columns="claim_ids"))


def test_up_to_beside_a_range_does_not_make_it_begin_at_nought():
    """An outlet that keeps the upper end of a range alone does not change the lower one."""
    claims = (
        claim("NIS", "killed", 200, "2025-04-30", outlet="A", high=250, qualifier="range"),
        claim("NIS", "killed", None, "2025-04-30", outlet="B", high=250, qualifier="up_to"),
    )
    assert rows(*claims) == [("2025-04-30", 200, 250, "first")]
    [alone] = build(frame(claims[1])).itertuples()
    assert (alone.high, alone.qualifier) == (250, "up_to")


def test_a_wire_report_in_many_papers_is_one_report_with_all_its_outlets():
    """Copies of one text with an equal number add outlets, no evidence."""
    wire = [
        claim("NIS", "killed", 300, "2025-01-13", outlet=outlet, document_id=outlet)
        for outlet in ("Agency", "Paper", "Radio")
    ]
    own = claim("NIS", "killed", 300, "2025-01-14", outlet="Desk", document_id="Desk")
    chain = {"Paper": "Agency", "Radio": "Paper"}
    [row] = build(frame(*wire, own), chain).itertuples()
    assert (row.reports, row.outlets, len(row.claim_ids)) == (2, 4, 4)
    # The first text bears no day, or its claim was rejected: its copies are still one report.
    [row] = build(frame(*wire[1:]), chain).itertuples()
    assert (row.reports, row.outlets) == (1, 2)


def test_a_copy_in_which_the_number_was_changed_is_a_report_of_its_own():
    """300 in the wire report and 400 in its copy: both stand, and the row says so."""
    [row] = build(
        frame(
            claim("NIS", "killed", 300, "2025-01-13", outlet="Agency", document_id="Agency"),
            claim("NIS", "killed", 400, "2025-01-13", outlet="Paper", document_id="Paper"),
        ),
        {"Paper": "Agency"},
    ).itertuples()
    assert (row.low, row.high, row.qualifier, row.reports) == (300, 400, "range", 2)


def test_copies_do_not_outvote_how_a_number_was_said():
    """Three prints of "at least 300" are one form, beside two reports of "about 300"."""
    [row] = build(
        frame(
            *(
                claim(
                    "NIS",
                    "killed",
                    300,
                    "2025-01-13",
                    outlet=o,
                    document_id=o,
                    qualifier="at_least",
                    high=None,
                )
                for o in ("Agency", "Paper", "Radio")
            ),
            *(
                claim(
                    "NIS", "killed", 300, "2025-01-13", outlet=o, document_id=o, qualifier="about"
                )
                for o in ("Desk", "Post")
            ),
        ),
        {"Paper": "Agency", "Radio": "Agency"},
    ).itertuples()
    assert (row.qualifier, row.reports) == ("about", 3)


def test_each_end_of_a_range_has_the_claim_that_gives_it():
    """Reports that differ make a range; "up to" beside another number gives no lower end."""
    day = "2025-04-30"
    [row] = (
        build(
            frame(
                claim("NIS", "killed", 4300, day, outlet="A"),
                claim("NIS", "killed", 4000, day, outlet="B"),
                claim("NIS", "killed", 4700, day, outlet="C"),
                claim("NIS", "killed", None, day, high=4500, qualifier="up_to", outlet="D"),
            )
        )
    ).itertuples()
    assert (row.low, row.high) == (4000, 4700)
    assert (row.low_claim[-1], row.high_claim[-1]) == ("B", "C")
    [alone] = build(frame(claim("NIS", "killed", 300, day, high=None))).itertuples()
    assert alone.low_claim == alone.high_claim == alone.claim_ids[0]


def test_two_numbers_of_one_sentence_are_no_range_and_wait():
    """Of "26 passengers and three crew members" neither is what the source puts the toll at."""
    said = {"document_id": "d", "quote": "26 passengers and three crew died.", "quote_start": 0}
    halves = [claim("Line", "killed", low, "2025-01-02", **said) for low in (26, 3)]
    before = claim("Line", "killed", 19, "2025-01-01")
    assert halves_of(frame(before, *halves)) == {c["claim_id"] for c in halves}
    assert [row.low for row in rows_of(build(frame(before, *halves)))] == [19]
    # One sentence may give a number twice, and two sentences may differ.
    assert halves_of(frame(halves[0], halves[0] | {"claim_id": "again"})) == set()
    assert halves_of(frame(halves[0], halves[1] | {"quote_start": 90})) == set()
    # What a person decided stands.
    decided = halves[0] | {"decision": "set", "low": 29, "high": 29}
    assert [row.low for row in rows_of(build(frame(before, decided)))] == [19, 29]


def test_numbers_that_are_open_above_make_no_upper_end():
    """Of "more than 56,000" and "at least 56,585" the greater one stands, and more."""
    rounded = claim("Count", "killed", 56000, "2025-01-01", high=None, qualifier="more_than")
    exact = claim(
        "Count", "killed", 56585, "2025-01-01", high=None, qualifier="at_least", outlet="B"
    )
    [row] = rows_of(build(frame(rounded, exact)))
    assert (row.low, pd.isna(row.high), row.qualifier) == (56585, True, "at_least")
    assert row.low_claim == row.high_claim == exact["claim_id"]
