"""Reading a commit on disk for a nursery, which must not open it itself: a process of its own.

It imports the engine and nothing of ours, as one is started for every commit that is served.
"""

from __future__ import annotations

import os
import sys

from pyoxigraph import NamedNode, RdfFormat, Store


def dump(path: str, names: int) -> None:
    """Write a commit's quads to the standard output, then the IRIs of its empty graphs to `names`.

    Quads alone would lose a graph that has none. Raises OSError.
    """
    store = Store.read_only(path)
    store.dump(sys.stdout.buffer, format=RdfFormat.N_QUADS)
    sys.stdout.buffer.close()
    with os.fdopen(names, "w", encoding="utf-8") as lines:
        for graph in store.named_graphs():
            empty = next(store.quads_for_pattern(None, None, None, graph), None) is None
            if empty and isinstance(graph, NamedNode):
                lines.write(f"{graph.value}\n")


def main(arguments: list[str]) -> None:
    """Dump a commit. arguments: its store's folder, the descriptor for the names."""
    try:
        dump(arguments[0], int(arguments[1]))
    except BrokenPipeError:  # the nursery has gone
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
