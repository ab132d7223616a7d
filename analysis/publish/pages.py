"""Render what was found as pages that an editor can send round: each one file, no script.

A page asks nothing of the network, states what it rests on, and reads in light, in dark, in
print and on a telephone. What data it holds went through `tables.escape` first and goes through
the sanitiser here; whatever is not a picture, a table or prose is shown as text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from analysis.model import Refusal
from analysis.palette import style_sheet
from analysis.publish.contents import groups_of
from analysis.publish.facts import IndexEntry, PageFacts
from analysis.publish.notebook import Report
from analysis.publish.sanitiser import Fitting, is_safe_link, printable, sanitise
from analysis.publish.sentences import part_address
from analysis.publish.words import count, how_often, long_date, moment
from analysis.tables import escape

ROOM = Path(__file__).parent
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class Section:
    """A part of a page that no notebook makes: its heading, and what stands under it as HTML."""

    heading: str
    html: str


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
def exporter() -> _PageExporter:
    """Return the template engine with our filters, made once."""
    exporter = _PageExporter(  # type: ignore[no-untyped-call]
        file_extension=".html",
        extra_template_basedirs=[str(ROOM)],
        template_name="template",
        default_preprocessors=[],
        filters={
            "long_date": long_date,
            "moment": moment,
            "count": count,
            "how_often": how_often,
            "link": _link,
            "printable": printable,
        },
    )
    exporter.environment.globals.update(
        policy=CONTENT_SECURITY_POLICY,
        # Our own files.
        style=Markup(style_sheet() + "\n" + (ROOM / "template" / "page.css").read_text("utf-8")),  # noqa: S704
    )
    return exporter


def render_page(notebook: NotebookNode, facts: PageFacts) -> str:
    """Return the page of an executed notebook as the text of one HTML file.

    A heading that opens the notebook stands above the page's title, since the title is `facts`'.
    """
    return _rendered(notebook, facts, Report(notebook, facts.address))


def render_pages(notebook: NotebookNode, facts: PageFacts) -> dict[str, str]:
    """Return the page of an executed notebook and those of its long lists, by address."""
    story = Report(notebook, facts.address)
    titles = {part_address(facts.address, part.key): part.title for part in story.parts}
    made = {facts.address: _rendered(notebook, facts, story)}
    for (address, title), part in zip(titles.items(), story.parts, strict=True):
        others = " · ".join(
            words if to == address else f'<a href="{to}">{words}</a>'
            for to, words in _beside(address, {facts.address: escape(facts.title), **titles})
        )
        made[address] = render_chapter(
            replace(
                facts,
                title=f"{facts.title}, {title}",
                description=f"{count(part.rows, 'number', 'numbers')} with their sentences.",
                address=address,
            ),
            [Section("", f'<p class="jump">{others}</p>{part.html}')],
        )
    return made


def _beside(address: str, titles: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield of a list's pages the whole, the one before, this one and the one after."""
    every = list(titles)
    place = every.index(address)
    for near in dict.fromkeys((0, place - 1, place, place + 1)):
        if near < len(every):
            yield every[near], titles[every[near]]


def _rendered(notebook: NotebookNode, facts: PageFacts, story: Report) -> str:
    page, _ = exporter().from_notebook_node(
        notebook, {"facts": facts, "story": story, "unique_key": "page"}
    )
    return printable(page)


def render_chapter(facts: PageFacts, sections: Sequence[Section], described: str = "") -> str:
    """Return a page that is made from the tables themselves.

    `described` is the dataset as JSON for search engines, made by `datapackage.embedded`.
    """
    fitting = Fitting()
    template = exporter().environment.get_template("chapter.html.j2")
    page = template.render(
        facts=facts,
        sections=[(s.heading, Markup(fitting.fit(sanitise(s.html)))) for s in sections],  # noqa: S704 sanitised
        described=Markup(described),  # noqa: S704 escaped for its place
    )
    return printable(page)


def render_index(
    facts: PageFacts,
    entries: Sequence[IndexEntry],
    headline_html: str,
    refused: Sequence[Refusal],
    described: str = "",
) -> str:
    """Return the first page of a story: its finding, its pages by group, and what was refused.

    `described` is the dataset as JSON for search engines, made by `datapackage.embedded`.
    """
    fitting = Fitting()
    template = exporter().environment.get_template("front.html.j2")
    page = template.render(
        facts=facts,
        headline=Markup(fitting.fit(sanitise(headline_html))),  # noqa: S704 sanitised
        groups=list(groups_of(entries)),
        refused=refused,
        described=Markup(described),  # noqa: S704 escaped for its place
    )
    return printable(page)


def _link(href: str) -> str | None:
    return href if is_safe_link(href) else None
