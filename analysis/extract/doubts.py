"""Say which numbers of a sentence are left out, and which are left to a person (METHOD.md 2.10)."""

from functools import cached_property

from analysis.extract.categories import Link
from analysis.extract.elided import Sentence
from analysis.extract.nouns import Unit
from analysis.extract.words import Lexicon, Token

LEFT_OUT = ""
NEAR = 4  # words around a count in which it is said that it was averted


class Doubts:
    """The doubts about one sentence's numbers."""

    def __init__(self, tokens: list[Token], sentence: Sentence, lexicon: Lexicon) -> None:
        """Take a sentence that was read."""
        self.words = [token.word for token in tokens]
        self.sentence, self.lexicon = sentence, lexicon

    def verdict(self, unit: Unit, link: Link | None) -> str | None:
        """Return null for a number that counts, LEFT_OUT for none, else why a person must decide.

        Null `link`: no rule binds the number to an event.
        """
        if link is None:
            return self._unbound(unit)
        if self._averted(unit):
            return LEFT_OUT
        if self._may_be_made_up:
            return "the sentence may tell of an exercise or a work of fiction"
        if self._of_games(link):
            return "people are hurt or missing, but the sentence may speak of sport"
        if self._of_groups(unit, link):
            return "groups of people are counted, and it is not said how many people they are"
        if self._of_illness(link):
            return LEFT_OUT  # who lies ill in hospital was not hurt
        if unit.kind == "u":
            return "the number has an event but no word that says it counts people"
        return None

    def _averted(self, unit: Unit) -> bool:
        """Say whether what is counted did not happen: "the vaccine prevented 12,000 deaths"."""
        averted = self.lexicon.set_of("statuses", "averted")
        near = self.words[max(0, unit.first - NEAR) : unit.last + NEAR]
        return unit.kind == "m" and bool(averted & set(near))

    @cached_property
    def _may_be_made_up(self) -> bool:
        joined = f" {' '.join(self.words)} "
        return any(f" {words} " in joined for words in self.lexicon.lists["contexts"]["fiction"])

    def _of_games(self, link: Link) -> bool:
        games = self.lexicon.set_of("contexts", "sport")
        return link.category in ("wounded", "missing") and bool(games & set(self.words))

    def _of_groups(self, unit: Unit, link: Link) -> bool:
        """Say whether families are counted, which are displaced as such (METHOD.md 2.1)."""
        last = self.words[unit.noun[1] - 1] if unit.noun else ""
        return last in self.lexicon.set_of("words", "groups") and link.category != "displaced"

    def _of_illness(self, link: Link) -> bool:
        event = self.sentence.units[link.event]
        illness = self.lexicon.set_of("contexts", "illness") & set(self.words)
        return link.category == "wounded" and event.role == "predicate" and bool(illness)

    def _unbound(self, unit: Unit) -> str:
        """Return why a number without an event may count victims all the same."""
        if unit.kind != "n" or unit.quantity is None or unit.quantity.zero:
            return LEFT_OUT
        words = self.lexicon.lists["doubts"]["words"]
        near = self.words[unit.last : unit.last + 3]
        hit = next((word for word in near if word in words), None)
        if hit is None:
            return LEFT_OUT
        return f"people are counted beside the word “{hit}”, but it is not said what befell them"
