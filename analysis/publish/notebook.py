"""What a page takes from an executed notebook: its blocks of content, in order, and its code."""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import mistune
from markupsafe import Markup
from mistune.plugins import import_plugin
from nbconvert.filters.markdown_mistune import IPythonRenderer
from nbformat import NotebookNode

from analysis.publish.drawings import inline
from analysis.publish.sanitiser import Fitting, printable, sanitise
from analysis.publish.sentences import Part, arrange

# Of what an output offers, the first of these is shown; nothing here can run.
SHOWN = ("image/svg+xml", "image/png", "image/jpeg", "text/html", "text/plain")
MARKDOWN_PLUGINS = ("strikethrough", "table", "url", "def_list")
TITLE_OF_THE_NOTEBOOK = re.compile(r"\A\s*#[ \t]+([^\n]+?)[ \t#]*(?:\n|\Z)")
MARKS_IN_A_TITLE = re.compile(r"[*`]")
CHART = re.compile(r"[a-z0-9][a-z0-9-]*")
CHART_FILES = (
    ("svg", "drawing"),
    ("png", "picture"),
    ("csv", "numbers"),
    ("metadata.json", "about it"),
    ("html", "to embed"),
)
CODE_TAGS = {
    "parameters": "Parameters, as written",
    "injected-parameters": "Parameters of this run",
}


@dataclass(frozen=True)
class Listing:
    """One code cell as the page lists it: what it is, if it is special, and its source."""

    label: str
    source: str


class Report:
    """What the template takes from a notebook: its strand, its blocks of content and its code.

    `parts` are the lists that are too long for the page, `address` is that of the page.
    """

    def __init__(self, notebook: NotebookNode, address: str = "") -> None:
        self.cells = list(notebook.cells)
        self.strand = ""
        self.parts: list[Part] = []
        self._address = address
        self._fitting = Fitting()
        opening = next((cell for cell in self.cells if cell.cell_type == "markdown"), None)
        self._opening = opening
        if opening is not None and (title := TITLE_OF_THE_NOTEBOOK.match(opening.source)):
            self.strand = " ".join(MARKS_IN_A_TITLE.sub("", printable(title[1])).split())
        self.blocks = list(self._content())

    def _content(self) -> Iterator[dict[str, Any]]:
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

    def _files(self, described: Any) -> Iterator[dict[str, Any]]:
        """Yield the links to the files of a chart that has a name."""
        name = described.get("name", "") if isinstance(described, dict) else ""
        if isinstance(name, str) and CHART.fullmatch(name):
            links = " · ".join(
                f'<a href="charts/{name}.{form}">{words}</a>' for form, words in CHART_FILES
            )
            yield self._prose(f'<p class="take">This chart: {links}</p>', "prose")

    def _prose(self, fragment: str, kind: str) -> dict[str, Any]:
        prefix = f"{len(self.parts)}-" if self.parts else ""
        arranged, parts = arrange(sanitise(fragment), self._address, prefix)
        self.parts += parts
        return {"kind": kind, "html": Markup(self._fitting.fit(arranged))}  # noqa: S704 sanitised

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
            drawing = inline(_joined(data[shown])) if shown == "image/svg+xml" else None
            yield {
                "kind": "figure",
                "number": self._fitting.figures,
                "drawing": None if drawing is None else Markup(drawing),  # noqa: S704 checked there
                "src": data_address(shown, _joined(data[shown])),
                "alt": _alternative(output, shown),
            }
            yield from self._files(output.get("metadata", {}).get(shown, {}))
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


def data_address(kind: str, data: str) -> str:
    """Return a picture as an address that holds all of it."""
    # Drawings travel as text in a notebook, other pictures in base 64 already.
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode("utf-8", "replace")).decode("ascii")
    return f"data:{kind};base64,{''.join(data.split())}"


def _alternative(output: NotebookNode, kind: str) -> str:
    described = output.get("metadata", {}).get(kind, {})
    alt = described.get("alt", "") if isinstance(described, dict) else ""
    return str(alt).strip() or "Picture without a description."
