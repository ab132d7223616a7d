"""Read and validate `story.toml`: what a story is about, whom it counts, who its sources are."""

import difflib
import re
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from analysis.errors import BadStory, BadUsage
from analysis.model import CATEGORIES, SCOPES, SOURCE_KINDS, STATUSES, iso_date

FILE = "story.toml"
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
ARTICLE = re.compile(r"\A(?:the|a|an)\s+", re.IGNORECASE)


def _one_of(allowed: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            reason = f"'{value}' is none of {', '.join(allowed)}"
            raise ValueError(reason + _nearest(value, allowed))
        return value

    return AfterValidator(check)


def _folder_on_the_web(address: str) -> str:
    if address and not re.fullmatch(r"https?://[^\s<>\"'?#]+/", address):
        reason = f"'{address}' is no address of a folder; write it as https://example.org/toll/"
        raise ValueError(reason)
    return address


def _beside_the_story(name: str) -> str:
    if Path(name).is_absolute() or ".." in Path(name).parts:
        reason = f"'{name}' leads out of the story's folder"
        raise ValueError(reason)
    return name


Text = Annotated[str, Field(min_length=1)]
Category = Annotated[str, _one_of(CATEGORIES)]
Day = Annotated[str, AfterValidator(iso_date)]
Address = Annotated[str, AfterValidator(_folder_on_the_web)]
FileName = Annotated[str, AfterValidator(_beside_the_story)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Victims(_Part):
    """Whom the story counts: words that name them, and words that name somebody else."""

    aliases: list[Text] = Field(min_length=1)
    others: list[Text] = []


class Source(_Part):
    """Somebody who is said to have given numbers; `belligerent` where it fights in the war."""

    name: Text
    country: str = ""
    kind: Annotated[str, _one_of(SOURCE_KINDS)]
    aliases: list[Text] = []
    belligerent: bool = False


class Rule(_Part):
    """How the rows of a table are taken whose note begins with some words.

    `source` files them under another source than their column says: an estimate made from a list
    of names is another series than the list.
    """

    starts_with: Text
    status: Annotated[str, _one_of(STATUSES)] | None = None
    scope: Annotated[str, _one_of(SCOPES)] | None = None
    source: Text | None = None
    skip: bool = False


class Table(_Part):
    """A table of figures that people collected; `columns` maps our column names to the file's."""

    file: FileName
    columns: dict[str, str] = {}
    rules: list[Rule] = []


class Feed(_Part):
    """An address that is read for new documents: a page, or a feed, also of pages to `follow`."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    outlet: str | None = None
    follow: bool = False


Value = str | bool | int | float


def _values(given: Any) -> Any:
    """Refuse what is neither a word that stands for a list nor a table of lists."""
    if isinstance(given, str) and given not in EACH:
        raise ValueError(f"'{given}' is none of {', '.join(EACH)}" + _nearest(given, EACH))
    if isinstance(given, dict):
        for name, values in given.items():
            if not isinstance(values, list) or not values:
                reason = f'\'{name}\' needs a list of values, as {name} = ["first", "second"]'
                raise ValueError(reason)
            if twice := [value for place, value in enumerate(values) if value in values[:place]]:
                raise ValueError(f"'{name}' holds {twice[0]!r} twice")
    if given == {} or not isinstance(given, str | dict | None):
        raise ValueError('write for_each = "source", "category", or { category = ["killed"] }')
    return given


EACH = ("source", "category")
ForEach = Annotated[str | dict[str, list[Value]] | None, BeforeValidator(_values)]


class Report(_Part):
    """A notebook that is run for the story: once, or once for each of many values.

    `for_each` is "source", "category", or a table of values by parameter, whose combinations are
    made; those with fewer claims than `least_claims` are not.
    """

    notebook: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$")]
    title: str = ""
    description: str = ""
    parameters: dict[str, str | bool | int | float] = {}
    for_each: ForEach = None
    least_claims: int = Field(default=1, ge=1)


class Story(_Part):
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
                                reason + f"the story's{_nearest(str(value), allowed) or ''}"
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


def _nearest(value: str, allowed: "tuple[str, ...] | list[str]") -> str:
    near = difflib.get_close_matches(value, allowed, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


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
    reason = f"there is no story '{slug}'{_nearest(slug, names) or ';'} {known}"
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
        message = "unknown key" + _nearest(str(first["loc"][-1]), _keys(first["loc"]))
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
    }
    inside = next((parts[p] for p in reversed(place[:-1]) if p in parts), Story)
    return [name for name in inside.model_fields if name not in ("slug", "folder")]
