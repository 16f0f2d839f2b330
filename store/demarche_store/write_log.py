"""The log of what users changed: a line of JSON for each commit, in `writes.jsonl` of the home.

A line is on disk before its commit is served. One whose commit is no ancestor of the current one
tells of a writer that ended between the two: it was never served.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from demarche_store.protocol import CommitInfo, GraphInfo

_MODE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes. name: of the token, or what was run. request: its id, "" if there was none."""

    name: str = ""
    request: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done.

    kind: "update", "put", "post", "delete" or "load". graph: the IRI it was about, "" for the
    default graph, None where it is not known beforehand. sha256: of the text or content sent.
    """

    kind: str
    graph: str | None
    sha256: str


def append(
    path: Path,
    base: CommitInfo | None,
    info: CommitInfo,
    author: Author,
    steps: Sequence[Step],
) -> None:
    """Add a line and have it put on the disk. Raises OSError."""
    entry = {
        "time": info.created.isoformat(),
        "commit": info.id,
        "parent": info.parent,
        "by": author.name,
        "request": author.request,
        "steps": [
            {"kind": step.kind, "graph": step.graph, "sha256": step.sha256} for step in steps
        ],
        "graphs": list(_changes(base, info)),
    }
    line = json.dumps(entry, ensure_ascii=False).encode() + b"\n"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _MODE)
    try:
        # A line that was cut off by a crash stays a line by itself.
        size = os.fstat(handle).st_size
        if size and os.pread(handle, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def _changes(base: CommitInfo | None, info: CommitInfo) -> Iterator[dict[str, Any]]:
    """Yield the graphs whose size or digest changed, the default graph as ""."""
    old = _sizes(base.graphs if base else (), base.default_graph_triples if base else 0)
    new = _sizes(info.graphs, info.default_graph_triples)
    for iri in sorted(old.keys() | new.keys()):
        before, after = old.get(iri), new.get(iri)
        if before != after:
            yield {
                "graph": iri,
                "before": before[0] if before else 0,
                "after": after[0] if after else 0,
            }


def _sizes(graphs: Iterable[GraphInfo], default: int) -> dict[str, tuple[int, str]]:
    sizes = {graph.iri: (graph.triples, graph.rdfc10) for graph in graphs}
    return {"": (default, ""), **sizes}
