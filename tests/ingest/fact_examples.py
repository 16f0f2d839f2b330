"""Examples of facts, read and tried: `sentence | what comes of it`."""

from __future__ import annotations

from pathlib import Path

from ingest.frame_examples import articles_of

from demarche_ingest.attribution import attribute
from demarche_ingest.candidates.model import (
    AttributeFound,
    Candidate,
    EventFound,
    RelationFound,
    StanceFound,
)
from demarche_ingest.extractors.facts import Facts

_SENTENCES = Path(__file__).parent / "facts.txt"
_PLAIN = frozenset(("positive", "certain", "actual"))


def lines_of(section: str) -> list[str]:
    """Return the examples of a section of `facts.txt`."""
    part = _SENTENCES.read_text("utf-8").partition(f"[{section}]\n")[2].partition("\n[")[0]
    found = [line for line in part.splitlines() if line.strip()]
    assert found, section
    return found


def facts(texts: list[str]) -> list[list[Candidate]]:
    """Return the facts of each text, each an article of its own of 8 May 2031."""
    extractor = Facts()
    return [list(extractor.extract(one, attribute(one))) for one in articles_of(texts)]


def told(found: list[Candidate]) -> str:
    """Return facts as examples write them: their contents, then how they are told."""
    manner = {
        word
        for one in found
        for word in (one.polarity, one.certainty, one.modality)
        if word not in _PLAIN
    }
    granted = ["granted"] if any(one.presupposed for one in found) else []
    return "; ".join([*(content(one) for one in found), *sorted(manner), *granted])


def content(one: Candidate) -> str:
    match one.content:
        case RelationFound(subject, predicate, thing, status):
            return f"{subject.id} {predicate} {thing.id} {status}".strip()
        case AttributeFound(subject, attribute_, number, unit, comparator, text):
            value = text if number is None else f"{comparator} {number:g} {unit}".strip()
            return f"{subject.id} {attribute_}: {value}"
        case StanceFound(actor, position, value, behalf):
            return f"{actor.id} {value}: {position.label}" + (
                f", for {behalf.id}" if behalf else ""
            )
        case EventFound():
            raise AssertionError("an event is no fact")
