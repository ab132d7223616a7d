"""Follow TUTORIAL.md to the letter: what it says to type is typed, what it shows must be shown.

`python -m tests.tutorial FOLDER` makes its story in a folder of its own.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PATH_IN_TEXT = "/home/you/tallybook"  # what a reader replaces by his own folder


def follow(folder: Path) -> int:
    """Do in a new home all that the tutorial says; return how many blocks there were.

    Raises AssertionError where a command fails, or does not print what the tutorial shows.
    """
    (folder / "notebooks" / "stories").mkdir(parents=True)
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder / "notebooks")
    (folder / "figures").mkdir()
    (folder / ".venv").symlink_to(sys.prefix)  # `make report` was run
    blocks = BLOCK.findall((ROOT / "TUTORIAL.md").read_text("utf-8"))
    typed, shown = "", ""
    for kind, text in blocks:
        if kind == "sh":
            shown = _typed(typed + text, folder)
            typed = ". .venv/bin/activate\n" if "activate" in text else typed
        elif kind == "text":
            missing = [line for line in text.splitlines() if line not in shown.splitlines()]
            assert not missing, f"the tutorial shows {missing}, but there was:\n{shown}"
        elif kind == "toml":
            _edited(folder / "notebooks/stories/mill-fire/story.toml", text)
        elif kind == "cron":
            _typed(text.split(maxsplit=5)[5].replace(PATH_IN_TEXT, str(folder)), Path("/"))
        else:
            raise AssertionError(f"nobody follows a block of {kind}")
    return len(blocks)


def _typed(commands: str, folder: Path) -> str:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TALLYBOOK_")}
    done = subprocess.run(
        ["sh", "-e"],
        input=commands,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout}"
    return done.stdout


def _edited(path: Path, text: str) -> None:
    """Put a text in the place of everything from [victims] down to the first [[reports]]."""
    held = path.read_text("utf-8")
    first, last = held.index("\n[victims]\n") + 1, held.index("[[reports]]")
    path.write_text(held[:first] + text + held[last:], "utf-8")


if __name__ == "__main__":
    made = Path(sys.argv[1]).resolve()
    shutil.rmtree(made, ignore_errors=True)
    follow(made)
    print(f"Read the tutorial's report: file://{made}/figures/mill-fire/pages/index.html")
