"""The SHACL shapes: a sample that conforms, and for each fault the rule that reports it."""

from dataclasses import replace
from pathlib import Path

import pyshacl
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, RdfFormat, Store, Triple, serialize

from demarche_ontology import terms
from demarche_ontology.data import ontology_triples, vocabulary_triples
from demarche_ontology.rdf import parse_turtle, read_trig
from demarche_ontology.validation import (
    Context,
    Finding,
    failures,
    shipped_shapes,
    validate,
    validate_many,
)

SAMPLE = Path(__file__).parent / "samples" / "clean.trig"
PREFIXES = "".join(f"PREFIX {name}: <{iri!s}>\n" for name, iri in terms.PREFIXES.items())
TURTLE = "".join(f"@prefix {name}: <{iri!s}> .\n" for name, iri in terms.PREFIXES.items())
CLAIM = "id:claim-" + "{0}" * 16
STANCE, EVENT, RELATION, ATTRIBUTE = (CLAIM.replace("{0}", letter) for letter in "abcd")
COMMENT = RELATION
DOCUMENT = "id:document-13dbbceacf4b"
BODY = "id:part-13dbbceacf4b-body"
COMMENT_PART = "id:part-13dbbceacf4b-comment-01"
PASSAGE = "id:passage-13dbbceacf4b-10-40"
SELECTOR = "id:selector-13dbbceacf4b-10-40"
DERIVED = "id:derived-0000000000000001"


@pytest.fixture(scope="module")
def quads():
    return read_trig(SAMPLE)


@pytest.fixture(scope="module")
def background():
    return [*ontology_triples(), *vocabulary_triples()]


@pytest.fixture(scope="module")
def context(quads, background):
    return Context.of([*background, *(quad.triple for quad in quads)])


def graph_of(quads, part):
    found = [quad.triple for quad in quads if f"/graph/{part}" in quad.graph_name.value]
    assert found, f"the sample has no graph {part}"
    return found


def changed(quads, part, update):
    """Return a graph of the sample after a SPARQL update, which must have changed it."""
    before = graph_of(quads, part)
    store = Store()
    store.extend(Quad(*triple) for triple in before)
    store.update(PREFIXES + update)
    after = [quad.triple for quad in store]
    assert set(after) != set(before), "the update changed nothing"
    return after


def put(subject, predicate, *values):
    """Replace all values of a property."""
    inserted = " ".join(f"{subject} {predicate} {value} ." for value in values)
    return (
        f"DELETE {{ {subject} {predicate} ?old }} INSERT {{ {inserted} }} "
        f"WHERE {{ OPTIONAL {{ {subject} {predicate} ?old }} }}"
    )


def also(*triples):
    return f"INSERT DATA {{ {' . '.join(triples)} }}"


@pytest.mark.parametrize("part", ["reference", "document", "derived", "review"])
def test_the_sample_conforms(quads, context, part):
    assert validate(graph_of(quads, part), context) == ()


def test_the_packaged_policies_conform(background, context):
    assert validate(vocabulary_triples(), context) == ()


