"""The controlled lists and the policies agree with terms.py, and every concept is documented."""

from collections import Counter

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from demarche_ontology import data, terms
from demarche_ontology.errors import CheckError, InputError
from demarche_ontology.terms import DCTERMS, DEM, ID, RDF, SKOS, VOC

TRIPLES = data.vocabulary_triples()
CONCEPTS = {
    **{terms.concept(s, n): (s, n) for s, names in terms.SCHEMES.items() for n in names},
    **{terms.mode(c, n): ("mode", n) for c, names in terms.PLOVER_MODES.items() for n in names},
}
GROUPS = {  # PLOVER manual of 2024-02-04, "Quad category" of each category
    "1": {"agree", "consult", "support", "concede"},
    "2": {"cooperate", "aid", "retreat"},
    "3": {"request", "accuse", "reject", "threaten"},
    "4": {"protest", "sanction", "mobilize", "coerce", "assault"},
}
DEFAULT, WITH_COMMENTS = data.policies()


def objects(subject, predicate):
    return [t.object for t in TRIPLES if t.subject == subject and t.predicate == predicate]


def text(subject, predicate):
    (value,) = objects(subject, predicate)
    assert isinstance(value, Literal)
    assert value.value.strip() == value.value != ""
    return value


def of_type(kind):
    return Counter(t.subject for t in TRIPLES if t.predicate == RDF["type"] and t.object == kind)


def code(scheme, notation):
    """The notation as PLOVER writes it; our other lists use their own."""
    if scheme == "category":
        return notation.upper()
    return notation.replace("-", "_") if scheme == "context" else notation


def test_concepts_are_those_of_terms():
    assert of_type(SKOS["Concept"]) == Counter(list(CONCEPTS))


def test_schemes_are_those_of_terms():
    assert of_type(SKOS["ConceptScheme"]) == Counter(VOC[s] for s in (*terms.SCHEMES, "mode"))


@pytest.mark.parametrize("iri", list(CONCEPTS), ids=lambda iri: iri.value.rpartition("/")[2])
def test_concept_is_documented(iri):
    scheme, notation = CONCEPTS[iri]
    assert objects(iri, SKOS["inScheme"]) == [VOC[scheme]]
    assert objects(iri, SKOS["topConceptOf"]) == [VOC[scheme]]
    assert text(iri, SKOS["notation"]) == Literal(code(scheme, notation))
    for predicate in (SKOS["prefLabel"], SKOS["definition"], SKOS["example"]):
        assert text(iri, predicate).language == "en"


@pytest.mark.parametrize("name", [*terms.SCHEMES, "mode"])
def test_scheme_is_documented(name):
    for predicate in (SKOS["prefLabel"], SKOS["definition"]):
        assert text(VOC[name], predicate).language == "en"
    assert len(objects(VOC[name], DCTERMS["license"])) == 1


@pytest.mark.parametrize(
    "name", ["category", "mode", "context", "certainty", "polarity", "obligation"]
)
def test_borrowed_schemes_cite_their_source(name):
    assert isinstance(objects(VOC[name], DCTERMS["source"])[0], NamedNode)
    assert text(VOC[name], DCTERMS["bibliographicCitation"]).language == "en"


def test_no_two_concepts_share_a_definition():
    definitions = Counter(text(iri, SKOS["definition"]).value for iri in CONCEPTS)
    assert [words for words, count in definitions.items() if count > 1] == []


def test_labels_are_unique_within_a_scheme():
    labels = Counter((CONCEPTS[iri][0], text(iri, SKOS["prefLabel"]).value) for iri in CONCEPTS)
    assert set(labels.values()) == {1}


def test_modes_belong_to_their_category():
    for category, names in terms.PLOVER_MODES.items():
        for name in names:
            assert objects(terms.mode(category, name), SKOS["broader"]) == [
                terms.concept("category", category)
            ]


