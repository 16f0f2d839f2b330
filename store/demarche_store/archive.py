"""The archive: files as they came, and the texts that were made of them, beside the graph.

Each file lies under the sha-256 of its bytes, each text under that of its UTF-8 bytes: what lies
there never changes, and adding it again does nothing. A record says which texts a reader made of a
file; another version of the reader makes another record beside the first, so that offsets into the
earlier texts hold. Like the texts of the vault, none of it is in a commit.

::

    archive/files/<2 digits>/<sha256>                 a file
    archive/texts/<2 digits>/<sha256>.txt             a text, UTF-8
    archive/records/<2 digits>/<sha256>/<key>.json    what a reader made of a file
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Self

from demarche_ontology.errors import StoreError
from demarche_store.disk import disk_errors, sync_file, write_whole
from demarche_store.home import Home

_FORMAT: Final = 1
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_KEY: Final = re.compile(r"[0-9a-f]{12}")


class Archive:
    """The archive of a home. Nothing is made on disk before something is added.

    All methods raise StoreError for what is damaged; those that add raise HomeNotWritableError and
    DiskFullError. Several processes may add at a time: what they add under one name is the same.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, home: Home) -> Self:
        """Return the archive of a home."""
        return cls(home.path / "archive")

    # --- Files --------------------------------------------------------------------------------

    def add_file(self, data: bytes) -> str:
        """Keep a file; return its sha-256."""
        digest = hashlib.sha256(data).hexdigest()
        self._write(self._file(digest), data)
        return digest

    def file(self, digest: str) -> bytes | None:
        """Return a file by its sha-256, None if it is not there."""
        return _whole(self._file(digest), digest)

    def files(self) -> Iterator[str]:
        """Yield the sha-256 of each file, in their order."""
        yield from _names(self._folder / "files")

    # --- Texts --------------------------------------------------------------------------------

    def add_text(self, content: str) -> str:
        """Keep a text; return the sha-256 of its UTF-8 bytes."""
        data = content.encode("utf-8")
        digest = hashlib.sha256(data).hexdigest()
        self._write(self._text(digest), data)
        return digest

    def text(self, digest: str) -> str | None:
        """Return a text by its sha-256, None if it is not there."""
        data = _whole(self._text(digest), digest)
        return None if data is None else data.decode("utf-8")

    # --- Records ------------------------------------------------------------------------------

    def add_record(self, digest: str, key: str, record: dict[str, Any]) -> None:
        """Keep what a reader made of a file, unless that is known.

        digest: of the file. key: 12 hexadecimal digits that tell the reader and its version.
        record: what can be written as JSON.
        """
        told = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1)
        members = {"format": _FORMAT, "sha256": _sum(told), "record": record}
        content = json.dumps(members, ensure_ascii=False, sort_keys=True, indent=1)
        self._write(self._record(digest, key), f"{content}\n".encode())

    def record(self, digest: str, key: str) -> dict[str, Any] | None:
        """Return what a reader made of a file, None if it is not known."""
        path = self._record(digest, key)
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            members = json.loads(content)
            record: dict[str, Any] = members["record"]
            told = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1)
            if members["format"] != _FORMAT or members["sha256"] != _sum(told):
                raise ValueError
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path) from error
        return record

    def records(self, digest: str) -> Iterator[dict[str, Any]]:
        """Yield what all readers made of a file, by their keys."""
        folder = self._folder / "records" / digest[:2] / digest
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            record = self.record(digest, path.stem)
            if record is not None:
                yield record

    def damages(self) -> Iterator[str]:
        """Yield a sentence for each file of the archive that is not what its name says."""
        looks: tuple[tuple[str, Callable[[str], object]], ...] = (
            ("files", self.file),
            ("texts", self.text),
            ("records", lambda digest: list(self.records(digest))),
        )
        for folder, look in looks:
            for digest in _names(self._folder / folder):
                try:
                    look(digest)
                except StoreError as error:
                    yield error.message

    # --- Where and how ------------------------------------------------------------------------

    def _file(self, digest: str) -> Path:
        return self._folder / "files" / _checked(digest)[:2] / digest

    def _text(self, digest: str) -> Path:
        return self._folder / "texts" / _checked(digest)[:2] / f"{digest}.txt"

    def _record(self, digest: str, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(key)
        return self._folder / "records" / _checked(digest)[:2] / digest / f"{key}.json"

    def _write(self, path: Path, content: bytes) -> None:
        """Put a file where none is, all or nothing."""
        if path.exists():
            return
        with disk_errors(self._folder):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, content)
            sync_file(path.parent)


def _checked(digest: str) -> str:
    """Return a digest, which becomes the name of a file. Raises ValueError for anything else."""
    if not _SHA256.fullmatch(digest):
        raise ValueError(digest)
    return digest


def _names(folder: Path) -> Iterator[str]:
    for parent in sorted(folder.iterdir()) if folder.is_dir() else ():
        yield from sorted(path.stem for path in parent.iterdir() if _SHA256.fullmatch(path.stem))


def _whole(path: Path, digest: str) -> bytes | None:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(content).hexdigest() != digest:
        raise _damaged(path)
    return content


def _sum(told: str) -> str:
    return hashlib.sha256(told.encode("utf-8")).hexdigest()


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path} is not what its name says: it is damaged",
        remedy="remove that file, and add the document again",
    )
