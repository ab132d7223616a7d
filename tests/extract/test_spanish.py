"""A second language is a file: Spanish, on sentences of our own."""

import pytest

from analysis.extract import LANGUAGES, read
from analysis.model import Document

SENTENCES = [
    (
        "Al menos 12 personas murieron y otras 30 resultaron heridas, informó la policía.",
        [("killed", 12, None), ("wounded", 30, 30)],
    ),
    ("El ataque mató a cinco civiles.", [("killed", 5, 5)]),
    ("Murieron tres bomberos en el incendio.", [("killed", 3, 3)]),
    (
        "El terremoto deja más de 3.000 muertos y 10.000 heridos.",
        [("killed", 3000, None), ("wounded", 10_000, 10_000)],
    ),
    ("Unos 200 estudiantes fueron secuestrados.", [("captured", 200, 200)]),
    ("Hay 25 desaparecidos.", [("missing", 25, 25)]),
    ("Decenas de migrantes murieron.", [("killed", 20, 99)]),
    ("El número de muertos asciende a 41.", [("killed", 41, 41)]),
    ("Entre 10 y 15 soldados fallecieron.", [("killed", 10, 15)]),
    ("Según el ejército, murieron dos mil soldados.", [("killed", 2000, 2000)]),
    ("El equipo ganó por tres goles.", []),
    ("Murieron 12 vacas.", []),
    ("La obra costó 3.000 euros y duró dos años.", []),
]


def found(text):
    """Return category and bounds of each figure."""
    claims = read(Document("d", text, language="es")).claims
    for claim in claims:
        assert text[claim.start : claim.end] == claim.number_text
    return [(c.category, c.low, c.high) for c in claims]


@pytest.mark.parametrize(("text", "expected"), SENTENCES, ids=[s[0] for s in SENTENCES])
def test_spanish(text, expected):
    """The same rules of kinds of words, another list of words."""
    assert found(text) == expected


def test_sources():
    """Who is said to have said it."""
    text = "Al menos 12 personas murieron, informó la policía."
    [claim] = read(Document("d", text, language="es")).claims
    assert claim.source_text == "la policía"
    [claim] = read(Document("d", "Según el ejército, murieron dos soldados.", language="es")).claims
    assert claim.source_text == "el ejército"


def test_languages_are_files(root):
    """Nothing else lists them."""
    folder = root / "analysis" / "extract" / "lexicon"
    assert tuple(sorted(path.stem for path in folder.glob("*.toml"))) == LANGUAGES
