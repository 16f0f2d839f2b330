"""Where claims stand: what follows from all assessments together.

Of each coder the last decision counts that was not undone; undoing lets the one before stand again.
Where coders disagree the claim is disputed, and out of the graph until they agree: nothing here
weighs one person against another. What a program decided counts only where no person did.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from demarche_ingest.review.model import Assessment

Status = Literal["candidate", "accepted", "rejected", "superseded", "disputed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What was decided about a claim.

    decisions: the one that counts of each coder, by their ids; an edit that made this claim of
    another counts as its acceptance. edited_from: claims whose edits made this one.
    """

    status: Status = "candidate"
    decisions: Mapping[str, Assessment] = field(default_factory=dict)
    edited_from: tuple[str, ...] = ()

    @property
    def accepted(self) -> Assessment | None:
        """The latest decision that says how the claim stands, if it stands."""
        if self.status != "accepted":
            return None
        return max(
            (one for one in _counting(self.decisions) if one.record is not None),
            key=lambda one: one.at,
            default=None,
        )


def standings(assessments: Iterable[Assessment]) -> dict[str, Standing]:
    """Return where each claim stands that was ever judged, by the local name of its IRI."""
    last = _last(assessments)
    made: defaultdict[str, dict[str, Assessment]] = defaultdict(dict)
    for decisions in last.values():
        for coder, one in decisions.items():
            if (successor := successor_of(one)) is not None:
                made[successor][coder] = one
    found: dict[str, Standing] = {}
    for claim in sorted({*last, *made}):
        _settle(claim, last, made, found, ())
    return found


def successor_of(one: Assessment) -> str | None:
    """Return the claim that an edit made of another, None where it stayed the same claim."""
    if one.decision != "edit" or one.record is None or one.record.iri == one.claim:
        return None
    return one.record.iri


def last_standing(assessments: Iterable[Assessment], claim: str, coder: str) -> Assessment | None:
    """Return the decision of a coder about a claim that undoing would take back."""
    return _last(assessments).get(claim, {}).get(coder)


def _last(assessments: Iterable[Assessment]) -> dict[str, dict[str, Assessment]]:
    stacks: defaultdict[tuple[str, str], list[Assessment]] = defaultdict(list)
    for one in assessments:
        stack = stacks[one.claim, one.coder.id]
        if one.decision != "undo":
            stack.append(one)
        elif stack:
            stack.pop()
    last: dict[str, dict[str, Assessment]] = {}
    for (claim, coder), stack in stacks.items():
        kept = last.setdefault(claim, {})
        if stack:
            kept[coder] = stack[-1]
    return last


def _settle(
    claim: str,
    last: Mapping[str, Mapping[str, Assessment]],
    made: Mapping[str, Mapping[str, Assessment]],
    found: dict[str, Standing],
    under: tuple[str, ...],
) -> Standing:
    """Settle a claim after those whose edits made it."""
    if claim in found or claim in under:  # edits never lead back, unless files were joined
        return found.get(claim, Standing("disputed"))
    edits = made.get(claim, {})
    origins = sorted({one.claim for one in edits.values()})
    agreed = {
        origin
        for origin in origins
        if _settle(origin, last, made, found, (*under, claim)).status == "superseded"
    }
    decisions = {**edits, **last.get(claim, {})}
    status = _status(claim, decisions)
    if status == "accepted" and origins and not agreed:
        status = "disputed"
    found[claim] = Standing(status, decisions, tuple(origins))
    return found[claim]


def _status(claim: str, decisions: Mapping[str, Assessment]) -> Status:
    views = {_view(claim, one) for one in _counting(decisions)}
    if not views:
        return "candidate"
    if len(views) > 1:
        return "disputed"
    (view,) = views
    if view == "reject":
        return "rejected"
    return "accepted" if view == "accept" else "superseded"


def _counting(decisions: Mapping[str, Assessment]) -> list[Assessment]:
    people = [one for one in decisions.values() if one.coder.kind == "person"]
    return people or list(decisions.values())


def _view(claim: str, one: Assessment) -> str:
    """Return what a decision makes of a claim: accept, reject, or the claim in its place."""
    successor = successor_of(one)
    if one.decision == "reject":
        return "reject"
    return "accept" if successor is None or successor == claim else successor
