"""The extractor of relations, attributes and stances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from demarche_ingest.analysis import ReadArticle
from demarche_ingest.attribution import Attributions
from demarche_ingest.candidates.model import AttributeFound, Candidate, RelationFound
from demarche_ingest.extractors.facts.describing import described
from demarche_ingest.extractors.facts.making import NAME
from demarche_ingest.extractors.facts.naming import named
from demarche_ingest.extractors.facts.numbers import numbers
from demarche_ingest.extractors.facts.offices import offices
from demarche_ingest.extractors.facts.reading import Clauses, Reading
from demarche_ingest.extractors.facts.relating import relations
from demarche_ingest.extractors.facts.relations import related
from demarche_ingest.extractors.facts.sides import sides
from demarche_ingest.extractors.facts.stances import stances
from demarche_ingest.extractors.rules.frames import frames

RULES: Final[tuple[Callable[[Clauses], Iterator[Candidate]], ...]] = (
    offices,
    related,
    numbers,
    stances,
    described,
    named,
)
"""What is looked for in each sentence."""


class Facts:
    """Proposes relations, attributes and stances; articles without parses have none."""

    name = NAME

    def __init__(self) -> None:
        self._lemmas = relations().lemmas | sides().lemmas | frames().lemmas

    def extract(self, read: ReadArticle, told: Attributions) -> Iterator[Candidate]:
        """Yield the facts that an article claims, in the order of the text."""
        reading = Reading(read, told, self._lemmas)
        seen: set[object] = set()
        sentences = [
            [claim for rule in RULES for claim in rule(clauses)] for clauses in reading.sentences()
        ]
        fuller = {_number(one) for found in sentences for one in found} - {None}
        for found in sentences:
            for claim in sorted(found, key=lambda one: (one.passage.start, one.passage.end)):
                key = _once(claim)
                is_told_below = claim.telling.voice == "headline" and _figure(claim) in fuller
                if key not in seen and not is_told_below:
                    seen.add(key)
                    yield claim


def _number(claim: Candidate) -> object:
    """Return the number that a claim tells below the headline, None for none."""
    return None if claim.telling.voice == "headline" else _figure(claim)


def _figure(claim: Candidate) -> object:
    """Return which number of what a claim tells; a headline's is a repetition (codebook §1.4)."""
    content = claim.content
    if not isinstance(content, AttributeFound) or content.number is None:
        return None
    return content.attribute, content.number


def _once(claim: Candidate) -> object:
    """Return what makes a claim a repetition within its article (codebook §1.4, §6.2.2)."""
    content = claim.content
    source = claim.telling.chain[-1].id if claim.telling.chain else ""
    if isinstance(content, RelationFound):
        last = "" if content.predicate == "holdsOffice" else (source, claim.polarity)
        return content.subject.id, content.predicate, content.object.id, content.status, last
    if isinstance(content, AttributeFound) and content.attribute == "name":
        return content.subject.id, content.text, source
    return content, claim.passage, claim.polarity
