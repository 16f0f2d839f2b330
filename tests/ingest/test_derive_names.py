"""Names in use are derived from the claims that show them in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from demarche_ingest.compose import compose, derived_graphs, violations
from demarche_ingest.derive import Claim, derive_from
from demarche_ontology import terms
from demarche_ontology.data import policies

SEEDS = Path(__file__).parents[2] / "seeds"


def names(graph):
    nodes = {t.subject for t in graph if t.object == terms.DEM["AttributedName"]}
    return {
        node: {
            name: {t.object for t in graph if t.subject == node and t.predicate == terms.DEM[name]}
            for name in ("nameForm", "nameUsedBy")
        }
        for node in nodes
    }


def test_a_name_claim_makes_a_name_with_its_user():
    composition = compose(SEEDS)
    claimed = {
        (claim.attribute.subject, claim.attribute.text, claim.chain[-1])
        for article in composition.seeds.articles
        for claim in article.claims
        if claim.attribute and claim.attribute.attribute == "name"
    }
    assert claimed
    graphs = dict(derived_graphs(composition.graphs))
    graph = graphs[terms.derived_graph("with-comments").value]
    found = {
        (t.subject.value.removeprefix(terms.ID), form.value)
        for node, values in names(graph).items()
        for form in values["nameForm"]
        for t in graph
        if t.predicate == terms.DEM["attributedName"] and t.object == node
    }
    assert found == {(subject, form) for subject, form, _ in claimed}
    users = {user for values in names(graph).values() for user in values["nameUsedBy"]}
    assert all(isinstance(user, NamedNode) for user in users)
    assert violations({**composition.graphs, **graphs}) == []


def named(number, user, **changes):
    content = {
        "claimSubject": terms.ID["ada"].value, "textValue": "Adah",
        "attribute": terms.concept("attribute", "name").value,
    }  # fmt: skip
    made = Claim(
        iri=terms.ID[f"claim-{number}"].value, type="attribute", topic=("attribute", "ada"),
        content={name: frozenset({value}) for name, value in content.items()}, voice="author",
        basis="presupposition", certainty="certain", polarity="positive", modality="actual",
        review="curated", presupposed=True, source=terms.ID[user].value, origin=user,
        earliest=None, latest=None,
    )  # fmt: skip
    return replace(made, **changes)


def test_a_spelling_of_a_person_is_one_name_with_all_who_write_it():
    claims = [named(1, "gazette"), named(2, "agency"), named(3, "herald", polarity="negative")]
    graph = derive_from(policies()[0], claims)
    (node,) = [t.object for t in graph if t.predicate == terms.DEM["attributedName"]]
    assert names(graph)[node] == {
        "nameForm": {Literal("Adah", language="en")},
        "nameUsedBy": {terms.ID["gazette"], terms.ID["agency"]},
    }
