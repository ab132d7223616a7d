"""Find names of sources in a sentence: the subject before a verb, the name behind a word."""

from functools import cached_property

from analysis.extract.words import Lexicon, Token

QUOTES = frozenset("\"'“”«»„")
LONGEST_NAME = 14  # words
NEAREST_THAT = 6  # words behind a verb

Span = tuple[int, int]


class Names:
    """The names in one sentence; `counted` holds the tokens that belong to numbers of people."""

    def __init__(self, tokens: list[Token], lexicon: Lexicon, counted: set[int]) -> None:
        """Take a sentence."""
        self.tokens = tokens
        self.words = [token.word for token in tokens]
        self.lexicon = lexicon
        self.counted = counted
        self.abbreviations = lexicon.short
        self.boundaries = lexicon.set_of("attribution", "boundaries") | QUOTES
        self.stop = lexicon.set_of("attribution", "stop")
        self.revises = lexicon.set_of("attribution", "revises")

    def is_in(self, place: int, name: str) -> bool:
        """Say whether a token is in one list of the lexicon's part on attribution."""
        return 0 <= place < len(self.words) and self.words[place] in self.lexicon.set_of(
            "attribution", name
        )

    def is_a(self, place: int, name: str) -> bool:
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

    def leads(self, first: int, place: int) -> bool:
        """Say whether a subject opens its clause, so that what it says follows."""
        if first == 0 or self._that_follows(place + 1):
            return True
        before = self.words[first - 1]
        return (
            before in self.stop
            or before in (";", ":", ".")
            or self.is_in(first - 1, "openers")
            or before not in self.boundaries
        )

    def _that_follows(self, place: int) -> bool:
        """Say whether "that" stands behind a verb and whom it was said to: "told the BBC that"."""
        for after in range(place, min(place + NEAREST_THAT, len(self.words))):
            if self.is_in(after, "that"):
                return True
            if self.words[after] in self.boundaries or after in self.counted:
                return False
        return False

    def subject(self, place: int) -> Span | None:
        """Return the tokens of the subject that ends right before a verb, or null."""
        end = place
        while end and self._before_a_verb(end - 1):
            end -= 1
        if end and self.words[end - 1] == ")":  # "Doctors Without Borders (MSF)"
            end = next(
                (p for p in range(end - 1, max(0, end - 6), -1) if self.words[p] == "("), end
            )
        if not end or self.is_a(end - 1, "be") or self.is_in(end - 1, "to"):
            return None
        return self._name_left(self._before_a_time(end))

    def _before_a_verb(self, place: int) -> bool:
        """Say whether a token stands between a subject and its verb: "has", "typically"."""
        lists, word = self.lexicon.lists["words"], self.words[place]
        ends = word.endswith(tuple(lists.get("adverb_endings", ())))
        adverb = (
            ends and word not in lists.get("not_adverbs", ()) and self.tokens[place].text == word
        )
        return adverb or self.is_a(place, "adverb") or self.is_in(place, "before_verb")

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
            elif (
                first < end
                and word in self.lexicon.set_of("verbs", "totals")
                and not (self.is_a(first, "of") or self.is_a(first, "preposition"))
            ):
                break  # "a figure activists put at 50"
            first -= 1
        first = self._past_openers(first, end)
        return (first, end) if self._is_name(first, end) else None

    def _ends_name(self, place: int) -> bool:
        word = self.words[place]
        if word == "'" and place and self.words[place - 1].endswith("s"):
            return False  # "the Doctors' Network"
        if place and self.is_in(place - 1, "familiar"):
            return False  # "sources familiar with the matter"
        if word in self.boundaries or word in self.stop:
            return not (self.is_in(place, "and") and self._joins_names(place))
        match = self.lexicon.attribution.match(self.words, place)
        says = match is not None and match[1] in ("say", "told")
        return says and not self.is_in(place, "nouns")

    def before_apposition(self, comma: int) -> Span | None:
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
        """Say whether "and" is part of a name: "Red Cross and Caritas", "army sources"."""
        if place < 1 or place - 1 in self.counted or place + 1 >= len(self.words):
            return False
        before, after = self.tokens[place - 1].text, self.tokens[place + 1].text
        if place > 2 and self.words[place - 2] == "-":  # noqa: PLR2004 "Byung-kee and"
            before = self.tokens[place - 3].text
        both = before[0].isupper() and after[0].isupper()
        if before[0].isupper() and self.is_a(place + 1, "determiner"):
            # "Compiled by A and the BBC"; but "in the capital A and the BBC said".
            name = place - 1
            while name > 0 and self.tokens[name - 1].text[0].isupper():
                name -= 1
            both = name > 0 and self.is_in(name - 1, "made_by")
        return both or place == 1 or self.words[place - 2] in self.boundaries

    def _past_openers(self, first: int, end: int) -> int:
        openers = self.lexicon.lists["attribution"]["openers"]
        moved = True
        while moved:
            moved = False
            for length in (2, 1):
                named = self.tokens[first].text.isupper()  # "WHO figures"
                opens = " ".join(self.words[first : first + length]) in openers
                if opens and not named and first + length < end:
                    first, moved = first + length, True
                    break
        return self._past_a_phrase(self._past_a_time(first, end), end)

    def _past_a_time(self, first: int, end: int) -> int:
        """Return where the name begins in "on 9 June officials" and "a week later the army"."""
        for place in range(first, min(first + 4, end - 1)):
            if self.is_in(place, "after_a_span"):
                return place + 1
        name, certain = first, self.is_in(first, "fronted")
        while name < end - 1 and (self.is_in(name, "fronted") or self._is_time(name)):
            name += 1
        # A name may begin with a day or a month: "Sunday Times".
        certain = certain or self.words[first] in self.lexicon.lists["dates"]["relative"]
        times = sum(self._is_time(place) for place in range(first, name))
        return name if times >= (1 if certain else 2) else first

    def _before_a_time(self, end: int) -> int:
        """Return where the name ends in "the army on Friday"."""
        time = end
        while time > 1 and self._is_time(time - 1):
            time -= 1
        if time == end or time < 2 or not self.is_in(time - 1, "fronted"):  # noqa: PLR2004 words
            return end
        return end if self.is_in(time - 2, "issued") else time - 1

    def _is_time(self, place: int) -> bool:
        dates, word = self.lexicon.lists["dates"], self.words[place]
        lists = (dates["weekdays"], dates["relative"], dates["months"])
        return (
            any(word in list_ for list_ in lists)
            or self.is_in(place, "times")
            or (word[0].isdecimal() and place not in self.counted)
        )

    def _past_a_phrase(self, first: int, end: int) -> int:
        """Return where the name begins in "in his evening address Silva", "in Oslo the army"."""
        if not self.is_in(first, "fronted"):
            return first
        for name in range(first + 2, end - 1):
            behind = any(self.is_a(name - 1, kind) for kind in ("preposition", "of", "with"))
            if self.is_a(name, "determiner") and not behind:
                return name
        if not self.tokens[end - 1].text[0].isupper():
            return first
        name = end - 1
        while name > first and self.tokens[name - 1].text[0].isupper():
            name -= 1
        return name - 1 if self.is_a(name - 1, "determiner") and name - 1 > first else name

    def first_subject(self, place: int) -> Span | None:
        """Return the subject of the clause whose second verb stands at a token."""
        first = place
        while first and self.words[first - 1] not in (";", "."):
            first -= 1
        for verb in range(first + 1, place):  # "the mayor reported 16 strikes and said"
            match = self.lexicon.attribution.match(self.words, verb)
            if match and match[1] in ("say", "told") and (name := self.subject(verb)):
                return name
        end = first
        while end < place and (self.tokens[end].text[0].isupper() or self.is_in(end, "in_names")):
            end += 1
        return (first, end) if self._is_name(first, end) else None

    def name_right(self, first: int) -> Span | None:
        """Return the characters of the name that begins at a token, or null."""
        end = first
        while end < len(self.words) and end - first < LONGEST_NAME:
            word = self.words[end]
            if end == first and end in self.counted:  # "citing two diplomats"
                while end in self.counted:
                    end += 1
                continue
            if self.is_in(end, "name_ends") and end > first and self._says_nobody(first, end):
                end += 1  # "figures from the health department"
                continue
            if word == "." and end > first and self.words[end - 1] in self.abbreviations:
                end += 1
                continue
            if (
                word == "."
                or word in self.boundaries
                or end in self.counted
                or self.is_a(end, "be")
                or self.is_a(end, "have")
                or self.is_in(end, "name_ends")
                or word in self.lexicon.lists["dates"]["weekdays"]
                or (word in self.stop and not (end > first and self._joins_names(end)))
            ):
                break
            end += 1
        return self.span(first, end) if self._is_name(first, end) else None

    def _says_nobody(self, first: int, end: int) -> bool:
        return all(
            self.is_in(p, "not_sources") or self.is_a(p, "determiner") for p in range(first, end)
        )

    def _is_name(self, first: int, end: int) -> bool:
        """Say whether some tokens can name a source."""
        if end <= first or self.is_in(end - 1, "not_subjects") or self._tells_of_some(first, end):
            return False
        last = self.tokens[end - 1].text
        acronym = last.isupper() and len(last) > 1  # "the US", "WHO"
        if self.is_in(end - 1, "pronouns") and not acronym:
            return False
        if self.is_a(first, "determiner") and first + 2 == end and self.is_in(end - 1, "documents"):
            return True  # "the report"
        rejected = self.lexicon.set_of("statuses", "rejected")
        for place in range(first, end):
            modal = self.is_a(place, "modal")
            if modal and self.is_in(place, "to"):  # "sources close to the king"
                match = self.lexicon.attribution.match(self.words, place - 1) if place else None
                modal = match is not None and match[1] == "according"
            if self.is_a(place, "be") or modal or self.words[place] in rejected:
                return False  # a clause, not a name
        return any(
            self.words[p][0].isalpha()
            and not self.is_a(p, "determiner")
            and not self.is_in(p, "not_sources")
            and not (self.is_in(p, "name_ends") and self.tokens[p].text.islower())
            for p in range(first, end)
        )

    def _tells_of_some(self, first: int, end: int) -> bool:
        """Say whether words are said of some who were counted: "most of them women"."""
        some = self.lexicon.set_of("numbers", "some_of") | {*self.lexicon.lists["numbers"]["units"]}
        some |= self.lexicon.set_of("attribution", "parts")
        people = self.lexicon.set_of("scopes", "lost_people")
        if end - first == 1 and first - 1 in self.counted and self.words[first] in people:
            return True  # "the 14 people reported missing" report nothing
        if self.words[first] not in some:
            return False
        theirs = self.is_a(first + 1, "of") and self.is_a(first + 2, "of_pronouns")
        return theirs or self.words[end - 1] in self.lexicon.set_of("severity", "words")

    def span(self, first: int, end: int) -> Span:
        """Return the characters of some tokens."""
        return self.tokens[first].start, self.tokens[end - 1].end
