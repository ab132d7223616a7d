"""Where things lie: the folder of the project, its stories, and what the programs write."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import BadUsage

VARIABLE = "TALLYBOOK_HOME"
LEDGER = "TALLYBOOK_LEDGER"  # names the PostgreSQL database of a team, instead of files
PACKAGE = Path(__file__).resolve().parent
MARK = Path("notebooks") / "stories"  # a folder that holds this is a home


@dataclass(frozen=True)
class Home:
    """The folder that holds `notebooks/` and `figures/`."""

    root: Path

    @property
    def notebooks(self) -> Path:
        """The folder of the notebooks."""
        return self.root / "notebooks"

    @property
    def stories(self) -> Path:
        """The folder of the stories."""
        return self.root / MARK

    def story(self, slug: str) -> Path:
        """The folder of one story: its file, documents, tables and corrections."""
        return self.stories / slug

    def default_story(self) -> str:
        """Return the story that is meant where none is named.

        That is the only one, else the one whose file says `default = true`. Raises BadUsage where
        neither holds.
        """
        names = sorted(path.parent.name for path in self.stories.glob("*/story.toml"))
        marked = names if len(names) == 1 else [name for name in names if self._is_default(name)]
        if len(marked) == 1:
            return marked[0]
        if not names:
            reason = f"{self.stories} holds no story; make one: tallybook new NAME"
        else:
            reason = f"name the story, one of: {', '.join(names)}"
        raise BadUsage(reason)

    def _is_default(self, slug: str) -> bool:
        try:
            return (
                tomllib.loads((self.story(slug) / "story.toml").read_text("utf-8")).get("default")
                is True
            )
        except (OSError, ValueError):
            return False  # what is wrong with the file is said when that story is read

    def figures(self, slug: str) -> Path:
        """The folder of what is written for one story: ledger, runs, charts and pages."""
        return self.root / "figures" / slug

    def ledger(self, slug: str) -> Path | str:
        """Where the ledger of one story is: a file, or by TALLYBOOK_LEDGER a schema of a server."""
        if server := os.environ.get(LEDGER):
            return f"{server}{'&' if '?' in server else '?'}schema=story-{slug}"
        return self.figures(slug) / "ledger.sqlite"


def find_home(start: Path | None = None) -> Home:
    """Return the home: by TALLYBOOK_HOME, else the nearest folder above `start`, else our own.

    `start` is the working folder by default, which for a notebook is where it was opened. Raises
    BadUsage where none of them holds `notebooks/stories/`.

    >>> find_home().stories.name
    'stories'
    """
    if named := os.environ.get(VARIABLE):
        if not (Path(named) / MARK).is_dir():
            reason = f"{VARIABLE} is '{named}', but no folder {MARK} is in it; correct or unset it"
            raise BadUsage(reason)
        return Home(Path(named).resolve())
    place = (start or Path.cwd()).resolve()
    for folder in (place, *place.parents, PACKAGE.parent):
        if (folder / MARK).is_dir():
            return Home(folder)
    reason = (
        f"no folder {MARK} here or above; go to the project's folder, set {VARIABLE}, "
        "or make a story here: tallybook new NAME"
    )
    raise BadUsage(reason)


def has_home() -> bool:
    """Say whether a home is found, or one is named by TALLYBOOK_HOME, rightly or wrongly."""
    if os.environ.get(VARIABLE):
        return True
    try:
        find_home()
    except BadUsage:
        return False
    return True


def shipped() -> Path:
    """Return the folder of the notebooks and stories that came with the package."""
    inside = PACKAGE / "shipped"  # of an installed package; a checkout uses its own folder
    return inside if inside.is_dir() else PACKAGE.parent / "notebooks"


def default_story() -> str:
    """Return the story that a command means where none is named; raises what finding it raises."""
    return find_home().default_story()
