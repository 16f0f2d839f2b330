"""Queries with the project's prefixes, and the claim that a name means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from pyoxigraph import Literal

from demarche_ontology import terms
from demarche_ontology.errors import UnknownClaimError
from demarche_ontology.terms import ID
from demarche_store.protocol import View

PREFIXES: Final = "\n".join(f"PREFIX {name}: <{iri!s}>" for name, iri in terms.PREFIXES.items())
"""Declarations of the project's prefixes, to begin a query with."""

_LISTED: Final = 10
_IRI: Final = re.compile(r"""[a-z][a-z0-9+.\-]*:[^<>"{}|^`\\\x00-\x20]*""", re.IGNORECASE)
"""What may stand between angle brackets in a query, and is not relative."""


def rows_of(view: View, query: str) -> Iterable[tuple[Any, ...]]:
    """Return the rows of a SELECT that uses the project's prefixes without declaring them."""
    return view.query(f"{PREFIXES}\n{query}").rows()


def find_claim(view: View, name: str) -> str:
    """Return the IRI of the claim that a name means.

    name: a whole IRI; a local name ("claim-…", "id:claim-…") or the beginning of just one;
    "<article>/<claim>", or "<claim>" where only one article has it.
    Raises UnknownClaimError.
    """
    wanted = name.strip().removeprefix("<").removesuffix(">").removeprefix("id:")
    wanted = wanted.removeprefix(ID)
    found = _exact(view, wanted) or _like(view, wanted)
    if len(found) == 1:
        return next(iter(found))
    if found:
        raise UnknownClaimError(
            f"'{name}' may be {len(found)} claims: {_listing(found)}", remedy="give more of it"
        )
    raise UnknownClaimError(
        f"There is no claim '{name}' in commit {view.info.id}",
        remedy="give its IRI, its local name (claim-…) or <article>/<claim>",
    )


def _exact(view: View, wanted: str) -> dict[str, str]:
    local = "?claim dem:localId ?local"
    found = _claims(view, f"{local} . FILTER (STR(?local) = {Literal(wanted)})")
    whole = wanted if ":" in wanted else f"{ID}{wanted}"
    if found or not _IRI.fullmatch(whole):
        return found
    return _claims(view, f"VALUES ?claim {{ <{whole}> }} ?claim a dem:Claim OPTIONAL {{ {local} }}")


def _like(view: View, wanted: str) -> dict[str, str]:
    """Look at every claim: by the beginning of its local name, or the end of its local id."""
    starts = [Literal(f"{ID}{start}{wanted}") for start in ("", "claim-")]
    tests = [f"STRSTARTS(STR(?claim), {start})" for start in starts]
    ends = f"STRENDS(COALESCE(?local, ''), {Literal('/' + wanted)})"
    return _claims(
        view,
        "?claim a dem:Claim OPTIONAL { ?claim dem:localId ?local }"
        f" FILTER ({' || '.join([*tests, ends])})",
    )


def _claims(view: View, pattern: str) -> dict[str, str]:
    """Return local ids by the IRIs of claims."""
    rows = rows_of(view, f"SELECT DISTINCT ?claim ?local WHERE {{ {pattern} }} ORDER BY ?claim")
    return {claim.value: local.value if local else "" for claim, local in rows}


def _listing(found: dict[str, str]) -> str:
    names = [
        iri.removeprefix(ID) + (f" ({local})" if local else "") for iri, local in found.items()
    ]
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