def test_groups_of_categories():
    groups = {
        text(group, SKOS["notation"]).value: set(objects(group, SKOS["member"]))
        for group in of_type(SKOS["Collection"])
    }
    assert groups == {
        number: {terms.concept("category", name) for name in names}
        for number, names in GROUPS.items()
    }
    assert set().union(*GROUPS.values()) == set(terms.SCHEMES["category"])


def test_scope_notes_say_which_categories_need_a_recipient():
    says_so = {
        name
        for name in terms.SCHEMES["category"]
        for note in objects(terms.concept("category", name), SKOS["scopeNote"])
        if "recipient is required" in note.value
    }
    assert says_so == terms.REQUIRES_RECIPIENT


def test_data_graphs_have_no_blank_nodes():
    nodes = {type(node) for t in TRIPLES for node in (t.subject, t.object)}
    assert BlankNode not in nodes


def test_policies_derive_all_but_what_is_territorial():
    derivable = {
        *terms.STANCE_PREDICATES.values(),
        *terms.RELATION_PREDICATES,
        *terms.EVENT_PREDICATES,
        *terms.EVENT_DATES,
    }
    for policy in data.policies():
        assert policy.predicates == derivable - terms.NEVER_DERIVED
        assert policy.admits_certainties == {"certain", "probable"}
        assert policy.admits_presupposed


def test_policies_differ_in_reader_comments_only():
    assert (DEFAULT.notation, WITH_COMMENTS.notation) == ("default", "with-comments")
    assert WITH_COMMENTS.admits_voices == set(terms.SCHEMES["voice"])
    assert WITH_COMMENTS.admits_voices - DEFAULT.admits_voices == {"reader-comment"}
    assert DEFAULT.iri == ID["policy-default"]


def test_policies_explain_why_territory_is_left_out():
    for policy in data.policies():
        notes = " ".join(note.value for note in objects(policy.iri, SKOS["scopeNote"]))
        assert all(f"dem:{name}" in notes for name in terms.NEVER_DERIVED)


@pytest.mark.parametrize(
    "predicate",
    [
        SKOS["notation"],
        SKOS["prefLabel"],
        DEM["admitsVoice"],
        DEM["admitsCertainty"],
        DEM["admitsPresupposed"],
        DEM["derivesPredicate"],
    ],
)
def test_incomplete_policy_is_refused(predicate):
    with pytest.raises(CheckError) as raised:
        data.policies_in(t for t in TRIPLES if t.predicate != predicate)
    assert predicate.value in str(raised.value)
    assert raised.value.problems[0].remedy


def test_policy_with_a_value_of_another_list_is_refused():
    wrong = Triple(ID["policy-default"], DEM["admitsVoice"], terms.concept("certainty", "certain"))
    with pytest.raises(CheckError, match="admitsVoice"):
        data.policies_in([*TRIPLES, wrong])


def test_policies_do_not_depend_on_order_or_repetition():
    assert data.policies_in([*reversed(TRIPLES), *TRIPLES]) == data.policies()


def test_load_gives_each_triple_once():
    paths = data.vocabulary_files()
    assert data.load([*paths, *paths]) == TRIPLES
    assert len(set(TRIPLES)) == len(TRIPLES)


def test_load_names_the_file_and_line_that_is_wrong(tmp_path):
    path = tmp_path / "broken.ttl"
    path.write_text("@prefix dem: <urn:x:> .\n\ndem:a dem:b ;;\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        data.load([path])
    (problem,) = raised.value.problems
    assert problem.file == "broken.ttl"
    assert problem.line >= 3


def test_packaged_files_are_there():
    files = (*data.ontology_files(), *data.vocabulary_files())
    assert all(path.is_file() for path in files)
    names = {path.name for path in files}
    assert {"demarche.ttl", "alignments.ttl", "plover.ttl", "lists.ttl", "policies.ttl"} <= names
    assert len(files) == len(set(files))
