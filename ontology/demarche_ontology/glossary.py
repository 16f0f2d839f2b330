"""The terms of the ontology as a reader looks them up, each with all that is said of it.

Read from the packaged Turtle files, in their order. The sections are the headings of the file of
terms, comments of the form `# --- Classes: Actors ---`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pyoxigraph import NamedNode

from demarche_ontology.constraints import Constraint, packaged_constraints
from demarche_ontology.data import load, ontology_files
from demarche_ontology.facts import Facts, Node
from demarche_ontology.terms import DCTERMS, DEM, ONTOLOGY, OWL, RDF, RDFS, SKOS

KINDS: Final = {
    OWL["Class"]: "class",
    OWL["ObjectProperty"]: "object property",
    OWL["DatatypeProperty"]: "datatype property",
}
"""Kinds of terms: an object property leads to a thing, a datatype property to a text or number."""
TRAITS: Final = {
    OWL["FunctionalProperty"]: "at most one value",
    OWL["SymmetricProperty"]: "holds in both directions",
    OWL["TransitiveProperty"]: "holds through intermediate things",
    OWL["AsymmetricProperty"]: "holds in one direction only",
    OWL["IrreflexiveProperty"]: "never from a thing to itself",
}
ALIGNMENTS: Final = {
    RDFS["subClassOf"]: "is a kind of",
    RDFS["subPropertyOf"]: "is a narrower property than",
    SKOS["closeMatch"]: "may be read as",
    SKOS["relatedMatch"]: "meets in part",
}
"""How terms stand to those of other vocabularies, the closest first (alignments.ttl)."""

_HEADING: Final = re.compile(r"# --- (Classes|Object properties|Datatype properties): (.+?) -{3,}")
_SUBJECT: Final = re.compile(r"dem:(\w+) a owl:")


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property of the ontology.

    name: its local name. kind: a value of `KINDS`. section: the heading it stands under.
    supers, subs, disjoint: local names of terms. supers: the direct ones.
    traits: values of `TRAITS`. alignments: pairs of a value of `ALIGNMENTS` and an IRI.
    constraints: of a class, what shapes demand of its members; of a property, of those who have it.
    """

    name: str
    kind: str
    section: str
    label: str
    definition: str
    examples: tuple[str, ...]
    notes: tuple[str, ...]
    supers: tuple[str, ...]
    subs: tuple[str, ...]
    disjoint: tuple[str, ...]
    traits: tuple[str, ...]
    alignments: tuple[tuple[str, str], ...]
    constraints: tuple[Constraint, ...]

    @property
    def iri(self) -> NamedNode:
        return DEM[self.name]

    @property
    def is_class(self) -> bool:
        return self.kind == "class"


@dataclass(frozen=True, slots=True)
class Glossary:
    """The ontology: what its header says, and its terms by local name, in the order of the file.

    previous: IRI of the version before, "" for the first.
    """

    title: str
    description: str
    version: str
    version_iri: str
    previous: str
    license: str
    terms: dict[str, Term]

    def sections(self, *, classes: bool) -> dict[str, list[Term]]:
        """Return the classes, or the properties, by the heading they stand under."""
        found: dict[str, list[Term]] = {}
        for term in self.terms.values():
            if term.is_class == classes:
                found.setdefault(term.section, []).append(term)
        return found

    def lineage(self, name: str) -> tuple[str, ...]:
        """Return the local names of all superclasses of a class, the nearest first."""
        found: dict[str, None] = {}
        queue = list(self.terms[name].supers)
        while queue:
            above = queue.pop(0)
            if above not in found:
                found[above] = None
                queue += self.terms[above].supers
        return tuple(found)


@cache
def glossary() -> Glossary:
    """Return the packaged ontology. Raises InputError when a file of it is not Turtle."""
    facts = Facts(load(ontology_files()))
    return _Reading(facts, sections(), packaged_constraints()).glossary()


def sections() -> dict[str, str]:
    """Return the heading that each term stands under in the file of terms, by local name."""
    found: dict[str, str] = {}
    heading = ""
    for line in ontology_files()[0].read_text(encoding="utf-8").splitlines():
        if match := _HEADING.match(line):
            heading = match[2]
        elif match := _SUBJECT.match(line):
            found[match[1]] = heading
    return found


class _Reading:
    """What is made of the triples of the ontology."""

    def __init__(
        self, facts: Facts, headings: Mapping[str, str], constraints: Sequence[Constraint]
    ) -> None:
        self._facts = facts
        self._headings = headings
        self._constraints = constraints

    def glossary(self) -> Glossary:
        facts = self._facts
        terms = [self._term(one, kind) for one in facts if (kind := self._kind(one))]
        return Glossary(
            title=facts.text(ONTOLOGY, DCTERMS["title"]),
            description=facts.text(ONTOLOGY, DCTERMS["description"]),
            version=facts.text(ONTOLOGY, OWL["versionInfo"]),
            version_iri=facts.iri(ONTOLOGY, OWL["versionIRI"]),
            previous=facts.iri(ONTOLOGY, OWL["priorVersion"]),
            license=facts.iri(ONTOLOGY, DCTERMS["license"]),
            terms={term.name: term for term in terms},
        )

    def _kind(self, node: Node) -> str:
        """Return what kind of term of ours a node is, "" if it is none."""
        if not _local(node):
            return ""
        kinds = (told for one, told in KINDS.items() if self._facts.holds(node, RDF["type"], one))
        return next(kinds, "")

    def _term(self, node: Node, kind: str) -> Term:
        facts, name = self._facts, _local(node)
        up = RDFS["subClassOf" if kind == "class" else "subPropertyOf"]
        return Term(
            name=name,
            kind=kind,
            section=self._headings.get(name, ""),
            label=facts.text(node, RDFS["label"]),
            definition=facts.text(node, SKOS["definition"]),
            examples=facts.texts(node, SKOS["example"]),
            notes=facts.texts(node, SKOS["scopeNote"]),
            supers=_ours(facts.values(node, up)),
            subs=_ours(one for one in facts if facts.holds(one, up, node)),
            disjoint=_ours(self._disjoint(node)),
            traits=tuple(
                told for one, told in TRAITS.items() if facts.holds(node, RDF["type"], one)
            ),
            alignments=tuple(
                (how, iri)
                for predicate, how in ALIGNMENTS.items()
                for iri in facts.iris(node, predicate)
                if not iri.startswith(DEM)
            ),
            constraints=tuple(
                one for one in self._constraints if DEM[name].value in (*one.classes, *one.path)
            ),
        )

    def _disjoint(self, node: Node) -> Iterator[Node]:
        """Yield with what a class shares no member, by the lists of disjoint classes."""
        for one in self._facts:
            if self._facts.holds(one, RDF["type"], OWL["AllDisjointClasses"]):
                for head in self._facts.values(one, OWL["members"]):
                    members = self._facts.members(head)
                    if node in members:
                        yield from (member for member in members if member != node)


def _local(node: Node) -> str:
    """Return the local name of a term of ours, "" for anything else."""
    if isinstance(node, NamedNode) and node.value.startswith(DEM):
        return node.value.removeprefix(DEM)
    return ""


def _ours(nodes: Iterable[Node]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in map(_local, nodes) if name))
