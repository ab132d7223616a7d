"""Say of each number whether it is reported, denied, forecast, replaced by a later one, or a part.

METHOD.md 2.7.
"""

from itertools import pairwise

from analysis.extract.categories import Link
from analysis.extract.elided import Sentence
from analysis.extract.nouns import Unit
from analysis.extract.quantities import Quantity
from analysis.extract.words import Lexicon, Token

ROLES_OF_VERBS = "TYW"  # verbs with an object (nouns.CLASSES)
NEAR_TWICE = 5  # words around a number in which a double count is told
BEFORE, AFTER = 14, 10  # words around a number in which a denial of it stands


class Statuses:
    """The statuses of one sentence's numbers."""

    def __init__(self, tokens: list[Token], sentence: Sentence, words: Lexicon) -> None:
        """Take a sentence that was read."""
        self.words = [token.word for token in tokens]
        self.sentence, self.lexicon = sentence, words
        self.lists = words.lists["statuses"]

    def of(self, unit: Unit, link: Link, quantity: Quantity) -> str:
        """Return the status of a number."""
        first = max((i + 1 for i in range(unit.first) if self.words[i] == ";"), default=0)
        if quantity.zero:
            alone = self.words[quantity.first] not in self.lexicon.lists["numbers"]["zero_of"]
            bare = alone or quantity.last - quantity.first > 1  # "nobody", "no one"
            return "negated" if bare and link.rule != "counted noun" else "reported"
        if self._denied(unit, quantity, first):
            return "negated"
        if link.part and not self._of_no_toll(unit, link):
            return "part"
        if not link.replaced and self._projected(unit, link, first):
            return "projected"
        if link.replaced or self._superseded(unit, link, first):
            return "superseded"
        return "reported"

    def _of_no_toll(self, unit: Unit, link: Link) -> bool:
        """Say whether a number is counted out of people of whom nothing else is said.

        "The bus had 46 passengers, 19 of whom died": no toll stands before, of which it is a part.
        """
        whom = self.lexicon.set_of("words", "whom").intersection(self.words[unit.first : unit.last])
        return bool(whom) and min(self.sentence.links) == link.unit

    def _denied(self, unit: Unit, quantity: Quantity, first: int) -> bool:
        near = self.words[max(first, unit.first - BEFORE) : unit.first]
        denials = self._denials(near)
        joins = self.lexicon.set_of("statuses", "counters")
        # "Disputed that and put the losses at 23,367" denies something else.
        denied = near[denials[-1] :] if denials else []
        if denials and not joins & set(denied) and not self._told_besides(denied):
            return True
        joined = f" {' '.join(near)} "
        if any(f" {phrase} " in joined for phrase in self.lists["untrue_before"]):
            return True
        after = self.words[quantity.after : quantity.after + AFTER + 2]
        after = after[: after.index(";")] if ";" in after else after
        be = self.lexicon.set_of("words", "be") | self.lexicon.set_of("statuses", "proved")
        untrue = self.lexicon.set_of("statuses", "untrue")
        # "Two bodies had been counted twice": nobody more died.
        twice = f" {' '.join((*near[-NEAR_TWICE:], *after[:NEAR_TWICE]))} "
        if any(f" {phrase} " in twice for phrase in self.lists["counted_twice"]):
            return True
        if near and near[-1] in self.lexicon.set_of("statuses", "counted") and "twice" in after:
            return True
        false = any(b in untrue and a in be for a, b in pairwise(after))
        return false or any(place < AFTER for place in self._denials(after))

    def _told_besides(self, denied: list[str]) -> bool:
        """Say whether a number stands in a clause about what is denied, not in that itself.

        "Denied it had struck the market, where 29 died", "any blame for the crash that killed 12".
        """
        joined = f" {' '.join(denied)} "
        if any(f" {words} " in joined for words in self.lists["besides"]):
            return True
        that = self.lexicon.set_of("attribution", "that")
        verbs = self.lexicon.set_of("killed", "participle") | self.lexicon.set_of(
            "wounded", "participle"
        )
        return any(a in that and b in verbs for a, b in pairwise(denied))

    def _denials(self, words: list[str]) -> list[int]:
        """Return the places of words that deny what is said, not a part in it.

        "Denied involvement in the attack that killed 12" leaves the number as it was.
        """
        rejected = self.lexicon.set_of("statuses", "rejected")
        another = self.lexicon.set_of("statuses", "rejects_a_part")
        return [
            place
            for place, word in enumerate(words)
            if word in rejected and not another & set(words[place + 1 : place + 3])
        ]

    def _superseded(self, unit: Unit, link: Link, first: int) -> bool:
        """Say whether the text gives a number as one that was changed since: "initially 20"."""
        before = self.words[first : unit.first]
        if link.rule == "shared":  # "the previous toll was four soldiers and two civilians"
            joins = self.lexicon.set_of("words", "conjunction")
            before = [word for place, word in enumerate(before) if word not in joins or not place]
        joined = f" {' '.join(before)} "
        for phrase in self.lists["not_superseded"]:  # "earlier today said" replaces nothing
            joined = joined.replace(f" {phrase} ", " ")
        cue = _last(joined, self.lists["superseded"])
        if cue > _last(joined, self.lists["resets"]):
            return True
        return link.toll and bool(set(before[-1:]) & self.lexicon.set_of("tense", "revised_from"))

    def _projected(self, unit: Unit, link: Link, first: int) -> bool:
        """Say whether a number is about the future or a condition."""
        words, event = self.words, self.sentence.units[link.event]
        if self._intended(unit, event) or self._predicted(unit):
            return True
        # A colon begins what is said: "the toll could rise: 12 people were killed".
        first = max((i + 1 for i in range(first, unit.first) if words[i] == ":"), default=first)
        perfect = self.lexicon.set_of("tense", "perfect")
        hypothetical = self.lexicon.set_of("tense", "hypothetical")
        # "May amount to" is a doubt about the past, "may kill" one about what is to come.
        modal = set(self.lexicon.lists["words"]["future"])
        if not link.toll:
            modal |= self.lexicon.set_of("tense", "unsure")
        if event.role == "predicate":  # "may be dead" is a doubt too
            modal -= self.lexicon.set_of("tense", "doubt")
            hypothetical -= self.lexicon.set_of("tense", "doubt")
        span = words[max(first, min(unit.first, event.first) - 5) : max(event.last, unit.first)]
        for place, word in enumerate(span):
            past = perfect & set(span[place + 1 : place + 3])
            if word in hypothetical or (word in modal and not past):
                return True
        return False

    def _intended(self, unit: Unit, event: Unit) -> bool:
        """Say whether somebody only means to do it: "a plot to kill 12", "to be executed"."""
        words, place = self.words, event.first - 1
        if place < 1 or unit.first < event.first or event.kind not in ROLES_OF_VERBS:
            passive = words[max(0, place - 1) : place + 1] == self.lists["to_be"]
            due = words[place - 2] if place > 1 else ""
            planned = self.lexicon.set_of("statuses", "due") | self.lexicon.set_of("words", "be")
            return passive and due in planned
        if words[place] not in self.lexicon.set_of("tense", "infinitive"):
            return False
        ranked = self.lexicon.set_of("tense", "ranked") & set(words[max(0, place - 3) : place])
        return not ranked and words[place - 1] not in self.lexicon.set_of("tense", "done_to")

    def _predicted(self, unit: Unit) -> bool:
        """Say whether a forecast stands right before a number: "the model predicts 12,000 dead"."""
        near = self.words[max(0, unit.first - 2) : unit.first]
        return bool(self.lexicon.set_of("statuses", "predicts") & set(near))


def _last(joined: str, phrases: list[str]) -> int:
    return max((joined.rfind(f" {phrase} ") for phrase in phrases), default=-1)
