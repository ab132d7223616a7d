"""Fetching: against a server on this machine, which only a test may let it reach."""

import gzip
import shutil
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner

from analysis.cli.commands import tallybook
from analysis.documents import read_inbox
from analysis.documents.addresses import is_public
from analysis.documents.fetch import Fetched, Fetcher, fetch
from analysis.documents.fetched import Address
from analysis.errors import BadDocument, BadStory
from analysis.model import Refusal
from tests.samples import STORY

FEED = b"<?xml version='1.0'?><rss version='2.0'><channel><title>P</title></channel></rss>"


LEADS = {
    "/data": "data:text/plain,12",
    "/ftp": "ftp://a.example/x",
    "/nowhere": "",
    "/metadata": "http://169.254.169.254/latest",
    "/number": "http://2130706434:1/feed",
}


class Server(BaseHTTPRequestHandler):
    """Answers each path as its name says."""

    def do_GET(self):
        """Answer a request."""
        self.server.asked.append((self.path, self.headers.get("If-None-Match")))
        path = self.path
        if path == "/robots.txt":
            self.answer(200, b"User-agent: *\nDisallow: /private\n")
        elif path in ("/feed", "/private"):
            unchanged = self.headers.get("If-None-Match") == '"1"'
            self.answer(304 if unchanged else 200, b"" if unchanged else FEED, ETag='"1"')
        elif path in self.server.pages:
            self.answer(200, self.server.pages[path])
        elif path == "/inside":
            self.answer(302, b"", Location="http://127.0.0.2:1/feed")
        elif path == "/file":
            self.answer(302, b"", Location="file:///etc/passwd")
        elif path in LEADS:
            self.answer(302, b"", Location=LEADS[path])
        elif path == "/loop":
            self.answer(302, b"", Location="/loop")
        elif path == "/packed":
            self.answer(200, gzip.compress(FEED), **{"Content-Encoding": "gzip"})
        elif path == "/bomb":
            self.answer(200, gzip.compress(bytes(5_000_000)), **{"Content-Encoding": "gzip"})
        elif path == "/short":
            self.answer(200, FEED, length=1000)
        elif path == "/binary":
            self.answer(200, bytes(100))
        elif path in ("/endless", "/slow"):
            self.send_response(200)
            self.end_headers()
            part, pause = (bytes(1 << 16), 0) if path == "/endless" else (b"a", 0.05)
            try:
                for _ in range(100):
                    self.wfile.write(part)
                    time.sleep(pause)
            except OSError:
                pass
        else:
            self.answer(500, b"")

    def answer(self, status, body, length=None, **headers):
        """Send an answer, of a length that may be a lie."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Keep quiet."""


@pytest.fixture
def server():
    """Run the server for one test."""
    made = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    made.asked, made.pages = [], {}
    made.url = f"http://127.0.0.1:{made.server_port}"
    thread = threading.Thread(target=made.serve_forever, args=(0.02,))
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def fetcher(**limits):
    """Return a fetcher that may reach the first address of this machine alone."""
    limits = {"wait": 0.0, "seconds": 5.0, **limits}
    return Fetcher(allowed=lambda address: address == "127.0.0.1", **limits)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.1", "224.0.0.1", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "fd00::1", "100.64.0.1", "::127.0.0.1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1", "fec0::1", "2001:0:7f00:1::", "2400:1::5efe:7f00:1", "192.88.99.1", "3fff::1", "fd00:ec2::254"],
)  # fmt: skip
def test_an_address_inside_is_no_public_one_in_any_form(address):
    """A form that wraps another address is as that one."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_the_open_web_is_public(address):
    """Ordinary addresses are fetched."""
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "127.1", "0", "[::ffff:127.0.0.1]", "localhost", "0177.0.0.1", "0x7f000001", "127.0.0.1.", "LOCALHOST.", "8.8.8.8@127.0.0.1", "[::1]", "[::]"],
)  # fmt: skip
def test_without_a_test_nothing_on_this_machine_is_reached(host, server):
    """Odd forms of an address are resolved before they are judged; no connection is made."""
    with pytest.raises(BadDocument, match="no public address"):
        Fetcher().get(f"http://{host}:{server.server_port}/feed")
    assert server.asked == []


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/inside", "leads to 127.0.0.2, which is no public"),
        ("/file", "leads to 'file:///etc/passwd', which is no http or https"),
        ("/data", "leads to 'data:text/plain,12', which is no http or https"),
        ("/ftp", "leads to 'ftp://a.example/x', which is no http or https"),
        ("/nowhere", "redirects more than"),
        ("/metadata", "leads to 169.254.169.254, which is no public"),
        ("/number", "leads to 127.0.0.2, which is no public"),
        ("/loop", "redirects more than"),
        ("/private", "robots.txt asks"),
        ("/bomb", "unpacks to more than"),
        ("/endless", "more than 1,000,000 bytes"),
        ("/slow", "not read within 1 seconds"),
        ("/short", "could not be fetched"),
        ("/other", "status 500"),
    ],
)
def test_a_bad_address_is_refused_with_its_reason(path, reason, server):
    """Neither size nor time nor where it leads is the server's to choose."""
    with pytest.raises(BadDocument, match=reason):
        fetcher(seconds=1.0, largest=1_000_000).get(server.url + path)


