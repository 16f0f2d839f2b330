"""The text vault: a user's own copies of documents, kept beside the graph and never part of it.

Texts lie in the folder `texts` of a home, each under the sha-256 of its content. They are in no
commit, so that no export, release or publication can hold them. Which text belongs to which
document stands in one file; where a text is not the very one a document was coded from, that file
says where each passage was found in it.

::

    texts/index.json      which document each text belongs to
    texts/<sha256>.txt    a text, UTF-8, as it is
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

from demarche_ontology.errors import StoreError, UnknownTextError
from demarche_store.disk import disk_errors, sync_file, write_whole
from demarche_store.home import Home
from demarche_store.lock import folder_lock

_FORMAT: Final = 1
_SHA256: Final = re.compile(r"[0-9a-f]{64}")

Place = tuple[int, int]
"""Code points of a text: start, and end exclusive."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A text of the vault, and the document it is a copy of.

    document: the document's sourceSha256. text_sha256: of the text's UTF-8 bytes. file: the name
    the copy had. length: in code points. places: None for the very text that offsets count in;
    else where each passage that was found stands, by its place in that text.
    """

    document: str
    text_sha256: str
    file: str
    length: int
    places: dict[Place, Place] | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the offsets of the graph hold in this text."""
        return self.places is None

    def place(self, start: int, end: int) -> Place | None:
        """Return where a passage of the document stands in this text, None if it was not found."""
        if self.places is None:
            return (start, end) if end <= self.length else None
        return self.places.get((start, end))


class Vault:
    """The texts of a home. Reading makes no files; what is removed is gone at the next look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: tuple[tuple[int, int, int], dict[str, Copy]] | None = None

    @classmethod
    def of(cls, home: Home) -> Self:
        """Return the vault of a home."""
        return cls(home.path / "texts")

    def all(self) -> tuple[Copy, ...]:
        """Return the copies by their document's hash. Raises StoreError for a damaged index."""
        return tuple(sorted(self._copies().values(), key=lambda copy: copy.document))

    def find(self, document: str) -> Copy | None:
        """Return the copy of a document, by its sourceSha256. Raises StoreError."""
        return self._copies().get(document)

    def text(self, copy: Copy) -> str | None:
        """Return the text of a copy, None if it was removed. Raises StoreError if it is damaged."""
        try:
            content = self._file(copy.text_sha256).read_bytes()
        except FileNotFoundError:
            return None
        if hashlib.sha256(content).hexdigest() != copy.text_sha256:
            raise StoreError(
                f"{self._file(copy.text_sha256)} is not what its name says",
                remedy="remove the text with `demarche texts remove`, and add it again",
            )
        return content.decode("utf-8")

    # --- Changing it -------------------------------------------------------------------------

    def add(self, copy: Copy, content: str) -> None:
        """Keep a text, in the place of the one its document may have had.

        content: the text itself; copy.text_sha256 and copy.length are taken from it.
        Raises HomeNotWritableError, DiskFullError, StoreError.
        """
        data = content.encode("utf-8")
        digest = hashlib.sha256(data).hexdigest()
        kept = replace(copy, text_sha256=digest, length=len(content))
        with self._changing():
            if not self._file(digest).exists():
                write_whole(self._file(digest), data)
            self._save({**self._copies(), copy.document: kept})

    def remove(self, documents: Iterable[str]) -> None:
        """Forget the copies of documents, by sourceSha256. Raises UnknownTextError, StoreError."""
        wanted = set(documents)
        if not self._folder.is_dir():
            raise _unknown(wanted)
        with self._changing():
            copies = self._copies()
            if missing := wanted - copies.keys():
                raise _unknown(missing)
            self._save({name: copy for name, copy in copies.items() if name not in wanted})

    @contextmanager
    def _changing(self) -> Iterator[None]:
        with disk_errors(self._folder):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with folder_lock(self._folder):
                yield

    def _save(self, copies: dict[str, Copy]) -> None:
        members = [_members(copies[name]) for name in sorted(copies)]
        text = json.dumps({"format": _FORMAT, "texts": members}, ensure_ascii=False, indent=1)
        write_whole(self._index, f"{text}\n".encode())
        kept = {self._file(copy.text_sha256) for copy in copies.values()}
        for path in self._folder.glob("*.txt"):
            if path not in kept:
                path.unlink()
        sync_file(self._folder)

    # --- Reading it --------------------------------------------------------------------------

    @property
    def _index(self) -> Path:
        return self._folder / "index.json"

    def _file(self, digest: str) -> Path:
        return self._folder / f"{digest}.txt"

    def _copies(self) -> dict[str, Copy]:
        """Return the index, read again only when the file is another than the last time."""
        try:
            found = self._index.stat()
        except FileNotFoundError:
            return {}
        state = (found.st_ino, found.st_size, found.st_mtime_ns)
        if self._read is None or self._read[0] != state:
            self._read = (state, self._load())
        return self._read[1]

    def _load(self) -> dict[str, Copy]:
        try:
            members = json.loads(self._index.read_bytes())
            if members["format"] != _FORMAT:
                raise ValueError
            copies = [_copy(one) for one in members["texts"]]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{self._index} cannot be read: it is damaged, or of a newer version",
                remedy="remove that folder, and add the texts again",
            ) from error
        return {copy.document: copy for copy in copies}


def _unknown(documents: Iterable[str]) -> UnknownTextError:
    names = ", ".join(sorted(name[:12] for name in documents))
    return UnknownTextError(
        f"There is no text of the document {names}", remedy="`demarche texts list` tells which are"
    )


def _members(copy: Copy) -> dict[str, Any]:
    places = copy.places
    return {
        "document": copy.document,
        "text_sha256": copy.text_sha256,
        "file": copy.file,
        "length": copy.length,
        "places": None if places is None else [[*was, *now] for was, now in sorted(places.items())],
    }


def _copy(members: dict[str, Any]) -> Copy:
    places = members["places"]
    digests = (members["document"], members["text_sha256"])
    # The digest becomes the name of a file.
    if not all(_SHA256.fullmatch(digest) for digest in digests):
        raise ValueError
    return Copy(
        *digests,
        str(members["file"]),
        int(members["length"]),
        None if places is None else {(a, b): (c, d) for a, b, c, d in places},
    )
