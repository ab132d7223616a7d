"""The recipes for other schedulers, as they stand in the operator's guide."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def follow(root, folder, name, file):
    """Do what the guide says about a scheduler in a copy of the project; return what it printed.

    Skipped where that is not installed, also with CI=true: it is no dependency of Tallybook, in
    no lock, and brings dozens of packages with versions of its own.
    """
    if importlib.util.find_spec(name.lower()) is None:
        pytest.skip(f"{name} is not installed; OPERATING.md says how")
    guide = (root / "OPERATING.md").read_text("utf-8").partition("## Under another scheduler")[2]
    recipe = guide.partition(f"\n{name} (tried with")[2]
    code, commands = re.findall(r"```(?:python|console)\n(.*?)```", recipe, re.DOTALL)[:2]
    shutil.copytree(root / "notebooks", folder / "notebooks")
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(code, "utf-8")
    search = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e"],
        input=commands,
        cwd=folder,
        env=os.environ | {"PATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    notebook = json.loads((folder / "overview-run.ipynb").read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in cells)
    return done


def test_airflow_runs_a_notebook_unchanged(root, tmp_path):
    """The file and the commands of the guide, on a story of the project."""
    done = follow(root, tmp_path, "Airflow", "dags/report.py")
    assert done.stdout.splitlines()[-1] == "success"


def test_dagster_runs_a_notebook_unchanged(root, tmp_path):
    """As a job of one step; its schedule is part of the same file."""
    done = follow(root, tmp_path, "Dagster", "report.py")
    assert "RUN_SUCCESS" in done.stdout + done.stderr
