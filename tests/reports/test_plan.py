"""What is stale is decided by what a report read."""

from pathlib import Path

import pytest

from analysis.reports.plan import Job, Record, code_of, read_record, why_stale

JOB = Job("overview", Path("overview.ipynb"), {"story": "ferry"}, "Overview")
READ = {"selection": {"what": "series", "source": "NIS"}, "digest": "d1", "rows": 3}


def record(**more):
    """Return the record of a run that read one selection."""
    return Record(
        **{"code": "c", "parameters": {"story": "ferry"}, "package": "p", "reads": [READ]} | more
    )


def stale(held, digest="d1", rows=3):
    """Return why the job is stale when its selection has a digest now."""
    return why_stale(JOB, held, "c", "p", lambda _: (digest, rows))


def test_the_same_answers_are_up_to_date():
    """Nothing runs for its own sake."""
    assert stale(record()) is None


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (None, "has not run"),
        (record(code="other"), "code"),
        (record(parameters={"story": "x"}), "parameters"),
        (record(package="0"), "package"),
    ],
)
def test_another_code_parameter_or_package_is_stale(held, reason):
    """Each with its reason."""
    assert reason in stale(held)


def test_another_answer_is_stale_and_named():
    """The user sees what moved."""
    assert stale(record(), "d2", 4) == "series of NIS changed (3 rows before, 4 now)"


def test_a_question_that_fails_is_stale():
    """The run itself will say what is wrong."""

    def ask(_):
        raise KeyError

    assert "can no longer be read" in why_stale(JOB, record(), "c", "p", ask)


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
