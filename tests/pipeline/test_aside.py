"""The files of an edition change together: killed or refused at any step, all are old or all new.

TALLYBOOK_KILLS makes more the moments at which whole builds are killed.
"""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.home import Home
from analysis.pipeline.aside import NEXT, Aside, finish, unfinished
from tests.samples import make_home

MOMENTS = max(3, int(os.environ.get("TALLYBOOK_KILLS", "0")) // 4)
ROOT = Path(__file__).resolve().parents[2]
NEVER = 1 << 30
STEPS = ("fsync", "replace", "unlink", "rmdir", "mkdir")
# Ends this process, as `kill -9` does, before the n-th time that something is done to the disk.
KILLER = f"""
import os, signal, sys
left = int(os.environ["KILL_BEFORE"])
def counted(function):
    def call(*more, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*more, **named)
    return call
def begin():
    for name in {STEPS}:
        setattr(os, name, counted(getattr(os, name)))
"""
# In each folder a process of its own, each killed one step later, until one is not killed.
CHANGE = f"""{KILLER}
from pathlib import Path
from tests.pipeline.test_aside import change
begin()
status = number = 1
while status:
    left, child = number - 1, os.fork()
    if child == 0:
        change(Path(sys.argv[1]) / str(number - 1))
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    number += 1
print(number - 2)
"""
BUILD = f"""{KILLER}
from datetime import UTC, datetime
from pathlib import Path
from analysis import pipeline
from analysis.home import Home
from analysis.pipeline.publishing import Publisher
publish = Publisher.publish
def from_here(*more):
    before = left
    begin()
    found = publish(*more)
    print(before - left)
    return found
Publisher.publish = from_here
summary = pipeline.build(Home(Path(sys.argv[1])), "ferry", now=datetime(2025, 3, int(sys.argv[2]), tzinfo=UTC))
assert summary.exit_code == 0, summary.failed
"""


def old(folder):
    """Make what is there before."""
    for name in ("index", "one", "two", "gone"):
        (folder / "pages" / f"{name}.html").parent.mkdir(exist_ok=True)
        (folder / "pages" / f"{name}.html").write_text(f"old {name}")
    (folder / "pages" / ".kept").write_text("a web server's")
    return held(folder)


def change(folder):
    """Change all but one, make one more in a folder of its own, take one away."""
    with Aside(folder) as aside:
        aside.write(folder / "pages" / "index.html", b"new index")
        aside.write(folder / "pages" / "one.html", b"new one")
        aside.write(folder / "pages" / "two.html", b"old two")
        aside.write(folder / "pages" / "editions" / "a" / "index.html", b"new")
        aside.write(folder / "record.json", b"{}")
        aside.clear(folder / "pages", {"index.html", "one.html", "two.html"})
        aside.change()


NEW = {
    "pages/index.html": b"new index",
    "pages/one.html": b"new one",
    "pages/two.html": b"old two",
    "pages/editions/a/index.html": b"new",
    "pages/.kept": b"a web server's",
    "record.json": b"{}",
}


def held(folder):
    """Return the files of a folder, without those aside."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and NEXT not in path.parts
    }


def run(code, folder, *words, after):
    """Run code that kills itself before the step of that number; return its end."""
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder), *map(str, words)],
        env=os.environ | {"KILL_BEFORE": str(after)},
        cwd=ROOT, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done


def build(home, after, day=5):
    """Build as on a day of March; return the steps that publishing took, null where killed."""
    done = run(BUILD, home.root, day, after=after)
    return None if done.returncode else int(done.stdout)


def test_all_is_changed_and_nothing_of_ours_is_left(tmp_path):
    """What did not change keeps its inode; hidden files of others stay."""
    old(tmp_path)
    before = (tmp_path / "pages" / "two.html").stat()
    change(tmp_path)
    assert held(tmp_path) == NEW
    assert (tmp_path / "pages" / "two.html").stat().st_ino == before.st_ino
    assert sorted(p.name for p in tmp_path.iterdir()) == ["pages", "record.json"]


def test_killed_before_any_step_it_is_all_old_or_is_finished(tmp_path):
    """Before each single one; what is finished later is what a quiet run makes."""
    for number in range(60):
        (tmp_path / str(number)).mkdir()
        before = old(tmp_path / str(number))
    steps = int(run(CHANGE, tmp_path, after=0).stdout)
    assert 20 < steps < 60
    finished = 0
    for number in range(steps):
        folder = tmp_path / str(number)
        if unfinished(folder):
            finished += 1
            finish(folder)
            assert held(folder) == NEW
            assert not (folder / NEXT).exists()
        elif held(folder) != NEW:  # else it was killed as it put its tools away
            assert held(folder) == before
            finish(folder)
            assert held(folder) == before
            assert not (folder / NEXT).exists()
        change(folder)
        assert held(folder) == NEW
    assert held(tmp_path / str(steps)) == NEW
    assert finished > 5


@pytest.mark.parametrize("step", STEPS[:2])
def test_a_disk_that_refuses_before_all_is_written_leaves_the_old_files(
    tmp_path, monkeypatch, step
):
    """Each time that something is asked of it, until the plan stands; and no rest of ours."""
    real, refused = getattr(os, step), 0
    for after in range(50):
        folder = tmp_path / str(after)
        folder.mkdir()
        before = old(folder)
        left = iter(range(after))

        def refuse(*more, left=left, **named):
            if next(left, None) is None:
                raise OSError(28, "No space left on device")
            return real(*more, **named)

        monkeypatch.setattr(os, step, refuse)
        try:
            change(folder)
        except OSError:
            refused += 1
            monkeypatch.undo()
            if not unfinished(folder):
                assert held(folder) == before
                assert sorted(p.name for p in folder.iterdir()) == ["pages"]
                assert sorted(p.name for p in (folder / "pages").rglob("*")) == [
                    ".kept", "gone.html", "index.html", "one.html", "two.html",
                ]  # fmt: skip
            change(folder)
        else:
            monkeypatch.undo()
        assert held(folder) == NEW
        if refused <= after:
            break
    assert refused


def test_a_page_that_was_new_comes_before_those_that_lead_to_it(tmp_path, monkeypatch):
    """And the first page after all others: the order in which a reader may meet them."""
    old(tmp_path)
    real, seen = os.replace, []

    def noted(source, target):
        seen.append(Path(target).relative_to(tmp_path).as_posix())
        real(source, target)

    monkeypatch.setattr(os, "replace", noted)
    change(tmp_path)
    assert seen[1:] == [  # after the plan
        "pages/editions/a/index.html",
        "pages/one.html",
        "pages/index.html",
        "record.json",
    ]


def test_a_folder_in_the_place_of_a_page_is_found_before_anything_changes(tmp_path):
    """It would stop the renames half way, and each run after."""
    old(tmp_path)
    (tmp_path / "pages" / "one.html").unlink()
    (tmp_path / "pages" / "one.html").mkdir()
    before = held(tmp_path)
    with pytest.raises(IsADirectoryError):
        change(tmp_path)
    assert held(tmp_path) == before
    assert not unfinished(tmp_path)


def test_pages_on_another_disk_change_too(tmp_path):
    """A link to the folder of a web server, say: there a file is copied before it is renamed."""
    elsewhere = Path("/dev/shm")  # noqa: S108 a folder of our own in it
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second disk here")
    other = elsewhere / f"tallybook-{os.urandom(6).hex()}"
    other.mkdir()
    try:
        (tmp_path / "pages").symlink_to(other)
        old(tmp_path)
        change(tmp_path)
        assert (other / "one.html").read_bytes() == b"new one"
        assert (other / "editions" / "a" / "index.html").read_bytes() == b"new"
        assert not (other / "gone.html").exists()
        assert not [p for p in other.rglob("*") if p.name.endswith(".part")]
    finally:
        shutil.rmtree(other)


@pytest.fixture(scope="module")
def about_to_publish(root, tmp_path_factory):
    """Return a home whose reports ran anew and are not published, its old pages, and the new."""
    folder = tmp_path_factory.mktemp("about")
    home = Home(make_home(folder / "home", root / "notebooks"))
    assert build(home, NEVER, 3) is not None
    (home.story("ferry") / "documents" / "third.txt").write_text(
        "---\npublished: 2025-03-04\nurl: https://news.example/3\n---\n"
        "The coastguard said 18 people were killed.\n"
    )
    assert build(home, 0) is None
    shutil.copytree(home.root, folder / "quiet")
    quiet = Home(folder / "quiet")
    steps = build(quiet, NEVER)
    before, after = public(home), public(quiet)
    assert sum(before.get(name) != after.get(name) for name in {*before, *after}) > 15
    return home, before, after, steps


def public(home):
    """Return what readers see of a story, and the record of it."""
    figures = home.figures("ferry")
    found = {n: d for n, d in held(figures).items() if n.startswith(("pages/", "charts/"))}
    return found | {"published.json": (figures / "published.json").read_bytes()}


@pytest.mark.parametrize("place", [n / (MOMENTS - 1) for n in range(MOMENTS)])
def test_a_build_killed_while_it_publishes_shows_one_edition(about_to_publish, tmp_path, place):
    """All pages are old or, once the next run has begun, all are new: byte for byte."""
    home, before, after, steps = about_to_publish
    shutil.copytree(home.root, tmp_path / "home")
    home = Home(tmp_path / "home")
    assert build(home, round(place * steps)) is None
    if unfinished(home.figures("ferry")):
        toml = home.story("ferry") / "story.toml"
        good = toml.read_text()
        toml.write_text("titel = 1")  # whatever stops the next build, the pages are whole
        broken = subprocess.run(
            [sys.executable, "-m", "analysis", "build", "ferry"],
            env=os.environ | {"TALLYBOOK_HOME": str(home.root)},
            check=False, capture_output=True,
        )  # fmt: skip
        assert broken.returncode == 2
        assert public(home) == after
        toml.write_text(good)
    else:
        assert public(home) in (before, after)
    assert build(home, NEVER, 6 if public(home) == after else 5) is not None
    assert public(home) == after
    assert not (home.figures("ferry") / NEXT).exists()
