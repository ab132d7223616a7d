"""The commands that make and tend a story: new, add, review, verify."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from analysis.errors import BadUsage
from analysis.home import default_story, find_home, has_home, shipped
from analysis.model import CATEGORIES

if TYPE_CHECKING:
    import pandas as pd

    from analysis.book import Book


@click.command()
@click.argument("name")
@click.option("--from", "model", metavar="STORY", help="Copy a story that comes with Tallybook.")
def new(name: str, model: str | None) -> None:
    """Make a story that builds at once on an example text, to be replaced by yours.

    Where no project is, here or above, the working folder becomes one: the notebooks are put
    into notebooks/, and what is built will stand in figures/.

    \b
    tallybook new ferry-sinking
    tallybook new quake-copy --from STORY
    """
    from analysis.scaffold import copy_story, new_home, new_story
    from analysis.story import find_story

    shipped_stories = shipped() / "stories"
    source = find_story(model, shipped_stories) if model else None
    if has_home():
        stories = find_home().stories
    else:
        stories = new_home(Path.cwd(), shipped())
        click.echo(f"made a project in {Path.cwd()}: the notebooks stand in notebooks/")
    if source:
        click.echo(f"made {copy_story(stories, name, source)}")
        click.echo(f"next: tallybook build {name}")
        return
    folder = new_story(stories, name)
    click.echo(f"made {folder}")
    click.echo(
        "  story.toml        say in it what the story is about, whom it counts, who its sources are"
    )
    click.echo("  documents/        put your texts here; take example.txt away")
    click.echo(f"next: tallybook build {name}")


@click.command()
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path)
)
@click.option("--story", default=default_story, help="The story to add to.")
def add(files: tuple[Path, ...], story: str) -> None:
    """Copy files into the inbox of a story; the next build reads them.

    \b
    tallybook add article.txt more.jsonl --story ferry-sinking
    """
    from analysis.documents.formats import HEAD, format_of, not_read
    from analysis.scaffold import add_files
    from analysis.story import find_story

    for path in filter(Path.is_file, files):
        with path.open("rb") as file:
            head = file.read(HEAD)
        if not format_of(head, path.name):
            fault = f"{path}: {not_read(path.name, head)}; nothing was added"
            raise BadUsage(fault)
    for path in add_files(find_story(story, find_home().stories), files):
        click.echo(f"added {path}")
    click.echo(f"next: tallybook build {story}")


@click.command()
@click.argument("story", default=default_story)
@click.option("--accept", multiple=True, metavar="ID", help="Count a claim that waits.")
@click.option("--reject", multiple=True, metavar="ID", help="Count a claim no more.")
@click.option("--change", metavar="ID", help="Set fields of a claim, each named by --set.")
@click.option("--set", "fields", multiple=True, metavar="NAME=VALUE", help="As low=300.")
@click.option("--alias", metavar="WORDS=SOURCE", help="Take a name in the texts for a source.")
@click.option("--reject-all", is_flag=True, help="Reject each claim that the filters choose.")
@click.option("--accept-all", is_flag=True, help="Accept each that waits and the filters choose.")
@click.option("--source", help="Filter: claims of this source.")
@click.option("--category", type=click.Choice(CATEGORIES), help="Filter: of this category.")
@click.option("--yes", is_flag=True, help="Write it; else claims are only shown.")
@click.option("--reason", default="", help="Why; it is published.")
@click.option("--by", default="", help="Who decided; it is published.")
def review(
    story: str,
    accept: tuple[str, ...],
    reject: tuple[str, ...],
    change: str | None,
    fields: tuple[str, ...],
    source: str | None,
    category: str | None,
    reason: str,
    by: str,
    alias: str | None,
    *,
    reject_all: bool,
    accept_all: bool,
    yes: bool,
) -> None:
    """List what needs a decision, with its sentence; or write decisions to corrections.toml.

    \b
    tallybook review
    tallybook review --reject 0123456789abcdef0123 --reason "Counts two groups." --by "A. Editor"
    tallybook review --change 0123456789abcdef0123 --set low=300 --reason "Misread." --by "A. E."
    tallybook review --alias "rescue crews=Coast guard" --reason "Its crews." --by "A. Editor"
    tallybook review --reject-all --source "A blog"          shows what would be rejected
    tallybook review --accept-all --category killed          shows what waits and would be counted
    """
    from analysis.book import open_book
    from analysis.entries import changes_of

    home = find_home()
    misfits: list[str] = []
    book = open_book(home, story, private=True, misfits=misfits)
    for misfit in misfits:
        click.echo(f"tallybook: {misfit}", err=True)
    if bool(change) != bool(fields):
        needs = "--change ID and --set NAME=VALUE go together"
        raise BadUsage(needs)
    if reject_all and accept_all:
        needs = "--reject-all and --accept-all are two decisions; take one after the other"
        raise BadUsage(needs)
    if reject_all or accept_all:
        chosen = _chosen(book, source, category, waiting=accept_all)
        _show(chosen, "accepted" if accept_all else "rejected", written=yes)
        if not yes:
            return
        accept = (*accept, *chosen["claim_id"]) if accept_all else accept
        reject = (*reject, *chosen["claim_id"]) if reject_all else reject
    elif source or category:
        needs = "--source and --category choose claims for --reject-all or --accept-all"
        raise BadUsage(needs)
    if not (accept or reject or change or alias):
        if not (reject_all or accept_all):
            _list(book.to_review())
        return
    if not reason.strip() or not by.strip():
        reason = "a decision needs --reason and --by: both are published with it"
        raise BadUsage(reason)
    decisions: list[tuple[str, str, dict[str, Any]]] = [
        *((claim_id, "accept", {}) for claim_id in accept),
        *((claim_id, "reject", {}) for claim_id in reject),
    ]
    if change:
        decisions.append((change, "set", changes_of(fields)))
    path = home.story(story) / "corrections.toml"
    if decisions:
        _decide(path, book, decisions, reason, by)
    if alias:
        _take_alias(path, book, alias, reason, by)
    click.echo(f"next: tallybook build {story}")


def _chosen(
    book: "Book", source: str | None, category: str | None, *, waiting: bool
) -> "pd.DataFrame":
    """Return the claims that filters choose: of those that count, or of those that wait."""
    if not (source or category):
        needs = "--reject-all and --accept-all need --source or --category: which claims?"
        raise BadUsage(needs)
    if not waiting:
        return book.claims(source, category)
    claims = book.waiting()
    for name, wanted in (("source", source), ("category", category)):
        claims = claims[claims[name] == wanted] if wanted else claims
    return claims


def _bound(value: Any) -> int | None:
    return None if value != value or value is None else int(value)  # noqa: PLR0124 NaN is none


def _show(chosen: "pd.DataFrame", decision: str, *, written: bool) -> None:
    from analysis.wording import category, counted, number

    for row in chosen.to_dict("records"):
        said = number(_bound(row["low"]), _bound(row["high"]), row["qualifier"])
        day = row["published"] or "undated"
        click.echo(f"{row['claim_id']}  {said} {category(row['category'])}  {day}")
        click.echo(f"    “{' '.join(str(row['quote'] or row['note']).split())}”")
    many = counted(len(chosen), "claim")
    click.echo(many if written else f"{many} would be {decision}")
    if not written:
        click.echo("nothing was written; add --yes, --reason and --by to write it")


def _list(waiting: "pd.DataFrame") -> None:
    for row in waiting.to_dict("records"):
        figure = f"{row['figure']}: " if row["figure"] else ""
        click.echo(f"{row['id']}  {figure}{row['reason']}")
        source = row["source"] or "no source named"
        click.echo(f"    {source}: “{' '.join(str(row['quote']).split())}”")
    click.echo(f"{len(waiting)} to decide")


def _take_alias(path: Path, book: "Book", alias: str, reason: str, by: str) -> None:
    from analysis.corrections import read_aliases
    from analysis.entries import alias_entry
    from analysis.story import name_key

    words, equals, source = (part.strip() for part in alias.partition("="))
    known = [held.name for held in book.story.sources]
    if not (words and equals and source in known):
        fault = f"'{alias}' must be WORDS=SOURCE, with a source of the story: {', '.join(known)}"
        raise BadUsage(fault)
    if name_key(words) in {name_key(held.words) for held in read_aliases(path)}:
        fault = f"{path} has an alias for '{words}' already; change it there"
        raise BadUsage(fault)
    _append(path, alias_entry(words, source, reason, by, datetime.now(UTC).date().isoformat()))
    click.echo(f"1 alias written to {path}")


def _append(path: Path, text: str) -> None:
    from analysis.disk import write_atomically

    held = path.read_text("utf-8").rstrip("\n") + "\n\n" if path.is_file() else ""
    write_atomically(path, f"{held}{text}\n".encode())


def _decide(
    path: Path,
    book: "Book",
    decisions: list[tuple[str, str, dict[str, Any]]],
    reason: str,
    by: str,
) -> None:
    from analysis.corrections import read_corrections
    from analysis.entries import completed, entry

    day = datetime.now(UTC).date().isoformat()
    known = book.every_claim()
    decided = {correction.claim_id for correction in read_corrections(path)}
    entries = []
    for claim_id, decision, changes in decisions:
        if claim_id in decided:
            fault = f"{path} has a decision about '{claim_id}' already; change it there"
            raise BadUsage(fault)
        if claim_id not in known:
            fault = (
                f"no claim of the story '{book.story.slug}' has the id '{claim_id}'; "
                "`tallybook review` and the pages show ids"
            )
            raise BadUsage(fault)
        decided.add(claim_id)
        expected = known[claim_id]
        put = completed(expected, changes) if decision == "set" else changes
        entries.append(entry(claim_id, decision, reason, by, day, expected, put))
    _append(path, "\n\n".join(entries))
    click.echo(f"{len(entries)} written to {path}")


@click.command()
@click.argument("story", default=default_story)
def verify(story: str) -> int:
    """Hold ledger, quotes and pages against what they were made from; exit 6 where one differs.

    \b
    tallybook verify
    """
    from analysis.pipeline.verifying import verify as faults_of

    faults = faults_of(find_home(), story)
    for fault in faults:
        click.echo(f"tallybook: {fault}", err=True)
    click.echo(
        f"{story}: {len(faults)} faults" if faults else f"{story}: everything is as it was made"
    )
    return 6 if faults else 0
