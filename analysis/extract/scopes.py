"""Say of each number what it sums up: one event, a span of time, a war so far, or what was added.

METHOD.md 2.8. What a clause says of time holds for its own numbers alone.
"""

from functools import cached_property

from analysis.extract.categories import Link
from analysis.extract.dates import Time, read_time
from analysis.extract.elided import Sentence
from analysis.extract.nouns import Unit
from analysis.extract.words import Lexicon, Token


class Scopes:
    """The scopes of one sentence's numbers."""

    def __init__(
        self, tokens: list[Token], sentence: Sentence, words: Lexicon, published: str | None
    ) -> None:
        """Take a sentence that was read."""
        self.tokens, self.sentence, self.lexicon = tokens, sentence, words
        self.published = published
        self._times: dict[int, Time] = {}

    def time(self, place: int) -> Time:
        """Return what the clause around a token says of time, or the sentence where it is silent.

        A day that the sentence names holds for all its clauses; a span of time does not.
        """
        first, last = self._clause(place)
        if first not in self._times:
            own = read_time(self.tokens[first:last], self.lexicon, self.published)
            whole = read_time(self.tokens, self.lexicon, self.published)
            self._times[first] = own if own.as_of else own._replace(as_of=whole.as_of)
        return self._times[first]

    def of(self, unit: Unit, link: Link, said: set[str]) -> tuple[str, int | None]:
        """Return the scope of a number and the days of its period.

        `said` holds the categories that the paragraph counted before.
        """
        added = link.toll and self._by(unit)
        if added or (unit.more and link.category in said):
            return "additional", None
        time = self.time(unit.first)
        first, last = self._clause(unit.first)
        words = {token.word for token in self.tokens[first:last]}
        event = bool(words & self.lexicon.set_of("scopes", "event_nouns"))
        # "In 2003 the heat killed …" bounds a count; "a slide in December killed two" does not.
        bounds = time.month and (time.fronted or link.rule != "active") and not event
        # "Nine deaths in the past day, taking the total to 310": the total is not of that day.
        if link.rule == "total" and (time.period or bounds):
            return "cumulative", None
        if time.period or bounds:
            return "period", time.period_days
        military = bool(words & self.lexicon.set_of("scopes", "military"))
        if time.cumulative or self._of_a_war(link, first, last, military=military, event=event):
            return "cumulative", None
        if time.running and (military or link.category == "killed_or_wounded"):
            return "cumulative", None
        return "event", None

    def _of_a_war(self, link: Link, first: int, last: int, *, military: bool, event: bool) -> bool:
        """Say whether a number is a running total of an army, or goes on from one in its clause."""
        whole = self._army_total(link, first, last, military=military, event=event)
        return whole or any(
            self._army_total(other, first, last, military=military, event=event)
            for other in self.sentence.links.values()
            if first <= self.sentence.units[other.unit].first < last and other.unit < link.unit
        )

    def _army_total(
        self, link: Link, first: int, last: int, *, military: bool, event: bool
    ) -> bool:
        if event or link.category == "captured":
            return False
        unit = self.sentence.units[link.event]
        total = unit.role in ("noun", "toll", "lost") or self._became(unit)
        if link.category == "killed_or_wounded" and (total or military):
            quantity = self.sentence.units[link.unit].quantity
            return quantity is not None and not quantity.zero
        return (link.toll and self._owned(unit.first)) or (military and self._perfect(first, last))

    def _by(self, unit: Unit) -> bool:
        """Say whether "by" stands before a number: "the toll rose by 12"."""
        before = self.tokens[max(0, unit.first - 1) : unit.first]
        return any(t.word in self.lexicon.set_of("toll_links", "by") for t in before)

    def _owned(self, place: int) -> bool:
        """Say whether a possessor that is no day stands before a token: "the capital's losses"."""
        owner = self.tokens[place - 1].word if place else ""
        endings = tuple(self.lexicon.lists["attribution"]["possessives"])
        lists = self.lexicon.lists["dates"]
        day = any(owner.startswith(word) for word in (*lists["weekdays"], *lists["relative"]))
        return owner.endswith(endings) and not day

    def _became(self, unit: Unit) -> bool:
        return unit.role == "intransitive" and unit.category == "killed_or_wounded"

    def _perfect(self, first: int, last: int) -> bool:
        """Say whether what happened is said to go on: "have been killed", not "may have been"."""
        perfect = self.lexicon.set_of("tense", "perfect")
        unsure = {*self.lexicon.lists["words"]["modal"], *self.lexicon.lists["words"]["future"]}
        words = [token.word for token in self.tokens[first:last]]
        return any(
            word in perfect and not (place and words[place - 1] in unsure)
            for place, word in enumerate(words)
        )

    def _clause(self, place: int) -> tuple[int, int]:
        first = max((stop + 1 for stop in self._stops if stop < place), default=0)
        return first, min((stop for stop in self._stops if stop >= place), default=len(self.tokens))

    @cached_property
    def _stops(self) -> list[int]:
        return [place for place, token in enumerate(self.tokens) if token.word == ";"]
