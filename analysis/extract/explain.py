"""Say in words which rules fired in a text, for the person who disputes a figure."""

from analysis.extract.claims import LONGEST_QUOTE, Parsed
from analysis.extract.gate import split
from analysis.extract.grids import blocks, figures
from analysis.extract.nouns import Unit
from analysis.extract.quantities import Quantity
from analysis.extract.words import lexicon
from analysis.model import Document


def explain(text: str, language: str = "en", published: str | None = None) -> str:
    """Return in words which rules fire in a text, for the person who disputes a figure."""
    document = Document("text", text, published=published, language=language)
    lines = []
    tables = []
    for table in blocks(text):
        counted = list(figures(text, table, lexicon(language), LONGEST_QUOTE))
        tables += [table] if counted else []
        for found in counted:
            head = text[found.head.start : found.head.end]
            number = text[found.tokens[0].start : found.tokens[-1].end]
            lines.append(f"  “{number}”: {found.category}; in a table, under or beside “{head}”")
    for start, end in split(text, language):
        if any(first < end and start < last for first, last in tables):
            continue
        parsed = Parsed(document, start, end, len(text))
        lines.append(f"“{text[start:end]}”")
        if not parsed.quantities:
            lines.append("  no number stands here")
        for index, unit in enumerate(parsed.sentence.units):
            if unit.quantity is not None:
                lines.append(_explained(parsed, index, unit, unit.quantity))
    return "\n".join(lines)


def _explained(parsed: Parsed, index: int, unit: Unit, quantity: Quantity) -> str:
    first, last = quantity.head, unit.last
    text = parsed.document.text[parsed.tokens[first].start : parsed.tokens[last - 1].end]
    link = parsed.sentence.links.get(index)
    if quantity.why:
        return f"  “{text}”: not counted, {quantity.why}"
    if unit.kind == "x":
        return f"  “{text}”: not counted, it is a number of something else than people"
    if link is None:
        return f"  “{text}”: not counted, no rule binds it to an event"
    if unit.kind == "u":
        return f"  “{text}”: to review, no list knows its noun as a word for people"
    claim = parsed.claim(unit, link, set())
    bounds = f"{claim.low if claim.low is not None else '…'} to " + (
        f"{claim.high}" if claim.high is not None else "…"
    )
    event = parsed.sentence.units[link.event]
    word = " ".join(t.text for t in parsed.tokens[event.first : event.last])
    return (
        f"  “{text}”: {claim.category}, {bounds} ({claim.qualifier}), {claim.scope}, "
        f"{claim.status}; rule “{link.rule}” with “{word}”; "
        f"source: {claim.source_text or 'none named'}"
        + (f", relayed by {claim.relayed_by}" if claim.relayed_by else "")
    )