DOCUMENT_FAULTS = [
    # claims: cardinality, lists, classes, datatypes
    ("Claim-statement", put(STANCE, "dem:statement")),
    ("Claim-statement", put(STANCE, "dem:statement", '"One."@en', '"Two."@en')),
    ("Claim-localId", put(STANCE, "dem:localId", '"a"', '"b"')),
    ("Claim-inDocument", put(STANCE, "dem:inDocument", "id:document-elsewhere")),
    ("Claim-inPart", put(STANCE, "dem:inPart", DOCUMENT)),
    ("Claim-evidence", put(STANCE, "dem:evidence")),
    ("Claim-attributedTo", put(STANCE, "dem:attributedTo", "id:nobody-described")),
    ("Claim-reportedThrough", put(STANCE, "dem:reportedThrough", "id:valley")),
    ("Claim-reportingStep", put(STANCE, "dem:reportingStep")),
    ("Claim-origin", put(STANCE, "dem:origin")),
    ("Claim-voice", put(STANCE, "dem:voice", "voc:polarity-positive")),
    ("Claim-voice", put(STANCE, "dem:voice", "voc:voice-quoted", "voc:voice-author")),
    ("Claim-certainty", put(STANCE, "dem:certainty")),
    ("Claim-polarity", put(STANCE, "dem:polarity", "voc:polarity-maybe")),
    ("Claim-modality", put(STANCE, "dem:modality")),
    ("Claim-basis", put(STANCE, "dem:basis")),
    ("Claim-presupposed", put(STANCE, "dem:presupposed", '"yes"')),
    ("Claim-earliest", put(STANCE, "dem:earliest", '"2020-02"^^xsd:gYearMonth')),
    ("Claim-earliest", put(STANCE, "dem:earliest", '"2020-02-31"^^xsd:date')),
    ("Claim-latest", put(STANCE, "dem:latest", '"2020-02-03T00:00:00"^^xsd:dateTime')),
    ("Claim-date-order", put(STANCE, "dem:earliest", '"2020-02-04"^^xsd:date')),
    ("Claim-dated-with-basis", put(STANCE, "dem:timeBasis")),
    ("Claim-timeBasis", put(STANCE, "dem:timeBasis", "voc:basis-inference")),
    ("Claim-utteredOn", put(STANCE, "dem:utteredOn", '"yesterday"')),
    ("Claim-reviewStatus", put(STANCE, "dem:reviewStatus")),
    ("Claim-confidence", put(STANCE, "dem:confidence", "1.5")),
    ("Claim-confidence", put(STANCE, "dem:confidence", '"high"')),
    ("Claim-other-claims", put(STANCE, "dem:respondsTo", "id:valley")),
    ("Claim-one-kind", also(f"{STANCE} a dem:EventClaim")),
    ("Claim-one-kind", f"DELETE DATA {{ {STANCE} a dem:StanceClaim }}"),
    ("Claim-comment-voice", put(STANCE, "dem:voice", "voc:voice-reader-comment")),
    ("ReportingStep-stepOrder", put(f"{STANCE}-step-1", "dem:stepOrder", "0")),
    ("ReportingStep-stepAgent", put(f"{STANCE}-step-1", "dem:stepAgent")),
    # kinds of claim
    ("EventClaim-aboutEvent", put(EVENT, "dem:aboutEvent", STANCE)),
    ("EventClaim-category", put(EVENT, "dem:category", "voc:mode-request-meet")),
    ("EventClaim-mode", put(EVENT, "dem:mode", "voc:category-request")),
    ("EventClaim-mode-of-category", put(EVENT, "dem:mode", "voc:mode-reject-meet")),
    ("EventClaim-context", put(EVENT, "dem:context", "voc:category-aid")),
    ("EventClaim-actor", put(EVENT, "dem:actor", "id:nobody-described")),
    ("EventClaim-recipient", put(EVENT, "dem:recipient", '"Sylvania"')),
    ("EventClaim-affected", put(EVENT, "dem:affected", "id:event-visit")),
    ("EventClaim-place", put(EVENT, "dem:place", "id:freedonia")),
    ("EventClaim-invokes", put(EVENT, "dem:invokes", "id:pact-treaty")),
    ("RelationClaim-claimSubject", put(RELATION, "dem:claimSubject", "id:nobody-described")),
    ("RelationClaim-claimPredicate", put(RELATION, "dem:claimPredicate", "dem:office")),
    ("RelationClaim-claimObject", put(RELATION, "dem:claimObject")),
    ("AttributeClaim-attribute", put(ATTRIBUTE, "dem:attribute", "voc:attribute-colour")),
    ("AttributeClaim-numericValue", put(ATTRIBUTE, "dem:numericValue", '"many"')),
    ("AttributeClaim-one-value", put(ATTRIBUTE, "dem:textValue", '"many"@en')),
    ("AttributeClaim-one-value", put(ATTRIBUTE, "dem:numericValue")),
    ("AttributeClaim-qualified-number", put(ATTRIBUTE, "dem:numericValue")),
    ("AttributeClaim-comparator", put(ATTRIBUTE, "dem:comparator", "voc:polarity-positive")),
    ("StanceClaim-stanceActor", put(STANCE, "dem:stanceActor", "id:rufus", "id:freedonia")),
    ("StanceClaim-onBehalfOf", put(STANCE, "dem:onBehalfOf", "id:valley")),
    ("StanceClaim-position", put(STANCE, "dem:position", "id:issue-valley")),
    ("StanceClaim-stanceValue", put(STANCE, "dem:stanceValue")),
    # documents, parts, passages
    ("Document-title", put(DOCUMENT, "dcterms:title")),
    ("Document-publisher", put(DOCUMENT, "dcterms:publisher", '"Daily News"')),
    ("Document-rights", put(DOCUMENT, "dcterms:rights")),
    ("Document-language", put(DOCUMENT, "dcterms:language", '"English!"')),
    ("Document-sourceSha256", put(DOCUMENT, "dem:sourceSha256", '"13DBBCEACF4B"')),
    ("Document-textSha256", put(DOCUMENT, "dem:textSha256")),
    ("Document-lengthInCodePoints", put(DOCUMENT, "dem:lengthInCodePoints", '"900"')),
    ("Document-extractor", put(DOCUMENT, "dem:extractor")),
    ("Document-has-date", put(DOCUMENT, "dem:edtf")),
    ("Document-date-order", put(DOCUMENT, "dem:latest", '"2019-01-01"^^xsd:date')),
    ("Document-dated-with-basis", put(DOCUMENT, "dem:dateBasis")),
    ("Document-curated-with-note", put(DOCUMENT, "dem:dateNote")),
    ("DocumentPart-isPartOf", put(BODY, "dcterms:isPartOf", PASSAGE)),
    ("DocumentPart-partKind", put(BODY, "dem:partKind", "voc:voice-author")),
    ("DocumentPart-hasSelector", put(BODY, "oa:hasSelector")),
    ("DocumentPart-comment-author", put(COMMENT_PART, "dcterms:creator", "id:rufus")),
    ("DocumentPart-comment-author", put(COMMENT_PART, "dcterms:creator")),
    ("Passage-type", f"DELETE DATA {{ {PASSAGE} a oa:SpecificResource }}"),
    ("Passage-hasSource", put(PASSAGE, "oa:hasSource")),
    ("Passage-hasSelector", put(PASSAGE, "oa:hasSelector", DOCUMENT)),
    ("Passage-passageSha256", put(PASSAGE, "dem:passageSha256", f'"{"g" * 64}"')),
    ("Passage-foldedSha256", put(PASSAGE, "dem:foldedSha256")),
    ("Passage-foldedLength", put(PASSAGE, "dem:foldedLength", "0")),
    ("Selector-start", put(SELECTOR, "oa:start", "-1")),
    ("Selector-end", put(SELECTOR, "oa:end")),
    ("Selector-order", put(SELECTOR, "oa:end", "10")),
    ("Commenter-pseudonym", also('id:john a dem:Commenter ; skos:prefLabel "J"@en')),
    (
        "Commenter-attributedName",
        put("id:commenter-13dbbceacf4b-01", "dem:attributedName", "id:name-0123456789ab"),
    ),
]


