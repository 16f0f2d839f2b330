"""Statements that admitted claims support."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from demarche_ingest.derive.claims import FULL_MEMBER, MEMBER_OF, Claim, Tenure
from demarche_ontology import terms
from demarche_ontology.data import Policy
from demarche_ontology.terms import DEM, VOC

Key = tuple[str, str, str]
"""Subject IRI, predicate IRI, object: an IRI, or a day for `dem:earliest` and `dem:latest`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A triple, the claims it rests on, and what else made it possible (tenures)."""

    key: Key
    claims: tuple[Claim, ...]
    grounds: tuple[str, ...]

    @property
    def origins(self) -> int:
        """How many independent origins its claims have."""
        return len({claim.origin for claim in self.claims})

    @property
    def earliest(self) -> date | None:
        """The first day any of its claims speaks of."""
        return min((claim.earliest for claim in self.claims if claim.earliest), default=None)

    @property
    def latest(self) -> date | None:
        """The last day any of its claims speaks of."""
        return max((claim.latest for claim in self.claims if claim.latest), default=None)


def statements(policy: Policy, claims: list[Claim], tenures: Iterable[Tenure]) -> list[Statement]:
    """Return every statement the claims support under a policy, sorted."""
    offices: dict[str, list[Tenure]] = defaultdict(list)
    for tenure in tenures:
        offices[tenure.holder].append(tenure)
    found: dict[Key, tuple[dict[str, Claim], set[str]]] = {}
    positive = [claim for claim in claims if claim.polarity == "positive"]
    bounds = _event_bounds(positive)
    for claim in positive:
        for key, ground in (*_supported(claim, offices), *_bounds(claim, bounds)):
            if key[1].removeprefix(DEM) in policy.predicates:
                by_iri, grounds = found.setdefault(key, ({}, set()))
                by_iri[claim.iri] = claim
                grounds.update([ground] if ground else [])
    made = [
        Statement(key, tuple(by_iri[iri] for iri in sorted(by_iri)), tuple(sorted(grounds)))
        for key, (by_iri, grounds) in found.items()
    ]
    return sorted(made, key=lambda statement: statement.key)


_Supported = Iterator[tuple[Key, str | None]]


def _supported(claim: Claim, offices: dict[str, list[Tenure]]) -> _Supported:
    if claim.type == "stance":
        yield from _stance(claim, offices)
    elif claim.type == "relation":
        yield from _relation(claim, offices)
    elif claim.type == "event":
        yield from _event(claim)


def _stance(claim: Claim, offices: dict[str, list[Tenure]]) -> _Supported:
    actor, position = claim.one("stanceActor"), claim.one("position")
    value = (claim.one("stanceValue") or "").removeprefix(f"{VOC}stance-")
    assert actor is not None  # a stance claim has both (mapping, shapes)
    assert position is not None
    predicate = DEM[terms.STANCE_PREDICATES[value]].value
    yield (actor, predicate, position), None
    for behalf in claim.content.get("onBehalfOf", ()):
        yield (behalf, predicate, position), None
    for tenure in _in_office(offices.get(actor, []), claim):
        yield (tenure.on_behalf_of, predicate, position), tenure.iri


def _relation(claim: Claim, offices: dict[str, list[Tenure]]) -> _Supported:
    subject, predicate = claim.one("claimSubject"), claim.one("claimPredicate")
    target = claim.one("claimObject")
    assert subject is not None
    assert predicate is not None
    assert target is not None
    if predicate == MEMBER_OF and claim.one("membershipStatus") not in {None, FULL_MEMBER}:
        return  # an observer, applicant or former member is none, which the bare triple would say
    yield (subject, predicate, target), None
    if predicate == DEM["heldBy"].value:  # a leader's position is the state's, like a stance
        for tenure in _in_office(offices.get(target, []), claim):
            yield (subject, predicate, tenure.on_behalf_of), tenure.iri


def _event(claim: Claim) -> _Supported:
    event = claim.one("aboutEvent")
    assert event is not None
    for role in terms.EVENT_PREDICATES:
        for value in claim.content.get(role, ()):
            yield (event, DEM[role].value, value), None


_Bounds = dict[str, tuple[date | None, date | None]]


def _event_bounds(claims: list[Claim]) -> _Bounds:
    """Return, by event, the first and the last day that any of its claims gives."""
    found: _Bounds = {}
    for claim in claims:
        if claim.type == "event":
            first, last = found.get(claim.topic[1], (None, None))
            days = [day for day in (first, claim.earliest) if day]
            ends = [day for day in (last, claim.latest) if day]
            found[claim.topic[1]] = (min(days, default=None), max(ends, default=None))
    return found


def _bounds(claim: Claim, bounds: _Bounds) -> _Supported:
    """Yield the bounds of an event that rest on this claim."""
    if claim.type == "event":
        event = claim.topic[1]
        first, last = bounds[event]
        if first and claim.earliest == first:
            yield (event, DEM["earliest"].value, first.isoformat()), None
        if last and claim.latest == last:
            yield (event, DEM["latest"].value, last.isoformat()), None


def _in_office(tenures: list[Tenure], claim: Claim) -> Iterator[Tenure]:
    """Yield tenures attested on every day that the claim speaks of.

    An open end counts as its first day: what is said from a day on is said of that day at least.
    """
    first, last = claim.earliest, claim.latest or claim.earliest
    for tenure in tenures:
        if first and last and tenure.first <= first and last <= tenure.last:
            yield tenure
