"""Pages on an object store: changed files alone, first pages last, nothing that is not ours."""

import json
import subprocess
import sys

import pytest

from analysis import store
from analysis.errors import BadUsage, StoreFault
from tests.buckets import serving
from tests.samples import make_home

pytest.importorskip("obstore", reason="extra `store` is not installed")
URL = "s3://news/losses"
PREFIX = "/news/losses/"


@pytest.fixture
def bucket(monkeypatch):
    """Return an empty bucket on loopback, with the settings by which a user names it."""
    with serving() as (found, address):
        settings = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
        }
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        yield found


@pytest.fixture
def pages(tmp_path):
    """Return a folder of pages."""
    folder = tmp_path / "pages"
    (folder / "data").mkdir(parents=True)
    for name in ("index.html", "overview.html", "data/claims.csv", "data/index.html"):
        (folder / name).write_text(f"content of {name}", "utf-8")
    return folder


def held(bucket):
    """Return what is public, without our list."""
    return {
        key.removeprefix(PREFIX): data.decode(errors="replace")
        for key, data in bucket.objects.items()
        if not key.endswith(store.LIST)
    }


def writes(bucket):
    """Return the names written since the last look."""
    names = [c.removeprefix(f"PUT {PREFIX}") for c in bucket.calls if c.startswith("PUT")]
    bucket.calls.clear()
    return names


def test_all_files_are_there_first_pages_last_and_typed(bucket, pages):
    """A browser shows a page instead of offering it as a download."""
    sent = store.send(pages, URL)
    assert (sent.written, sent.kept, sent.removed) == (4, 0, 0)
    names = writes(bucket)
    assert set(names[:2]) == {"overview.html", "data/claims.csv"}
    assert set(names[2:4]) == {"index.html", "data/index.html"}
    assert names[4:] == [store.LIST]
    assert held(bucket)["data/claims.csv"] == "content of data/claims.csv"
    assert bucket.types[f"{PREFIX}index.html"] == "text/html; charset=utf-8"
    assert bucket.types[f"{PREFIX}data/claims.csv"] == "text/csv; charset=utf-8"


def test_what_did_not_change_is_not_sent_and_what_is_gone_goes(bucket, pages):
    """Files of others stay, whatever they are called."""
    bucket.objects["/news/losses/ours-not.html"] = b"theirs"
    store.send(pages, URL)
    writes(bucket)
    assert store.send(pages, URL).written == 0
    assert writes(bucket) == []
    (pages / "overview.html").write_text("new", "utf-8")
    (pages / "data/claims.csv").unlink()
    sent = store.send(pages, URL)
    assert (sent.written, sent.size, sent.kept, sent.removed) == (1, 3, 2, 1)
    assert writes(bucket)[0] == "overview.html"
    assert set(held(bucket)) == {"index.html", "overview.html", "data/index.html", "ours-not.html"}
    listed = json.loads(bucket.objects[f"{PREFIX}{store.LIST}"])["files"]
    assert set(listed) == {"index.html", "overview.html", "data/index.html"}


@pytest.mark.parametrize("after", range(5))
def test_a_store_that_refuses_in_the_middle_is_made_whole_by_the_next_run(bucket, pages, after):
    """At each write: one message, the first page not before its links, then all of it."""
    bucket.fails_after = after
    with pytest.raises(StoreFault, match=r"s3://news/losses refused them .*privileges"):
        store.send(pages, URL)
    shown = held(bucket)
    assert "index.html" not in shown or {"overview.html", "data/claims.csv"} <= set(shown)
    bucket.fails_after = None
    store.send(pages, URL)
    assert set(held(bucket)) == {
        "index.html",
        "overview.html",
        "data/claims.csv",
        "data/index.html",
    }
    assert store.send(pages, URL).written == 0


def test_a_list_that_is_not_ours_is_never_overwritten(bucket, pages):
    """Somebody else publishes there."""
    bucket.objects[f"{PREFIX}{store.LIST}"] = b"[]"
    with pytest.raises(StoreFault, match="choose another folder"):
        store.send(pages, URL)
    assert held(bucket) == {}


@pytest.mark.parametrize("url", ["news/losses", "ftp://news", "s3://", "https://news.example/x"])
def test_an_address_that_is_none_is_refused_before_anything_is_built(url):
    """The message shows the form."""
    with pytest.raises(BadUsage, match="s3://bucket/folder"):
        store.check(url)


def test_a_folder_is_a_store_too(pages, tmp_path):
    """A web server's folder, say."""
    store.send(pages, f"file://{tmp_path}/web")
    assert (tmp_path / "web/data/claims.csv").read_text() == "content of data/claims.csv"


def test_a_store_that_is_not_there_ends_with_a_message(monkeypatch, pages):
    """No hang, and the pages stay where they were made."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setattr(store, "TRIES", 1)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with pytest.raises(StoreFault, match="the next build tries again"):
        store.send(pages, URL)


def test_a_build_publishes_and_a_build_with_nothing_new_mends(bucket, root, tmp_path, monkeypatch):
    """The whole way, by the command; a store that lost its list is filled again."""
    monkeypatch.setenv("TALLYBOOK_HOME", str(make_home(tmp_path, root / "notebooks")))
    words = [sys.executable, "-m", "analysis", "build", "ferry", "--publish-to", URL]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    local = {
        path.relative_to(tmp_path / "figures/ferry/pages").as_posix()
        for path in (tmp_path / "figures/ferry/pages").rglob("*")
        if path.is_file()
    }
    assert set(held(bucket)) == local
    bucket.objects.clear()
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "nothing new" in done.stdout
    assert set(held(bucket)) == local
