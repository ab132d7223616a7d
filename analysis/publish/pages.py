"""Render an executed notebook as a page that an editor can send round: one file, no script.

The page asks nothing of the network, states what it rests on, and reads in light, in dark, in
print and on a telephone. What data it holds went through `tables.escape` first and goes through
the sanitiser here; whatever is not a picture, a table or prose is shown as text.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import mistune
from jinja2 import Environment
from markupsafe import Markup
from mistune.plugins import import_plugin
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer
from nbformat import NotebookNode

from analysis.model import Refusal
from analysis.publish.sanitiser import Fitting, is_safe_link, printable, sanitise

ROOM = Path(__file__).parent
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
# Of what an output offers, the first of these is shown; nothing here can run.
SHOWN = ("image/svg+xml", "image/png", "image/jpeg", "text/html", "text/plain")
MARKDOWN_PLUGINS = ("strikethrough", "table", "url", "def_list")
TITLE_OF_THE_NOTEBOOK = re.compile(r"\A\s*#[ \t]+([^\n]+?)[ \t#]*(?:\n|\Z)")
MARKS_IN_A_TITLE = re.compile(r"[*`]")
CODE_TAGS = {
    "parameters": "Parameters, as written",
    "injected-parameters": "Parameters of this run",
}


@dataclass(frozen=True)
class PageFacts:
    """What a page states about itself.

    `cut_off` is the latest day of publication that was read (null: no document is dated),
    `known_at` the moment up to which the ledger was asked, `documents`, `claims` and `refused` are
    counts, and `next_update` is a moment or null where none is planned. `links` lead to the other
    pages of the story, as relative address and text.
    """

    story_title: str
    title: str
    cut_off: str | None
    known_at: str
    edition: str
    notebook_hash: str
    version: str
    documents: int
    claims: int
    refused: int = 0
    next_update: str | None = None
    links: tuple[tuple[str, str], ...] = ()
    description: str = ""


@dataclass(frozen=True)
class IndexEntry:
    """One page in the story's table of contents.

    `state` is "fresh", or "kept" where the report failed and its last good page stays public;
    `ran_at` says when that page was made and `note` why it was kept.
    """

    href: str
    title: str
    description: str
    group: str
    ran_at: str
    state: str = "fresh"
    note: str = ""


@dataclass(frozen=True)
class Listing:
    """One code cell as the page lists it: what it is, if it is special, and its source."""

    label: str
    source: str


class _PageExporter(TemplateExporter):
    """The template engine of nbconvert, escaping by default.

    Its HTMLExporter is passed over: that one parses the finished page and writes it anew, and its
    resources name addresses on the network.
    """

    output_mimetype = "text/html"

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        return environment


@cache
def _exporter() -> _PageExporter:
    exporter = _PageExporter(  # type: ignore[no-untyped-call]
        file_extension=".html",
        extra_template_basedirs=[str(ROOM)],
        template_name="template",
        default_preprocessors=[],
        filters={
            "long_date": long_date,
            "moment": moment,
            "count": count,
            "link": _link,
            "printable": printable,
        },
    )
    exporter.environment.globals.update(
        policy=CONTENT_SECURITY_POLICY,
        style=Markup((ROOM / "template" / "page.css").read_text("utf-8")),  # noqa: S704 our own file
    )
    return exporter


def render_page(notebook: NotebookNode, facts: PageFacts) -> str:
    """Return the page of an executed notebook as the text of one HTML file.

    A heading that opens the notebook stands above the page's title, since the title is `facts`'.
    """
    story = _Story(notebook)
    page, _ = _exporter().from_notebook_node(
        notebook, {"facts": facts, "story": story, "unique_key": "page"}
    )
    return printable(page)


def render_index(
    facts: PageFacts, entries: Sequence[IndexEntry], headline_html: str, refused: Sequence[Refusal]
) -> str:
    """Return the first page of a story: its finding, its pages by group, and what was refused."""
    fitting = Fitting()
    template = _exporter().environment.get_template("front.html.j2")
    page = template.render(
        facts=facts,
        headline=Markup(fitting.fit(sanitise(headline_html))),  # noqa: S704 sanitised
        groups=[(group, list(members)) for group, members in _grouped(entries)],
        refused=refused,
    )
    return printable(page)


class _Story:
    """What the template takes from a notebook: its strand, its blocks of content and its code."""

    def __init__(self, notebook: NotebookNode) -> None:
        self.cells = list(notebook.cells)
        self.strand = ""
        self._fitting = Fitting()
        opening = next((cell for cell in self.cells if cell.cell_type == "markdown"), None)
        self._opening = opening
        if opening is not None and (title := TITLE_OF_THE_NOTEBOOK.match(opening.source)):
            self.strand = " ".join(MARKS_IN_A_TITLE.sub("", printable(title[1])).split())

    def blocks(self) -> Iterator[dict[str, Any]]:
        """Yield the content in order: prose as `html`, pictures as `src` and `alt`, or `text`."""
        for cell in self.cells:
            if cell.cell_type == "markdown":
                source = cell.source
                if cell is self._opening and self.strand:
                    source = TITLE_OF_THE_NOTEBOOK.sub("", source, count=1)
                if source.strip():
                    yield self._prose(_markdown(source), "prose")
            elif cell.cell_type == "code":
                for output in cell.get("outputs", ()):
                    yield from self._output(output)

    def code(self) -> list[Listing]:
        """List the code cells, the run's own parameters among them."""
        return [
            Listing(
                next((CODE_TAGS[t] for t in cell.metadata.get("tags", ()) if t in CODE_TAGS), ""),
                cell.source.strip("\n"),
            )
            for cell in self.cells
            if cell.cell_type == "code" and cell.source.strip()
        ]

    def _prose(self, fragment: str, kind: str) -> dict[str, Any]:
        return {"kind": kind, "html": Markup(self._fitting.fit(sanitise(fragment)))}  # noqa: S704

    def _output(self, output: NotebookNode) -> Iterator[dict[str, Any]]:
        if output.output_type == "stream":
            yield {"kind": "text", "text": _joined(output.get("text", ""))}
            return
        if output.output_type == "error":
            yield {"kind": "text", "text": "\n".join(output.get("traceback", ()))}
            return
        data = output.get("data", {})
        shown = next((kind for kind in SHOWN if kind in data), None)
        if shown is None:
            # A kind that no browser shows without a script, such as a widget.
            yield from ({"kind": "text", "text": _joined(data[kind])} for kind in sorted(data)[:1])
        elif shown.startswith("image/"):
            self._fitting.figures += 1
            yield {
                "kind": "figure",
                "number": self._fitting.figures,
                "src": _data_address(shown, _joined(data[shown])),
                "alt": _alternative(output, shown),
            }
        elif shown == "text/html":
            yield self._prose(_joined(data[shown]), "result")
        else:
            yield {"kind": "text", "text": _joined(data[shown])}


