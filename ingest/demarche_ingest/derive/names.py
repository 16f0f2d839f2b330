"""Names as their users use them: each claim of the attribute "name" makes or joins one."""

from __future__ import annotations

from collections import defaultdict

from pyoxigraph import NamedNode, Triple

from demarche_ingest.derive.claims import Claim
from demarche_ingest.identity import digest16
from demarche_ingest.mapping.build_triples import Node, english
from demarche_ontology import terms
from demarche_ontology.data import Policy
from demarche_ontology.terms import ID, PROV

_NAME = terms.concept("attribute", "name").value


def attributed_names(policy: Policy, claims: list[Claim]) -> set[Triple]:
    """Return a `dem:AttributedName` for each name that admitted claims say somebody uses."""
    uses: dict[tuple[str, str], list[Claim]] = defaultdict(list)
    for claim in claims:
        form = claim.one("textValue")
        if claim.one("attribute") == _NAME and form and claim.polarity == "positive":
            subject = claim.one("claimSubject")
            assert subject is not None  # held by the shapes
            uses[subject, form].append(claim)
    out: set[Triple] = set()
    for (subject, form), found in uses.items():
        node = Node(out, ID[f"name-{digest16([policy.notation, subject, form])}"], "AttributedName")
        node.add("nameForm", english(form)).add("underPolicy", policy.iri)
        node.add("nameUsedBy", *[NamedNode(claim.source) for claim in found])
        node.add(PROV["wasDerivedFrom"], *[NamedNode(claim.iri) for claim in found])
        Node(out, NamedNode(subject)).add("attributedName", node.iri)
    return out
