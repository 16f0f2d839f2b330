"""The journal of reviews: one file of lines for each coder, to which lines are only added.

::

    reviews/<coder>.jsonl               a line of JSON for each assessment
    reviews/documents/<sha256>.json     documents as they were described when claims were accepted

Files of several coders lie side by side, so that reviews made elsewhere are joined by copying them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Self

from pydantic import ValidationError

from demarche_ingest.review.model import Assessment, KeptDocument
from demarche_ingest.texts import sha256
from demarche_ontology.errors import StoreError
from demarche_store.disk import disk_errors, sync_file, write_whole
from demarche_store.home import Home
from demarche_store.lock import folder_lock

_FORMAT: Final = 1


class Journal:
    """The reviews of a home. Nothing is made on disk before something is added.

    All methods raise StoreError for what is damaged; those that add raise HomeNotWritableError and
    DiskFullError. Several processes may add at a time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @classmethod
    def of(cls, home: Home) -> Self:
        """Return the journal of a home."""
        return cls(home.path / "reviews")

    def add(self, assessments: Iterable[Assessment]) -> None:
        """Write assessments down, those of one coder all or none of them."""
        lines: dict[str, list[str]] = {}
        for one in assessments:
            members = {"format": _FORMAT, **one.model_dump(mode="json", exclude_defaults=True)}
            line = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
            lines.setdefault(one.coder.id, []).append(line)
        if not lines:
            return
        with disk_errors(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with folder_lock(self._folder):
                for coder, told in lines.items():
                    _append(self._folder / f"{coder}.jsonl", "".join(f"{line}\n" for line in told))
                sync_file(self._folder)

    def assessments(self) -> list[Assessment]:
        """Return all assessments, the earliest first; those of one moment as they were written."""
        found = [one for path in self._paths() for one in _read(path)]
        return sorted(found, key=lambda one: one.at)

    def keep(self, document: KeptDocument) -> str:
        """Keep a document's description, unless it is there; return its hash."""
        content = document.model_dump_json(exclude_defaults=True)
        digest = sha256(content)
        path = self._document(digest)
        if not path.exists():
            with disk_errors(self._folder):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_whole(path, content.encode("utf-8"))
                sync_file(path.parent)
        return digest

    def kept(self, digest: str) -> KeptDocument:
        """Return a document's description by its hash."""
        path = self._document(digest)
        try:
            content = path.read_bytes().decode("utf-8")
            if sha256(content) != digest:
                raise ValueError
            return KeptDocument.model_validate_json(content)
        except (OSError, ValueError) as error:
            raise StoreError(
                f"{path}, which a review names, is missing or damaged",
                remedy="restore it from a backup of the home",
            ) from error

    def _document(self, digest: str) -> Path:
        return self._folder / "documents" / f"{digest}.json"

    def _paths(self) -> list[Path]:
        return sorted(self._folder.glob("*.jsonl")) if self._folder.is_dir() else []


def _append(path: Path, text: str) -> None:
    """Add lines to a file. What a writer that was killed left of a line is taken off first."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        end = _whole_lines(file.fileno(), size)
        if end < size:
            file.truncate(end)
        file.seek(end)
        try:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            os.ftruncate(file.fileno(), end)
            raise


def _whole_lines(handle: int, size: int) -> int:
    """Return where the last line that was ended ends."""
    step = 1 << 16
    at = size
    while at > 0:
        start = max(0, at - step)
        found = os.pread(handle, at - start, start).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        at = start
    return 0


def _read(path: Path) -> Iterator[Assessment]:
    data = path.read_bytes()
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), start=1):
        try:
            members = json.loads(line)
            if members.pop("format") != _FORMAT:
                raise ValueError
            yield Assessment.model_validate(members)
        except (ValueError, KeyError, AttributeError, ValidationError) as error:
            raise StoreError(
                f"{path}:{number} is no assessment that this version can read",
                remedy="restore the file from a backup, or use the version that wrote it",
            ) from error
