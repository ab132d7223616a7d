"""Bind the parts of a number to it: what "including" names, and what a colon or dashes list.

"27 people, including four children"; "42 people: 27 pupils, three teachers and 12 guards".
"""

import re
from dataclasses import replace

from analysis.extract.categories import Bound, Link
from analysis.extract.numerals import DASHES


class Parts(Bound):
    """The units of one sentence, with what its numbers hold of one another."""

    def _linked_before(self, index: int) -> list[Link]:
        return [self.links[i] for i in range(index) if i in self.links]

    def _listed_before_a_verb(self) -> None:
        """Give a verb behind a list to the number that the list breaks down.

        "29 people - 21 in the east, three at sea and five in the west - are still missing".
        """
        for index, link in list(self.links.items()):
            if self.units[index].kind != "b" or link.event < index:
                continue
            listed = re.search(r"n,((?:b[op][^;.:nbu]{1,8},?c?)+)$", self.row[:index])
            if listed is None or listed.start() in self.links:
                continue
            self._link(replace(link, unit=listed.start()))
            for place in range(listed.start(1), index + 1):
                if self.units[place].kind == "b":
                    self.links[place] = replace(link, unit=place, part=True)

    def _parts(self) -> None:
        """Give a number behind "including" or "among them" the event of the number before it."""
        for index, unit in enumerate(self.units):
            if unit.kind != "q":
                continue
            before = self._linked_before(index)
            after = [self.links[i] for i in range(index, len(self.units)) if i in self.links]
            whole = before[-1] if before else after[-1] if after else None
            if after and not before:
                self._whole_before(index, after[-1])
            place = index + 1
            while whole and place < len(self.units) and self.words[self.units[place].first] != ")":
                if self.units[place].kind not in "nbc,f":
                    # "… 231 members of the security forces and 250 fighters"
                    behind = re.match(r"[op][DCwHf]{1,6}(?=,?c?f?n)", self.row[place:])
                    if behind is None or self.units[place - 1].kind != "n":
                        break
                    place += behind.end()
                    continue
                # "Of whom 97 remain" says something else of them.
                other = re.match(r"R|[hdwG]|B(?!f*[HCn])", self.row[place + 1 :])
                if self.units[place].kind in "nb" and (place in self.links or not other):
                    own = self.links.get(place)
                    category = own.category if own else whole.category
                    if own is None or own.rule != "counted noun":
                        self.links[place] = Link(place, category, "part", whole.event, part=True)
                place += 1

    def _whole_before(self, index: int, link: Link) -> None:
        """Give a number whose parts stand between commas the verb behind them.

        "500 people, including 389 fighters and 90 soldiers, have been killed"; but of "12,000 men,
        of whom 4,000 have been killed" the verb is that of the part.
        """
        counted = re.search(r"n(?:[op][DCwHf]{1,5})?,$", self.row[:index])
        inserted = re.search(r"[nbH],[fhBd]*$", self.row[index : link.event])
        relative = self.words[self.units[index].last - 1] in self.lexicon.set_of(
            "words", "relative"
        )
        if counted and inserted and not relative:
            self._link(replace(link, unit=counted.start(), part=False))

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

    def _listed(self) -> None:
        """Mark the parts that a colon lists: "42 people: 27 pupils, three teachers and 12 guards".

        Where a verb of its own stands among them, they must add up to the number before the colon.
        """
        for colon in (place for place in range(len(self.units)) if self._opens_a_list(place)):
            before = self._linked_before(colon)
            whole = before[-1] if before else None
            if whole is None or whole.part or re.search(r"[;.]", self.row[whole.unit : colon]):
                continue
            end = re.search(r"[;.:]|$", self.row[colon + 1 :])
            last = colon + 1 + (end.start() if end else 0)
            parts = [p for p in range(colon + 1, last) if self.units[p].kind in "nbu"]
            plain = re.fullmatch(
                r"f?[nb](?:[op][DCwHf]{1,5})?(?:(?:,c?|c)f?[nb](?:[op][DCwHf]{1,5})?)+(?:,q.*)?",
                self.row[colon + 1 : last],
            )
            if len(parts) <= 1 or not (plain or self._adds_up(whole.unit, parts)):
                continue
            if plain and not all(self._holds(whole.unit, part) for part in parts):
                continue
            for part in parts:
                own = self.links.get(part)
                if own is None or own.category == whole.category:
                    rule = own.rule if own else "part of the number before the colon"
                    self.links[part] = replace(whole, unit=part, rule=rule, part=True)

    def _opens_a_list(self, place: int) -> bool:
        """Say whether a colon or a dash apart stands at a unit."""
        unit = self.units[place]
        if unit.kind == ":":
            return True
        token = self.tokens[unit.first]
        apart = unit.first > 0 and self.tokens[unit.first - 1].end < token.start
        return unit.kind == "," and token.word in DASHES and (apart or token.word == "—")

    def _adds_up(self, whole: int, parts: list[int]) -> bool:
        total = self.units[whole].quantity
        numbers = [self.units[part].quantity for part in parts]
        return (
            total is not None
            and total.low is not None
            and total.low == sum(q.low or 0 for q in numbers if q is not None)
        )

    def _holds(self, whole: int, part: int) -> bool:
        first, second = self.units[whole].quantity, self.units[part].quantity
        if first is None or second is None:
            return False
        return (first.low or first.high or 0) >= (second.low or second.high or 0)
