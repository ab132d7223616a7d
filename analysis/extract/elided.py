"""Complete what the rules bound: numbers whose event is shared, left out, or said before.

"17 soldiers and four civilians were killed"; "32 in the city and 25 in Zamzam"; "the total".
"""

import re
from dataclasses import replace

from analysis.extract.categories import Link
from analysis.extract.nouns import Unit
from analysis.extract.parts import Parts
from analysis.extract.quantities import Quantity
from analysis.extract.words import Lexicon, Token

UNITED = ("killed", "wounded", "captured", "missing")  # that one number may count together


class Sentence(Parts):
    """The units of one sentence and all that its numbers are bound to."""

    def __init__(self, tokens: list[Token], quantities: list[Quantity], words: Lexicon) -> None:
        """Bind by the rules, then by what stands around what they bound."""
        super().__init__(tokens, quantities, words)
        self._listed_before_a_verb()
        self._unite()
        self._lost_apart()
        self._described()
        self._share()
        self._parts()
        self._gaps()
        self._totals()
        self._breakdowns()
        self._listed()
        self._compared()
        self._then_and_now()

    def _unite(self) -> None:
        """Make one number for several events a combined one: "killed, wounded or captured"."""
        for index, link in list(self.links.items()):
            if self.units[link.event].kind not in "VPI":
                continue
            more = re.match(r"[VPI](?:,|c|,c)[fh]{0,3}B?[VPI](?![fD]*[nb])", self.row[link.event :])
            if more:
                other = self.units[link.event + more.end() - 1].category
                if "killed" in (link.category, other) and other in UNITED:
                    self.links[index] = replace(link, category="killed_or_wounded")

    def _lost_apart(self) -> None:
        """Read "lost" as killed where the sentence sets the wounded apart, or of no army's people.

        METHOD.md 2.5.
        """
        shares = self.lexicon.set_of("numbers", "fractions")
        # "Two thirds of them wounded" sets nothing apart.
        apart = any(
            u.category == "wounded" and not shares & set(self.words[max(0, u.first - 4) : u.first])
            for u in self.units
        )
        personal = self.lexicon.set_of("scopes", "lost_personally")
        for index, link in list(self.links.items()):
            noun = self.units[index].noun
            own = noun is not None and self.words[noun[1] - 1] in personal
            if (apart or own) and self.units[link.event].role == "lost":
                self.links[index] = replace(link, category="killed")

    def _described(self) -> None:
        """Bind a number that no verb binds by the participle before its noun: "120 wounded men"."""
        for index, unit in enumerate(self.units):
            if unit.kind != "n" or unit.described is None or index in self.links:
                continue
            again = unit.described == "missing" and self._found_again(unit.first, unit.last)
            if not (again or self._near(unit, "freed")):
                self._link(Link(index, unit.described, "described", index))
        for index, unit in enumerate(self.units):
            freed = unit.category == "captured" and self._near(unit, "freed")
            if unit.of_them and unit.category and not freed:
                self._link(Link(index, unit.category, "part of a toll", index, part=True))

    def _totals(self) -> None:
        """Give a total the event of the number before it: "14 died, taking the total to 55"."""
        totals = self.lexicon.set_of("verbs", "totals")
        links = self.lexicon.set_of("toll_links", "verbs")
        for index, unit in enumerate(self.units):
            if unit.kind not in "nb" or index in self.links or not unit.first:
                continue
            before = self._linked_before(index)
            near = self._words_of_a_total(unit)
            behind = self.words[unit.last : unit.last + 3]  # "bringing to 31 the number of …"
            if before and near[-1] in links and {*near, *behind} & totals:
                own = self._named_within(index, max(6, len(near))) or before[-1].category
                if self.lexicon.set_of("statuses", "superseded") & set(near):
                    own = self._whose(before).category
                self._link(replace(before[-1], unit=index, category=own, rule="total", part=False))

    def _named_within(self, index: int, words: int) -> str | None:
        """Return the category named last in the words before a unit, or null."""
        start = self.units[index].first - words
        for unit in reversed(self.units[:index]):
            if unit.first < start:
                return None
            if unit.category and unit.role not in ("lost", "taken"):
                return unit.category
        return None

    def _words_of_a_total(self, unit: Unit) -> list[str]:
        """Return the words before a number in which a total may be named.

        A verb that raises one reaches farther: "raising the total of those killed since May to".
        """
        far = self.words[max(0, unit.first - 16) : unit.first]
        raising = self.lexicon.set_of("toll_links", "raising")
        verb = next((place for place, word in enumerate(far) if word in raising), len(far))
        named = self.lexicon.set_of("verbs", "totals") & set(far[verb : verb + 4])
        return far[verb:] if named and "," not in far[verb:] else far[-7:]

    def _share(self) -> None:
        """Give the numbers of one list one event: "17 soldiers and four civilians were killed"."""
        for step in (-1, 1):
            order = range(len(self.units)) if step > 0 else range(len(self.units) - 1, -1, -1)
            for index in order:
                link = self.links.get(index)
                if link is None or link.rule == "counted noun":
                    continue
                if step < 0 and (link.toll or self.units[index].of_them):
                    continue
                if step > 0 and not link.rightward:
                    continue
                near = index + step
                if step < 0 and near > 0 and self.units[near].kind == "D":
                    near += step  # "and the three soldiers"
                if not (0 <= near < len(self.units)) or self.units[near].kind not in ("c", ","):
                    continue
                if self.units[near].kind == "," and not self._in_list(near, step):
                    continue
                near += step
                while 0 <= near < len(self.units) and self.units[near].kind in (",", "f"):
                    near += step
                if step < 0 and (between := re.search(r"n([pk][DCw]{1,4})$", self.row[: near + 1])):
                    near -= len(between[1])  # "64 people aboard the jet and three soldiers died"
                passed = self.units[min(near, index) + 1 : max(near, index)]
                if any(self.words[u.first] == ")" for u in passed):
                    continue  # what stands in brackets is no member of the list
                if 0 <= near < len(self.units) and self.units[near].kind == "n":
                    # "Attacked by 20 men, and five died": they did it.
                    by = self.units[near].first and self.words[self.units[near].first - 1]
                    if by not in self.lexicon.set_of("toll_links", "by"):
                        self._link(replace(link, unit=near, rule="shared"))

    def _in_list(self, comma: int, step: int) -> bool:
        """Say whether a comma stands in a list of numbers that a conjunction ends."""
        if step > 0:
            return bool(re.match(r"(?:,f?n)*,?cf?n", self.row[comma:]))
        return bool(re.search(r"n(?:,f?n)+,?$", self.row[: comma + 2]))

    def _gaps(self) -> None:
        """Give a number whose event is left out that of the number before it.

        "32 of them killed in the city and 25 in Zamzam"; "1,000 were killed, hundreds of them by
        drones"; "160 died, 65 of them civilians".
        """
        for index, unit in enumerate(self.units):
            if index in self.links or unit.kind not in "nb" or index == 0:
                continue
            before = self._linked_before(index)
            if not before or ";" in self.row[before[-1].unit : index]:
                continue
            whole = before[-1]
            after = self.row[index + 1 : index + 3]
            of_them = unit.of_them and unit.category is None
            if of_them and self._fatal(unit.last):
                self._link(replace(whole, unit=index, category="killed", rule="fatal", part=True))
                continue
            if unit.kind == "b" and self._goes_on_from(whole, index, alone=len(before) == 1):
                continue
            if (of_them and re.match(r"f?[pHC,.:;]|$|B?H|BD", after)) or (
                unit.kind == "b"
                and self.row[index - 1] in ",c"
                and self._severity(index + 1)
                and whole.category == "wounded"
            ):
                self._link(replace(whole, unit=index, rule="part of the number before", part=True))
            elif (
                unit.kind == "b"
                and self.row[index - 1] == "c"
                and (after.lstrip("f")[:1] == "p" or self._elsewhere(index + 1))
                and not whole.toll
                and not unit.of_them
                and not self._one_each(unit)
            ):
                self._link(replace(whole, unit=index, rule="event left out"))

    def _fatal(self, place: int) -> bool:
        fatal = self.lexicon.set_of("words", "fatal")
        return place < len(self.words) and self.words[place] in fatal

    def _one_each(self, unit: Unit) -> bool:
        behind = self.words[unit.last : unit.last + 1]
        return bool(set(behind) & self.lexicon.set_of("words", "distributive"))

    def _goes_on_from(self, whole: Link, index: int, *, alone: bool) -> bool:
        """Link a bare number of two kinds to the one before it; say whether that was done.

        "Of the 44 dead, 30 were women"; "seven were killed in the capital, four in the north and
        two at sea".
        """
        row = self.row[index:]
        if alone and self.row.startswith("o") and re.match(r"bBf?D?[HC]", row):
            self._link(replace(whole, unit=index, rule="part of the number before", part=True))
            return True
        listed = re.match(r"bp[^;.nbu]{1,8},?cf?bp", row)
        if listed and self.row[index - 1] == "," and not whole.toll:
            self._link(replace(whole, unit=index, rule="event left out"))
            return True
        return False

    def _elsewhere(self, index: int) -> bool:
        words = self.lexicon.set_of("words", "elsewhere")
        return index < len(self.units) and self.words[self.units[index].first] in words

    def _severity(self, index: int) -> bool:
        if index >= len(self.units):
            return False
        word = self.words[self.units[index].first]
        return word in self.lexicon.set_of("severity", "words")

    def _compared(self) -> None:
        """Give the number that a total had before its event: "stood at 61, up from 48"."""
        phrases = [phrase.split() for phrase in self.lexicon.lists["toll_links"]["compared"]]
        for index, unit in enumerate(self.units):
            before = self._linked_before(index)
            if unit.kind not in "nb" or index in self.links or not before:
                continue
            if any(self.words[unit.first - len(p) : unit.first] == p for p in phrases):
                self._link(
                    replace(self._whose(before), unit=index, rule="compared with", part=False)
                )

    @staticmethod
    def _whose(before: list[Link]) -> Link:
        """Return which of some numbers an earlier one was given for, where no word says it.

        "Killed 21 and wounded 40, up from 17": a toll without a word of its own is of lives.
        """
        return next((link for link in before if link.category == "killed"), before[-1])

    def _then_and_now(self) -> None:
        """Mark the earlier one of two numbers of the same total: "stood at 12, has risen to 19"."""
        for index, link in list(self.links.items()):
            later = self.links.get(max(self.links))
            if later and later.unit > index and later.event == link.event and later.toll:
                named = later.rule in self.lexicon.set_of("toll_links", "replacing")
                self.links[index] = replace(link, replaced=named)
