"""Everything a commit says of one claim, as values: for the command line and for notebooks.

::

    from demarche.asking import find_claim
    from demarche.dossier import dossier

    with demarche.view() as view:
        claim = dossier(view, find_claim(view, "asbarez-2014-05-30/c001"))
        print(claim.statement, claim.passages[0].start)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pyoxigraph import NamedNode, Triple

from demarche.asking import PREFIXES, rows_of
from demarche_ontology import terms
from demarche_ontology.terms import DCTERMS, DEM, ID, RDF
from demarche_store.protocol import View


@dataclass(frozen=True, slots=True)
class Value:
    """An IRI with its label, or a plain value. iri: "" for plain ones."""

    text: str
    iri: str = ""


@dataclass(frozen=True, slots=True)
class Time:
    """When what is claimed held. Days are xsd:date; "" where open, unknown or not said."""

    edtf: str
    earliest: str
    latest: str
    basis: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """The document of a claim; fields are "" where the graph has none."""

    iri: str
    title: str
    publisher: str
    date: str
    url: str
    rights: str
    source_sha256: str


@dataclass(frozen=True, slots=True)
class Passage:
    """Where the evidence stands: code points `start` up to, not including, `end`.

    folded_length: of the passage with white space folded, in code points.
    """

    iri: str
    start: int
    end: int
    sha256: str
    folded_sha256: str
    folded_length: int


@dataclass(frozen=True, slots=True)
class Relation:
    """Another claim. name: a property of ours, "inverse of …" where it runs from the other one.

    policies: under which it was computed; empty where the source itself says so.
    note: why it was computed.
    """

    name: str
    iri: str
    local_id: str
    statement: str
    note: str = ""
    policies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Derived:
    """A statement that rests on the claim. policy: short name of the policy it was derived by."""

    iri: str
    policy: str
    subject: Value
    predicate: str
    object: Value
    claims: int
    origins: int
    contested: bool


@dataclass(frozen=True, slots=True)
class Dossier:
    """One claim. kind: "event", "relation", "attribute", "stance", or "" for a superseded one.

    chain: who reports, the outlet first, who asserts it last. parts: of the document.
    rests: what else rests on the claim: names, tenures and the like.
    replaced_by: IRIs of the claims that took its place. commit: which commit says so.
    """

    iri: str
    local_id: str
    kind: str
    statement: str
    note: str
    content: tuple[tuple[str, Value], ...]
    chain: tuple[Value, ...]
    manner: tuple[tuple[str, Value], ...]
    time: Time | None
    document: Source | None
    parts: tuple[Value, ...]
    passages: tuple[Passage, ...]
    relations: tuple[Relation, ...]
    derived: tuple[Derived, ...]
    rests: tuple[Value, ...]
    replaced_by: tuple[str, ...]
    revises: tuple[str, ...]
    commit: str
    release: str | None

    @property
    def local_name(self) -> str:
        return self.iri.removeprefix(ID)


# --- Reading it --------------------------------------------------------------------------------


def dossier(view: View, iri: str) -> Dossier:
    """Return what the default graph, and the derived graphs, say of a claim."""
    node = _Node.read(view, iri)
    kinds = terms.CLAIM_CONTENT
    kind = next((kind for kind in kinds if node.has_type(f"{kind.capitalize()}Claim")), "")
    labels = _Labels(view, node.terms())
    return Dossier(
        iri=iri,
        local_id=node.text("localId"),
        kind=kind,
        statement=node.text("statement"),
        note=node.text("note"),
        content=labels.fields(node, kinds.get(kind, ())),
        chain=_chain(view, iri),
        manner=labels.fields(node, terms.CLAIM_MANNER),
        time=_time(node),
        document=_source(view, node),
        parts=tuple(labels.value(part) for part in node.values("inPart")),
        passages=_passages(view, iri),
        relations=_relations(view, iri),
        derived=_derived(view, iri),
        rests=_rests(view, iri),
        replaced_by=node.plain(DCTERMS["isReplacedBy"]),
        revises=node.plain(terms.PROV["wasRevisionOf"]),
        commit=view.info.id,
        release=view.info.release,
    )


def claim_triples(view: View, iri: str) -> Iterable[Triple]:
    """Return the triples of a claim and of the nodes that only it needs to be understood."""
    text = f"""{PREFIXES}
