"""Assessments: who decided what about which claim, and when. They are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from demarche_ingest.candidates.records import CandidateRecord, NewThing
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord
from demarche_ingest.seeds.fields import ClaimName, Line, OneOf, Record, Sha256, Slug

Kind = Literal["person", "software"]
Decision = Annotated[str, OneOf.scheme("decision")]


class Coder(Record):
    """Who decides, described truthfully: the name stands in the graph, a pseudonym will do."""

    id: Slug
    """Made of the name; names the file of their assessments."""
    name: Line
    """As they want to be known."""
    kind: Kind
    """A person who read the passages, or a program that decided by a rule."""


class Made(Record):
    """What proposed a claim: how sure it was, by which rule, in which run."""

    confidence: float = Field(ge=0, le=1)
    rule: Line
    extractor: Line
    run: Slug

    @classmethod
    def of(cls, candidate: CandidateRecord, run: str) -> Made:
        """Return what made a candidate."""
        return cls(
            confidence=candidate.confidence,
            rule=candidate.rule,
            extractor=candidate.extractor,
            run=run,
        )


class KeptDocument(Record):
    """A document as it was described when one of its claims was first accepted.

    So what was accepted stands, whatever a later ingestion makes of the same file.
    """

    articles: tuple[ArticleFile, ...]
    """All articles of the file, those without accepted claims too."""
    things: tuple[NewThing, ...] = ()
    """Outlets and authors among them that reference data lacks."""


class Assessment(Record):
    """One decision of one coder about one claim."""

    claim: ClaimName
    """The claim that is judged: a candidate, or what an edit made of one."""
    document: Sha256
    """sourceSha256 of the file that it stands in."""
    decision: Decision
    """Accept, edit, reject, or undo: of the list `decision`."""
    coder: Coder
    """Who decided."""
    at: datetime
    """When, to the second."""
    note: Line | None = None
    """Why; and how, where the claim was not looked at by itself."""
    record: ClaimRecord | None = None
    """Of accept: the claim as it stands; of edit: what it became."""
    article: Slug | None = None
    """Of accept and edit: the article of the kept document that the claim stands in."""
    kept: Sha256 | None = None
    """Of accept and edit: the document as it was described then, by the hash of its description."""
    things: tuple[NewThing, ...] = ()
    """Of accept and edit: what the claim names that reference data lacks, as it was accepted."""
    made: Made | None = None
    """What proposed the claim."""
