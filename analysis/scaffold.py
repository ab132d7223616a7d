"""Start a story: a folder that builds at once, on an example text that is then replaced."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from analysis.disk import write_atomically
from analysis.errors import BadUsage
from analysis.story import FILE, SLUG

STORY = """\
# What this story is about, whom it counts, and who its sources are. A mistake in this file is
# named with its place, and nothing is published until it is mended.

title = "{title}"
summary = "How the reported numbers of dead and wounded changed, source by source."
languages = ["en"]
# The first category is the one that the first page begins with.
categories = ["killed", "wounded", "killed_or_wounded", "missing", "captured"]
credit = "Reported figures; none is independently verified"
# "event" for a story about one disaster or attack, "cumulative" for a war or an outbreak.
totals = "event"

# A claim counts where its victims are named by one of the aliases and by none of the others;
# where neither or both stand there, a person decides.
[victims]
aliases = ["people", "passenger", "resident", "civilian"]
others = []

# One block a source: its name on the pages, and how texts name it. Sources that stand in no block
# keep the name that the text gives them, and are listed for review.
[[sources]]
name = "Example Coast Guard"
kind = "government" # intelligence, military, government, media, international, unnamed
country = "Exampleland"
aliases = ["coast guard", "Coast Guard"]

[[reports]]
notebook = "overview"
description = "What each source says now, and how the numbers moved."

[[reports]]
notebook = "disagreement"
description = "The lowest and the highest number at the same time, and whether the parts add up."

[[reports]]
notebook = "source"
description = "Every number of one source, what it changed, and its sentence."
for_each = "source"

[[reports]]
notebook = "evidence"
description = "The sentences of the other sources, and of numbers without a source."

[[reports]]
notebook = "method"
description = "The rules, the sources, and what waits for a decision."
"""
EXAMPLE = """\
---
title: An example, to be replaced
outlet: Example Post
published: 2025-03-01
url: https://news.example/ferry
---
At least 12 people were killed and 30 passengers hurt when a ferry sank, the coast guard said.
"""
CORRECTIONS = """\
# Decisions of people about single claims of this story, newest last; `tallybook review` writes
# them. Nothing is deleted: the ledger keeps what was read.
#
# [[corrections]]
# claim_id = "0123456789abcdef0123"
# decision = "reject"                     # accept, reject, or set
# reason = "The number counts two groups together."
# by = "Name of the person"
# date = 2025-01-20
# expect = { low = 300 }                # what the claim says today
# set = { high = 400, qualifier = "range" }   # with decision = "set" alone
"""


def new_story(stories: Path, slug: str) -> Path:
    """Make the folder of a story that builds at once; return it.

    Raises BadUsage for a name that is none, or is taken.
    """
    folder = _free(stories, slug)
    title = slug.replace("-", " ").capitalize()
    write_atomically(folder / "documents" / "example.txt", EXAMPLE.encode())
    write_atomically(folder / "corrections.toml", CORRECTIONS.encode())
    write_atomically(folder / FILE, STORY.format(title=title).encode())  # last: it is a story now
    return folder


def new_home(root: Path, shipped: Path) -> Path:
    """Make a home in a folder: copies of the notebooks, and a place for stories; return that."""
    stories = root / "notebooks" / "stories"
    stories.mkdir(parents=True)
    for notebook in sorted(shipped.glob("*.ipynb")):
        target = stories.parent / notebook.name
        if not target.exists():  # somebody's own notebook of that name is left alone
            write_atomically(target, notebook.read_bytes())
    return stories


def copy_story(stories: Path, slug: str, shipped: Path) -> Path:
    """Make a story that is a copy of a shipped one, its documents and tables with it; return it.

    It is no default story, whatever the shipped one is. Raises BadUsage for a name that is none,
    or is taken.
    """
    folder = _free(stories, slug)
    for path in sorted(p for p in shipped.rglob("*") if p.is_file() and p.name != FILE):
        write_atomically(folder / path.relative_to(shipped), path.read_bytes())
    lines = (shipped / FILE).read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("default = ")]
    write_atomically(folder / FILE, "".join(kept).encode())  # last: it is a story now
    return folder


def _free(stories: Path, slug: str) -> Path:
    if not SLUG.fullmatch(slug):
        reason = f"'{slug}' is no name for a story; use small letters, digits and hyphens"
        raise BadUsage(reason)
    folder = stories / slug
    if folder.exists():
        reason = f"there is a story '{slug}' already: {folder}"
        raise BadUsage(reason)
    return folder


def add_files(folder: Path, files: Iterable[Path]) -> list[Path]:
    """Copy files into the inbox of a story; return where they stand now.

    A file of the same name and content is left; raises BadUsage where another one has the name.
    """
    placed = []
    for path in files:
        if not path.is_file():
            kind = "it is no file" if path.exists() else "there is no such file"
            reason = f"{path}: {kind}"
            raise BadUsage(reason)
        target = folder / "documents" / path.name
        if target.exists() and target.read_bytes() != path.read_bytes():
            reason = f"{target} holds something else; rename your file and add it again"
            raise BadUsage(reason)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f".{target.name}.part")
            shutil.copyfile(path, part)
            part.replace(target)
        placed.append(target)
    return placed