CONSTRUCT {{ ?node ?p ?o }} WHERE {{
  {{ BIND({NamedNode(iri)} AS ?node) }}
  UNION {{ {NamedNode(iri)} dem:reportingStep|dem:evidence|dem:inPart|dem:inDocument ?node }}
  UNION {{ {NamedNode(iri)} (dem:evidence|dem:inPart)/oa:hasSelector ?node }}
  UNION {{ ?node prov:wasDerivedFrom {NamedNode(iri)} }}
  ?node ?p ?o
}}"""
    return view.query(text).triples()


class _Node:
    """The values of one subject in the default graph, by property IRI, sorted."""

    def __init__(self, values: dict[str, list[Any]]) -> None:
        self._values = values

    @classmethod
    def read(cls, view: View, iri: str) -> _Node:
        values: dict[str, list[Any]] = defaultdict(list)
        for prop, value in rows_of(
            view, f"SELECT ?p ?o WHERE {{ {NamedNode(iri)} ?p ?o }} ORDER BY ?o"
        ):
            values[prop.value].append(value)
        return cls(values)

    def has_type(self, name: str) -> bool:
        return DEM[name] in self._values.get(RDF["type"].value, [])

    def values(self, prop: str | NamedNode) -> list[Any]:
        node = DEM[prop] if isinstance(prop, str) else prop
        return self._values.get(node.value, [])

    def text(self, prop: str | NamedNode) -> str:
        values = self.values(prop)
        return str(values[0].value) if values else ""

    def plain(self, prop: NamedNode) -> tuple[str, ...]:
        return tuple(value.value for value in self.values(prop))

    def terms(self) -> list[Any]:
        return [value for values in self._values.values() for value in values]


class _Labels:
    """English labels of things, and the notations of concepts."""

    def __init__(self, view: View, values: Iterable[Any]) -> None:
        nodes = " ".join(sorted({str(value) for value in values if isinstance(value, NamedNode)}))
        rows = rows_of(
            view,
            f"SELECT ?node ?label WHERE {{ VALUES ?node {{ {nodes} }} ?node skos:prefLabel ?label"
            ' FILTER (LANGMATCHES(LANG(?label), "en")) } ORDER BY DESC(?label)',
        )
        self._known = {node.value: label.value for node, label in rows}

    def value(self, term: Any) -> Value:
        """Return a term with its label: of concepts the notation, of ours the short name."""
        if not isinstance(term, NamedNode):
            return Value(str(term.value))
        iri = term.value
        if iri.startswith(DEM):
            return Value(iri.removeprefix(DEM), iri)
        if iri.startswith(terms.VOC):
            return Value(iri.removeprefix(terms.VOC).partition("-")[2], iri)
        return Value(self._known.get(iri, iri.removeprefix(ID)), iri)

    def fields(self, node: _Node, names: Iterable[str]) -> tuple[tuple[str, Value], ...]:
        return tuple((name, self.value(term)) for name in names for term in node.values(name))


def _chain(view: View, iri: str) -> tuple[Value, ...]:
    rows = rows_of(
        view,
        f"SELECT ?agent WHERE {{ {NamedNode(iri)} dem:reportingStep ?step ."
        " ?step dem:stepOrder ?order ; dem:stepAgent ?agent } ORDER BY ?order",
    )
    agents = [agent for (agent,) in rows]
    labels = _Labels(view, agents)
    return tuple(labels.value(agent) for agent in agents)


def _time(node: _Node) -> Time | None:
    if not node.text("edtf"):
        return None
    basis = node.text("timeBasis").removeprefix(f"{terms.VOC}date-basis-")
    return Time(
        node.text("edtf"),
        node.text("earliest"),
        node.text("latest"),
        basis,
        node.text("dateNote"),
    )


def _source(view: View, claim: _Node) -> Source | None:
    """Return the document, described by the article in it where there are several."""
    iri = claim.text("inDocument")
    if not iri:
        return None
    file = _Node.read(view, iri)
    about = file if file.text(DCTERMS["publisher"]) else _article(view, claim, file)
    publisher = about.text(DCTERMS["publisher"])
    labels = _Labels(view, about.values(DCTERMS["publisher"]))
    return Source(
        iri=iri,
        title=about.text(DCTERMS["title"]),
        publisher=labels.value(NamedNode(publisher)).text if publisher else "",
        date=about.text("edtf"),
        url=about.text(DCTERMS["references"]),
        rights=about.text(DCTERMS["rights"]),
        source_sha256=file.text("sourceSha256"),
    )


def _article(view: View, claim: _Node, file: _Node) -> _Node:
    """Return the part, of those the claim's part lies in, that has a publisher."""
    for part in claim.values("inPart"):
        rows = rows_of(
            view,
            f"SELECT ?part WHERE {{ {part} dcterms:isPartOf* ?part . ?part dcterms:publisher [] }}",
        )
        for (found,) in rows:
            return _Node.read(view, found.value)
    return file


