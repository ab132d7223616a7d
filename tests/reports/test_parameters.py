"""The parameters of a notebook, checked before a kernel starts."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papermill.translators import PythonTranslator

from analysis.errors import BadUsage
from analysis.reports.parameters import fit, pairs, signature
from analysis.reports.run import run
from tests.reports.books import facts
from tests.reports.books import notebook as written

CELL = 'story: str = "ferry"  # the folder\ndays: int = 3  # how many\nshare: float = 0.5  # of all'


def notebook(source=CELL, tags=("parameters",)):
    """Return a notebook of one code cell, as JSON."""
    return {"cells": [{"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}}]}


KNOWN = signature(notebook(), "overview")


def test_names_types_defaults_and_comments_are_read():
    """What papermill would show, and what --help could."""
    found = signature(notebook(), "overview")
    assert [(p.name, p.type, p.default, p.comment) for p in found.values()] == [
        ("story", str, "ferry", "the folder"),
        ("days", int, 3, "how many"),
        ("share", float, 0.5, "of all"),
    ]


@pytest.mark.parametrize(
    "cells",
    [
        notebook(tags=()),
        {"cells": notebook()["cells"] * 2},
        notebook("x = open('f')"),
        notebook("x = ("),
        notebook("x, y = 1, 2"),
    ],
)
def test_a_notebook_without_plain_parameters_is_refused(cells):
    """Exactly one cell, and in it assignments of texts and numbers."""
    with pytest.raises(BadUsage, match="overview"):
        signature(cells, "overview")


def test_an_unknown_name_names_the_nearest():
    """Papermill would only have warned."""
    with pytest.raises(BadUsage, match="no parameter 'dayz'; did you mean 'days'"):
        fit({"dayz": 1}, signature(notebook(), "overview"), "overview")


@pytest.mark.parametrize(
    ("given", "fitted"),
    [
        ({"days": "4"}, {"days": 4}),
        ({"share": 1}, {"share": 1.0}),
        ({"story": "x"}, {"story": "x"}),
    ],
)
def test_values_are_fitted_to_their_type(given, fitted):
    """A text from the command line becomes the number that is wanted."""
    assert fit(given, signature(notebook(), "overview"), "overview") == fitted


@pytest.mark.parametrize(
    "value",
    ["many", 1.5, True, "1_000", "٣٠", "012", "1e3", "0x1f", " 4", "", "9" * 30, 1 << 70, None],
)
def test_a_whole_number_is_one_or_refused(value):
    """What Python would read as a number, and nobody who typed it is sure of, is not guessed."""
    with pytest.raises(BadUsage, match=r"the parameter 'days' is .*, not a whole number"):
        fit({"days": value}, KNOWN, "overview")


@pytest.mark.parametrize(
    "value", ["nan", "inf", "1e400", math.nan, math.inf, "1,5", "half", True, 1 << 70, [1.0]]
)
def test_a_number_is_a_finite_one_or_refused(value):
    """Not-a-number would make each comparison in a notebook false."""
    with pytest.raises(BadUsage, match=r"the parameter 'share' is .*, not a number"):
        fit({"share": value}, KNOWN, "overview")


@pytest.mark.parametrize("value", [3, 1.5, True, None, b"x", ("a",), {"a": 1}, "\udc80"])
def test_a_text_is_one_or_refused(value):
    """Bytes and nested values would arrive as other ones than were given."""
    with pytest.raises(BadUsage, match=r"the parameter 'story' is .*, not a text"):
        fit({"story": value}, KNOWN, "overview")


@pytest.mark.parametrize("value", ["no", "true\n", 1, 0.0, "yes"])
def test_true_and_false_are_written_so_or_refused(value):
    """Other systems take "no" for false, and the country's code with it."""
    known = signature(notebook("late: bool = False  # or not"), "overview")
    assert fit({"late": "TRUE"}, known, "overview") == {"late": True}
    with pytest.raises(BadUsage, match="not true or false"):
        fit({"late": value}, known, "overview")


@pytest.mark.parametrize("text", ["no", "012", "1e30", "null", "2025-01-31", "!!python/name:os"])
def test_a_text_stays_a_text(text):
    """Nothing is read into it: no number, no truth, no date, no object."""
    assert fit(pairs((f"story={text}",)), KNOWN, "overview") == {"story": text}


VALUES = {"story": st.text(), "days": st.integers(), "share": st.floats()}


@settings(derandomize=True, deadline=None, max_examples=500)
@given(st.sampled_from(sorted(VALUES)).flatmap(lambda n: st.tuples(st.just(n), VALUES[n])))
def test_any_value_arrives_as_it_was_or_is_refused(pair):
    """Held against the code that papermill makes of it."""
    name, value = pair
    try:
        fitted = fit({name: value}, KNOWN, "overview")
    except BadUsage:
        # Only what is not finite, has more digits than a number of people, or is no text.
        assert name != "story"
        assert name != "days" or abs(value) >= 1 << 63
        assert name != "share" or not math.isfinite(value)
        return
    found = {}
    exec(PythonTranslator.codify(fitted), found)  # noqa: S102 as a kernel does
    assert (found[name], type(found[name])) == (value, type(value))


HOSTILE = {
    "quotes": "'\"\"\"'''\\",
    "lines": "a\nimport os\r\n\t\\n",
    "braces": "{story} {{}} %s $HOME",
    "signs": "é 北 \u202e \x00\x1b[31m",
    "large": 1e30,
    "small": -(10**17),
    "late": True,
    "day": "2025-01-31",
}


def test_hostile_values_arrive_in_a_kernel_as_they_were(tmp_path):
    """Quotes, newlines, backslashes, braces, control characters; and in a folder of such a name."""
    folder = tmp_path / "a {story} {0} b"
    folder.mkdir()
    got = f"dict({', '.join(f'{name}={name}' for name in HOSTILE)})"
    job = written(folder / "echo.ipynb", f"assert {got} == {HOSTILE!r}, {got}")
    source = json.loads(job.notebook.read_text())
    source["cells"][0]["source"] = "\n".join(f"{n} = {type(v)()!r}" for n, v in HOSTILE.items())
    job.notebook.write_text(json.dumps(source))
    job = replace(job, parameters=fit(HOSTILE, signature(source, "echo"), "echo"))
    scratch = {"IPYTHONDIR": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    [outcome] = run([job], folder / "runs", facts([job]), scratch)
    assert outcome.fault is None
    assert (folder / "runs" / "echo" / "record.json").is_file()


@pytest.mark.parametrize(
    "given",
    [
        ("source",), ("1x=2",), ("a=1", "a=2"), ("=3",), ("a.b=1",), ("story.__class__=1",),
        ("x\nimport os\nos.mkdir('m')=1",), ("a b=1",), ("a;b=1",), ("a[0]=1",),
    ],
)  # fmt: skip
def test_what_is_no_pair_is_refused(given):
    """NAME=VALUE, each once; a name with a dot or a newline is none, and is no code."""
    with pytest.raises(BadUsage):
        pairs(given)