def test_a_proxy_of_the_environment_is_not_used(server, monkeypatch):
    """A proxy would connect where the check does not look."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert fetcher().get(server.url + "/packed")[0] == FEED


def test_what_has_not_changed_is_asked_for_once_and_kept(server, tmp_path):
    """The second time the server says that nothing is new; a file that was lost is fetched again."""
    url = server.url + "/feed"
    [first] = fetch([Address(url)], tmp_path, fetcher())
    assert (tmp_path / first.file).read_bytes() == FEED
    assert list(fetch([Address(url)], tmp_path, fetcher())) == [Fetched(url, None, first.sha256)]
    assert server.asked[-1] == ("/feed", '"1"')
    (tmp_path / ".fetched.json").write_text("{")  # a run that was killed before it took note
    assert list(fetch([Address(url)], tmp_path, fetcher())) == [Fetched(url, None, first.sha256)]
    (tmp_path / first.file).unlink()
    assert list(fetch([Address(url)], tmp_path, fetcher())) == [first]


def page(words):
    """Return a page of some length that says so."""
    more = "<p>The talks went on in the town, and nobody knew when they would end at all.</p>" * 5
    return f"<html><head><title>News</title></head><body><article><p>{words}</p>{more}</article></body></html>".encode()


def texts(folder):
    """Return url, outlet and first words of each document of a story's folder."""
    return [(d.url, d.outlet, d.text[:40]) for d in read_inbox(folder, "ferry")]


def test_a_page_that_changed_replaces_its_older_version(server, tmp_path):
    """It counts once, and the bytes of the older one are kept; also after a run that was killed."""
    folder = tmp_path / "documents"
    wanted = Address(server.url + "/story", "Example Post")
    server.pages["/story"] = page("Twelve people were killed, police said.")
    [first] = fetch([wanted], folder, fetcher())
    [(url, outlet, text)] = texts(folder)
    assert (url, outlet) == (wanted.url, "Example Post")
    assert "Twelve people" in text
    server.pages["/story"] = page("Nine people were killed, police said.")
    [second] = fetch([wanted], folder, fetcher())
    assert second.file != first.file
    [(_, _, text)] = texts(folder)
    assert "Nine people" in text
    old = tmp_path / "archive" / first.file
    assert b"Twelve people" in old.read_bytes()
    old.rename(folder / first.file)  # as a run leaves it that was killed in between
    assert [f.file for f in fetch([wanted], folder, fetcher())] == [None]
    assert len(texts(folder)) == 1
    server.pages["/story"] = page("Twelve people were killed, police said.")
    assert [f.file for f in fetch([wanted], folder, fetcher())] == [first.file]
    [(_, _, text)] = texts(folder)
    assert "Twelve people" in text


def test_a_feed_that_is_followed_gives_the_pages_of_its_entries(server, tmp_path):
    """Each once, under its own address; the feed itself is no document, and a bad entry is named."""
    folder = tmp_path / "documents"
    for name in ("a", "b"):
        server.pages[f"/{name}"] = page(f"In the town of {name.upper()} four people were killed.")
    entries = "".join(
        f"<item><title>T {name}</title><link>{server.url}/{name}</link></item>"
        for name in ("a", "b", "a", "missing")
    )
    server.pages["/entries"] = (
        f'<rss version="2.0"><channel><title>F</title>{entries}</channel></rss>'.encode()
    )
    wanted = Address(server.url + "/entries", "Example Post", follow=True)
    found = list(fetch([wanted], folder, fetcher()))
    assert [f.place for f in found if isinstance(f, Refusal)] == [server.url + "/missing"]
    assert min(texts(folder))[:2] == (server.url + "/a", "Example Post")
    assert len(texts(folder)) == 2
    again = [f for f in fetch([wanted], folder, fetcher()) if isinstance(f, Fetched)]
    assert [f.file for f in again] == [None, None, None]
    [refused] = fetch([Address(server.url + "/a", follow=True)], folder, fetcher())
    assert "no feed whose entries" in str(refused)


