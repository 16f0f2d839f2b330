"""What is there to be reviewed: candidates, and claims that edits made, chosen and ordered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from demarche_ingest import times
from demarche_ingest.candidates.records import DocumentCandidates, NewThing
from demarche_ingest.review.journal import Journal
from demarche_ingest.review.model import KeptDocument, Made
from demarche_ingest.review.standing import Standing
from demarche_ingest.review.things import named, needed
from demarche_ingest.seeds.claims import ArticleFile, ClaimRecord, SpanRecord

_NEVER: Standing = Standing()


@dataclass(frozen=True, slots=True)
class Item:
    """A claim to be judged, with all that a judge may ask of it.

    document: sourceSha256. kept: the description of its document. trigger, rests_on: of candidates
    that are still there. things: what the claim names that reference data lacked.
    """

    document: str
    article: ArticleFile
    claim: ClaimRecord
    kept: KeptDocument
    made: Made
    standing: Standing = _NEVER
    things: tuple[NewThing, ...] = ()
    trigger: SpanRecord | None = None
    rests_on: tuple[SpanRecord, ...] = ()

    @property
    def iri(self) -> str:
        """The local name of the claim's IRI."""
        return self.claim.iri or ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims, and in which order; what is not given chooses all.

    document: the beginning of a hash, or an article's id. type: of claims. actor: an id that the
    claim names. coder: whose own decisions make a claim done, whatever others decided. reviewed:
    those that were decided too. by_confidence: the surest first, else document by document.
    """

    document: str = ""
    type: str = ""
    actor: str = ""
    least: float = 0.0
    most: float = 1.0
    coder: str = ""
    reviewed: bool = False
    by_confidence: bool = False

    def takes(self, item: Item) -> bool:
        """Say whether a claim is chosen."""
        return (
            (not self.type or item.claim.type == self.type)
            and (not self.actor or self.actor in named(item.claim))
            and self.least <= item.made.confidence <= self.most
            and (not self.document or _is_of(item, self.document))
            and (self.reviewed or not self._is_done(item))
        )

    def _is_done(self, item: Item) -> bool:
        if self.coder:
            return self.coder in item.standing.decisions
        return bool(item.standing.decisions)


def _is_of(item: Item, name: str) -> bool:
    return item.article.id == name or item.document.startswith(name)


def items(
    documents: Iterable[DocumentCandidates],
    journal: Journal,
    standing: Mapping[str, Standing],
) -> Iterator[Item]:
    """Yield all claims there are: candidates, document by document, then what edits made."""
    seen: set[str] = set()
    for document in documents:
        for item in of_document(document, standing):
            seen.add(item.iri)
            yield item
    for name in sorted(standing):
        if name not in seen and (told := of_reviews(name, journal, standing)) is not None:
            yield told


def of_document(
    document: DocumentCandidates, standing: Mapping[str, Standing] | None = None
) -> Iterator[Item]:
    """Yield the candidates of a document."""
    things = {thing.id: thing for thing in document.things}
    articles = tuple(one.article for one in document.articles)
    own = [name for one in articles for name in (one.publisher, one.author or "")]
    kept = KeptDocument(articles=articles, things=needed(own, things))
    for one in document.articles:
        for candidate in one.candidates:
            claim = candidate.claim
            yield Item(
                document.source_sha256,
                one.article,
                claim,
                kept,
                Made.of(candidate, document.run),
                (standing or {}).get(claim.iri or "", _NEVER),
                needed(named(claim), things),
                candidate.trigger,
                candidate.rests_on,
            )


def of_reviews(name: str, journal: Journal, standing: Mapping[str, Standing]) -> Item | None:
    """Return a claim as reviews tell it, None if they only rejected it.

    So a claim can be judged that an edit made, or whose candidate a later ingestion did not find.
    """
    for one in sorted(standing[name].decisions.values(), key=lambda one: one.at, reverse=True):
        told = one.record if one.record is not None and one.record.iri == name else None
        if told is None or one.kept is None or one.made is None:
            continue
        kept = journal.kept(one.kept)
        article = next((record for record in kept.articles if record.id == one.article), None)
        if article is not None:
            return Item(one.document, article, told, kept, one.made, standing[name], one.things)
    return None


def ordered(found: Iterable[Item], choice: Choice) -> list[Item]:
    """Return what is chosen: the surest first, or as documents appeared, in the order of texts."""
    chosen = [item for item in found if choice.takes(item)]
    if choice.by_confidence:
        chosen.sort(key=lambda item: (-item.made.confidence, item.iri))
    else:
        chosen.sort(key=_when)
    return chosen


def _when(item: Item) -> tuple[date, str]:
    """Return when a document appeared, the last where nothing tells it; claims of one stay so."""
    first = item.kept.articles[0] if item.kept.articles else item.article
    return times.parse(first.date.edtf).earliest or date.max, item.document
