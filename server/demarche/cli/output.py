"""Where answers go: standard output, or a file that is whole or not there at all."""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from demarche_ontology.errors import DiskFullError, StoreError


@contextmanager
def opened(path: Path | None) -> Iterator[IO[bytes]]:
    """Open standard output for None or "-", else a file.

    A file appears under its name when the block ends without an error; until then, what was there
    stays. Raises StoreError and DiskFullError for a file that cannot be written.
    """
    if path is None or str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with _errors(path):
        real = path.resolve()  # what a symbolic link leads to is replaced, not the link
    if real.exists() and not real.is_file():
        with _errors(path), real.open("wb") as device:  # a pipe or device cannot be replaced
            yield device
        return
    with _draft(path, real) as draft:
        yield draft


@contextmanager
def _draft(path: Path, real: Path) -> Iterator[IO[bytes]]:
    with _errors(path):
        handle, name = tempfile.mkstemp(dir=real.parent, prefix=f".{real.name}.")
    try:
        with _errors(path), os.fdopen(handle, "wb") as draft:
            yield draft
            draft.flush()
            os.fsync(draft.fileno())
        with _errors(path):
            Path(name).chmod(_mode(real))
            Path(name).replace(real)
    finally:
        Path(name).unlink(missing_ok=True)


def _mode(real: Path) -> int:
    """Return the permissions a file has, or would have if it were made in the usual way."""
    try:
        return stat.S_IMODE(real.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise DiskFullError(
                f"No space is left for {path}; nothing was written", "free some space"
            ) from error
        raise StoreError(
            f"{path} cannot be written: {error.strerror or error}",
            remedy="choose another place, or give this user the right to write there",
        ) from error
