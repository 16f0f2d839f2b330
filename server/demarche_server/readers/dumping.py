"""Reading a commit on disk for a nursery, which must not open it itself: a process of its own.

It imports the engine and nothing of ours, as one is started for every commit that is served.

The engine in memory links quads in the order they came, and a store on disk has them in that of
hashes of their terms. In the order of names, things that are named alike lie together, and a join
finds more of what it follows in the processor's caches. Finding the words of a term on disk takes
longer than all else here, so a default graph that is made of named ones is made of them again.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from typing import IO, Final, cast

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, RdfFormat, Store

RUN_BYTES: Final = 1 << 28
"""So much is sorted at once, some two million quads; of larger graphs, one run after the other."""
_ENOUGH_BYTES: Final = 1 << 20
"""So much is passed on between two graphs, for the nursery to read it while the next is dumped."""
_LINES_AT_ONCE: Final = 1000

Graph = NamedNode | BlankNode | DefaultGraph


class Sorting:
    """A file that takes the N-Triples of one graph after the other, and gives N-Quads in order.

    triples: how many came of the graph that is being written.
    """

    def __init__(self, output: IO[bytes], run_bytes: int = RUN_BYTES) -> None:
        self.triples = 0
        self._output = output
        self._run_bytes = run_bytes
        self._ends: list[bytes] = []
        self._begun = b""  # a line whose end has not come
        self._quads: list[bytes] = []
        self._size = 0

    def begin(self, graphs: Iterable[Graph]) -> None:
        """Take what comes as triples that are in each of these graphs. Raises OSError."""
        if self._size >= _ENOUGH_BYTES:
            self.pass_on()
        names = ("" if isinstance(graph, DefaultGraph) else f"{graph} " for graph in graphs)
        self._ends = [f"{name}.".encode() for name in names]
        self.triples = 0

    def write(self, data: bytes) -> int:
        """Take a piece. Raises OSError."""
        *lines, self._begun = (self._begun + data).split(b"\n")
        for end in self._ends:
            self._quads += [line[:-1] + end for line in lines]
        self.triples += len(lines)
        self._size += len(data) * len(self._ends)
        if self._size >= self._run_bytes:
            self.pass_on()
        return len(data)

    def flush(self) -> None:
        """Nothing to do: quads are passed on when there are enough, or by `pass_on`."""

    def pass_on(self) -> None:
        """Sort the quads that have come, and pass them on. Raises OSError."""
        quads, self._quads, self._size = self._quads, [], 0
        quads.sort()
        for at in range(0, len(quads), _LINES_AT_ONCE):
            self._output.write(b"\n".join([*quads[at : at + _LINES_AT_ONCE], b""]))


def dump(path: str, names: int, defaults: frozenset[str]) -> None:
    """Write a commit's quads to the standard output, then the IRIs of its empty graphs to `names`.

    Quads alone would lose a graph that has none. defaults: the graphs of whose triples the default
    graph is made; none for one of its own. Raises OSError.
    """
    store = Store.read_only(path)
    lines = Sorting(sys.stdout.buffer)
    own = DefaultGraph()
    empty = []
    for graph in store.named_graphs() if defaults else (own, *store.named_graphs()):
        is_default = isinstance(graph, NamedNode) and graph.value in defaults
        lines.begin((graph, own) if is_default else (graph,))
        store.dump(cast(IO[bytes], lines), RdfFormat.N_TRIPLES, from_graph=graph)
        if not lines.triples and isinstance(graph, NamedNode):
            empty.append(graph.value)
    lines.pass_on()
    sys.stdout.buffer.close()
    with os.fdopen(names, "w", encoding="utf-8") as told:
        told.writelines(f"{name}\n" for name in empty)


def main(arguments: list[str]) -> None:
    """Dump a commit. arguments: its store's folder, the descriptor for the names.

    The standard input: a list of the graphs that the default graph is made of, in JSON.
    """
    told = sys.stdin.read()
    if not told:  # the nursery has gone
        os._exit(1)
    try:
        dump(arguments[0], int(arguments[1]), frozenset(json.loads(told)))
    except BrokenPipeError:
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1:])
