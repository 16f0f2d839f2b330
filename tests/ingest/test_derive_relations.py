"""How claims stand to each other: contradiction, corroboration, refinement, and none of these."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest.derive import derive_from
from demarche_ingest.derive.claims import Claim, read_claims
from demarche_ingest.derive.relations import relations
from demarche_ingest.mapping.build_triples import literal
from demarche_ontology import terms
from demarche_ontology.data import policies
from demarche_ontology.terms import DEM, ID, RDF

DEFAULT = policies()[0]
DAY = date(1990, 5, 7)


def made(kind, number, content, **values):
    """Read one claim from triples: topics come from the same code as in a build."""
    node = ID[f"claim-{number}"]
    concepts = {
        "voice": "author", "certainty": "certain", "polarity": "positive", "modality": "actual",
    }  # fmt: skip
    graph = [Triple(node, RDF["type"], DEM[f"{kind.capitalize()}Claim"])]
    for name, default in concepts.items():
        notation = values.get(name, default)
        graph.append(Triple(node, DEM[name], terms.concept(name, notation)))
    graph.append(Triple(node, DEM["reviewStatus"], terms.concept("review", "curated")))
    graph.append(Triple(node, DEM["origin"], Literal(values.get("origin", f"source-{number}"))))
    days = {name: values.get(name, DAY) for name in ("earliest", "latest")}
    for name, given_values in {**content, **days}.items():
        for value in given_values if isinstance(given_values, tuple) else (given_values,):
            if value is not None:
                term = value if isinstance(value, NamedNode) else literal(value)
                graph.append(Triple(node, DEM[name], term))
    (claim,) = read_claims(graph)
    return claim


def stance(number, value="supports", **values):
    content = {
        "stanceActor": values.pop("actor", ID["ada"]), "position": ID["plan"],
        "stanceValue": terms.concept("stance", value),
    }  # fmt: skip
    return made("stance", number, content, **values)


def amount(number, value, comparator=None, unit="ships", **values):
    content = {
        "claimSubject": ID["fleet"], "attribute": terms.concept("attribute", "quantity"),
        "numericValue": float(value), "unit": unit,
    }  # fmt: skip
    if comparator:
        content["comparator"] = terms.concept("comparator", comparator)
    return made("attribute", number, content, **values)


def word(number, value, **values):
    content = {
        "claimSubject": ID["fleet"], "attribute": terms.concept("attribute", "name"),
        "textValue": value,
    }  # fmt: skip
    return made("attribute", number, content, **values)


def relation(number, one="norland", predicate="alliedWith", other="sudria", status=None, **values):
    content = {
        "claimSubject": ID[one], "claimPredicate": DEM[predicate], "claimObject": ID[other],
    }  # fmt: skip
    if status:
        content["membershipStatus"] = terms.concept("membership", status)
    return made("relation", number, content, **values)


def event(number, actors=("ada",), category="consult", extra=None, **values):
    content = {
        "aboutEvent": ID["talks"], "category": terms.concept("category", category),
        "actor": tuple(ID[actor] for actor in actors), **(extra or {}),
    }  # fmt: skip
    return made("event", number, content, **values)


def kinds(*claims: Claim) -> set[str]:
    return {found.kind for found in relations(list(claims))}


NO = {"polarity": "negative"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (stance(1), stance(2, "opposes")),
        (stance(1), stance(2, **NO)),
        (amount(1, 5), amount(2, 6)),
        (amount(1, 5), amount(2, 5, **NO)),
        (amount(1, 5, "at-most"), amount(2, 6)),
        (amount(1, 5, "more-than"), amount(2, 5)),
        (amount(1, 5, "less-than"), amount(2, 5, "at-least")),
        (amount(1, 100, "about"), amount(2, 120)),
        (word(1, "a trap"), word(2, "a trap", **NO)),
        (relation(1), relation(2, **NO)),
        (relation(1), relation(2, "sudria", "alliedWith", "norland", **NO)),
        (relation(1, predicate="memberOf"), relation(2, predicate="memberOf", status="observer")),
        (
            relation(1, predicate="memberOf", status="member"),
            relation(2, predicate="memberOf", status="former"),
        ),
        (event(1), event(2, **NO)),
        (event(1, ("ada", "emil")), event(2, **NO)),
    ],
)
def test_contradictions(one, other):
    assert kinds(one, other) == {"contradicts"}
    assert relations([one, other]) == relations([other, one])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (stance(1), stance(2, "neutral")),
        (stance(1), stance(2, "opposes", **NO)),
        (stance(1, polarity="underspecified"), stance(2, "opposes")),
        (stance(1), stance(2, "opposes", polarity="underspecified")),
        (stance(1), stance(2, "opposes", actor=ID["emil"])),
        (amount(1, 5), amount(2, 6, unit="boats")),
        (amount(1, 5), amount(2, 6, **NO)),
        (amount(1, 5, polarity="underspecified"), amount(2, 6)),
        (amount(1, 5), amount(2, 6, polarity="underspecified")),
        (amount(1, 5, "at-least"), amount(2, 6)),
        (amount(1, 100, "about"), amount(2, 105)),
        (word(1, "a trap"), word(2, "a plan")),
        (relation(1), relation(2, predicate="borders")),
        (relation(1, predicate="dependsOn"), relation(2, "sudria", "dependsOn", "norland", **NO)),
        (
            relation(1, predicate="memberOf", status="observer"),
            relation(2, predicate="memberOf", status="applicant"),
        ),
        (
            relation(1, predicate="memberOf"),
            relation(2, predicate="memberOf", status="suspended"),
        ),
        (
            relation(1, predicate="memberOf", status="observer"),
            relation(2, predicate="memberOf", status="member", **NO),
        ),
        (event(1), event(2, category="accuse")),
        (event(1), event(2, ("emil",))),
        (event(1), event(2, ("emil",), **NO)),
    ],
)
def test_no_relation(one, other):
    assert kinds(one, other) == set()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (stance(1), stance(2)),
        (stance(1, **NO), stance(2, **NO)),
        (amount(1, 5), amount(2, 5)),
        (word(1, "a trap"), word(2, "a trap")),
        (relation(1), relation(2, "sudria", "alliedWith", "norland")),
        (relation(1, predicate="memberOf"), relation(2, predicate="memberOf", status="member")),
        (event(1), event(2)),
    ],
)
def test_corroboration_needs_different_origins(one, other):
    assert kinds(one, other) == {"corroborates"}
    assert kinds(one, replace(other, origin=one.origin)) == set()


def test_claims_of_different_times_are_not_compared():
    later = {"earliest": DAY + timedelta(1), "latest": None}
    assert kinds(stance(1), stance(2, "opposes", **later)) == set()
    assert kinds(stance(1), stance(2, "opposes", earliest=None)) == {"contradicts"}
    assert kinds(stance(1, latest=None), stance(2, "opposes", **later)) == {"contradicts"}


def test_a_finer_claim_refines_a_coarser_one():
    finer = event(1, ("ada", "emil"), extra={"place": ID["port"]}, origin="same")
    (found,) = relations([event(2, origin="same"), finer])
    assert (found.kind, found.subject, found.object) == ("refines", finer.iri, ID["claim-2"].value)
    assert found.why == "adds actor, place"


def test_claims_that_each_add_something_do_not_refine():
    here = event(1, extra={"place": ID["port"]}, origin="same")
    so = event(2, extra={"mode": terms.mode("consult", "visit")}, origin="same")
    assert kinds(here, so) == set()


def test_relations_say_why():
    (numbers,) = relations([amount(1, 5, "at-most"), amount(2, 6)])
    assert numbers.why == "the numbers differ: at most 5, 6"
    (origins,) = relations([stance(1, origin="agency"), stance(2, origin="gazette")])
    assert origins.why == "both say so; origins: agency, gazette"
    assert (numbers.origins, origins.origins) == (2, 2)
    (one,) = relations([amount(1, 5, origin="agency"), amount(2, 6, origin="agency")])
    assert one.origins == 1


def test_contradicting_claims_make_both_statements_contested():
    graph = derive_from(DEFAULT, [stance(1), stance(2, "opposes"), relation(3)])
    contested = {t.subject: t.object for t in graph if t.predicate == DEM["contested"]}
    by_predicate = {
        next(
            t.object for t in graph if t.subject == node and t.predicate == RDF["predicate"]
        ): value
        for node, value in contested.items()
    }
    assert by_predicate == {
        DEM["supports"]: Literal(True), DEM["opposes"]: Literal(True),
        DEM["alliedWith"]: Literal(False),
    }  # fmt: skip


def test_a_denial_contests_but_only_where_it_is_admitted():
    for voice, expected in (("author", True), ("reader-comment", False)):
        graph = derive_from(DEFAULT, [stance(1), stance(2, voice=voice, **NO)])
        assert {t.object for t in graph if t.predicate == DEM["contested"]} == {Literal(expected)}


def test_symmetric_relations_are_written_both_ways_with_one_node():
    graph = derive_from(DEFAULT, [stance(1), stance(2, "opposes")])
    one, two = ID["claim-1"], ID["claim-2"]
    assert Triple(one, DEM["contradicts"], two) in graph
    assert Triple(two, DEM["contradicts"], one) in graph
    nodes = [t.subject for t in graph if t.object == DEM["Contradiction"]]
    assert len(nodes) == 1
    related = {
        t.object for t in graph if t.subject == nodes[0] and t.predicate == DEM["relatedClaim"]
    }
    assert related == {one, two}


DAYS = st.one_of(st.none(), st.integers(0, 30).map(lambda n: DAY + timedelta(n)))


@given(st.lists(st.tuples(DAYS, DAYS, st.sampled_from(["supports", "opposes"])), max_size=12))
def test_the_sweep_finds_what_comparing_all_pairs_finds(drawn):
    claims = []
    for number, (one, other, value) in enumerate(drawn):
        first, last = sorted([one, other]) if one and other else (one, other)
        claims.append(stance(100 + number, value, earliest=first, latest=last))
    pairwise_found = {
        found for one, other in combinations(claims, 2) for found in relations([one, other])
    }
    assert set(relations(claims)) == pairwise_found
    assert all(a < b for a, b in pairwise(relations(claims)))
