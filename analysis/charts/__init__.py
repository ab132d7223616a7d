"""Draw what the series hold; nothing is computed here."""

from analysis.charts.canvas import Chart, Heading
from analysis.charts.marks import key
from analysis.charts.parts import KEY as PIECES
from analysis.charts.parts import parts
from analysis.charts.repeats import KEY as PRINTED
from analysis.charts.repeats import repeats
from analysis.charts.spread import spread
from analysis.charts.timeline import multiples, revisions, timeline

__all__ = [
    "PIECES",
    "PRINTED",
    "Chart",
    "Heading",
    "key",
    "multiples",
    "parts",
    "repeats",
    "revisions",
    "spread",
    "timeline",
]
