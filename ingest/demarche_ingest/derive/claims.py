"""Claims and tenures read back from a graph, as values to compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from demarche_ontology import terms
from demarche_ontology.terms import DEM, RDF, VOC

Term = NamedNode | Literal | BlankNode | Triple
_Index = dict[str, dict[str, list[Term]]]

EVENT_ROLES = terms.EVENT_PREDICATES


@dataclass(frozen=True, slots=True)
class Claim:
    """What derivation needs of a claim.

    type: "event", "relation", "attribute" or "stance". topic: what it is about; claims with
    equal topics are compared. content: its values by property name, IRIs or lexical forms.
    """

    iri: str
    type: str
    topic: tuple[str, ...]
    content: dict[str, frozenset[str]]
    voice: str
    basis: str
    certainty: str
    polarity: str
    modality: str
    review: str
    presupposed: bool
    source: str
    origin: str
    earliest: date | None
    latest: date | None

    def one(self, name: str) -> str | None:
        """Return the only (or first) value of a property."""
        return min(self.content.get(name, ()), default=None)

    @property
    def membership(self) -> str | None:
        """The status that a membership claim gives, a full one if it names none; else None."""
        if self.one("claimPredicate") != MEMBER_OF:
            return None
        return self.one("membershipStatus") or FULL_MEMBER

    def overlaps(self, other: Claim) -> bool:
        """Say whether the two may speak of the same time; unknown ends overlap everything."""
        return not (
            (self.latest and other.earliest and self.latest < other.earliest)
            or (other.latest and self.earliest and other.latest < self.earliest)
        )


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office held, for the days it is attested."""

    iri: str
    holder: str
    on_behalf_of: str
    first: date
    last: date


def index(triples: Iterable[Triple]) -> _Index:
    """Return subject -> predicate -> objects, all as IRIs."""
    found: _Index = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            found[triple.subject.value][triple.predicate.value].append(triple.object)
    return found


def read_claims(triples: Iterable[Triple]) -> Iterator[Claim]:
    """Yield the claims of a graph that say something, sorted by IRI."""
    nodes = index(triples)
    for iri in sorted(nodes):
        node = nodes[iri]
        kinds = {value.value for value in node[RDF["type"].value] if isinstance(value, NamedNode)}
        for kind in ("Event", "Relation", "Attribute", "Stance"):
            if DEM[f"{kind}Claim"].value in kinds:
                yield _claim(iri, kind.lower(), node)


_CONTENT = {
    "event": ("aboutEvent", *EVENT_ROLES),
    "relation": ("claimSubject", "claimPredicate", "claimObject", "membershipStatus"),
    "attribute": (
        "claimSubject",
        "attribute",
        "numericValue",
        "unit",
        "comparator",
        "textValue",
    ),
    "stance": ("stanceActor", "onBehalfOf", "position", "stanceValue"),
}
_TOPIC = {
    "event": ("aboutEvent",),
    "relation": ("claimPredicate", "claimSubject", "claimObject"),
    "attribute": ("claimSubject", "attribute", "unit"),
    "stance": ("stanceActor", "position"),
}
MEMBER_OF = DEM["memberOf"].value
FULL_MEMBER = terms.concept("membership", "member").value
"""What a membership claim says that names no status."""
_SYMMETRIC = {DEM[name].value for name in ("alliedWith", "inConflictWith", "borders")}


def _claim(iri: str, kind: str, node: dict[str, list[Term]]) -> Claim:
    content = {
        name: frozenset(_text(value) for value in node[DEM[name].value])
        for name in _CONTENT[kind]
        if DEM[name].value in node
    }
    return Claim(
        iri=iri,
        type=kind,
        topic=_topic(kind, content),
        content=content,
        voice=_notation(node, "voice"),
        basis=_notation(node, "basis"),
        certainty=_notation(node, "certainty"),
        polarity=_notation(node, "polarity"),
        modality=_notation(node, "modality"),
        review=_notation(node, "reviewStatus", "review"),
        presupposed=_lexical(node, "presupposed") == "true",
        source=_lexical(node, "attributedTo"),
        origin=_lexical(node, "origin"),
        earliest=_day(node, "earliest"),
        latest=_day(node, "latest"),
    )


def _topic(kind: str, content: dict[str, frozenset[str]]) -> tuple[str, ...]:
    parts = [min(content.get(name, ("",))) for name in _TOPIC[kind]]
    if kind == "relation" and parts[0] in _SYMMETRIC:
        parts[1:3] = sorted(parts[1:3])
    return (kind, *parts)


def _text(term: Term) -> str:
    return term.value if isinstance(term, (NamedNode, Literal)) else str(term)


def _lexical(node: dict[str, list[Term]], name: str) -> str:
    values = node.get(DEM[name].value)
    return _text(values[0]) if values else ""


def _notation(node: dict[str, list[Term]], name: str, scheme: str | None = None) -> str:
    return _lexical(node, name).removeprefix(f"{VOC}{scheme or name}-")


def _day(node: dict[str, list[Term]], name: str) -> date | None:
    text = _lexical(node, name)
    return date.fromisoformat(text) if text else None


def read_tenures(triples: Iterable[Triple]) -> list[Tenure]:
    """Return the tenures of a reference graph, sorted by IRI."""
    nodes = index(triples)
    tenures = []
    for iri in sorted(nodes):
        node = nodes[iri]
        if DEM["Tenure"] in node[RDF["type"].value]:
            first, last = _day(node, "attestedFrom"), _day(node, "attestedUntil")
            assert first is not None  # every dated relation has both (mapping, shapes)
            assert last is not None
            holder, behalf = _lexical(node, "holder"), _lexical(node, "onBehalfOf")
            tenures.append(Tenure(iri, holder, behalf, first, last))
    return tenures
