"""Manifests: a commit and a release as JSON.

`format` is raised when a reader of older code could misread the file; unknown members are left
alone. Commits of plain datasets have format 2: a reader of 1 would leave their default graph out.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from demarche_ontology.errors import StoreError
from demarche_store.protocol import CommitInfo, GraphInfo, ReleaseInfo

FORMAT: Final = 1
PLAIN_FORMAT: Final = 2


def dump_commit(info: CommitInfo) -> bytes:
    """Return the manifest of a commit as UTF-8 JSON. The name it was opened by is left out."""
    members = asdict(info)
    del members["release"]
    if not info.plain:
        del members["chain"]
    return _dump(members, PLAIN_FORMAT if info.plain else FORMAT)


def load_commit(content: bytes, where: str, release: str | None = None) -> CommitInfo:
    """Read the manifest of a commit; `where` is for the message. Raises StoreError."""
    members = _load(content, where)
    try:
        return CommitInfo(
            id=members["id"],
            created=datetime.fromisoformat(members["created"]),
            message=members["message"],
            rdfc10=members["rdfc10"],
            input_digest=members["input_digest"],
            graphs=tuple(_graph(graph) for graph in members["graphs"]),
            default_graph_triples=members["default_graph_triples"],
            parent=members["parent"],
            release=release,
            default_graphs=tuple(members["default_graphs"]),
            chain=members.get("chain", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(where) from error


def dump_release(info: ReleaseInfo) -> bytes:
    """Return a release as UTF-8 JSON."""
    return _dump(asdict(info))


def load_release(content: bytes, where: str) -> ReleaseInfo:
    """Read a release; `where` is for the message. Raises StoreError."""
    members = _load(content, where)
    try:
        return ReleaseInfo(
            name=members["name"],
            commit=members["commit"],
            created=datetime.fromisoformat(members["created"]),
            description=members["description"],
            rdfc10=members["rdfc10"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _damaged(where) from error


def _graph(members: dict[str, Any]) -> GraphInfo:
    return GraphInfo(members["iri"], members["owner"], members["triples"], members["rdfc10"])


def _dump(members: dict[str, Any], number: int = FORMAT) -> bytes:
    members = {"format": number, **members, "created": members["created"].isoformat()}
    return (json.dumps(members, ensure_ascii=False, indent=2) + "\n").encode()


def _load(content: bytes, where: str) -> dict[str, Any]:
    try:
        members = json.loads(content)
    except ValueError as error:
        raise _damaged(where) from error
    if not isinstance(members, dict):
        raise _damaged(where)
    if members.get("format") not in (FORMAT, PLAIN_FORMAT):
        raise StoreError(
            f"{where} has format {members.get('format')}, this version reads {FORMAT} and "
            f"{PLAIN_FORMAT}",
            remedy="use the version of Demarche that wrote it, or build the graph again",
        )
    return members


def _damaged(where: str) -> StoreError:
    return StoreError(
        f"{where} cannot be read: it is damaged",
        remedy="restore it from a backup, or build the graph again in another home",
    )
