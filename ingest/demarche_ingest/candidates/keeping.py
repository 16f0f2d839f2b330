"""Where candidates lie: a file for each document, beside the graph and never part of it.

::

    candidates/documents/<2 digits>/<sha256>.json    the candidates of a document (`records`)
    candidates/files/<2 digits>/<sha256>.json        which documents a file holds, once all are done
    candidates/quarantine/<2 digits>/<sha256>.json   what could not be worked on, and why
    candidates/runs/<id>.json                        what each run did, and with what
    candidates/graph/                                a home: the candidates as RDF (`graph`)

A document lies under the sha-256 of its bytes, a row of a table under that of its text. Each file
has the key of what made it: made again with the same key it would be the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from demarche_ontology.errors import StoreError
from demarche_store.disk import disk_errors, write_whole
from demarche_store.home import Home

if TYPE_CHECKING:
    from demarche_ingest.candidates.records import DocumentCandidates

FORMAT: Final = 1
FOLDER: Final = "candidates"
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_RUN: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HEAD: Final = re.compile(rb'\{"format":1,"key":"([0-9a-f]{64})"')
_HEAD_BYTES: Final = 100


class Keeping:
    """The candidates of a home. Nothing is made on disk before something is put there.

    All methods raise StoreError for what is damaged or of a newer version; those that put raise
    HomeNotWritableError and DiskFullError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def of(cls, home: Home) -> Self:
        """Return the candidates of a home."""
        return cls(home.path / FOLDER)

    # --- Documents ----------------------------------------------------------------------------

    def documents(self) -> Iterator[str]:
        """Yield the sha-256 of each document there are candidates of, in their order."""
        yield from self._names("documents")

    def document(self, sha256: str) -> DocumentCandidates | None:
        """Return the candidates of a document, None if it was never ingested."""
        from pydantic import ValidationError

        from demarche_ingest.candidates.records import DocumentCandidates

        path = self._path("documents", sha256)
        members = self._read(path)
        if members is None:
            return None
        try:
            return DocumentCandidates.model_validate(members["candidates"])
        except (KeyError, ValidationError) as error:
            raise _damaged(path) from error

    def key_of(self, sha256: str) -> str:
        """Return the key of what made the candidates of a document, "" where there are none."""
        try:
            with self._path("documents", sha256).open("rb") as file:
                match = _HEAD.match(file.read(_HEAD_BYTES))
        except FileNotFoundError:
            return ""
        return match[1].decode() if match else ""

    def put(self, document: DocumentCandidates, key: str) -> bool:
        """Keep the candidates of a document; return whether they differ from those before.

        Where they do not, the run that made them first stays theirs.
        """
        before = self._before(document.source_sha256)
        same = before is not None and before.model_copy(update={"run": document.run}) == document
        kept = before if same and before is not None else document
        content = kept.model_dump_json(exclude_defaults=True)
        head = f'{{"format":{FORMAT},"key":"{key}","candidates":'
        self._write("documents", document.source_sha256, f"{head}{content}}}\n".encode())
        return not same

    def _before(self, sha256: str) -> DocumentCandidates | None:
        try:
            return self.document(sha256)
        except StoreError:
            return None  # it is damaged, and now made anew

    # --- Files --------------------------------------------------------------------------------

    def file(self, sha256: str) -> dict[str, Any] | None:
        """Return what is known of a file all of whose documents are done, None if it is not."""
        return self._read(self._path("files", sha256))

    def put_file(self, sha256: str, members: dict[str, Any]) -> None:
        """Note that all documents of a file are done. members: its key, and what they are."""
        self._write("files", sha256, _dump(members))

    # --- Quarantine ---------------------------------------------------------------------------

    def quarantined(self) -> Iterator[dict[str, Any]]:
        """Yield what could not be worked on, each with its reason."""
        for name in self._names("quarantine"):
            if (members := self.in_quarantine(name)) is not None:
                yield members

    def in_quarantine(self, sha256: str) -> dict[str, Any] | None:
        """Return why a file or document could not be worked on, None if it could."""
        return self._read(self._path("quarantine", sha256))

    def put_in_quarantine(self, sha256: str, members: dict[str, Any]) -> None:
        """Note that a file or document could not be worked on. members: its key and the reason."""
        self._write("quarantine", sha256, _dump(members))

    def release(self, sha256: str) -> None:
        """Forget that a file or document could not be worked on; it now could."""
        with disk_errors(self.folder):
            self._path("quarantine", sha256).unlink(missing_ok=True)

    # --- Runs ---------------------------------------------------------------------------------

    def runs(self) -> Iterator[dict[str, Any]]:
        """Yield what each run did, the oldest first."""
        folder = self.folder / "runs"
        for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
            if (members := self._read(path)) is not None:
                yield members

    def new_run(self, name: str) -> str:
        """Return a name that no run has: this one, or with a number behind."""
        folder = self.folder / "runs"
        numbered = (f"{name}-{number}" for number in count(2))
        return next(one for one in chain([name], numbered) if not (folder / f"{one}.json").exists())

    def put_run(self, run: str, members: dict[str, Any]) -> None:
        """Keep what a run did."""
        if not _RUN.fullmatch(run):
            raise ValueError(run)
        self._put(self.folder / "runs" / f"{run}.json", _dump(members))

    # --- Where and how ------------------------------------------------------------------------

    def _path(self, kind: str, sha256: str) -> Path:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(sha256)
        return self.folder / kind / sha256[:2] / f"{sha256}.json"

    def _names(self, kind: str) -> Iterator[str]:
        folder = self.folder / kind
        for parent in sorted(folder.iterdir()) if folder.is_dir() else ():
            yield from sorted(one.stem for one in parent.iterdir() if _SHA256.fullmatch(one.stem))

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            members = json.loads(path.read_bytes())
            if members["format"] != FORMAT:
                raise ValueError
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(path) from error
        found: dict[str, Any] = members
        return found

    def _write(self, kind: str, sha256: str, content: bytes) -> None:
        self._put(self._path(kind, sha256), content)

    def _put(self, path: Path, content: bytes) -> None:
        with disk_errors(self.folder):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, content)


def _dump(members: dict[str, Any]) -> bytes:
    told = json.dumps({"format": FORMAT, **members}, ensure_ascii=False, indent=1)
    return f"{told}\n".encode()


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path} cannot be read: it is damaged, or of a newer version",
        remedy="remove that file, and ingest again",
    )
