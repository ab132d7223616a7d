"""Put a folder of pages on an object store (S3 and what speaks like it), changed files only.

A list of what stands there, with the hash of each file, is the last thing written. First pages
(index.html) come after all other files, so that a reader never follows a link to what is not there
yet; what is no more is taken away at the end. Files that are not on our list are never touched.
"""

import hashlib
import json
import mimetypes
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from os import environ
from pathlib import Path
from typing import Any

from analysis.errors import BadUsage, StoreFault

SCHEMES = ("s3://", "gs://", "az://", "file://")
LIST = "published-files.json"
TRIES = 4
SECONDS = 60  # for all tries of one request
TEXTS = {".html", ".css", ".csv", ".json", ".svg", ".txt", ".xml"}
TYPES = {".csv": "text/csv", ".xml": "application/xml", ".jsonl": "application/jsonl"}


@dataclass(frozen=True)
class Sent:
    """What a publication did: files written, of how many bytes, left as they were, taken away."""

    written: int
    size: int
    kept: int
    removed: int


def check(url: str) -> None:
    """Raise BadUsage where an address is none, or the package that talks to stores is missing."""
    try:
        import obstore  # noqa: F401 only whether it is there
    except ImportError:
        reason = "an object store needs one more package: pip install 'tallybook[store]'"
        raise BadUsage(reason) from None
    if not url.startswith(SCHEMES) or not url.partition("://")[2].strip("/"):
        reason = f"'{url}' is no address of a store; write it as s3://bucket/folder"
        raise BadUsage(reason)


def send(folder: Path, url: str) -> Sent:
    """Make the files under an address those of a folder; return what was done.

    Endpoint and credentials are those of the environment (AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID …).
    Raises BadUsage where `check` does, and StoreFault, saying what the store said, where it
    refuses; what stands there is then the old first page with some new files beside it.
    """
    check(url)
    files = {p.relative_to(folder).as_posix(): p for p in sorted(folder.rglob("*")) if p.is_file()}
    # Read once: what is hashed is what is sent, even where a build replaces files meanwhile.
    contents = {name: path.read_bytes() for name, path in files.items()}
    wanted = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    try:
        target = _opened(url)
        held = _listed(target)
        changed = [name for name in wanted if held.get(name) != wanted[name]]
        gone = [name for name in held if name not in wanted]
        for name in sorted(changed, key=_first_pages_last):
            _put(target, name, contents[name])
        if changed or gone:
            # Until it says so, what is taken away below is still known to be ours.
            _put(target, LIST, _as_list({**{n: held[n] for n in gone}, **wanted}))
        for name in gone:
            with suppress(FileNotFoundError):
                target.delete(name)
        if gone:
            _put(target, LIST, _as_list(wanted))
    except StoreFault:
        raise
    except Exception as fault:  # noqa: BLE001 the library has a class for each store's refusals
        said = " ".join(str(fault).split())[:200]
        reason = f"the pages are made, but {url} refused them ({said}); the next build tries again"
        raise StoreFault(reason) from None
    size = sum(len(contents[name]) for name in changed)
    return Sent(len(changed), size, len(wanted) - len(changed), len(gone))


def _opened(url: str) -> Any:
    from obstore.store import from_url

    if url.startswith("file://"):
        return from_url(url, mkdir=True)
    endpoint = environ.get("AWS_ENDPOINT_URL", "")
    return from_url(
        url,
        client_options={"timeout": f"{SECONDS}s", "allow_http": endpoint.startswith("http://")},
        retry_config={"max_retries": TRIES - 1, "retry_timeout": timedelta(seconds=SECONDS)},
    )


def _listed(target: Any) -> dict[str, str]:
    """Return what our list says stands there: nothing where there is none."""
    try:
        found = json.loads(bytes(target.get(LIST).bytes()))
        return {str(name): str(value) for name, value in found["files"].items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, KeyError, AttributeError):
        reason = f"{LIST} in the store is not ours; choose another folder, or remove that file"
        raise StoreFault(reason) from None


def _as_list(files: Mapping[str, str]) -> bytes:
    return json.dumps({"files": dict(sorted(files.items()))}, indent=0).encode()


def _first_pages_last(name: str) -> tuple[bool, str]:
    return Path(name).name == "index.html", name


def _put(target: Any, name: str, data: bytes) -> None:
    from obstore.store import LocalStore

    # A folder has no place to note of what kind a file is.
    known = None if isinstance(target, LocalStore) else {"Content-Type": _type_of(name)}
    target.put(name, data, attributes=known)


def _type_of(name: str) -> str:
    suffix = Path(name).suffix.lower()
    kind = TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{kind}; charset=utf-8" if suffix in TEXTS else kind
