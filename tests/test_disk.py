"""Files are whole or as they were."""

import os
from pathlib import Path

import pytest

from analysis.disk import write_atomically


def test_a_file_is_written_whole_and_only_when_it_changed(tmp_path: Path) -> None:
    """Equal bytes leave the file untouched, down to its inode and time."""
    path = tmp_path / "pages" / ("n" * 250 + ".html")
    assert write_atomically(path, b"one") is True
    before = path.stat()
    assert write_atomically(path, b"one") is False
    assert path.stat() == before or path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.stat().st_ino == before.st_ino
    assert write_atomically(path, b"two") is True
    assert path.read_bytes() == b"two"
    assert [each.name for each in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_rest(
    step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk may refuse at any step: the reader keeps the last good page."""
    path = tmp_path / "page.html"
    write_atomically(path, b"old")

    def refuse(*_: object) -> None:
        reason = "no space left"
        raise OSError(reason)

    monkeypatch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), refuse)
    with pytest.raises(OSError, match="no space"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_a_link_on_the_disk_is_replaced_and_not_followed(tmp_path: Path) -> None:
    """A page is a file of its own: what a link pointed at stays as it was."""
    (tmp_path / "elsewhere").write_bytes(b"x")
    (tmp_path / "page.html").symlink_to(tmp_path / "elsewhere")
    assert write_atomically(tmp_path / "page.html", b"x") is True
    assert not (tmp_path / "page.html").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"x"
