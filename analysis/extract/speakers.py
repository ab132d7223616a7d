"""Find the reporting verbs of a sentence and who speaks: "the army said", "police say that"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.extract.words import Lexicon, Token

QUOTES = frozenset("\"'“”«»„")
LONGEST_NAME = 14  # words
NEAR = 6  # words: how far "reported 12 deaths" reaches where no "that" follows

Span = tuple[int, int]


@dataclass(frozen=True)
class Attribution:
    """One attribution: the token of its verb and its clause, the characters of source and relay.

    `leading` says that it covers what follows, up to the token `reach` (null: to the end of its
    clause); otherwise it covers what stands before it.
    """

    place: int
    clause: int
    leading: bool
    source: Span
    relayed_by: Span | None = None
    reach: int | None = None


class Speakers:
    """Who speaks in one sentence; `counted` holds the tokens that belong to numbers of people."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon, counted: set[int]) -> None:
        """Take a sentence."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = lexicon
        self.counted = counted
        self.abbreviations = lexicon.short
        self.boundaries = lexicon.set_of("attribution", "boundaries") | QUOTES
        self.stop = lexicon.set_of("attribution", "stop")

    def _in(self, place: int, name: str) -> bool:
        """Say whether a token is in one list of the lexicon's part on attribution."""
        return 0 <= place < len(self.words) and self.words[place] in self.lexicon.set_of(
            "attribution", name
        )

    def _is(self, place: int, name: str) -> bool:
        """Say whether a token is of a word class."""
        return 0 <= place < len(self.words) and self.words[place] in self.lexicon.set_of(
            "words", name
        )

    @cached_property
    def clauses(self) -> list[int]:
        """The number of the clause of each token; a semicolon ends one."""
        clause, result = 0, []
        for word in self.words:
            result.append(clause)
            clause += word == ";"
        return result

    def find(self) -> list[Attribution]:
        """Return the attributions of the sentence, in order of their verbs."""
        found: list[Attribution] = []
        for place, length, kind in self._verbs():
            after = place + length
            if kind == "according":
                source = self.name_right(after)
                if source is None:
                    continue
                if found and self._is_relay(place, length):
                    last = found[-1]
                    found[-1] = Attribution(
                        last.place, last.clause, last.leading, last.source, source, last.reach
                    )
                    continue
                opens = place == 0 or self.words[place - 1] in QUOTES
                found.append(Attribution(place, self.clauses[place], opens, source))
            elif kind == "quoted_as":
                found += self._quoted(place, after)
            elif kind in ("say", "told"):
                found += self._reported(place, after)
        return found

    def citing(self, clause: int) -> Span | None:
        """Return the name behind "citing" in a clause, or null."""
        for place, length, kind in self._verbs():
            if kind == "citing" and self.clauses[place] == clause:
                return self.name_right(place + length)
        return None

    def _verbs(self) -> Iterator[tuple[int, int, str]]:
        place = 0
        while place < len(self.words):
            match = self.lexicon.attribution.match(self.words, place)
            if match is None:
                place += 1
                continue
            yield place, match[0], match[1]
            place += match[0]

    def _is_relay(self, place: int, length: int) -> bool:
        phrase = " ".join(self.words[place : place + length])
        return phrase in self.lexicon.lists["attribution"]["relayed_as"]

    def _quoted(self, place: int, after: int) -> Iterator[Attribution]:
        """'The agency quoted a minister as saying'."""
        end = next(
            (
                p
                for p in range(after, min(after + LONGEST_NAME, len(self.words)))
                if self._in(p, "as")
            ),
            None,
        )
        if end is None or end == after:
            return
        left = self._subject(place)
        leading = left is None or self._leads(left[0], place)
        relay = self._span(*left) if left else None
        yield Attribution(place, self.clauses[place], leading, self._span(after, end), relay)

    def _reported(self, place: int, after: int) -> Iterator[Attribution]:
        if not self._is_verb(place, after):
            return
        clause = self.clauses[place]
        subject = self._subject(place)
        leading = subject is not None and self._leads(subject[0], place)
        if subject is None and place and self.words[place - 1] == ",":
            subject = self._before_apposition(place - 1)
            leading = subject is not None and self._leads(subject[0], place)
        if subject is None and place and self.words[place - 1] in self.boundaries:
            source = self.name_right(after) if self._in(place, "spoken") else None
            if source:  # "…", said the spokesman
                yield Attribution(place, clause, False, source)  # noqa: FBT003
            return
        if subject is None and self._in(place - 1, "and"):
            subject, leading = self._first_subject(place), True
        if subject is None:
            return
        if not leading and not self._in(place, "spoken"):
            leading = True
        relay = None
        if self._in(place, "told") and self._is_outlet(after):
            relay = self.name_right(after)
        yield Attribution(
            place, clause, leading, self._span(*subject), relay, self._reach(place, after)
        )

    def _is_verb(self, place: int, after: int) -> bool:
        """Say whether a word that may report does: "an estimated 12" and "a report" do not."""
        lives = self.lexicon.set_of("killed", "claimed") & set(self.words[after : after + 6])
        if lives and self.words[place] in self.lexicon.set_of("verbs", "claimed"):
            return False  # "has claimed 41 lives"
        if self._is(after, "have"):
            return False  # "a US estimate has"
        if place == 0 or self._is(place - 1, "determiner"):
            return place > 0 and self._in(place - 1, "plural_determiners")
        if not self._in(place, "nouns"):
            return True
        if self.words[place - 1] in self.lexicon.set_of("statuses", "rejected"):
            return False  # "denied reports that 50 died"
        if any(self._is(p, "determiner") for p in range(max(0, place - 3), place)) and (
            self._is_described(place)
        ):
            return False
        if self.words[place - 1].endswith(tuple(self.lexicon.lists["attribution"]["possessives"])):
            return False
        return (
            self._in(after, "that")
            or self._in(after, "to")
            or after in self.counted
            or any(p in self.counted for p in range(after, after + 3))
            or self._is(after, "determiner")
            or self._is(after, "pronoun")
            or self._in(after, "boundaries")
            or after == len(self.words)
            or self.words[after] == "."
            or (after < len(self.tokens) and self.tokens[after].text[:1].isupper())
        )

    def _is_described(self, place: int) -> bool:
        """Say whether a noun of saying has its own article: "a Russian report that"."""
        first = next(
            p for p in range(place - 1, max(-1, place - 4), -1) if self._is(p, "determiner")
        )
        says = any(self.lexicon.attribution.match(self.words, p) for p in range(first + 1, place))
        return not says and self._in(place + 1, "that")

    def _reach(self, place: int, after: int) -> int | None:
        """Return how far a verb reaches that takes an object, as in "announced a programme"."""
        if not self._in(place, "with_object") or self._in(after, "that"):
            return None
        near = any(p in self.counted for p in range(after, after + NEAR))
        return None if near else after + NEAR

    def _is_outlet(self, place: int) -> bool:
        outlets = self.lexicon.set_of("attribution", "outlets")
        phrases = (" ".join(self.words[place : place + length]) for length in range(1, 6))
        return any(p in outlets or p.removeprefix("the ") in outlets for p in phrases)

    def _leads(self, first: int, place: int) -> bool:
        """Say whether a subject opens its clause, so that what it says follows."""
        if first == 0 or self._in(place + 1, "that"):
            return True
        before = self.words[first - 1]
        return (
            before in self.stop
            or before in (";", ":", ".")
            or self._in(first - 1, "openers")
            or before not in self.boundaries
        )

    def _subject(self, place: int) -> Span | None:
        """Return the tokens of the subject that ends right before a verb, or null."""
        end = place
        while end and (self._is(end - 1, "adverb") or self._in(end - 1, "before_verb")):
            end -= 1
        if end and self.words[end - 1] == ")":  # "Doctors Without Borders (MSF)"
            end = next(
                (p for p in range(end - 1, max(0, end - 6), -1) if self.words[p] == "("), end
            )
        if not end or self._is(end - 1, "be") or self._in(end - 1, "to"):
            return None
        return self._name_left(end)

    def _name_left(self, end: int) -> Span | None:
        words, first = self.words, end
        while first and end - first < LONGEST_NAME:
            word = words[first - 1]
            if word == ".":
                short = first > 1 and (
                    words[first - 2] in self.abbreviations or len(words[first - 2]) == 1
                )
                if not short:
                    break
            elif first - 1 in self.counted or self._ends_name(first - 1):
                break
            first -= 1
        first = self._past_openers(first, end)
        return (first, end) if self._is_name(first, end) else None

    def _ends_name(self, place: int) -> bool:
        word = self.words[place]
        if word == "'" and place and self.words[place - 1].endswith("s"):
            return False  # "the Doctors' Network"
        if word in self.boundaries or word in self.stop:
            return not (self._in(place, "and") and self._joins_names(place))
        match = self.lexicon.attribution.match(self.words, place)
        says = match is not None and match[1] in ("say", "told")
        return says and not self._in(place, "nouns")

    def _before_apposition(self, comma: int) -> Span | None:
        """Return the subject in "Mr A, the minister, said": what stands before the first comma."""
        first = next(
            (
                p
                for p in range(comma - 1, max(-1, comma - LONGEST_NAME), -1)
                if self.words[p] == ","
            ),
            None,
        )
        if first is None or any(p in self.counted for p in range(first, comma)):
            return None
        return self._name_left(first)

    def _joins_names(self, place: int) -> bool:
        """Say whether "and" is part of a name: "BBC and Mediazona", "local and army sources"."""
        if place < 1 or place - 1 in self.counted or place + 1 >= len(self.words):
            return False
        before, after = self.tokens[place - 1].text, self.tokens[place + 1].text
        both = before[0].isupper() and after[0].isupper()
        return both or place == 1 or self.words[place - 2] in self.boundaries

    def _past_openers(self, first: int, end: int) -> int:
        openers = self.lexicon.lists["attribution"]["openers"]
        moved = True
        while moved:
            moved = False
            for length in (2, 1):
                if " ".join(self.words[first : first + length]) in openers and first + length < end:
                    first, moved = first + length, True
                    break
        return first

    def _first_subject(self, place: int) -> Span | None:
        """Return the subject of the clause whose second verb stands at a token."""
        first = place
        while first and self.words[first - 1] not in (";", "."):
            first -= 1
        end = first
        while end < place and (self.tokens[end].text[0].isupper() or self._in(end, "in_names")):
            end += 1
        return (first, end) if self._is_name(first, end) else None

    def name_right(self, first: int) -> Span | None:
        """Return the characters of the name that begins at a token, or null."""
        end = first
        while end < len(self.words) and end - first < LONGEST_NAME:
            word = self.words[end]
            if word == "." and end > first and self.words[end - 1] in self.abbreviations:
                end += 1
                continue
            if (
                word == "."
                or word in self.boundaries
                or end in self.counted
                or self._is(end, "be")
                or self._is(end, "have")
                or self._in(end, "name_ends")
                or word in self.lexicon.lists["dates"]["weekdays"]
                or (word in self.stop and not (end > first and self._joins_names(end)))
            ):
                break
            end += 1
        return self._span(first, end) if self._is_name(first, end) else None

    def _is_name(self, first: int, end: int) -> bool:
        """Say whether some tokens can name a source."""
        if end <= first or self._in(end - 1, "not_subjects"):
            return False
        last = self.tokens[end - 1].text
        acronym = last.isupper() and len(last) > 1  # "the US", "WHO"
        if self._in(end - 1, "pronouns") and not acronym:
            return False
        rejected = self.lexicon.set_of("statuses", "rejected")
        for place in range(first, end):
            if self._is(place, "be") or self._is(place, "modal") or self.words[place] in rejected:
                return False  # a clause, not a name
        return any(
            self.words[p][0].isalpha()
            and not self._is(p, "determiner")
            and not self._in(p, "not_sources")
            for p in range(first, end)
        )

    def _span(self, first: int, end: int) -> Span:
        return self.tokens[first].start, self.tokens[end - 1].end
