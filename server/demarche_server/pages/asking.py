"""The query behind a part of a page, as a link to the query page: short, with its prefixes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote

from pyoxigraph import NamedNode

from demarche_ontology.terms import PREFIXES
from demarche_server.demonstration import DATASET, Demonstrating
from demarche_server.engine import Engine
from demarche_server.pages import cells

_IRI: Final = re.compile(r'<([^<>"{}|^`\\\x00-\x20]+)>')
_QUOTED: Final = [
    (one, quote(one))
    for one in ("%", *map(chr, (*range(37), *range(38, 128))))
    if quote(one) != one
]
"""Characters of ASCII and what is written for them, the sign that begins it first."""
_HEADS: Final = 256
"""Sets of prefixes whose declarations are remembered."""
_TERMS: Final = 4096
"""IRIs of which is remembered how an address has them."""
_OUTSIDE: Final = re.compile(r'[<>"{}|^`\\\x00-\x20]')


HOLES: Final = (NamedNode("hole:0"), NamedNode("hole:1"))
"""Stand in the query of `Paths` for IRIs to come."""
_HOLE: Final = re.compile(r"<hole:(\d)>")


def path(query: str, engine: Engine) -> str:
    """Return the path of the query page with a query, below the root of the server.

    engine: what the page that links to it asks; the demonstration stands in a graph of its own.
    """
    return f"/query?query={quoted(readable(query))}{_graphs(engine)}"


def _graphs(engine: Engine) -> str:
    graphs = DATASET.default_graphs if isinstance(engine, Demonstrating) else None
    return "".join(f"&default-graph-uri={quote(graph, safe='')}" for graph in graphs or ())


class Paths:
    """Paths of the query page with queries that differ in a few IRIs only.

    A page may have a hundred of them; what they have in common is worked out once.
    """

    def __init__(self, query: str, engine: Engine) -> None:
        """query: with members of `HOLES` where the IRIs stand."""
        self._used, body = _shortened(query.strip("\n"))
        # Pieces of the query and, between them, the numbers of holes.
        pieces = _HOLE.split(body)
        self._first = quoted(pieces[0])
        self._rest = [
            (int(at), quoted(piece)) for at, piece in zip(pieces[1::2], pieces[2::2], strict=True)
        ]
        self._end = quoted("\n") + _graphs(engine)

    def path(self, *iris: str) -> str:
        """Return the path with IRIs in the holes, by number."""
        terms = [_term(iri) for iri in iris]
        body = "".join(terms[at][1] + piece for at, piece in self._rest)
        used = self._used.union(*(prefixes for prefixes, _ in terms))
        return f"/query?query={_quoted_head(used)}{self._first}{body}{self._end}"


@lru_cache(_TERMS)
def _term(iri: str) -> tuple[frozenset[str], str]:
    """Return the prefixes that an IRI needs in a query, and what stands for it in an address."""
    short = cells.shorten(iri)
    if short == iri:
        return frozenset(), quoted(written(iri))
    return frozenset([short.partition(":")[0]]), quoted(short)


def quoted(text: str) -> str:
    """Return a text as it stands in an address, as `urllib.parse.quote` does, but quicker.

    A page has dozens of queries in its links, of a thousand characters each.
    """
    if not text.isascii():
        return quote(text)
    for character, instead in _QUOTED:
        text = text.replace(character, instead)
    return text


def written(iri: str) -> str:
    """Return an IRI in angle brackets, as a query can hold it.

    What none can hold, though some store does, becomes one that stands for nothing there.
    """
    return f"<{_OUTSIDE.sub(lambda found: f'%{ord(found[0]):02X}', iri)}>"


def readable(query: str) -> str:
    """Return a query of ours with prefixed names for IRIs, and the prefixes it needs.

    query: without string literals that hold an IRI in angle brackets.
    """
    used, body = _shortened(query.strip("\n"))
    return f"{_head(used)}{body}\n"


def _shortened(query: str) -> tuple[frozenset[str], str]:
    """Return the prefixes that a query uses once its IRIs are short, and it with these."""
    used: set[str] = set()

    def shortened(found: re.Match[str]) -> str:
        short = cells.shorten(found[1])
        if short == found[1]:
            return found[0]
        used.add(short.partition(":")[0])
        return short

    body = _IRI.sub(shortened, query)
    return frozenset(used), body


@lru_cache(_HEADS)
def _head(used: frozenset[str]) -> str:
    """Return the declarations of prefixes, in the order of the project's list."""
    return "".join(f"PREFIX {one}: <{PREFIXES[one]}>\n" for one in PREFIXES if one in used)


@lru_cache(_HEADS)
def _quoted_head(used: frozenset[str]) -> str:
    return quoted(_head(used))
