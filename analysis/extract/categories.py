"""Bind each number of a sentence to the event that it counts, by the rules of the lexicon.

A sentence is read as a row of units: a number with its noun, a word of an event, or a word of a
class that the rules name. Each unit is one character, so that a rule is a regular expression of
bounded length over the row, and the time stays linear.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from analysis.extract.quantities import Quantity, Token
from analysis.extract.words import Lexicon, lexicon

# The classes that a rule may name, each with the character that stands for it in a row.
CLASSES = {
    "people": "n",  # a number of people
    "bare": "b",  # a number with no noun: "another 2,700"
    "unknown": "u",  # a number with a noun that no list knows
    "counted": "nbum",
    "other": "x",  # a number of something else
    "event_count": "m",  # a number with an event as its noun: "13 deaths"
    "passive": "V",
    "participle": "P",
    "active": "T",
    "intransitive": "I",
    "predicate": "A",
    "noun": "M",
    "toll": "L",
    "claimed": "K",
    "found": "F",
    "lost": "Y",
    "taken": "W",
    "person": "H",
    "be": "B",
    "have": "h",
    "modal": "d",
    "not": "!",
    "adverb": "f",
    "of": "o",
    "with": "i",
    "preposition": "p",
    "determiner": "D",
    "relative": "R",
    "pronoun": "G",
    "subordinator": "k",
    "conjunction": "c",
    "part": "q",
    "say": "s",
    "capital": "C",
    "word": "w",
}
ROLE_CHARACTER = {
    "participle": "P",
    "active": "T",
    "intransitive": "I",
    "predicate": "A",
    "noun": "M",
    "toll": "L",
    "claimed": "K",
    "found": "F",
    "lost": "Y",
    "taken": "W",
}
KIND_CHARACTER = {
    "be": "B",
    "have": "h",
    "modal": "d",
    "future": "d",
    "not": "!",
    "adverb": "f",
    "of": "o",
    "with": "i",
    "preposition": "p",
    "determiner": "D",
    "more": "f",
    "relative": "R",
    "pronoun": "G",
    "subordinator": "k",
    "conjunction": "c",
    "part": "q",
    "others": "w",
    "people": "H",
}
# A number and its verb: no other number, clause, speaker or stop stands between.
# The first part passes over an insertion: "More than 100 people, including 20 children, are …".
GAP = (
    r"(?:,[qpR][^;:.BVhI]{1,10},)?"
    r"(?:(?:[^;:.nbuxms!VPTIAYcGkqBhd,]|(?<=[CwHpo]),|(?<=,)[RG])[^;:.nbuxmsVTIYGkqBh!]{0,18})?"
)
TOLL = r"[^;.nbumskYW]{0,9}"
QUOTES = frozenset("\"'“”‘’«»„`")
BREAKS = {"(": ",", ")": ",", "[": ",", "]": ",", "–": ",", "—": ",", "-": ",", "…": "."}
RIGHTWARD = ("active", "lost", "shared", "taken prisoner", "toll")  # the event stands before
LONGEST_NOUN = 7  # words from a number to its noun


@dataclass(frozen=True)
class Unit:
    """One unit of a sentence: its character in the row, and its tokens, end exclusive."""

    kind: str
    first: int
    last: int
    quantity: Quantity | None = None
    category: str | None = None
    role: str | None = None
    noun: tuple[int, int] | None = None  # tokens of the noun and what stands before it
    more: bool = False  # "another", "20 more"
    of_them: bool = False  # "12 of the dead", "two of them"


@dataclass(frozen=True)
class Link:
    """A number bound to an event: the unit of the number, the category and the rule's name."""

    unit: int
    category: str
    rule: str
    event: int
    part: bool = False


