"""The nouns of Tallybook, as frozen dataclasses, and the column lists of its tables.

The words are used with one meaning everywhere; METHOD.md defines them for readers.
Dates are ISO texts (YYYY-MM-DD), so that they sort, compare and travel without a time zone;
moments (`known_at`) are ISO texts in UTC. Null always means "not said", never zero.
"""

import hashlib
import re
import unicodedata
from collections import namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

CATEGORIES = (
    "killed",
    "wounded",
    "killed_or_wounded",
    "captured",
    "missing",
    "displaced",
    "deployed",  # troop strengths: from tables only, never extracted
)
QUALIFIERS = ("exact", "at_least", "more_than", "about", "nearly", "up_to", "range", "vague")
SCOPES = ("cumulative", "period", "event", "additional")
TABLE = "table"  # the extractor of a row that a person entered: it has no sentence
WITHDRAWN = "withdrawn"  # the reading of a document that was taken out of the folder
STATUSES = ("reported", "negated", "projected", "superseded", "part")
SOURCE_KINDS = ("intelligence", "military", "government", "media", "international", "unnamed")

CLAIM_COLUMNS = (
    "claim_id",
    "document_id",
    "category",
    "low",
    "high",
    "qualifier",
    "number_text",
    "start",
    "end",
    "quote",
    "victims",
    "source",
    "source_text",
    "relayed_by",
    "scope",
    "period_days",
    "as_of",
    "location",
    "status",
    "extractor",
    "known_at",
    "published",
    "outlet",
    "url",
    "title",
    "language",
)

DOCUMENT_COLUMNS = (
    "document_id",
    "sha256",
    "story",
    "outlet",
    "title",
    "url",
    "author",
    "published",
    "language",
    "text",
    "origin",
    "near_duplicate_of",
    "known_at",
)

SERIES_COLUMNS = (
    "source",
    "country",
    "kind",
    "belligerent",
    "category",
    "scope",
    "period_days",
    "date",
    "low",
    "high",
    "qualifier",
    "change",
    "outlets",
    "reports",
    "as_of",
    "first_published",
    "last_published",
    "low_claim",
    "high_claim",
    "claim_ids",
)

COMPARISON_COLUMNS = (
    "date",
    "category",
    "lowest",
    "lowest_qualifier",
    "lowest_source",
    "lowest_belligerent",
    "lowest_claim",
    "highest",
    "highest_qualifier",
    "highest_source",
    "highest_belligerent",
    "highest_claim",
    "ratio",
    "sources",
)

SUM_COLUMNS = (
    "source",
    "date",
    "killed_low",
    "killed_high",
    "wounded_low",
    "wounded_high",
    "sum_low",
    "sum_high",
    "combined_low",
    "combined_high",
    "agrees",
    "killed_claim",
    "wounded_claim",
    "combined_claim",
)

PRINTING_COLUMNS = (
    "published",
    "outlet",
    "url",
    "source",
    "belligerent",
    "category",
    "low",
    "high",
    "qualifier",
    "printed_low",
    "printed_high",
    "printed_qualifier",
    "date",
    "replaced",
    "printing",
    "claim_id",
)


FALL_COLUMNS = (
    "source",
    "belligerent",
    "category",
    "date",
    "low",
    "high",
    "qualifier",
    "low_claim",
    "high_claim",
    "outlets",
    "places",
    "relays",
    "before_date",
    "before_low",
    "before_high",
    "before_qualifier",
    "before_low_claim",
    "before_high_claim",
    "before_places",
    "before_relays",
    "reasons",
    "other_category",
)


def rows_of(frame: Any) -> list[Any]:
    """Return the rows of a data frame as named tuples of plain values, typed loosely."""
    # A third of the time that pandas' itertuples takes, which counts where frames are short.
    columns = [column.tolist() for _, column in frame.items()]
    return list(map(_row(tuple(frame.columns))._make, zip(*columns, strict=True)))


@cache
def _row(columns: tuple[str, ...]) -> Any:
    return namedtuple("Row", columns, rename=True)  # noqa: PYI024 which columns is known only here


