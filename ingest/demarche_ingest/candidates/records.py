"""Candidates as they are kept: the claims format, with what made each and where it was read.

A kept candidate is a claim like those of the seeds (`seeds.claims.ClaimRecord`), so that one
mapping makes RDF of both and a reviewer edits what a coder would have written.
"""

from __future__ import annotations

from pydantic import Field

from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord, SpanRecord
from demarche_ingest.seeds.fields import Line, Record, Slug


class NewThing(Record):
    """Something that candidates name and reference data lacks."""

    id: Slug
    """The name that candidates use."""
    label: Line
    """As the document names it, or in a few words of ours."""
    type: Line
    """Class of the ontology; an event, an issue or a position too."""
    of: Slug | None = None
    """The state or organisation that it seems to be of."""
    near: tuple[Slug, ...] = ()
    """Known things whose names look alike, for people to judge."""


class CandidateRecord(Record):
    """A candidate that passed the gate."""

    claim: ClaimRecord
    """What it claims; `iri` is always there and names the candidate."""
    trigger: SpanRecord
    """The words that made the extractor see it."""
    rests_on: tuple[SpanRecord, ...] = ()
    """Passages outside the evidence that an argument was read from."""
    confidence: float = Field(ge=0, le=1)
    """How likely a person would accept it, by what the extractor knows of itself."""
    rule: Line
    """The frame, pattern or prompt that made it."""
    extractor: Line
    """Name and version of what made it."""


class ArticleCandidates(Record):
    """An article as it was read, and its candidates in the order of the text."""

    article: ArticleFile
    candidates: tuple[CandidateRecord, ...] = ()


class DocumentCandidates(Record):
    """All candidates of one document. run: the ingestion that made them."""

    source_sha256: str
    run: Slug
    articles: tuple[ArticleCandidates, ...]
    things: tuple[NewThing, ...] = ()