def test_one_bad_address_does_not_stop_the_others(server, tmp_path):
    """Each is named with its reason."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{closed.getsockname()[1]}/feed"
    urls = [dead, server.url + "/other", server.url + "/binary", server.url + "/feed"]
    found = list(fetch([Address(url) for url in urls], tmp_path, fetcher()))
    assert [f.place for f in found if isinstance(f, Refusal)] == urls[:3]
    assert [f.url for f in found if isinstance(f, Fetched)] == urls[3:]


@pytest.fixture
def encrypted(server, tmp_path, skip_or_fail):
    """Let the server speak TLS, with a certificate that nobody vouches for; return its address."""
    if not shutil.which("openssl"):
        skip_or_fail("openssl is not installed (Debian: openssl)")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    return server.url.replace("http:", "https:")


def test_a_certificate_that_nobody_vouches_for_is_refused(encrypted, server, tmp_path):
    """Row R04: by name, before anything is asked; nothing is kept, and other addresses go on."""
    with pytest.raises(BadDocument, match=r"could not be fetched \(.*certificate verify failed"):
        fetcher().get(f"{encrypted}/feed")
    plain = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    plain.asked, plain.pages = [], {}
    thread = threading.Thread(target=plain.serve_forever, args=(0.02,))
    thread.start()
    addresses = [
        Address(f"{encrypted}/feed"),
        Address(f"http://127.0.0.1:{plain.server_port}/feed"),
    ]
    bad, good = fetch(addresses, tmp_path / "story", fetcher())
    plain.shutdown()
    plain.server_close()
    thread.join()
    assert isinstance(bad, Refusal)
    assert "certificate" in bad.reason
    assert isinstance(good, Fetched)
    assert server.asked == []


def test_a_server_without_tls_under_https_is_refused(server):
    """The handshake fails; nothing is asked in the clear."""
    with pytest.raises(BadDocument, match="could not be fetched"):
        fetcher().get(f"{server.url.replace('http:', 'https:')}/feed")
    assert server.asked == []


def test_a_handshake_that_never_ends_is_broken_off():
    """As the other waits, after the time that one address may take."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(BadDocument, match="not read within 1 seconds"):
            fetcher(seconds=1.0).get(f"https://127.0.0.1:{silent.getsockname()[1]}/feed")


def test_a_host_is_not_asked_more_often_than_agreed(server):
    """Two requests stand as far apart as the pause says."""
    started = time.monotonic()
    fetcher(wait=0.2).get(server.url + "/feed")
    assert time.monotonic() - started >= 0.2


def test_the_command_names_each_bad_feed_and_ends_with_3(tmp_path, monkeypatch, server):
    """The story file cannot let the command reach this machine."""
    folder = tmp_path / "notebooks" / "stories" / "ferry"
    folder.mkdir(parents=True)
    feed = f'\n[[feeds]]\nurl = "{server.url}/feed"\n'
    (folder / "story.toml").write_text(STORY + feed)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(tallybook, ["fetch", "ferry"], standalone_mode=False)
    assert done.return_value == 3
    assert "no public address" in done.output
    assert server.asked == []


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a.example/f", "data:text/xml,x", "/etc/passwd", "javascript:1"]
)  # fmt: skip
@pytest.mark.parametrize("command", ["fetch", "build"])
def test_a_feed_that_is_no_web_address_is_a_fault_of_the_story_file(
    tmp_path, monkeypatch, url, command
):
    """R02: code 2, whatever the command."""
    folder = tmp_path / "notebooks" / "stories" / "ferry"
    folder.mkdir(parents=True)
    (folder / "story.toml").write_text(f'{STORY}\n[[feeds]]\nurl = "{url}"\n')
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(tallybook, [command, "ferry"], standalone_mode=False)
    assert isinstance(done.exception, BadStory)
    assert done.exception.exit_code == 2
    assert "feeds" in str(done.exception)
