"""The tables of a story file: whom it counts, its sources, tables, feeds, reports and limits."""

import difflib
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from analysis.model import CATEGORIES, SCOPES, SOURCE_KINDS, STATUSES, iso_date


def _one_of(allowed: tuple[str, ...]) -> AfterValidator:
    def check(value: str) -> str:
        if value not in allowed:
            reason = f"'{value}' is none of {', '.join(allowed)}"
            raise ValueError(reason + nearest(value, allowed))
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


WEEK = 7 * 24 * 3600  # seconds
Text = Annotated[str, Field(min_length=1)]
Category = Annotated[str, _one_of(CATEGORIES)]
Day = Annotated[str, AfterValidator(iso_date)]
Address = Annotated[str, AfterValidator(_folder_on_the_web)]
FileName = Annotated[str, AfterValidator(_beside_the_story)]


class Part(BaseModel):
    """One table: no key but its own, and no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Victims(Part):
    """Whom the story counts: words that name them, and words that name somebody else."""

    aliases: list[Text] = Field(min_length=1)
    others: list[Text] = []


class Source(Part):
    """Somebody who is said to have given numbers; `belligerent` where it fights in the war."""

    name: Text
    country: str = ""
    kind: Annotated[str, _one_of(SOURCE_KINDS)]
    aliases: list[Text] = []
    belligerent: bool = False


class Rule(Part):
    """How the rows of a table are taken whose note begins with some words.

    `source` files them under another source than their column says: an estimate made from a list
    of names is another series than the list.
    """

    starts_with: Text
    status: Annotated[str, _one_of(STATUSES)] | None = None
    scope: Annotated[str, _one_of(SCOPES)] | None = None
    source: Text | None = None
    skip: bool = False


class Table(Part):
    """A table of figures that people collected; `columns` maps our column names to the file's."""

    file: FileName
    columns: dict[str, str] = {}
    rules: list[Rule] = []


class Feed(Part):
    """An address that is read for new documents: a page, or a feed, also of pages to `follow`."""

    url: Annotated[str, Field(pattern=r"^https?://[^\s]+$")]
    outlet: str | None = None
    follow: bool = False


Value = str | bool | int | float


def _values(given: Any) -> Any:
    """Refuse what is neither a word that stands for a list nor a table of lists."""
    if isinstance(given, str) and given not in EACH:
        raise ValueError(f"'{given}' is none of {', '.join(EACH)}" + nearest(given, EACH))
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


class Report(Part):
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


class Limits(Part):
    """What each report of the story may take; a cell or a report that takes more is ended.

    Seconds of one cell and of the whole report, and MB of memory and of output.
    """

    cell_seconds: int = Field(default=600, ge=1, le=WEEK)
    report_seconds: int = Field(default=1800, ge=1, le=WEEK)
    memory_mb: int = Field(default=4096, ge=256, le=1 << 24)
    output_mb: int = Field(default=50, ge=1, le=1 << 14)


def nearest(value: str, allowed: "tuple[str, ...] | list[str]") -> str:
    """Return words that name the most similar of the allowed values; empty where none is."""
    near = difflib.get_close_matches(value, allowed, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""
