"""From records to triples: small cases exactly, the whole against docs/model.md and the shapes."""

from __future__ import annotations

from datetime import date

import pytest
from pyoxigraph import Literal, NamedNode, Triple
from seedkit import make_norland

from demarche_ingest import identity
from demarche_ingest.mapping.build_triples import Node, literal
from demarche_ingest.mapping.documents import map_document
from demarche_ingest.mapping.reference import ReferenceMapper
from demarche_ingest.seeds.library import read_seeds
from demarche_ontology import terms
from demarche_ontology.data import ontology_triples, vocabulary_triples
from demarche_ontology.rdf import has_blank_nodes, parse_turtle
from demarche_ontology.validation import Context, failures, validate

PREFIXES = "".join(f"@prefix {name}: <{iri!s}> .\n" for name, iri in terms.PREFIXES.items())

ALWAYS = (
    "localId", "statement", "inDocument", "inPart", "evidence", "attributedTo", "reportingStep",
    "origin", "voice", "certainty", "polarity", "modality", "presupposed", "basis", "reviewStatus",
)  # fmt: skip
CONTENT = {
    "event": ("aboutEvent", "category"),
    "relation": ("claimSubject", "claimPredicate", "claimObject"),
    "attribute": ("claimSubject", "attribute"),
    "stance": ("stanceActor", "position", "stanceValue"),
}


@pytest.fixture(scope="module")
def article(norland_seeds):
    return norland_seeds.articles[0]


@pytest.fixture(scope="module")
def context(norland_graph, norland_reference):
    known = [*norland_graph, *norland_reference.reference]
    return Context.of([*ontology_triples(), *vocabulary_triples(), *known])


def iri_of(article, name):
    claim = next(claim for claim in article.claims if claim.id == name)
    return terms.ID[identity.claim_name(article.record.document.source_sha256, claim)]


def about(graph, *nodes):
    return {triple for triple in graph if triple.subject in nodes}


def turtle(text, **names):
    for name, value in names.items():
        text = text.replace(f"${name}", value)
    return set(parse_turtle((PREFIXES + text).encode(), "expected"))


def test_a_stance_claim_exactly(article, norland_graph):
    claim = article.claims[6]
    node, sha12 = iri_of(article, "c07"), article.record.sha12
    steps = [NamedNode(f"{node.value}-step-{n}") for n in (1, 2)]
    span = f"{claim.evidence[0].start}-{claim.evidence[0].end}"
    expected = """
    $claim a dem:Claim, dem:StanceClaim ; dem:localId "norland/c07" ;
        dem:statement "Ada Norling said that Norland backs what the League plans."@en ;
        dem:inDocument id:document-$sha ; dem:inPart id:part-$sha-norland-body ;
        dem:evidence id:passage-$sha-$span ;
        dem:attributedTo id:ada-norling ; dem:reportedThrough id:norland-gazette ;
        dem:reportingStep $one, $two ; dem:origin "ada-norling" ;
        dem:voice voc:voice-quoted ; dem:certainty voc:certainty-certain ;
        dem:polarity voc:polarity-positive ; dem:modality voc:modality-actual ;
        dem:presupposed false ; dem:basis voc:basis-own-words ;
        dem:edtf "1990-05-07" ; dem:earliest "1990-05-07"^^xsd:date ;
        dem:latest "1990-05-07"^^xsd:date ; dem:timeBasis voc:date-basis-inferred ;
        dem:dateNote "Monday before the article of 8 May"@en ;
        dem:utteredOn "1990-05-07"^^xsd:date ; dem:reviewStatus voc:review-curated ;
        dem:stanceActor id:ada-norling ; dem:onBehalfOf id:norland ;
        dem:position id:position-leagues-plan ; dem:stanceValue voc:stance-supports .
    $one a dem:ReportingStep ; dem:stepOrder 1 ; dem:stepAgent id:norland-gazette .
    $two a dem:ReportingStep ; dem:stepOrder 2 ; dem:stepAgent id:ada-norling .
    """
    one, two = map(str, steps)
    wanted = turtle(expected, claim=str(node), sha=sha12, span=span, one=one, two=two)
    assert about(norland_graph, node, *steps) == wanted


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "c08",
            """a dem:Claim, dem:EventClaim ; dem:aboutEvent id:grain-request-1990-05-07 ;
            dem:category voc:category-request ; dem:mode voc:mode-request-yield ;
            dem:context voc:context-economic ; dem:actor id:ada-norling ;
            dem:recipient id:sudria ; dem:place id:port-merrow ;
            dem:invokes id:league-charter-article-2""",
        ),
        (
            "c09",
            """a dem:Claim, dem:AttributeClaim ; dem:claimSubject id:grain-request-1990-05-07 ;
            dem:attribute voc:attribute-quantity ; dem:numericValue 1200.0 ; dem:unit "tonnes" ;
            dem:comparator voc:comparator-exactly ; dem:statesConditionOf $c08""",
        ),
        (
            "c05",
            """a dem:Claim, dem:AttributeClaim ; dem:claimSubject id:sudrian-inspection ;
            dem:attribute voc:attribute-characterisation ; dem:textValue "a pretext"@en ;
            dem:embeddedIn $c04""",
        ),
        (
            "c11",
            """a dem:Claim, dem:RelationClaim ; dem:claimSubject id:sudria ;
            dem:claimPredicate dem:memberOf ; dem:claimObject id:the-league ;
            dem:membershipStatus voc:membership-observer""",
        ),
        ("c10", "dem:polarity voc:polarity-negative ; dem:respondsTo $c04"),
        ("c06", "dem:givesReasonFor $c03"),
        ("c14", 'dem:note "Said of a place whose status is disputed."@en'),
    ],
)
def test_what_a_claim_says(article, norland_graph, name, content):
    others = {other: str(iri_of(article, other)) for other in ("c03", "c04", "c08")}
    expected = turtle(f"$claim {content} .", claim=str(iri_of(article, name)), **others)
    normal = {_plain(triple) for triple in about(norland_graph, iri_of(article, name))}
    assert {_plain(triple) for triple in expected} <= normal


