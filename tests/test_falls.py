"""Why a number fell: what the reports show is said, and nothing is guessed."""

import re

import pytest

from analysis import prose
from analysis.falls import falls
from analysis.series import build
from tests.samples import claim, frame

A, B = "2025-01-13", "2025-04-30"
BEFORE = claim("NGO", "killed", 600, A, document_id="a", location="Kursk", relayed_by="Agency")


def fell(*claims):
    """Return the falls of some claims."""
    every = frame(*claims)
    return falls(build(every), every)


def now(low=500, **more):
    """Return the number that came after."""
    place = {"location": "Kursk", "relayed_by": "Agency", "document_id": "b"}
    return claim("NGO", "killed", low, B, **(place | more))


CASES = [
    # What else was read, the reasons, and a piece of what is said.
    ((now(),), (), "Nothing that was read says why."),
    (
        (now(), claim("NGO", "killed", 600, B, document_id="b", status="superseded")),
        ("revised",),
        "gives the earlier number as one that was replaced",
    ),
    # In another report, of another source or another number: no word about this one.
    ((now(), claim("NGO", "killed", 600, B, document_id="c", status="superseded")), (), ""),
    ((now(), claim("UN", "killed", 600, B, document_id="b", status="superseded")), (), ""),
    ((now(), claim("NGO", "killed", 900, B, document_id="b", status="superseded")), (), ""),
    (
        (now(), claim("NGO", "killed_or_wounded", 600, "2025-01-14")),
        ("category",),
        "also given for people killed or wounded, and may count those",
    ),
    ((now(), claim("NGO", "killed_or_wounded", 600, "2025-01-20")), (), ""),
    ((now(location="Sumy"),), ("place",), "name another place (Sumy; before: Kursk)"),
    ((now(location=None),), (), "Nothing that was read says why."),
    ((now(relayed_by="Desk"),), ("relay",), "passed on by others: Agency before, Desk now"),
    ((now(location="Sumy", relayed_by="Desk"),), ("place", "relay"), "Sumy"),
]


@pytest.mark.parametrize(("claims", "reasons", "said"), CASES)
def test_the_reason_of_a_fall_is_what_the_reports_show(claims, reasons, said):
    """Where they show nothing, it is said that nothing is known."""
    found = fell(BEFORE, *claims)
    assert list(found["reasons"]) == [reasons]
    every = frame(BEFORE, *claims)
    words = prose.caption(build(every), found, every[:0], lambda name: f"x.html#claim-{name}")
    assert said in words.text
    assert "NGO said 500 killed on 30 April 2025, after 600 on 13 January 2025" in words.text


def test_a_rounder_number_near_the_one_before_may_be_the_same():
    """Within a fiftieth; a less round one is another number."""
    for was, low, reasons in ((10_002, 9_900, ("rounded",)), (10_000, 9_902, ()), (600, 500, ())):
        before = {**BEFORE, "low": was, "high": was}
        assert list(fell(before, now(low))["reasons"]) == [reasons]


def test_an_open_number_below_the_one_before_is_no_fall():
    """More than 10,000 may be 10,002; up to 500 after 600 is one."""
    opened = now(500, high=None, qualifier="more_than")
    assert fell(BEFORE, opened).empty
    assert list(build(frame(BEFORE, opened))["change"]) == ["first", "unclear"]
    below = claim("NGO", "killed", None, B, high=500, qualifier="up_to")
    assert len(fell(BEFORE, below)) == 1


def test_hostile_names_stay_text_and_long_lists_are_short():
    """Whatever reports name as a place."""
    places = [now(500, location=f"<b>{n}", document_id=f"b{n}", outlet=str(n)) for n in range(9)]
    every = frame(BEFORE, *places)
    words = prose.caption(build(every), fell(BEFORE, *places), every[:0], str)
    assert "<b>" not in words.markup
    assert "and 6 more" in re.sub(r"\s+", " ", words.text)
