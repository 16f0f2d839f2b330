"""The claims format: `article.yaml` and `claims.yaml` of one article."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from demarche_ingest.seeds.fields import (
    Attribute,
    Basis,
    Category,
    Certainty,
    ClaimName,
    Comparator,
    Context,
    Day,
    Line,
    MembershipStatus,
    Modality,
    PartKind,
    Polarity,
    Predicate,
    Record,
    Sentence,
    Sha256,
    Slug,
    Stance,
    Voice,
    When,
)
from demarche_ontology import terms


class SpanRecord(Record):
    """Code points `start` up to, not including, `end` of the document's text."""

    start: int = Field(ge=0)
    """Offset of the first code point; the text's first is 0."""
    end: int = Field(ge=1)
    """Offset after the last code point."""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"end {self.end} does not come after start {self.start}")
        return self


class EvidenceRecord(SpanRecord):
    """A passage without its words: where it stands, and hashes to recognise it by."""

    sha256: Sha256
    """Of the passage's UTF-8 bytes."""
    folded: Sha256
    """Of the passage with white space runs made one space and trimmed."""
    folded_length: int = Field(ge=1)
    """Of that folded passage, in code points."""


class EventContent(Record):
    """What an event claim says happened (PLOVER category, modes, contexts, roles)."""

    event: Slug
    """The happening, one name for all claims about it, whoever tells it."""
    category: Category
    """What the actor does: one of PLOVER's sixteen categories."""
    modes: tuple[Slug, ...] = ()
    """Modes of the category, where the passage itself shows them."""
    contexts: tuple[Context, ...] = ()
    """PLOVER contexts, where the passage itself shows them."""
    actors: tuple[Slug, ...] = ()
    """Who does it; under `accuse` the accuser; all who meet. Never the mere reporter."""
    recipients: tuple[Slug, ...] = ()
    """Who it is done to or asked of; under `accuse` the accused."""
    affected: tuple[Slug, ...] = ()
    """Who suffers it besides; under `accuse` who is said to be harmed."""
    place: Slug | None = None
    """Where it happened."""
    invokes: Slug | None = None
    """The provision of a treaty that is appealed to."""

    @model_validator(mode="after")
    def _plover(self) -> Self:
        known = terms.PLOVER_MODES.get(self.category, ())
        for mode in self.modes:
            if mode not in known:
                offer = ", ".join(known) or "none"
                raise ValueError(f"{mode!r} is no mode of {self.category}; its modes: {offer}")
        if self.category in terms.REQUIRES_RECIPIENT and not self.recipients:
            raise ValueError(f"{self.category} needs a recipient")
        return self


class RelationContent(Record):
    """A relation that a claim puts between two things."""

    subject: Slug
    """What the relation starts from: read "subject predicate object"."""
    predicate: Predicate
    """The relation, a property of the ontology."""
    object: Slug
    """What the relation leads to."""
    status: MembershipStatus | None = None
    """Of a membership: member, observer and so on."""


class AttributeContent(Record):
    """A number, a word or a listed value that a claim gives to one thing."""

    subject: Slug
    """The thing that is given a value."""
    attribute: Attribute
    """Which property of it."""
    number: float | None = Field(default=None, allow_inf_nan=False)
    """The value as a number; number words become numbers."""
    unit: Line | None = None
    """What the number counts or measures."""
    comparator: Comparator | None = None
    """Whether the number is exact, about, a lower or an upper bound."""
    text: Line | None = None
    """The value in a few words of ours; of a `name`, exactly the name used."""

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        if (self.number is None) == (self.text is None):
            raise ValueError("give either a number or a text")
        if self.number is None and (self.unit or self.comparator):
            raise ValueError("unit and comparator belong to a number")
        return self


class StanceContent(Record):
    """Who stands where on a position."""

    actor: Slug
    """Who takes the side; a person where a person acts or speaks."""
    on_behalf_of: Slug | None = None
    """For whom, only where the passage itself says so."""
    position: Slug
    """One answer to an issue, from the reference data."""
    value: Stance
    """Which side."""


