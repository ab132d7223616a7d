"""One Chromium for all tests that look at pages."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

BINARIES = ("chromium", "chromium-browser", "google-chrome")
# Headless, and without the browser's own errands on the network.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium(skip_or_fail: Any) -> Iterator[Any]:
    """One browser for all tests."""
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    if binary is None:
        skip_or_fail("Chromium is not installed (on Debian: apt-get install chromium)")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        skip_or_fail("playwright is not installed (pip install playwright)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=list(FLAGS))
        yield browser
        browser.close()
