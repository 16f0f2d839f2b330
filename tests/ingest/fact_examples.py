"""Examples of facts, read and tried: `sentence | what comes of it`."""

from __future__ import annotations

import re
from pathlib import Path

from ingest.frame_examples import articles_of

from demarche_ingest.analysis import ReadArticle
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


def sections() -> list[str]:
    """Return the names of the sections of `facts.txt`."""
    return re.findall(r"^\[(\w+)\]$", _SENTENCES.read_text("utf-8"), re.MULTILINE)


def lines_of(section: str) -> list[str]:
    """Return the examples of a section of `facts.txt`."""
    part = _SENTENCES.read_text("utf-8").partition(f"[{section}]\n")[2].partition("\n[")[0]
    found = [line for line in part.splitlines() if line.strip()]
    assert found, section
    return found


_KNOWN: dict[str, tuple[ReadArticle, list[Candidate]]] = {}
"""What was read before: parsing is what takes long."""


def read_facts(texts: list[str]) -> list[tuple[ReadArticle, list[Candidate]]]:
    """Return each text as an article of its own of 8 May 2031, with its facts."""
    new = [text for text in dict.fromkeys(texts) if text not in _KNOWN]
    extractor = Facts()
    for text, read in zip(new, articles_of(new), strict=True):
        _KNOWN[text] = read, list(extractor.extract(read, attribute(read)))
    return [_KNOWN[text] for text in texts]


def facts(texts: list[str]) -> list[list[Candidate]]:
    """Return the facts of each text."""
    return [found for _, found in read_facts(texts)]


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
