"""Stages do not know each other: the arrows between rooms run one way."""

import ast
from pathlib import Path

import pytest

NOUNS = {"errors", "model", "columns"}
STAGES = {
    "story": {"parts"},
    "parts": set(),
    "documents": {"disk"},
    "extract": set(),
    "ledger": {"collector"},
    "collector": set(),
    "corrections": {"aliases"},
    "entries": {"aliases", "corrections"},
    "aliases": set(),
    "decisions": {"corrections", "aliases"},
    "waiting": {"wording"},
    "redactions": set(),
    "series": set(),
    "reconcile": set(),
    "falls": set(),
    "printings": set(),
    "wording": set(),
    "tables": {"wording"},
    "prose": {"wording", "tables"},
    "palette": set(),
    "charts": {"wording", "tables", "palette"},
    "reports": {"disk", "workers"},
    "workers": set(),
    "cluster": set(),
    "store": set(),
    "publish": {"tables", "wording", "disk", "palette"},
    "scaffold": {"disk", "story"},
    "disk": set(),
    "home": set(),
    "quick": set(),
    "schedule": set(),
    "watch": {"home"},
}
# Two conductors, the doors and the command line may call the stages; nothing calls them back.
CONDUCTORS = {
    "book": set(STAGES) - {"documents", "extract", "reports", "publish"},
    "pipeline": {*STAGES, "book"} - {"charts", "prose"},
    "display": {"charts", "tables", "disk"},
    "doctor": {*STAGES, "pipeline"},
    "cli": {*STAGES, "book", "pipeline", "doctor"},
    "__init__": {"book", "pipeline", "home", "display"},
    "__main__": {"cli"},
}
ALLOWED = {room: arrows | NOUNS for room, arrows in (STAGES | CONDUCTORS).items()} | {
    "errors": set(),
    "model": set(),
    "columns": {"model"},
}
PACKAGE = Path(__file__).resolve().parent.parent / "analysis"
MODULES = sorted(PACKAGE.rglob("*.py"))


def room_of(path: Path) -> str:
    """Return the room that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def arrows(path: Path) -> set[str]:
    """Return the rooms that a module imports, wherever in it the import stands."""
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            module = node.module or ""
            names = [f"{module}.{a.name}" for a in node.names] if module == "analysis" else [module]
        elif isinstance(node, ast.ImportFrom):
            pytest.fail(f"{path.name} imports relatively; name the room")
        else:
            continue
        rooms |= {n.split(".")[1] for n in names if n.startswith("analysis.")}
    return {room for room in rooms if room != "__version__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_a_room_imports_only_what_it_may(path):
    """A stage shares the nouns and meets others in a conductor."""
    room = room_of(path)
    assert room in ALLOWED, f"{room} is a new room: say in this file what it may import"
    assert arrows(path) - {room} <= ALLOWED[room]


def test_only_the_doors_print_exit_and_read_the_clock():
    """What a stage does depends on what it is given, and on nothing else."""
    found = []
    for path in MODULES:
        if room_of(path) in ("cli", "__init__"):  # the two doors through which people come
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                if called in {
                    "print",
                    "exit",
                    "sys.exit",
                    "datetime.now",
                    "date.today",
                    "time.time",
                }:
                    found.append(f"{path.relative_to(PACKAGE)} line {node.lineno}: {called}")
    assert found == []


def test_only_fetching_opens_a_connection():
    """The network is entered at one door."""
    sockets = {
        "socket",
        "http",
        "urllib.request",
        "requests",
        "httpx",
        "aiohttp",
        "ftplib",
        "smtplib",
    }
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = (
                {alias.name for alias in node.names}
                if isinstance(node, ast.Import)
                else {node.module}
                if isinstance(node, ast.ImportFrom)
                else set()
            )
            if path.parent.name == "reports":
                # Between processes of this machine, through a file in a private folder.
                assert "AF_INET" not in path.read_text("utf-8"), path
                names = names - {"socket"}
            assert path.name == "fetch.py" or not names & sockets, path


def test_modules_are_short():
    """Past 250 lines there is a second noun inside; past 450 nobody finds it."""
    long = {
        path.relative_to(PACKAGE).as_posix(): lines
        for path in MODULES
        if (lines := len(path.read_text("utf-8").splitlines())) > 450
    }
    assert long == {}
