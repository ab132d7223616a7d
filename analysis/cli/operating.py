"""The commands of whoever keeps it running: status, doctor, schedule."""

import json
import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from analysis.errors import BadUsage
from analysis.home import default_story, find_home

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def length(text: str) -> timedelta:
    """Return a length of time written as 90m, 6h or 1d12h; raises BadUsage for another form.

    >>> length("1d12h").total_seconds() / 3600
    36.0
    """
    parts = re.findall(r"(\d{1,6})([dhms])", text)
    if not parts or "".join(n + unit for n, unit in parts) != text:
        reason = f"'{text}' is no length of time; write it as 90m, 6h or 2d"
        raise BadUsage(reason)
    return sum((timedelta(**{UNITS[u]: int(n)}) for n, u in parts), timedelta())


@click.command()
@click.argument("story", default=default_story)
@click.option("--max-age", type=length, metavar="6h", help="Exit code 5 if no build ended well.")
@click.option("--json", "as_json", is_flag=True, help="Print the status as one JSON object.")
def status(story: str, max_age: timedelta | None, *, as_json: bool) -> int:
    """Say when a story was last built well, and whether files changed since.

    A build with nothing new counts, since it looked; so does one that published although something
    was refused. Exit code 3 says that a report failed in the last build, 5 (with --max-age) that
    the last good one is too old: a monitor needs the exit code alone.

    \b
    tallybook status
    tallybook status ferry-sinking --max-age 6h || mail -s "no new pages" desk@news.example
    """
    from analysis.pipeline.last import status as status_of

    found = status_of(find_home(), story, datetime.now(UTC), max_age)
    for line in [json.dumps(found.as_json(), ensure_ascii=False)] if as_json else found.lines():
        click.echo(line)
    return found.exit_code


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def doctor(*, as_json: bool) -> int:
    """Look whether this machine can build: Python, packages, folders, stories, kernel, ledger.

    Ends with exit code 1 where something is BAD. A line with a dash names what only some command
    needs.

    \b
    tallybook doctor
    """
    from analysis.doctor import examine

    bad = 0
    for finding in examine():
        bad += finding.state == "BAD"
        click.echo(json.dumps(vars(finding), ensure_ascii=False) if as_json else str(finding))
    return 1 if bad else 0


@click.command()
@click.argument("form", type=click.Choice(["cron", "systemd", "github"]))
@click.argument("story", default=default_story)
@click.option("--every", metavar="6h", help="How often to build (as story.toml says, else 1h).")
@click.option("--max-age", type=int, metavar="HOURS", help="When to warn (three times --every).")
def schedule(form: str, story: str, every: str | None, max_age: int | None) -> None:
    """Print what runs a build by the clock: lines for cron, units for systemd, a GitHub workflow.

    Feeds, where story.toml names some, are read first. Each form says how to put it in place,
    warns when builds no longer succeed, and makes up for runs that were missed.

    \b
    tallybook schedule cron
    tallybook schedule systemd ferry-sinking --every 6h --max-age 24
    """
    from analysis.schedule import FORMS, Plan, hours
    from analysis.story import find_story, read_story

    home = find_home()
    told = read_story(find_story(story, home.stories))
    often = hours(every or told.every or "1h")
    most = 3 * often if max_age is None else max_age
    if most <= often:
        reason = f"--max-age {most} warns of every run; it must be more than the {often} of --every"
        raise BadUsage(reason)
    click.echo(
        FORMS[form](Plan(story, home.root, _command(), often, most, bool(told.feeds))), nl=False
    )


def _command() -> Path:
    """Return where this command lies, for a clock that knows no PATH of ours."""
    beside = Path(sys.executable).with_name("tallybook")
    return beside if beside.is_file() else Path(shutil.which("tallybook") or "tallybook")
