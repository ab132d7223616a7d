"""Where the project lies, and what to do when a test's tool is missing."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from analysis.pipeline.ready import ready
from analysis.reports.prefork import VARIABLE

ROOT = Path(__file__).resolve().parent.parent


def _skip_or_fail(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(f"{reason}; with CI=true a missing tool is a failure", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def skip_or_fail() -> Callable[[str], NoReturn]:
    """Return what a test calls when a tool is missing: it skips, or fails when CI=true."""
    return _skip_or_fail


@pytest.fixture(scope="session", autouse=True)
def warm() -> Iterator[None]:
    """Keep imported what notebooks need, as a watch does: hundreds of tests build a story.

    Where it matters how a build begins and ends by itself, a test asks for `cold`.
    """
    with ready():
        yield


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each build begin by itself all that it needs."""
    monkeypatch.delenv(VARIABLE, raising=False)
