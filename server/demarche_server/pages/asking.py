"""The query behind a part of a page, as a link to the query page: short, with its prefixes."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from demarche_ontology.terms import PREFIXES
from demarche_server.pages import cells

_IRI: Final = re.compile(r'<([^<>"{}|^`\\\x00-\x20]+)>')


def path(query: str) -> str:
    """Return the path of the query page with a query, below the root of the server."""
    return f"/query?query={quote(readable(query))}"


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