def _plain(triple):
    """Make 1200 and 1200.0 one: both are the xsd:decimal."""
    value = triple.object
    if isinstance(value, Literal) and value.datatype == terms.XSD["decimal"]:
        return triple.predicate, float(value.value)
    return triple.predicate, value


def test_a_passage_with_its_selector_exactly(article, norland_graph):
    evidence, sha12 = article.claims[2].evidence[0], article.record.sha12
    start, end = evidence.start, evidence.end
    wanted = f"""
    id:passage-{sha12}-{start}-{end} a dem:Passage, oa:SpecificResource ;
        oa:hasSource id:document-{sha12} ; oa:hasSelector id:selector-{sha12}-{start}-{end} ;
        dem:passageSha256 "{evidence.sha256}" ; dem:foldedSha256 "{evidence.folded}" ;
        dem:foldedLength {evidence.folded_length} .
    id:selector-{sha12}-{start}-{end} a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} .
    """
    names = identity.passage(sha12, start, end), identity.selector(sha12, start, end)
    assert about(norland_graph, *names) == turtle(wanted)


def test_a_reply_and_its_pseudonymous_author_exactly(article, norland_graph):
    sha12, part = article.record.sha12, article.record.parts[-1]
    names = identity.part(sha12, "norland", part.id), identity.commenter(sha12, 1)
    wanted = f"""
    id:part-{sha12}-norland-comment-02-reply a dem:DocumentPart ;
        dcterms:isPartOf id:part-{sha12}-norland ; dem:partKind voc:part-comment ;
        oa:hasSelector id:selector-{sha12}-{part.start}-{part.end} ;
        dem:inReplyTo id:part-{sha12}-norland-comment-02 ;
        dcterms:creator id:commenter-{sha12}-01 ;
        dem:edtf "1990-05-08/.." ; dem:earliest "1990-05-08"^^xsd:date ;
        dem:dateBasis voc:date-basis-inferred .
    id:commenter-{sha12}-01 a dem:Commenter, dem:Actor ;
        skos:prefLabel "Reader comment author 1 (norland)"@en .
    """
    assert about(norland_graph, *names) == turtle(wanted)


def test_every_claim_has_the_properties_of_the_model(article, norland_graph):
    assert len(article.claims) == 14
    for claim in article.claims:
        own = about(norland_graph, iri_of(article, claim.id))
        given = {triple.predicate for triple in own}
        wanted = {terms.DEM[name] for name in (*ALWAYS, *CONTENT[claim.type])}
        assert wanted <= given, claim.id
        steps = [triple.object for triple in own if triple.predicate == terms.DEM["reportingStep"]]
        assert len(steps) == len(claim.chain)


def test_claims_in_every_part_lie_in_it(article, norland_graph):
    parts = {t.object.value for t in norland_graph if t.predicate == terms.DEM["inPart"]}
    kinds = ("headline", "caption", "body", "comment-01", "comment-02", "comment-02-reply")
    assert {part.split("-norland-")[1] for part in parts} == set(kinds)


def test_no_blank_nodes_and_no_words_of_the_text(norland_graph, norland_reference, norland_text):
    for graph in (norland_graph, norland_reference.reference, norland_reference.links):
        assert graph
        assert not has_blank_nodes(graph)
    words = norland_text.content.split()
    runs = {" ".join(words[i : i + 6]) for i in range(len(words) - 5)}
    said = " | ".join(t.object.value for t in norland_graph if isinstance(t.object, Literal))
    assert not [run for run in runs if run in said]


