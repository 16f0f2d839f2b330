"""What a policy derives from claims: statements, and how claims stand to each other.

Derivation reads graphs, not seed files, so claims of any owner count alike. Only claims that a
policy admits are used; what is derived names its claims, its policy, and how many independent
origins it rests on. Nothing here decides who is right: contradicting claims both derive their
statements, and both are marked contested.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pyoxigraph import Triple

from demarche_ingest.derive.claims import Claim, Tenure, read_claims, read_tenures
from demarche_ingest.derive.names import attributed_names
from demarche_ingest.derive.relations import Relation, relations
from demarche_ingest.derive.sides import Exclusions, read_exclusions, side_relations
from demarche_ingest.derive.statements import statements
from demarche_ingest.derive.write import write
from demarche_ontology.data import Policy


@dataclass(frozen=True, slots=True)
class Background:
    """What derivation takes from the reference graph: tenures, positions that exclude others."""

    tenures: Sequence[Tenure] = ()
    exclusions: Exclusions = field(default_factory=dict)

    @classmethod
    def of(cls, reference: Iterable[Triple]) -> Background:
        """Read a reference graph."""
        triples = list(reference)
        return cls(read_tenures(triples), read_exclusions(triples))


_NONE: Final = Background()


def derive_from(
    policy: Policy, claims: Iterable[Claim], background: Background = _NONE
) -> set[Triple]:
    """Return the graph that a policy derives from claims already read."""
    admitted = [claim for claim in claims if admits(policy, claim)]
    sides = side_relations(admitted, background.exclusions)
    related = sorted([*relations(admitted), *sides])
    written = write(policy, statements(policy, admitted, background.tenures), related)
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


__all__ = ["Background", "Claim", "Relation", "Tenure", "admits", "derive_from", "read_claims"]
