"""Telling, after a query with SERVICE, whether a call failed that the engine passed over.

Inside EXISTS and MINUS the engine takes an error for an answer (in EXISTS for "yes"), so the rows
would be wrong, and nobody told. The proxy knows; it is asked before an answer is called whole, or
an update is kept. Runs in reader processes: the standard library only.
"""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from demarche_ontology.errors import FederationError
from demarche_server.sparql.service import Rewritten

WAIT_SECONDS = 10.0


def settle(rewritten: Rewritten) -> None:
    """Return when no call of a query that was run failed, apart from those under SILENT.

    Raises FederationError with what the first failing call met.
    """
    address = rewritten.failures_at
    if not address:
        return
    url = urlsplit(address)
    link = HTTPConnection(url.hostname or "", url.port, timeout=WAIT_SECONDS)
    try:
        link.request("GET", url.path)
        answer = link.getresponse()
        said = answer.read().decode()
    except (OSError, HTTPException) as error:
        raise FederationError(
            f"Whether the calls of SERVICE succeeded is not known: {error}"
        ) from error
    finally:
        link.close()
    if answer.status != 200 or said:
        raise FederationError(said or "Whether the calls of SERVICE succeeded is not known")
