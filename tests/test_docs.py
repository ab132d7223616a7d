"""The documents say what is true: commands, links, codes and folders that they name exist."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from analysis.errors import TallybookError
from tests.samples import make_home

DOCUMENTS = (
    "README.md",
    "METHOD.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "TUTORIAL.md",
    "OPERATING.md",
    "COMMANDS.md",
)


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


def test_the_exit_codes_of_the_errors_are_explained(root):
    """Each code that an error has stands in the list of commands."""
    codes = (root / "COMMANDS.md").read_text("utf-8").partition("## Exit codes")[2]
    for error in TallybookError.__subclasses__():
        assert re.search(rf"[\n·]\s?{error.exit_code} \w", codes), error


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


def test_the_examples_of_the_operators_guide_run(root, tmp_path):
    """The way back from a backup, as it stands there."""
    text = (root / "OPERATING.md").read_text("utf-8")
    [block] = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    home = make_home(tmp_path, root / "notebooks")
    search = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e"],
        input=block,
        cwd=home,
        env=os.environ | {"PATH": search, "TALLYBOOK_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "everything is as it was made" in done.stdout


def examples(root):
    """Return each line of a document that calls `tallybook`, as a reader would type it."""
    for name in DOCUMENTS:
        for block in re.findall(r"```\w*\n(.*?)```", (root / name).read_text("utf-8"), re.DOTALL):
            for line in block.splitlines():
                if found := re.match(r"\s*(?:\.venv/bin/)?tallybook (\w.*)", line):
                    yield f"{name}: {line.strip()}", shlex.split(found[1], comments=True)


def test_every_call_in_the_documents_is_one_that_the_command_takes(root):
    """Names of commands and options are those of the version at hand."""
    from analysis.cli.commands import tallybook

    context = click.Context(tallybook)
    found = dict(examples(root))
    assert len(found) >= 8
    for line, words in found.items():
        command = tallybook.get_command(context, words[0])
        assert command is not None, line
        command.make_context(words[0], words[1:])


def test_the_messages_of_the_failure_table_are_those_of_the_code(root):
    """An operator who searches for what he sees finds it."""
    code = " ".join(path.read_text("utf-8") for path in sorted((root / "analysis").rglob("*.py")))
    rows = re.findall(
        r"^\| \d \| (.*?) \|", (root / "OPERATING.md").read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) >= 12
    for row in rows:
        for message in re.findall("`([^`]+)`", row):
            for part in re.split(r"…|s3://", message):
                assert part.strip(" :") in code, message
