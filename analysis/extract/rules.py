"""The rules of a lexicon, compiled: patterns over a row of units.

A pattern is a regular expression of bounded length, so that the time stays linear in the length of
the sentence.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from analysis.extract.nouns import CLASSES
from analysis.extract.words import lexicon

# A number and its verb: no other number, clause, speaker or stop stands between.
# First what belongs to the noun ("of the same family", "and a driver"), then an insertion ("More
# than 100 people, including 20 children, are …"; "12 people, police said, were …").
GAP = (
    r"(?:o[DHwCf]{1,6}|p[Dw]{1,3}(?=,n)|c[Dwo]{1,5}H|cD[wC]{0,2}C|I[DCw]{1,3}(?=f?[hBdI])|(?:,[DCw]{0,4}H){1,3},?c[DCw]{0,4}H|,?w?x(?:[c,p]x){0,3},?)?"
    r"(?:,[^;:.,BVhIs]{1,10},|,[^;:.,BVhIs]{1,8}s,)?"
    r"(?:(?:[^;:.nbuxms!VPTIAYcGkqBhd,]|(?<=[CwHpo]),|(?<=,)[RG])[^;:.nbuxmsVTIYGkqBh!]{0,18})?"
)
TOLL = r"[^;.nbumYW]{0,30}"


@dataclass(frozen=True)
class Rule:
    """A rule of the lexicon: a pattern over a row of units, and what else must hold."""

    name: str
    pattern: "re.Pattern[str]"
    categories: frozenset[str]
    checks: tuple[str, ...]
    part: bool
    rightward: bool
    toll: bool


def every(pattern: "re.Pattern[str]", row: str) -> Iterator["re.Match[str]"]:
    """Yield a match from each place of the row where one begins."""
    place = 0
    while found := pattern.search(row, place):
        yield found
        place = found.start() + 1


@cache
def rules(language: str) -> tuple[Rule, ...]:
    """Return the rules of a language, in the order in which they are tried."""
    return tuple(
        Rule(
            rule["name"],
            _compile(rule["pattern"]),
            frozenset(rule.get("categories", ())),
            tuple(rule.get("checks", ())),
            rule.get("part", False),
            rule.get("rightward", False),
            "toll_link" in rule.get("checks", ()),
        )
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
            never = "".join(CLASSES[name] for name in element[1:].split("|"))
            parts.append(f"(?!f*[{never}])")
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
