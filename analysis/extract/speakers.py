"""Find the reporting verbs of a sentence and who speaks: "the army said", "police say that"."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.extract.names import LONGEST_NAME, QUOTES, Names, Span

LONGEST_BYLINE = 6  # words
NEAR = 6  # words: how far "reported 12 deaths" reaches where no "that" follows


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


class Speakers(Names):
    """Who speaks in one sentence, and how far what is said reaches."""

    def find(self) -> list[Attribution]:
        """Return the attributions of the sentence, in order of their verbs."""
        found: list[Attribution] = []
        for place, length, kind in self._verbs:
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
        return found or self._before_a_headline() or self._behind_a_headline()

    def _before_a_headline(self) -> list[Attribution]:
        """'WHO: 12,000 civilians killed': a short name before the first colon."""
        colon = next((p for p, word in enumerate(self.words) if word == ":"), 0)
        if not 0 < colon <= LONGEST_BYLINE or self.counted & set(range(colon)):
            return []
        if not (self.is_in(colon - 1, "headline_sources") or self._is_outlet(0)):
            return []
        return [Attribution(colon, self.clauses[colon], True, self.span(0, colon))]  # noqa: FBT003

    def _behind_a_headline(self) -> list[Attribution]:
        """'32 dead, 159 injured: health ministry': a short name behind the last colon."""
        marks = (p for p, word in enumerate(self.words) if word == ":" or self._is_dash(p))
        colon = max(marks, default=0)
        end = len(self.words) - (self.words[-1:] == ["."])
        name = range(colon + 1, end)
        if not colon or not 0 < len(name) <= LONGEST_BYLINE or self.counted & set(name):
            return []
        known = self.is_in(end - 1, "headline_sources") or self._is_outlet(colon + 1)
        if not known or not any(p < colon for p in self.counted):
            return []
        return [Attribution(colon, self.clauses[colon], False, self.span(colon + 1, end))]  # noqa: FBT003

    def _is_dash(self, place: int) -> bool:
        """Say whether a dash with blank space around it stands at a token."""
        token = self.tokens[place]
        apart = place and self.tokens[place - 1].end < token.start
        return bool(apart) and token.word in "-–—" and place + 1 < len(self.tokens)

    def counts_between(self, first: int, last: int) -> bool:
        """Say whether people are counted between two tokens."""
        return any(place in self.counted for place in range(first, last))

    def citing(self, clause: int) -> Span | None:
        """Return the name behind "citing" in a clause, or null."""
        for place, length, kind in self._verbs:
            passive = self.is_in(place + length, "made_by")  # "cited by local media"
            if kind == "citing" and self.clauses[place] == clause and not passive:
                return self.name_right(place + length)
        return None

    @cached_property
    def _verbs(self) -> list[tuple[int, int, str]]:
        """Place, length and kind of each word that may report."""
        found = []
        place = 0
        while place < len(self.words):
            match = self.lexicon.attribution.match(self.words, place)
            if match is None and self.words[place] in self.revises and self._of_a_toll(place + 1):
                match = (1, "say")
            if match is None:
                place += 1
                continue
            found.append((place, match[0], match[1]))
            place += match[0]
        return found

    def _of_a_toll(self, place: int) -> bool:
        """Say whether a total is the object that begins at a token.

        "Estimates daily losses at", and who changes one says it: "officials cut the death toll to".
        """
        if self.is_a(place, "of"):
            return False
        end = min(place + 3, len(self.words))
        matches = (self.lexicon.events.match(self.words, p) for p in range(place, end))
        return any(match is not None and match[1][1] == "toll" for match in matches)

    def _is_relay(self, place: int, length: int) -> bool:
        phrase = " ".join(self.words[place : place + length])
        return phrase in self.lexicon.lists["attribution"]["relayed_as"]

    def _quoted(self, place: int, after: int) -> Iterator[Attribution]:
        """'The agency quoted a minister as saying'."""
        end = next(
            (
                p
                for p in range(after, min(after + LONGEST_NAME, len(self.words)))
                if self.is_in(p, "as")
            ),
            None,
        )
        if end is None or end == after:
            return
        left = self.subject(place)
        leading = left is None or self.leads(left[0], place)
        relay = self.span(*left) if left else None
        yield Attribution(place, self.clauses[place], leading, self.span(after, end), relay)

    def _reported(self, place: int, after: int) -> Iterator[Attribution]:
        if not self._is_verb(place, after) or self.is_a(place - 1, "not"):
            return
        clause = self.clauses[place]
        subject = self.subject(place)
        leading = subject is not None and self.leads(subject[0], place)
        comma = place - 1
        while comma > 0 and (self.is_a(comma, "have") or self.is_a(comma, "adverb")):
            comma -= 1  # "the BBC, with volunteers, has identified"
        if subject is None and comma > 0 and self.words[comma] == ",":
            subject = self.before_apposition(comma)
            leading = subject is not None and self.leads(subject[0], place)
        if subject is None and self.words[place - 1] == "," and self.is_in(place, "going_on"):
            subject, leading = self._denier(place), True
        if subject is None and place and self.words[place - 1] in self.boundaries:
            source = self.name_right(after) if self.is_in(place, "spoken") else None
            if source:  # "…", said the spokesman
                yield Attribution(place, clause, False, source)  # noqa: FBT003
            return
        if subject is None and self.is_in(place - 1, "and"):
            subject, leading = self.first_subject(place), True
        if subject is None:
            return
        if not leading and not self.is_in(place, "spoken"):
            leading = True
        relay = None
        if self.is_in(place, "told") and self._is_outlet(after):
            relay = self.name_right(after)
        yield Attribution(
            place, clause, leading, self.span(*subject), relay, self._reach(place, after)
        )

    def _denier(self, place: int) -> Span | None:
        """Return who denies something before a token: "the army denied it, saying that"."""
        rejected = self.lexicon.set_of("statuses", "rejected")
        verb = next((p for p in range(place) if self.words[p] in rejected), None)
        return self.subject(verb) if verb else None

    def _is_verb(self, place: int, after: int) -> bool:
        """Say whether a word that may report does: "an estimated 12" and "a report" do not."""
        lives = self.lexicon.set_of("killed", "claimed") & set(self.words[after : after + 6])
        if lives and self.words[place] in self.lexicon.set_of("verbs", "claimed"):
            return False  # "has claimed 41 lives"
        if self.is_a(after, "have"):
            return False  # "a US estimate has"
        if place == 0 or self.is_a(place - 1, "determiner"):
            return place > 0 and self.is_in(place - 1, "plural_determiners")
        if not self.is_in(place, "nouns"):
            return True
        if self.words[place - 1] in self.lexicon.set_of("statuses", "rejected"):
            return False  # "denied reports that 50 died"
        if self._is_noun(place):
            return False
        return (
            self.is_in(after, "that")
            or self.is_in(after, "to")
            or self._of_a_toll(after)
            or after in self.counted
            or any(p in self.counted for p in range(after, after + 3))
            or self.is_a(after, "determiner")
            or self.is_a(after, "pronoun")
            or self.is_in(after, "boundaries")
            or after == len(self.words)
            or self.words[after] == "."
            or (after < len(self.tokens) and self.tokens[after].text[:1].isupper())
        )

    def _is_noun(self, place: int) -> bool:
        """Say whether a word that may report is a noun: "in its annual report"."""
        own = self.lexicon.set_of("words", "possessive")
        if own & set(self.words[max(0, place - 2) : place]) and self._is_singular(place - 1):
            return True
        near = range(max(0, place - 3), place)
        if any(self.is_a(p, "determiner") for p in near) and self._is_described(place):
            return True
        return self.words[place - 1].endswith(
            tuple(self.lexicon.lists["attribution"]["possessives"])
        )

    def _is_singular(self, place: int) -> bool:
        plural = tuple(self.lexicon.lists["words"]["plural"])
        people = self.lexicon.set_of("words", "people")
        return not self.words[place].endswith(plural) and self.words[place] not in people

    def _is_described(self, place: int) -> bool:
        """Say whether a noun of saying has its own article: "a Russian report that"."""
        plural = tuple(self.lexicon.lists["words"]["plural"])
        if not self.is_in(place, "described") or self.words[place].endswith(plural):
            return False  # "the agency estimates that"
        first = next(
            p for p in range(place - 1, max(-1, place - 4), -1) if self.is_a(p, "determiner")
        )
        says = any(self.lexicon.attribution.match(self.words, p) for p in range(first + 1, place))
        return not says and self.is_in(place + 1, "that")

    def _reach(self, place: int, after: int) -> int | None:
        """Return how far a verb reaches that takes an object, as in "announced a programme"."""
        if not self.is_in(place, "with_object"):
            return None
        if any(self.is_in(p, "that") for p in range(after, after + LONGEST_NAME)):
            return None  # "reported, citing officials, that"
        near = any(p in self.counted for p in range(after, after + NEAR))
        return None if near else after + NEAR

    def _is_outlet(self, place: int) -> bool:
        outlets = self.lexicon.set_of("attribution", "outlets")
        phrases = (" ".join(self.words[place : place + length]) for length in range(1, 6))
        return any(p in outlets or p.removeprefix("the ") in outlets for p in phrases)
