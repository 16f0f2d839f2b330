"""What differs between two commits: statements by graph, and the things that people ask about.

Graphs of equal digests are equal and are not looked at. Things are those of the default graphs: a
thing was *added* or *removed* if only one of them has it as a thing of its kind, and *changed* if
both have it and some graph that is not derived says something else of it. A claim that says which
claim it is a revision of is *revised*, and the one it takes the place of is then neither removed
nor changed. Nothing here says which commit is right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store
from pyoxigraph import Literal as RdfLiteral

from demarche_ontology.terms import (
    DCTERMS,
    DEM,
    GRAPH_DESCRIPTION,
    PROV,
    RDF,
    RDFS,
    SKOS,
    derived_graph,
)
from demarche_store.embedded import EmbeddedView
from demarche_store.protocol import CommitInfo, GraphInfo

How = Literal["added", "removed", "revised", "changed"]
HOWS: Final[tuple[How, ...]] = ("added", "removed", "revised", "changed")
KINDS: Final[Mapping[str, NamedNode]] = {
    "claim": DEM["Claim"],
    "actor": DEM["Actor"],
    "event": DEM["Event"],
    "document": DEM["Document"],
    "position": DEM["Position"],
    "issue": DEM["Issue"],
}
"""Kinds of things that are compared, by what they are called, with their classes."""

_LABELS: Final = (SKOS["prefLabel"], DEM["statement"], DCTERMS["title"], RDFS["label"])
_DERIVED: Final = derived_graph("").value
_REVISES: Final = PROV["wasRevisionOf"]
_DEFAULT: Final = DefaultGraph()

GraphName = NamedNode | DefaultGraph


@dataclass(frozen=True, slots=True)
class GraphChange:
    """One graph that differs. iri: "" for the default graph of a plain dataset.

    before, after: its triples, None where it is not there. added, removed: how many triples are
    only in the later, only in the earlier one.
    """

    iri: str
    before: int | None
    after: int | None
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    kind: of KINDS. label: its name or statement in the later commit that has it, "" for none.
    source, source_label: who makes a claim. earlier: the claim that a revised one revises.
    """

    kind: str
    how: How
    iri: str
    label: str = ""
    source: str = ""
    source_label: str = ""
    earlier: str = ""


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two commits, `before` and `after`.

    graphs: by name. changes: by kind, how and label.
    """

    before: CommitInfo
    after: CommitInfo
    graphs: tuple[GraphChange, ...] = ()
    changes: tuple[Change, ...] = field(default=(), repr=False)

    @property
    def added(self) -> int:
        """Triples of all graphs that are only in the later commit."""
        return sum(graph.added for graph in self.graphs)

    @property
    def removed(self) -> int:
        """Triples of all graphs that are only in the earlier commit."""
        return sum(graph.removed for graph in self.graphs)

    def counts(self) -> dict[tuple[str, How], int]:
        """Return how many things differ, by kind and how; without those that are none."""
        return dict(Counter((one.kind, one.how) for one in self.changes))


def census(view: EmbeddedView) -> dict[str, int]:
    """Return how many things of each kind the default graph of a commit has."""
    side = _Side(view)
    return {kind: len(set(side.members(kind))) for kind in KINDS}


def compare(before: EmbeddedView, after: EmbeddedView) -> Differences:
    """Return what differs between two commits. Raises StoreError."""
    old, new = _Side(before), _Side(after)
    graphs: list[GraphChange] = []
    touched: set[NamedNode] = set()
    for name in _names(before.info, after.info):
        change, subjects = _compared(old, new, name)
        if change.added or change.removed or change.before is None or change.after is None:
            graphs.append(change)
        if not _is_worked_out(change.iri):
            touched |= subjects
    changes = sorted(_changes(old, new, touched), key=_order)
    return Differences(before.info, after.info, tuple(graphs), tuple(changes))


class _Side:
    """One of the two commits."""

    def __init__(self, view: EmbeddedView) -> None:
        self.store: Store = view.store
        self.plain = view.info.plain
        self.graphs: dict[str, GraphInfo] = {graph.iri: graph for graph in view.info.graphs}
        self.classes = {kind: self._below(top) for kind, top in KINDS.items()}

    def _below(self, top: NamedNode) -> tuple[NamedNode, ...]:
        """Return a class and all below it."""
        found, waiting = {top: None}, [top]
        while waiting:
            for quad in self._said(None, RDFS["subClassOf"], waiting.pop()):
                if isinstance(quad.subject, NamedNode) and quad.subject not in found:
                    found[quad.subject] = None
                    waiting.append(quad.subject)
        return tuple(found)

    def _said(
        self, subject: NamedNode | None, predicate: NamedNode, value: NamedNode | None
    ) -> Iterator[Quad]:
        return self.store.quads_for_pattern(subject, predicate, value, _DEFAULT)

    def members(self, kind: str) -> Iterator[NamedNode]:
        """Yield the things of a kind, one of several classes several times."""
        for one in self.classes[kind]:
            for quad in self._said(None, RDF["type"], one):
                if isinstance(quad.subject, NamedNode):
                    yield quad.subject

    def is_a(self, thing: NamedNode, kind: str) -> bool:
        types = (Quad(thing, RDF["type"], one, _DEFAULT) for one in self.classes[kind])
        return any(quad in self.store for quad in types)

    def label(self, thing: NamedNode) -> str:
        """Return what a thing is called, in English where there is a choice, "" for nothing."""
        for predicate in _LABELS:
            values = [q.object for q in self._said(thing, predicate, None)]
            texts = [one for one in values if isinstance(one, RdfLiteral)]
            if texts:
                return min(texts, key=_preference).value
        return ""

    def revised(self, claim: NamedNode) -> NamedNode | None:
        """Return the claim that one is a revision of."""
        return self._iri(claim, _REVISES)

    def source(self, claim: NamedNode) -> NamedNode | None:
        return self._iri(claim, DEM["attributedTo"])

    def _iri(self, thing: NamedNode, predicate: NamedNode) -> NamedNode | None:
        values = (quad.object for quad in self._said(thing, predicate, None))
        found = [one for one in values if isinstance(one, NamedNode)]
        return min(found, key=lambda one: one.value, default=None)


def _preference(text: RdfLiteral) -> tuple[bool, str, str]:
    return text.language not in ("en", None), text.language or "", text.value


def _names(before: CommitInfo, after: CommitInfo) -> list[str]:
    """Return the graphs that either has, "" first where a default graph is no union of others."""
    own = [""] if before.plain or after.plain else []
    return own + sorted({graph.iri for info in (before, after) for graph in info.graphs})


def _is_worked_out(iri: str) -> bool:
    """Return whether a graph only says what follows from others."""
    return iri.startswith(_DERIVED) or iri == GRAPH_DESCRIPTION.value


def _compared(old: _Side, new: _Side, iri: str) -> tuple[GraphChange, set[NamedNode]]:
    """Return how a graph differs, and what its differing statements are about."""
    was, now = old.graphs.get(iri), new.graphs.get(iri)
    before, after = was.triples if was else None, now.triples if now else None
    if was and now and was.rdfc10 and was.rdfc10 == now.rdfc10:
        return GraphChange(iri, before, after, 0, 0), set()
    name = NamedNode(iri) if iri else _DEFAULT
    if not iri:
        before, after = (_size(side.store) for side in (old, new))
    subjects: set[NamedNode] = set()
    removed = _only(old.store, new.store, name, subjects)
    added = _only(new.store, old.store, name, subjects)
    if not new.plain:
        # Names of blank nodes mean nothing from one build to the next: of statements with them
        # only the numbers can be compared.
        common = min(removed[True], added[True])
        removed[True] -= common
        added[True] -= common
    return GraphChange(iri, before, after, added.total(), removed.total()), subjects


def _size(store: Store) -> int:
    return sum(1 for _ in store.quads_for_pattern(None, None, None, _DEFAULT))


def _only(store: Store, other: Store, name: GraphName, subjects: set[NamedNode]) -> Counter[bool]:
    """Count the triples of a graph that the other store does not have, by whether blank ones.

    subjects: gets what they are about.
    """
    found: Counter[bool] = Counter()
    for quad in store.quads_for_pattern(None, None, None, name):
        if quad not in other:
            found[BlankNode in (type(quad.subject), type(quad.object))] += 1
            if isinstance(quad.subject, NamedNode):
                subjects.add(quad.subject)
    return found


def _changes(old: _Side, new: _Side, touched: Iterable[NamedNode]) -> Iterator[Change]:
    revised: dict[NamedNode, NamedNode] = {}
    for kind in KINDS:
        added = _missing(new, old, kind)
        removed = _missing(old, new, kind)
        changed = {one for one in touched if old.is_a(one, kind) and new.is_a(one, kind)}
        if kind == "claim":
            found = {one: new.revised(one) for one in added}
            revised = {one: earlier for one, earlier in found.items() if earlier is not None}
        earlier = set(revised.values())
        for one, it_was in revised.items() if kind == "claim" else ():
            yield _change(kind, "revised", one, new, it_was)
        for one in added - set(revised):
            yield _change(kind, "added", one, new)
        for one in removed - earlier:
            yield _change(kind, "removed", one, old)
        for one in changed - earlier:
            yield _change(kind, "changed", one, new)


def _missing(has: _Side, lacks: _Side, kind: str) -> set[NamedNode]:
    """Return the things of a kind that only one side has."""
    found: set[NamedNode] = set()
    for one in has.members(kind):
        if one not in found and not lacks.is_a(one, kind):
            found.add(one)
    return found


def _change(
    kind: str, how: How, thing: NamedNode, side: _Side, earlier: NamedNode | None = None
) -> Change:
    source = side.source(thing) if kind == "claim" else None
    return Change(
        kind,
        how,
        thing.value,
        side.label(thing),
        source.value if source else "",
        side.label(source) if source else "",
        earlier.value if earlier else "",
    )


def _order(one: Change) -> tuple[int, int, str, str]:
    return list(KINDS).index(one.kind), HOWS.index(one.how), one.label, one.iri


# --- Written down ------------------------------------------------------------------------------

COLUMNS: Final = ("kind", "how", "iri", "label", "source", "source_label", "earlier")
"""The columns of `table`, and the members of a change in `document`."""


def table(changes: Iterable[Change]) -> Iterator[tuple[str, ...]]:
    """Yield a line of headings, and one for each change."""
    yield COLUMNS
    for one in changes:
        yield tuple(getattr(one, name) for name in COLUMNS)


def document(found: Differences) -> dict[str, Any]:
    """Return differences as JSON has them: all of `summary`, and the changes."""
    return summary(found) | {"changes": [asdict(one) for one in found.changes]}


def summary(found: Differences) -> dict[str, Any]:
    """Return the two sides, and the numbers, as JSON has them."""
    counted = found.counts()
    return {
        "before": _side(found.before),
        "after": _side(found.after),
        "triples": {"added": found.added, "removed": found.removed},
        "counts": {kind: {how: counted.get((kind, how), 0) for how in HOWS} for kind in KINDS},
        "graphs": [asdict(one) for one in found.graphs],
    }


def _side(info: CommitInfo) -> dict[str, Any]:
    return {
        "release": info.release,
        "commit": info.id,
        "created": info.created.isoformat(),
        "default_graph_triples": info.default_graph_triples,
    }
