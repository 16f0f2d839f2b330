"""What is kept: releases for ever, other commits for a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from demarche_ontology.errors import ReleaseExistsError, StoreError, UnknownReleaseError
from demarche_store import disk, manifest
from demarche_store.canonical import dataset_digest
from demarche_store.embedded import open_read_only
from demarche_store.layout import COMMIT_ID, RELEASE_NAME, TEMPORARY, Layout
from demarche_store.lock import folder_lock, unpinned
from demarche_store.protocol import ReleaseInfo


def create_release(
    layout: Layout, name: str, ref: str | None, description: str, now: datetime
) -> ReleaseInfo:
    """Name a commit, once and for ever.

    Of a plain dataset the digest is worked out now, which takes its time and memory.
    Raises ReleaseExistsError, NoCommitError, UnknownReleaseError, StoreError for a bad name.
    """
    _check_name(name)
    with disk.disk_errors(layout.root):
        identifier, _ = layout.resolve(ref)
        layout.releases.mkdir(exist_ok=True)
        # Held against `prune`, so that no commit goes between the look and the naming.
        with folder_lock(layout.releases):
            commit = layout.info(identifier)
            digest = commit.rdfc10 or dataset_digest(open_read_only(layout.store(identifier)))
            info = ReleaseInfo(name, commit.id, now, description, digest)
            try:
                disk.write_new(layout.release(name), manifest.dump_release(info))
            except FileExistsError as error:
                raise _exists(layout, name) from error
    return info


def prune(layout: Layout, keep_for: timedelta, now: datetime) -> tuple[str, ...]:
    """Remove commits older than `keep_for`; return their ids. Only for who holds the lock.

    Never the current one, never a released one, never one that a reader has open.
    """
    with disk.disk_errors(layout.root):
        infos = [layout.info(identifier) for identifier in layout.commit_ids()]
        old = [info.id for info in infos if now - info.created > keep_for]
        return tuple(identifier for identifier in old if _remove(layout, identifier))


def _remove(layout: Layout, identifier: str) -> bool:
    with folder_lock(layout.releases):
        released = {release.commit for release in layout.release_infos()}
        if identifier in released or identifier == layout.current_id():
            return False
        doomed = layout.commits / f"{TEMPORARY}{uuid4().hex}"
        with unpinned(layout.manifest(identifier)) as free:
            if not free:
                return False
            # Renamed first: whoever looks sees the commit whole or not at all.
            layout.commit(identifier).rename(doomed)
    disk.remove(doomed)
    for path in layout.cached(identifier):
        disk.remove(path)
    return True


def _check_name(name: str) -> None:
    if not RELEASE_NAME.fullmatch(name):
        raise StoreError(
            f"'{name}' cannot name a release",
            remedy="use letters, digits, '_', '-' and '.', beginning with a letter, digit or '_'",
        )
    if COMMIT_ID.fullmatch(name):
        raise StoreError(
            f"'{name}' cannot name a release: it reads like the id of a commit",
            remedy="choose another name",
        )


def _exists(layout: Layout, name: str) -> ReleaseExistsError:
    try:
        commit = layout.release_info(name).commit
    except UnknownReleaseError:
        commit = "an unknown commit"
    return ReleaseExistsError(
        f"There is a release '{name}' already: it is {commit}",
        remedy="choose another name; releases never change",
    )
