"""Turn a document into its claims.

Rules and words are those of METHOD.md 2 and of `lexicon/`. The same text gives the same claims
for ever: no model, no network, no clock.
"""

from collections.abc import Iterator
from functools import cached_property

from analysis.extract.attribution import Attributions
from analysis.extract.categories import Link
from analysis.extract.doubts import Doubts
from analysis.extract.elided import Sentence
from analysis.extract.gate import may_hold_figures, paragraph_start, sentences
from analysis.extract.grids import blocks, figures
from analysis.extract.nouns import Unit
from analysis.extract.quantities import Quantity, find_quantities
from analysis.extract.quotations import speaker
from analysis.extract.scopes import Scopes
from analysis.extract.statuses import Statuses
from analysis.extract.words import LANGUAGES, Lexicon, lexicon, tokenize
from analysis.model import Claim, Document, Doubt, Reading

EXTRACTOR = "rules-4"  # grows whenever the same text may give other claims
LONGEST_QUOTE = 1_200  # characters


def read(document: Document) -> Reading:
    """Return the reading of a document: its claims, and what a person should look at.

    A document in a language without a lexicon gives an empty reading.

    >>> [claim] = read(Document("d", "At least 12 people were killed, police said.")).claims
    >>> claim.low, claim.high, claim.qualifier, claim.category, claim.source_text
    (12, None, 'at_least', 'killed', 'police')
    """
    language, text = document.language, document.text
    if language not in LANGUAGES or not may_hold_figures(text, language):
        return Reading(document.document_id, EXTRACTOR)
    claims: list[Claim] = []
    doubts: list[Doubt] = []
    tables = []
    for table in blocks(text):
        counted = list(tabled(document, table))
        claims.extend(counted)
        if counted:  # lines with bars that count nothing are read as sentences
            tables.append(table)
    paragraph, before = -1, set[str]()
    for start, end, paragraph_end in sentences(text, language):
        if paragraph_end != paragraph:
            paragraph, before = paragraph_end, set()
        if any(first < end and start < last for first, last in tables):
            continue
        parsed = Parsed(document, start, end, paragraph_end)
        for found in parsed.results(before):
            if isinstance(found, Doubt):
                doubts.append(found)
            else:
                claims.append(found)
    if tables:
        claims.sort(key=lambda claim: claim.start or 0)
    return Reading(document.document_id, EXTRACTOR, tuple(claims), tuple(doubts))


def tabled(document: Document, table: tuple[int, int]) -> Iterator[Claim]:
    """Yield the claims of a table that stands in a text, at the characters of `table`."""
    text = document.text
    for found in figures(text, table, lexicon(document.language), LONGEST_QUOTE):
        number = found.quantity
        first, last = found.tokens[number.first].start, found.tokens[number.last - 1].end
        yield Claim(
            document_id=document.document_id,
            category=found.category,
            low=number.low,
            high=number.high,
            qualifier=number.qualifier,
            number_text=text[first:last],
            start=first,
            end=last,
            quote=text[slice(*found.quote)],
            status="part" if found.part else "reported",
            extractor=EXTRACTOR,
        )


