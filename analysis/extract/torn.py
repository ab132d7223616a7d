"""See where a sign, a space or a letter tore a number, so that no piece counts (METHOD.md 2.11)."""

import unicodedata

from analysis.extract.numerals import DASHES, Numerals

NO_TEARS = DASHES | frozenset('()[]{}/%:"“”‘«»')  # signs with a meaning of their own
MARKS_ON_DIGITS = ("Mn", "Me")  # categories of signs that are drawn on the one before
LONGEST_TEAR = 3  # signs: "..."


class Pieces(Numerals):
    """The numbers of a sentence, with what shows that one is only a piece of what was written."""

    def torn(self, last: int) -> int | None:
        """Return the token behind all the pieces of a number that a sign or a space tore.

        Null where the number before token `last` is whole. "3·000" and "1_000" are not 3 and 1,
        "12O" is not 12, "3, 000" not 3; a note in brackets and a range tear nothing.
        """
        end = last
        while piece := self._piece(end):
            end = piece
        return end if end > last else None

    def _piece(self, place: int) -> int | None:
        """Return the token behind the piece that goes on with the number before a token."""
        signs = place
        while signs < len(self.words) and signs - place < LONGEST_TEAR:
            if not self._tears(signs) and (signs == place or self.words[signs] not in DASHES):
                break
            signs += 1
        in_digits = self.words[place - 1][0].isdecimal()
        if signs > place and unicodedata.category(self.words[place][0]) in MARKS_ON_DIGITS:
            return signs
        if signs >= len(self.words):
            return None
        touches = self.tokens[signs - 1].end == self.tokens[signs].start
        word = self.words[signs]
        if word[0].isdecimal():
            comma = signs == place + 1 and self.words[place] == "," and word[0] == "0"
            spaced = signs == place and not touches
            return signs + 1 if touches or (in_digits and (spaced or comma)) else None
        if not touches:
            return None
        if signs > place:
            numbers = (self.units, self.tens, self.scales)
            return signs + 1 if any(word in list_ for list_ in numbers) else None
        # A superscript is a digit, but no decimal one, and leads to a note.
        grown = word[0].isalpha() or (word[0].isnumeric() and not word[0].isdigit())
        return signs + 1 if in_digits and grown else None

    def _tears(self, place: int) -> bool:
        """Say whether a token is a sign that tears a number: no blank, no bracket, no dash."""
        word = self.words[place]
        touches = self.tokens[place - 1].end == self.tokens[place].start
        return not word[0].isalnum() and word not in NO_TEARS and (touches or word == ",")