@pytest.mark.parametrize(("rule", "update"), DOCUMENT_FAULTS)
def test_a_faulty_document_is_reported(quads, context, rule, update):
    findings = validate(changed(quads, "document", update), context)
    assert rule in {finding.rule for finding in failures(findings)}


REFERENCE_FAULTS = [
    ("Named-prefLabel", put("id:freedonia", "skos:prefLabel", '"Freedonia"')),
    ("Named-prefLabel", put("id:event-visit", "skos:prefLabel")),
    ("Actor-iso3166Alpha3", put("id:freedonia", "dem:iso3166Alpha3", '"fre"')),
    ("Actor-cowCode", put("id:freedonia", "dem:cowCode", "998")),
    ("Actor-identifier", put("id:freedonia", "dem:identifier", "id:pact")),
    ("Actor-attributedName", put("id:freedonia", "dem:attributedName", '"Land"@en')),
    ("Office-officeOf", put("id:president-of-freedonia", "dem:officeOf", "id:valley")),
    ("AttributedName-nameForm", put("id:name-0123456789ab", "dem:nameForm")),
    ("AttributedName-nameUsedBy", put("id:name-0123456789ab", "dem:nameUsedBy")),
    ("AttributedName-source", put("id:name-0123456789ab", "prov:wasDerivedFrom")),
    ("Identifier-identifierScheme", put("id:freedonia-cow", "dem:identifierScheme")),
    ("Identifier-notation", put("id:freedonia-cow", "dem:notation", "998")),
    ("Identifier-source", put("id:freedonia-cow", "dcterms:source", "id:no-source")),
    ("ReferenceSource-title", put("id:source-invented", "dcterms:title")),
    ("ReferenceSource-terms", put("id:source-invented", "dcterms:rights")),
    ("DatedRelation-attestedFrom", put("id:tenure-1", "dem:attestedFrom")),
    (
        "DatedRelation-attested-order",
        put("id:party-1", "dem:attestedUntil", '"2018-01-01"^^xsd:date'),
    ),
    ("DatedRelation-validFrom", put("id:tenure-1", "dem:validFrom", '"2020"^^xsd:gYear')),
    (
        "DatedRelation-began-before-attested",
        put("id:tenure-1", "dem:validFrom", '"2020-05-01"^^xsd:date'),
    ),
    (
        "DatedRelation-attested-before-end",
        put("id:tenure-1", "dem:validUntil", '"2020-05-01"^^xsd:date'),
    ),
    ("DatedRelation-valid-order", put("id:tenure-1", "dem:validUntil", '"2019-05-01"^^xsd:date')),
    ("DatedRelation-source", put("id:membership-1", "dcterms:source")),
    ("Tenure-holder", put("id:tenure-1", "dem:holder", "id:freedonia")),
    ("Tenure-office", put("id:tenure-1", "dem:office", "id:pact")),
    ("Tenure-onBehalfOf", put("id:tenure-1", "dem:onBehalfOf")),
    ("Membership-member", put("id:membership-1", "dem:member", "id:valley")),
    ("Membership-organization", put("id:membership-1", "dem:organization", "id:freedonia")),
    (
        "Membership-membershipStatus",
        put("id:membership-1", "dem:membershipStatus", "voc:stance-neutral"),
    ),
    ("TreatyParty-treaty", put("id:party-1", "dem:treaty", "id:pact")),
    ("TreatyParty-signed-order", put("id:party-1", "dem:inForceFrom", '"2018-01-01"^^xsd:date')),
    ("TerritorialStatus-territory", put("id:status-1", "dem:territory", "id:freedonia")),
    ("TerritorialStatus-territorialStatus", put("id:status-1", "dem:territorialStatus")),
    ("Treaty-signed-order", put("id:pact-treaty", "dem:inForceFrom", '"2018-01-01"^^xsd:date')),
    ("Treaty-foundingTreatyOf", put("id:pact-treaty", "dem:foundingTreatyOf", "id:rufus")),
    ("Treaty-source", put("id:pact-treaty", "dcterms:source")),
    ("Provision-provisionOf", put("id:pact-treaty-article-4", "dem:provisionOf")),
    (
        "Provision-obligationType",
        put("id:pact-treaty-article-4", "dem:obligationType", "voc:stance-neutral"),
    ),
    ("Issue-definition", put("id:issue-valley", "skos:definition")),
    ("Position-onIssue", put("id:position-valley-talks", "dem:onIssue", "id:valley")),
    ("Position-definition", put("id:position-valley-talks", "skos:definition")),
]


