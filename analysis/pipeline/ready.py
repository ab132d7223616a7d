"""What a run needs besides itself, begun early: it is imported while documents are read."""

from contextlib import AbstractContextManager
from typing import Any

from analysis.reports.resident import resident

# What our notebooks import; what a newsroom's own notebooks import besides, they import themselves.
PRELOADED = (
    "analysis.book",
    "analysis.charts.parts",
    "analysis.charts.repeats",
    "analysis.charts.spread",
    "analysis.charts.timeline",
    "analysis.display",
    "analysis.ledger.frames",
    "analysis.pipeline.reading",
    "sqlalchemy.dialects.sqlite",
    "sqlite3",
    "pandas.core.methods.to_dict",
)


def ready() -> AbstractContextManager[Any]:
    """Keep processes while a block runs that have imported what workers and notebooks need."""
    return resident(PRELOADED)
