"""What is stale is decided by what a report read."""

from pathlib import Path

import pytest

from analysis.reports.plan import Job, Record, code_of, read_record, why_stale

JOB = Job("overview", Path("overview.ipynb"), {"story": "ferry"}, "Overview")
BEFORE = {"claim": {"NIS": {"c1": "a", "c2": "b", "c3": "c.1"}, "HUR": {"h1": "a"}}}
READ = {"selection": {"what": "series", "source": "NIS"}, "digest": "d1", "rows": 3}


class Now:
    """What the selections of a report give now."""

    def __init__(self, digest="d1", rows=3, items=BEFORE, rejected=()):
        """Take the answers."""
        self.answer, self.items, self.out = (digest, rows), items, set(rejected)

    def ask(self, _selection):
        """Return digest and number of rows."""
        return self.answer

    def rests_on(self, _selections):
        """Return the items by noun and source."""
        return self.items

    def rejected(self):
        """Return the claims that people rejected."""
        return self.out


def record(**more):
    """Return the record of a run that read one selection."""
    return Record(
        **{"code": "c", "parameters": {"story": "ferry"}, "package": "0.2.0+abc", "reads": [READ]}
        | more
    )


def stale(held, **now):
    """Return why the job is stale when its selections give something now."""
    return why_stale(JOB, held, "c", "0.2.0+abc", Now(**now))


def test_the_same_answers_are_up_to_date():
    """Nothing runs for its own sake."""
    assert stale(record()) is None


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (None, "never run"),
        (record(code="other"), "code changed"),
        (record(parameters={"story": "x", "until": ""}), "parameters changed (story, until)"),
        (record(package="0.1.0+abc"), "tallybook 0.1.0 -> 0.2.0"),
        (record(package="0.2.0+def"), "the code of tallybook 0.2.0 changed"),
        (record(code="x", package="0.1.0+a"), "code changed; tallybook 0.1.0 -> 0.2.0"),
    ],
)
def test_another_code_parameter_or_package_is_stale(held, reason):
    """Each with its reason."""
    assert stale(held) == reason


@pytest.mark.parametrize(
    ("items", "rejected", "reason"),
    [
        ({"NIS": {"c4": "d", "c5": "e"}}, (), "source=NIS: 2 new claims"),
        ({"NIS": {"c1": "a.9"}}, (), "source=NIS: 1 corrected claim"),
        ({"NIS": {"c1": "x"}}, (), "source=NIS: 1 changed claim"),
        ({"NIS": {"c3": "d.1"}}, (), "source=NIS: 1 changed claim"),
        ({"NIS": {"c3": "c"}}, (), "source=NIS: 1 changed claim"),
        ({"NIS": {"c1": None}}, ("c1",), "source=NIS: 1 rejected claim"),
        ({"NIS": {"c1": None, "c2": None}}, (), "source=NIS: 2 claims gone"),
        ({"NIS": {"c4": "d", "c1": None}}, (), "source=NIS: 1 new claim, 1 claim gone"),
        ({"": {"c4": "d"}}, (), "no source named: 1 new claim"),
        (
            {"NIS": {"c1": None}, "HUR": {"c1": "a.5"}},
            (),
            "source=HUR: 1 corrected claim; source=NIS: 1 claim gone",
        ),
        (
            {name: {f"{name}1": "a"} for name in "ABCDE"},
            (),
            "; ".join((*(f"source={name}: 1 new claim" for name in "ABC"), "and 2 more sources")),
        ),
    ],
)
def test_another_answer_is_stale_and_says_what_is_new(items, rejected, reason):
    """By source: what came, what a person changed, what went."""
    now = {
        source: {
            claim: mark
            for claim, mark in {
                **BEFORE["claim"].get(source, {}), **items.get(source, {})
            }.items()
            if mark is not None
        }
        for source in [*BEFORE["claim"], *items]
    }  # fmt: skip
    held = record(items=BEFORE)
    assert stale(held, digest="d2", items={"claim": now}, rejected=rejected) == reason


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        ({"claim": 2100}, {"claim": 2102}, "2,100 claims before, 2,102 now"),
        ({"claim": {"NIS": {"c1": "a"}}}, {"claim": 2001}, "1 claim before, 2,001 now"),
        (
            {"decision": {"": {}}, "page of a source": {"": {"A": "1"}}},
            {"decision": {"": {"c1": "a"}}, "page of a source": {"": {"B": "1", "C": "2"}}},
            "1 new decision; 2 new pages of a source, 1 page of a source gone",
        ),
    ],
)
def test_many_claims_are_counted_and_other_things_named(before, now, reason):
    """A record stays small."""
    assert stale(record(items=before), digest="d2", items=now) == reason


@pytest.mark.parametrize("items", [None, BEFORE])
def test_an_answer_that_differs_in_no_item_says_in_how_many_rows(items):
    """Nothing is made up; so is a record of an earlier version read."""
    said = stale(record(items=items), digest="d2", rows=4)
    assert said == "series source=NIS changed (3 rows before, 4 now)"


def test_a_question_that_fails_is_stale():
    """The run itself will say what is wrong."""

    class Faulty(Now):
        def ask(self, _selection):
            raise KeyError

    held = record(package="0.2.0+abc")
    assert "can no longer be read" in why_stale(JOB, held, "c", "0.2.0+abc", Faulty())


def test_prose_is_no_code():
    """Changed words re-render a page without a run."""
    cells = [
        {"cell_type": "code", "source": "x = 1", "metadata": {}},
        {"cell_type": "markdown", "source": "a", "metadata": {}},
    ]
    other = [cells[0], cells[1] | {"source": "b"}]
    assert code_of({"cells": cells}) == code_of({"cells": other})
    assert code_of({"cells": cells}) != code_of({"cells": [cells[0] | {"source": "x = 2"}]})


@pytest.mark.parametrize("content", ["", "{", "[]", '{"other": 1}'])
def test_a_record_that_cannot_be_read_is_none(tmp_path, content):
    """Half a record is no record."""
    (tmp_path / "report.ipynb").write_text("{}")
    (tmp_path / "record.json").write_text(content)
    assert read_record(tmp_path) is None