class ClaimRecord(Record):
    """One claim: who asserts what, how, in which characters."""

    id: Slug
    """Name of the claim within its article: c001, c002 … in the order of the text."""
    iri: ClaimName | None = None
    """Local name of the claim's IRI, written by `demarche claims pin`."""
    revises: tuple[ClaimName, ...] = ()
    """IRIs that this claim had before its content was edited, oldest first; they still resolve."""
    statement: Sentence
    """One sentence of our own that can be read alone: who asserts, and what."""
    evidence: tuple[EvidenceRecord, ...] = Field(min_length=1)
    """The passages that hold the assertion; mostly one."""
    chain: tuple[Slug, ...] = Field(min_length=1)
    """From the outlet inwards; the last one asserts the claim."""
    voice: Voice
    """How the source speaks here; headline, caption and comment follow from the part."""
    certainty: Certainty = "certain"
    """The source's commitment, not the coder's."""
    polarity: Polarity = "positive"
    """Negative for what is said not to hold; a refusal that happened is positive."""
    modality: Modality = "actual"
    """Actual, or future, hypothetical, conditional, normative, interrogative."""
    presupposed: bool = False
    """True where the wording takes the claim for granted instead of saying it."""
    basis: Basis
    """What the claim rests on for this source."""
    when: When | None = None
    """The time the claim speaks of; a stance always has one."""
    uttered: Day | None = None
    """The day the asserting source said it, where the text tells."""
    origin: Slug | None = None
    """What independence is counted by; the asserting source if empty."""
    event: EventContent | None = None
    """Content of an event claim; a claim has exactly one of the four contents."""
    relation: RelationContent | None = None
    """Content of a relation claim."""
    attribute: AttributeContent | None = None
    """Content of an attribute claim."""
    stance: StanceContent | None = None
    """Content of a stance claim."""
    reason_for: tuple[Slug, ...] = ()
    """Claims of this article that the source gives this one as the reason for."""
    condition_of: tuple[Slug, ...] = ()
    """Claims of this article that the source makes depend on this one."""
    embedded_in: tuple[Slug, ...] = ()
    """Claims of this article (accusations) that this one is told inside of."""
    responds_to: tuple[Slug, ...] = ()
    """Claims of this article whose acts this act answers."""
    note: Line | None = None
    """Anything a reader of the coding should know."""

    @model_validator(mode="after")
    def _one_content(self) -> Self:
        given = [name for name in CONTENT_TYPES if getattr(self, name) is not None]
        if len(given) != 1:
            what = ", ".join(given) or "none"
            raise ValueError(f"give exactly one of {', '.join(CONTENT_TYPES)} (found: {what})")
        if self.stance is not None and self.when is None:
            raise ValueError("a stance needs a date (`when`): membership and office depend on it")
        return self

    @property
    def type(self) -> str:
        """Which of `CONTENT_TYPES` this claim is."""
        return next(name for name in CONTENT_TYPES if getattr(self, name) is not None)

    @property
    def content(self) -> EventContent | RelationContent | AttributeContent | StanceContent:
        found = self.event or self.relation or self.attribute or self.stance
        assert found is not None  # held by _one_content
        return found


CONTENT_TYPES = ("event", "relation", "attribute", "stance")


class ClaimsFile(Record):
    """`claims.yaml`: the claims of one article."""

    claims: tuple[ClaimRecord, ...]
    """In the order of the text; empty until a sheet is pinned."""


class DocumentRecord(Record):
    """The file that holds an article, described so that a user's own copy is recognised."""

    source_sha256: Sha256
    """Of the file's bytes; its first 12 digits name the document's graph."""
    text_sha256: Sha256
    """Of the extracted text's UTF-8 bytes, which offsets refer to."""
    length: int = Field(ge=1)
    """In code points."""
    extractor: Line
    """Name and version of what made the text from the file: utf-8/1 only decodes."""
    language: str = Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    """Language tag of the text (BCP 47), such as en."""
    title: Line | None = None
    """Of the whole file, where it holds several articles."""
    licence: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """IRI of the licence that lets everybody read the text; only then it stands in `text.txt`."""


class PartRecord(SpanRecord):
    """A zone of the article."""

    id: Slug
    """Name of the part within its article: headline, body, comment-01 …"""
    kind: PartKind
    """What the part is; it decides the voice of headlines, captions and comments."""
    commenter: int | None = Field(default=None, ge=1)
    """Number of a comment's author, the same for the same person within the document."""
    in_reply_to: Slug | None = None
    """The earlier part that a comment answers."""
    date: When | None = None
    """When the part was published, where it is not the article's date."""

    @model_validator(mode="after")
    def _comment(self) -> Self:
        if (self.kind == "comment") != (self.commenter is not None):
            raise ValueError("a comment has a commenter (a number), and nothing else has one")
        return self


class ArticleFile(Record):
    """`article.yaml`: one article, the file it stands in, its parts."""

    id: Slug
    """Name of the article, and of its folder."""
    document: DocumentRecord
    """The file that the article stands in, described alike by all articles of that file."""
    title: Line
    """The article's title."""
    publisher: Slug
    """The outlet, an actor of the reference data."""
    author: Slug | None = None
    """Who signed the article."""
    url: str | None = Field(default=None, pattern=r"^https?://\S+$")
    """Where it was published."""
    rights: Line
    """Who holds the rights, and what is published here."""
    date: When
    """When it was published, and how that is known."""
    span: SpanRecord
    """Where the article stands in its file."""
    parts: tuple[PartRecord, ...] = ()
    """Headline, body, captions, comments …, in the order of the text, none overlapping."""

    @property
    def sha12(self) -> str:
        """The first 12 hex digits of the document's sourceSha256."""
        return self.document.source_sha256[:12]
