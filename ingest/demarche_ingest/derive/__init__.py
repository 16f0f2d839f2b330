"""What a policy derives from claims: statements, and how claims stand to each other.

Derivation reads graphs, not seed files, so claims of any owner count alike. Only claims that a
policy admits are used; what is derived names its claims, its policy, and how many independent
origins it rests on. Nothing here decides who is right: contradicting claims both derive their
statements, and both are marked contested.
"""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Triple

from demarche_ingest.derive.claims import Claim, Tenure, read_claims, read_tenures
from demarche_ingest.derive.names import attributed_names
from demarche_ingest.derive.relations import Relation, relations
from demarche_ingest.derive.statements import statements
from demarche_ingest.derive.write import write
from demarche_ontology.data import Policy


def derive(
    policy: Policy, documents: Iterable[Iterable[Triple]], reference: Iterable[Triple]
) -> set[Triple]:
    """Return the graph that a policy derives from documents and the reference graph."""
    claims = [claim for graph in documents for claim in read_claims(graph)]
    return derive_from(policy, claims, read_tenures(reference))


def derive_from(policy: Policy, claims: list[Claim], tenures: list[Tenure]) -> set[Triple]:
    """Return the graph that a policy derives from claims already read."""
    admitted = [claim for claim in claims if admits(policy, claim)]
    related = relations(admitted)
    written = write(policy, statements(policy, admitted, tenures), related)
    return written | attributed_names(policy, admitted)


def admits(policy: Policy, claim: Claim) -> bool:
    """Say whether a policy uses a claim."""
    return (
        claim.review in {"curated", "accepted"}
        and claim.voice in policy.admits_voices
        and claim.certainty in policy.admits_certainties
        and (policy.admits_presupposed or not claim.presupposed)
        and claim.modality == "actual"
    )


__all__ = ["Claim", "Relation", "Tenure", "admits", "derive", "derive_from"]
