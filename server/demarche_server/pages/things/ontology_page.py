"""The page of the ontology: its version, a drawing, every term and every controlled list."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from demarche_ontology.glossary import Glossary, Term, glossary
from demarche_ontology.lists import schemes
from demarche_ontology.terms import BASE, DEM, OWL
from demarche_server.description.documents import Descriptions
from demarche_server.description.usage import usage
from demarche_server.pages.drawing import diagram
from demarche_server.pages.things.sheets import Asked, Sheet
from demarche_server.versions import wanted_by


@dataclass(frozen=True, slots=True)
class Section:
    """Terms under a heading of the ontology. anchor: its name within the page."""

    title: str
    anchor: str
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """How often terms occur in the default graph. missing: why there is no number, or ""."""

    numbers: Mapping[str, int]
    missing: str

    def of(self, name: str) -> int:
        """Return the members of a class, or the statements with a property, by its local name."""
        return self.numbers.get(DEM[name].value, 0)


async def build(asked: Asked) -> Sheet:
    """Make the sheet. Raises QueryError, BusyError."""
    words = await asyncio.to_thread(glossary)  # read when it is first wanted
    served = asked.text(OWL["versionInfo"])
    values = {
        "ontology": words,
        "prefix": "dem",
        "namespace": str(DEM),
        "version_path": f"/{words.version_iri.removeprefix(BASE)}",
        "served": served if served != words.version else "",
        "drawing": diagram.draw(words),
        "classes": _sections(words, classes=True),
        "properties": _sections(words, classes=False),
        "index": sorted(words.terms.values(), key=lambda term: term.name.lower()),
        "schemes": schemes(),
        "usage": await used(asked),
    }
    return Sheet("ontology.html", values)


async def used(asked: Asked) -> Usage:
    """Return how often terms occur in the default graph of the commit."""
    descriptions: Descriptions = asked.request.app.state.descriptions
    counted = await descriptions.counted(asked.engine.info, wanted_by(asked.request.scope))
    return Usage(usage(counted), counted.missing)


def _sections(words: Glossary, *, classes: bool) -> list[Section]:
    kind = "classes" if classes else "properties"
    found = words.sections(classes=classes)
    return [
        Section(title, f"{kind}-{number}", tuple(terms))
        for number, (title, terms) in enumerate(found.items(), start=1)
    ]
