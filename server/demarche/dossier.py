"""Everything a commit says of one claim, as values: for the command line and for notebooks.

::

    from demarche.asking import find_claim
    from demarche.dossier import dossier

    with demarche.view() as view:
        claim = dossier(view, find_claim(view, "asbarez-2014-05-30/c001"))
        print(claim.statement, claim.passages[0].start)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from demarche.asking import PREFIXES, rows_of
from demarche.bearings import Derived, Relation, derived, relations, rests
from demarche.nodes import Labels, Node, Value
from demarche_ontology import terms
from demarche_ontology.terms import DCTERMS, ID
from demarche_store.protocol import View


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
    node = Node.read(view, iri)
    kinds = terms.CLAIM_CONTENT
    kind = next((kind for kind in kinds if node.has_type(f"{kind.capitalize()}Claim")), "")
    labels = Labels(view, node.terms())
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
        relations=relations(view, iri),
        derived=derived(view, iri),
        rests=rests(view, iri),
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


def _chain(view: View, iri: str) -> tuple[Value, ...]:
    rows = rows_of(
        view,
        f"SELECT ?agent WHERE {{ {NamedNode(iri)} dem:reportingStep ?step ."
        " ?step dem:stepOrder ?order ; dem:stepAgent ?agent } ORDER BY ?order",
    )
    agents = [agent for (agent,) in rows]
    labels = Labels(view, agents)
    return tuple(labels.value(agent) for agent in agents)


def _time(node: Node) -> Time | None:
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


def _source(view: View, claim: Node) -> Source | None:
    """Return the document, described by the article in it where there are several."""
    iri = claim.text("inDocument")
    if not iri:
        return None
    file = Node.read(view, iri)
    about = file if file.text(DCTERMS["publisher"]) else _article(view, claim, file)
    publisher = about.text(DCTERMS["publisher"])
    labels = Labels(view, about.values(DCTERMS["publisher"]))
    return Source(
        iri=iri,
        title=about.text(DCTERMS["title"]),
        publisher=labels.value(NamedNode(publisher)).text if publisher else "",
        date=about.text("edtf"),
        url=about.text(DCTERMS["references"]),
        rights=about.text(DCTERMS["rights"]),
        source_sha256=file.text("sourceSha256"),
    )


def _article(view: View, claim: Node, file: Node) -> Node:
    """Return the part, of those the claim's part lies in, that has a publisher."""
    for part in claim.values("inPart"):
        rows = rows_of(
            view,
            f"SELECT ?part WHERE {{ {part} dcterms:isPartOf* ?part . ?part dcterms:publisher [] }}",
        )
        for (found,) in rows:
            return Node.read(view, found.value)
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
