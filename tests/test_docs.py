"""The documents say what is true: commands, links, codes and folders that they name exist."""

import re
import subprocess
import sys

import pytest

from analysis.errors import TallybookError

DOCUMENTS = ("README.md", "METHOD.md", "CONTRIBUTING.md", "CHANGELOG.md", "TUTORIAL.md")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(root, name):
    """A reader who follows it finds the file."""
    text = (root / name).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert re.match(r"https?://", target) or (root / target).exists(), target


def test_the_example_of_the_readme_runs(root):
    """The block of Python, as it stands."""
    [block] = re.findall(r"```python\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", block], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_article_of_the_readme_is_one_that_is_read(root, tmp_path):
    """Its front matter is the form that works."""
    from analysis.documents import read_file

    text = (root / "README.md").read_text("utf-8")
    [block] = re.findall(r"   ```\n(   ---\n.*?)   ```", text, re.DOTALL)
    path = tmp_path / "article.txt"
    path.write_text("\n".join(line[3:] for line in block.splitlines()), "utf-8")
    [document] = read_file(path, "article.txt")
    assert document.outlet == "Example Post"
    assert document.published == "2025-01-13"
    assert document.text == "The text of the article."


def test_every_make_target_that_is_named_exists(root):
    """`make` says what it can do."""
    targets = set(re.findall(r"^([a-z-]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    for name in DOCUMENTS:
        for target in re.findall(
            r"`make ([a-z-]+)`|^make ([a-z-]+)", (root / name).read_text("utf-8"), re.MULTILINE
        ):
            assert (target[0] or target[1]) in targets


def test_the_exit_codes_of_the_errors_are_those_of_the_readme(root):
    """Each code that an error has is explained."""
    readme = (root / "README.md").read_text("utf-8")
    for error in TallybookError.__subclasses__():
        assert re.search(rf"[ ·]{error.exit_code} \w", readme), error


def test_a_paragraph_of_the_method_that_code_names_exists(root):
    """A rule in code leads to the words for it."""
    method = (root / "METHOD.md").read_text("utf-8")
    for path in (root / "analysis").rglob("*"):
        if path.suffix in (".py", ".toml"):
            for section, rule in re.findall(
                r"METHOD\.md (\d+)(?:\.(\d+))?", path.read_text("utf-8")
            ):
                part = method.partition(f"\n## {section}. ")[2].partition("\n## ")[0]
                assert part, path
                assert not rule or re.search(rf"^{rule}\. ", part, re.MULTILINE), path
