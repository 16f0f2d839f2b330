"""The graphs of candidates: a document's, with what made each, and a run's.

A candidate is mapped as claims are (`documents`); what is known of it besides is added here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest import identity
from demarche_ingest.candidates.records import CandidateRecord, DocumentCandidates, NewThing
from demarche_ingest.mapping.build_triples import Node, english
from demarche_ingest.mapping.documents import map_document
from demarche_ingest.mapping.reference import actor_classes
from demarche_ingest.seeds.claims import SpanRecord
from demarche_ingest.seeds.library import Article
from demarche_ingest.seeds.yamlfile import YamlFile
from demarche_ontology import terms
from demarche_ontology.terms import ID, OA, OWL, PROV, RDF, RDFS, SKOS, XSD

_NO_FILE: Final = YamlFile(Path(), "", None, {})
_NEW: Final = "Named by an ingested document; the reference data do not have it"


def map_candidates(
    document: DocumentCandidates, known: Collection[str] | None = None
) -> set[Triple]:
    """Return the graph of a document's candidates; none of a document without articles.

    known: ids of what other graphs describe: what is neither there nor here is not named as that
    which something new belongs to. None: all is.
    """
    if not document.articles:
        return set()
    out = map_document(articles_of(document), "candidate")
    run = run_iri(document.run)
    sha12 = document.source_sha256[:12]
    for one in document.articles:
        for candidate in one.candidates:
            _candidate(out, candidate, run, sha12)
    map_things(out, document, known)
    return out


def map_things(
    out: set[Triple], document: DocumentCandidates, known: Collection[str] | None = None
) -> None:
    """Add what a document names and reference data lack; see `map_candidates`."""
    here = {thing.id for thing in document.things}
    for thing in document.things:
        is_told = known is None or thing.of in here or thing.of in known
        _thing(out, thing, thing.of if is_told else None)


def articles_of(document: DocumentCandidates) -> list[Article]:
    """Return the articles of a document with their candidates as claims."""
    return [
        Article(one.article, tuple(kept.claim for kept in one.candidates), _NO_FILE, _NO_FILE)
        for one in document.articles
    ]


def run_iri(run: str) -> NamedNode:
    """Return the IRI of a run."""
    return ID[f"run-{run}"]


def map_run(record: dict[str, Any], documents: Iterable[str] = ()) -> set[Triple]:
    """Return the graph of a run, of its record. documents: sha-256 of those it made."""
    out: set[Triple] = set()
    node = Node(out, run_iri(record["id"]), "Run").add(RDF["type"], PROV["Activity"])
    node.add(SKOS["prefLabel"], english(f"Ingestion {record['id']}"))
    for name, key in (("startedAtTime", "started"), ("endedAtTime", "ended")):
        moment = datetime.fromisoformat(record[key]).isoformat()
        node.add(PROV[name], Literal(moment, datatype=XSD["dateTime"]))
    node.add("software", *record["software"]).add("setting", *record["settings"])
    node.add(PROV["used"], *[identity.document(sha256[:12]) for sha256 in documents])
    return out


def _candidate(out: set[Triple], candidate: CandidateRecord, run: NamedNode, sha12: str) -> None:
    node = Node(out, ID[str(candidate.claim.iri)])
    node.add("confidence", float(candidate.confidence)).add("rule", candidate.rule)
    node.add("proposedBy", candidate.extractor).add(PROV["wasGeneratedBy"], run)
    node.add("trigger", _selector(out, sha12, candidate.trigger))
    node.add("restsOn", *[_selector(out, sha12, span) for span in candidate.rests_on])


def _selector(out: set[Triple], sha12: str, span: SpanRecord) -> NamedNode:
    iri = identity.selector(sha12, span.start, span.end)
    node = Node(out, iri).add(RDF["type"], OA["TextPositionSelector"])
    node.add(OA["start"], span.start).add(OA["end"], span.end)
    return iri


def _thing(out: set[Triple], thing: NewThing, of: str | None) -> None:
    node = Node(out, ID[thing.id]).add(SKOS["prefLabel"], english(thing.label))
    node.add("note", english(_NEW))
    if thing.type not in terms.CLASSES:
        node.add(RDF["type"], OWL["Thing"])
        return
    is_actor = thing.type in ("Actor", *terms.ACTOR_KINDS)
    classes = {thing.type, *(actor_classes(thing.type) if is_actor else ())}
    node.add(RDF["type"], *[terms.DEM[name] for name in sorted(classes)])
    if of is not None:
        node.entities("officeOf" if thing.type == "Office" else "bodyOf", [of])
    node.add(RDFS["seeAlso"], *[ID[near] for near in thing.near])
