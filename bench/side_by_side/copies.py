"""A graph of any size in which everything that pages show occurs: that of the seeds, many times.

What belongs to one document (its claims, passages, events, what was derived from them) is there
once for each copy, under names of its own; actors, offices, treaties, positions and issues are the
same in all. So each of them has as many times more claims, as in a graph of as many times more
documents about the same region. `data` makes graphs without a home, for servers of any kind; it has
claims, sources and events only, and no page of a state, a treaty or a position can be made from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, NamedNode, Store

from demarche_ontology.terms import DEM, ID, OA, RDF

_OF_A_DOCUMENT: Final = (
    *(DEM[name] for name in ("Claim", "ReportingStep", "Passage", "DerivedStatement", "Event")),
    *(DEM[name] for name in ("ClaimRelation", "Document", "DocumentPart", "Commenter")),
    OA["TextPositionSelector"],
)
_DEFAULT: Final = DefaultGraph()
_NAME: Final = re.compile(rf"<{re.escape(ID)}([^>]*)>")


def make(path: Path, store: Store, triples: int) -> int:
    """Write at least so many triples as N-Triples, a copy more at most. Returns how many.

    store: the graph to be copied, in its default graph.
    """
    lines = [f"{quad.triple} .\n" for quad in store.quads_for_pattern(None, None, None, _DEFAULT)]
    own = frozenset(_own(store))
    shared, apart = list[str](), list[str]()
    for line in lines:
        (shared if own.isdisjoint(_NAME.findall(line)) else apart).append(line)
    count = len(shared)
    with path.open("w", encoding="utf-8", buffering=1 << 20) as out:
        out.writelines(shared)
        copy = 0
        while count < triples:
            out.writelines(_renamed(apart, own, copy))
            count += len(apart)
            copy += 1
    return count


def _own(store: Store) -> Iterator[str]:
    """Yield the local names of what belongs to one document."""
    for kind in _OF_A_DOCUMENT:
        for quad in store.quads_for_pattern(None, RDF["type"], kind, _DEFAULT):
            if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ID):
                yield quad.subject.value.removeprefix(ID)


def _renamed(lines: list[str], own: frozenset[str], copy: int) -> Iterator[str]:
    def name(found: re.Match[str]) -> str:
        return f"<{ID}{found[1]}-copy-{copy}>" if found[1] in own else found[0]

    for line in lines:
        yield _NAME.sub(name, line)
