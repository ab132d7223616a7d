"""Where nothing, or not enough, can be written: rows N06 and N07, with real small disks.

A disk of a few megabytes needs root; files that may not grow, and folders of somebody else, do not.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.home import Home
from tests.calling import run_here
from tests.pipeline.test_aside import public
from tests.reports.books import notebook
from tests.samples import make_home

NOBODY = 65534
MARK = "was-executed"


def build(home, *words, before=None, user=None):
    """Build, in a process of its own where it has limits or is a user's; return its end."""
    if before is None and user is None:
        return subprocess.CompletedProcess((), *run_here(home.root, "build", "ferry", *words))
    prefix = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
    return subprocess.run(
        [*prefix, sys.executable, "-m", "analysis", "build", "ferry", *words],
        env=os.environ | {"TALLYBOOK_HOME": str(home.root), "HOME": str(home.root)},
        capture_output=True, text=True, check=False, preexec_fn=before,
    )  # fmt: skip


def line(done):
    """Return the one line that says what failed."""
    said = done.stderr
    assert "Traceback" not in said, said
    [last] = [each for each in said.splitlines() if each.startswith("tallybook: ")]
    return last


def one_report(root, folder, *sources):
    """Make a home whose story has one small notebook."""
    home = Home(make_home(folder, root / "notebooks", ()))
    toml = home.story("ferry") / "story.toml"
    toml.write_text(
        toml.read_text("utf-8").partition("[[reports]]")[0] + '[[reports]]\nnotebook = "tiny"\n'
    )
    notebook(home.notebooks / "tiny.ipynb", *sources)
    return home


def news(home):
    """Put one more document into the inbox."""
    (home.story("ferry") / "documents" / "third.txt").write_text(
        "---\npublished: 2025-03-04\nurl: https://news.example/3\n---\n"
        "The coastguard said 18 people were killed.\n"
    )


@contextmanager
def disk(folder, size):
    """Mount a disk of some size at a folder; skip where this may not be done."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tallybook-test", str(folder)],
        capture_output=True, check=False,
    ) if shutil.which("mount") else None  # fmt: skip
    if done is None or done.returncode:
        pytest.skip("no disk may be mounted here (needs root)")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("how", [(), ("--spawn", "--jobs", "1")], ids=" ".join)
def test_a_notebook_that_cannot_be_saved_fails_and_its_page_stays(root, tmp_path, how):
    """Row N06: files may not grow past half a megabyte, its output is larger."""
    home = one_report(root, tmp_path, "print(1)")
    assert build(home).returncode == 0
    pages = public(home)
    notebook(home.notebooks / "tiny.ipynb", "for _ in range(90): print('x' * 9_999)")

    def small():
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    done = build(home, *how, before=small)
    assert done.returncode == 3, done.stderr
    assert "failed tiny: the disk refused (File too large); its last good page stays" in line(done)
    name = "pages/tiny.html"
    assert public(home)[name] == pages[name]
    assert run_here(home.root, "verify", "ferry")[0] == 0
    notebook(home.notebooks / "tiny.ipynb", "print(2)")
    assert build(home).returncode == 0


def test_a_full_disk_loses_nothing_wherever_it_ends(root, tmp_path):
    """Row N06: with ever more room, from none to enough; the old pages are whole, or all are new."""
    home = one_report(root, tmp_path / "home", "print('x' * 30_000)")
    figures = home.figures("ferry")
    with disk(figures, "4m"):
        assert build(home).returncode == 0
        news(home)
        notebook(home.notebooks / "tiny.ipynb", "print('y' * 30_000)")
        before, codes, said = public(home), [], []
        kept = tmp_path / "kept"
        shutil.copytree(figures, kept)
        for room in (0, 150, 1000):
            for path in figures.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            shutil.copytree(kept, figures, dirs_exist_ok=True)
            fill(figures / "filler", room << 10)
            done = build(home)
            codes.append(done.returncode)
            if done.returncode:
                said.append(line(done))
            if done.returncode == 1:
                assert public(home) == before
            (figures / "filler").unlink()
            again = build(home)
            assert again.returncode == 0, again.stderr
            after = public(home)
            assert after["pages/tiny.html"].count(b"y" * 1000)
            assert run_here(home.root, "verify", "ferry")[0] == 0
        assert codes[0] == 1
        assert codes[-1] == 0
        assert len(codes) - codes.count(0) > 1
        assert all("lost" in each or "disk refused" in each for each in said), said


def fill(path, room):
    """Write a file until no more than some bytes are free."""
    free = shutil.disk_usage(path.parent).free
    with path.open("wb") as file:
        file.write(b"x" * max(0, free - room))


@pytest.mark.parametrize("ran", [False, True], ids=["first", "again"])
def test_a_read_only_disk_ends_a_build_before_any_work(root, tmp_path, ran):
    """Row N07: the place and the reason in one line, and no notebook runs."""
    home = one_report(root, tmp_path / "home", f"open({str(tmp_path / MARK)!r}, 'w').close()")
    figures = home.root / "figures"
    with disk(figures, "8m"):
        if ran:
            assert build(home).returncode == 0
            (tmp_path / MARK).unlink()
            news(home)
        subprocess.run(["mount", "-o", "remount,ro", str(figures)], check=True)
        done = build(home, "--all")
        assert done.returncode == 1
        assert "figures" in line(done)
        assert "cannot be written (Read-only file system); nothing was begun" in line(done)
        assert not (tmp_path / MARK).exists()
        subprocess.run(["mount", "-o", "remount,rw", str(figures)], check=True)
        assert build(home, "--all").returncode == 0
        assert (tmp_path / MARK).exists()


def test_a_folder_of_somebody_else_ends_a_build_before_any_work(root):
    """Row N07: as a usual user, to whom one folder is closed, above or below."""
    user = NOBODY if os.getuid() == 0 else None
    if user and not shutil.which("setpriv"):
        pytest.skip("setpriv is not here")
    folder = Path(tempfile.mkdtemp(prefix="tallybook-test-"))
    try:
        home = one_report(root, folder / "home", f"open({str(folder / MARK)!r}, 'w').close()")
        assert build(home).returncode == 0
        (folder / MARK).unlink()
        folder.chmod(0o777)
        for path in (folder, *folder.rglob("*")) if user else ():
            os.chown(path, user, user)
        for closed in ("figures/ferry/pages/data", "figures/ferry", "figures"):
            place = home.root / closed
            if closed == "figures":  # of which the story's folder is not made yet
                shutil.rmtree(place / "ferry")
            place.chmod(0o555)
            done = build(home, "--all", user=user)
            assert done.returncode == 1, done.stderr
            assert str(place) in line(done)
            assert "cannot be written (" in line(done)
            assert "ermission" in line(done)
            assert not (folder / MARK).exists()
            place.chmod(0o755)
        # Not as that user: to whom this Python itself may be closed, which starts the kernels.
        assert build(home, "--all").returncode == 0
        assert (folder / MARK).exists()
    finally:
        shutil.rmtree(folder)
