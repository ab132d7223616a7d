"""Read the feeds and pages of a story from the web, politely, and keep their bytes.

The only room that opens a connection. A connection is made to a public address alone, which is
looked up here and checked before each connect, so that neither a redirect nor a name that changes
its address leads inside. No proxy of the environment is used.
"""

import contextlib
import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3
from protego import Protego

from analysis.disk import write_atomically
from analysis.documents.addresses import is_public
from analysis.documents.fetched import FOLDER, Address, Notes
from analysis.documents.formats import format_of, unpack
from analysis.documents.isolation import Room
from analysis.errors import BadDocument
from analysis.model import Document, Refusal

AGENT = "tallybook"
SECONDS = 60.0  # for one address, redirects included
WAIT = 1.0  # seconds between two requests to one host
LARGEST = 20 * 1024 * 1024  # bytes, unpacked
REDIRECTS = 5
MOST_ENTRIES = 100  # of a feed, whose pages are read at one time
MOVED = (301, 302, 303, 307, 308)
ENDINGS = {"feed": ".xml", "page": ".html", "warc": ".warc", "gzip": ".gz"}
ADVICE = "look at the address in story.toml, or fetch again later"


@dataclass(frozen=True)
class Fetched:
    """What one address gave: the file that was written, or null where nothing had changed."""

    url: str
    file: str | None
    sha256: str


class Fetcher:
    """Fetches addresses one after another within limits; keeps hosts' rules between them."""

    def __init__(
        self,
        *,
        seconds: float = SECONDS,
        wait: float = WAIT,
        largest: int = LARGEST,
        allowed: Callable[[str], bool] = is_public,
    ) -> None:
        """Take the limits; `allowed` says which addresses may be connected to."""
        self._seconds, self._wait, self._largest = seconds, wait, largest
        self._sockets: list[socket.socket] = []
        self._robots: dict[str, Protego] = {}
        self._last: dict[str, float] = {}
        self._pools = urllib3.PoolManager(retries=False, num_pools=1, maxsize=1)
        self._pools.pool_classes_by_scheme = _pools(allowed, self._sockets)

    def get(
        self, url: str, known: dict[str, str] | None = None
    ) -> tuple[bytes, dict[str, str]] | None:
        """Return the bytes at an address, and what to ask for next time; null where unchanged.

        Raises BadDocument with the reason where it cannot be had.
        """
        headers = {"User-Agent": AGENT, "Accept-Encoding": "gzip"}
        headers |= {"If-None-Match": known["etag"]} if known and known.get("etag") else {}
        headers |= (
            {"If-Modified-Since": known["modified"]} if known and known.get("modified") else {}
        )
        late = threading.Event()

        def stop() -> None:
            late.set()
            for one in list(self._sockets):
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            status, got, data = self._followed(url, headers, late)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as fault:
            if late.is_set():
                raise BadDocument(f"it was not read within {self._seconds:g} seconds") from None
            raise BadDocument(f"it could not be fetched ({_short(fault)})") from None
        finally:
            timer.cancel()
            self._pools.clear()
            for one in self._sockets:
                one.close()
            self._sockets.clear()
        if late.is_set():
            raise BadDocument(f"it was not read within {self._seconds:g} seconds")
        if status == 304:  # noqa: PLR2004 the protocol's number for "unchanged"
            return None
        if status != 200:  # noqa: PLR2004 the protocol's number for "here it is"
            raise BadDocument(f"the server answered with status {status}")
        return data, {"etag": got.get("ETag", ""), "modified": got.get("Last-Modified", "")}

    def _followed(
        self, url: str, headers: dict[str, str], late: threading.Event
    ) -> tuple[int, Any, bytes]:
        for _ in range(REDIRECTS + 1):
            _check_scheme(url)
            self._check_robots(url, late)
            status, got, data = self._asked(url, headers, late)
            if status not in MOVED:
                return status, got, data
            url = urljoin(url, got.get("Location", ""))
        raise BadDocument(f"it redirects more than {REDIRECTS} times")

    def _asked(
        self, url: str, headers: dict[str, str], late: threading.Event
    ) -> tuple[int, Any, bytes]:
        parts = urlsplit(url)
        pause = self._last.get(parts.netloc, 0.0) + self._delay(url) - time.monotonic()
        if pause > 0 and late.wait(min(pause, self._seconds)):
            raise BadDocument(f"it was not read within {self._seconds:g} seconds")
        self._last[parts.netloc] = time.monotonic()
        answer = self._pools.request(
            "GET", url, headers=headers, redirect=False, retries=False, preload_content=False,
            timeout=self._seconds,
        )  # fmt: skip
        data = bytearray()
        while part := answer.read(1 << 16, decode_content=False):
            data += part
            if len(data) > self._largest:
                raise BadDocument(f"it has more than {self._largest:,} bytes")
        packing = answer.headers.get("Content-Encoding", "identity").lower()
        if packing not in ("gzip", "x-gzip", "identity", ""):
            raise BadDocument(f"it is packed as '{packing[:20]}', which was not asked for")
        if "gzip" not in packing or not data:
            return answer.status, answer.headers, bytes(data)
        whole, cut = unpack(bytes(data), self._largest)
        if cut:
            raise BadDocument(cut)
        return answer.status, answer.headers, whole

    def _check_robots(self, url: str, late: threading.Event) -> None:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            status, _, data = self._asked(f"{host}/robots.txt", {"User-Agent": AGENT}, late)
            if status >= 500:  # noqa: PLR2004 the server fails, so that nobody knows its rules
                raise BadDocument(f"the rules of its host cannot be read (status {status})")
            text = data.decode("utf-8", "replace") if status == 200 else ""  # noqa: PLR2004
            self._robots[host] = Protego.parse(text)
        if not self._robots[host].can_fetch(url, AGENT):
            raise BadDocument("the host's robots.txt asks programs not to read it")

    def _delay(self, url: str) -> float:
        parts = urlsplit(url)
        rules = self._robots.get(f"{parts.scheme}://{parts.netloc}")
        return max(self._wait, (rules and rules.crawl_delay(AGENT)) or 0.0)


