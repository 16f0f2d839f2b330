"""A graph with a thing of every kind that has a page, each with the worst names and texts.

HOSTILE: markup and script, what turns the direction of text, and names of 10,000 characters without
a place to break.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, parse

from demarche_ontology.terms import GRAPH, PREFIXES
from demarche_store.home import Home

MARKUP = (
    '<script>window.owned=1</script>"\'><img src=x onerror="window.owned=1"><style>*{color:red}'
)
TURNED = "ab\u202ecd\u2066ef\u202egh"
LONG = "W" * 10_000
HOSTILE = {"markup": MARKUP, "turned": TURNED, "long": LONG}

THINGS = {
    "State": "state",
    "Person": "person",
    "InternationalOrganization": "organisation",
    "Office": "office",
    "Membership": "membership",
    "Tenure": "tenure",
    "Treaty": "treaty",
    "Provision": "provision",
    "TreatyParty": "party",
    "Territory": "territory",
    "Event": "event",
    "Issue": "issue",
    "Position": "position",
    "StanceClaim": "claim",
    "Document": "document",
    "DocumentPart": "part",
    "Passage": "passage",
    "ReferenceSource": "source",
    "AttributedName": "name",
    "DerivationPolicy": "policy",
}
"""Classes with pages, and what a thing of each is called here."""


def build(path: Path, text: str) -> Home:
    """Build a home with such a graph. text: the name of everything, and the words of documents."""
    home = Home(path)
    graph = GRAPH["reference"]
    prefixes = "\n".join(f"@prefix {name}: <{iri!s}> ." for name, iri in PREFIXES.items())
    content = f"{prefixes}\n{_things(text)}".encode()
    triples = [quad.triple for quad in parse(content, format=RdfFormat.TURTLE)]
    with home.writer("a test") as writer:
        writer.replace_graph(graph, triples, "seeds")
        writer.commit("for the tests", "digest", [NamedNode(graph.value)])
    return home


def _things(text: str) -> str:
    said = json.dumps(text)  # JSON escapes as Turtle does
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    named = "\n".join(
        f"id:{name} a dem:{kind} ; skos:prefLabel {said}@en ; skos:definition {said}@en ;"
        f" skos:altLabel {said} ; rdfs:label {said} ; dcterms:title {said} ;"
        f" dem:note {said} ; dcterms:description {said} ; skos:notation {said} ."
        for kind, name in THINGS.items()
    )
    return f"""{named}
id:state dem:attributedName id:name ; dem:iso3166Alpha3 {said} ;
    rdfs:seeAlso <javascript:alert(1)> .
id:name dem:nameForm {said} ; dem:nameUsedBy id:person ; dcterms:source id:source .
id:office dem:officeOf id:state .
id:tenure dem:holder id:person ; dem:office id:office ; dem:onBehalfOf id:state ;
    dem:attestedFrom "2020-01-01"^^xsd:date ; dem:attestedUntil "2021-01-01"^^xsd:date ;
    dcterms:source id:source .
id:membership dem:member id:state ; dem:organization id:organisation ;
    dem:membershipStatus voc:membership-member ; dem:validFrom "2020-01-01"^^xsd:date ;
    dem:attestedFrom "2020-01-01"^^xsd:date ; dem:attestedUntil "2021-01-01"^^xsd:date .
id:party dem:party id:state ; dem:treaty id:treaty ; dem:attestedFrom "2020-01-01"^^xsd:date .
id:provision dem:provisionOf id:treaty .
id:position dem:onIssue id:issue ; dem:excludes id:position-2 .
id:position-2 a dem:Position ; dem:onIssue id:issue ; skos:prefLabel {said}@en .
id:event dem:actor id:state ; dem:place id:territory ; dem:edtf {said} ;
    dem:earliest "2020-01-01"^^xsd:date .
id:claim a dem:Claim ; dem:statement {said}@en ; dem:attributedTo id:person ; dem:localId {said} ;
    dem:reportingStep id:step ; dem:evidence id:passage ; dem:inDocument id:document ;
    dem:inPart id:part ; dem:origin {said} ; dem:dateNote {said}@en ;
    dem:stanceActor id:state ; dem:position id:position ; dem:stanceValue voc:stance-supports ;
    dem:voice voc:voice-quoted ; dem:certainty voc:certainty-certain ;
    dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive ;
    dem:earliest "2020-01-01"^^xsd:date ; dem:latest "2020-02-01"^^xsd:date ;
    dem:aboutEvent id:event ; dem:contradicts id:claim-2 .
id:claim-2 a dem:Claim, dem:EventClaim ; dem:statement {said}@en ; dem:attributedTo id:state ;
    dem:aboutEvent id:event ; dem:category voc:hostile-value ; dem:actor id:state ;
    dem:voice voc:voice-reader-comment ; dem:certainty voc:certainty-certain ;
    dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive ; dem:unit {said} .
id:step a dem:ReportingStep ; dem:stepOrder 1 ; dem:stepAgent id:person .
id:document dem:sourceSha256 "{sha256}" ; dem:textSha256 "{sha256}" ; dem:fullText {said} ;
    dcterms:license <https://example.org/licence> ; dem:lengthInCodePoints {len(text)} ;
    dcterms:publisher id:organisation ; dcterms:creator {said} ; dem:edtf {said} ;
    dem:dateNote {said}@en ; dcterms:rights {said}@en ; dcterms:language {said} .
id:part dcterms:isPartOf id:document ; dem:partKind voc:part-body ; dcterms:creator id:person ;
    oa:hasSelector id:selector ; dem:edtf {said} .
id:passage oa:hasSource id:document ; oa:hasSelector id:selector ;
    dem:passageSha256 "{sha256}" ; dem:foldedSha256 "{sha256}" ; dem:foldedLength 10 .
id:selector a oa:TextPositionSelector ; oa:start 0 ; oa:end {len(text)} .
<https://w3id.org/demarche/dataset> a void:Dataset ; dcterms:title {said} ; rdfs:label {said} .
id:policy skos:notation "default" .
voc:hostile a skos:ConceptScheme ; skos:prefLabel {said}@en ; skos:definition {said}@en .
voc:hostile-value a skos:Concept ; skos:inScheme voc:hostile ; skos:notation {said} ;
    skos:prefLabel {said}@en ; skos:definition {said}@en ; skos:example {said}@en ;
    skos:exactMatch <javascript:alert(1)> .
"""
