"""Say of each number who is said to have given it, and who passes it on (METHOD.md 3).

A reporting verb that stands before a number covers what follows it; one that ends a clause
("…, the army said") covers what stands before it, and the clauses behind it that name nobody
else. Where two verbs are nested ("a lawmaker said the agency's intelligence showed"), the inner
subject is the source and the outer one passes it on.
"""

from analysis.extract.names import Span
from analysis.extract.speakers import Attribution, Speakers
from analysis.extract.words import Lexicon, Token


class Attributions:
    """The attributions of one sentence, asked by the token of a number."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon, counted: set[int]) -> None:
        """Find them; `counted` holds the tokens that belong to numbers of people."""
        self._speakers = Speakers(tokens, lexicon, counted)
        self._found = self._speakers.find()
        self.found = bool(self._found)

    def names(self, place: int) -> bool:
        """Say whether a token belongs to a name: "two diplomats said" counts no victims."""
        start = self._speakers.tokens[place].start
        spans = [s for a in self._found for s in (a.source, a.relayed_by) if s]
        return any(first <= start < last for first, last in spans)

    def of(self, place: int) -> tuple[Span | None, Span | None]:
        """Return the characters of source and relay for the number at a token; null for none."""
        clause = self._speakers.clauses[place]
        leading = [a for a in self._found if self._leads_to(a, place, clause)]
        if leading:
            source, relay = self._nested(leading, clause)
            # "The agency told lawmakers that 300 died, one of them said."
            last = next((a for a in self._found if a.place > place and a.clause == clause), None)
            return source, relay or (last.source if last and not last.leading else None)
        chosen = self._trailing(place, clause)
        citing = self._speakers.citing(chosen.clause if chosen else clause)
        if chosen is None:
            return citing, None
        if citing and citing != chosen.source:
            return citing, chosen.source
        return chosen.source, chosen.relayed_by

    @staticmethod
    def _leads_to(attribution: Attribution, place: int, clause: int) -> bool:
        return (
            attribution.leading
            and attribution.clause == clause
            and attribution.place < place
            and (attribution.reach is None or place < attribution.reach)
        )

    def _nested(self, leading: list[Attribution], clause: int) -> tuple[Span, Span | None]:
        inner = leading[-1]
        citing = self._speakers.citing(clause)
        if citing:
            return citing, inner.source
        # "Local media put the toll at 23, while the army says eight were killed": no one quotes.
        nested = len(leading) > 1 and not self._speakers.counts_between(
            leading[-2].place, inner.place
        )
        outer = leading[-2].source if nested else None
        return inner.source, inner.relayed_by or outer

    def _trailing(self, place: int, clause: int) -> Attribution | None:
        """Return what ends the number's clause, else what spoke before it, else what ends later."""
        after = [a for a in self._found if not a.leading and a.place > place]
        here = [a for a in after if a.clause == clause]
        before = [
            a
            for a in self._found
            if a.place < place
            and (not a.leading or a.clause < clause)
            and (a.reach is None or place < a.reach)
        ]
        return next(iter(here[:1] or before[-1:] or after[:1]), None)
