"""The pages that no notebook makes: downloads and data dictionary, and what people corrected."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from analysis import columns
from analysis.model import rows_of
from analysis.publish.chart_files import ChartFiles
from analysis.publish.downloads import TITLES, Download
from analysis.publish.pages import Section
from analysis.publish.words import count, long_date
from analysis.tables.markup import build, escape

CHART_FORMS = (("svg", "SVG"), ("png", "PNG"), ("csv", "CSV"), ("metadata.json", "JSON"))
THIRD_PARTIES = (
    "Quoted sentences and headlines remain those of the outlets named beside them; the licence "
    "covers the collection, not their words."
)


def data_page(
    files: Sequence[Download],
    package: int,
    licence: str,
    cited: str,
    charts: Mapping[str, ChartFiles],
) -> list[Section]:
    """Return the page of downloads: files, charts, licence and citation.

    `package` is the size of `datapackage.json` in bytes; `charts` are those of the story, by name.
    """
    parts = [Section("Tables", _files(files, package))]
    if charts:
        parts.append(Section("Charts", _charts(charts)))
    words = f"<p>{escape(licence)}. {escape(THIRD_PARTIES)}</p>" if licence else ""
    parts.append(
        Section("Licence and citation", f"{words}<blockquote><p>{escape(cited)}</p></blockquote>")
    )
    return parts


def dictionary_page() -> list[Section]:
    """Return the data dictionary: what each column of each table holds."""
    return [
        Section(table.capitalize(), _dictionary(table, described))
        for table, described in columns.TABLES.items()
    ]


def _files(files: Sequence[Download], package: int) -> str:
    rows = [
        (
            f'<a href="data/{escape(file.name)}">{escape(file.name)}</a>',
            escape(TITLES[file.table]),
            escape(file.form),
            f"{file.rows:,}",
            _size(len(file.data)),
        )
        for file in files
    ]
    rows.append(
        (
            '<a href="data/datapackage.json">datapackage.json</a>',
            "What the tables hold, for programs (Data Package 2)",
            "JSON",
            "",
            _size(package),
        )
    )
    note = (
        "<p>CSV is UTF-8, every field quoted, an empty field is not said. The files for "
        "spreadsheets put an apostrophe before a text that a spreadsheet would run as a formula; "
        "compute with the others.</p>"
    )
    heads = ("File", "What it holds", "Form", "Rows", "Size")
    return note + build("Files to download", heads, rows, empty="Nothing yet.").markup


def _charts(charts: Mapping[str, ChartFiles]) -> str:
    rows = [
        (
            f"{escape(chart.title)}<br><small>{escape(name)}</small>",
            *(
                f'<a href="charts/{escape(name)}.{form}">{words}'
                f'<span class="unseen"> of {escape(name)}</span></a>'
                for form, words in CHART_FORMS
            ),
            _fold(name, chart.snippet),
        )
        for name, chart in charts.items()
    ]
    heads = ("Chart", "Drawing", "Picture", "Numbers drawn", "About it", "In your page")
    return build("Each chart as files", heads, rows, empty="No chart yet.").markup


def _fold(name: str, snippet: str) -> str:
    summary = f'<summary>Embed<span class="unseen"> {escape(name)}</span></summary>'
    return f"<details>{summary}<pre><code>{escape(snippet)}</code></pre></details>"


def _dictionary(table: str, described: Sequence[columns.Column]) -> str:
    rows = (
        (
            f"<code>{escape(column.name)}</code>",
            escape(column.type),
            escape(column.holds)
            + (f"<br><small>{escape(', '.join(column.allowed))}</small>" if column.allowed else ""),
            escape(column.null or "never empty"),
        )
        for column in described
    )
    heads = ("Column", "Type", "Holds", "Empty means")
    return build(f"Columns of {table}", heads, rows, empty="None.").markup


def corrections_page(
    corrections: pd.DataFrame, href: Callable[[str], str | None], withheld: Sequence[str] = ()
) -> list[Section]:
    """Return the page of corrections, newest first; `withheld` says which sentences are not shown.

    `href` gives the address of a claim, null where it stands on no page.
    """
    number = len(corrections)
    lead = (
        f"<p>{count(number, 'decision', 'decisions')} of people about claims. The ledger keeps "
        "what was read: nothing is deleted. The table is also there "
        '<a href="data/corrections.csv">as CSV</a>.</p>'
        if number
        else "<p>Nobody has corrected a claim of this story. A decision about a claim would stand "
        "here with its reason, its day and who took it.</p>"
    )
    rows = (
        (
            f'<time datetime="{escape(row.date)}">{escape(long_date(row.date))}</time>',
            _claim(row.claim_id, href) if isinstance(row.claim_id, str) else "all with its words",
            escape(row.decision),
            escape(row.what),
            escape(row.reason),
            escape(row.by),
            f"“{escape(row.quote)}”" if isinstance(row.quote, str) else "not shown",
        )
        for row in rows_of(corrections.sort_values("date", ascending=False, kind="stable"))
    )
    heads = ("Day", "Claim", "Decision", "What", "Reason", "Decided by", "Sentence")
    table = build("What people corrected", heads, rows, empty="").markup if number else ""
    parts = [Section("", lead + table)]
    if withheld:
        listed = "".join(f"<li>{escape(reason)}</li>" for reason in withheld)
        parts.append(
            Section(
                "What is not shown",
                "<p>Some words are withheld on all pages and in all files; the numbers stand.</p>"
                f"<ul>{listed}</ul>",
            )
        )
    return parts


def _claim(claim_id: str, href: Callable[[str], str | None]) -> str:
    address = href(claim_id)
    words = f"<code>{escape(claim_id)}</code>"
    return f'<a href="{escape(address)}">{words}</a>' if address else words


def _size(number: int) -> str:
    kilobyte = 1000
    return f"{number} bytes" if number < kilobyte else f"{number / kilobyte:,.0f} kB"
