"""Candidates as flat rows, for programs and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from demarche_ingest.candidates.records import CandidateRecord, DocumentCandidates
from demarche_ingest.texts import Text

COLUMNS: Final = (
    *("document", "article", "iri", "type", "start", "end", "passage", "trigger"),
    *("category", "modes", "contexts", "event", "actors", "recipients", "affected", "place"),
    *("subject", "predicate", "object", "status"),
    *("attribute", "number", "unit", "comparator", "text"),
    *("stance_actor", "on_behalf_of", "position", "stance"),
    *("speaker", "chain", "voice", "polarity", "certainty", "modality", "presupposed", "basis"),
    *("date", "date_basis", "uttered", "confidence", "rule", "extractor", "statement"),
)
"""What a row tells, in this order; what does not belong to its type is null."""


def rows(document: DocumentCandidates, text: Text) -> Iterator[dict[str, Any]]:
    """Yield a row for each candidate of a document, in the order of the text.

    text: what its offsets count in; its path is the row's `document`.
    """
    for one in document.articles:
        for candidate in one.candidates:
            told = {"document": text.path, "article": one.article.id, **_row(candidate, text)}
            yield {name: told.get(name) for name in COLUMNS}


def _row(candidate: CandidateRecord, text: Text) -> dict[str, Any]:
    claim = candidate.claim
    first = claim.evidence[0]
    return {
        "iri": claim.iri,
        "type": claim.type,
        "start": first.start,
        "end": first.end,
        "passage": text.content[first.start : first.end],
        "trigger": text.content[candidate.trigger.start : candidate.trigger.end],
        **_content(candidate),
        "speaker": claim.chain[-1],
        "chain": list(claim.chain),
        "voice": claim.voice,
        "polarity": claim.polarity,
        "certainty": claim.certainty,
        "modality": claim.modality,
        "presupposed": claim.presupposed,
        "basis": claim.basis,
        "date": claim.when and claim.when.edtf,
        "date_basis": claim.when and claim.when.basis,
        "uttered": claim.uttered and claim.uttered.isoformat(),
        "confidence": candidate.confidence,
        "rule": candidate.rule,
        "extractor": candidate.extractor,
        "statement": claim.statement,
    }


def _content(candidate: CandidateRecord) -> dict[str, Any]:
    members = candidate.claim.content.model_dump(mode="json")
    if candidate.claim.stance is not None:
        members["stance_actor"] = members.pop("actor")
        members["stance"] = members.pop("value")
    return members
