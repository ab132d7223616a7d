"""Words that are not shown: read from `redactions.toml`, and long sentences cut for the public.

A redaction withholds what a text says, never the number: it stays counted, with its source, day
and outlet. What is withheld is so on every page, in every file and in the feed (METHOD.md 10).
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.errors import BadStory
from analysis.model import rows_of

FILE = "redactions.toml"
NAMES = ("claim_id", "document_id", "contains")
WORDS = ("quote", "note", "title", "victims", "location", "relayed_by")  # withheld with a claim
CUT = "…"
WITHHELD = "(withheld)"
WORD = 20  # characters within which a cut looks for the end of a word


@dataclass(frozen=True)
class Redaction:
    """One entry: what it names (a claim, a document, or words that may not stand), and why.

    The reason is published.
    """

    place: str
    by: str
    value: str
    reason: str


def read_redactions(path: Path) -> tuple[Redaction, ...]:
    """Return the redactions of a file; none where there is no file.

    Raises BadStory, naming file and entry, for what cannot be read: nothing is published then.
    """
    if not path.exists():
        return ()
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        reason = f"{path}: it cannot be read ({fault}); mend the file"
        raise BadStory(reason) from None
    entries = data.get("redactions", [])
    if set(data) - {"redactions"} or not isinstance(entries, list):
        reason = f"{path}: only entries under [[redactions]] may stand here"
        raise BadStory(reason)
    return tuple(_redaction(entry, f"{path} entry {n}") for n, entry in enumerate(entries, 1))


def _redaction(entry: Any, place: str) -> Redaction:
    keys = ", ".join((*NAMES, "reason"))
    if not isinstance(entry, dict) or set(entry) - {*NAMES, "reason"}:
        reason = f"{place}: only the keys {keys} may stand in it"
        raise BadStory(reason)
    if not all(isinstance(value, str) and value.strip() for value in entry.values()):
        reason = f"{place}: each value is a text that is not empty"
        raise BadStory(reason)
    named = [name for name in NAMES if name in entry]
    if len(named) != 1 or "reason" not in entry:
        reason = f"{place}: it needs a reason and exactly one of {', '.join(NAMES)}"
        raise BadStory(reason)
    return Redaction(place, named[0], entry[named[0]], entry["reason"])


class Public:
    """What of the frames of a ledger the public may read.

    The same sentence is withheld wherever else it stands: two numbers may share it, and a copy
    may have been printed elsewhere. `limit` is the greatest number of characters of a quote or
    note (null: no limit).
    """

    def __init__(
        self,
        claims: pd.DataFrame,
        documents: pd.DataFrame,
        redactions: Sequence[Redaction],
        limit: int | None,
        *,
        complete: bool,
    ) -> None:
        """Take the frames as the ledger holds them.

        With `complete` frames, an entry that names nothing raises BadStory: a mistyped id would
        publish what it was to withhold.
        """
        self._limit = limit
        self._words = [(r.value, r.reason) for r in redactions if r.by == "contains"]
        self._claims: dict[str, str] = {}
        self._quotes: dict[str, str] = {}
        self._documents = {r.value: r.reason for r in redactions if r.by == "document_id"}
        known = {"document_id": set(documents["document_id"]), "claim_id": set(claims["claim_id"])}
        for redaction in redactions:
            if (
                complete
                and redaction.by != "contains"
                and redaction.value not in known[redaction.by]
            ):
                noun = redaction.by.removesuffix("_id")
                reason = (
                    f"{redaction.place}: no {noun} has the id '{redaction.value}'; correct the "
                    "entry or take it out"
                )
                raise BadStory(reason)
        if redactions:
            for claim in rows_of(claims):
                self._look_at(claim, redactions)

    def _look_at(self, claim: Any, redactions: Sequence[Redaction]) -> None:
        for redaction in redactions:
            if redaction.by == "contains":
                named = any(_holds(getattr(claim, n, None), redaction.value) for n in WORDS)
            else:
                named = getattr(claim, redaction.by) == redaction.value
            if named:
                self._claims.setdefault(claim.claim_id, redaction.reason)
                if isinstance(claim.quote, str):
                    self._quotes.setdefault(claim.quote, redaction.reason)

    def claims(self, claims: pd.DataFrame) -> pd.DataFrame:
        """Return claims with what is withheld left out and long sentences cut around their number.

        Adds `withheld`: why the words are not shown, null where they are.
        """
        reasons = [
            self._claims.get(claim_id) or self._quotes.get(quote)
            for claim_id, quote in zip(claims["claim_id"], claims["quote"], strict=True)
        ]
        withheld = pd.Series(reasons, claims.index, dtype=object)
        claims = claims.assign(withheld=withheld)
        if withheld.notna().any():
            for name in (*WORDS, "quote_start"):
                claims.loc[withheld.notna(), name] = None
        if self._limit is not None:
            _cut(claims, self._limit)
        return claims

    def quotes(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return rows with a `quote`, of doubts or corrections, with the same withheld and cut."""
        return frame.assign(
            quote=pd.Series([self._quote(row) for row in rows_of(frame)], frame.index, dtype=object)
        )

    def _quote(self, row: Any) -> str | None:
        quote = row.quote
        if not isinstance(quote, str):
            return None
        if (
            quote in self._quotes
            or getattr(row, "claim_id", None) in self._claims
            or getattr(row, "document_id", None) in self._documents
            or any(_holds(quote, words) for words, _ in self._words)
        ):
            return WITHHELD
        return quote if self._limit is None else clip(quote, 0, self._limit)[0]

    def documents(self, documents: pd.DataFrame) -> pd.DataFrame:
        """Return documents without the titles that are withheld."""
        titles = [
            None
            if row.document_id in self._documents
            or any(_holds(row.title, words) for words, _ in self._words)
            else row.title
            for row in rows_of(documents)
        ]
        return documents.assign(title=pd.Series(titles, documents.index, dtype=object))


def _cut(claims: pd.DataFrame, limit: int) -> None:
    for name in ("quote", "note"):
        lengths = claims[name].map(lambda text: len(text) if isinstance(text, str) else 0)
        for row in claims.index[lengths > limit]:
            text, at = claims.loc[row, name], 0
            if name == "quote" and pd.notna(claims.loc[row, "start"]):
                at = int(claims.loc[row, "start"] - claims.loc[row, "quote_start"])
            shorter, moved = clip(text, at, limit)
            claims.loc[row, name] = shorter
            if name == "quote":
                # Places are counted in the text: the quote now begins later, or at a mark.
                claims.loc[row, "quote_start"] += moved


def clip(text: str, at: int, limit: int) -> tuple[str, int]:
    """Return a text of at most `limit` characters around place `at`, and how far it moved.

    >>> clip("Officials said on Monday that 300 were killed and many more were hurt.", 30, 40)
    ('…on Monday that 300 were killed and…', 14)
    """
    if len(text) <= limit:
        return text, 0
    room = limit - 2 * len(CUT)
    start = max(0, min(at - room // 2, len(text) - room))
    end = min(len(text), start + room)
    if start:
        blank = text.find(" ", start, min(start + WORD, at))
        start = blank + 1 if blank >= 0 else start
    if end < len(text):
        blank = text.rfind(" ", max(end - WORD, at + WORD), end)
        end = blank if blank >= 0 else end
    before, after = CUT if start else "", CUT if end < len(text) else ""
    return f"{before}{text[start:end].rstrip()}{after}", start - len(before)


def _holds(text: Any, words: str) -> bool:
    return isinstance(text, str) and words.casefold() in " ".join(text.split()).casefold()
