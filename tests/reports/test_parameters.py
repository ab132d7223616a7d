"""The parameters of a notebook, checked before a kernel starts."""

import pytest

from analysis.errors import BadUsage
from analysis.reports.parameters import fit, pairs, signature

CELL = 'story: str = "ferry"  # the folder\ndays: int = 3  # how many\nshare: float = 0.5  # of all'


def notebook(source=CELL, tags=("parameters",)):
    """Return a notebook of one code cell, as JSON."""
    return {"cells": [{"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}}]}


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


@pytest.mark.parametrize("given", [{"days": "many"}, {"days": 1.5}, {"story": 3}, {"share": True}])
def test_a_value_of_another_type_is_refused(given):
    """Before anything runs."""
    with pytest.raises(BadUsage, match=r"is .*, not a"):
        fit(given, signature(notebook(), "overview"), "overview")


@pytest.mark.parametrize("given", [("source",), ("1x=2",), ("a=1", "a=2"), ("=3",)])
def test_what_is_no_pair_is_refused(given):
    """NAME=VALUE, each once."""
    with pytest.raises(BadUsage):
        pairs(given)