def fetch(
    addresses: Iterable[Address], folder: Path, fetcher: Fetcher
) -> Iterator[Fetched | Refusal]:
    """Fetch each address into a story's folder of documents, and yield what came of it.

    Bytes are written before they are noted, under a name made of their hash: what a killed run had
    fetched is neither lost nor written twice. A page that changed replaces its older version. A
    bad address does not stop the others.
    """
    notes = Notes(folder)
    notes.put_away()
    for address in addresses:
        found = _one(address, notes, fetcher)
        yield found
        if address.follow and isinstance(found, Fetched):
            for url in _entries(notes, address.url):
                yield _one(Address(url, address.outlet), notes, fetcher)
    notes.put_away()


def _one(address: Address, notes: Notes, fetcher: Fetcher) -> Fetched | Refusal:
    url, known = address.url, notes.of(address.url)
    place = notes.archive if address.follow else notes.folder / FOLDER
    there = bool(known.get("file")) and (place / known["file"]).is_file()
    try:
        got = fetcher.get(url, known if there else None)
    except BadDocument as fault:
        return Refusal(url, str(fault), ADVICE)
    if got is None:
        return Fetched(url, None, known.get("sha256", ""))
    data, said = got
    sha256 = hashlib.sha256(data).hexdigest()
    kind = format_of(data[:4096], "")
    if kind not in ENDINGS:
        return Refusal(url, "it is neither a feed nor a page nor an archive", ADVICE)
    if address.follow and kind != "feed":
        return Refusal(url, "it is no feed whose entries could be followed", ADVICE)
    host = "".join(c if c.isalnum() or c in ".-" else "-" for c in urlsplit(url).netloc)
    name = f"{host[:60]}-{sha256[:16]}{ENDINGS[kind]}"
    fresh = write_atomically(place / name, data)
    # An entry that left a feed was not taken back: the older versions of feeds stay.
    replaces = kind == "page" or address.follow
    notes.keep(
        url,
        {**said, "file": name, "sha256": sha256, "outlet": address.outlet},
        replaces=replaces,
    )
    return Fetched(url, f"{FOLDER}/{name}" if fresh and not address.follow else None, sha256)


def _entries(notes: Notes, url: str) -> Iterator[str]:
    """Yield the addresses of the entries of a feed that was fetched, each once."""
    path = notes.archive / notes.of(url)["file"]
    seen: set[str] = set()
    with Room() as room:
        for entry in room.read(path.read_bytes(), path.name, url, ""):
            if isinstance(entry, Document) and entry.url and entry.url not in seen:
                seen.add(entry.url)
                yield entry.url
                if len(seen) == MOST_ENTRIES:
                    return


def _check_scheme(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadDocument(f"it leads to '{url[:80]}', which is no http or https address")


def _short(fault: Exception) -> str:
    return " ".join(str(fault).split())[-120:] or type(fault).__name__


def _pools(allowed: Callable[[str], bool], sockets: list[socket.socket]) -> dict[str, Any]:
    """Return connection pools that look an address up, check it, and connect to that very one."""

    def connect(connection: Any) -> socket.socket:
        found = socket.getaddrinfo(
            connection.host.strip("[]"), connection.port, type=socket.SOCK_STREAM
        )
        addresses = [str(entry[4][0]) for entry in found]
        for address in addresses:
            if not allowed(address):
                raise BadDocument(f"it leads to {address}, which is no public address")
        made = socket.create_connection((addresses[0], connection.port), connection.timeout)
        # A copy of the handle: closing it ends the wait of a connection that has wrapped it.
        sockets.append(made.dup())
        return made

    class Plain(urllib3.connection.HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class Secure(urllib3.connection.HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return connect(self)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
