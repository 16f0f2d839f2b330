"""One document on its way: analysed, attributed, extracted from, gated, recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from demarche_ingest.analysis import Analysis, ReadArticle, analyse
from demarche_ingest.attribution import attribute
from demarche_ingest.candidates.articles import Sides, article_file
from demarche_ingest.candidates.commenters import numbers
from demarche_ingest.candidates.gate import Gate, Refusal
from demarche_ingest.candidates.making import Maker, Things
from demarche_ingest.candidates.model import Agent, Candidate
from demarche_ingest.candidates.records import (
    ArticleCandidates,
    CandidateRecord,
    DocumentCandidates,
)
from demarche_ingest.documents.model import Source
from demarche_ingest.extractors.protocol import Refusing
from demarche_ingest.pipeline.recipe import Workshop
from demarche_ingest.seeds.claims import ArticleFile

_NO_ACTORS: Final = frozenset({"Event", "Position", "Thing", "Place", "Territory", "Issue"})


@dataclass(frozen=True, slots=True)
class Coded:
    """What came of a document. refusals: of what its extractors proposed, in order."""

    document: DocumentCandidates
    refusals: tuple[Refusal, ...] = ()

    def types(self) -> Counter[str]:
        """Return how many candidates there are of each type."""
        return Counter(one.claim.type for one in self._candidates())

    def categories(self) -> Counter[str]:
        """Return how many candidates of events there are of each category."""
        events = (one.claim.event for one in self._candidates())
        return Counter(event.category for event in events if event is not None)

    def reasons(self) -> Counter[str]:
        """Return how many candidates were refused for which reason."""
        return Counter(refusal.code for refusal in self.refusals)

    def unknown(self) -> dict[str, str]:
        """Return the labels of actors that reference data lacks, by their names."""
        things = self.document.things
        return {thing.id: thing.label for thing in things if thing.type not in _NO_ACTORS}

    def _candidates(self) -> Iterator[CandidateRecord]:
        return chain.from_iterable(one.candidates for one in self.document.articles)


def code(source: Source, workshop: Workshop, run: str) -> Coded:
    """Return the candidates of a document. run: the ingestion that they are made in."""
    coding = Coding(source, workshop)
    articles = tuple(
        ArticleCandidates(article=article, candidates=tuple(record for _, record in kept))
        for article, kept in coding.articles(analyse(source, workshop.tools))
    )
    document = DocumentCandidates(
        source_sha256=source.text.source_sha256,
        run=run,
        articles=articles,
        things=coding.things.named(articles),
    )
    return Coded(document, tuple(coding.refusals))


Kept = tuple[Candidate, CandidateRecord]
"""What an extractor proposed, and the record of it."""


class Coding:
    """One document being coded. refusals: of what was proposed so far. things: named so far."""

    def __init__(self, source: Source, workshop: Workshop) -> None:
        self._source, self._workshop = source, workshop
        self._entities = workshop.tools.linker.gazetteer.entities
        self.things = Things(self._entities, workshop.described, source.text.source_sha256)
        self.refusals: list[Refusal] = []

    def articles(self, analysis: Analysis) -> Iterator[tuple[ArticleFile, list[Kept]]]:
        """Yield each article of the document as it was read, with what is kept of it."""
        commenters = 0
        for number, read in enumerate(analysis.articles, start=1):
            yield self._article(read, (number, len(analysis.articles)), commenters)
            commenters += max(numbers(read.article.zones).values(), default=0)

    def _article(
        self, read: ReadArticle, place: tuple[int, int], commenters: int
    ) -> tuple[ArticleFile, list[Kept]]:
        told = attribute(read)
        author = None if told.author is None else self._name(told.author)
        sides = Sides(self._name(told.outlet), author, commenters)
        article = article_file(self._source, read, place, sides, self._workshop.undated)
        gate = Gate(read, self._entities, self._workshop.positions, self._workshop.rules)
        maker = Maker(read, article, gate, self.things, commenters)
        proposed = chain.from_iterable(
            extractor.extract(read, told) for extractor in self._workshop.extractors
        )
        kept = maker.kept(proposed, self.refusals.append)
        for extractor in self._workshop.extractors:
            if isinstance(extractor, Refusing):
                self.refusals += extractor.refusals()
        return article, kept

    def _name(self, agent: Agent) -> str:
        return self.things.name(agent, "chain", 0, ())
