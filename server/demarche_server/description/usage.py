"""How often each class and property occurs in the default graph, from its VoID description."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pyoxigraph import Literal, NamedNode

from demarche_ontology.terms import DATASET, VOID
from demarche_server.description.counting import Counted

_PARTS: Final = (
    ("classPartition", "class", "entities"),
    ("propertyPartition", "property", "triples"),
)
"""What leads from the data set to a part, what the part is about, and what is counted in it."""


def usage(counted: Counted) -> Mapping[str, int]:
    """Return the members of each class and the statements with each property, by IRI.

    Empty where nothing is counted (yet); what does not occur is not in it.
    """
    described = counted.described(DATASET)
    leads = {VOID[to]: (VOID[about], VOID[number]) for to, about, number in _PARTS}
    parts = {
        triple.object: leads[triple.predicate]
        for triple in described
        if triple.subject == DATASET and triple.predicate in leads
    }
    names: dict[object, str] = {}
    numbers: dict[object, int] = {}
    for triple in described:
        about, number = parts.get(triple.subject, (None, None))
        if triple.predicate == about and isinstance(triple.object, NamedNode):
            names[triple.subject] = triple.object.value
        elif triple.predicate == number and isinstance(triple.object, Literal):
            numbers[triple.subject] = int(triple.object.value)
    return {iri: numbers[part] for part, iri in names.items() if part in numbers}
