"""What the SHACL shapes demand, as values: for people who look a term up.

Validation itself reads the shapes (`validation`); here only what can be said in a row of a table
is read out of them, with the message that a violation gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pyoxigraph import NamedNode, Triple

from demarche_ontology.data import load, shape_files
from demarche_ontology.facts import Facts, Node
from demarche_ontology.terms import SH, SKOS

_ONE_OF: Final = (SH["in"], SH["or"], SH["xone"])


@dataclass(frozen=True, slots=True)
class Constraint:
    """What a shape demands of the members of some classes.

    shape: its IRI. classes: IRIs of the classes. path: IRIs of properties, several where any of
    them will do or one leads on to the next; () for a rule about several properties together.
    values: IRIs of the classes, controlled lists, datatypes or single values that are allowed, ()
    where all are. least, most: how many values; None for as many as one likes.
    message: what a violation says, with its remedy.
    """

    shape: str
    classes: tuple[str, ...]
    path: tuple[str, ...]
    values: tuple[str, ...]
    least: int
    most: int | None
    message: str

    @property
    def count(self) -> str:
        """How many values there may be, in words."""
        if self.most is None:
            return "any number" if self.least == 0 else f"at least {_number(self.least)}"
        if self.least == self.most:
            return f"exactly {_number(self.most)}" if self.most else "none"
        low = f"{_number(self.least)} to " if self.least else "at most "
        return low + _number(self.most)


@cache
def packaged_constraints() -> tuple[Constraint, ...]:
    """Return what the packaged shapes demand, in the order of the files.

    Raises InputError when one of them is not Turtle.
    """
    return constraints_in(load(shape_files()))


def constraints_in(triples: Iterable[Triple]) -> tuple[Constraint, ...]:
    """Return what some shapes demand of the classes they target."""
    return tuple(_Shapes(triples).constraints())


class _Shapes:
    def __init__(self, triples: Iterable[Triple]) -> None:
        self._facts = Facts(triples)

    def constraints(self) -> Iterator[Constraint]:
        for shape in self._facts:
            classes = self._facts.iris(shape, SH["targetClass"])
            if not classes or not isinstance(shape, NamedNode):
                continue
            for one in self._facts.values(shape, SH["property"]):
                yield self._property(one, classes)
            if message := self._facts.text(shape, SH["message"]):
                yield Constraint(shape.value, classes, (), (), 0, None, message)

    def _property(self, shape: Node, classes: tuple[str, ...]) -> Constraint:
        facts = self._facts
        most = facts.text(shape, SH["maxCount"])
        least = facts.text(shape, SH["minCount"]) or facts.text(shape, SH["qualifiedMinCount"])
        return Constraint(
            shape=shape.value if isinstance(shape, NamedNode) else "",
            classes=classes,
            path=self._path_of(shape),
            values=tuple(dict.fromkeys(self._allowed(shape))),
            least=int(least or 0),
            most=int(most) if most else None,
            message=facts.text(shape, SH["message"]),
        )

    def _path_of(self, shape: Node) -> tuple[str, ...]:
        return tuple(
            iri for path in self._facts.values(shape, SH["path"]) for iri in self._path(path)
        )

    def _path(self, node: Node) -> Iterator[str]:
        """Yield the properties of a path: one, alternatives, or a sequence (SHACL 2.3.1)."""
        if isinstance(node, NamedNode):
            yield node.value
        for head in (node, *self._facts.values(node, SH["alternativePath"])):
            for member in self._facts.members(head):
                yield from self._path(member)

    def _allowed(self, shape: Node) -> Iterator[str]:
        for predicate in (SH["class"], SH["datatype"], SH["hasValue"]):
            yield from self._facts.iris(shape, predicate)
        for other in self._facts.values(shape, SH["node"]):
            yield from self._list_of(other)
        for predicate in _ONE_OF:
            for head in self._facts.values(shape, predicate):
                for member in self._facts.members(head):
                    if isinstance(member, NamedNode):
                        yield member.value
                    else:
                        yield from self._allowed(member)

    def _list_of(self, shape: Node) -> Iterator[str]:
        """Yield the controlled list whose concepts a shape asks for (shapes/values.ttl)."""
        for one in self._facts.values(shape, SH["property"]):
            if self._path_of(one) == (SKOS["inScheme"].value,):
                yield from self._facts.iris(one, SH["hasValue"])


_WORDS: Final = ("no", "one", "two", "three")


def _number(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)
