"""A foreign graph: another region, no ontology, few labels, and 300 claims about one actor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from server.running_server import Running, start, stop, triples

from demarche_ontology.terms import GRAPH
from demarche_store.home import Home

CLAIMS = 300
COMMENTS = 30

PREFIXES = """
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix voc: <https://w3id.org/demarche/vocabulary/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

WORLD = """
id:andria a dem:State ; skos:prefLabel "Andria \\u202e</h1><script>alert(1)</script>" ;
    skos:altLabel "安德里亚"@zh ; skos:exactMatch <http://www.wikidata.org/entity/Q0> ;
    skos:closeMatch <javascript:alert(1)> ;
    dem:attributedName id:name-1 ; dem:identifier id:andria-cow .
id:name-1 dem:nameForm "The Old Land"@en ; dem:nameUsedBy id:paper ;
    prov:wasDerivedFrom id:claim-0 .
id:andria-cow dem:identifierScheme voc:identifier-cow ; dem:notation "000" ;
    dcterms:source id:atlas .
id:source-1 a dem:MediaOutlet .
id:atlas dcterms:title "The Atlas" .
id:ana a dem:Person .
id:chief a dem:Office ; dem:officeOf id:andria .
id:pact a dem:InternationalOrganization .
id:paper skos:prefLabel "The Paper" .
id:m1 dem:member id:andria ; dem:organization id:pact ; dem:membershipStatus voc:membership-member ;
    dem:validFrom "1901-02-03"^^xsd:date ; dem:attestedFrom "1901-02-03"^^xsd:date ;
    dem:attestedUntil "1950"^^xsd:gYear ; dcterms:source id:atlas .
id:m2 dem:member id:andria ; dem:organization id:pact ; dem:membershipStatus voc:membership-former ;
    dem:attestedFrom "1960-01-01"^^xsd:date ; dem:attestedUntil "1960-01-01"^^xsd:date .
id:m3 dem:member id:andria ; dem:organization id:pact .
id:t1 dem:holder id:ana ; dem:office id:chief ; dem:attestedFrom "1905-05-05"^^xsd:date ;
    dem:attestedUntil "1905-05-05"^^xsd:date .
id:d1 rdf:subject id:andria ; rdf:predicate dem:alliedWith ; rdf:object id:ana ;
    dem:underPolicy id:policy ; dem:claimCount 2 ; dem:contested true .
id:talks a dem:Event ; dem:actor id:andria ; dem:latest "1905-05-05"^^xsd:date .
"""


def claim(number: int) -> str:
    """Return an event claim, or every tenth one a reader's, of the hundredth year."""
    voice = "reader-comment" if number % 10 == 9 else "author"
    return f"""
id:claim-{number} a dem:Claim, dem:EventClaim ; dem:attributedTo id:source-{number % 3} ;
    dem:voice voc:voice-{voice} ; dem:polarity voc:polarity-positive ;
    dem:modality voc:modality-actual ; dem:certainty voc:certainty-possible ;
    dem:category voc:category-accuse ; dem:actor id:ana ; dem:recipient id:andria ;
    dem:edtf "{1800 + number}" ; dem:latest "{1800 + number}-12-31"^^xsd:date ."""


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[Running]:
    """Serve the foreign graph, with further Turtle."""
    text = "\n".join([PREFIXES, WORLD, *map(claim, range(CLAIMS)), *more])
    home = Home(folder)
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(text), "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"]])
    running = start(folder, None)
    try:
        yield running
    finally:
        stop(running)


def page(running: Running, path: str, **asked: str) -> str:
    """Return the page of a thing."""
    answer = httpx.get(f"{running.url}id/{path}.html", params=asked, timeout=120)
    assert answer.status_code == 200, answer.text
    return answer.text


def section(html: str, name: str) -> str:
    """Return a section of a page by the id of its heading."""
    start = html.index(f'aria-labelledby="{name}"')
    return html[start : html.index("</section>", start)]
