"""All named graphs of a commit in one compressed file; of a plain dataset its default graph too.

The same commit gives the same bytes: neither a time nor a name of the machine gets into the file.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import IO, Final, cast

from pyoxigraph import serialize

from demarche_ontology.terms import PREFIXES
from demarche_server import chores
from demarche_store.embedded import EmbeddedView
from demarche_store.formats import GRAPH_FORMATS, GraphFormat
from demarche_store.home import Home

FORMAT: Final = 1
FORMATS: Final[dict[str, GraphFormat]] = {
    suffix: one
    for one in GRAPH_FORMATS
    for name, suffix in (("nquads", "nq"), ("trig", "trig"))
    if one.name == name
}
"""Formats by the suffix before `.gz`, the preferred one first."""
MEDIA_TYPE: Final = "application/gzip"
_LEVEL: Final = 6


def file_name(commit: str, suffix: str) -> str:
    """Return the name of the file in the cache."""
    return f"dump-{commit}-{FORMAT}.{suffix}.gz"


def write(view: EmbeddedView, chosen: GraphFormat, path: Path) -> None:
    """Write a commit to a file. Raises StoreError."""
    prefixes = {name: str(namespace) for name, namespace in PREFIXES.items()}
    with path.open("wb") as raw, gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as output:
        serialize(view.quads(), cast("IO[bytes]", output), format=chosen.engine, prefixes=prefixes)


def main() -> None:
    """Write for a server. arguments: see `chores.chore`."""
    with (
        chores.chore(sys.argv[1:]) as (path, (commit, suffix), draft),
        Home(path).open(commit) as view,
    ):
        write(view, FORMATS[suffix], draft)


if __name__ == "__main__":
    main()
