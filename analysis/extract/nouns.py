"""Classify the words of a sentence, and find the noun that a number counts."""

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
PEOPLE_THEN = ("captured", "displaced")  # whose nouns name people, whom more may befall
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


class Words:
    """The words of one sentence, each of a class that the rules may name."""

    def __init__(self, tokens: list[Token], words: Lexicon) -> None:
        """Take the tokens of a sentence."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = words
        # In a line of capitals alone "IS" may be the verb; elsewhere it is a name.
        self.mixed = any(token.text.islower() for token in tokens)
        self.people = words.set_of("words", "people")
        self.others = words.set_of("words", "others")
        self.endings = tuple(words.lists["words"]["people_endings"])
        self._plain: dict[int, Unit] = {}  # rules ask for the same word again and again

    def plain(self, place: int, quantities: dict[int, Quantity] | None = None) -> Unit:
        """Return the unit of a word that is no number; it ends before any of `quantities`."""
        if quantities:
            return self._unit(place, quantities)
        unit = self._plain.get(place)
        if unit is None:
            unit = self._plain[place] = self._unit(place, None)
        return unit

    def _unit(self, place: int, quantities: dict[int, Quantity] | None) -> Unit:
        word = self.words[place]
        if word not in self.lexicon.known and word[0].isalpha():
            capital = self.tokens[place].text[0].isupper()
            small = "f" if self._is_adverb(word) else "w"
            return Unit("C" if capital else small, place, place + 1)
        event = self.lexicon.events.match(self.words, place)
        kind = self.lexicon.kinds.match(self.words, place)
        if event and quantities and self._of_two_numbers(place, event[0], quantities):
            event = self.lexicon.events.match(self.words[: place + 1], place)
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

    def _of_two_numbers(self, place: int, length: int, quantities: dict[int, Quantity]) -> bool:
        """Say whether each half of a pair has a number: "left 12 people dead and injured 30"."""
        joins = self.lexicon.set_of("words", "conjunction")
        pair = length == 3 and self.words[place + 1] in joins  # noqa: PLR2004 words
        left = self.lexicon.set_of("words", "with").intersection(
            self.words[max(0, place - 6) : place]
        )
        return pair and place + length in quantities and bool(left)

    def _is_adverb(self, word: str) -> bool:
        lists = self.lexicon.lists["words"]
        ends = word.endswith(tuple(lists.get("adverb_endings", ())))
        return ends and word not in lists["not_adverbs"]

    def noun(self, start: int) -> tuple[str, int, str | None]:
        """Return kind, end and category of the noun of a number: people, an event, or neither."""
        kind, head, place = "b", None, start
        while place < min(len(self.words), start + LONGEST_NOUN):
            unit, word = self.plain(place), self.words[place]
            if word in QUOTES:
                place += 1
                continue
            kind_here = self.lexicon.kinds.match(self.words, place)
            if kind_here and kind_here[1] == "others":
                return "x", place + kind_here[0], None
            if unit.kind == "A" and self._is_person(place) and self._befalls(unit.last):
                return "n", unit.last, None  # "four hostages were killed"
            if unit.kind == "M" and unit.category in PEOPLE_THEN and self._befalls(unit.last):
                return "n", unit.last, None  # "forty displaced people were killed"
            if unit.kind in "MKFL":
                return "n" if unit.kind in "KF" else "m", unit.last, unit.category
            if unit.kind == "H" and not self._is_head(unit):
                kind, place = ("u" if kind == "b" else kind), unit.last
            elif unit.kind == "H":
                kind, head, place = "n", unit.last, unit.last
                # "Police officers", "British holidaymakers".
                if not self._is_person(place) and not self._ends_as_person(place):
                    break
            elif self._describes(unit, start):
                place = unit.last
            elif unit.kind == "C" and self._demonym(place):
                kind, head, place = "n", unit.last, unit.last
            elif unit.kind == "f" and kind in "bu" and self.next_kind(unit.last) in ("M", "H"):
                place = unit.last  # "12 confirmed deaths"
            elif (
                (unit.kind in "Cw" and (kind, unit.kind) != ("n", "w"))
                or (word == "-" and kind == "u")
                or self._ends_as_person(place)
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
        place = unit.last
        if self.words[place : place + 1] and self.words[place] in QUOTES:  # "soldiers' deaths"
            place += 1
        after = self.plain(place).kind if place < len(self.words) else ""
        # "232 civilian deaths" counts deaths, whatever the word for people.
        return after != "M" and (plural or after not in tuple("wCHKF"))

    def next_kind(self, place: int, skip: str = "") -> str:
        """Return the class of the unit at a token, past those to skip; empty at the end."""
        while place < len(self.words):
            unit = self.plain(place)
            if unit.kind not in skip or not skip:
                return unit.kind
            place = unit.last
        return ""

    def _befalls(self, place: int) -> bool:
        """Say whether another event than capture follows, as what befell those before it."""
        while place < len(self.words) and (unit := self.plain(place)).kind in "fBhd!":
            place = unit.last
        if place >= len(self.words):
            return False
        return unit.kind in "PIA" and unit.category != "captured"

    def _describes(self, unit: Unit, start: int) -> bool:
        """Say whether an event word only describes the noun behind it: "two wounded men"."""
        return (unit.kind == "P" and self._adjective(unit.last, start)) or (
            unit.kind == "A" and self._is_person(unit.last)
        )

    def _is_person(self, place: int) -> bool:
        return place < len(self.words) and self.words[place] in self.people

    def _ends_as_person(self, place: int) -> bool:
        return self.next_kind(place) == "w" and self.words[place].endswith(self.endings)

    def goes_on(self, last: int) -> bool:
        """Say whether a second noun belongs to the number: "67 women and children"."""
        conjunctions = self.lexicon.lists["words"]["conjunction"]
        return self._is_person(last + 1) and self.words[last] in conjunctions

    def _adjective(self, place: int, start: int) -> bool:
        """Say whether a participle right behind a number is part of its noun: "two wounded men"."""
        for step in range(place, min(len(self.words), start + LONGEST_NOUN)):
            unit = self.plain(step)
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
