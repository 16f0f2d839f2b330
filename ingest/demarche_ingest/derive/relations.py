"""How claims stand to each other: contradiction, corroboration, refinement.

Only claims on one topic are compared: the same event; the same relation between the same two;
the same attribute of the same thing in the same unit; the same actor's stance on the same
position (`sides` compares stances on positions that exclude each other). Claims that speak of
different times are not compared at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from demarche_ingest.derive.claims import EVENT_ROLES, FULL_MEMBER, Claim
from demarche_ontology import terms
from demarche_ontology.terms import VOC

Kind = Literal["contradicts", "corroborates", "inTensionWith", "refines"]
SYMMETRIC: Final = frozenset({"contradicts", "corroborates", "inTensionWith"})


@dataclass(frozen=True, slots=True, order=True)
class Relation:
    """`subject` contradicts, corroborates, is in tension with or refines `object`, and why.

    subject, object: IRIs of claims; of a symmetric kind, stated once, with subject < object.
    origins: how many different origins the two have. grounds: IRIs of what it rests on besides
    the claims. contests: whether each of the two denies what the other yields.
    """

    kind: Kind
    subject: str
    object: str
    why: str
    origins: int
    grounds: tuple[str, ...] = ()
    contests: bool = False

    @classmethod
    def between(cls, kind: Kind, one: Claim, other: Claim, why: str) -> Relation:
        """Relate two claims: of a symmetric kind in the order of their IRIs, else as given."""
        first, second = one.iri, other.iri
        if kind in SYMMETRIC:
            first, second = sorted([first, second])
        origins = len({one.origin, other.origin})
        return cls(kind, first, second, why, origins, contests=kind == "contradicts")


def relations(claims: list[Claim]) -> list[Relation]:
    """Return how the claims stand to each other, sorted."""
    topics: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        topics[claim.topic].append(claim)
    found: set[Relation] = set()
    for same in topics.values():
        for first, second in _overlapping(same):
            found.update(_compare(first, second))
    return sorted(found)


def _overlapping(claims: list[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Yield each pair that may speak of the same time, the lesser IRI first.

    A sweep along the calendar: a topic that is spoken of for years has many claims, but few
    for each day.
    """
    current: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: (claim.earliest or date.min, claim.iri)):
        current = [other for other in current if other.overlaps(claim)]
        for other in current:
            yield (other, claim) if other.iri < claim.iri else (claim, other)
        current.append(claim)


def _compare(first: Claim, second: Claim) -> Iterator[Relation]:
    conflict = _conflict(first, second)
    if conflict:
        yield Relation.between("contradicts", first, second, conflict)
    elif first.polarity == second.polarity and _agree(first, second):
        if first.origin != second.origin:
            why = f"both say so; origins: {first.origin}, {second.origin}"
            yield Relation.between("corroborates", first, second, why)
        for finer, coarser in ((first, second), (second, first)):
            if (more := _says_more(finer, coarser)) is not None:
                yield Relation.between("refines", finer, coarser, more)


def _conflict(first: Claim, second: Claim) -> str | None:
    """Say why two claims on one topic cannot both hold, or None."""
    opposite = {first.polarity, second.polarity} == {"positive", "negative"}
    if first.type == "stance":
        return _stance_conflict(first, second, opposite)
    if first.type == "attribute":
        return _value_conflict(first, second, opposite)
    if first.type == "relation" and first.membership != second.membership:
        return _membership_conflict(first, second)
    if opposite and (first.type == "relation" or _same_act(first, second)):
        return "one says that it holds, the other that it does not"
    return None


_NO_MEMBERS: Final = frozenset(
    terms.concept("membership", name).value for name in ("observer", "applicant", "former")
)
"""Statuses that a full member does not have at the same time."""


def _membership_conflict(first: Claim, second: Claim) -> str | None:
    said = {first.membership, second.membership}
    if FULL_MEMBER in said and said & _NO_MEMBERS and _both_positive(first, second):
        return "one says member, the other a status that no member has"
    return None


def _stance_conflict(first: Claim, second: Claim, opposite: bool) -> str | None:
    values = {
        (claim.one("stanceValue") or "").removeprefix(f"{VOC}stance-") for claim in (first, second)
    }
    if values == {"supports", "opposes"} and _both_positive(first, second):
        return "one says support, the other opposition"
    if len(values) == 1 and opposite:
        return f"one says {min(values)}, the other says not"
    return None


def _value_conflict(first: Claim, second: Claim, opposite: bool) -> str | None:
    one, other = _range(first), _range(second)
    if one is None or other is None:
        same = first.one("textValue") == second.one("textValue")
        return "one gives this value, the other denies it" if same and opposite else None
    apart = one[1] < other[0] or other[1] < one[0]
    if apart and _both_positive(first, second):
        return f"the numbers differ: {_shown(first)}, {_shown(second)}"
    if opposite and one == other:
        return "one gives this number, the other denies it"
    return None


def _both_positive(first: Claim, second: Claim) -> bool:
    return first.polarity == second.polarity == "positive"


_ABOUT = Decimal("0.1")
"""How far from a number given with "about" another may lie without conflict."""


def _range(claim: Claim) -> tuple[Decimal, Decimal] | None:
    """Return the numbers a claim allows, or None when it gives no number."""
    text = claim.one("numericValue")
    if text is None:
        return None
    value, infinity = Decimal(text), Decimal("Infinity")
    least = Decimal("1E-6")
    comparator = (claim.one("comparator") or "").removeprefix(f"{VOC}comparator-")
    return {
        "about": (value - abs(value) * _ABOUT, value + abs(value) * _ABOUT),
        "more-than": (value + least, infinity),
        "at-least": (value, infinity),
        "less-than": (-infinity, value - least),
        "at-most": (-infinity, value),
    }.get(comparator, (value, value))


def _shown(claim: Claim) -> str:
    comparator = (claim.one("comparator") or "").removeprefix(f"{VOC}comparator-")
    return f"{comparator.replace('-', ' ')} {claim.one('numericValue')}".strip()


def _same_act(first: Claim, second: Claim) -> bool:
    """Say whether two event claims speak of one act: one category, no actor at odds."""
    if first.one("category") != second.one("category"):
        return False
    actors = first.content.get("actor"), second.content.get("actor")
    return not all(actors) or actors[0] == actors[1] or _nested(*actors)


def _nested(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return bool(one and other and (one <= other or other <= one))


def _agree(first: Claim, second: Claim) -> bool:
    """Say whether two claims of one topic and polarity say the same as far as both go."""
    if first.type == "event":
        return _same_act(first, second)
    if first.type == "stance":
        return first.one("stanceValue") == second.one("stanceValue")
    if first.type == "attribute":
        one, other = _range(first), _range(second)
        if one is None or other is None:
            return first.one("textValue") == second.one("textValue")
        return one == other
    return first.membership == second.membership


def _says_more(finer: Claim, coarser: Claim) -> str | None:
    """Say what the finer claim adds to all that the coarser one says, or None."""
    if finer.type != "event":
        return None
    added = []
    for role in EVENT_ROLES:
        fine, coarse = finer.content.get(role, frozenset()), coarser.content.get(role, frozenset())
        if not fine >= coarse:
            return None
        if fine > coarse:
            added.append(role)
    return f"adds {', '.join(added)}" if added else None
