"""Find who is said to have given a number: the source, and who passes its words on.

A reporting verb that stands before a number covers what follows it; one that ends a clause
("…, the army said") covers what stands before it, and the clauses behind it that name nobody
else. Where two verbs are nested ("a lawmaker said Seoul's intelligence showed"), the inner
subject is the source and the outer one passes it on.
"""

from dataclasses import dataclass

from analysis.extract.quantities import Token
from analysis.extract.words import Lexicon, Phrases

QUOTES = frozenset('"“”«»„')
LONGEST_NAME = 14  # words


@dataclass(frozen=True)
class Attribution:
    """One attribution in a sentence: token of its verb, the characters of its source and relay.

    `leading` says that it covers what follows; otherwise it covers what stands before it.
    `nested` marks a verb whose subject may be the content of an outer one ("showed").
    """

    place: int
    clause: int
    leading: bool
    source: tuple[int, int] | None
    relayed_by: tuple[int, int] | None = None


class Attributions:
    """The attributions of one sentence, by the token of a number."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon, counted: set[int]) -> None:
        """Find them; `counted` holds the tokens that belong to numbers of people."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lists = lexicon.lists["attribution"]
        self.stop = lexicon.set_of("attribution", "stop")
        self.boundaries = lexicon.set_of("attribution", "boundaries") | QUOTES
        self.abbreviations = frozenset(lexicon.lists["abbreviations"])
        self.verbs: Phrases = lexicon.attribution
        self.lexicon = lexicon
        self.counted = counted
        self.clauses = self._clauses()
        self.found = list(self._find())

    def of(self, place: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
        """Return the characters of source and relay for the number at a token."""
        clause = self.clauses[place]
        leading = [
            a
            for a in self.found
            if a.leading and a.clause == clause and a.place < place and a.source
        ]
        if leading:
            inner = leading[-1]
            outer = leading[-2] if len(leading) > 1 else None
            relay = inner.relayed_by or (outer.source if outer else None)
            citing = self._citing(clause)
            if citing:
                return citing, inner.source
            return inner.source, relay
        # Trailing in the same clause, then of a clause before, then of one behind.
        trailing = [a for a in self.found if not a.leading and a.source]
        here = [a for a in trailing if a.clause == clause and a.place > place]
        earlier = [a for a in self.found if a.source and a.place < place]
        after = [a for a in trailing if a.place > place]
        if earlier and not here and earlier[-1].clause < clause and after:
            here = []
        chosen = here[:1] or earlier[-1:] or after[:1]
        if not chosen:
            return self._citing(clause), None
        citing = self._citing(chosen[0].clause)
        if citing and citing != chosen[0].source:
            return citing, chosen[0].source
        return chosen[0].source, chosen[0].relayed_by

    def _citing(self, clause: int) -> tuple[int, int] | None:
        for place in range(len(self.words)):
            if self.clauses[place] != clause:
                continue
            match = self.verbs.match(self.words, place)
            if match and match[1] == "citing":
                return self._right(place + match[0])
        return None

    def _clauses(self) -> list[int]:
        clause, result = 0, []
        for word in self.words:
            result.append(clause)
            if word == ";":
                clause += 1
        return result

    def _find(self) -> "list[Attribution]":
        found: list[Attribution] = []
        place = 0
        while place < len(self.words):
            match = self.verbs.match(self.words, place)
            if match is None:
                place += 1
                continue
            length, kind = match
            after = place + length
            if kind == "according":
                source = self._right(after)
                if source:
                    leading = place == 0 or self.words[place - 1] in QUOTES
                    relay = (
                        source if self._phrase(place, length) in self.lists["relayed_as"] else None
                    )
                    if relay and found:
                        last = found[-1]
                        found[-1] = Attribution(
                            last.place, last.clause, last.leading, last.source, relay
                        )
                    else:
                        found.append(Attribution(place, self.clauses[place], leading, source))
            elif kind in ("say", "told"):
                attribution = self._reported(place, after)
                if attribution:
                    found.append(attribution)
            elif kind == "quoted_as":
                attribution = self._quoted(place, after)
                if attribution:
                    found.append(attribution)
            place = after
        return found

    def _phrase(self, place: int, length: int) -> str:
        return " ".join(self.words[place : place + length])

    def _quoted(self, place: int, after: int) -> Attribution | None:
        """'The agency quoted a minister as saying'."""
        rest = self.words[after : after + LONGEST_NAME]
        if "as" not in rest:
            return None
        end = after + rest.index("as")
        source = self._span(after, end)
        left = self._left(place)
        leading = self._is_leading(left, place)
        return Attribution(
            place, self.clauses[place], leading, source, self._span(*left) if left else None
        )

    def _reported(self, place: int, after: int) -> Attribution | None:
        words = self.words
        following = words[after] if after < len(words) else ""
        if words[place] in self.lists["nouns"]:
            before = words[place - 1] if place else ""
            match = self.verbs.match(words, after) if after < len(words) else None
            if before in ("a", "an", "the", "this", "no", "of") or before.endswith(("'s", "s'")):
                return None
            if match and match[1] in ("say", "told"):
                return None
        left = self._left(place)
        if (
            left is None
            and place
            and (words[place - 1] in self.boundaries or words[place - 1] == "'")
        ):
            # "…", said the spokesman
            source = self._right(after)
            return (
                Attribution(place, self.clauses[place], False, source) if source else None  # noqa: FBT003
            )
        elided = False
        if left is None and place and words[place - 1] in ("and", "but"):
            left, elided = self._first_subject(place), True
        if left is None:
            return None
        source = self._span(*left)
        leading = elided or self._is_leading(left, place)
        if not leading and words[place] not in self.lists["spoken"]:
            leading = True
        relay = None
        if words[place] in self.lists["told"]:
            hearer = self._right(after)
            if hearer and self._is_outlet(after):
                relay = hearer
        if following in ("by", "to") and not leading:
            return None
        return Attribution(place, self.clauses[place], leading, source, relay)

    def _is_outlet(self, place: int) -> bool:
        for length in (5, 4, 3, 2, 1):
            phrase = " ".join(self.words[place : place + length])
            if (
                phrase.removeprefix("the ") in self.lists["outlets"]
                or phrase in self.lists["outlets"]
            ):
                return True
        return False

    def _is_leading(self, left: tuple[int, int] | None, place: int) -> bool:
        """Say whether the subject opens its clause, so that its words follow."""
        if left is None:
            return True
        first = left[0]
        if first == 0:
            return True
        before = self.words[first - 1]
        if before in self.stop or before in (";", ":", "."):
            return True
        if before in self.lists["openers"]:
            return True
        # "…, the army said on Monday." ends with it; ", the army said that 12" goes on.
        rest = self.words[place + 1 : place + 3]
        if before not in self.boundaries:
            return True
        return "that" in rest[:1]

    def _left(self, place: int) -> tuple[int, int] | None:
        """Return the tokens of the subject that ends before a verb, or null."""
        words = self.words
        end = place
        skip = self.lexicon.set_of("words", "adverb") | frozenset(self.lists["before_verb"])
        while end and words[end - 1] in skip:
            end -= 1
        if end and (
            words[end - 1] in self.lexicon.set_of("words", "be") or words[end - 1] in ("'s", "to")
        ):
            return None
        first = end
        while first and end - first < LONGEST_NAME:
            word = words[first - 1]
            if word == ".":
                if first > 1 and (
                    words[first - 2] in self.abbreviations or len(words[first - 2]) == 1
                ):
                    first -= 1
                    continue
                break
            if word in self.boundaries or word in self.stop or (first - 1) in self.counted:
                if word == "and" and first - 1 not in self.counted and self._joins_names(first - 1):
                    first -= 1
                    continue
                break
            match = self.verbs.match(words, first - 1)
            if (
                match
                and match[1] in ("say", "told")
                and words[first - 1] not in self.lists["nouns"]
            ):
                break
            first -= 1
        first = self._past_openers(first, end)
        if end > first and (
            words[end - 1] in self.lists["pronouns"] or words[end - 1] in self.lists["not_subjects"]
        ):
            return None
        return (first, end) if self._is_name(first, end) else None

    def _joins_names(self, place: int) -> bool:
        """Say whether "and" is part of a name: "BBC and Mediazona", "local and army sources"."""
        if place < 1:
            return False
        before, after = self.tokens[place - 1].text, self.tokens[place + 1].text
        return (
            (before[0].isupper() and after[0].isupper() and place - 1 not in self.counted)
            or (place == 1 and before[0].isupper())
            or (place > 1 and self.words[place - 2] in self.boundaries)
        )

    def _past_openers(self, first: int, end: int) -> int:
        words = self.words
        for length in (2, 1):
            if (
                " ".join(words[first : first + length]) in self.lists["openers"]
                and first + length < end
            ):
                return first + length
        return first

    def _first_subject(self, place: int) -> tuple[int, int] | None:
        """Return the subject of the clause whose second verb stands at a token."""
        first = place
        while first and self.words[first - 1] not in (";", "."):
            first -= 1
        end = first
        while (end < place and self.tokens[end].text[0].isupper()) or (
            end < place and self.words[end] in ("the", "a", "of", "'s")
        ):
            end += 1
        return (first, end) if self._is_name(first, end) else None

    def _right(self, first: int) -> tuple[int, int] | None:
        """Return the characters of the name that begins at a token, or null."""
        words, end = self.words, first
        ends = (
            self.lexicon.set_of("words", "be")
            | self.lexicon.set_of("words", "have")
            | frozenset(self.lists["name_ends"])
        )
        while end < len(words) and end - first < LONGEST_NAME:
            word = words[end]
            if word == "." and end > first and words[end - 1] in self.abbreviations:
                end += 1
                continue
            if word in self.boundaries or word == "." or word in ends or end in self.counted:
                break
            if word in self.stop and not (
                word == "and" and end + 1 < len(words) and end > first and self._joins_names(end)
            ):
                break
            if word in self.lexicon.lists["dates"]["weekdays"]:
                break
            end += 1
        return self._span(first, end) if self._is_name(first, end) else None

    def _is_name(self, first: int, end: int) -> bool:
        if end <= first:
            return False
        words = self.words[first:end]
        if len(words) == 1 and (
            words[0] in self.lists["pronouns"] or words[0] in self.lists["not_sources"]
        ):
            return False
        return any(word[0].isalpha() and word not in ("the", "a", "an") for word in words)

    def _span(self, first: int, end: int) -> tuple[int, int] | None:
        if end <= first:
            return None
        return self.tokens[first].start, self.tokens[end - 1].end
