"""Draw what the series hold; nothing is computed here."""

from analysis.charts.canvas import Chart
from analysis.charts.lines import revisions, timeline
from analysis.charts.spread import spread

__all__ = ["Chart", "revisions", "spread", "timeline"]
