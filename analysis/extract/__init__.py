"""Take out of a text every reported casualty figure, with its sentence and who claims it."""

from analysis.extract.claims import EXTRACTOR, read
from analysis.extract.explain import explain
from analysis.extract.words import LANGUAGES

__all__ = ["EXTRACTOR", "LANGUAGES", "explain", "read"]
