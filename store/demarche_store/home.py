"""A home: the folder that holds a graph, its commits and its releases."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demarche_ontology.errors import UnknownReleaseError
from demarche_store import disk, retention
from demarche_store.embedded import EmbeddedView
from demarche_store.layout import Layout
from demarche_store.lock import Holder, Pin, holder, writer_lock
from demarche_store.protocol import CommitInfo, ReleaseInfo
from demarche_store.staging import sweep
from demarche_store.user_writer import Known, UserWriter
from demarche_store.writer import EmbeddedWriter


def utc_now() -> datetime:
    """Return the present moment, to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


class Home:
    """A folder of commits; `layout` says what lies where.

    Nothing is read or written before a method asks for it, so the folder need not exist yet.
    clock: gives the `created` of commits and releases.
    """

    def __init__(self, path: Path | str, clock: Callable[[], datetime] = utc_now) -> None:
        self._layout = Layout(Path(path).absolute())
        self._clock = clock

    @property
    def path(self) -> Path:
        return self._layout.root

    def open(self, ref: str | None = None) -> EmbeddedView:
        """Open a commit for reading.

        ref: None for the current commit; a release; a commit id or the beginning of just one.
        Raises NoCommitError, UnknownReleaseError, StoreError.
        """
        identifier, release = self._layout.resolve(ref)
        try:
            return self._view(identifier, release)
        except UnknownReleaseError:
            # Pruned between the look and the opening; `current` leads to another one by now.
            if ref is not None:
                raise
            identifier, release = self._layout.resolve(ref)
            return self._view(identifier, release)

    def writer(self, command: str) -> EmbeddedWriter:
        """Return the writer, to be used in a `with`; `command` tells others who holds it.

        Entering raises LockedError, HomeNotWritableError, DiskFullError.
        """
        return EmbeddedWriter(self._layout, command, self._clock)

    def user_writer(self, command: str, known: Known | None = None) -> UserWriter:
        """Return the writer for what users change, in both kinds of home; see `writer`.

        known: what a writer before it knew of its commit, to be kept between writers.
        """
        return UserWriter(self._layout, command, self._clock, known)

    @property
    def plain(self) -> bool:
        """Whether this home holds a plain dataset, whose default graph is its own."""
        return self._layout.plain

    @property
    def candidates(self) -> Home:
        """The home of the candidates: what was ingested and nobody reviewed, never in this one."""
        return Home(self.path / "candidates" / "graph", self._clock)

    @property
    def cache(self) -> Path:
        """The folder for what is worked out of commits, by file names that hold their ids.

        It need not exist; what lies there may be deleted at any time, and goes with its commit.
        """
        return self._layout.cache

    def require(self, *, plain: bool) -> None:
        """Raise StoreError unless the home is of this kind; an empty one may become both."""
        if plain and not self._layout.plain and self._layout.current_id() is None:
            return
        self._layout.require(plain=plain)

    def make_plain(self) -> None:
        """Have this home hold a plain dataset; it must be empty, or hold one already.

        Raises StoreError, LockedError.
        """
        with disk.disk_errors(self.path):
            self._layout.create()
            with writer_lock(self._layout.lock, "make a plain dataset", self._clock()):
                if self._layout.plain:
                    return
                if self._layout.commit_ids():
                    self._layout.require(plain=True)
                disk.write_new(self._layout.dataset, b'{"format": 1, "dataset": "plain"}\n')

    def writing(self) -> Holder | None:
        """Return who is writing now, if anybody."""
        return holder(self._layout.lock)

    def current(self) -> CommitInfo | None:
        """Return the current commit, None in an empty home."""
        identifier = self._layout.current_id()
        return None if identifier is None else self._layout.info(identifier)

    def commits(self) -> tuple[CommitInfo, ...]:
        """Return all commits, the oldest first.

        One that is newer than the current was left by a writer killed before the switch.
        """
        return tuple(self._layout.info(identifier) for identifier in self._layout.commit_ids())

    def resolve(self, ref: str | None = None) -> CommitInfo:
        """Return the commit a reference means, without opening it.

        Raises NoCommitError, UnknownReleaseError.
        """
        identifier, release = self._layout.resolve(ref)
        return self._layout.info(identifier, release)

    def releases(self) -> tuple[ReleaseInfo, ...]:
        """Return all releases, the oldest first."""
        return self._layout.release_infos()

    def create_release(
        self, name: str, commit: str | None = None, description: str = ""
    ) -> ReleaseInfo:
        """Name a commit (None: the current one), once and for ever.

        Raises ReleaseExistsError, NoCommitError, UnknownReleaseError, StoreError.
        """
        return retention.create_release(self._layout, name, commit, description, self._clock())

    def prune(self, keep_for: timedelta, now: datetime | None = None) -> tuple[str, ...]:
        """Remove commits older than `keep_for`; return their ids.

        Never the current one, a released one, or one that a reader has open. Raises LockedError.
        """
        if not self._layout.commits.is_dir():
            return ()
        now = now or self._clock()
        with disk.disk_errors(self.path):
            self._layout.create()
            with writer_lock(self._layout.lock, "prune", now):
                sweep(self._layout)
                return retention.prune(self._layout, keep_for, now)

    def _view(self, identifier: str, release: str | None) -> EmbeddedView:
        info = self._layout.info(identifier, release)
        try:
            pin = Pin(self._layout.manifest(identifier))
        except FileNotFoundError as error:
            raise UnknownReleaseError(f"Commit '{identifier}' was pruned just now") from error
        try:
            return EmbeddedView(self._layout.store(identifier), info, pin)
        except BaseException:
            pin.release()
            raise
