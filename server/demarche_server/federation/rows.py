"""Checking the answer of a SERVICE before the engine gets it.

The engine takes an answer that breaks off in the middle for an error even under SILENT, and
overflows its stack on triple terms nested some thousands deep, so an answer is handed on only
when it is known to be whole and flat.
"""

from __future__ import annotations

import asyncio
import re
from typing import Final

from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

from demarche_ontology.errors import FederationError
from demarche_server.federation.fetching import Fetched
from demarche_server.federation.listed import Target
from demarche_store.formats import RESULT_FORMATS

ACCEPT: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.9"
MAX_NESTING: Final = 64
"""How deep brackets may nest in an answer in JSON; rows take 5, a triple term 2 more."""

_READ: Final = (QueryResultsFormat.JSON, QueryResultsFormat.XML)
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_BUT_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))


async def checked(fetched: Fetched, target: Target) -> Fetched:
    """Return an answer with its proper media type. Raises FederationError when it is none."""
    for one in RESULT_FORMATS:
        if one.engine in _READ and fetched.media_type in (one.media_type, *one.aliases):
            fault = await asyncio.to_thread(_fault, fetched.body, one.engine)
            if fault:
                raise FederationError(f"<{target.iri}> {fault}")
            return Fetched(one.media_type, fetched.body)
    raise FederationError(
        f"<{target.iri}> answered with '{fetched.media_type}', not with SPARQL results in JSON "
        "or XML",
        remedy="check that it is a SPARQL endpoint",
    )


def _fault(body: bytes, form: QueryResultsFormat) -> str:
    """Return what is wrong with an answer, "" if nothing is.

    Nothing is raised: a traceback would carry the engine's objects out of this thread.
    """
    if form == QueryResultsFormat.JSON and _is_deep(body):
        return f"nests its answer deeper than {MAX_NESTING}"
    try:
        answer = parse_query_results(body, form)
        if not isinstance(answer, QuerySolutions):
            return "answered with a boolean, not with rows"
        for _ in answer:
            pass
    except (SyntaxError, ValueError) as error:
        return f"sent a broken answer: {error}"
    return ""


def _is_deep(body: bytes) -> bool:
    """Return whether brackets nest too deep. Only triple terms nest, whose key is "triple"."""
    if b"triple" not in body and rb"\u" not in body:
        return False
    brackets = _STRING.sub(b"", body).translate(None, _BUT_BRACKETS)
    for _ in range(MAX_NESTING):
        brackets = brackets.replace(b"{}", b"").replace(b"[]", b"")
    return bool(brackets)
