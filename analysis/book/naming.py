"""Say of each claim who its source is to the story, and whether the story counts it."""

import pandas as pd

from analysis.aliases import Alias
from analysis.errors import BadCorrection
from analysis.parts import Source
from analysis.story import Story, name_key


def name_sources(
    story: Story, claims: pd.DataFrame, aliases: tuple[Alias, ...] = ()
) -> pd.DataFrame:
    """Add what the story knows: `source`, its country, kind and side, and whether it `counts`."""
    meant = _meant(story, aliases)
    sources = {
        text: meant.get(name_key(text)) or story.resolve(text)
        for text in claims["source_text"].dropna().unique()
    }
    named = [sources.get(text) for text in claims["source_text"]]
    worded = [None if text in story.no_source else text for text in claims["source_text"]]
    return claims.assign(
        source=pd.Series(
            [s.name if s else text for s, text in zip(named, worded, strict=True)],
            index=claims.index,
            dtype=object,
        ),
        **{
            field: pd.Series(
                [getattr(s, field) if s else None for s in named], index=claims.index, dtype=object
            )
            for field in ("country", "kind", "belligerent")
        },
        counts=pd.Series(
            [
                _counts(story, text, quote, decision)
                for text, quote, decision in zip(
                    claims["victims"], claims["quote"], claims["decision"], strict=True
                )
            ],
            index=claims.index,
            dtype=object,
        ),
    )


def _meant(story: Story, aliases: tuple[Alias, ...]) -> dict[str, Source]:
    """Return the source of each alias by its words; raises BadCorrection for an unknown one."""
    known = {source.name: source for source in story.sources}
    for alias in aliases:
        if alias.source not in known:
            reason = (
                f"{alias.place}: the story has no source '{alias.source}'; it has: "
                f"{', '.join(known) or 'none yet'}"
            )
            raise BadCorrection(reason)
    return {name_key(alias.words): known[alias.source] for alias in aliases}


def _counts(
    story: Story, victims: str | None, quote: str | None, decision: str | None
) -> bool | None:
    """Say whether a claim counts; null where that is not said, so that a person has to decide."""
    if decision == "accept":
        return True
    counts = story.counts(victims)
    if counts is None and (victims is None or not story.names_somebody(victims)):
        # "5,200 casualties": who they are stands elsewhere in the sentence, if at all. Others who
        # are named there need not be those who are counted: "31 dead, divers said".
        counts = story.counts(quote) or None
    return True if counts is None and decision == "set" else counts
