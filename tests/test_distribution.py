"""What is installed from the wheel works outside the checkout, and the sdist holds all of it."""

import os
import site
import subprocess
import sys
import tarfile
import zipfile

import pytest


def run(*words, cwd):
    """Run a command outside the checkout; return all that it printed."""
    hidden = ("PYTHON", "TALLYBOOK", "VIRTUAL_ENV")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def built(root, tmp_path_factory):
    """Return sdist and wheel, the wheel made from the sdist as an index would serve it."""
    if not (root / ".git").exists():
        pytest.skip("only a checkout says which files belong to the project")
    folder = tmp_path_factory.mktemp("dist")
    make = f"import setuptools.build_meta as b; print(b.build_sdist({str(folder)!r}))"
    clean = tmp_path_factory.mktemp("source")
    listed = run("git", "ls-files", cwd=root).splitlines()
    for name in listed:  # what git holds, and nothing that lies about
        if (root / name).is_file():
            target = clean / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((root / name).read_bytes())
    run(sys.executable, "-c", make, cwd=clean)
    [sdist] = folder.glob("*.tar.gz")
    options = ("--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *options, "-w", folder, sdist, cwd=folder)
    [wheel] = folder.glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """Return the `tallybook` of a new environment that has the wheel, and our dependencies."""
    place = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", "--without-pip", place, cwd=place)
    [packages] = place.glob("lib/python*/site-packages")
    # Added last and without its own .pth files: the checkout is not reached by it.
    (packages / "dependencies.pth").write_text(site.getsitepackages()[0] + "\n", "utf-8")
    (place / "share").mkdir(exist_ok=True)
    (place / "share" / "jupyter").symlink_to(f"{sys.prefix}/share/jupyter")  # theirs too
    options = ("--no-deps", "--no-index", "--disable-pip-version-check")
    python = place / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", *options, built[1], cwd=place)
    return place / "bin" / "tallybook"


def test_the_sdist_holds_what_git_holds_but_what_is_drawn(built, root):
    """Tests, notebooks and texts travel with the code."""
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    listed = set(run("git", "ls-files", cwd=root).splitlines())
    missing = {
        name
        for name in listed - names
        if not name.startswith((".", "figures/")) and (root / name).is_file()
    }
    assert missing == set()


def test_the_wheel_holds_notebooks_and_stories(built, root):
    """Each of them, and no test."""
    names = set(zipfile.ZipFile(built[1]).namelist())
    for path in (root / "notebooks").rglob("*"):
        inside = path.relative_to(root / "notebooks").as_posix()
        if path.is_file() and not any(part.startswith(".") for part in path.parts[-3:]):
            assert f"analysis/shipped/{inside}" in names
    assert not [name for name in names if name.startswith(("tests", "figures"))]


def test_a_story_is_made_and_built_outside_the_checkout(installed, tmp_path):
    """In an empty folder, with nothing but what was installed."""
    shown = run(installed, "new", "ferry-sinking", cwd=tmp_path)
    assert f"made a project in {tmp_path}" in shown
    shown = run(installed, "build", "ferry-sinking", cwd=tmp_path)
    assert "read at least 12 killed" in shown
    assert (tmp_path / "figures/ferry-sinking/pages/overview.html").is_file()


def test_a_shipped_story_is_copied(installed, tmp_path):
    """Its table is read as in the checkout; the copy does not make itself the default."""
    run(installed, "new", "first", "--from", "north-korean-troops", cwd=tmp_path)
    run(installed, "new", "second", "--from", "north-korean-troops", cwd=tmp_path)
    folder = tmp_path / "notebooks" / "stories"
    assert (folder / "first/tables/reported-figures.csv").stat().st_size > 100_000
    assert "default" not in (folder / "first/story.toml").read_text("utf-8")
    shown = run(installed, "build", "first", "--dry-run", cwd=tmp_path)
    assert "421 rows of tables" in shown
