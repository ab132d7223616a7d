"""Load the words of a language: `lexicon/<language>.toml` is data, so a language is a file."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FOLDER = Path(__file__).parent / "lexicon"
COMPLETE = "en"  # the language whose file has every list
LANGUAGES = tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))
CATEGORIES = ("killed_or_wounded", "killed", "wounded", "captured", "missing", "displaced")
SHORTEST_SINGULAR = 3  # letters: "gis" is no plural of a word
# How a word reports an event, in the order in which a word with several roles takes one.
ROLES = ("participle", "active", "intransitive", "predicate", "noun", "toll", "claimed", "found")
# The word classes, in the order in which a word of several takes one.
KINDS = (
    *("be", "have", "modal", "future", "not", "adverb", "of", "with", "preposition"),
    *("determiner", "more", "relative", "pronoun", "subordinator", "conjunction", "part"),
    *("others", "people"),
)
LONE_ROLES = ("lost", "taken")
# Signs that qualify a number in every language.
SIGNS = {
    "at_least": ["≥", ">=", "⩾"],
    "more_than": [">"],
    "nearly": ["<"],
    "up_to": ["≤", "<=", "⩽"],
    "about": ["~", "≈", "\u223c"],
}


class Phrases:
    """A set of phrases with what each means, found word by word from a place on."""

    def __init__(self) -> None:
        """Start without a phrase."""
        # By first word the phrases of each length, the longest first.
        self._first: dict[str, list[tuple[int, dict[tuple[str, ...], Any]]]] = {}

    def add(self, phrases: Iterable[str], meaning: Any) -> None:
        """Add phrases of one meaning; of two meanings of a phrase the first one stays."""
        for phrase in phrases:
            words = split_words(phrase)
            held = self._first.setdefault(words[0], [])
            table = next((t for length, t in held if length == len(words)), None)
            if table is None:
                table = {}
                held.append((len(words), table))
                held.sort(key=lambda entry: -entry[0])
            table.setdefault(words, meaning)

    def match(self, words: list[str], place: int) -> tuple[int, Any] | None:
        """Return the length and meaning of the longest phrase that begins at a place, or null."""
        held = self._first.get(words[place])
        if held is None:  # as for most words
            return None
        for length, table in held:
            meaning = table.get(tuple(words[place : place + length]), self)
            if meaning is not self:  # which no phrase means
                return length, meaning
        return None

    def words(self) -> set[str]:
        """Return the first words of all phrases."""
        return set(self._first)


WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S.
    r"|n['’]t\b"
    r"|[^\W\d_]+(?:['’][^\W\d_]+)*"
    r"|\d{1,3}(?:[,\u00a0\u202f\u2009']\d{3})+(?!\d)"  # 3,000 with any grouping sign
    r"|(?<![\d.,])[1-9]\d{0,2}(?: \d{3})+(?!\d|,\d)"  # 150 000
    r"|\d+(?:[.,:]\d+)*"
    r"|[^\w\s]|_",
)


class Token(NamedTuple):
    """A word or sign of a sentence: as written, in small letters, and its characters."""

    text: str
    word: str
    start: int
    end: int


def split_words(text: str) -> tuple[str, ...]:
    """Return the words and signs of a text in small letters, with one form of apostrophe."""
    return tuple(found.group().lower().replace("’", "'") for found in WORD.finditer(text))


def tokenize(text: str, start: int, end: int, words: "Lexicon") -> list[Token]:
    """Return the words and signs between two characters of a text.

    Small letters make "May" the verb "may": the name of a month that is another word keeps its
    capital where no sentence begins with it, or where a number follows.

    >>> [t.word for t in tokenize("In May they may go.", 0, 19, lexicon("en"))]
    ['in', 'May', 'they', 'may', 'go', '.']
    """
    tokens = [
        Token(word := found.group(), word.lower().replace("’", "'"), *found.span())
        for found in WORD.finditer(text, start, end)
    ]
    alike = words.set_of("dates", "months_alike")
    for place, token in enumerate(tokens):
        if token.text in alike:
            inside = place > 0 and tokens[place - 1].text[-1].isalnum()
            after = tokens[place + 1].text if place + 1 < len(tokens) else ""
            if inside or after[:1].isdecimal():
                tokens[place] = token._replace(word=token.text)
    return tokens


@dataclass(frozen=True)
class Lexicon:
    """The words of one language, ready for look-up.

    `events` finds (category, role), `kinds` finds the name of a word class, `qualifiers` a
    qualifier; `known` holds the first words of all three, `short` the
    abbreviations that end with a full stop, and `lists` the file by part and name.
    """

    language: str
    events: Phrases
    kinds: Phrases
    qualifiers: Phrases
    attribution: Phrases
    zero: Phrases
    vague: Phrases
    periods: Phrases
    number_starts: frozenset[str]
    known: frozenset[str]
    short: frozenset[str]
    lists: Mapping[str, Any]

    def set_of(self, part: str, name: str) -> frozenset[str]:
        """Return the single words of one list."""
        return _set_of(self.language, part, name)


@cache
def _set_of(language: str, part: str, name: str) -> frozenset[str]:
    return frozenset(lexicon(language).lists[part].get(name, ()))


def _file(language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def _filled(lists: dict[str, Any], model: dict[str, Any]) -> dict[str, Any]:
    """Return the lists of a language, with an empty one for each that only the model has."""
    for name, value in model.items():
        if isinstance(value, dict):
            lists[name] = (
                _filled(lists.get(name, {}), value) if _has_lists(value) else lists.get(name, {})
            )
        elif isinstance(value, list):
            lists.setdefault(name, [])
    return lists


def _has_lists(part: dict[str, Any]) -> bool:
    return any(isinstance(value, list | dict) for value in part.values())


@cache
def lexicon(language: str) -> Lexicon:
    """Return the words of a language; a KeyError names a language that has no file."""
    if language not in LANGUAGES:
        raise KeyError(language)
    lists = _filled(_file(language), _file(COMPLETE))
    events, kinds, qualifiers, attribution = Phrases(), Phrases(), Phrases(), Phrases()
    for category in CATEGORIES:
        for role in (*ROLES, *LONE_ROLES):
            events.add(lists[category].get(role, ()), (category, role))
    for name in KINDS:
        kinds.add(lists["words"].get(name, ()), name)
    for ending in lists["words"]["plural"]:
        singular = (p.removesuffix(ending) for p in lists["words"]["people"] if p.endswith(ending))
        kinds.add([word for word in singular if len(word) > SHORTEST_SINGULAR], "people")
    for name, phrases in lists["qualifiers"].items():
        if not name.startswith(("after_", "not_")):
            qualifiers.add(phrases, name)
    for name, signs in SIGNS.items():
        qualifiers.add(signs, name)
    for name in ("say", "according", "citing", "told", "quoted_as"):
        attribution.add(lists["attribution"].get(name, ()), name)
    numbers = lists["numbers"]
    zero, vague, periods = Phrases(), Phrases(), Phrases()
    zero.add(numbers["zero"], 0)
    for phrase, bounds in numbers["vague"].items():
        vague.add([phrase], tuple(bounds))
    periods.add(lists["dates"]["period"], "period")
    starts = zero.words() | vague.words() | set(numbers["units"]) | set(numbers["tens"])
    starts |= {*numbers["scales"], *numbers["one"], *(h.split()[0] for h in numbers["half"])}
    return Lexicon(
        language,
        events,
        kinds,
        qualifiers,
        attribution,
        zero,
        vague,
        periods,
        frozenset(starts),
        frozenset(events.words() | kinds.words() | attribution.words()),
        frozenset(lists["abbreviations"]),
        lists,
    )


@cache
def event_phrases(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the phrases that report an event, and those that may as well report something else.

    The second ones ("losses", "lost") pass only beside a word for people or an army. Verbs of
    taking are in neither: their rule needs a word for captives, which is in the first.
    """
    lists = lexicon(language).lists
    clear, unclear = set(lists["doubts"]["words"]), set()
    for category in CATEGORIES:
        for role in ROLES:
            clear.update(lists[category].get(role, ()))
        unclear.update(lists[category].get("lost", ()))
    scopes = lists["scopes"]
    ambiguous = {*scopes["ambiguous_tolls"], *scopes["ambiguous_events"]}
    return frozenset(clear - ambiguous), frozenset(unclear | ambiguous)
