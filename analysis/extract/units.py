"""Read a sentence as a row of units: numbers with their nouns, words of events, other words.

Each unit is one character of the row, by which the rules of the lexicon name it.
"""

from analysis.extract.nouns import QUOTES, Unit, Words
from analysis.extract.quantities import Quantity
from analysis.extract.words import Lexicon, Token

LONGEST_NAME_OF_A_COUNT = 4  # words: "confirmed civilian casualty figures"


class Units(Words):
    """The units of one sentence, and the row that stands for them."""

    def __init__(self, tokens: list[Token], quantities: list[Quantity], words: Lexicon) -> None:
        """Read the tokens as units."""
        super().__init__(tokens, words)
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
            quantity = quantities.get(place)
            unit = (
                self._counted(quantity, quantities)
                if quantity and not self._one_of_a_kind(quantity, units)
                else self.plain(place, quantities)
            )
            units.append(unit)
            place = unit.last
        return units

    @staticmethod
    def _one_of_a_kind(quantity: Quantity, before: list[Unit]) -> bool:
        """Say whether "one" only says which: "11 members of one family"."""
        kinds = "".join(unit.kind for unit in before[-2:])
        return kinds == "no" and quantity.low == 1 and quantity.high == 1

    def _counted(self, quantity: Quantity, others: dict[int, Quantity]) -> Unit:
        place = quantity.after
        words = self.words
        head_words = words[quantity.head : quantity.first]
        before = words[quantity.head - 1] if quantity.head else ""
        additional = self.lexicon.lists["dates"]["additional"]
        # "More" that begins a qualifier ("more than") adds to nothing.
        more = before in additional or bool(set(head_words[1:]) & set(additional))
        more = more or head_words[:1] in (["another"], ["additional"])
        if quantity.why or (quantity.zero and self._denies_others(quantity, others)):
            return Unit("x", quantity.head, place, quantity)
        while place < len(words) and words[place] in self.lexicon.set_of("words", "more"):
            if words[place] in self.people and not self._noun_follows(place + 1):
                break
            more = more or words[place] in additional
            place += 1
        if place < len(words) and words[place] in QUOTES:  # '"hundreds" of casualties'
            place += 1
        of_them = False
        if place < len(words) and words[place] in self.lexicon.lists["words"]["of"]:
            inner = place + 1
            pronouns = self.lexicon.set_of("words", "pronoun")
            pronouns |= self.lexicon.set_of("words", "of_pronouns")
            # But "1,000 of those 4,000" counts out of a number.
            if inner < len(words) and words[inner] in pronouns and inner + 1 not in others:
                return Unit(
                    "n", quantity.head, inner + 1, quantity, noun=(inner, inner + 1), of_them=True
                )
            own = self.lexicon.set_of("words", "possessive")
            while inner < len(words) and (
                words[inner] in self.lexicon.lists["words"]["determiner"]
                or (words[inner] in pronouns and inner + 1 in others)
            ):
                # "12 of its soldiers" counts out of an army, not out of a toll.
                of_them = words[inner] not in own
                inner += 1
            if inner in others and others[inner].why is None:
                return self._of_a_whole(quantity, others[inner])
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

    def _denies_others(self, quantity: Quantity, others: dict[int, Quantity]) -> bool:
        """Say whether "no" or "none" speaks of some who were counted elsewhere, or of none at all.

        "No further deaths", "none of the 12 wounded", "none of the dead", "none seriously".
        """
        words, place = self.words, quantity.after
        following = words[place : place + 1]
        if self.lexicon.set_of("numbers", "not_zero").intersection(following):
            return True
        if self.lexicon.set_of("words", "of").issuperset(following) and following:
            place += 1
            while place < len(words) and words[place] in self.lexicon.set_of("words", "determiner"):
                place += 1
            # But "not one of the 212 passengers was hurt" says it of all.
            place = others[place].after if place in others else place
            if place < len(words) and self.lexicon.events.match(words, place):
                return True
            place += 1
        return place < len(words) and self._is_degree(place)

    def _is_degree(self, place: int) -> bool:
        """Say whether a word says how badly: "seriously"; a verb behind it is one of all."""
        return self.words[place] in self.lexicon.set_of("severity", "words")

    def _of_a_whole(self, quantity: Quantity, second: Quantity) -> Unit:
        """Return the unit of a number that is counted out of another one.

        "6,000 of the 11,000 men died": the second number counts nothing. "12 of the 40 deaths" and
        "18 of the 25 dead" and "two of the 17 people killed": both count, and the first is a part;
        but "one of 17 people killed" only says who. "Two of the five wounded later died": the
        second is the noun.
        """
        whole = self._counted(second, {})
        one = quantity.low == quantity.high == 1
        befallen = (
            whole.described or self._befell(whole.last, sure=one) if whole.kind == "n" else None
        )
        if befallen:
            if one:
                return whole._replace(first=quantity.head)
            return Unit("n", quantity.head, second.head, quantity, befallen, of_them=True)
        category = whole.category if whole.kind == "m" else None
        noun = (
            self.plain(whole.last) if whole.kind == "b" and whole.last < len(self.words) else None
        )
        if noun is not None and noun.kind in "PA":
            if self.next_kind(noun.last, skip="f") in ("B", "I", "h"):
                span = (whole.last, noun.last)
                return Unit(
                    "n", quantity.head, noun.last, quantity, noun.category, noun=span, of_them=True
                )
            category = noun.category
        if category:
            return Unit("n", quantity.head, second.head, quantity, category, of_them=True)
        return whole._replace(first=quantity.head, quantity=quantity)

    def _befell(self, place: int, *, sure: bool) -> str | None:
        """Return the category of what befell the people before a token: "17 people killed".

        Where no verb follows, a headline may say it of the number before these ("three of five
        killed"), unless `sure`.
        """
        kinds = ""
        while place < len(self.words) and kinds in ("", "R", "RB", "Rh", "RhB"):
            unit = self.plain(place)
            kind = "" if unit.kind == "f" else unit.kind
            kinds, place = kinds + kind, unit.last
            if kind == "P" and (sure or kinds != "P" or self._verb_follows(place)):
                return unit.category
            if kind == "I" and kinds != "I":
                return unit.category
        return None

    def _verb_follows(self, place: int) -> bool:
        kinds = [self.plain(p).kind for p in range(place, min(place + 8, len(self.words)))]
        return any(kind in "BhI" for kind in kinds)

    def _noun_follows(self, place: int) -> bool:
        return place < len(self.words) and self.plain(place).kind in "HCw"

    def _with_noun(self, quantity: Quantity, start: int, *, more: bool, of_them: bool) -> Unit:
        """Return the unit of a number with the noun that begins at or behind a token."""
        kind, last, category = self.noun(start)
        if quantity.zero and self._of_a_count(start):
            return Unit("x", quantity.head, max(last, quantity.after), quantity)
        first = self.plain(start) if start < len(self.words) else None
        described = first.category if first and first.kind in "PA" and last > first.last else None
        if quantity.zero and (kind == "u" or (kind == "b" and self._zero_of_things(quantity))):
            kind = "x"
        if kind == "x":
            return Unit("x", quantity.head, max(last, quantity.after), quantity)
        if kind in "bu":
            # An unknown word stays a word of its own.
            kind = kind if kind == "b" else self._maybe_bare(start, last)
            return Unit(kind, quantity.head, start, quantity, more=more, of_them=of_them)
        if kind == "n" and self.goes_on(last):
            last += 2
        noun = (start, last)
        return Unit(
            kind, quantity.head, last, quantity, category, None, noun, more, of_them, described
        )

    def _of_a_count(self, place: int) -> bool:
        """Say whether "no" denies a count, not victims: "no toll", "no casualty figures"."""
        counts, stops = self.lexicon.set_of("numbers", "counts"), "BhwfcRC,"
        for word in range(place, min(place + LONGEST_NAME_OF_A_COUNT, len(self.words))):
            if self.words[word] in counts:
                return True
            if self.plain(word).kind in stops:
                return False
        return False

    def _zero_of_things(self, quantity: Quantity) -> bool:
        single = quantity.last - quantity.first == 1
        return single and self.words[quantity.first] in self.lexicon.lists["numbers"]["zero_of"]

    def _maybe_bare(self, start: int, last: int) -> str:
        """A number before an unknown word: of a noun it is unknown, before a name it is bare."""
        word = self.tokens[start].text
        if self.words[start] in self.lexicon.set_of("numbers", "marks"):
            return "b"
        owner = word.endswith(tuple(self.lexicon.lists["attribution"]["possessives"]))
        # "One of Iraq's strongest fortifications": the noun stands behind its owner.
        return "u" if (word[:1].islower() or owner) and last > start else "b"

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
