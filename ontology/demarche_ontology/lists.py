"""The packaged controlled lists as a reader looks them up: schemes with their concepts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from demarche_ontology.data import load, vocabulary_files
from demarche_ontology.facts import Facts, Node
from demarche_ontology.terms import RDF, SKOS


@dataclass(frozen=True, slots=True)
class Concept:
    """One value of a controlled list."""

    iri: str
    notation: str
    label: str
    definition: str


@dataclass(frozen=True, slots=True)
class Scheme:
    """A controlled list, its concepts in the order of the file."""

    iri: str
    label: str
    definition: str
    concepts: tuple[Concept, ...]


@cache
def schemes() -> tuple[Scheme, ...]:
    """Return the packaged lists, in the order of the files.

    Raises InputError when a file is not Turtle.
    """
    facts = Facts(load(vocabulary_files()))
    kind = SKOS["ConceptScheme"]
    return tuple(
        _scheme(facts, one)
        for one in facts
        if isinstance(one, NamedNode) and facts.holds(one, RDF["type"], kind)
    )


def _scheme(facts: Facts, scheme: NamedNode) -> Scheme:
    return Scheme(
        iri=scheme.value,
        label=facts.text(scheme, SKOS["prefLabel"]),
        definition=facts.text(scheme, SKOS["definition"]),
        concepts=tuple(
            _concept(facts, one) for one in facts if facts.holds(one, SKOS["inScheme"], scheme)
        ),
    )


def _concept(facts: Facts, concept: Node) -> Concept:
    return Concept(
        iri=concept.value if isinstance(concept, NamedNode) else "",
        notation=facts.text(concept, SKOS["notation"]),
        label=facts.text(concept, SKOS["prefLabel"]),
        definition=facts.text(concept, SKOS["definition"]),
    )
