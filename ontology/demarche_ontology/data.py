"""The packaged ontology, controlled lists and derivation policies, as files and as triples.

Only the ontology has blank nodes (OWL lists); what `vocabulary_triples` gives has none, so that
every node of a data graph can be cited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ontology.errors import CheckError, Problem
from demarche_ontology.rdf import read_turtle
from demarche_ontology.terms import DEM, RDF, SKOS, VOC

_HOME = Path(str(files("demarche_ontology")))

SHAPES: Final = _HOME / "shapes"
"""The folder of the shape files; every `*.ttl` in it counts."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which claims may yield derived statements, and for which predicates.

    iri: the policy itself; notation: names its graph (`terms.derived_graph`).
    admits_voices, admits_certainties: notations of the lists "voice" and "certainty".
    predicates: local names of properties of the ontology.
    """

    iri: NamedNode
    notation: str
    label: str
    admits_voices: frozenset[str]
    admits_certainties: frozenset[str]
    admits_presupposed: bool
    predicates: frozenset[str]


def ontology_files() -> tuple[Path, ...]:
    """Return the Turtle files of `graph/ontology`: the terms and their alignments."""
    return (_HOME / "demarche.ttl", _HOME / "alignments.ttl")


def vocabulary_files() -> tuple[Path, ...]:
    """Return the Turtle files of the controlled lists and of the policies, in a fixed order."""
    return (*sorted((_HOME / "vocabularies").glob("*.ttl")), policy_file())


def shape_files() -> tuple[Path, ...]:
    """Return the Turtle files of the SHACL shapes, in a fixed order."""
    return tuple(sorted(SHAPES.glob("*.ttl")))


def policy_file() -> Path:
    """Return the Turtle file of the derivation policies."""
    return _HOME / "policies.ttl"


def load(paths: Iterable[Path]) -> list[Triple]:
    """Return the triples of some Turtle files, each once, in the order of the files.

    Raises InputError with file and line when one cannot be read or is not Turtle.
    """
    return list(dict.fromkeys(triple for path in paths for triple in read_turtle(path, path.name)))


def ontology_triples() -> list[Triple]:
    """Return the terms of the ontology and their alignments."""
    return load(ontology_files())


def vocabulary_triples() -> list[Triple]:
    """Return the controlled lists and the derivation policies; none has a blank node."""
    return load(vocabulary_files())


@cache
def policies() -> tuple[Policy, ...]:
    """Return the packaged derivation policies, sorted by notation: "default" is the first.

    Raises InputError when the file is not Turtle and CheckError when a policy is incomplete.
    """
    return policies_in(load([policy_file()]))


def policies_in(triples: Iterable[Triple]) -> tuple[Policy, ...]:
    """Return the policies that a graph describes, sorted by notation.

    Raises CheckError when a policy lacks a part or has one of another kind.
    """
    about: dict[NamedNode, list[Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            about.setdefault(triple.subject, []).append(triple)
    kind = (RDF["type"], DEM["DerivationPolicy"])
    found = [
        _policy(iri, own)
        for iri, own in about.items()
        if kind in [(triple.predicate, triple.object) for triple in own]
    ]
    return tuple(sorted(found, key=lambda policy: policy.notation))


def _policy(iri: NamedNode, triples: list[Triple]) -> Policy:
    return Policy(
        iri=iri,
        notation=_text(iri, triples, SKOS["notation"]),
        label=_text(iri, triples, SKOS["prefLabel"]),
        admits_voices=_names(iri, triples, DEM["admitsVoice"], VOC["voice-"]),
        admits_certainties=_names(iri, triples, DEM["admitsCertainty"], VOC["certainty-"]),
        admits_presupposed=_text(iri, triples, DEM["admitsPresupposed"]) in {"true", "1"},
        predicates=_names(iri, triples, DEM["derivesPredicate"], DEM[""]),
    )


def _text(iri: NamedNode, triples: list[Triple], predicate: NamedNode) -> str:
    """Return the only literal of a predicate, without its language or datatype."""
    values = {triple.object for triple in triples if triple.predicate == predicate}
    literals = [value.value for value in values if isinstance(value, Literal)]
    if len(values) != 1 or not literals:
        raise _incomplete(iri, f"has not exactly one text for {predicate.value}")
    return literals[0]


def _names(
    iri: NamedNode, triples: list[Triple], predicate: NamedNode, base: NamedNode
) -> frozenset[str]:
    """Return what follows `base` in the IRIs of a predicate."""
    values = {triple.object for triple in triples if triple.predicate == predicate}
    names = {
        value.value.removeprefix(base.value)
        for value in values
        if isinstance(value, NamedNode) and value.value.startswith(base.value)
    }
    if not values or len(names) != len(values):
        raise _incomplete(iri, f"has no value, or one of another kind, for {predicate.value}")
    return frozenset(names)


def _incomplete(iri: NamedNode, message: str) -> CheckError:
    remedy = "complete the policy; docs/model.md shows one"
    return CheckError(
        "A derivation policy is incomplete", [Problem("", 0, iri.value, message, remedy)]
    )
