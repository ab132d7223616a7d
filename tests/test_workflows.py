"""The workflow files: pinned, with least rights, and calling only what exists."""

import re
import subprocess
import sys

import pytest
import yaml

from tests.conftest import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def steps(workflow):
    """Return all steps of a workflow."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_every_action_is_pinned_by_its_commit(path):
    """A tag can be moved to other code; the comment says which version the commit is."""
    text = path.read_text("utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert used
    for line in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


def test_an_action_has_one_commit_everywhere():
    """Two workflows that differ are one that was forgotten."""
    found = {}
    for path in WORKFLOWS:
        for name, pin in re.findall(r"uses: ([\w/-]+)@(.*)", path.read_text("utf-8")):
            assert found.setdefault(name, pin) == pin


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_rights_and_time_are_bounded_and_scripts_are_ones_that_a_shell_reads(path):
    """What comes in from outside reaches a script as a variable, never as text of the script."""
    workflow = yaml.safe_load(path.read_text("utf-8"))
    assert set(workflow["permissions"]) == {"contents"}
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())
    for step in steps(workflow):
        script = step.get("run", "")
        assert "${{" not in script
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
        for called in re.findall(r"(?<![\w/])\.ci/\w+", script):
            assert (ROOT / called).is_file()


def test_each_supported_python_is_tested():
    """The matrix is the list of the package's classifiers."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    declared = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project)
    assert workflow["jobs"]["tests"]["strategy"]["matrix"]["python"] == declared


def test_the_ledgers_come_back_from_their_branch(tmp_path):
    """What one run keeps the next one finds, and each run adds a commit."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/regenerate.yml").read_text("utf-8"))
    named = {step["name"]: step["run"] for step in steps(workflow) if "name" in step}
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "origin"], check=True)

    def run(number, script):
        here = tmp_path / f"run{number}"
        here.mkdir(exist_ok=True)
        setup = f"""
        [ -d .git ] || {{ git init --quiet .; git remote add origin {tmp_path}/origin; }}
        mkdir -p .venv/bin; ln -sf {sys.executable} .venv/bin/python; export RUNNER_TEMP={here}
        """
        done = subprocess.run(
            ["bash", "-e"],
            input=setup + script,
            cwd=here,
            text=True,
            check=False,
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    make = "mkdir -p figures/ferry; .venv/bin/python -c \"import sqlite3; c = sqlite3.connect('figures/ferry/ledger.sqlite'); c.execute('create table if not exists t(x)'); c.execute('insert into t values(1)'); c.commit()\"\n"
    count = ".venv/bin/python -c \"import sqlite3; print(sqlite3.connect('figures/ferry/ledger.sqlite').execute('select count(*) from t').fetchone()[0])\""
    for number in (1, 2, 3):
        run(number, named["Bring back the ledgers"] + make + named["Keep the ledgers"])
    assert run(3, count).strip() == "3"
    assert run(3, f"git --git-dir {tmp_path}/origin rev-list --count ledger").strip() == "3"
