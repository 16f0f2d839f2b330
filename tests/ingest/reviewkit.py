"""Candidates made by hand, for tests of reviews: invented reports, real and invented states."""

from __future__ import annotations

from typing import Any

from demarche_ingest.annotate import pin
from demarche_ingest.candidates.records import (
    ArticleCandidates,
    CandidateRecord,
    DocumentCandidates,
    NewThing,
)
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord, SpanRecord
from demarche_ingest.texts import EXTRACTOR, Span, Text

RUN = "run-1"
OUTLET = NewThing(id="lima-post", label="Lima Post", type="MediaOutlet")
EVENT = NewThing(id="talks-1", label="Peru and Ecuador: consult", type="Event")
ENVOY = NewThing(
    id="ana-quispe", label="Ana Quispe", type="Person", of="peru", near=("ana-quispe-mamani",)
)
WORDS = (
    "Peru and Ecuador held talks on the river. "
    "Ana Quispe backed the plan. "
    "Peru is a member of the Amazon Cooperation Treaty Organization. "
    "Ecuador has 40 boats."
)


def claims_of(text: Text) -> list[tuple[str, dict[str, Any]]]:
    """Return the words of each claim and what it says."""
    return [
        (
            "Peru and Ecuador held talks on the river.",
            {
                "event": {
                    "event": "talks-1",
                    "category": "consult",
                    "actors": ["peru", "ecuador"],
                }
            },
        ),
        (
            "Ana Quispe backed the plan.",
            {
                "event": {
                    "event": "talks-1",
                    "category": "support",
                    "actors": ["ana-quispe"],
                }
            },
        ),
        (
            "Peru is a member of the Amazon Cooperation Treaty Organization.",
            {"relation": {"subject": "peru", "predicate": "alliedWith", "object": "ecuador"}},
        ),
        (
            "Ecuador has 40 boats.",
            {
                "attribute": {
                    "subject": "ecuador",
                    "attribute": "equipment",
                    "number": 40,
                    "unit": "boats",
                }
            },
        ),
    ]


def document(number: int = 1, words: str = WORDS) -> DocumentCandidates:
    """Return the four candidates of a report: two events, a relation, a number."""
    text = text_of(number, words)
    article = ArticleFile.model_validate(
        {
            "id": f"lima-post-2031-03-{number:02d}",
            "document": {
                "source_sha256": text.source_sha256,
                "text_sha256": text.text_sha256,
                "length": len(text),
                "extractor": EXTRACTOR,
                "language": "en",
            },
            "title": f"Report {number}",
            "publisher": "lima-post",
            "rights": "Invented text of this project, CC0",
            "date": {"edtf": f"2031-03-{number:02d}", "basis": "stated"},
            "span": {"start": 0, "end": len(text)},
            "parts": [{"start": 0, "end": len(text), "id": "body", "kind": "body"}],
        }
    )
    found = [_candidate(text, at, told, number) for at, told in enumerate(claims_of(text), start=1)]
    return DocumentCandidates(
        source_sha256=text.source_sha256,
        run=RUN,
        articles=(ArticleCandidates(article=article, candidates=tuple(found)),),
        things=(ENVOY, OUTLET, EVENT),
    )


def text_of(number: int = 1, words: str = WORDS) -> Text:
    """Return the text of a report."""
    return Text.decode(f"{words} Report {number}.".encode())


def _candidate(text: Text, at: int, told: tuple[str, dict[str, Any]], day: int) -> CandidateRecord:
    quote, content = told
    start = text.content.index(quote)
    claim = ClaimRecord.model_validate(
        {
            "id": f"c{at:03d}",
            "statement": f"The Lima Post says the thing numbered {at} in its report.",
            "evidence": [pin.evidence(text, Span(start, start + len(quote)))],
            "chain": ["lima-post"],
            "voice": "author",
            "basis": "act-reported",
            "when": {"edtf": f"2031-03-{day:02d}", "basis": "inferred"},
            **content,
        }
    )
    return CandidateRecord(
        claim=pin.renew(text.source_sha256, claim),
        trigger=SpanRecord(start=start, end=start + 4),
        confidence=at / 5,
        rule=f"rule-{at}",
        extractor="hand/1",
    )