@cache
def _markdown_parser() -> mistune.Markdown:
    # The parser of nbconvert without its mathematics: in news, a dollar sign is money.
    return mistune.Markdown(
        renderer=IPythonRenderer(escape=False, exclude_anchor_links=True),
        plugins=[import_plugin(name) for name in MARKDOWN_PLUGINS],
    )


def _markdown(source: str) -> str:
    return str(_markdown_parser()(printable(source)))


def _joined(text: str | Sequence[str]) -> str:
    return text if isinstance(text, str) else "".join(str(part) for part in text)


def _data_address(kind: str, data: str) -> str:
    # Drawings travel as text in a notebook, other pictures in base 64 already.
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode("utf-8", "replace")).decode("ascii")
    return f"data:{kind};base64,{''.join(data.split())}"


def _alternative(output: NotebookNode, kind: str) -> str:
    described = output.get("metadata", {}).get(kind, {})
    alt = described.get("alt", "") if isinstance(described, dict) else ""
    return str(alt).strip() or "Picture without a description."


def _grouped(entries: Sequence[IndexEntry]) -> Iterator[tuple[str, Iterator[IndexEntry]]]:
    order = list(dict.fromkeys(entry.group for entry in entries))
    return groupby(
        sorted(entries, key=lambda entry: order.index(entry.group)), key=lambda entry: entry.group
    )


def _link(href: str) -> str | None:
    return href if is_safe_link(href) else None


def count(number: int, one: str, many: str) -> str:
    """Return a number with its noun, in words that agree.

    >>> count(1, "claim", "claims"), count(1200, "claim", "claims")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {one if number == 1 else many}"


def long_date(day: str) -> str:
    """Return an ISO day as a reader writes it; any other text comes back unchanged.

    >>> long_date("2025-01-03")
    '3 January 2025'
    """
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return day
    return f"{parsed.day} {parsed:%B} {parsed.year}"


def moment(text: str) -> str:
    """Return an ISO moment as day, hour and minute in UTC; any other text comes back unchanged.

    >>> moment("2025-01-13T10:00:00+01:00")
    '13 January 2025, 09:00 UTC'
    """
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return text
    if len(text) == len("2025-01-13"):
        return long_date(text)
    parsed = parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    return f"{long_date(parsed.date().isoformat())}, {parsed:%H:%M} UTC"