@pytest.mark.parametrize(("rule", "update"), REFERENCE_FAULTS)
def test_a_faulty_reference_graph_is_reported(quads, context, rule, update):
    findings = validate(changed(quads, "reference", update), context)
    assert rule in {finding.rule for finding in failures(findings)}


OTHER_FAULTS = [
    ("derived", "DerivedStatement-subject", put(DERIVED, "rdf:subject")),
    ("derived", "DerivedStatement-predicate", put(DERIVED, "rdf:predicate", "dem:claimsTerritory")),
    ("derived", "DerivedStatement-object", put(DERIVED, "rdf:object", '"talks"')),
    (
        "derived",
        "DerivedStatement-wasDerivedFrom",
        put(DERIVED, "prov:wasDerivedFrom", "id:tenure-1"),
    ),
    ("derived", "DerivedStatement-underPolicy", put(DERIVED, "dem:underPolicy", "id:rufus")),
    ("derived", "DerivedStatement-claimCount", put(DERIVED, "dem:claimCount", "0")),
    (
        "derived",
        "DerivedStatement-origins-within-claims",
        put(DERIVED, "dem:independentOrigins", "2"),
    ),
    ("derived", "DerivedStatement-contested", put(DERIVED, "dem:contested")),
    (
        "derived",
        "DerivedStatement-date-order",
        put(DERIVED, "dem:latest", '"2019-01-01"^^xsd:date'),
    ),
    (
        "derived",
        "ClaimRelation-relatedClaim",
        put("id:corroboration-1", "dem:relatedClaim", STANCE),
    ),
    ("derived", "ClaimRelation-note", put("id:corroboration-1", "dem:note")),
    ("review", "Assessment-assesses", put("id:assessment-1", "dem:assesses", "id:rufus")),
    ("review", "Assessment-assessedBy", put("id:assessment-1", "dem:assessedBy", "id:rufus")),
    ("review", "Assessment-assessmentDecision", put("id:assessment-1", "dem:assessmentDecision")),
    ("review", "Assessment-assessedOn", put("id:assessment-1", "dem:assessedOn", '"today"')),
    ("review", "Coder-prefLabel", put("id:coder-1", "skos:prefLabel")),
]


