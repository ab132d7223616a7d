"""Bind each number of a sentence to the event that it counts, by the rules of the lexicon."""

import re
from dataclasses import dataclass
from itertools import pairwise

from analysis.extract.nouns import Unit
from analysis.extract.numerals import DASHES
from analysis.extract.quantities import Quantity
from analysis.extract.rules import every, rules
from analysis.extract.units import Units
from analysis.extract.words import Lexicon, Token

NEAR_A_TOLL, NEAR_AN_OF = 15, 4  # units


@dataclass(frozen=True)
class Link:
    """A number bound to an event: the unit of the number, the category and the rule's name."""

    unit: int
    category: str
    rule: str
    event: int
    part: bool = False
    rightward: bool = False  # the event stands before: a list of numbers goes on to the right
    toll: bool = False  # the event is a total, not what happened
    replaced: bool = False  # a later number of the same total stands in the sentence


class Bound(Units):
    """The units of one sentence and what the rules of the lexicon bind in it."""

    def __init__(self, tokens: list[Token], quantities: list[Quantity], words: Lexicon) -> None:
        """Read the tokens as units and apply the rules."""
        super().__init__(tokens, quantities, words)
        self.links: dict[int, Link] = {}
        self._bind()

    def _bind(self) -> None:
        for index, unit in enumerate(self.units):
            if unit.kind == "m" and unit.category:
                if not self._not_freed(index, index):
                    continue
                self._link(Link(index, unit.category, "counted noun", index))
        self._nouns_with_verbs()
        for rule in rules(self.lexicon.language):
            for found in every(rule.pattern, self.row):
                count, event = found.start("count"), found.start("event")
                category = self.units[event].category
                if category is None or (rule.categories and category not in rule.categories):
                    continue
                if all(getattr(self, f"_{check}")(count, event) for check in rule.checks):
                    part = rule.part or self.units[count].of_them
                    self._link(
                        Link(count, category, rule.name, event, part, rule.rightward, rule.toll)
                    )

    # Checks that a rule may ask for: what a pattern over classes of words cannot say.

    def _toll_link(self, count: int, event: int) -> bool:
        """Say whether a linking word stands right before the number, or its qualifier links."""
        links = self.lexicon.set_of("toll_links", "verbs")
        quantity, before = self.units[count].quantity, self.units[count - 1]
        word = self.words[before.last - 1]
        if word in self.lexicon.set_of("toll_links", "by"):
            behind = set(self.words[max(0, before.last - 4) : before.last])
            return bool(behind & self.lexicon.set_of("toll_links", "rises"))
        if self._of_money(event, count) or not self._reached(count, event):
            return False
        if before.kind == "o" and count - event > NEAR_AN_OF:
            return False  # "the toll in the capital, a city of 4 million, is not known"
        sizes = self.lexicon.set_of("toll_links", "sizes")
        if count - event == 1 and self.words[self.units[count].first] in sizes:
            return True
        if word in DASHES:  # a line of a report: "Dead - 112"
            return event == 0 and count == event + 2
        numbered = self._numbered(count, event)  # "the number of troops killed and wounded is"
        if self.units[event].role in ("predicate", "participle") and not numbered:
            # "the North's dead at 600"
            near = count - event <= 2  # noqa: PLR2004 units
            return near and word in self.lexicon.set_of("toll_links", "after_a_predicate")
        if quantity and quantity.qualifier in ("more_than", "nearly") and before.kind not in "poD":
            return True
        return word in links

    def _opens(self, _: int, event: int) -> bool:
        """Say whether "of the dead" begins its clause; in "two of the dead" it does not."""
        return not re.search(r"[^;:.,c]of?D$", self.row[:event])

    def _reached(self, count: int, event: int) -> bool:
        """Say whether a total far before a number has a verb beside it: "has risen to 49"."""
        if count - event <= NEAR_A_TOLL:
            return True
        before = self.units[count - 1].last
        verbs = self.lexicon.set_of("toll_links", "rises")
        verbs |= self.lexicon.set_of("toll_links", "reached")
        return bool(verbs & set(self.words[max(0, before - 2) : before]))

    def _somebody(self, count: int, _: int) -> bool:
        """Say whether a part is of anybody: "no child was among the dead" counts none."""
        quantity = self.units[count].quantity
        return quantity is None or not quantity.zero

    def _suffered(self, count: int, event: int) -> bool:
        """Say whether a verb of suffering stands between people and their wounds."""
        between = self.words[self.units[count].last : self.units[event].first]
        return bool(set(between) & self.lexicon.set_of("verbs", "suffered"))

    def _numbered(self, _: int, event: int) -> bool:
        """Say whether "the number of" stands before an event."""
        first = self.units[event].first
        near = self.words[max(0, first - 6) : first]
        totals = self.lexicon.set_of("verbs", "totals")
        of = self.lexicon.set_of("words", "of")
        return any(a in totals and b in of for a, b in pairwise(near))

    def _not_freed(self, count: int, event: int) -> bool:
        """Say whether captives are not said to be free again, nor missing people to be found."""
        if not self._still_missing(count, event):
            return False
        if self.units[event].category != "captured":
            return True
        prison = bool(self.lexicon.set_of("contexts", "prison") & set(self.words))
        return not (prison or self._near(self.units[count], "freed"))

    def _still_missing(self, count: int, event: int) -> bool:
        """Say whether people who were missing are not there again."""
        missing = self.units[event].category == "missing"
        return not (missing and self._found_again(self.units[count].first, self.units[event].last))

    def _found_again(self, first: int, last: int) -> bool:
        """Say whether missing people are there again: "found safe", "turned up alive"."""
        # "12 were reported missing but five were found alive": seven still are.
        numbers = (u.first for u in self.units if u.quantity and u.first >= last)
        near = self.words[first : min(last + 8, next(numbers, last + 8))]
        again = self.lexicon.set_of("verbs", "found_again")
        verbs = self.lexicon.set_of("words", "be") | self.lexicon.set_of("verbs", "turned_up")
        return any(a in verbs and b in again for a, b in pairwise(near))

    def _not_out_of(self, count: int, _: int) -> bool:
        """Say whether a number is not counted out of another: "one of three men they killed"."""
        unit = self.units[count]
        behind = unit.quantity.after if unit.quantity else unit.last
        numbers = self.lexicon.number_starts
        return not any(w in numbers or w.isdecimal() for w in self.words[behind : unit.last])

    def _no_object(self, count: int, event: int) -> bool:
        """Say whether the verb behind a number has no object: "five judges killed the bill"."""
        if self.units[count].kind == "b" or self.units[event].role != "participle":
            return True
        behind = self.row[event + 1 : event + 2]
        if behind == "G":  # they "killed themselves"
            object_word = self.words[self.units[event + 1].first]
            return object_word in self.lexicon.set_of("words", "reflexive")
        if behind != "D":
            return True
        place = self.units[event + 1].last
        dates = self.lexicon.lists["dates"]
        times = {*dates["after_a_determiner"], *dates["period_lengths"], *dates["weekdays"]}
        return place >= len(self.words) or self.words[place] in times

    def _not_of_things(self, count: int, event: int) -> bool:
        """Say whether no thing or animal is described: "three dead batteries", "40 dead fish"."""
        place = self.units[event].last
        described = self.units[event].role in ("predicate", "participle")
        if self.units[count].kind != "b" or not described or place >= len(self.words):
            return True
        if self.words[place] in self.lexicon.set_of("words", "animals"):
            return False
        plural = tuple(self.lexicon.lists["words"]["plural"])
        return not (self.plain(place).kind == "w" and self.words[place].endswith(plural))

    def _no_share(self, count: int, _: int) -> bool:
        """Say whether no share of the number is meant: "a third of his 900 men were killed"."""
        place = self.units[count].first - 1
        while place > 0 and self.words[place] in self.lexicon.set_of("words", "determiner"):
            place -= 1
        shares = self.lexicon.set_of("numbers", "fractions") | self.lexicon.set_of(
            "numbers", "some_of"
        )
        return not (
            place > 0
            and self.words[place] in self.lexicon.set_of("words", "of")
            and self.words[place - 1] in shares
        )

    def _one_subject(self, count: int, event: int) -> bool:
        """Say whether the number, and nothing between, is the subject of the event."""
        between = self.words[self.units[count].last : self.units[event].first]
        beside = between
        if between.count(",") > 1:  # what is inserted is of the number: ", half of them children,"
            last = len(between) - 1 - between[::-1].index(",")
            beside = between[: between.index(",")] + between[last:]
        if set(beside) & self.lexicon.set_of("numbers", "fractions"):
            return False  # "of the 12,000 soldiers a third were killed"
        first = self.units[count].first
        around = [*self.words[max(0, first - 6) : first], *between]
        all_but = any(
            first in self.lexicon.set_of("numbers", "exceptions_after")
            and second in self.lexicon.set_of("numbers", "except")
            for first, second in pairwise(around)
        )
        if all_but or set(around) & self.lexicon.set_of("numbers", "exceptions"):
            return False  # "all 181 aboard except two were killed"
        return not self._other_subject(count, event)

    def _among_before(self, _: int, event: int) -> bool:
        """Say whether "among the" stands before the dead or wounded."""
        first = self.units[event].first
        return bool(
            set(self.words[max(0, first - 4) : first]) & self.lexicon.set_of("words", "among")
        )

    def _found_near(self, _: int, event: int) -> bool:
        unit = self.units[event]
        if self._near(unit, "received"):
            return bool(set(self.words) & self.lexicon.set_of("verbs", "received_at"))
        return self._near(unit, "found") and not self._near(unit, "exchanged")

    def _claimed_near(self, _: int, event: int) -> bool:
        before = self.words[max(0, self.units[event].first - 5) : self.units[event].first]
        return bool(set(before) & self.lexicon.set_of("verbs", "claimed"))

    def _of_an_army(self, count: int, _: int) -> bool:
        """Say whether "lost" is said of people who may have died, not of a firm's workers."""
        noun = self._whom(count)
        scopes = self.lexicon.set_of("scopes", "lost_people")
        lost = scopes | self.lexicon.set_of("scopes", "military")
        lost |= self.lexicon.set_of("scopes", "lost_personally")
        behind = set(self.words[self.units[count].last : self.units[count].last + 5])
        if behind & self.lexicon.set_of("scopes", "lost_otherwise"):
            return False
        if noun is None:  # "4,000, or a third, of its contingent"
            behind = set(self.words[self.units[count].last : self.units[count].last + 9])
            own = self.lexicon.set_of("words", "possessive")
            return bool(behind & own and behind & self.lexicon.set_of("scopes", "military"))
        return self.words[noun[1] - 1] in lost

    def _whom(self, count: int) -> tuple[int, int] | None:
        """Return the tokens of a number's noun; of "2,000 of them", those of the number before."""
        unit = self.units[count]
        if not (unit.of_them and unit.category is None):
            return unit.noun
        before = (u.noun for u in reversed(self.units[:count]) if u.kind == "n" and u.noun)
        return next(before, None)

    def _link(self, link: Link) -> None:
        self.links.setdefault(link.unit, link)

    def _near(self, unit: Unit, name: str) -> bool:
        """Say whether a verb of one list stands near a unit."""
        near = self.words[max(0, unit.first - 6) : unit.last + 10]
        return bool(set(near) & self.lexicon.set_of("verbs", name))

    def _nouns_with_verbs(self) -> None:
        """Bind bodies that were found and lives that were lost; others count nobody."""
        for index, unit in enumerate(self.units):
            if unit.kind != "n" or unit.noun is None:
                continue
            head = self.words[unit.noun[1] - 1]
            if head in self.lexicon.set_of("killed", "found"):
                dead, rule = self._found_near(index, index), "bodies found"
            elif head in self.lexicon.set_of("killed", "claimed"):
                dead, rule = self._near(unit, "claimed"), "lives lost"
            else:
                continue
            if dead and not self._of_something(unit.last):
                self._link(Link(index, "killed", rule, index))
            else:
                self.units[index] = unit._replace(kind="x")
        self.row = "".join(unit.kind for unit in self.units)

    def _of_something(self, place: int) -> bool:
        """Say whether "bodies" are of a thing: "two bodies of water"."""
        if place >= len(self.words) or self.words[place] not in self.lexicon.set_of("words", "of"):
            return False
        place += 1
        while place < len(self.words) and self.plain(place).kind in "wfDPA":
            place = self.plain(place).last
        return place < len(self.words) and self.plain(place).kind not in "HCnbG"

    def _of_money(self, event: int, count: int) -> bool:
        """Say whether "losses" may be those of a firm: nothing beside them speaks of an army."""
        lists = self.lexicon.lists["scopes"]
        unit = self.units[event]
        if self.words[unit.last - 1] not in lists["ambiguous_tolls"]:
            return False
        if unit.first and self.words[unit.first - 1] in lists["not_of_people"]:
            return True
        others = any(
            u.category and u.first != unit.first and u.role not in ("lost", "taken")
            for u in self.units
        )
        military = self.lexicon.set_of("scopes", "military") & set(self.words)
        return not (self.units[count].kind == "n" or others or military)

    def _other_subject(self, count: int, event: int) -> bool:
        """Say whether a person between number and verb may be the subject instead."""
        between = self.units[count + 1 : event]
        if not any(unit.kind == "H" for unit in between):
            return False
        return between[0].kind not in "poc,R" and not self.words[between[0].first].endswith(
            tuple(self.lexicon.lists["words"]["reduced_endings"])
        )
