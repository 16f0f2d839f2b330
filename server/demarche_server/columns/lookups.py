"""Queries about one subject, read at one look: what programs ask most.

    PREFIX name: <iri> ...
    SELECT (* | ?v+) [WHERE] { subject verb ?v (; verb ?v)* [;] [.] }
    subject: an IRI, in full or with its prefix; verb: one too, `a`, or a variable

No variable stands twice. What is read is SPARQL in every case, and answered from the triples of the
subject, without a join.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, product
from math import prod
from typing import Final, NamedTuple

from demarche_ontology.terms import RDF
from demarche_server.columns.graph import ColumnGraph
from demarche_server.columns.solving import LeftError, number_of

LONGEST: Final = 2000
"""Code points of a query."""
MOST_ROWS: Final = 10_000
"""Of more, the engine makes one after another."""

_S: Final = r"[ \t\r\n]*+"
_WORD: Final = r"[A-Za-z](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?"
_DECLARED: Final = r"<(https?://[A-Za-z0-9.-]++(?::[0-9]++)?+(?:/[A-Za-z0-9/._~-]*+)?+\#?)>"
"""An IRI that the engine takes, whether it is used or not."""
_PREFIX: Final = rf"(?i:PREFIX)[ \t\r\n]++((?:{_WORD})?:){_S}{_DECLARED}{_S}"
_IRI: Final = r'<[A-Za-z][A-Za-z0-9+.-]*+:[^<>"{}|^`\\\x00-\x20]*+>'
_NAME: Final = rf"(?:{_WORD})?:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?=[ \t\r\n?$<])"
_VARIABLE: Final = r"[?$][A-Za-z0-9_]++"
_PAIR: Final = rf"{_S}(?:({_VARIABLE}|{_IRI}|{_NAME}|a(?=[ \t\r\n?$]))){_S}[?$]([A-Za-z0-9_]++){_S}"
_NAMES: Final = rf"(?:{_S}{_VARIABLE})++|{_S}\*"
_QUERY: Final = re.compile(
    rf"{_S}(?P<prefixes>(?:{_PREFIX})*+)(?i:SELECT)(?P<names>{_NAMES}){_S}(?:(?i:WHERE){_S})?+"
    rf"\{{{_S}(?P<subject>{_IRI}|{_NAME})(?P<pairs>{_PAIR}(?:;{_PAIR})*+)"
    rf"(?:;{_S})*+(?:\.{_S})?+\}}{_S}"
)
_PREFIXES: Final = re.compile(_PREFIX)
_PAIRS: Final = re.compile(_PAIR)
_TYPE: Final = f"<{RDF}type>"


class Lookup(NamedTuple):
    """A query about one subject.

    names: of the columns, in order. subject: an IRI in brackets. pairs: of verbs, each an IRI in
    brackets or a variable with its mark, and names of variables.
    """

    names: tuple[str, ...]
    subject: str
    pairs: tuple[tuple[str, str], ...]


def read_lookup(text: str) -> Lookup | None:
    """Read a query; None for what is not within the grammar above."""
    found = _QUERY.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return None
    prefixes = dict(_PREFIXES.findall(found["prefixes"]))
    try:
        pairs = [(_resolved(verb, prefixes), name) for verb, name in _PAIRS.findall(found["pairs"])]
        subject = _resolved(found["subject"], prefixes)
    except KeyError:
        return None  # a prefix that is not declared
    bound = [name for verb, value in pairs for name in (*_variable(verb), value)]
    asked = re.findall(r"\w+", found["names"])
    names = asked or sorted(bound)  # the engine orders what `*` stands for
    if len({*bound}) < len(bound) or len({*names}) < len(names) or not {*names} <= {*bound}:
        return None
    return Lookup(tuple(names), subject, tuple(pairs))


def _resolved(written: str, prefixes: dict[str, str]) -> str:
    """Return a verb or a subject, names in full. Raises KeyError."""
    if written[0] in "<?$":
        return written
    if written == "a":
        return _TYPE
    prefix, colon, local = written.partition(":")
    return f"<{prefixes[prefix + colon]}{local}>"


def _variable(verb: str) -> tuple[str, ...]:
    return () if verb[0] == "<" else (verb[1:],)


def find(lookup: Lookup, graph: ColumnGraph) -> tuple[int, dict[str, list[int]]]:
    """Return how many rows a lookup has, and the terms of its columns. Raises LeftError."""
    predicates, objects = graph.subjects.of(number_of(lookup.subject.encode(), graph))
    if len(objects) > MOST_ROWS:
        raise LeftError
    verb, value = lookup.pairs[0]
    if len(lookup.pairs) == 1 and verb[0] != "<":  # as most are
        return len(objects), {verb[1:]: predicates, value: objects}
    triples = list(zip(predicates, objects, strict=True))
    parts, names = list[Sequence[tuple[int, ...]]](), list[str]()
    for verb, value in lookup.pairs:
        names += (*_variable(verb), value)
        if verb[0] == "<":
            asked = number_of(verb.encode(), graph)
            parts.append([(object_,) for predicate, object_ in triples if predicate == asked])
        else:
            parts.append(triples)
    if prod(map(len, parts)) > MOST_ROWS:
        raise LeftError
    rows = parts[0] if len(parts) == 1 else [tuple(chain(*one)) for one in product(*parts)]
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return len(rows), dict(zip(names, map(list, columns), strict=True))