@pytest.mark.parametrize(("part", "rule", "update"), OTHER_FAULTS)
def test_a_faulty_derived_or_review_graph_is_reported(quads, context, part, rule, update):
    findings = validate(changed(quads, part, update), context)
    assert rule in {finding.rule for finding in failures(findings)}


@pytest.mark.parametrize("category", sorted(terms.SCHEMES["category"]))
def test_a_recipient_is_required_where_plover_says_so(quads, context, category):
    update = "; ".join(
        [
            put(EVENT, "dem:mode"),
            put(EVENT, "dem:recipient"),
            put(EVENT, "dem:category", f"voc:category-{category}"),
        ]
    )
    rules = {finding.rule for finding in validate(changed(quads, "document", update), context)}
    expected = {"EventClaim-recipient-required"} if category in terms.REQUIRES_RECIPIENT else set()
    assert rules == expected


def test_another_voice_inside_a_comment_is_a_warning_only(quads, context):
    data = changed(quads, "document", put(COMMENT, "dem:voice", "voc:voice-quoted"))
    (finding,) = validate(data, context)
    assert finding.severity == "warning"
    assert failures([finding]) == ()


def test_only_the_graph_under_test_is_judged(quads, background):
    broken = changed(quads, "reference", put("id:freedonia", "skos:prefLabel"))
    others = [quad.triple for quad in quads if "/reference" not in quad.graph_name.value]
    context = Context.of([*background, *broken, *others])
    assert validate(graph_of(quads, "document"), context) == ()
    assert validate(broken, context) != ()


def test_a_finding_says_where_and_what_to_do(quads, context):
    data = changed(quads, "document", put(STANCE, "dem:voice", "voc:polarity-positive"))
    (finding,) = validate(data, context)
    assert finding == Finding(
        focus=f"{terms.ID!s}claim-{'a' * 16}",
        path="dem:voice",
        message=finding.message,
        value="voc:polarity-positive",
        severity="violation",
        rule="Claim-voice",
    )
    assert "exactly one voice" in finding.message
    assert f"{STANCE} dem:voice" in str(finding)
    assert finding.problem("c.ttl").file == "c.ttl"
    assert finding.problem().subject == STANCE


def test_paths_of_several_properties_read_like_sparql(quads, context):
    data = changed(quads, "reference", put("id:membership-1", "dcterms:source"))
    (finding,) = validate(data, context)
    assert finding.path == "dcterms:source|prov:wasDerivedFrom"