class Parsed:
    """One sentence, parsed: what is counted in it, and what an explanation shows."""

    def __init__(
        self, document: Document, start: int, end: int, paragraph_end: int | None = None
    ) -> None:
        """Parse the characters of a document from `start` to `end`, of a paragraph."""
        self.document = document
        self.paragraph_end = end if paragraph_end is None else paragraph_end
        self.start, self.end = start, end
        self.lexicon: Lexicon = lexicon(document.language)
        self.tokens = tokenize(document.text, start, end, self.lexicon)
        self.quantities = find_quantities(self.tokens, self.lexicon)

    # Most sentences hold no figure: what binds it, who said it and when is asked where one may.

    @cached_property
    def sentence(self) -> Sentence:
        """The units of the sentence and what the rules bind."""
        return Sentence(self.tokens, self.quantities, self.lexicon)

    @cached_property
    def attributions(self) -> Attributions:
        """Who is said to have said what in the sentence."""
        counted = {
            place
            for index, unit in enumerate(self.sentence.units)
            # "Two officials said": nothing befell them.
            if unit.quantity and unit.kind in "nbm" and not self._speaks(index)
            for place in range(unit.first, unit.quantity.after)
        }
        return Attributions(self.tokens, self.lexicon, counted)

    @cached_property
    def scopes(self) -> Scopes:
        """What the clauses of the sentence say of time and of running totals."""
        return Scopes(self.tokens, self.sentence, self.lexicon, self.document.published)

    @cached_property
    def statuses(self) -> Statuses:
        """Whether its numbers are reported, denied, forecast, replaced or parts."""
        return Statuses(self.tokens, self.sentence, self.lexicon)

    @cached_property
    def doubts(self) -> Doubts:
        """Which of its numbers are left out or left to a person."""
        return Doubts(self.tokens, self.sentence, self.lexicon)

    def results(self, before: set[str]) -> Iterator[Claim | Doubt]:
        """Yield claims and doubts in order; `before`, the paragraph's categories so far, grows."""
        if all(quantity.why for quantity in self.quantities):
            return
        joined = f" {' '.join(token.word for token in self.tokens)} "
        if any(f" {words} " in joined for words in self.lexicon.lists["statuses"]["ratios"]):
            return  # "for each one killed six are wounded" is a ratio, not a count
        for index, unit in enumerate(self.sentence.units):
            if unit.quantity is None or unit.kind not in "nbmu":
                continue
            link = self.sentence.links.get(index)
            if link and self.attributions.names(unit.quantity.first):
                continue
            verdict = self.doubts.verdict(unit, link)
            if link and verdict is None:
                yield self.claim(unit, link, before)
                before.add(link.category)
            elif verdict:
                start, end = self._number_span(unit.quantity)
                yield Doubt(self.document.document_id, start, end, self.quote(), verdict)

    def quote(self) -> str:
        """Return the sentence as a slice of the text."""
        return self.document.text[self.start : min(self.end, self.start + LONGEST_QUOTE)]

    def _number_span(self, quantity: Quantity) -> tuple[int, int]:
        return self.tokens[quantity.first].start, self.tokens[quantity.last - 1].end

    def _speaks(self, index: int) -> bool:
        """Say whether a number that nothing befell stands right beside a reporting verb."""
        units = self.sentence.units
        near = (*units[max(0, index - 1) : index], *units[index + 1 : index + 2])
        return index not in self.sentence.links and any(unit.kind == "s" for unit in near)

    def claim(self, unit: Unit, link: Link, said: set[str]) -> Claim:
        """Return the claim of a number that a rule bound; `said` holds categories named before."""
        quantity = unit.quantity
        if quantity is None:  # pragma: no cover - results() asks for numbers alone
            raise AssertionError
        start, end = self._number_span(quantity)
        text = self.document.text
        source, relay = self.attributions.of(unit.first)
        if source is None and not self.attributions.found:
            paragraph = (paragraph_start(text, start), self.paragraph_end)
            source = speaker(text, start, paragraph, self.lexicon)
        if self._unconfirmed(unit):
            source = relay = None
        scope, days = self.scopes.of(unit, link, said)
        return Claim(
            document_id=self.document.document_id,
            category=link.category,
            low=quantity.low,
            high=quantity.high,
            qualifier=quantity.qualifier,
            number_text=text[start:end],
            start=start,
            end=end,
            quote=self.quote(),
            victims=self._victims(unit, link),
            source_text=_plain(text[slice(*source)]) if source else None,
            relayed_by=_plain(text[slice(*relay)]) if relay else None,
            scope=scope,
            period_days=days,
            as_of=self.scopes.time(unit.first).as_of,
            status=self.statuses.of(unit, link, quantity),
            extractor=EXTRACTOR,
        )

    def _unconfirmed(self, unit: Unit) -> bool:
        """Say whether who speaks does not claim the number: "could not confirm that 50 died"."""
        unable = self.lexicon.set_of("statuses", "unable")
        confirm = self.lexicon.set_of("statuses", "confirm")
        before = self.tokens[: unit.first]
        return any(
            token.word in unable
            and any(after.word in confirm for after in before[place + 1 : place + 4])
            for place, token in enumerate(before)
        )

    def _victims(self, unit: Unit, link: Link) -> str | None:
        text = self.document.text
        if unit.noun and not (unit.of_them and link.part and unit.noun[1] - unit.noun[0] == 1):
            first, last = unit.noun
            return _plain(text[self.tokens[first].start : self.tokens[last - 1].end])
        # The noun is left out: it is that of the number before, which the clause goes on from.
        place = self.sentence.units.index(unit)
        for earlier in reversed(self.sentence.units[:place]):
            if earlier.noun and earlier.kind == "n":
                first, last = earlier.noun
                return _plain(text[self.tokens[first].start : self.tokens[last - 1].end])
        event = self.sentence.units[link.event]
        if event.role in ("toll", "noun"):
            return self._owner(link.event)
        return None

    def _owner(self, index: int) -> str:
        """Return a toll with whose it is: "Russia's casualties"."""
        event = self.sentence.units[index]
        first = event.first
        possessives = tuple(self.lexicon.lists["attribution"]["possessives"])
        while first and (
            self.tokens[first - 1].text[0].isupper()
            or self.tokens[first - 1].word.endswith(possessives)
        ):
            first -= 1
        return _plain(
            self.document.text[self.tokens[first].start : self.tokens[event.last - 1].end]
        )


def _plain(text: str) -> str:
    """Return words on one line, without the quotation marks around them."""
    return " ".join(text.split()).strip('"“”«» ')
