"""The query behind a part of a page, as a link to the query page: short, with its prefixes."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

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
_OUTSIDE: Final = re.compile(r'[<>"{}|^`\\\x00-\x20]')


def path(query: str, engine: Engine) -> str:
    """Return the path of the query page with a query, below the root of the server.

    engine: what the page that links to it asks; the demonstration stands in a graph of its own.
    """
    graphs = DATASET.default_graphs if isinstance(engine, Demonstrating) else None
    named = "".join(f"&default-graph-uri={quote(graph, safe='')}" for graph in graphs or ())
    return f"/query?query={quoted(readable(query))}{named}"


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
    used: set[str] = set()

    def shortened(found: re.Match[str]) -> str:
        short = cells.shorten(found[1])
        if short == found[1]:
            return found[0]
        used.add(short.partition(":")[0])
        return short

    body = _IRI.sub(shortened, query.strip("\n"))
    head = "".join(f"PREFIX {one}: <{PREFIXES[one]}>\n" for one in PREFIXES if one in used)
    return f"{head}{body}\n"
