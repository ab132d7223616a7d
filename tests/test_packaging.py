"""What is declared, locked and shipped: three lists that say the same."""

import ast
import re
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

# Imported under another name than the one it is installed by.
DISTRIBUTIONS = {"yaml": "pyyaml", "re2": "google-re2", "IPython": "ipython"}
# Named otherwise by conda-forge: the same library without its graphical or TeX companions.
CONDA_NAMES = {"matplotlib-base": "matplotlib", "nbconvert-core": "nbconvert"}
# Needed though never imported: the kernel that the notebooks name, started in a process of its own.
STARTED = {"ipykernel"}
# Hosts and paths of one machine or one mirror, which would bind everyone to it.
ADDRESS = re.compile(r"https?://|file:|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)/\w")


@pytest.fixture(scope="module")
def project(root):
    """Return pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def split(requirement: str) -> tuple[str, str]:
    """Return name and bounds of a requirement, the name as the index writes it."""
    name, bounds = re.fullmatch(
        r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?\s*([^;]*?)\s*(?:;.*)?", requirement
    ).groups()
    return re.sub(r"[-_.]+", "-", name).lower(), bounds


def locked(root: Path) -> dict[str, set[str]]:
    """Return the versions of each distribution in the lock."""
    versions: dict[str, set[str]] = {}
    for line in (root / "requirements.lock").read_text("utf-8").splitlines():
        if found := re.match(r"([a-z0-9][a-z0-9.-]*)==([^ ;\\]+)", line):
            versions.setdefault(found[1], set()).add(found[2])
    return versions


def imported(root: Path) -> dict[str, str]:
    """Return the top-level names that analysis/ imports, each with a file that does."""
    names = {}
    for path in sorted((root / "analysis").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                found = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found = [node.module]
            else:
                continue
            for name in found:
                names.setdefault(name.split(".")[0], str(path.relative_to(root)))
    return names


def test_everything_imported_is_declared(root, project):
    """A library that only another library brings along may go away with that library's next version."""
    optional = project["project"]["optional-dependencies"]
    declared = {split(r)[0] for r in project["project"]["dependencies"]}
    declared |= {split(r)[0] for name, rs in optional.items() if name != "dev" for r in rs}
    undeclared = {
        name: file
        for name, file in imported(root).items()
        if name not in sys.stdlib_module_names
        and name != "analysis"
        and DISTRIBUTIONS.get(name, name.replace("_", "-")).lower() not in declared
    }
    assert not undeclared, f"imported but not in pyproject.toml: {undeclared}"


def test_everything_declared_is_imported(root, project):
    """A dependency that nothing imports costs every user an installation."""
    used = {DISTRIBUTIONS.get(name, name.replace("_", "-")) for name in imported(root)} | STARTED
    unused = {split(r)[0] for r in project["project"]["dependencies"]} - used
    assert not unused, f"in pyproject.toml but imported nowhere in analysis/: {sorted(unused)}"


def test_conda_and_pip_install_the_same(root, project):
    """The environment file and pyproject.toml name the same libraries with the same bounds."""
    environment = yaml.safe_load((root / "environment.yml").read_text("utf-8"))
    entries = [e for e in environment["dependencies"] if isinstance(e, str) and e != "pip"]
    (under_pip,) = (e["pip"] for e in environment["dependencies"] if isinstance(e, dict))
    entries += [e for e in under_pip if not e.startswith("-")]
    conda = dict(split(e) for e in entries)
    conda = {CONDA_NAMES.get(name, name): bounds for name, bounds in conda.items()}
    expected = dict(split(r) for r in project["project"]["dependencies"])
    expected["python"] = project["project"]["requires-python"]
    assert environment["name"] == project["project"]["name"]
    assert conda == expected


def test_the_lock_holds_every_dependency(root, project):
    """What is declared and what is locked never part: `make lock` was run after the last change."""
    optional = project["project"]["optional-dependencies"]
    wanted = list(project["project"]["dependencies"]) + list(project["build-system"]["requires"])
    wanted += [r for name, rs in optional.items() if name != "lab" for r in rs]
    versions = locked(root)
    for requirement in wanted:
        name, bounds = split(requirement)
        assert name in versions, f"{name} is not in requirements.lock: run `make lock`"
        least = re.fullmatch(r">=([\d.]+)", bounds)[1]
        for version in versions[name]:
            assert numbers(version) >= numbers(least), f"{name} {version} is locked below {least}"


def numbers(version: str) -> list[int]:
    """Return the release part of a version, to compare by."""
    return [int(n) for n in re.match(r"\d+(?:\.\d+)*", version)[0].split(".")]


def test_each_locked_file_has_a_hash(root):
    """Nothing is installed that differs by a byte from what was resolved."""
    text = (root / "requirements.lock").read_text("utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert entries
    bare = [line.split()[0] for line in entries if "--hash=sha256:" not in line]
    assert not bare, f"no hash: {bare}"
    assert all(re.match(r"[a-z0-9][a-z0-9.-]*==", line) for line in entries)


@pytest.mark.parametrize("name", ["requirements.lock", "environment.yml", "pyproject.toml"])
def test_no_index_address_or_local_path_is_written_down(root, name):
    """Everyone installs from the index that their own pip is set up with."""
    lines = enumerate((root / name).read_text("utf-8").splitlines(), 1)
    found = [f"{name}:{n}: {line}" for n, line in lines if ADDRESS.search(line)]
    assert not found


def test_the_command_is_the_module_that_exists(root, project):
    """The command `tallybook` starts `main` of analysis/cli."""
    module, function = project["project"]["scripts"]["tallybook"].split(":")
    tree = ast.parse((root / module.replace(".", "/") / "__init__.py").read_text("utf-8"))
    names = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    assert function in names


def test_every_data_file_is_shipped(root, project):
    """A file beside the code that no pattern covers would be missing from an installed package."""
    package = root / "analysis"
    patterns = project["tool"]["setuptools"]["package-data"]["analysis"]
    shipped = {path for pattern in patterns for path in package.glob(pattern)}
    files = {p for p in package.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}}
    missing = sorted(str(p.relative_to(root)) for p in files - shipped)
    assert not missing, f"add to package-data in pyproject.toml: {missing}"


def test_every_folder_of_code_is_a_package(root):
    """A folder without __init__.py is left out when the package is built."""
    folders = {p.parent for p in (root / "analysis").rglob("*.py")}
    bare = sorted(str(f.relative_to(root)) for f in folders if not (f / "__init__.py").exists())
    assert not bare, f"no __init__.py in {bare}"


def test_the_citation_names_the_version(root, project):
    """CITATION.cff and pyproject.toml give the same version and licence."""
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == project["project"]["version"]
    assert citation["license"] == project["project"]["license"]


def test_make_tells_about_every_target(root):
    """`make help` names each target that a person runs."""
    text = (root / "Makefile").read_text("utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())
    told = set(re.findall(r'^\t@echo "make ([\w-]+)', text, re.MULTILINE))
    assert told == targets - {"all", "help", "setup", "environment"}
