"""The preview on loopback: it reloads after a build, and leaves the files as they are."""

import http.client
import threading

import pytest

from analysis.cli.preview import print_page, server
from analysis.errors import BadUsage
from analysis.home import Home
from tests.samples import make_home

PAGE = (
    "<!DOCTYPE html><html lang='en'><head><meta http-equiv=\"Content-Security-Policy\" "
    "content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>x</title></head>"
    "<body><p>{}</p></body></html>"
)


@pytest.fixture
def home(root, tmp_path):
    """Return a home whose story has one page."""
    made = Home(make_home(tmp_path, root / "notebooks"))
    pages = made.figures("ferry") / "pages"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text(PAGE.format("before"), "utf-8")
    (made.figures("ferry") / "state.json").write_text("1")
    return made


@pytest.fixture
def address(home):
    """Serve the story; return host and port."""
    with server(home, "ferry", 0) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running.server_address
        running.shutdown()


def test_an_open_page_reloads_after_a_build(chromium, home, address):
    """What the build wrote is seen without a hand on the keyboard."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{address[1]}/index.html")
    page.wait_for_timeout(1500)  # until it has seen the state once
    (home.figures("ferry") / "pages" / "index.html").write_text(PAGE.format("after"), "utf-8")
    (home.figures("ferry") / "state.json").write_text("22")
    page.get_by_text("after").wait_for(timeout=6000)
    context.close()
    assert b"<script" not in (home.figures("ferry") / "pages" / "index.html").read_bytes()


def test_the_preview_answers_this_machine_alone(address):
    """It listens on loopback, under its own name, and hands out nothing beside the pages."""
    assert address[0] == "127.0.0.1"
    for host, path, status in (
        ("evil.example:80", "/index.html", 403),
        (f"127.0.0.1:{address[1]}", "/../state.json", 404),
        (f"127.0.0.1:{address[1]}", "/%2e%2e/state.json", 404),
        (f"127.0.0.1:{address[1]}", "/index.html", 200),
    ):
        connection = http.client.HTTPConnection("127.0.0.1", address[1], timeout=5)
        connection.putrequest("GET", path, skip_host=True)
        connection.putheader("Host", host)
        connection.endheaders()
        assert connection.getresponse().status == status, path
        connection.close()


def test_a_story_without_pages_says_what_to_do(root, tmp_path):
    """Build first."""
    home = Home(make_home(tmp_path, root / "notebooks"))
    with pytest.raises(BadUsage, match="run `tallybook build ferry` first"):
        server(home, "ferry", 0)


def test_a_page_is_printed_as_pdf(chromium, home):
    """By the Chromium that is installed."""
    assert print_page(home.figures("ferry") / "pages" / "index.html").startswith(b"%PDF")