def _passages(view: View, iri: str) -> tuple[Passage, ...]:
    rows = rows_of(
        view,
        f"""SELECT ?passage ?start ?end ?sha ?folded ?length WHERE {{
  {NamedNode(iri)} dem:evidence ?passage .
  ?passage oa:hasSelector ?selector ; dem:passageSha256 ?sha ; dem:foldedSha256 ?folded ;
    dem:foldedLength ?length .
  ?selector oa:start ?start ; oa:end ?end
}} ORDER BY ?start ?end""",
    )
    return tuple(
        Passage(p.value, int(s.value), int(e.value), sha.value, folded.value, int(n.value))
        for p, s, e, sha, folded, n in rows
    )


def _relations(view: View, iri: str) -> tuple[Relation, ...]:
    """Return what the source says of other claims, then what was computed."""
    return (*_stated(view, iri), *_computed(view, iri))


def _stated(view: View, iri: str) -> Iterable[Relation]:
    node, names = NamedNode(iri), " ".join(str(DEM[name]) for name in terms.STATED_RELATIONS)
    rows = rows_of(
        view,
        f"""SELECT DISTINCT ?p ?inverse ?other ?local ?statement WHERE {{
  VALUES ?p {{ {names} }}
  {{ {node} ?p ?other . BIND(false AS ?inverse) }}
  UNION {{ ?other ?p {node} . BIND(true AS ?inverse) }}
  {_OTHER}
}} ORDER BY ?p ?inverse ?local ?other""",
    )
    for p, inverse, *other in rows:
        yield _relation(p, inverse, other)


def _computed(view: View, iri: str) -> Iterable[Relation]:
    """Yield computed relations, once for all the policies under which each was found."""
    node = NamedNode(iri)
    rows = rows_of(
        view,
        f"""SELECT DISTINCT ?graph ?p ?inverse ?other ?local ?statement ?note WHERE {{
  VALUES (?p ?class) {{ {_CLASSES} }}
  GRAPH ?graph {{
    ?relation a ?class ; dem:relatedClaim {node} , ?other ; dem:note ?note .
    {{ {node} ?p ?other . BIND(false AS ?inverse) }}
    UNION {{ ?other ?p {node} . BIND(true AS ?inverse) FILTER (?p = dem:refines) }}
  }}
  {_OTHER}
}} ORDER BY ?p ?inverse ?local ?other ?note ?graph""",
    )
    found: dict[Relation, list[str]] = defaultdict(list)
    for graph, p, inverse, *other, note in rows:
        found[_relation(p, inverse, other, note)].append(_policy(graph))
    for relation, policies in found.items():
        yield replace(relation, policies=tuple(policies))


_OTHER: Final = """
  OPTIONAL { ?other dem:localId ?local } OPTIONAL { ?other dem:statement ?statement }"""
_CLASSES: Final = " ".join(
    f"({DEM[name]} {DEM[kind]})" for name, kind in terms.COMPUTED_RELATIONS.items()
)


def _relation(prop: Any, inverse: Any, other: Sequence[Any], note: Any = None) -> Relation:
    """Return a relation. other: the claim's IRI, local id and statement, None where it has none."""
    name = ("inverse of " if inverse.value == "true" else "") + prop.value.removeprefix(DEM)
    iri, local, statement = (term.value if term else "" for term in other)
    return Relation(name, iri, local, statement, note.value if note else "")


def _policy(graph: Any) -> str:
    name: str = graph.value.removeprefix(terms.derived_graph("").value)
    return name


def _derived(view: View, iri: str) -> tuple[Derived, ...]:
    rows = list(
        rows_of(
            view,
            f"""SELECT ?node ?graph ?s ?p ?o ?claims ?origins ?contested WHERE {{ GRAPH ?graph {{
  ?node a dem:DerivedStatement ; prov:wasDerivedFrom {NamedNode(iri)} ;
    rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ;
    dem:claimCount ?claims ; dem:independentOrigins ?origins ; dem:contested ?contested
}} }} ORDER BY ?graph ?s ?p ?o""",
        )
    )
    labels = _Labels(view, [end for row in rows for end in (row[2], row[4])])
    return tuple(
        Derived(
            node.value,
            _policy(graph),
            labels.value(s),
            p.value.removeprefix(DEM),
            labels.value(o),
            int(claims.value),
            int(origins.value),
            contested.value == "true",
        )
        for node, graph, s, p, o, claims, origins, contested in rows
    )


def _rests(view: View, iri: str) -> tuple[Value, ...]:
    """Return reference nodes that have the claim for their source."""
    rows = rows_of(
        view,
        f"""SELECT DISTINCT ?node WHERE {{
  ?node prov:wasDerivedFrom {NamedNode(iri)}
  FILTER NOT EXISTS {{ ?node dem:underPolicy ?policy }}
}} ORDER BY ?node""",
    )
    nodes = [node for (node,) in rows]
    labels = _Labels(view, nodes)
    return tuple(labels.value(node) for node in nodes)
