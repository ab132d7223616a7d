"""Write files so that a power cut, a full disk or a killed run never leaves half of one."""

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> bool:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Returns False, and touches nothing, where the file holds these bytes already. Raises OSError
    where the disk refuses; the file is then as it was before.
    """
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    # Of fixed length: a long name with something behind it may be too long for the disk.
    temporary = path.with_name(f".{os.urandom(8).hex()}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