class Sentence:
    """The units of one sentence and what the rules bind in it."""

    def __init__(self, tokens: list[Token], quantities: list[Quantity], words: Lexicon) -> None:
        """Read the tokens as units and apply the rules."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = words
        self.people = words.set_of("words", "people")
        self.others = words.set_of("words", "others")
        self.endings = tuple(words.lists["words"]["people_endings"])
        self.units = self._units({q.head: q for q in quantities})
        self._mark_passives()
        self.row = "".join(unit.kind for unit in self.units)
        self.links: dict[int, Link] = {}
        self._bind()

    # Units

    def _units(self, quantities: dict[int, Quantity]) -> list[Unit]:
        units: list[Unit] = []
        place = 0
        while place < len(self.tokens):
            if self.words[place] in QUOTES:
                place += 1
                continue
            unit = (
                self._counted(quantities[place], quantities)
                if place in quantities
                else self._plain(place, quantities)
            )
            units.append(unit)
            place = unit.last
        return units

    def _plain(self, place: int, quantities: dict[int, Quantity] | None = None) -> Unit:
        word = self.words[place]
        event = self.lexicon.events.match(self.words, place)
        kind = self.lexicon.kinds.match(self.words, place)
        if event and (not kind or event[0] >= kind[0]):
            category, role = event[1]
            return Unit(ROLE_CHARACTER[role], place, place + event[0], category=category, role=role)
        said = self.lexicon.attribution.match(self.words, place)
        if said and said[1] == "say" and (not kind or said[0] > kind[0]):
            return Unit("s", place, place + said[0])
        if kind:
            last = place + kind[0]
            if quantities and any(p in quantities for p in range(place + 1, last)):
                last = place + 1
            return Unit(KIND_CHARACTER[kind[1]], place, last)
        if not word[0].isalnum():
            return Unit(BREAKS.get(word, word if word in ",;:.!?" else ","), place, place + 1)
        if word.isdecimal():
            return Unit("x", place, place + 1)
        capital = self.tokens[place].text[0].isupper()
        return Unit("C" if capital else "w", place, place + 1)

    def _counted(self, quantity: Quantity, others: dict[int, Quantity]) -> Unit:
        place = quantity.after
        words = self.words
        head_words = words[quantity.head : quantity.first]
        before = words[quantity.head - 1] if quantity.head else ""
        additional = self.lexicon.lists["dates"]["additional"]
        more = before in additional or any(word in additional for word in head_words)
        if quantity.why:
            return Unit("x", quantity.head, place, quantity)
        while place < len(words) and words[place] in self.lexicon.set_of("words", "more"):
            if words[place] in self.people and not self._noun_follows(place + 1):
                break
            more = more or words[place] in additional
            place += 1
        of_them = False
        if place < len(words) and words[place] in self.lexicon.lists["words"]["of"]:
            inner = place + 1
            nouns = {"them", "us", "whom", "those", "these"}
            pronouns = self.lexicon.set_of("words", "pronoun") | nouns
            if inner < len(words) and words[inner] in pronouns:
                return Unit(
                    "n", quantity.head, inner + 1, quantity, noun=(inner, inner + 1), of_them=True
                )
            while inner < len(words) and words[inner] in self.lexicon.lists["words"]["determiner"]:
                inner += 1
                of_them = True
            if inner in others and others[inner].why is None:
                # "6,000 of the 11,000 men": the second number is the whole and counts nothing.
                whole = self._counted(others[inner], {})
                return replace(whole, first=quantity.head, quantity=quantity)
            if of_them and (event := self.lexicon.events.match(words, inner)):
                last = inner + event[0]
                return Unit(
                    "n",
                    quantity.head,
                    last,
                    quantity,
                    event[1][0],
                    noun=(inner, last),
                    of_them=True,
                )
            place = inner
        return self._with_noun(quantity, place, more=more, of_them=of_them)

    def _noun_follows(self, place: int) -> bool:
        return place < len(self.words) and self._plain(place).kind in "HCw"

    def _with_noun(self, quantity: Quantity, start: int, *, more: bool, of_them: bool) -> Unit:
        """Return the unit of a number with the noun that begins at or behind a token."""
        kind, last, category = self._noun(start)
        if quantity.zero and (kind == "u" or (kind == "b" and self._zero_of_things(quantity))):
            kind = "x"
        if kind == "x":
            return Unit("x", quantity.head, max(last, quantity.after), quantity)
        if kind in "bu":
            # An unknown word stays a word of its own.
            kind = kind if kind == "b" else self._maybe_bare(start, last)
            return Unit(kind, quantity.head, start, quantity, more=more, of_them=of_them)
        if kind == "n" and self._goes_on(last):
            last += 2
        noun = (start, last)
        return Unit(kind, quantity.head, last, quantity, category, None, noun, more, of_them)

    def _noun(self, start: int) -> tuple[str, int, str | None]:
        """Return kind, end and category of the noun of a number: people, an event, or neither."""
        kind, head, place = "b", None, start
        while place < min(len(self.words), start + LONGEST_NOUN):
            unit, word = self._plain(place), self.words[place]
            if word in QUOTES:
                place += 1
                continue
            if word in self.others:
                return "x", unit.last, None
            if unit.kind in "MKFL":
                return "n" if unit.kind in "KF" else "m", unit.last, unit.category
            if unit.kind == "H":
                kind, head, place = "n", unit.last, unit.last
                if not self._is_person(place):  # "police officers"
                    break
            elif self._describes(unit, start):
                place = unit.last
            elif unit.kind == "C" and self._demonym(place):
                kind, head, place = "n", unit.last, unit.last
            elif (unit.kind in "Cw" and (kind, unit.kind) != ("n", "w")) or (
                word == "-" and kind == "u"
            ):
                person = unit.kind == "w" and word.endswith(self.endings)
                kind, head = ("n", unit.last) if person else (kind if kind == "n" else "u", head)
                place = unit.last
            else:
                break
        return kind, head or place, None

    def _describes(self, unit: Unit, start: int) -> bool:
        """Say whether an event word only describes the noun behind it: "two wounded men"."""
        return (unit.kind == "P" and self._adjective(unit.last, start)) or (
            unit.kind == "A" and self._is_person(unit.last)
        )

    def _is_person(self, place: int) -> bool:
        return place < len(self.words) and self.words[place] in self.people

    def _goes_on(self, last: int) -> bool:
        """Say whether a second noun belongs to the number: "67 women and children"."""
        conjunctions = self.lexicon.lists["words"]["conjunction"]
        return self._is_person(last + 1) and self.words[last] in conjunctions

    def _zero_of_things(self, quantity: Quantity) -> bool:
        return self.words[quantity.first] in self.lexicon.lists["numbers"]["zero_of"]

    def _maybe_bare(self, start: int, last: int) -> str:
        """A number before an unknown word: of a noun it is unknown, before a name it is bare."""
        word = self.tokens[start].text
        return "u" if word[:1].islower() and last > start else "b"

    def _adjective(self, place: int, start: int) -> bool:
        """Say whether a participle right behind a number is part of its noun: "two wounded men"."""
        for step in range(place, min(len(self.words), start + LONGEST_NOUN)):
            unit = self._plain(step)
            if unit.kind == "H" or (unit.kind == "C" and self._demonym(step)):
                return True
            if unit.kind not in "Cw":
                return False
        return False

    def _demonym(self, place: int) -> bool:
        text = self.tokens[place].text
        return text.endswith("s") and not text.endswith(("'s", "’s", "ss", "us")) and len(text) > 4  # noqa: PLR2004 "Kurds"

    def _mark_passives(self) -> None:
        for index, unit in enumerate(self.units):
            if unit.kind != "P":
                continue
            before = index - 1
            while before >= 0 and self.units[before].kind in "f!":
                before -= 1
            if before >= 0 and self.units[before].kind == "B":
                self.units[index] = replace(unit, kind="V")
            elif before >= 1 and self.units[before].kind == "c":
                # "have been killed and wounded", "were shot or killed"
                last = before - 1
                while last >= 0 and self.units[last].kind in "f,":
                    last -= 1
                follows = self.units[index + 1].kind if index + 1 < len(self.units) else ""
                if last >= 0 and self.units[last].kind == "V" and follows not in ("n", "b"):
                    self.units[index] = replace(unit, kind="V")

    # Rules

    def _bind(self) -> None:
        for index, unit in enumerate(self.units):
            if unit.kind == "m" and unit.category:
                self._link(Link(index, unit.category, "counted noun", index))
            elif unit.of_them and unit.category:
                self._link(Link(index, unit.category, "part of a toll", index, part=True))
        self._nouns_with_verbs()
        for name, pattern, allowed in _rules(self.lexicon.language):
            for found in _every(pattern, self.row):
                count, event = found.start("count"), found.start("event")
                category = self.units[event].category
                if category is None or (allowed and category not in allowed):
                    continue
                if name == "toll" and not self._toll_link(event, count):
                    continue
                if name in ("passive", "predicate", "intransitive") and self._other_subject(
                    count, event
                ):
                    continue
                self._link(Link(count, category, name, event, part=self.units[count].of_them))
        self._share()
        self._parts()
        self._gaps()
        self._breakdowns()

    def _link(self, link: Link) -> None:
        self.links.setdefault(link.unit, link)

    def _nouns_with_verbs(self) -> None:
        verbs = self.lexicon.lists["verbs"]
        for index, unit in enumerate(self.units):
            if unit.kind != "n" or unit.noun is None:
                continue
            head = self.words[unit.noun[1] - 1]
            near = self.words[max(0, unit.first - 6) : unit.last + 8]
            if head in self.lexicon.lists["killed"]["found"]:
                if not set(near) & set(verbs["exchanged"]) and set(near) & set(verbs["found"]):
                    self._link(Link(index, "killed", "bodies found", index))
                else:
                    self.units[index] = replace(unit, kind="x")
            elif head in self.lexicon.lists["killed"]["claimed"]:
                if set(near) & set(verbs["claimed"]):
                    self._link(Link(index, "killed", "lives lost", index))
                else:
                    self.units[index] = replace(unit, kind="x")
        self.row = "".join(unit.kind for unit in self.units)

    def _toll_link(self, event: int, count: int) -> bool:
        """Say whether a linking word stands right before the number, or its qualifier links."""
        links = self.lexicon.set_of("toll_links", "verbs")
        quantity = self.units[count].quantity
        before = self.units[count - 1]
        role = self.units[event].role
        word = self.words[before.last - 1]
        if role in ("predicate", "participle"):
            return word in ("at", ":") and count - event <= 2  # noqa: PLR2004 "the dead at 600"
        if quantity and quantity.qualifier in ("more_than", "nearly") and before.kind not in "poD":
            return True
        return word in links

    def _other_subject(self, count: int, event: int) -> bool:
        """Say whether a person between number and verb may be the subject instead."""
        between = self.units[count + 1 : event]
        if not any(unit.kind == "H" for unit in between):
            return False
        return between[0].kind not in "po,R" and not self.words[between[0].first].endswith(
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
                if step < 0 and link.rule == "toll":
                    continue
                if step > 0 and link.rule not in RIGHTWARD:
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
            before = [self.links[i] for i in range(index) if i in self.links]
            after = [self.links[i] for i in range(index, len(self.units)) if i in self.links]
            whole = before[-1] if before else after[-1] if after else None
            place = index + 1
            while whole and place < len(self.units) and self.units[place].kind in "nbc,f":
                if self.units[place].kind in "nb":
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
            before = [self.links[i] for i in range(index) if i in self.links]
            if not before or ";" in self.row[before[-1].unit : index]:
                continue
            whole = before[-1]
            after = self.row[index + 1 : index + 3]
            of_them = unit.of_them and unit.category is None
            if of_them and re.match(r"f?[pHC,.:;]|$|B?H", after):
                self._link(replace(whole, unit=index, rule="part of the number before", part=True))
            elif (
                unit.kind == "b"
                and self.row[index - 1] == "c"
                and after[:1] == "p"
                and whole.rule in ("participle", "passive", "active")
                and not unit.of_them
            ):
                self._link(replace(whole, unit=index, rule="event left out"))

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


def _every(pattern: "re.Pattern[str]", row: str) -> Any:
    """Yield a match from each place of the row where one begins."""
    place = 0
    while found := pattern.search(row, place):
        yield found
        place = found.start() + 1


@cache
def _rules(language: str) -> tuple[tuple[str, "re.Pattern[str]", frozenset[str]], ...]:
    return tuple(
        (rule["name"], _compile(rule["pattern"]), frozenset(rule.get("categories", ())))
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
            parts.append(f"(?!f*[{CLASSES[element[1:]]}])")
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
