"""What stands beside a chart's drawing for those who take it: its description for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis import columns
from analysis.publish.facts import Origin

SUFFIX = ".metadata.json"


@dataclass(frozen=True)
class ChartFiles:
    """One published chart: its headline, and the element that puts it into a page."""

    title: str
    snippet: str


def title_of(described: bytes, name: str) -> str:
    """Return the headline of a chart from what its run wrote of it; its name where that is lost.

    >>> title_of(b'{"title": "Killed: 300"}', "timeline"), title_of(b"", "timeline")
    ('Killed: 300', 'timeline')
    """
    return str(_read(described).get("title") or name)


def metadata(described: bytes, name: str, page: str, origin: Origin, cut_off: str | None) -> bytes:
    """Return the description of a chart as JSON: its words, its files, its columns, its licence.

    `described` is what the run wrote (title, subtitle, alt, fields), `page` the page that shows
    it, `cut_off` the last day of publication that it rests on.
    """
    own = _read(described)
    files = {
        form: f"{origin.address}charts/{name}.{form}" for form in ("svg", "png", "csv", "html")
    }
    found: dict[str, Any] = {
        "name": name,
        "title": own.get("title", ""),
        "subtitle": own.get("subtitle", ""),
        "description": own.get("alt", ""),
        "story": origin.title,
        "page": f"{origin.address}{page}",
        "files": files,
        "reportsPublishedUpTo": cut_off,
        "source": origin.credit,
        "licence": origin.licence,
        "columns": [
            {"name": field, "description": columns.DRAWN.get(field, "")}
            for field in own.get("fields", ())
        ],
    }
    kept = {key: value for key, value in found.items() if value not in ("", None)}
    return (json.dumps(kept, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _read(described: bytes) -> Mapping[str, Any]:
    try:
        own = json.loads(described)
    except ValueError:
        return {}
    return own if isinstance(own, dict) else {}