def test_workers_find_what_this_process_finds(quads, context):
    bad = changed(quads, "document", put(STANCE, "dem:voice"))
    good = graph_of(quads, "document")
    found = validate_many({"bad": bad, "good": good}, context, workers=2)
    assert list(found) == ["bad", "good"]
    assert found["bad"] == validate(bad, context) != ()
    assert found["good"] == ()
    assert validate_many({}, context) == {}


@pytest.mark.parametrize("part", ["document", "reference"])
def test_what_is_near_a_graph_is_all_that_its_findings_need(quads, context, part):
    for predicate in sorted({t.predicate.value for t in graph_of(quads, part)}):
        data = [t for t in graph_of(quads, part) if t.predicate.value != predicate]
        assert validate(data, context.near(data)) == validate(data, context), predicate


def test_shapes_of_ones_own_may_replace_ours(quads, context):
    shapes = parse_turtle(
        b"""@prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix dem: <https://w3id.org/demarche/ontology#> .
        <https://example.org/S> a sh:NodeShape ; sh:targetClass dem:Actor ;
            sh:property [ sh:path dem:cowCode ; sh:minCount 1 ; sh:message "No code."@en ] .""",
        "own.ttl",
    )
    found = validate(graph_of(quads, "reference"), context, shapes)
    assert f"{terms.ID!s}sylvania" in {finding.focus for finding in found}
    assert f"{terms.ID!s}freedonia" not in {finding.focus for finding in found}


def _ask(query):
    store = Store()
    store.extend(Quad(*triple) for triple in shipped_shapes())
    answer = store.query(PREFIXES + query)
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


NAMED = """
    @prefix shape: <https://w3id.org/demarche/shapes#> .
    shape:Named a sh:NodeShape ; sh:targetClass dem:Document ; sh:property shape:Named-title .
    shape:Named-title sh:path dcterms:title ; sh:minCount 1 ; sh:message "It has no title."@en .
"""
ASKED_BY_OTHERS = """
    shape:Claims a sh:NodeShape ; sh:targetClass dem:StanceClaim ; sh:property shape:Claims-made .
    shape:Claims-made sh:path dem:inDocument ; sh:node shape:Named .
"""


@pytest.mark.parametrize(
    ("more", "rules"),
    [
        ("", {"Named-title"}),
        (ASKED_BY_OTHERS, {"Named-title", "Claims-made"}),
        ("shape:Named sh:targetNode id:claim-1 .", {"Named-title"}),
        ("shape:Named sh:deactivated true .", set()),
    ],
)
def test_a_shape_asks_the_nodes_of_its_class_and_whom_else_it_is_to(context, more, rules):
    document = """
        id:document-1 a dem:Document . id:claim-1 a dem:StanceClaim ; dem:inDocument id:document-1 .
    """
    data, shapes = (
        parse_turtle((TURTLE + text).encode(), "test") for text in (document, NAMED + more)
    )
    found = validate(data, context, shapes)
    assert {finding.rule for finding in found} == rules
    titleless = {finding.focus for finding in found if finding.rule == "Named-title"}
    assert len(titleless) == ("targetNode" in more) + bool(rules)
    assert validate(data, context, shapes) == found


def test_every_property_shape_and_rule_has_an_english_message():
    assert not _ask(
        """ASK { { ?s a sh:PropertyShape } UNION { ?s a sh:NodeShape ; sh:or|sh:xone|sh:pattern ?x }
        FILTER NOT EXISTS { ?s sh:message ?m FILTER(LANG(?m) = "en") } }"""
    )


def test_the_shapes_are_themselves_valid_shacl():
    text = serialize(shipped_shapes(), format=RdfFormat.N_TRIPLES).decode()
    shapes = rdflib.Graph().parse(data=text, format="nt")
    conforms, _, report = pyshacl.validate(rdflib.Graph(), shacl_graph=shapes, meta_shacl=True)
    assert conforms, report


