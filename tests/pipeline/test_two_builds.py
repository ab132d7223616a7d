"""Two builds of one story at once: one works, the other says so and ends with code 4."""

import os
import subprocess
import sys

from analysis.home import Home
from tests.samples import make_home


def test_of_two_processes_that_build_at_once_one_ends_with_code_4(root, tmp_path):
    """Two real processes, started together; a third one afterwards finds all done."""
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    command = [sys.executable, "-m", "analysis", "build", "ferry"]
    environment = os.environ | {"TALLYBOOK_HOME": str(home.root)}

    def start():
        return subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    both = [start(), start()]
    said = [process.communicate(timeout=120)[1] for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, 4], said
    refused = said[codes.index(4)]
    assert "another run is at work on this story" in refused
    assert "Traceback" not in refused
    last = start()
    assert (last.communicate(timeout=120)[1], last.returncode)[1] == 0
