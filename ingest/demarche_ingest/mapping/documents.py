"""A document's graph: the file, its articles and parts, their claims and passages."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ingest import identity, times
from demarche_ingest.mapping.build_triples import Node, english
from demarche_ingest.seeds.claims import (
    ArticleFile,
    AttributeContent,
    ClaimRecord,
    DocumentRecord,
    EventContent,
    EvidenceRecord,
    PartRecord,
    RelationContent,
    SpanRecord,
    StanceContent,
)
from demarche_ingest.seeds.crosscheck import part_of
from demarche_ingest.seeds.fields import When
from demarche_ingest.seeds.library import Article
from demarche_ontology import terms
from demarche_ontology.terms import DCTERMS, ID, OA, PROV, RDF


def map_document(articles: list[Article], review: str = "curated") -> set[Triple]:
    """Return the triples of one document from the articles that stand in it.

    review: where all of its claims stand, of the list `review`.
    """
    mapper = _DocumentMapper(articles, review)
    mapper.map()
    return mapper.out


class _DocumentMapper:
    def __init__(self, articles: list[Article], review: str) -> None:
        self.articles = articles
        self.review = review
        self.sha12 = articles[0].record.sha12
        self.iri = identity.document(self.sha12)
        self.out: set[Triple] = set()

    def map(self) -> None:
        self._document()
        for article in self.articles:
            self._article(article.record)
            for part in article.record.parts:
                self._part(article.record, part)
            names = {claim.id: self._claim_iri(claim) for claim in article.claims}
            for claim in article.claims:
                self._claim(article, claim, names)

    # --- the document and its parts ---

    def _document(self) -> None:
        first = self.articles[0].record
        record = first.document
        node = Node(self.out, self.iri, "Document")
        node.add("sourceSha256", record.source_sha256).add("textSha256", record.text_sha256)
        node.add("lengthInCodePoints", record.length).add("extractor", record.extractor)
        node.add(DCTERMS["language"], record.language)
        if record.licence:
            node.add(DCTERMS["license"], NamedNode(record.licence))
            node.add("fullText", next((a.text for a in self.articles if a.text), None))
        if len(self.articles) == 1:
            self._bibliography(node, first)
        else:
            self._collection(node, record)

    def _collection(self, node: Node, record: DocumentRecord) -> None:
        """Describe a file that holds several articles by what they have in common."""
        articles = [article.record for article in self.articles]
        title = record.title or f"A file of {len(articles)} articles"
        node.add(DCTERMS["title"], Literal(title, language=record.language))
        node.add(
            DCTERMS["rights"], *[english(text) for text in sorted({a.rights for a in articles})]
        )
        _when(node, _span_of([article.date for article in articles]), "dateBasis")

    def _bibliography(self, node: Node, record: ArticleFile) -> None:
        language = record.document.language
        node.add(DCTERMS["title"], Literal(record.title, language=language))
        node.add(DCTERMS["publisher"], ID[record.publisher])
        if record.author:
            node.add(DCTERMS["creator"], ID[record.author])
        if record.url:
            node.add(DCTERMS["references"], NamedNode(record.url))
        node.add(DCTERMS["rights"], english(record.rights))
        _when(node, record.date, "dateBasis")

    def _article(self, record: ArticleFile) -> None:
        node = Node(self.out, identity.part(self.sha12, record.id), "DocumentPart")
        node.add(DCTERMS["isPartOf"], self.iri).concept("partKind", "part", "article")
        node.add(OA["hasSelector"], self._selector(record.span))
        self._bibliography(node, record)

    def _part(self, record: ArticleFile, part: PartRecord) -> None:
        node = Node(self.out, identity.part(self.sha12, record.id, part.id), "DocumentPart")
        node.add(DCTERMS["isPartOf"], identity.part(self.sha12, record.id))
        node.concept("partKind", "part", part.kind)
        node.add(OA["hasSelector"], self._selector(part))
        if part.in_reply_to:
            node.add("inReplyTo", identity.part(self.sha12, record.id, part.in_reply_to))
        if part.commenter is not None:
            who = identity.commenter(self.sha12, part.commenter)
            Node(self.out, who, "Commenter", "Actor").add(
                terms.SKOS["prefLabel"],
                english(f"Reader comment author {part.commenter} ({record.id})"),
            )
            node.add(DCTERMS["creator"], who)
        if part.date:
            _when(node, part.date, "dateBasis")

    def _selector(self, span: SpanRecord) -> NamedNode:
        iri = identity.selector(self.sha12, span.start, span.end)
        node = Node(self.out, iri).add(RDF["type"], OA["TextPositionSelector"])
        node.add(OA["start"], span.start).add(OA["end"], span.end)
        return iri

    def _passage(self, span: EvidenceRecord) -> NamedNode:
        iri = identity.passage(self.sha12, span.start, span.end)
        node = Node(self.out, iri, "Passage").add(RDF["type"], OA["SpecificResource"])
        node.add(OA["hasSource"], self.iri).add(OA["hasSelector"], self._selector(span))
        node.add("passageSha256", span.sha256).add("foldedSha256", span.folded)
        node.add("foldedLength", span.folded_length)
        return iri

    # --- claims ---

    def _claim_iri(self, claim: ClaimRecord) -> NamedNode:
        source = self.articles[0].record.document.source_sha256
        return ID[identity.claim_name(source, claim)]

    def _actors(self, names: tuple[str, ...]) -> list[NamedNode]:
        return [identity.actor(name, self.sha12) for name in names]

    def _claim(self, article: Article, claim: ClaimRecord, names: dict[str, NamedNode]) -> None:
        node = Node(self.out, names[claim.id], "Claim", f"{claim.type.capitalize()}Claim")
        node.add("localId", f"{article.id}/{claim.id}")
        node.add("statement", english(claim.statement)).add("inDocument", self.iri)
        node.add("note", english(claim.note)).concept("reviewStatus", "review", self.review)
        self._where(node, article, claim)
        self._who(node, claim)
        self._how(node, claim)
        for role, name in _LINKS:
            node.add(name, *[names[other] for other in getattr(claim, role)])
        for old in claim.revises:
            node.add(PROV["wasRevisionOf"], ID[old])
            stub = Node(self.out, ID[old], "Claim").concept("reviewStatus", "review", "superseded")
            stub.add(DCTERMS["isReplacedBy"], node.iri)
        _CONTENT[claim.type](self, node, claim)

    def _where(self, node: Node, article: Article, claim: ClaimRecord) -> None:
        node.add("evidence", *[self._passage(span) for span in claim.evidence])
        for span in claim.evidence:
            part = part_of(article, span)
            name = part.id if part else None
            node.add("inPart", identity.part(self.sha12, article.id, name))

    def _who(self, node: Node, claim: ClaimRecord) -> None:
        chain = self._actors(claim.chain)
        node.add("attributedTo", chain[-1]).add("reportedThrough", *chain[:-1])
        node.add("origin", claim.origin or str(chain[-1].value).removeprefix(ID))
        for order, agent in enumerate(chain, start=1):
            step = Node(self.out, NamedNode(f"{node.iri.value}-step-{order}"), "ReportingStep")
            step.add("stepOrder", order).add("stepAgent", agent)
            node.add("reportingStep", step.iri)

    def _how(self, node: Node, claim: ClaimRecord) -> None:
        for name in ("voice", "certainty", "polarity", "modality", "basis"):
            node.concept(name, name, getattr(claim, name))
        node.add("presupposed", claim.presupposed).add("utteredOn", claim.uttered)
        if claim.when:
            _when(node, claim.when, "timeBasis")

    def _event(self, node: Node, claim: ClaimRecord) -> None:
        content = claim.content
        assert isinstance(content, EventContent)
        node.entities("aboutEvent", [content.event])
        node.concept("category", "category", content.category)
        node.add("mode", *[terms.mode(content.category, mode) for mode in content.modes])
        node.concept("context", "context", *content.contexts)
        node.add("actor", *self._actors(content.actors))
        node.add("recipient", *self._actors(content.recipients))
        node.add("affected", *self._actors(content.affected))
        node.entities("place", [content.place] if content.place else [])
        node.entities("invokes", [content.invokes] if content.invokes else [])

    def _relation(self, node: Node, claim: ClaimRecord) -> None:
        content = claim.content
        assert isinstance(content, RelationContent)
        node.add("claimSubject", *self._actors((content.subject,)))
        node.add("claimPredicate", terms.DEM[content.predicate])
        node.add("claimObject", *self._actors((content.object,)))
        node.concept("membershipStatus", "membership", content.status)

    def _attribute(self, node: Node, claim: ClaimRecord) -> None:
        content = claim.content
        assert isinstance(content, AttributeContent)
        node.add("claimSubject", *self._actors((content.subject,)))
        node.concept("attribute", "attribute", content.attribute)
        node.add("numericValue", content.number).add("unit", content.unit)
        node.concept("comparator", "comparator", content.comparator)
        if content.text:
            node.add("textValue", english(content.text))

    def _stance(self, node: Node, claim: ClaimRecord) -> None:
        content = claim.content
        assert isinstance(content, StanceContent)
        node.add("stanceActor", *self._actors((content.actor,)))
        if content.on_behalf_of:
            node.add("onBehalfOf", *self._actors((content.on_behalf_of,)))
        node.entities("position", [content.position])
        node.concept("stanceValue", "stance", content.value)


_CONTENT = {
    "event": _DocumentMapper._event,
    "relation": _DocumentMapper._relation,
    "attribute": _DocumentMapper._attribute,
    "stance": _DocumentMapper._stance,
}
_LINKS = (
    ("reason_for", "givesReasonFor"),
    ("condition_of", "statesConditionOf"),
    ("embedded_in", "embeddedIn"),
    ("responds_to", "respondsTo"),
)


def _span_of(dates: list[When]) -> When:
    """Return the time from the first to the last of some dates, as far as they are known."""
    intervals = [times.parse(date.edtf) for date in dates]
    first = min((i.earliest for i in intervals if i.earliest), default=None)
    last = max((i.latest for i in intervals if i.latest), default=None)
    edtf = f"{first or '..'}/{last or '..'}"
    return When(edtf=edtf, basis="inferred", note="from the first to the last date of its articles")


def _when(node: Node, when: When, basis: str) -> None:
    interval = times.parse(when.edtf)
    node.add("edtf", interval.edtf)
    node.add("earliest", interval.earliest).add("latest", interval.latest)
    node.concept(basis, "date-basis", when.basis)
    node.add("dateNote", english(when.note))
