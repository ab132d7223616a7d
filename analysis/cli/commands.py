"""The commands of `tallybook`."""

import importlib
import json
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from analysis import __version__
from analysis.cli.meter import Meter
from analysis.errors import BadDocument, BadUsage
from analysis.home import default_story, find_home
from analysis.model import CATEGORIES, CLAIM_COLUMNS, iso_date

if TYPE_CHECKING:
    from concurrent.futures import Executor

SHOWN_FROM = 8 << 20  # bytes: less is read before a bar could be seen
CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
EXIT_CODES = """
\b
Exit codes:
  0  done, or nothing new          2  wrong usage or story file
  1  failed, nothing published     4  another run is at work on this story
  3  published, but some documents were refused or some reports failed
  5  no good build for too long (status)
  6  verification failed (verify)
"""


# Commands in modules of their own are imported when they are called, or for the list of all.
ELSEWHERE = {
    "stories": ("new", "add", "review", "verify"),
    "preview": ("serve", "pdf"),
    "fetching": ("fetch",),
    "operating": ("status", "doctor", "schedule"),
    "watching": ("watch",),
}


class Commands(click.Group):
    """The commands of this module, and those that stand elsewhere."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *(n for m in ELSEWHERE.values() for n in m)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name; null where there is none."""
        for module, names in ELSEWHERE.items():
            if cmd_name in names:
                found: click.Command = getattr(
                    importlib.import_module(f"analysis.cli.{module}"), cmd_name
                )
                return found
        return super().get_command(ctx, cmd_name)


@click.group(cls=Commands, context_settings=CONTEXT, epilog=EXIT_CODES)
@click.version_option(__version__, prog_name="tallybook")
def tallybook() -> None:
    """Reported casualty figures, each with its sentence and its source.

    \b
    tallybook build                          read what is new, run the notebooks, publish
    tallybook extract article.txt            what figures does this text report?
    tallybook claims --category killed       list what is known
    """


