"""Where things lie: the folder of the project, its stories, and what the programs write."""

import os
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import BadUsage

VARIABLE = "TALLYBOOK_HOME"
MARK = Path("notebooks") / "stories"  # a folder that holds this is a home
DEFAULT_STORY = "north-korean-troops"


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

    def figures(self, slug: str) -> Path:
        """The folder of what is written for one story: ledger, runs, charts and pages."""
        return self.root / "figures" / slug


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
    for folder in (place, *place.parents, Path(__file__).resolve().parent.parent):
        if (folder / MARK).is_dir():
            return Home(folder)
    reason = f"no folder {MARK} here or above; go to the project's folder or set {VARIABLE}"
    raise BadUsage(reason)
