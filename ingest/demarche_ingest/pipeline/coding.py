"""One document on its way: analysed, attributed, extracted from, gated, recorded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Final

from demarche_ingest.analysis import ReadArticle, analyse
from demarche_ingest.attribution import attribute
from demarche_ingest.candidates.articles import Sides, article_file
from demarche_ingest.candidates.commenters import numbers
from demarche_ingest.candidates.gate import Gate, Refusal
from demarche_ingest.candidates.making import Maker, Things
from demarche_ingest.candidates.model import Agent
from demarche_ingest.candidates.records import (
    ArticleCandidates,
    CandidateRecord,
    DocumentCandidates,
)
from demarche_ingest.documents.model import Source
from demarche_ingest.extractors.protocol import Refusing
from demarche_ingest.pipeline.recipe import Workshop

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
    return _Coding(source, workshop, run).coded()


@dataclass
class _Coding:
    source: Source
    workshop: Workshop
    run: str
    refusals: list[Refusal] = field(default_factory=list)

    def coded(self) -> Coded:
        sha256 = self.source.text.source_sha256
        entities = self.workshop.tools.linker.gazetteer.entities
        self.things = Things(entities, self.workshop.described, sha256)
        analysis = analyse(self.source, self.workshop.tools)
        articles: list[ArticleCandidates] = []
        commenters = 0
        for number, read in enumerate(analysis.articles, start=1):
            articles.append(self._article(read, (number, len(analysis.articles)), commenters))
            commenters += max(numbers(read.article.zones).values(), default=0)
        things = self.things.named(articles)
        document = DocumentCandidates(
            source_sha256=sha256, run=self.run, articles=tuple(articles), things=things
        )
        return Coded(document, tuple(self.refusals))

    def _article(
        self, read: ReadArticle, place: tuple[int, int], commenters: int
    ) -> ArticleCandidates:
        told = attribute(read)
        author = None if told.author is None else self._name(told.author)
        sides = Sides(self._name(told.outlet), author, commenters)
        article = article_file(self.source, read, place, sides, self.workshop.undated)
        linker = self.workshop.tools.linker
        gate = Gate(read, linker.gazetteer.entities, self.workshop.positions, self.workshop.rules)
        maker = Maker(read, article, gate, self.things, commenters)
        proposed = chain.from_iterable(
            extractor.extract(read, told) for extractor in self.workshop.extractors
        )
        made = maker.make(proposed, self.refusals.append)
        for extractor in self.workshop.extractors:
            if isinstance(extractor, Refusing):
                self.refusals += extractor.refusals()
        return ArticleCandidates(article=article, candidates=made)

    def _name(self, agent: Agent) -> str:
        return self.things.name(agent, "chain", 0, ())
