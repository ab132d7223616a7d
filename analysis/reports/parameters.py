"""The parameters of a notebook, read from the one cell that is tagged for them.

papermill passes any name on and only warns of one that the notebook does not know. Here an
unknown or ill-typed parameter is an error, before any kernel starts.
"""

import ast
import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from analysis.errors import BadUsage

TAG = "parameters"
TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
SURROGATE = re.compile("[\ud800-\udfff]")
KINDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
# Python reads "1_000", "٣٠" and "nan" as numbers too: nobody who typed them is sure of that.
WRITTEN = {
    int: re.compile(r"[+-]?(0|[1-9][0-9]{0,17})"),
    float: re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?"),
}


@dataclass(frozen=True)
class Parameter:
    """One parameter: its name, type, default value and the comment that explains it."""

    name: str
    type: type
    default: Any
    comment: str


def signature(notebook: Mapping[str, Any], name: str) -> dict[str, Parameter]:
    """Return the parameters of a notebook (as JSON), in order; `name` is for messages.

    Raises BadUsage where no cell, or more than one, is tagged, or a line in it is no assignment of
    a text or number.
    """
    cells = [
        "".join(cell["source"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and TAG in cell["metadata"].get("tags", [])
    ]
    if len(cells) != 1:
        reason = f"{name}: {len(cells)} cells are tagged '{TAG}'; it needs exactly one"
        raise BadUsage(reason)
    try:
        statements = ast.parse(cells[0]).body
    except SyntaxError as fault:
        reason = f"{name}: line {fault.lineno} of its parameters is no Python; mend it"
        raise BadUsage(reason) from None
    lines = cells[0].splitlines()
    found = [_parameter(statement, lines, name) for statement in statements]
    return {parameter.name: parameter for parameter in found}


def _parameter(statement: ast.stmt, lines: list[str], name: str) -> Parameter:
    line = lines[statement.lineno - 1]
    target: ast.expr | None = None
    value: ast.expr | None = None
    if isinstance(statement, ast.AnnAssign):
        target, value = statement.target, statement.value
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target, value = statement.targets[0], statement.value
    try:
        default = ast.literal_eval(value) if value is not None else None
    except ValueError:
        default = None
    if not isinstance(target, ast.Name) or type(default) not in TYPES.values():
        reason = f"{name}: '{line.strip()}' sets no text or number; write NAME: str = \"value\""
        raise BadUsage(reason)
    named = ast.unparse(statement.annotation) if isinstance(statement, ast.AnnAssign) else ""
    return Parameter(
        target.id, TYPES.get(named, type(default)), default, line.partition("#")[2].strip()
    )


def fit(given: Mapping[str, Any], known: Mapping[str, Parameter], name: str) -> dict[str, Any]:
    """Return given values in the types that a notebook wants; texts are read as numbers for it.

    Raises BadUsage, naming the nearest parameter, for one that the notebook does not have, and
    for a value of another type.
    """
    fitted = {}
    for key, value in given.items():
        parameter = known.get(key)
        if parameter is None:
            raise BadUsage(unknown(key, list(known), name))
        fitted[key] = _fitted(value, parameter, name)
    return fitted


def unknown(key: str, known: list[str], name: str) -> str:
    """Return the message for a parameter that does not exist."""
    return f"{name}: there is no parameter '{key}'; {nearest(key, known)}it has: {', '.join(known)}"


def nearest(value: str, known: Iterable[str]) -> str:
    """Return a question that names the known word most like a value; empty where none is."""
    near = difflib.get_close_matches(value, list(known), n=1, cutoff=0.4)
    return f"did you mean '{near[0]}'? " if near else ""


def _fitted(value: Any, parameter: Parameter, name: str) -> Any:
    wanted = parameter.type
    found = _read(value, wanted) if isinstance(value, str) else value
    kept = _can_be_kept(found)
    if kept and wanted is float and type(found) is int:
        return float(found)
    if not kept or type(found) is not wanted:
        reason = f"{name}: the parameter '{parameter.name}' is {value!r}, not {KINDS[wanted]}"
        raise BadUsage(reason)
    return found


def _read(text: str, wanted: type) -> Any:
    """Return what a text says where a number or a truth is wanted; else the text."""
    if wanted in WRITTEN and WRITTEN[wanted].fullmatch(text):
        return wanted(text)
    if wanted is bool:
        return {"true": True, "false": False}.get(text.lower(), text)
    return text


def _can_be_kept(value: Any) -> bool:
    """Say whether a value can be written into a notebook and comes back as it was."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return value.bit_length() < 64  # noqa: PLR2004 bits
    # A lone surrogate stands for bytes of a command line that are no UTF-8.
    return isinstance(value, str) and not SURROGATE.search(value)


def pairs(given: tuple[str, ...]) -> dict[str, str]:
    """Return NAME=VALUE texts as names and values; raises BadUsage for another form or a repeat.

    >>> pairs(("source=Harbour Office",))
    {'source': 'Harbour Office'}
    """
    found: dict[str, str] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or not name.isidentifier() or name in found:
            reason = (
                f"'{text}' is not NAME=VALUE" if name not in found else f"'{name}' is set twice"
            )
            raise BadUsage(reason)
        found[name] = value
    return found
