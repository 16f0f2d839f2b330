"""Which queries from outside may be run."""

from __future__ import annotations

from collections.abc import Collection

from demarche_ontology.errors import QueryRefusedError
from demarche_server.sparql.hidden import has_decoded_service
from demarche_server.sparql.reading import QueryText, read, update_refused
from demarche_server.sparql.service import check
from demarche_server.sparql.size import Bounds, check_size


def admit(text: str, bounds: Bounds, services: Collection[str] = ()) -> QueryText:
    """Read a query that came from outside and may be run.

    services: IRIs of the endpoints that SERVICE may name; one with SERVICE is run by way of
        `service.rewrite`.
    Raises QuerySyntaxError, QueryError for one that is larger than `bounds`, and
    QueryRefusedError for updates and for any other SERVICE.
    """
    if not services and has_decoded_service(text):
        raise _service_refused()
    query = read(text)
    if query.verb == "UPDATE":
        raise update_refused()
    if services:
        check(text, services)
    elif query.service:
        raise _service_refused()
    check_size(text, query.tokens, bounds)
    return query


def _service_refused() -> QueryRefusedError:
    return QueryRefusedError(
        "SERVICE is switched off here: this server calls no other server for a query",
        remedy="ask the other endpoint yourself and bring its answer in with VALUES",
    )
