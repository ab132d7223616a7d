"""A whole build with its ledger on a PostgreSQL server."""

import os
import subprocess
import sys

from analysis.home import Home
from tests.postgres import BINARIES, server
from tests.samples import make_home


def test_a_build_keeps_its_ledger_on_a_server(root, tmp_path, skip_or_fail):
    """Preview, build, a second build, list and verify; notebooks read it too; no file is made."""
    if not BINARIES:
        skip_or_fail("PostgreSQL is not installed (Debian package postgresql)")
    home = Home(make_home(tmp_path, root / "notebooks", ("overview",)))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text("utf-8").rpartition("[[reports]]")[0], "utf-8")
    with server() as url:
        for command, expected in (
            (("build", "ferry", "--dry-run"), "2 new documents, 3 claims"),
            (("build", "ferry"), "1 report ran"),
            (("build", "ferry"), "nothing new"),
            (("claims", "ferry"), "3 claims"),
            (("verify", "ferry"), "everything is as it was made"),
        ):
            done = subprocess.run(
                [sys.executable, "-m", "analysis", *command],
                env=os.environ | {"TALLYBOOK_HOME": str(tmp_path), "TALLYBOOK_LEDGER": url},
                capture_output=True,
                text=True,
                check=False,
                timeout=100,
            )
            assert done.returncode == 0, done.stderr
            assert expected in done.stdout
    assert not list(home.figures("ferry").glob("ledger*"))
