"""Bind each number of a sentence to the event that it counts, by the rules of the lexicon.

A rule is a regular expression of bounded length over the row of units, so that the time stays
linear in the length of the sentence.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from analysis.extract.quantities import Quantity, Token
from analysis.extract.units import CLASSES, Unit, Units
from analysis.extract.words import Lexicon, lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator

# A number and its verb: no other number, clause, speaker or stop stands between.
# First what belongs to the noun ("of the same family", "and a driver"), then an insertion ("More
# than 100 people, including 20 children, are …"; "12 people, police said, were …").
GAP = (
    r"(?:o[DHwCf]{1,6}|c[Dw]{1,3}H|,?w?x(?:[c,p]x){0,3},?)?"
    r"(?:,[^;:.,BVhIs]{1,10},|,[^;:.,BVhIs]{1,8}s,)?"
    r"(?:(?:[^;:.nbuxms!VPTIAYcGkqBhd,]|(?<=[CwHpo]),|(?<=,)[RG])[^;:.nbuxmsVTIYGkqBh!]{0,18})?"
)
TOLL = r"[^;.nbumYW]{0,10}"


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


@dataclass(frozen=True)
class Rule:
    """A rule of the lexicon: a pattern over a row of units, and what else must hold."""

    name: str
    pattern: "re.Pattern[str]"
    categories: frozenset[str]
    checks: tuple[str, ...]
    part: bool
    rightward: bool
    toll: bool


class Sentence(Units):
    """The units of one sentence and what the rules bind in it."""

    def __init__(self, tokens: list[Token], quantities: list[Quantity], words: Lexicon) -> None:
        """Read the tokens as units and apply the rules."""
        super().__init__(tokens, quantities, words)
        self.links: dict[int, Link] = {}
        self._bind()

    def _bind(self) -> None:
        for index, unit in enumerate(self.units):
            if unit.kind == "m" and unit.category:
                if unit.category == "captured" and self._near(unit, "freed"):
                    continue
                self._link(Link(index, unit.category, "counted noun", index))
        self._nouns_with_verbs()
        for rule in _rules(self.lexicon.language):
            for found in _every(rule.pattern, self.row):
                count, event = found.start("count"), found.start("event")
                category = self.units[event].category
                if category is None or (rule.categories and category not in rule.categories):
                    continue
                if all(getattr(self, f"_{check}")(count, event) for check in rule.checks):
                    part = rule.part or self.units[count].of_them
                    self._link(
                        Link(count, category, rule.name, event, part, rule.rightward, rule.toll)
                    )
        self._unite()
        self._lost_apart()
        self._described()
        self._share()
        self._parts()
        self._gaps()
        self._totals()
        self._breakdowns()

    # Checks that a rule may ask for: what a pattern over classes of words cannot say.

    def _toll_link(self, count: int, event: int) -> bool:
        """Say whether a linking word stands right before the number, or its qualifier links."""
        links = self.lexicon.set_of("toll_links", "verbs")
        quantity, before = self.units[count].quantity, self.units[count - 1]
        word = self.words[before.last - 1]
        if self._of_money(event, count):
            return False
        if self.units[event].role in ("predicate", "participle"):
            # "the North's dead at 600"
            near = count - event <= 2  # noqa: PLR2004 units
            return near and word in self.lexicon.set_of("toll_links", "after_a_predicate")
        if quantity and quantity.qualifier in ("more_than", "nearly") and before.kind not in "poD":
            return True
        return word in links

    def _not_freed(self, count: int, event: int) -> bool:
        """Say whether captives are not said to be free again."""
        captured = self.units[event].category == "captured"
        return not (captured and self._near(self.units[count], "freed"))

    def _no_share(self, count: int, _: int) -> bool:
        """Say whether no share of the number is meant: "a third of his 900 men were killed"."""
        place = self.units[count].first - 1
        while place > 0 and self.words[place] in self.lexicon.set_of("words", "determiner"):
            place -= 1
        return not (
            place > 0
            and self.words[place] in self.lexicon.set_of("words", "of")
            and self.words[place - 1] in self.lexicon.set_of("numbers", "fractions")
        )

    def _one_subject(self, count: int, event: int) -> bool:
        """Say whether the number, and nothing between, is the subject of the event."""
        between = self.words[self.units[count].last : self.units[event].first]
        if set(between) & self.lexicon.set_of("numbers", "fractions"):
            return False  # "of the 12,000 soldiers a third were killed"
        return not self._other_subject(count, event)

    def _found_near(self, _: int, event: int) -> bool:
        unit = self.units[event]
        return self._near(unit, "found") and not self._near(unit, "exchanged")

    def _claimed_near(self, _: int, event: int) -> bool:
        before = self.words[max(0, self.units[event].first - 5) : self.units[event].first]
        return bool(set(before) & self.lexicon.set_of("verbs", "claimed"))

    def _of_an_army(self, count: int, _: int) -> bool:
        """Say whether "lost" is said of people who may have died, not of a firm's workers."""
        noun = self.units[count].noun
        scopes = self.lexicon.set_of("scopes", "lost_people")
        lost = scopes | self.lexicon.set_of("scopes", "military")
        behind = set(self.words[self.units[count].last : self.units[count].last + 5])
        if behind & self.lexicon.set_of("scopes", "lost_otherwise"):
            return False
        return noun is not None and self.words[noun[1] - 1] in lost

    def _link(self, link: Link) -> None:
        self.links.setdefault(link.unit, link)

    def _linked_before(self, index: int) -> list[Link]:
        return [self.links[i] for i in range(index) if i in self.links]

    def _near(self, unit: Unit, name: str) -> bool:
        """Say whether a verb of one list stands near a unit."""
        near = self.words[max(0, unit.first - 6) : unit.last + 8]
        return bool(set(near) & self.lexicon.set_of("verbs", name))

    def _unite(self) -> None:
        """Make one number for several events a combined one: "killed, wounded or captured"."""
        for index, link in list(self.links.items()):
            if link.category != "killed" or self.units[link.event].kind not in "VPI":
                continue
            more = re.match(r"[VPI](?:,|c|,c)[fh]{0,3}B?[VPI](?![fD]*[nb])", self.row[link.event :])
            if more:
                other = self.units[link.event + more.end() - 1].category
                if other in ("wounded", "captured", "missing"):
                    self.links[index] = replace(link, category="killed_or_wounded")

    def _lost_apart(self) -> None:
        """Read "lost" as killed where the sentence sets the wounded apart (METHOD.md 2.5)."""
        apart = any(u.category == "wounded" for u in self.units)
        for index, link in list(self.links.items()):
            if apart and self.units[link.event].role == "lost":
                self.links[index] = replace(link, category="killed")

    def _described(self) -> None:
        """Bind a number that no verb binds by the participle before its noun: "120 wounded men"."""
        for index, unit in enumerate(self.units):
            if unit.kind != "n" or unit.described is None or index in self.links:
                continue
            if not self._near(unit, "freed"):
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
            near = self.words[max(0, unit.first - 7) : unit.first]
            behind = self.words[unit.last : unit.last + 3]  # "bringing to 31 the number of …"
            if before and near[-1] in links and {*near, *behind} & totals:
                named = [
                    u.category
                    for u in self.units[:index]
                    if u.first >= unit.first - 6 and u.role not in ("lost", "taken")
                ]
                own = next((c for c in reversed(named) if c), before[-1].category)
                self._link(replace(before[-1], unit=index, category=own, rule="total", part=False))

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
            if dead:
                self._link(Link(index, "killed", rule, index))
            else:
                self.units[index] = unit._replace(kind="x")
        self.row = "".join(unit.kind for unit in self.units)

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
            ("ed", "ing", "sent")
        )

    def _share(self) -> None:
        """Give the numbers of one list one event: "17 soldiers and four civilians were killed"."""
        for step in (-1, 1):
            order = range(len(self.units)) if step > 0 else range(len(self.units) - 1, -1, -1)
            for index in order:
                link = self.links.get(index)
                if link is None or link.rule == "counted noun":
                    continue
                if step < 0 and link.toll:
                    continue
                if step > 0 and not link.rightward:
                    continue
                near = index + step
                if not (0 <= near < len(self.units)) or self.units[near].kind not in ("c", ","):
                    continue
                if self.units[near].kind == "," and not self._in_list(near, step):
                    continue
                near += step
                while 0 <= near < len(self.units) and self.units[near].kind in (",", "f"):
                    near += step
                if 0 <= near < len(self.units) and self.units[near].kind == "n":
                    self._link(replace(link, unit=near, rule="shared"))

    def _in_list(self, comma: int, step: int) -> bool:
        """Say whether a comma stands in a list of numbers that a conjunction ends."""
        if step > 0:
            return bool(re.match(r"(?:,f?n)*,?cf?n", self.row[comma:]))
        return bool(re.search(r"n(?:,f?n)+,?$", self.row[: comma + 2]))

    def _parts(self) -> None:
        """Give a number behind "including" or "among them" the event of the number before it."""
        for index, unit in enumerate(self.units):
            if unit.kind != "q":
                continue
            before = self._linked_before(index)
            after = [self.links[i] for i in range(index, len(self.units)) if i in self.links]
            whole = before[-1] if before else after[-1] if after else None
            place = index + 1
            while whole and place < len(self.units) and self.units[place].kind in "nbc,f":
                # "Of whom 97 remain" says something else of them.
                other = re.match(r"R|[hdwG]|B(?!f*[HCn])", self.row[place + 1 :])
                if self.units[place].kind in "nb" and (place in self.links or not other):
                    own = self.links.get(place)
                    category = own.category if own else whole.category
                    if own is None or own.rule != "counted noun":
                        self.links[place] = Link(place, category, "part", whole.event, part=True)
                place += 1

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
            if unit.kind == "b" and self._goes_on_from(whole, index, alone=len(before) == 1):
                continue
            if (of_them and re.match(r"f?[pHC,.:;]|$|B?H", after)) or (
                unit.kind == "b"
                and self.row[index - 1] in ",c"
                and self._severity(index + 1)
                and whole.category == "wounded"
            ):
                self._link(replace(whole, unit=index, rule="part of the number before", part=True))
            elif (
                unit.kind == "b"
                and self.row[index - 1] == "c"
                and after[:1] == "p"
                and not whole.toll
                and not unit.of_them
            ):
                self._link(replace(whole, unit=index, rule="event left out"))

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

    def _severity(self, index: int) -> bool:
        if index >= len(self.units):
            return False
        word = self.words[self.units[index].first]
        return word in self.lexicon.set_of("severity", "words")

    def _breakdowns(self) -> None:
        """Mark what a number before it already holds: after a colon, or in a combined number."""
        order = sorted(self.links)
        for place, index in enumerate(order):
            link = self.links[index]
            for earlier in order[:place]:
                whole = self.links[earlier]
                between = self.row[earlier:index]
                if ";" in between or whole.part or not self._holds(earlier, index):
                    continue
                combined = whole.category == "killed_or_wounded" and link.category in (
                    "killed",
                    "wounded",
                )
                if combined or (":" in between and whole.category == link.category):
                    self.links[index] = replace(link, part=True)

    def _holds(self, whole: int, part: int) -> bool:
        first, second = self.units[whole].quantity, self.units[part].quantity
        if first is None or second is None:
            return False
        return (first.low or first.high or 0) >= (second.low or second.high or 0)


