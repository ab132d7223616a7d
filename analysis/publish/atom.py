"""The Atom feed of a story: one entry an edition that changed a number or a page."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from analysis.publish.facts import Origin
from analysis.publish.sanitiser import printable

MOST = 50  # entries; all editions stand on the page of changes
SPACE = uuid.UUID("a4f1a1c0-7a1e-5a52-9d0c-0e5f3f6d3b10")  # of all stories


def feed(origin: Origin, editions: Sequence[Mapping[str, Any]], version: str) -> bytes:
    """Return the feed of some editions, newest first; ids depend on story and edition alone."""
    base = f" xml:base={quoteattr(origin.address)}" if origin.address else ""
    updated = editions[0]["at"] if editions else "1970-01-01T00:00:00Z"
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"{base}>',
        f"<id>{_id(origin.slug)}</id>",
        f"<title>{_text(origin.title)}: what changed</title>",
        f"<updated>{_text(updated)}</updated>",
        f"<author><name>{_text(origin.credit or origin.title)}</name></author>",
        '<link rel="alternate" type="text/html" href="changes.html"/>',
    ]
    if origin.address:
        lines.append(f'<link rel="self" href={quoteattr(origin.address + "feed.xml")}/>')
    lines.append(f'<generator version="{_text(version)}">Tallybook</generator>')
    for edition in editions[:MOST]:
        name = str(edition["edition"])
        place = quoteattr(f"editions/{name}/index.html")
        more = "".join(f"\n{line}." for line in edition["lines"])
        lines += [
            "<entry>",
            f"<id>{_id(origin.slug, name)}</id>",
            f"<title>{_text(edition['summary'])}</title>",
            f"<updated>{_text(edition['at'])}</updated>",
            f'<link rel="alternate" type="text/html" href={place}/>',
            f'<summary type="text">{_text(edition["summary"] + more)}</summary>',
            "</entry>",
        ]
    return ("\n".join([*lines, "</feed>"]) + "\n").encode()


def _id(*parts: str) -> str:
    return f"urn:uuid:{uuid.uuid5(SPACE, '/'.join(parts))}"


def _text(value: str) -> str:
    return escape(printable(value))
