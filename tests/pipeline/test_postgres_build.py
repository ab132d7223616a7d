"""A whole build with its ledger on a PostgreSQL server."""

from analysis.home import Home
from tests.calling import run_here
from tests.postgres import BINARIES, server
from tests.samples import make_home


def test_a_build_keeps_its_ledger_on_a_server(root, tmp_path, skip_or_fail, monkeypatch):
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
            monkeypatch.setenv("TALLYBOOK_LEDGER", url)
            code, said, rest = run_here(tmp_path, *command)
            assert code == 0, rest
            assert expected in said
    assert not list(home.figures("ferry").glob("ledger*"))
