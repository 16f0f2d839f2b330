"""Short names of graphs, and text that is safe to show on a terminal."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from demarche_ontology import terms
from demarche_ontology.errors import UnknownGraphError
from demarche_store.protocol import View

DEFAULT_GRAPH: Final = "default"
"""The short name of the default graph."""

_SHOWN: Final = 12
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.\-]*:(//|[^/])", re.IGNORECASE)


def graph_iri(name: str) -> str | None:
    """Return the IRI of a graph; None for the default graph.

    name: "default"; a short name of docs/model.md ("reference", "document/4b1f0c2d3e5a"), with or
    without the prefix "graph:"; or a whole IRI, with or without angle brackets.
    """
    if name == DEFAULT_GRAPH:
        return None
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    short = name.removeprefix("graph:")
    return short if _SCHEME.match(short) else f"{terms.GRAPH}{short}"


def graph_name(iri: str | None) -> str:
    """Return the short name of a graph, the IRI itself for those that have none."""
    return DEFAULT_GRAPH if iri is None else iri.removeprefix(terms.GRAPH)


def known_graph(view: View, name: str) -> str | None:
    """Return the IRI of a graph of this commit, None for the default graph.

    Raises UnknownGraphError, telling which there are.
    """
    iri = graph_iri(name)
    if iri is None or iri in view.graphs():
        return iri
    names = [DEFAULT_GRAPH, *map(graph_name, view.graphs())]
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    raise UnknownGraphError(
        f"There is no graph '{name}' in commit {view.info.id}",
        remedy=f"graphs there are: {', '.join(names[:_SHOWN])}{more}",
    )


def printable(text: str) -> str:
    """Return a text on one line, with what could steer a terminal made visible.

    Line breaks and tabs become spaces; other control characters, and those that override the
    direction of writing, become their code (`<U+001B>`).
    """
    return "".join(_printable(character) for character in text)


def _printable(character: str) -> str:
    if character in "\n\r\t":
        return " "
    if unicodedata.category(character) == "Cc" or character in _BIDI:
        return f"<U+{ord(character):04X}>"
    return character
