"""Where things lie in a home, and how a reference finds a commit.

::

    commits/<id>/store/          a read-only Oxigraph
    commits/<id>/manifest.json   what is in it
    commits/.tmp-*               commits being written or removed; the next writer sweeps them
    current -> commits/<id>      what is served
    releases/<NAME>.json         a name for a commit
    dataset.json                 only in a home that holds a plain dataset
    writer.lock                  who is writing
    writes.jsonl                 what users changed, a line for each commit of theirs
    tokens.json                  digests of the tokens that allow it
    texts/                       users' own copies of documents, beside the graph (`vault`)
    reviews/                     what coders decided about candidates, beside the graph
    archive/                     files as they came, and the texts made of them (`archive`)
    candidates/                  what was ingested and nobody reviewed, beside the graph
    work/                        the writer's copy
    cache/                       what servers worked out of commits; may be deleted at any time
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from demarche_ontology.errors import NoCommitError, StoreError, UnknownReleaseError
from demarche_store import manifest
from demarche_store.protocol import CommitInfo, ReleaseInfo

TEMPORARY: Final = ".tmp-"
COMMIT_ID: Final = re.compile(r"[0-9]{6,}-[0-9a-f]{12}")
RELEASE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
"""No leading dot (hidden files) or hyphen (options)."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of one home."""

    root: Path

    @property
    def commits(self) -> Path:
        return self.root / "commits"

    @property
    def current(self) -> Path:
        return self.root / "current"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def dataset(self) -> Path:
        return self.root / "dataset.json"

    @property
    def log(self) -> Path:
        return self.root / "writes.jsonl"

    @property
    def lock(self) -> Path:
        return self.root / "writer.lock"

    @property
    def work(self) -> Path:
        return self.root / "work"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def cached(self, identifier: str) -> tuple[Path, ...]:
        """Return the files of the cache that were worked out of a commit."""
        return tuple(self.cache.glob(f"*{identifier}*")) if self.cache.is_dir() else ()

    def commit(self, identifier: str) -> Path:
        return self.commits / identifier

    def store(self, identifier: str) -> Path:
        return self.commit(identifier) / "store"

    def manifest(self, identifier: str) -> Path:
        return self.commit(identifier) / "manifest.json"

    def release(self, name: str) -> Path:
        return self.releases / f"{name}.json"

    def create(self) -> None:
        """Make the folders a writer needs. Raises OSError."""
        self.commits.mkdir(parents=True, exist_ok=True)
        self.releases.mkdir(exist_ok=True)

    # --- Which kind of home ------------------------------------------------------------------

    @property
    def plain(self) -> bool:
        """Whether the home holds a plain dataset, whose default graph is its own."""
        return self.dataset.exists()

    def require(self, *, plain: bool) -> None:
        """Raise StoreError unless the home is of this kind."""
        if self.plain and not plain:
            raise StoreError(
                f"{self.root} holds a plain dataset: no graph is built there",
                remedy="build into another home, named with --home",
            )
        if plain and not self.plain:
            raise StoreError(
                f"{self.root} holds a graph built from seeds, not a plain dataset",
                remedy="load into another home, named with --home",
            )

    # --- What is there -----------------------------------------------------------------------

    def commit_ids(self) -> tuple[str, ...]:
        """Return the ids of all commits, the oldest first."""
        if not self.commits.is_dir():
            return ()
        names = (entry.name for entry in self.commits.iterdir())
        return tuple(sorted(filter(COMMIT_ID.fullmatch, names), key=sequence))

    def current_id(self) -> str | None:
        """Return the id of the current commit, None in an empty home."""
        try:
            return self.current.readlink().name
        except FileNotFoundError:
            return None

    def info(self, identifier: str, release: str | None = None) -> CommitInfo:
        """Read one manifest. Raises UnknownReleaseError, StoreError."""
        path = self.manifest(identifier)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise self._unknown(identifier) from error
        return manifest.load_commit(content, str(path), release)

    def release_info(self, name: str) -> ReleaseInfo:
        """Read one release. Raises UnknownReleaseError, StoreError."""
        path = self.release(name)
        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise self._unknown(name) from error
        return manifest.load_release(content, str(path))

    def release_infos(self) -> tuple[ReleaseInfo, ...]:
        """Return all releases, the oldest first."""
        if not self.releases.is_dir():
            return ()
        names = (path.stem for path in self.releases.iterdir() if path.suffix == ".json")
        infos = (self.release_info(name) for name in names if RELEASE_NAME.fullmatch(name))
        return tuple(sorted(infos, key=lambda info: (info.created, info.name)))

    # --- What a reference means --------------------------------------------------------------

    def resolve(self, ref: str | None) -> tuple[str, str | None]:
        """Return the commit id a reference means and, if it is a release, its name.

        ref: None for the current commit, a release, a commit id, or the beginning of just one.
        Raises NoCommitError, UnknownReleaseError.
        """
        if ref is None:
            return self._current(), None
        if RELEASE_NAME.fullmatch(ref) and self.release(ref).is_file():
            return self.release_info(ref).commit, ref
        found = [name for name in self.commit_ids() if ref and name.startswith(ref)]
        if ref in found or len(found) == 1:
            return (ref if ref in found else found[0]), None
        if found:
            raise UnknownReleaseError(
                f"'{ref}' begins the ids of {len(found)} commits: {', '.join(found)}",
                remedy="give more of the id",
            )
        raise self._unknown(ref)

    def _current(self) -> str:
        current = self.current_id()
        if current is None:
            raise NoCommitError(
                f"There is no graph in {self.root} yet",
                remedy="build one, or point to the home that has one",
            )
        return current

    def _unknown(self, ref: str) -> UnknownReleaseError:
        names = ", ".join(info.name for info in self.release_infos()) or "none"
        return UnknownReleaseError(
            f"There is no release or commit '{ref}' in {self.root}",
            remedy=f"releases there are: {names}",
        )


def sequence(identifier: str) -> int:
    """Return the number a commit id begins with."""
    return int(identifier.partition("-")[0])
