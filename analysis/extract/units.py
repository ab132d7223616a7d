"""Read a sentence as a row of units: numbers with their nouns, words of events, other words.

Each unit is one character of the row, by which the rules of the lexicon name it.
"""

from typing import NamedTuple

from analysis.extract.quantities import Quantity
from analysis.extract.words import KINDS, LONE_ROLES, ROLES, Lexicon, Token

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
ROLE_CHARACTER = {role: CLASSES[role] for role in (*ROLES, *LONE_ROLES)}
# Word classes that the rules do not tell apart.
LIKE = {"future": "modal", "more": "adverb", "others": "word", "people": "person"}
KIND_CHARACTER = {kind: CLASSES[LIKE.get(kind, kind)] for kind in KINDS}
QUOTES = frozenset("\"'“”‘’«»„`")
BREAKS = {"(": ",", ")": ",", "[": ",", "]": ",", "–": ",", "—": ",", "-": ",", "…": "."}
SHORTEST_DEMONYM = 4  # letters: "Kurds" has more
NAMED_ALIKE = ("be", "pronoun", "relative")  # "IS", "US" and "WHO" are names too
LONGEST_NOUN = 7  # words from a number to its noun


class Unit(NamedTuple):
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
    described: str | None = None  # the event before the noun: "two wounded men"


class Units:
    """The units of one sentence, and the row that stands for them."""

    def __init__(self, tokens: list[Token], quantities: list[Quantity], words: Lexicon) -> None:
        """Read the tokens as units."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = words
        # In a line of capitals alone "IS" may be the verb; elsewhere it is a name.
        self.mixed = any(token.text.islower() for token in tokens)
        self.people = words.set_of("words", "people")
        self.others = words.set_of("words", "others")
        self.endings = tuple(words.lists["words"]["people_endings"])
        self.units = self._units({q.head: q for q in quantities})
        self._mark_passives()
        self.row = "".join(unit.kind for unit in self.units)

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
        if word not in self.lexicon.known and word[0].isalpha():
            capital = self.tokens[place].text[0].isupper()
            return Unit("C" if capital else "w", place, place + 1)
        event = self.lexicon.events.match(self.words, place)
        kind = self.lexicon.kinds.match(self.words, place)
        if event and (not kind or event[0] >= kind[0]):
            category, role = event[1]
            return Unit(ROLE_CHARACTER[role], place, place + event[0], category=category, role=role)
        said = self.lexicon.attribution.match(self.words, place)
        if said and said[1] == "say" and (not kind or said[0] > kind[0]):
            return Unit("s", place, place + said[0])
        text = self.tokens[place].text
        if kind and kind[1] in NAMED_ALIKE and self.mixed and text.isupper() and len(text) > 1:
            return Unit("C", place, place + 1)
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
            pronouns = self.lexicon.set_of("words", "pronoun")
            pronouns |= self.lexicon.set_of("words", "of_pronouns")
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
                if whole.kind == "m":  # "12 of the 40 deaths": both are counted
                    return Unit(
                        "n",
                        quantity.head,
                        others[inner].head,
                        quantity,
                        whole.category,
                        of_them=True,
                    )
                if whole.kind == "b" and whole.last < len(words):
                    noun = self._plain(whole.last)
                    verb = self._next_kind(noun.last, skip="f") in ("B", "I", "h")
                    if noun.kind in "PA" and not verb:  # "18 of the 25 dead"
                        last = others[inner].head
                        return Unit("n", quantity.head, last, quantity, noun.category, of_them=True)
                    if noun.kind in "PA":  # "two of the five wounded later died"
                        span = (whole.last, noun.last)
                        whole = whole._replace(
                            kind="n",
                            last=noun.last,
                            noun=span,
                            category=noun.category,
                            of_them=True,
                        )
                return whole._replace(first=quantity.head, quantity=quantity)
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
        first = self._plain(start) if start < len(self.words) else None
        described = first.category if first and first.kind in "PA" and last > first.last else None
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
        return Unit(
            kind, quantity.head, last, quantity, category, None, noun, more, of_them, described
        )

    def _noun(self, start: int) -> tuple[str, int, str | None]:
        """Return kind, end and category of the noun of a number: people, an event, or neither."""
        kind, head, place = "b", None, start
        while place < min(len(self.words), start + LONGEST_NOUN):
            unit, word = self._plain(place), self.words[place]
            if word in QUOTES:
                place += 1
                continue
            kind_here = self.lexicon.kinds.match(self.words, place)
            if kind_here and kind_here[1] == "others":
                return "x", place + kind_here[0], None
            if unit.kind in "MKFL":
                return "n" if unit.kind in "KF" else "m", unit.last, unit.category
            if unit.kind == "H" and not self._is_head(unit):
                kind, place = ("u" if kind == "b" else kind), unit.last
            elif unit.kind == "H":
                kind, head, place = "n", unit.last, unit.last
                if not self._is_person(place):  # "police officers"
                    break
            elif self._describes(unit, start):
                place = unit.last
            elif unit.kind == "C" and self._demonym(place):
                kind, head, place = "n", unit.last, unit.last
            elif unit.kind == "f" and kind in "bu" and self._next_kind(unit.last) in ("M", "H"):
                place = unit.last  # "12 confirmed deaths"
            elif (unit.kind in "Cw" and (kind, unit.kind) != ("n", "w")) or (
                word == "-" and kind == "u"
            ):
                person = unit.kind == "w" and word.endswith(self.endings)
                kind, head = ("n", unit.last) if person else (kind if kind == "n" else "u", head)
                place = unit.last
            else:
                break
        return kind, head or place, None

    def _is_head(self, unit: Unit) -> bool:
        """Say whether a word for people ends its noun: "official" does not in "official word"."""
        plural = self.words[unit.last - 1] in self.people
        last = unit.last >= len(self.words)
        return plural or last or self._plain(unit.last).kind not in "wCHMKF"

    def _next_kind(self, place: int, skip: str = "") -> str:
        """Return the class of the unit at a token, past those to skip; empty at the end."""
        while place < len(self.words):
            unit = self._plain(place)
            if unit.kind not in skip or not skip:
                return unit.kind
            place = unit.last
        return ""

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
        single = quantity.last - quantity.first == 1
        return single and self.words[quantity.first] in self.lexicon.lists["numbers"]["zero_of"]

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
        word, lists = self.words[place], self.lexicon.lists["words"]
        return (
            len(word) > SHORTEST_DEMONYM
            and word.endswith(tuple(lists["demonym_endings"]))
            and not word.endswith(tuple(lists["not_demonyms"]))
        )

    def _mark_passives(self) -> None:
        for index, unit in enumerate(self.units):
            if unit.kind != "P":
                continue
            before = index - 1
            while before >= 0 and self.units[before].kind in "f!":
                before -= 1
            if before >= 0 and self.units[before].kind == "B":
                self.units[index] = unit._replace(kind="V")
            elif before >= 1 and self.units[before].kind == "c":
                # "have been killed and wounded", "were shot or killed"
                last = before - 1
                while last >= 0 and self.units[last].kind in "f,":
                    last -= 1
                follows = self.units[index + 1].kind if index + 1 < len(self.units) else ""
                if last >= 0 and self.units[last].kind == "V" and follows not in ("n", "b"):
                    self.units[index] = unit._replace(kind="V")