def digest(*parts: str | None) -> str:
    """Return the content id of some texts: 20 hexadecimal digits of SHA-256.

    A null part and an empty part give different ids, and so do ("ab", "c") and ("a", "bc").

    >>> digest("ab", "c") == digest("a", "bc")
    False
    """
    joined = "\x1f".join("\x00" if part is None else part for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def slug_of(name: str) -> str:
    """Return a name as part of an address: small Latin letters, digits and hyphens.

    A name without any of these, say in Cyrillic, gives the id of its content.

    >>> slug_of("Harbour Office (Night Watch)")
    'harbour-office-night-watch'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or digest("slug", name)[:12]


def iso_date(value: str) -> str:
    """Return a date given as YYYY-MM-DD unchanged; a ValueError says what is wrong with any other.

    >>> iso_date("2025-01-13")
    '2025-01-13'
    """
    if date.fromisoformat(value).isoformat() != value:
        reason = f"'{value}' is not a date written as YYYY-MM-DD"
        raise ValueError(reason)
    return value


def iso_moment(value: str) -> str:
    """Return a moment as ISO text in UTC with microseconds; a bare date means the end of that day.

    >>> iso_moment("2025-01-13T10:00:00+01:00")
    '2025-01-13T09:00:00.000000Z'
    """
    text = value.strip().replace("Z", "+00:00")
    moment = datetime.fromisoformat(text)
    if len(text) == len("2025-01-13"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(frozen=True)
class Document:
    """One text as received, with its origin.

    `text` is the stored text that all spans refer to. `published` is the outlet's day of
    publication; null means undated: listed, never plotted on a date. `sha256` is the hash of the
    bytes that were read; `origin` names the file, and the line or record in it.
    """

    document_id: str
    text: str
    published: str | None = None
    language: str = "en"
    outlet: str | None = None
    title: str | None = None
    url: str | None = None
    author: str | None = None
    sha256: str = ""
    story: str = ""
    origin: str = ""
    near_duplicate_of: str | None = None

    @staticmethod
    def identify(url: str | None, text: str) -> str:
        """Return the id of a document: the same text from the same address is the same document."""
        return digest("document", url, text)


@dataclass(frozen=True)
class Claim:
    """One source's statement of one number in one category, with quote and character span.

    `low` and `high` are inclusive bounds in persons, null where the bound is open. `start` and
    `end` are characters of the document's stored text, end exclusive, so that
    `text[start:end] == number_text`; all four are null for a row of a table. `source_text` is the
    source as worded (null: the text names none). `as_of` is the day that the number refers to,
    where the text says it. `period_days` is set for the scope `period` alone, and only where the
    length is known.
    """

    document_id: str
    category: str
    low: int | None
    high: int | None
    qualifier: str
    number_text: str | None
    start: int | None
    end: int | None
    quote: str | None
    victims: str | None = None
    source_text: str | None = None
    relayed_by: str | None = None
    scope: str = "event"
    period_days: int | None = None
    as_of: str | None = None
    location: str | None = None
    status: str = "reported"
    extractor: str = ""

    def __post_init__(self) -> None:
        """Refuse a claim that contradicts itself: a fault of the code that made it."""
        for value, allowed in (
            (self.category, CATEGORIES),
            (self.qualifier, QUALIFIERS),
            (self.scope, SCOPES),
            (self.status, STATUSES),
        ):
            if value not in allowed:
                reason = f"'{value}' is none of {', '.join(allowed)}"
                raise ValueError(reason)
        if self.low is None and self.high is None:
            reason = "a claim needs a lower or an upper bound"
            raise ValueError(reason)
        if self.low is not None and self.high is not None and self.low > self.high:
            reason = f"the lower bound {self.low} is above the upper bound {self.high}"
            raise ValueError(reason)
        if min(b for b in (self.low, self.high) if b is not None) < 0:
            reason = "a number of persons is never negative"
            raise ValueError(reason)

    @property
    def claim_id(self) -> str:
        """The id of the claim: a hash of document, category and span."""
        return digest("claim", self.document_id, self.category, f"{self.start}:{self.end}")


@dataclass(frozen=True)
class Doubt:
    """A passage that may state a figure but is not counted until a person has looked at it.

    `start` and `end` mark the number in the stored text, `quote` is the sentence and `reason` says
    in plain words why nothing was counted.
    """

    document_id: str
    start: int
    end: int
    quote: str
    reason: str


@dataclass(frozen=True)
class Reading:
    """What one version of one extractor took out of one document."""

    document_id: str
    extractor: str
    claims: tuple[Claim, ...] = ()
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """One input that was not taken in: where it stands, why, and what to do next."""

    place: str
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        """Return the refusal as one line for a person."""
        return f"{self.place}: {self.reason}" + (f"; {self.advice}" if self.advice else "")


@dataclass(frozen=True)
class Known:
    """A document that the ledger holds, from a file that was found unchanged."""

    document_id: str


@dataclass(frozen=True)
class Waiting:
    """One file that is not taken yet: where it stands and why. The next run looks at it again.

    `named` says that its name tells so: it changes when the file is whole.
    """

    place: str
    reason: str
    named: bool = False

    def __str__(self) -> str:
        """Return it as one line for a person."""
        return f"{self.place}: {self.reason}"
