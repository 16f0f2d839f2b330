"""terms.py and the ontology files say the same, and the ontology is what it claims to be."""

import re
from collections import Counter
from io import BytesIO

import owlready2
import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from demarche_ontology import data, terms
from demarche_ontology.terms import DCTERMS, DEM, OWL, RDF, RDFS, SKOS

ONTOLOGY = NamedNode(terms.BASE + "ontology")
KINDS = {
    OWL["Class"]: terms.CLASSES,
    OWL["ObjectProperty"]: terms.OBJECT_PROPERTIES,
    OWL["DatatypeProperty"]: terms.DATATYPE_PROPERTIES,
}
ALL_TERMS = sorted(set(terms.CLASSES + terms.OBJECT_PROPERTIES + terms.DATATYPE_PROPERTIES))
FILES = (*data.ontology_files(), *data.vocabulary_files())
OWN_TERMS = data.load(data.ontology_files()[:1])
EVERYTHING = data.load(FILES)


def objects(subject, predicate, triples=OWN_TERMS):
    return [t.object for t in triples if t.subject == subject and t.predicate == predicate]


def typed(kind, triples=OWN_TERMS):
    return [t.subject for t in triples if t.predicate == RDF["type"] and t.object == kind]


def local_names(kind):
    found = [node.value for node in typed(kind)]
    return Counter(name.removeprefix(DEM) for name in found if name.startswith(DEM))


def mentioned():
    """Each `dem:` and `voc:` name in the words of a label, definition, note or example."""
    for triple in EVERYTHING:
        if isinstance(triple.object, Literal):
            for prefix, local in re.findall(r"\b(dem|voc):([\w-]*\w)", triple.object.value):
                yield triple, terms.Namespace(terms.PREFIXES[prefix])[local]


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.value.rpartition("#")[2])
def test_each_term_is_defined_once_and_no_other(kind):
    assert local_names(kind) == Counter(KINDS[kind])


def test_no_name_is_listed_twice():
    names = Counter(terms.CLASSES + terms.OBJECT_PROPERTIES + terms.DATATYPE_PROPERTIES)
    assert [name for name, count in names.items() if count > 1] == []


def test_nothing_else_is_said_about_names_of_ours():
    subjects = {
        t.subject.value.removeprefix(DEM)
        for t in data.ontology_triples()
        if isinstance(t.subject, NamedNode) and t.subject.value.startswith(DEM)
    }
    assert subjects == set(ALL_TERMS)


@pytest.mark.parametrize("name", ALL_TERMS)
def test_term_is_documented(name):
    for predicate in (RDFS["label"], SKOS["definition"], SKOS["example"]):
        (text,) = objects(DEM[name], predicate)
        assert text.language == "en"
        assert text.value.strip() == text.value != ""
    assert objects(DEM[name], RDFS["isDefinedBy"]) == [ONTOLOGY]


@pytest.mark.parametrize("predicate", [RDFS["label"], SKOS["definition"]])
def test_no_two_terms_share_a_text(predicate):
    texts = Counter(t.object.value.lower() for t in OWN_TERMS if t.predicate == predicate)
    assert len(texts) == len(ALL_TERMS)


def test_definitions_are_sentences():
    definitions = [t.object.value for t in OWN_TERMS if t.predicate == SKOS["definition"]]
    assert [words for words in definitions if not re.fullmatch(r"[A-Z].*\.", words)] == []


def test_every_name_in_prose_exists():
    known = {t.subject for t in EVERYTHING}
    checked = list(mentioned())
    assert len(checked) > 20
    assert [str(triple) for triple, iri in checked if iri not in known] == []


def test_every_term_of_ours_that_is_used_is_declared():
    known = {DEM[name] for name in ALL_TERMS}
    used = {
        node
        for t in EVERYTHING
        for node in (t.subject, t.predicate, t.object)
        if isinstance(node, NamedNode) and node.value.startswith(DEM)
    }
    assert used <= known


def test_header():
    assert objects(ONTOLOGY, RDF["type"]) == [OWL["Ontology"]]
    assert objects(ONTOLOGY, OWL["versionIRI"]) == [NamedNode(terms.BASE + "ontology/0.1.0")]
    assert objects(ONTOLOGY, terms.VANN["preferredNamespacePrefix"]) == [Literal("dem")]
    assert objects(ONTOLOGY, terms.VANN["preferredNamespaceUri"]) == [Literal(DEM)]
    licence = NamedNode("https://creativecommons.org/licenses/by/4.0/")
    assert objects(ONTOLOGY, DCTERMS["license"]) == [licence]


