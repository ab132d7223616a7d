"""The first page's table of contents: by group, and readable with hundreds of pages in one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from analysis.publish.facts import IndexEntry

MANY = 24  # pages of a group: more stand by name, with letters to jump to
NEWEST = 6  # that stand before them


@dataclass(frozen=True)
class Group:
    """The pages of one group: as they come, or where they are many by the letter of their name.

    `newest` are those made last, newest first; empty where they are few, or all of one moment.
    """

    title: str
    entries: tuple[IndexEntry, ...]
    letters: tuple[tuple[str, tuple[IndexEntry, ...]], ...] = ()
    newest: tuple[IndexEntry, ...] = ()


def groups_of(entries: Sequence[IndexEntry]) -> Iterator[Group]:
    """Yield the groups in the order of their first pages."""
    for title in dict.fromkeys(entry.group for entry in entries):
        members = tuple(entry for entry in entries if entry.group == title)
        if len(members) <= MANY:
            yield Group(title, members)
            continue
        named = sorted(members, key=lambda entry: entry.title.casefold())
        letters = tuple((letter, tuple(found)) for letter, found in groupby(named, key=_letter))
        last = sorted(named, key=lambda entry: entry.ran_at, reverse=True)[:NEWEST]
        moments = {entry.ran_at for entry in named}
        yield Group(title, members, letters, tuple(last) if len(moments) > 1 else ())


def _letter(entry: IndexEntry) -> str:
    first = entry.title[:1].upper()
    return first if first.isalpha() else "#"
