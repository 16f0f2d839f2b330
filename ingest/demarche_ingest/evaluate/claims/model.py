"""Claims as people coded them, of the corpus and of the seeds, in one shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from demarche_ingest.candidates import model as candidates
from demarche_ingest.seeds.claims import (
    AttributeContent,
    ClaimRecord,
    EventContent,
    RelationContent,
    StanceContent,
)
from demarche_ingest.texts import Span

Content: TypeAlias = EventContent | RelationContent | AttributeContent | StanceContent
_TYPES: Final[dict[type, str]] = {
    EventContent: "event",
    candidates.EventFound: "event",
    RelationContent: "relation",
    candidates.RelationFound: "relation",
    AttributeContent: "attribute",
    candidates.AttributeFound: "attribute",
    StanceContent: "stance",
    candidates.StanceFound: "stance",
}


def type_of(content: Content | candidates.Content) -> str:
    """Return of which type a claim is: one of `seeds.claims.CONTENT_TYPES`."""
    return _TYPES[type(content)]


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim that a person coded.

    evidence: its passages, code points of the whole text. chain: from the outlet inwards; the last
    one asserts. when: EDTF, "" for none. uttered: a day, "" likewise. embedded_in: ids of claims.
    """

    id: str
    evidence: tuple[Span, ...]
    content: Content
    chain: tuple[str, ...]
    voice: str
    basis: str
    certainty: str = "certain"
    polarity: str = "positive"
    modality: str = "actual"
    presupposed: bool = False
    when: str = ""
    uttered: str = ""
    embedded_in: tuple[str, ...] = ()


def of_row(row: Mapping[str, Any]) -> GoldClaim:
    """Return the claim of a row of the corpus (layer `claim`; its keys are the sheet's columns)."""
    common = ("voice", "basis", "certainty", "polarity", "modality", "presupposed", "when")
    return GoldClaim(
        row["id"],
        tuple(Span(piece["start"], piece["end"]) for piece in row["evidence"]),
        _content(row),
        tuple(row["chain"]),
        **{key: row[key] for key in (*common, "uttered") if row.get(key)},
        embedded_in=tuple(row.get("embedded_in", ())),
    )


def _content(row: Mapping[str, Any]) -> Content:
    def given(*keys: str) -> dict[str, Any]:
        return {key: row[key] for key in keys if key in row}

    if "event" in row:
        roles = ("actors", "recipients", "affected")
        return EventContent(**given("event", "category", "modes", "contexts", *roles))
    if "predicate" in row:
        return RelationContent(**given("subject", "predicate", "object", "status"))
    if "attribute" in row:
        return AttributeContent(**given("subject", "attribute"), **_value(row))
    stance = {"actor": row["stance_actor"], "position": row["position"], "value": row["stance"]}
    return StanceContent(**stance, **given("on_behalf_of"))


def _value(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value as a number where it is one; unit and comparator belong to numbers."""
    try:
        number = float(row["value"])
    except ValueError:
        return {"text": row["value"]}
    more = {key: row[key] for key in ("unit", "comparator") if key in row}
    return {"number": number, **more}


def of_record(claim: ClaimRecord) -> GoldClaim:
    """Return a claim of the seeds."""
    return GoldClaim(
        claim.id,
        tuple(Span(piece.start, piece.end) for piece in claim.evidence),
        claim.content,
        claim.chain,
        claim.voice,
        claim.basis,
        claim.certainty,
        claim.polarity,
        claim.modality,
        claim.presupposed,
        claim.when.edtf if claim.when else "",
        claim.uttered.isoformat() if claim.uttered else "",
        claim.embedded_in,
    )
