"""Sides that cannot both be right: of one actor by one or two origins, of two who speak for
themselves, and of those who do neither."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest.derive import Background, derive_from
from demarche_ingest.derive.claims import Claim
from demarche_ingest.derive.relations import relations
from demarche_ingest.derive.sides import read_exclusions, side_relations
from demarche_ingest.derive.write import write
from demarche_ontology import terms
from demarche_ontology.data import policies
from demarche_ontology.terms import DEM, ID, RDF

DEFAULT = policies()[0]
DAY = date(1990, 5, 7)
OPEN, SHUT, TOLL = (ID[f"position-{name}"].value for name in ("open", "shut", "toll"))
EXCLUSIONS = read_exclusions([Triple(NamedNode(OPEN), DEM["excludes"], NamedNode(SHUT))])


def side(number, position=OPEN, value="supports", **changes):
    actor = changes.pop("actor", ID["ada"].value)
    content = {
        "stanceActor": actor, "position": position,
        "stanceValue": terms.concept("stance", value).value,
    }  # fmt: skip
    made = Claim(
        iri=ID[f"claim-{number}"].value, type="stance", topic=("stance", actor, position),
        content={name: frozenset({value}) for name, value in content.items()}, voice="author",
        basis="act-reported", certainty="certain", polarity="positive", modality="actual",
        review="curated", presupposed=False, source=f"source-{number}", origin=f"source-{number}",
        earliest=DAY, latest=DAY,
    )  # fmt: skip
    return replace(made, **changes)


def held(number, position=OPEN, **changes):
    actor = changes.pop("actor", ID["ada"].value)
    values = {
        "claimSubject": position, "claimPredicate": DEM["heldBy"].value, "claimObject": actor
    }  # fmt: skip
    content = {name: frozenset({value}) for name, value in values.items()}
    topic = ("relation", DEM["heldBy"].value, position, actor)
    return replace(side(number, position), type="relation", topic=topic, content=content, **changes)


def found(*claims):
    return [(r.kind, r.contests) for r in side_relations(claims, EXCLUSIONS)]


OWN = {"basis": "own-words"}
EMIL = {"actor": ID["emil"].value}
SAME = {"origin": "gazette"}
CONTESTED, ASSERTED, TENSION = (
    ("contradicts", True),
    ("contradicts", False),
    ("inTensionWith", False),
)


def test_exclusions_hold_both_ways_and_go_no_further():
    chain = [Triple(NamedNode(a), DEM["excludes"], NamedNode(b)) for a, b in
             ((OPEN, SHUT), (SHUT, OPEN), (SHUT, TOLL))]  # fmt: skip
    assert read_exclusions(chain) == {
        OPEN: frozenset({SHUT}), SHUT: frozenset({OPEN, TOLL}), TOLL: frozenset({SHUT}),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (side(1), side(2, SHUT), CONTESTED),
        (side(1), held(2, SHUT), CONTESTED),
        (held(1), held(2, SHUT), CONTESTED),
        (held(1), side(2, OPEN, "opposes"), CONTESTED),
        (side(1, **SAME), side(2, SHUT, **SAME), TENSION),
        (held(1, **SAME), side(2, OPEN, "opposes", **SAME), TENSION),
        (side(1, **OWN), side(2, SHUT, **OWN, **EMIL), ASSERTED),
        (side(1, **OWN), side(2, OPEN, "opposes", **OWN, **EMIL), ASSERTED),
        (held(1, **OWN), side(2, SHUT, **OWN, **EMIL), ASSERTED),
    ],
)
def test_opposed_sides(one, other, expected):
    assert found(one, other) == found(other, one) == [expected]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (side(1), side(2, TOLL)),
        (side(1), side(2, SHUT, "opposes")),
        (side(1, OPEN, "opposes"), side(2, SHUT, "opposes")),
        (side(1), side(2, SHUT, "neutral")),
        (side(1), side(2, SHUT, polarity="negative")),
        (side(1), side(2, SHUT, earliest=DAY + timedelta(1), latest=None)),
        (side(1), side(2, SHUT, **EMIL)),
        (side(1, **OWN), side(2, SHUT, **EMIL)),
        (side(1, **OWN), side(2, OPEN, **OWN, **EMIL)),
        (side(1), held(2, OPEN)),
    ],
)
def test_sides_that_are_not_opposed(one, other):
    assert found(one, other) == found(other, one) == []


def test_support_and_opposition_of_one_position_stay_with_the_comparison_of_one_topic():
    pair = [side(1), side(2, OPEN, "opposes")]
    assert found(*pair) == []
    assert [relation.kind for relation in relations(pair)] == ["contradicts"]


def test_the_positions_are_grounds_and_the_reason_is_given():
    (one,) = side_relations([side(1, origin="agency"), side(2, SHUT)], EXCLUSIONS)
    assert one.grounds == (OPEN, SHUT)
    assert one.origins == 2
    assert one.why == (
        "they show the actor on positions that exclude each other; origins: agency, source-2"
    )
    (other,) = side_relations([held(1), side(2, OPEN, "opposes")], EXCLUSIONS)
    assert other.grounds == ()


def graph_of(*claims):
    return derive_from(DEFAULT, claims, Background((), EXCLUSIONS))


def contested(graph):
    return {t.object for t in graph if t.predicate == DEM["contested"]}


def test_only_a_side_that_is_denied_becomes_contested():
    yes, no = Literal(True), Literal(False)
    assert contested(graph_of(side(1), side(2, SHUT))) == {yes}
    assert contested(graph_of(side(1, **SAME), side(2, SHUT, **SAME))) == {no}
    assert contested(graph_of(side(1, **OWN), side(2, SHUT, **OWN, **EMIL))) == {no}


def test_a_tension_is_written_both_ways_with_its_grounds_and_one_origin():
    graph = graph_of(side(1, **SAME), side(2, SHUT, **SAME))
    one, two = ID["claim-1"], ID["claim-2"]
    assert {Triple(one, DEM["inTensionWith"], two), Triple(two, DEM["inTensionWith"], one)} < graph
    (node,) = {t.subject for t in graph if t.object == DEM["Tension"]}
    about = {(t.predicate, t.object) for t in graph if t.subject == node}
    assert (DEM["independentOrigins"], Literal(1)) in about
    rests_on = {value for name, value in about if name == terms.PROV["wasDerivedFrom"]}
    assert rests_on == {one, two, NamedNode(OPEN), NamedNode(SHUT)}


def test_without_exclusions_nothing_is_opposed():
    graph = derive_from(DEFAULT, [side(1), side(2, SHUT)])
    assert not [t for t in graph if t.predicate == RDF["type"] and t.object == DEM["Contradiction"]]
    assert write(DEFAULT, [], []) == set()


DAYS = st.one_of(st.none(), st.integers(0, 20).map(lambda n: DAY + timedelta(n)))
SIDES = st.tuples(
    DAYS, DAYS, st.sampled_from([OPEN, SHUT, TOLL]), st.sampled_from(["supports", "opposes"]),
    st.sampled_from(["ada", "emil"]), st.sampled_from(["own-words", "inference"]),
)  # fmt: skip


@given(st.lists(SIDES, max_size=10))
def test_the_sweep_finds_what_comparing_all_pairs_finds(drawn):
    claims = []
    for number, (one, other, position, value, actor, basis) in enumerate(drawn):
        first, last = sorted([one, other]) if one and other else (one, other)
        changes = {"earliest": first, "latest": last, "basis": basis, "actor": ID[actor].value}
        claims.append(side(100 + number, position, value, **changes))
    pairwise = [
        relation
        for one, other in combinations(claims, 2)
        for relation in side_relations([one, other], EXCLUSIONS)
    ]
    assert sorted(side_relations(claims, EXCLUSIONS)) == sorted(pairwise)
