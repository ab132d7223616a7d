"""The command that reads the feeds of a story from the web."""

import json

import click

from analysis.cli.meter import Meter
from analysis.home import default_story, find_home


@click.command()
@click.argument("story", default=default_story)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as one JSON object.")
def fetch(story: str, *, as_json: bool) -> int:
    """Read the feeds and pages of a story from the web into its documents.

    The addresses stand under [[feeds]] in story.toml. What has not changed is not sent again;
    robots.txt is kept to, and a host is asked once a second at most. A page that changed takes the
    place of its older version, which is kept in the folder archive/. With `follow = true` the pages
    of a feed's entries are read instead of the feed. `tallybook build` then reads what came.

    \b
    tallybook fetch
    tallybook fetch ferry-sinking --json
    """
    from analysis.documents.fetch import Fetcher, fetch
    from analysis.documents.fetched import Address
    from analysis.model import Refusal
    from analysis.story import find_story, read_story

    folder = find_story(story, find_home().stories)
    feeds = read_story(folder).feeds
    wanted = [Address(feed.url, feed.outlet, feed.follow) for feed in feeds]
    done, refused = [], []
    with Meter(quiet=as_json) as meter:
        for number, found in enumerate(fetch(wanted, folder / "documents", Fetcher()), 1):
            meter.show("fetching", number, max(number, len(wanted)))
            if isinstance(found, Refusal):
                refused.append(found)
            else:
                done.append(found)
    new = [found for found in done if found.file]
    if as_json:
        outcome = {
            "story": story,
            "fetched": [vars(found) for found in done],
            "refused": [str(refusal) for refusal in refused],
        }
        click.echo(json.dumps(outcome, ensure_ascii=False))
    else:
        for found in new:
            click.echo(f"  {found.url}: documents/{found.file}")
        click.echo(f"{story}: {len(new)} new, {len(done) - len(new)} unchanged")
    for refusal in refused:
        click.echo(f"refused: {refusal}", err=True)
    return 3 if refused else 0