def test_shapes_constrain_not_domains_and_ranges():
    forbidden = {RDFS["domain"], RDFS["range"], OWL["imports"], OWL["sameAs"]}
    assert not forbidden & {t.predicate for t in data.ontology_triples()}


def test_symmetric_properties():
    symmetric = {"contradicts", "corroborates", "inTensionWith", "excludes"}
    claimed = {"alliedWith", "borders", "inConflictWith", "relativeOf"}
    assert set(local_names(OWL["SymmetricProperty"])) == symmetric | claimed


def test_what_may_be_claimed_cannot_make_a_derived_graph_inconsistent():
    claimable = {
        *terms.RELATION_PREDICATES,
        *terms.STANCE_PREDICATES.values(),
        *terms.EVENT_PREDICATES,
    }
    strict = ("FunctionalProperty", "AsymmetricProperty", "IrreflexiveProperty")
    for kind in strict:
        assert not claimable & set(local_names(OWL[kind]))
    assert not claimable & set(local_names(OWL["TransitiveProperty"]))
    assert OWL["propertyDisjointWith"] not in {t.predicate for t in EVERYTHING}


def test_superclasses_are_declared_and_acyclic():
    parents = {}
    declared = {t.subject for t in data.ontology_triples() if t.predicate == RDF["type"]}
    for triple in data.ontology_triples():
        if triple.predicate in (RDFS["subClassOf"], RDFS["subPropertyOf"]):
            assert triple.object in declared
            parents.setdefault(triple.subject, set()).add(triple.object)
    for start, direct in parents.items():
        above, todo = set(), list(direct)
        while todo:
            node = todo.pop()
            if node not in above:
                above.add(node)
                todo.extend(parents.get(node, ()))
        assert start not in above


def test_annotations_are_declared():
    built_in = (RDF, RDFS, OWL)
    triples = data.ontology_triples()
    used = {t.predicate for t in triples if not t.predicate.value.startswith(built_in)}
    declared = set(typed(OWL["AnnotationProperty"], triples))
    assert used <= declared
    assert declared <= used | {SKOS["scopeNote"]}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_parsers_read_the_same(path):
    ours = {quad.triple for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)}
    theirs = rdflib.Graph().parse(path, format="turtle")
    assert len(ours) == len(theirs) > 0


def test_owl_tools_read_it():
    world = owlready2.World()
    ntriples = serialize(data.ontology_triples(), format=RdfFormat.N_TRIPLES)
    ontology = world.get_ontology("urn:loaded").load(fileobj=BytesIO(ntriples))
    with ontology:
        loaded = {c.iri.removeprefix(DEM) for c in world.classes() if c.iri.startswith(DEM)}
        properties = {p.iri.removeprefix(DEM) for p in world.properties() if p.iri.startswith(DEM)}
    assert loaded == set(terms.CLASSES)
    assert properties == set(terms.OBJECT_PROPERTIES + terms.DATATYPE_PROPERTIES)
    assert world[DEM["Commenter"].value].is_a == [world[DEM["Person"].value]]


def test_disjoint_classes_leave_every_class_possible():
    """No class of ours lies under two that are disjoint."""
    triples = data.ontology_triples()
    graph = rdflib.Graph().parse(serialize(triples, format=RdfFormat.N_TRIPLES), format="nt")
    groups = [set(graph.items(members)) for members in graph.objects(None, rdflib.OWL.members)]
    assert groups
    for name in terms.CLASSES:
        above = set(
            graph.transitive_objects(rdflib.URIRef(DEM[name].value), rdflib.RDFS.subClassOf)
        )
        assert all(len(above & group) <= 1 for group in groups), name


def test_namespaces_hang_on_one_base():
    ours = {"dem", "id", "voc", "graph", "query", "release"}
    assert all(terms.PREFIXES[name].startswith(terms.BASE) for name in ours)
    assert Triple(DEM["Claim"], RDF["type"], OWL["Class"]) in OWN_TERMS
