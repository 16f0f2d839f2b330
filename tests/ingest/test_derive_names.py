"""Names in use are derived from the claims that show them in use."""

from __future__ import annotations

from pathlib import Path

from pyoxigraph import NamedNode

from demarche_ingest.compose import compose, derived_graphs, violations
from demarche_ontology import terms

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
