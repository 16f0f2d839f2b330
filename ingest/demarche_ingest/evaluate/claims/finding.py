"""What is kept of a document's claims, as an ingestion would keep it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain

from demarche_ingest.analysis import Analysis
from demarche_ingest.candidates.model import Candidate, Time
from demarche_ingest.candidates.records import CandidateRecord
from demarche_ingest.documents.model import Source
from demarche_ingest.evaluate.scores import Counts
from demarche_ingest.pipeline.coding import Coding
from demarche_ingest.pipeline.recipe import Workshop
from demarche_ingest.texts import Span, Text, fold, sha256


@dataclass(frozen=True, slots=True)
class Kept:
    """What passed the gate, the records of it, and how many were refused for which reason."""

    candidates: tuple[Candidate, ...]
    records: tuple[CandidateRecord, ...]
    refused: Mapping[str, int] = field(default_factory=dict)


def find_claims(source: Source, analysis: Analysis, workshop: Workshop) -> Kept:
    """Return what is kept of a document that has been read."""
    coding = Coding(source, workshop)
    kept = list(chain.from_iterable(pairs for _, pairs in coding.articles(analysis)))
    return Kept(
        tuple(_as_kept(candidate, record) for candidate, record in kept),
        tuple(record for _, record in kept),
        Counter(refusal.code for refusal in coding.refusals),
    )


def _as_kept(candidate: Candidate, record: CandidateRecord) -> Candidate:
    """Return a candidate with what its record says where that is not what was proposed."""
    claim = record.claim
    when = claim.when
    time = Time(when.edtf, when.basis) if when else None
    return replace(candidate, certainty=claim.certainty, time=time)


def verbatim(text: Text, records: Iterable[CandidateRecord]) -> Counts:
    """Count the passages that stand in a text as their records say, by both their hashes."""
    counts = Counts()
    for piece in chain.from_iterable(record.claim.evidence for record in records):
        words = text[Span(piece.start, piece.end)]
        folded = fold(words)
        there = len(words) == piece.end - piece.start and (
            (piece.sha256, piece.folded, piece.folded_length)
            == (sha256(words), sha256(folded), len(folded))
        )
        counts += Counts(int(there), int(not there), int(not there))
    return counts
