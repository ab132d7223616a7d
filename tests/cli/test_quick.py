"""A build with nothing new ends before anything slow is imported, and overlooks nothing."""

import json
import os
import subprocess
import sys

import pytest

from analysis import quick
from analysis.home import Home
from analysis.pipeline.last import read_last
from analysis.pipeline.unchanged import forget_state
from analysis.quick import FILE
from tests.calling import run_here
from tests.cli.test_operating import REPORT, TINY
from tests.samples import make_home

CALL = """
import sys
from analysis.cli import main
sys.argv = ["tallybook", "build", *sys.argv[1:]]
try:
    main()
finally:
    print(*("click" in sys.modules, "pandas" in sys.modules), file=sys.stderr)
"""


def build(home, *words):
    """Build in a process of its own; return what it printed, and whether the quick look ended it."""
    done = subprocess.run(
        [sys.executable, "-c", CALL, *words],
        env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr.splitlines()[-1] == "False False"


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """A story of one small report that was built, and in which nothing is new."""
    home = Home(make_home(tmp_path_factory.mktemp("quick"), root / "notebooks", ()))
    story = home.story("ferry") / "story.toml"
    story.write_text(story.read_text().partition("[[reports]]")[0] + REPORT)
    (home.notebooks / "tiny.ipynb").write_text(json.dumps(TINY))
    build(home, "ferry")
    return home


def test_nothing_new_imports_nothing_slow_and_says_the_same(built):
    """Word for word what the long look says; and it is noted for monitors."""
    (built.figures("ferry") / FILE).unlink()
    long, was_quick = build(built, "ferry")
    assert not was_quick
    before = read_last(built, "ferry")
    (built.figures("ferry") / "last-build.json").unlink()
    assert build(built, "ferry") == (long, True)
    after = read_last(built, "ferry")
    assert (after.code, after.said) == (0, "")
    assert after.done >= before.done
    assert build(built) == (long, True)  # the only story needs no name


def touched(path):
    """Change a byte and put size and date back."""
    facts = path.stat()
    path.write_bytes(path.read_bytes().replace(b"12", b"13"))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


CHANGES = {
    "a new document": lambda h: (h.story("ferry") / "documents" / "n.txt").write_text("Two died."),
    "a document in a new folder": lambda h: (h.story("ferry") / "documents" / "more").mkdir(),
    "a document changed in place": lambda h: touched(h.story("ferry") / "documents" / "first.txt"),
    "a document gone": lambda h: (h.story("ferry") / "documents" / "first.txt").unlink(),
    "a document renamed": lambda h: (h.story("ferry") / "documents" / "second.txt").rename(
        h.story("ferry") / "documents" / "other.txt"
    ),
    "the story": lambda h: (h.story("ferry") / "story.toml").touch(),
    "a correction": lambda h: (h.story("ferry") / "corrections.toml").write_text(""),
    "a notebook": lambda h: (h.notebooks / "tiny.ipynb").touch(),
    "a page gone": lambda h: (h.figures("ferry") / "pages" / "index.html").unlink(),
    "a page changed": lambda h: (h.figures("ferry") / "pages" / "index.html").write_text(""),
    "the ledger": lambda h: h.ledger("ferry").touch(),
    "the state gone": lambda h: (h.figures("ferry") / FILE).write_text("tallybook 0"),
}


def test_whatever_changes_is_seen(built, monkeypatch):
    """By the build, which then looks at length, and after which nothing is new again."""
    monkeypatch.setenv("TALLYBOOK_HOME", str(built.root))
    for what, change in CHANGES.items():
        assert quick.main(["build", "ferry"]), what
        change(built)
        assert not quick.main(["build", "ferry"]), what
        assert run_here(built.root, "build", "ferry")[0] == 0, what
    assert build(built, "ferry")[1]


def test_other_words_and_a_server_are_left_to_the_build(built, monkeypatch):
    """A quick look would not do what they ask for."""
    assert not build(built, "ferry", "--json")[1]
    assert not build(built, "ferry", "--dry-run")[1]
    monkeypatch.setenv("TALLYBOOK_HOME", str(built.root))
    assert quick.main(["build", "ferry"])
    assert not quick.main(["status", "ferry"])
    assert not quick.main(["build", "../ferry"])
    monkeypatch.setenv("TALLYBOOK_LEDGER", "postgresql://desk@db.example/ledger")
    assert not quick.main(["build", "ferry"])


def test_a_build_that_begins_takes_the_kept_look_away(built):
    """So that one that is killed leaves none that is wrong."""
    forget_state(built.figures("ferry"))
    assert not build(built, "ferry")[1]
