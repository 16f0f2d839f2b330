"""What policies derive: only from admitted, positive claims, for offices only on covered days."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest.compose import derived_graphs
from demarche_ingest.derive import Background, Tenure, admits, derive_from
from demarche_ingest.derive.claims import Claim, read_claims, read_tenures
from demarche_ingest.derive.statements import statements
from demarche_ingest.mapping.documents import map_document
from demarche_ontology import terms
from demarche_ontology.data import policies
from demarche_ontology.terms import DEM, ID, PROV, RDF

DEFAULT, WITH_COMMENTS = policies()
DAY = date(1990, 5, 7)


def claim(kind="stance", iri="claim-1", **changes):
    """Return a claim of a kind; content by local names, the rest as fields of `Claim`."""
    contents = {
        "stance": {
            "stanceActor": ID["ada"], "position": ID["plan"],
            "stanceValue": terms.concept("stance", "supports"),
        },
        "relation": {
            "claimSubject": ID["sudria"], "claimPredicate": DEM["alliedWith"],
            "claimObject": ID["norland"],
        },
        "event": {
            "aboutEvent": ID["talks"], "category": terms.concept("category", "consult"),
            "actor": ID["ada"],
        },
    }  # fmt: skip
    given = {name: changes.pop(name) for name in list(changes) if name not in Claim.__slots__}
    content = {k: frozenset({v.value}) for k, v in {**contents[kind], **given}.items() if v}
    about = min(next(iter(content.values())))
    made = Claim(
        iri=ID[iri].value, type=kind, topic=(kind, about), content=content, voice="author",
        basis="act-reported", certainty="certain", polarity="positive", modality="actual",
        review="curated", presupposed=False, source="gazette", origin="gazette",
        earliest=DAY, latest=DAY,
    )  # fmt: skip
    return replace(made, **changes)


def tenure(first, last, name="tenure-1"):
    return Tenure(ID[name].value, ID["ada"].value, ID["norland"].value, first, last)


def bare(policy, claims, tenures=()):
    """Return the bare triples as (subject, predicate, object), local names."""
    graph = derive_from(policy, list(claims), Background(tenures))
    named = {t.subject for t in graph if t.object == DEM["DerivedStatement"]}
    parts = {node: {t.predicate: t.object for t in graph if t.subject == node} for node in named}
    found = {
        tuple(p[RDF[name]] for name in ("subject", "predicate", "object")) for p in parts.values()
    }
    assert all(Triple(*triple) in graph for triple in found)
    return {tuple(term.value.rpartition("/")[2].rpartition("#")[2] for term in t) for t in found}


def test_a_stance_is_its_actors():
    assert bare(DEFAULT, [claim()]) == {("ada", "supports", "plan")}
    opposing = claim(stanceValue=terms.concept("stance", "opposes"))
    assert bare(DEFAULT, [opposing]) == {("ada", "opposes", "plan")}


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (DAY, DAY, True),
        (date(1990, 5, 1), date(1990, 5, 31), True),
        (date(1990, 5, 8), date(1990, 5, 31), False),
        (date(1990, 4, 1), date(1990, 5, 6), False),
    ],
)
def test_a_stance_is_the_states_when_a_tenure_covers_its_date(first, last, covered):
    found = bare(DEFAULT, [claim()], [tenure(first, last)])
    assert (("norland", "supports", "plan") in found) is covered
    assert ("ada", "supports", "plan") in found


@pytest.mark.parametrize(
    ("earliest", "latest", "covered"),
    [
        (date(1990, 5, 1), date(1990, 5, 31), True),
        (date(1990, 5, 1), date(1990, 6, 1), False),
        (date(1990, 4, 30), date(1990, 5, 31), False),
        (None, None, False),
    ],
)
def test_every_day_that_a_claim_speaks_of_must_be_covered(earliest, latest, covered):
    may = tenure(date(1990, 5, 1), date(1990, 5, 31))
    found = bare(DEFAULT, [claim(earliest=earliest, latest=latest)], [may])
    assert (("norland", "supports", "plan") in found) is covered


def test_the_tenure_is_named_as_a_ground():
    graph = derive_from(DEFAULT, [claim()], Background([tenure(DAY, DAY)]))
    grounds = [t for t in graph if t.predicate == PROV["wasDerivedFrom"]]
    states = {t.subject for t in graph if t.object == ID["norland"]}
    assert {t.object for t in grounds if t.subject in states - {ID["norland"]}} == {
        ID["claim-1"], ID["tenure-1"],
    }  # fmt: skip


def test_another_persons_tenure_does_not_count():
    other = replace(tenure(DAY, DAY), holder=ID["emil"].value)
    assert bare(DEFAULT, [claim()], [other]) == {("ada", "supports", "plan")}


def test_who_is_spoken_for_needs_no_tenure():
    found = bare(DEFAULT, [claim(onBehalfOf=ID["sudria"])])
    assert found == {("ada", "supports", "plan"), ("sudria", "supports", "plan")}


def test_a_leaders_position_is_the_states():
    held = claim(
        "relation", claimSubject=ID["plan"], claimPredicate=DEM["heldBy"], claimObject=ID["ada"]
    )
    found = bare(DEFAULT, [held], [tenure(DAY, DAY)])
    assert found == {("plan", "heldBy", "ada"), ("plan", "heldBy", "norland")}
    allied = claim("relation", claimObject=ID["ada"])
    assert bare(DEFAULT, [allied], [tenure(DAY, DAY)]) == {("sudria", "alliedWith", "ada")}


def test_reader_comments_count_only_where_they_are_asked_for():
    comment = claim(voice="reader-comment")
    assert bare(DEFAULT, [comment]) == set()
    assert bare(WITH_COMMENTS, [comment]) == {("ada", "supports", "plan")}


@pytest.mark.parametrize(
    "change",
    [
        {"polarity": "negative"},
        {"polarity": "underspecified"},
        {"certainty": "possible"},
        {"certainty": "underspecified"},
        {"review": "candidate"},
        {"review": "rejected"},
        {"review": "superseded"},
        *({"modality": name} for name in terms.SCHEMES["modality"] if name != "actual"),
    ],
)
@pytest.mark.parametrize("kind", ["stance", "relation", "event"])
def test_what_is_denied_doubted_unreviewed_or_not_actual_derives_nothing(kind, change):
    assert bare(DEFAULT, [claim(kind)])
    assert bare(DEFAULT, [claim(kind, **change)], [tenure(DAY, DAY)]) == set()


def test_what_wording_takes_for_granted_counts_where_the_policy_says_so():
    taken = claim(presupposed=True)
    assert admits(DEFAULT, taken)
    assert not admits(replace(DEFAULT, admits_presupposed=False), taken)


@pytest.mark.parametrize("policy", policies())
@pytest.mark.parametrize("predicate", sorted(terms.NEVER_DERIVED))
def test_relations_about_territory_are_never_stated_bare(policy, predicate):
    assert bare(policy, [claim("relation", claimPredicate=DEM[predicate])]) == set()


@pytest.mark.parametrize("status", [None, *terms.SCHEMES["membership"]])
def test_only_a_member_is_stated_to_be_one(status):
    given = terms.concept("membership", status) if status else None
    member = claim("relation", claimPredicate=DEM["memberOf"], membershipStatus=given)
    expected = {("sudria", "memberOf", "norland")} if status in {None, "member"} else set()
    assert bare(DEFAULT, [member]) == expected


def test_what_claims_say_of_an_event_is_put_on_it():
    found = bare(DEFAULT, [claim("event", place=ID["port"]), claim("event", iri="claim-2")])
    assert found == {
        ("talks", "category", "category-consult"), ("talks", "actor", "ada"),
        ("talks", "place", "port"), ("talks", "earliest", "1990-05-07"),
        ("talks", "latest", "1990-05-07"),
    }  # fmt: skip


def test_the_bounds_of_an_event_are_those_of_all_its_claims():
    may, monday = (date(1990, 5, 1), date(1990, 5, 31)), (DAY, DAY)
    coarse = claim("event", earliest=may[0], latest=may[1])
    fine = claim("event", "claim-2", earliest=monday[0], latest=monday[1])
    bounds = {t for t in bare(DEFAULT, [fine, coarse]) if t[1] in {"earliest", "latest"}}
    assert bounds == {("talks", "earliest", "1990-05-01"), ("talks", "latest", "1990-05-31")}
    undated = claim("event", earliest=None, latest=None)
    assert not {t for t in bare(DEFAULT, [undated]) if t[1] in {"earliest", "latest"}}


def test_counts_are_of_claims_and_of_independent_origins():
    said = [
        claim(iri="claim-1", origin="agency"),
        claim(iri="claim-2", origin="agency", earliest=date(1990, 5, 1)),
        claim(iri="claim-3", origin="gazette", latest=None),
    ]
    (statement,) = statements(DEFAULT, said, [])
    assert (len(statement.claims), statement.origins) == (3, 2)
    assert (statement.earliest, statement.latest) == (date(1990, 5, 1), DAY)
    graph = derive_from(DEFAULT, said)
    numbers = {t.predicate: t.object for t in graph if isinstance(t.object, Literal)}
    assert numbers[DEM["claimCount"]] == Literal(3)
    assert numbers[DEM["independentOrigins"]] == Literal(2)


def test_a_graph_is_derived_from_the_fixture(norland_graph, norland_reference):
    graphs = {terms.GRAPH["document/norland"].value: norland_graph}
    graphs[terms.GRAPH_REFERENCE.value] = norland_reference.reference
    found = dict(derived_graphs(graphs))
    derived = {p.notation: found[terms.derived_graph(p.notation).value] for p in policies()}
    plan, strait = ID["position-leagues-plan"], ID["position-strait-to-be-reopened"]
    assert Triple(ID["norland"], DEM["supports"], plan) in derived["default"]
    assert Triple(ID["norland"], DEM["opposes"], strait) in derived["default"]
    owners = Triple(ID["cafe-owners-of-port-merrow"], DEM["supports"], strait)
    assert owners in derived["with-comments"] - derived["default"]
    for graph in derived.values():
        assert not [t for t in graph if t.predicate == DEM["locatedIn"]]
        assert not [t for t in graph if t.predicate == DEM["memberOf"]]  # an observer is none
        assert {t.object for t in graph if t.predicate == DEM["underPolicy"]} <= {
            NamedNode(policy.iri.value) for policy in policies()
        }


def test_what_is_read_back_is_what_was_mapped(norland_seeds, norland_graph, norland_reference):
    claims = list(read_claims(norland_graph))
    assert len(claims) == len(norland_seeds.articles[0].claims)
    assert [c.iri for c in claims] == sorted(c.iri for c in claims)
    (comment,) = [c for c in claims if c.polarity == "negative"]
    assert (comment.type, comment.voice, comment.origin) == ("event", "paraphrased", "emil-sudek")
    assert (comment.earliest, comment.latest) == (date(1990, 5, 1), date(1990, 5, 31))
    (found,) = read_tenures(norland_reference.reference)
    assert (found.first, found.last) == (date(1990, 5, 1), date(1990, 5, 31))


@pytest.fixture(scope="module")
def many_claims(synthetic_seeds, norland_graph):
    graphs = [norland_graph, *(map_document(a) for a in synthetic_seeds.documents().values())]
    return [c for graph in graphs for c in read_claims(graph)]


@settings(max_examples=25)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(many_claims, rng: random.Random):
    held = [tenure(DAY, DAY), tenure(DAY, DAY, "tenure-2")]
    expected = derive_from(WITH_COMMENTS, many_claims, Background(held))
    shuffled = Background(rng.sample(held, len(held)))
    found = derive_from(WITH_COMMENTS, rng.sample(many_claims, len(many_claims)), shuffled)
    assert found == expected
