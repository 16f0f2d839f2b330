"""What every writer works on: a copy of the current commit, held under the writer's lock.

The copy in `work/` starts as a hard-linked backup of the current commit, so that it costs
milliseconds whatever the size. Nothing a reader can see changes before the last step of `publish`,
the switch of `current`; a writer killed at any moment before leaves the previous commit in place
and rubbish that the next writer sweeps.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from typing import Self
from uuid import uuid4

from pyoxigraph import Store

from demarche_ontology.errors import StoreError
from demarche_store import disk, manifest
from demarche_store.embedded import open_read_only
from demarche_store.layout import TEMPORARY, Layout, sequence
from demarche_store.lock import folder_lock, writer_lock
from demarche_store.protocol import CommitInfo


class Staging:
    """A context manager around the copy. Entering raises as `EmbeddedWriter` does.

    plain: which of the two kinds of home it is for, None for both.
    base: the commit the copy was made of, None in an empty home; who publishes sets it anew.
    """

    def __init__(
        self,
        layout: Layout,
        command: str,
        clock: Callable[[], datetime],
        plain: bool | None = None,
    ) -> None:
        self._layout = layout
        self._command = command
        self._clock = clock
        self._plain = plain
        self._staged: Store | None = None
        self._held = ExitStack()
        self.base: CommitInfo | None = None

    def __enter__(self) -> Self:
        with disk.disk_errors(self._layout.root), ExitStack() as held:
            self._layout.create()
            held.enter_context(writer_lock(self._layout.lock, self._command, self._clock()))
            if self._plain is not None:
                self._layout.require(plain=self._plain)
            held.callback(self._drop)
            sweep(self._layout)
            self._seed()
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with disk.disk_errors(self._layout.root):
            self._held.close()

    @property
    def store(self) -> Store:
        """The copy, to be changed. Raises StoreError outside the context."""
        if self._staged is None:
            raise StoreError(
                "This writer is not at work",
                remedy="use it inside a 'with' statement",
            )
        return self._staged

    def next_id(self, digest: str) -> str:
        """Return the id of the commit to be made."""
        numbers = [sequence(name) for name in self._layout.commit_ids()]
        return f"{max(numbers, default=0) + 1:06d}-{digest[:12]}"

    def _seed(self) -> None:
        current = self._layout.current_id()
        self._layout.work.mkdir()
        # Never the same name twice: a store that a traceback keeps alive keeps its name locked.
        path = self._layout.work / uuid4().hex
        if current is not None:
            self.base = self._layout.info(current)
            open_read_only(self._layout.store(current)).backup(path)
        self._staged = Store(path)

    def _drop(self) -> None:
        self._staged = None
        disk.remove(self._layout.work)


def publish(
    layout: Layout, store: Store, info: CommitInfo, first: Callable[[], None] | None = None
) -> None:
    """Write a commit next to the others, then switch `current` to it. Raises OSError.

    first: done when the commit is whole on disk, just before the switch.
    """
    draft = layout.commits / f"{TEMPORARY}{uuid4().hex}"
    draft.mkdir()
    try:
        store.backup(draft / "store")
        (draft / "manifest.json").write_bytes(manifest.dump_commit(info))
        disk.sync_tree(draft)
        draft.rename(layout.commit(info.id))
    except BaseException:
        disk.remove(draft)
        raise
    disk.sync_file(layout.commits)
    if first is not None:
        first()
    disk.point(layout.current, f"commits/{info.id}")


def sweep(layout: Layout) -> None:
    """Remove what a writer that was killed left behind. Only for who holds the lock."""
    disk.remove(layout.work)
    with folder_lock(layout.releases):
        for folder in (layout.root, layout.commits, layout.releases):
            for entry in folder.glob(f"{TEMPORARY}*"):
                disk.remove(entry)