def test_shapes_are_open_and_free_of_sparql():
    assert not _ask("ASK { ?s sh:closed|sh:sparql ?x }")


def test_shapes_name_only_terms_and_lists_that_exist(background):
    known = {triple.subject for triple in background}
    ours = (str.__str__(terms.DEM), str.__str__(terms.VOC))
    used = {
        node
        for triple in shipped_shapes()
        for node in (triple.object,)
        if isinstance(node, NamedNode) and node.value.startswith(ours)
    }
    assert used
    assert used <= known


def test_every_class_of_the_model_is_the_target_of_a_shape():
    targets = {t.object for t in shipped_shapes() if t.predicate == terms.SH["targetClass"]}
    above = Context.of(ontology_triples())
    untouched = {
        name for name in terms.CLASSES if not above.superclasses([terms.DEM[name]]) & targets
    }
    # Never used themselves: every instance is of a class below, or of a leaf that has a shape.
    assert untouched <= {"ClaimRelation"}


def _list_of(shape):
    store = Store()
    store.extend(Quad(*triple) for triple in shipped_shapes())
    rows = store.query(
        PREFIXES + f"SELECT ?m {{ <{terms.SHAPE!s}{shape}> sh:in/rdf:rest*/rdf:first ?m }}"
    )
    return {row["m"].value.removeprefix(str.__str__(terms.DEM)) for row in rows}


def test_lists_of_relations_in_the_shapes_are_those_of_the_terms():
    assert _list_of("RelationClaim-claimPredicate") == set(terms.RELATION_PREDICATES)
    derivable = {
        *terms.RELATION_PREDICATES,
        *terms.STANCE_PREDICATES.values(),
        *terms.EVENT_PREDICATES,
        *terms.EVENT_DATES,
    } - terms.NEVER_DERIVED
    assert _list_of("DerivedStatement-predicate") == derivable
    assert _list_of("DerivationPolicy-derivesPredicate") == derivable


def test_literals_keep_their_lexical_form(context):
    data = [
        Triple(
            NamedNode("https://example.org/x"), terms.RDF["type"], terms.OA["TextPositionSelector"]
        ),
        Triple(
            NamedNode("https://example.org/x"),
            terms.OA["start"],
            Literal("01", datatype=terms.XSD["integer"]),
        ),
        Triple(
            NamedNode("https://example.org/x"),
            terms.OA["end"],
            Literal("x", datatype=terms.XSD["integer"]),
        ),
    ]
    assert "x" in {finding.value for finding in validate(data, context)}


REAL_DATE = '"2020-02-03Z"^^xsd:date'
DATELIKE = [
    '"2020-02-31"^^xsd:date',
    '"2020"^^xsd:gYear',
    '"2020-02"^^xsd:gYearMonth',
    '"2020-02-03T00:00:00"^^xsd:dateTime',
    REAL_DATE,
    '"2020-02-03"',
    '"2020-02-03"@en',
    "2020",
    "true",
    "id:freedonia",
]


@pytest.mark.parametrize("latest", DATELIKE)
@pytest.mark.parametrize("earliest", DATELIKE)
def test_no_pair_of_values_stops_the_comparison_of_dates(context, earliest, latest):
    stance = f"a dem:StanceClaim ; dem:earliest {earliest} ; dem:latest {latest} ."
    data = parse_turtle(f"{TURTLE}{STANCE} {stance}".encode(), "pair")
    rules = {finding.rule for finding in validate(data, context)}
    assert ("Claim-earliest" in rules) == (earliest != REAL_DATE)
    assert ("Claim-latest" in rules) == (latest != REAL_DATE)


def test_findings_are_values():
    finding = Finding("https://example.org/x", "", "m", "", "violation", "r")
    assert replace(finding, rule="r") == finding
    assert {finding, replace(finding)} == {finding}


def test_the_sample_is_turtle_per_graph(quads):
    for name in {quad.graph_name for quad in quads}:
        triples = [quad.triple for quad in quads if quad.graph_name == name]
        text = serialize(triples, format=RdfFormat.TURTLE)
        assert set(parse_turtle(text, "again")) == set(triples)
