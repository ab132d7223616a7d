"""Sources against each other, and parts against the whole."""

import pandas as pd

from analysis.reconcile import CURRENT_DAYS, compare, sums
from analysis.series import build
from tests.samples import claim, frame


def compared(*claims, category="killed_or_wounded"):
    """Return the comparison of some claims as plain values."""
    rows = compare(build(frame(*claims)), category).itertuples(index=False)
    return [
        (r.date, r.lowest, r.lowest_source, r.highest, r.highest_source, r.sources) for r in rows
    ]


def test_lowest_and_highest_by_day():
    """Who said least and who said most, on each day on which that changed."""
    assert compared(
        claim("NIS", "killed_or_wounded", 1100, "2024-12-19"),
        claim("Zelensky", "killed_or_wounded", 3000, "2024-12-23"),
        claim("NIS", "killed_or_wounded", 3000, "2025-01-13"),
    ) == [
        ("2024-12-19", 1100, "NIS", 1100, "NIS", 1),
        ("2024-12-23", 1100, "NIS", 3000, "Zelensky", 2),
        ("2025-01-13", 3000, "NIS", 3000, "NIS", 2),
    ]


def test_a_number_is_current_for_a_while_after_it_was_last_printed():
    """After that nobody is held to it."""
    last = compared(
        claim("Old", "killed_or_wounded", 100, "2024-01-01"),
        claim("New", "killed_or_wounded", 500, "2024-06-01"),
    )[-1]
    assert last == ("2024-06-01", 500, "New", 500, "New", 1)
    assert CURRENT_DAYS < 152


def test_only_totals_in_numbers_are_compared():
    """Neither a week's dead nor "dozens" is the lowest estimate."""
    assert compared(
        claim("A", "killed_or_wounded", 30, "2024-12-16", scope="period", period_days=2),
        claim("B", "killed_or_wounded", 24, "2024-12-16", high=99, qualifier="vague"),
        claim("C", "killed_or_wounded", 1100, "2024-12-19"),
    ) == [("2024-12-19", 1100, "C", 1100, "C", 1)]


def test_killed_and_wounded_against_both_together():
    """300 and 2,700 agree with "some 3,000"; 300 and 900 do not."""

    def check(wounded):
        found = sums(
            build(
                frame(
                    claim("NIS", "killed", 300, "2025-01-13", high=None, qualifier="at_least"),
                    claim("NIS", "wounded", wounded, "2025-01-13"),
                    claim("NIS", "killed_or_wounded", 3000, "2025-01-14", qualifier="about"),
                )
            )
        )
        [row] = found.itertuples(index=False)
        return row

    row = check(2700)
    assert (row.sum_low, row.combined_low, row.agrees) == (3000, 3000, True)
    assert pd.isna(row.sum_high)
    assert not check(900).agrees


def test_numbers_of_two_sources_are_never_added():
    """Not even where only together they would make a sum."""
    assert sums(
        build(
            frame(
                claim("A", "killed", 300, "2025-01-13"),
                claim("B", "wounded", 2700, "2025-01-13"),
                claim("A", "killed_or_wounded", 3000, "2025-01-13"),
            )
        )
    ).empty
