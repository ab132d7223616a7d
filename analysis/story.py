"""Read and validate `story.toml`: what a story is about, whom it counts, who its sources are."""

import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from analysis.errors import BadStory, BadUsage
from analysis.parts import (
    Address,
    Category,
    Day,
    Feed,
    Limits,
    Part,
    Report,
    Rule,
    Source,
    Table,
    Text,
    Victims,
    nearest,
)

FILE = "story.toml"
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ARTICLE = re.compile(r"\A(?:the|a|an)\s+", re.IGNORECASE)


class Story(Part):
    """One topic under watch, as its file describes it.

    `totals` says which scope holds the running totals: "cumulative" for a war or an outbreak,
    "event" for a story about one disaster, whose toll is the total to date (METHOD.md 2.8).
    `address` is where the pages stand on the web, and `quote_characters` how much of a sentence
    they show at most. `every` says how often the story is built by the clock; null: not said.
    `default` marks the story that commands mean where none is named.
    """

    slug: str
    folder: Path
    default: bool = False
    title: Text
    summary: str = ""
    place: str = ""
    start: Day | None = None
    languages: list[Text] = ["en"]
    victims: Victims
    categories: list[Category] = Field(min_length=1)
    totals: Literal["cumulative", "event"] = "cumulative"
    sources: list[Source] = []
    no_source: list[Text] = []
    tables: list[Table] = []
    feeds: list[Feed] = []
    reports: list[Report] = Field(min_length=1)
    licence: str = ""
    credit: str = ""
    address: Address = ""
    every: Literal["1h", "2h", "3h", "4h", "6h", "8h", "12h", "24h"] | None = None
    quote_characters: int = Field(default=400, ge=120)
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _names_are_clear(self) -> "Story":
        owners: dict[str, str] = {}
        for source in self.sources:
            for name in (source.name, *source.aliases):
                owner = owners.setdefault(name_key(name), source.name)
                if owner != source.name:
                    reason = f"'{name}' stands for two sources: {owner} and {source.name}"
                    raise ValueError(reason)
        there = {"source": tuple(s.name for s in self.sources), "category": tuple(self.categories)}
        for report in self.reports:
            if isinstance(report.for_each, dict):
                for name, allowed in there.items():
                    for value in report.for_each.get(name, ()):
                        if value not in allowed:
                            reason = (
                                f"for_each of '{report.notebook}': {name} '{value}' is none of "
                            )
                            raise ValueError(
                                reason + f"the story's{nearest(str(value), allowed) or ''}"
                            )
        seen = [(r.notebook, str(r.for_each), str(r.parameters)) for r in self.reports]
        if len(set(seen)) < len(seen):
            reason = "a report occurs twice with the same parameters"
            raise ValueError(reason)
        return self

    def resolve(self, worded: str) -> Source | None:
        """Return the source that a worded name stands for; null where the story knows none.

        Case, the form of quotation marks and a leading article make no difference; nothing else
        is guessed: a source that the file does not name keeps its worded name.
        """
        return self._owners.get(name_key(worded))

    def counts(self, victims: str | None) -> bool | None:
        """Say whether the story counts these people; null where that is not said or they are mixed.

        An alias counts where its words stand in the text as whole words, the last one also in its
        plural.
        """
        if victims is None:
            return None
        ours = self._named(victims, self._ours)
        others = self._named(victims, self._others)
        if ours and not others:
            return True
        return False if others and not ours else None

    def names_somebody(self, victims: str) -> bool:
        """Say whether a text names any people that the story knows, its own or others."""
        return self._named(victims, self._ours) or self._named(victims, self._others)

    @staticmethod
    def _named(text: str, pattern: "re.Pattern[str] | None") -> bool:
        return pattern is not None and pattern.search(text) is not None

    @cached_property
    def _owners(self) -> dict[str, Source]:
        return {
            name_key(n): source for source in self.sources for n in (source.name, *source.aliases)
        }

    @cached_property
    def _ours(self) -> "re.Pattern[str] | None":
        return _words(self.victims.aliases)

    @cached_property
    def _others(self) -> "re.Pattern[str] | None":
        return _words(self.victims.others)


def _words(names: list[str]) -> "re.Pattern[str] | None":
    if not names:
        return None
    each = "|".join(re.escape(name).replace(r"\ ", r"[\s\-]+") for name in names)
    return re.compile(rf"\b(?:{each})(?:e?s)?\b", re.IGNORECASE)


def name_key(name: str) -> str:
    """Return the form by which names of sources are compared.

    Case, blank space, the form of apostrophes and a leading article make no difference.

    >>> name_key("The  Doctors\u2019 Network") == name_key("doctors' network")
    True
    """
    plain = name.replace("’", "'").replace("‘", "'").replace("`", "'").casefold()
    return ARTICLE.sub("", " ".join(plain.split()))


def story_names(stories: Path) -> list[str]:
    """Return the names of the stories that stand in a folder, in order."""
    return sorted(path.parent.name for path in stories.glob(f"*/{FILE}"))


def find_story(slug: str, stories: Path) -> Path:
    """Return the folder of a story; raises BadUsage, with the nearest name, where there is none."""
    names = story_names(stories)
    # The name is looked up, never joined to a path: '../x' is no story.
    if slug in names and SLUG.fullmatch(slug):
        return stories / slug
    known = f"there is: {', '.join(names)}" if names else f"{stories} holds none"
    reason = f"there is no story '{slug}'{nearest(slug, names) or ';'} {known}"
    raise BadUsage(reason)


def read_story(folder: Path) -> Story:
    """Return the story of a folder.

    Raises BadStory, naming the file, the place in it and the nearest valid name, where it cannot
    be read, has an unknown key, or a value that does not fit.
    """
    path = folder / FILE
    if path.exists() and not path.is_file():
        reason = f"{path}: it is no regular file; put the file itself there"
        raise BadStory(reason)
    try:
        fields = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        reason = f"{path}: it cannot be opened ({fault.strerror})"
        raise BadStory(reason) from None
    except UnicodeDecodeError as fault:
        reason = f"{path}: byte {fault.start} is not UTF-8; save the file as UTF-8"
        raise BadStory(reason) from None
    except tomllib.TOMLDecodeError as fault:
        reason = f"{path}: it is not TOML: {fault}"
        raise BadStory(reason) from None
    for reserved in ("slug", "folder"):
        if reserved in fields:
            reason = f"{path}: {reserved}: unknown key; the folder's name says it"
            raise BadStory(reason)
    try:
        return Story(slug=folder.name, folder=folder, **fields)
    except ValidationError as fault:
        raise BadStory(f"{path}: {_first_fault(fault)}") from None


def _first_fault(fault: ValidationError) -> str:
    errors = fault.errors(include_url=False)
    # A key that does not exist is often the one that is missing, written otherwise.
    first = min(errors, key=lambda error: error["type"] != "extra_forbidden")
    place = ".".join(str(part + 1) if isinstance(part, int) else part for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "unknown key" + nearest(str(first["loc"][-1]), _keys(first["loc"]))
    elif first["type"] == "missing":
        message = "this key is missing"
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return f"{place}: {message}{more}" if place else f"{message}{more}"


def _keys(place: tuple[Any, ...]) -> list[str]:
    parts: dict[str, type[BaseModel]] = {
        "sources": Source,
        "tables": Table,
        "feeds": Feed,
        "reports": Report,
        "rules": Rule,
        "victims": Victims,
        "limits": Limits,
    }
    inside = next((parts[p] for p in reversed(place[:-1]) if p in parts), Story)
    return [name for name in inside.model_fields if name not in ("slug", "folder")]