@tallybook.command()
@click.argument("story", default=default_story)
@click.option("--until", default="", metavar="DAY", help="Leave out what was published after DAY.")
@click.option("--known-at", default="", metavar="TIME", help="As the ledger was at TIME (UTC).")
@click.option(
    "-p",
    "--parameter",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set a parameter in every notebook that has it.",
)
@click.option("--all", "everything", is_flag=True, help="Run every notebook, changed or not.")
@click.option("--jobs", type=click.IntRange(1, 64), help="Notebooks at a time (cores + 1).")
@click.option(
    "--scheduler",
    metavar="TCP://HOST:PORT",
    help="Read and run on the Dask cluster there; all its machines share the project's folder.",
)
@click.option(
    "--publish-to",
    metavar="URL",
    help="Put the pages there too: s3://bucket/folder, gs://…, az://… (extra `store`).",
)
@click.option(
    "--spawn", is_flag=True, help="Start each notebook's kernel anew: slower, for doubts."
)
@click.option("--dry-run", is_flag=True, help="Say what would run and why, and write no page.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as one JSON object.")
def build(
    story: str,
    until: str,
    known_at: str,
    given: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    publish_to: str | None,
    *,
    everything: bool,
    spawn: bool,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Read new documents, re-run the notebooks whose numbers changed, and publish the pages.

    New texts and tables are taken from notebooks/stories/STORY/documents and from the tables of
    its story.toml. The pages stand in figures/STORY/pages. With --until, --known-at or -p the
    pages are written to a folder of their own, and the public ones stay as they are.

    \b
    tallybook build
    tallybook build ferry-sinking --until 2025-01-15
    tallybook build --dry-run
    tallybook build --publish-to s3://our-bucket/losses
    """
    from analysis import pipeline, store

    if publish_to:
        store.check(publish_to)
    with Meter(quiet=as_json) as meter:
        summary = pipeline.build(
            find_home(),
            story,
            now=datetime.now(UTC),
            until=until,
            known_at=known_at,
            given=given,
            everything=everything,
            jobs=jobs,
            scheduler=scheduler,
            dry_run=dry_run,
            spawn=spawn,
            progress=meter.show,
        )
    if as_json:
        click.echo(json.dumps(summary.as_json(), ensure_ascii=False))
    else:
        for line in summary.lines():
            click.echo(line)
    for refusal in summary.refused:
        click.echo(f"tallybook: refused {refusal}", err=True)
    for failure in summary.failed:
        click.echo(f"tallybook: failed {failure}", err=True)
    if publish_to and not dry_run:
        sent = store.send(summary.page.parent.resolve(), publish_to)
        if not as_json:
            click.echo(
                f"{publish_to}: {sent.written} files written ({sent.size:,} bytes), "
                f"{sent.kept} as they were, {sent.removed} taken away"
            )
    return summary.exit_code


@tallybook.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "jsonl"]),
    default="table",
    show_default=True,
    help="One line a figure for people, or one JSON object a document.",
)
@click.option("--published", default=None, metavar="DAY", help="Day of publication of the texts.")
@click.option("--jobs", type=click.IntRange(1, 64), default=1, help="Processes at work (1).")
@click.option("--scheduler", metavar="TCP://HOST:PORT", help="Work on the Dask cluster there.")
def extract(
    files: tuple[Path, ...], shape: str, published: str | None, jobs: int, scheduler: str | None
) -> int:
    """Print the figures that texts report: .txt and .md files, or .jsonl with `id` and `text`.

    \b
    tallybook extract article.txt
    tallybook extract articles.jsonl --format jsonl --jobs 2 > figures.jsonl
    tallybook extract articles.jsonl --format jsonl --scheduler tcp://10.0.0.5:8786 > figures.jsonl
    """
    from analysis import workers
    from analysis.cli import extraction
    from analysis.cluster import connect

    day = _day("published", published) if published else None
    total = sum(path.stat().st_size for path in files if path.is_file())
    refused = done = 0
    with ExitStack() as stack:
        meter = stack.enter_context(Meter())
        pool: Executor | None = None
        cluster = stack.enter_context(connect(scheduler)) if scheduler else None
        if cluster:
            pool, jobs = cluster, cluster.threads
        elif jobs > 1:
            pool = stack.enter_context(workers.pool(jobs))
        size = extraction.CLUSTER_PART if cluster else extraction.PART
        for path in files:
            try:
                shared = cluster is None or cluster.sees(path)
                waiting = extraction.parts(path, shape, day, size=size, carried=not shared)
                for output in extraction.outputs(waiting, pool, jobs, shared=shared):
                    if output.lines:
                        click.echo("\n".join(output.lines))
                    for refusal in output.refused:
                        click.echo(f"tallybook: refused {refusal}", err=True)
                    refused += len(output.refused)
                    done += output.size
                    if total > SHOWN_FROM:
                        meter.show("reading", done >> 20, total >> 20)
            except BadDocument as fault:
                refused += 1
                click.echo(f"tallybook: refused {path}: {fault}; give another file", err=True)
    return 3 if refused else 0


def _day(name: str, value: str) -> str:
    try:
        return iso_date(value)
    except ValueError:
        reason = f"{name} is '{value}', which is not a date; write it as 2025-01-31"
        raise BadUsage(reason) from None


@tallybook.command()
@click.argument("sentence", nargs=-1, required=True)
def explain(sentence: tuple[str, ...]) -> None:
    """Show which rules fire in a sentence, for the person who disputes a figure.

    \b
    tallybook explain "At least 12 people were killed on Monday, police said."
    """
    from analysis.extract import explain as explained

    click.echo(explained(" ".join(sentence)))


@tallybook.command()
@click.argument("story", default=default_story)
@click.option("--source", help="Only claims of this source, by its name or an alias.")
@click.option("--category", type=click.Choice(CATEGORIES), help="Only claims of this category.")
@click.option("--since", default="", metavar="DAY", help="Leave out what was published before DAY.")
@click.option("--until", default="", metavar="DAY", help="Leave out what was published after DAY.")
@click.option("--known-at", default="", metavar="TIME", help="As the ledger was at TIME (UTC).")
@click.option(
    "--format",
    "shape",
    type=click.Choice(["table", "csv", "spreadsheet", "jsonl", "parquet", "sqlite"]),
    default="table",
    show_default=True,
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to a file.")
def claims(
    story: str,
    source: str | None,
    category: str | None,
    since: str,
    until: str,
    known_at: str,
    shape: str,
    output: Path | None,
) -> None:
    """List or export the claims of a story; all forms but the table hold sentence and address.

    `spreadsheet` is CSV in which no text is a formula; `sqlite` makes a file for Datasette.

    \b
    tallybook claims --category killed --since 2025-01-01
    tallybook claims --format csv -o claims.csv
    tallybook claims --format sqlite -o claims.db
    """
    from analysis.book import open_book
    from analysis.cli.export import write_named, written
    from analysis.wording import counted

    misfits: list[str] = []
    book = open_book(find_home(), story, until=until, known_at=known_at, misfits=misfits)
    for misfit in misfits:
        click.echo(f"tallybook: {misfit}", err=True)
    meant = book.story.resolve(source) if source else None
    frame = book.claims(meant.name if meant else source, category)
    if since:
        day = _day("since", since)
        frame = frame[frame["published"].fillna("") >= day]
    frame = frame.sort_values(["published", "claim_id"], na_position="last", kind="stable")
    data = written(frame[list(CLAIM_COLUMNS)], shape)
    if output is not None:
        write_named(output, data)
        click.echo(f"{counted(len(frame), 'claim')} written to {output}")
    else:
        sys.stdout.buffer.write(data)
