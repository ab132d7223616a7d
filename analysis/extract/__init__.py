"""Take out of a text every reported casualty figure, with its sentence and who claims it."""

from analysis.extract.claims import EXTRACTOR, explain, read
from analysis.extract.words import LANGUAGES

__all__ = ["EXTRACTOR", "LANGUAGES", "explain", "read"]