def _every(pattern: "re.Pattern[str]", row: str) -> "Iterator[re.Match[str]]":
    """Yield a match from each place of the row where one begins."""
    place = 0
    while found := pattern.search(row, place):
        yield found
        place = found.start() + 1


@cache
def _rules(language: str) -> tuple[Rule, ...]:
    return tuple(
        Rule(
            rule["name"],
            _compile(rule["pattern"]),
            frozenset(rule.get("categories", ())),
            tuple(rule.get("checks", ())),
            rule.get("part", False),
            rule.get("rightward", False),
            "toll_link" in rule.get("checks", ()),
        )
        for rule in lexicon(language).lists["rules"]
    )


def _compile(pattern: str) -> "re.Pattern[str]":
    """Return a rule's pattern as a regular expression over the row."""
    parts = []
    for element in pattern.split():
        if element in ("GAP", "TOLL"):
            parts.append(GAP if element == "GAP" else TOLL)
        elif element.startswith("["):
            parts.append(element)
        elif element.startswith("!"):
            never = "".join(CLASSES[name] for name in element[1:].split("|"))
            parts.append(f"(?!f*[{never}])")
        else:
            found = re.fullmatch(r"\((?:(\w+):)?([\w|,]+)\)([?*+]?)|(\w+)([?*+]?)", element)
            if found is None:
                reason = f"'{element}' is no element of a rule"
                raise ValueError(reason)
            group, names, repeat = found[1], found[2] or found[4], found[3] or found[5] or ""
            characters = "".join(CLASSES.get(name, name) for name in names.split("|"))
            body = f"[{characters}]"
            if repeat in ("*", "+"):
                repeat = "{0,8}" if repeat == "*" else "{1,8}"
            parts.append(f"(?P<{group}>{body})" if group else body + repeat)
    return re.compile("".join(parts))
