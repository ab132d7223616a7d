"""End a build with nothing new before anything is imported that costs time.

Only `os`, `sys` and `time` are imported here: all else would cost more than the look itself. After
each good build the stats of what it read and wrote are kept as one number beside the paths they
were taken of; where the number is the same again, nothing is new. In any doubt the build itself
looks, by `pipeline.unchanged`.
"""

import os
import sys
import time

FILE = "nothing-new.txt"
LAST = "last-build.json"
FORM = "tallybook 1"
BREAK = "\x1f"  # between the lines of what a build says


def main(words: list[str]) -> bool:
    """Do what `tallybook build [STORY]` does where nothing is new; say whether that was so.

    False leaves everything to the build: with other words, without a kept look, and where the
    ledger is on a server, which no file tells of.
    """
    if words[:1] != ["build"] or len(words) > 2 or "TALLYBOOK_LEDGER" in os.environ:  # noqa: PLR2004
        return False
    root = _root()
    slug = words[1] if len(words) > 1 else _default(root)
    if not root or not slug or slug[:1] in "-." or "/" in slug:
        return False
    figures = f"{root}/figures/{slug}"
    try:
        with open(f"{figures}/{FILE}", encoding="utf-8", errors="surrogateescape") as file:  # noqa: PTH123
            form, number, said, *paths = file.read().split("\n")
        if form != FORM or not said or look(root, paths) != number:
            return False
        _note(figures)
    except (OSError, ValueError):
        return False
    sys.stdout.write(said.replace(BREAK, "\n") + "\n")
    return True


def look(root: str, paths: list[str]) -> str:
    """Return one number for the stats of files and folders below `root`, or of the package.

    A folder's own stat tells of names that came or went, and a file's change time, which nobody can
    set back, of whatever was written into it. Raises OSError where one is gone.
    """
    held = hash(())
    for path in paths:
        # Two paths of one file's stats in another order give another number.
        facts = os.lstat(path if path.startswith("/") else f"{root}/{path}")
        held = hash(
            (held, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns, facts.st_ino, facts.st_mode)
        )
    return str(held)


def _root() -> str:
    if named := os.environ.get("TALLYBOOK_HOME"):
        return os.path.realpath(named)
    place = os.getcwd()  # noqa: PTH109
    while not os.path.isdir(f"{place}/notebooks/stories"):  # noqa: PTH112
        above = os.path.dirname(place)  # noqa: PTH120
        if above == place:
            return ""
        place = above
    return os.path.realpath(place)


def _default(root: str) -> str:
    """Return the only story of a home; where there are several, a story file has to be read."""
    try:
        names = [entry.name for entry in os.scandir(f"{root}/notebooks/stories") if entry.is_dir()]
    except OSError:
        return ""
    return names[0] if len(names) == 1 else ""


def _note(figures: str) -> None:
    """Keep that it was looked, as `pipeline.last` does."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    temporary = f"{figures}/{LAST}.{os.getpid()}.part"
    try:
        with open(temporary, "x", encoding="utf-8") as file:  # noqa: PTH123
            file.write(f'{{"tried": "{now}", "done": "{now}", "code": 0, "said": ""}}\n')
        os.replace(temporary, f"{figures}/{LAST}")  # noqa: PTH105
    except OSError:
        if os.path.exists(temporary):  # noqa: PTH110
            os.unlink(temporary)  # noqa: PTH108
        raise
