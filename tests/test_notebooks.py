"""The notebooks are thin: questions, one import, and calls."""

import ast
import json
import re
import subprocess
import sys

import nbformat
import pytest

from analysis.reconcile import CURRENT_DAYS

NAMES = ("overview", "source", "disagreement", "evidence", "method")
FORBIDDEN = (ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.ListComp, ast.Lambda)


@pytest.fixture(scope="module", params=NAMES)
def notebook(request, root):
    """Return each notebook."""
    return nbformat.read(root / "notebooks" / f"{request.param}.ipynb", as_version=4)


def code(notebook):
    """Return the code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_all_notebooks_are_tested(root):
    """A new notebook is listed here too."""
    assert {p.stem for p in (root / "notebooks").glob("*.ipynb")} == set(NAMES)


def test_it_is_valid_and_free_of_output(notebook):
    """Numbers in git would grow old there."""
    nbformat.validate(notebook)
    for cell in code(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
    assert "widgets" not in notebook.metadata


def test_it_begins_with_a_title_and_a_paragraph(notebook):
    """A reader knows at once what the page says."""
    first = notebook.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S.*\n\n\S", first.source)


def test_one_cell_is_tagged_parameters_and_explains_each(notebook):
    """A default and a comment for each, text and numbers only."""
    [cell] = [c for c in code(notebook) if "parameters" in c.metadata.get("tags", [])]
    for line in cell.source.splitlines():
        [statement] = ast.parse(line).body
        assert isinstance(statement, ast.AnnAssign)
        assert statement.annotation.id in {"str", "int", "float"}
        ast.literal_eval(statement.value)
        assert "  # " in line
    names = [line.split(":")[0] for line in cell.source.splitlines()]
    assert names[:3] == ["story", "until", "known_at"]


def test_it_computes_nothing(notebook):
    """No function, loop or branch, and one import; what is shown comes from calls of the book."""
    imports = []
    for cell in code(notebook):
        tree = ast.parse(cell.source)
        imports += [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]
        assert not [n for n in ast.walk(tree) if isinstance(n, FORBIDDEN)]
        if "parameters" in cell.metadata.get("tags", []):
            continue
        for node in tree.body:
            assert isinstance(node, ast.Import | ast.Assign | ast.Expr)
            if isinstance(node, ast.Expr):
                assert ast.unparse(node.value.func) == "analysis.show"
    assert [ast.unparse(i) for i in imports] == ["import analysis"]


def test_each_result_answers_a_question_above_it(notebook):
    """Every call that shows something has a heading right before it."""
    for before, cell in zip(notebook.cells, notebook.cells[1:], strict=False):
        if cell.cell_type == "code" and "show(" in cell.source:
            assert before.cell_type == "markdown"


def test_prose_holds_no_result(notebook):
    """Figures in prose come from calls: what stands typed is a rule of METHOD.md."""
    rules = {str(CURRENT_DAYS), "300", "40", "24", "99"}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert set(re.findall(r"\d[\d,.]*\d|\d", cell.source)) <= rules


def test_it_runs_on_any_machine(notebook):
    """The kernel is Python's own, and nothing says where the notebook was written."""
    assert notebook.metadata.kernelspec.name == "python3"
    assert not re.search(r"/home/|/Users/|/tmp/", json.dumps(notebook))


@pytest.mark.parametrize("name", NAMES)
def test_it_runs_with_the_plain_papermill_command(name, root, tmp_path):
    """Nothing of ours is needed to run it, and none of its cells fails."""
    out = tmp_path / "out.ipynb"
    command = [sys.executable, "-m", "papermill", f"notebooks/{name}.ipynb", out]
    command += ["-p", "story", "north-korean-troops", "--no-progress-bar"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    ran = nbformat.read(out, as_version=4)
    assert all(cell.execution_count for cell in code(ran))