def test_the_fixture_conforms_to_the_shapes(norland_graph, norland_reference, context):
    assert validate(norland_graph, context) == ()
    assert failures(validate(norland_reference.reference, context)) == ()


def test_synthetic_seeds_conform_to_the_shapes(synthetic_seeds):
    graph = map_document(next(iter(synthetic_seeds.documents().values())))
    reference = ReferenceMapper(synthetic_seeds)
    reference.map()
    known = [*ontology_triples(), *vocabulary_triples(), *reference.reference, *graph]
    assert failures(validate(graph, known)) == ()
    assert failures(validate(reference.reference, known)) == ()


OLD = "claim-" + "0" * 16


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """Return the article's graph after its first claim was edited."""
    seeds = make_norland(tmp_path_factory.mktemp("revised"))
    path = seeds / "articles" / "norland" / "claims.yaml"
    content = path.read_text("utf-8").replace("  statement", f"  revises: [{OLD}]\n  statement", 1)
    path.write_text(content, "utf-8")
    return map_document(list(read_seeds(seeds).articles))


def test_a_revision_supersedes_the_old_iri(article, revised):
    new = iri_of(article, "c01")
    assert Triple(new, terms.PROV["wasRevisionOf"], terms.ID[OLD]) in revised
    assert about(revised, terms.ID[OLD]) == turtle(
        f"id:{OLD} a dem:Claim ; dem:reviewStatus voc:review-superseded ;"
        f" dcterms:isReplacedBy {new} ."
    )


def test_a_revision_conforms_to_the_shapes(revised, context):
    assert failures(validate(revised, context)) == ()


def test_reference_facts_exactly(norland_reference):
    graph = norland_reference.reference
    membership = terms.ID["membership-the-league-norland-member-1980-01-01"]
    assert about(graph, membership) == turtle(
        f"""{membership} a dem:DatedRelation, dem:Membership ;
        skos:prefLabel "membership: The League, Norland (member)"@en ;
        dem:member id:norland ; dem:organization id:the-league ;
        dem:membershipStatus voc:membership-member ; dem:validFrom "1980-01-01"^^xsd:date ;
        dem:attestedFrom "1980-01-01"^^xsd:date ; dem:attestedUntil "1990-12-31"^^xsd:date ;
        dcterms:source id:source-atlas ."""
    )
    assert about(graph, terms.ID["norland-wikidata"]) == turtle(
        """id:norland-wikidata a dem:Identifier ; dem:notation "Q99999999999" ;
        dem:identifierScheme voc:identifier-wikidata ; dcterms:source id:source-atlas ."""
    )


def test_links_are_close_only_for_disputed_kinds(norland_reference):
    assert norland_reference.links == turtle("id:norland skos:exactMatch wd:Q99999999999 .")


def test_a_fact_that_rests_on_a_claim_names_it(article, norland_reference):
    status = terms.ID["status-port-merrow-norland-controlled-by-1990-05-08"]
    derived = Triple(status, terms.PROV["wasDerivedFrom"], iri_of(article, "c14"))
    assert derived in norland_reference.reference


def test_literals_have_the_datatypes_of_the_model():
    kinds = {True: "boolean", 3: "integer", 2.5: "decimal", date(1990, 5, 7): "date", "x": "string"}
    for value, name in kinds.items():
        assert literal(value).datatype == terms.XSD[name]
    assert literal(1e-6).value == "0.000001"
    assert literal(1_234_567.0).value == "1234567"


def test_what_is_not_given_adds_nothing():
    out: set[Triple] = set()
    node = Node(out, terms.ID["norland"]).add("note", None).concept("voice", "voice", None)
    node.entities("place", [])
    assert out == set()


def test_an_iri_follows_from_content_not_from_editing(article):
    claim, source = article.claims[0], article.record.document.source_sha256
    name = identity.claim_name(source, claim)
    for editing in ({"statement": "Other."}, {"note": "x"}, {"id": "c99"}, {"origin": "other"}):
        assert identity.claim_name(source, claim.model_copy(update=editing)) == name
    for content in ({"voice": "author"}, {"polarity": "negative"}, {"chain": ("sudria",)}):
        assert identity.claim_name(source, claim.model_copy(update=content)) != name
    assert identity.claim_name("0" * 64, claim) != name


def test_actors_whose_names_begin_like_commenters():
    assert identity.actor("commenter-3", "abc") == terms.ID["commenter-abc-03"]
    assert identity.actor("commenter-guild", "abc") == terms.ID["commenter-guild"]


def test_an_exclusion_given_once_holds_both_ways(norland_reference):
    one, other = (terms.ID[f"position-strait-to-{name}"] for name in ("be-reopened", "stay-shut"))
    found = {t for t in norland_reference.reference if t.predicate == terms.DEM["excludes"]}
    assert found == {Triple(a, terms.DEM["excludes"], b) for a, b in ((one, other), (other, one))}
