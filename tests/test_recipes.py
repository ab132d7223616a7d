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


def test_airflow_runs_a_notebook_unchanged(root, tmp_path):
    """The file and the commands of the guide, on a story of the project.

    Skipped where Airflow is not installed, also with CI=true: it is no dependency of Tallybook, in
    no lock, and would bring hundreds of packages with versions of its own.
    """
    if importlib.util.find_spec("airflow") is None:
        pytest.skip("apache-airflow is not installed; OPERATING.md says how")
    recipe = (root / "OPERATING.md").read_text("utf-8").partition("## Under another scheduler")[2]
    recipe = recipe.partition("\n## ")[0]
    [dag] = re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    [commands] = re.findall(r"```console\n(.*?)```", recipe, re.DOTALL)
    shutil.copytree(root / "notebooks", tmp_path / "notebooks")
    (tmp_path / "dags").mkdir()
    (tmp_path / "dags" / "report.py").write_text(dag, "utf-8")
    search = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e"],
        input=commands,
        cwd=tmp_path,
        env=os.environ | {"PATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "success"
    notebook = json.loads((tmp_path / "overview-run.ipynb").read_text("utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
