"""What every write to disk here shares: clear errors, and bytes that are really there.

A commit is published by renaming, so whatever the name leads to has to be on the disk before:
files are synced, then the folders that name them.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from demarche_ontology.errors import DiskFullError, HomeNotWritableError, StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
# RocksDB reports the operating system's message in the text, without the number.
_FULL_TEXTS = ("No space left", "Disk quota exceeded", "File too large")
_FORBIDDEN_TEXTS = ("Read-only file system", "Permission denied", "Operation not permitted")


@contextmanager
def disk_errors(where: Path) -> Iterator[None]:
    """Turn what the disk refuses into DiskFullError or HomeNotWritableError.

    Wrap only code that writes below `where`: a caller's own OSError must pass unchanged.
    """
    try:
        yield
    except OSError as error:
        translated = translate(error, where)
        if translated is None:
            raise
        raise translated from error


def translate(error: OSError, where: Path) -> StoreError | None:
    """Return the error of ours that says the same, or None if it is another matter."""
    text = str(error)
    if error.errno in _FULL or any(part in text for part in _FULL_TEXTS):
        return DiskFullError(
            f"No space is left where {where} lies; the graph is as it was before",
            remedy="free some space, or prune old commits, and run it again",
        )
    if error.errno in _FORBIDDEN or any(part in text for part in _FORBIDDEN_TEXTS):
        return HomeNotWritableError(
            f"{where} cannot be written: {error.strerror or text}",
            remedy="give this user the right to write there, or choose another home",
        )
    return None


def sync_file(path: Path) -> None:
    """Have a file's content, or a folder's list of names, put on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Sync every file below a folder, then the folders, the outermost last."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            sync_file(Path(parent, name))
        sync_file(Path(parent))


def write_new(path: Path, content: bytes) -> None:
    """Create a file with this content, all or nothing. Raises FileExistsError."""
    draft = path.with_name(f".tmp-{uuid4().hex}")
    try:
        draft.write_bytes(content)
        sync_file(draft)
        # Unlike a rename, a link never takes the place of a file that is there already.
        os.link(draft, path)
        sync_file(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def point(link: Path, target: str) -> None:
    """Make a symbolic link lead to `target`, replacing it in one step."""
    draft = link.with_name(f".tmp-{link.name}-{uuid4().hex}")
    draft.symlink_to(target)
    try:
        draft.replace(link)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_file(link.parent)


def remove(path: Path) -> None:
    """Remove a file, a link, or a folder and all in it; no such thing is no fault."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Put a file for this user alone where it belongs, all of it or nothing.

    Whoever calls has the folder's list of names put on the disk, after one file or several.
    """
    draft = path.with_name(f".tmp-{secrets.token_hex(8)}")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        sync_file(draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
