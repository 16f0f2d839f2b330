"""How terms are shown in a table: short, linked, and inert."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from markupsafe import Markup, escape

from demarche_ontology.terms import BASE, PREFIXES, RDF, WD, XSD
from demarche_server.engine import Table, Term

LONGEST: Final = 2000
"""Code points of a literal shown on a page; downloads hold all of it."""

_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]*(\.[A-Za-z0-9_\-]+)*")
_IN_QUERY: Final = re.compile(r'[^<>"{}|^`\\\x00-\x20]+')
_ON_THE_WEB: Final = re.compile(r"https?://[^/]", re.IGNORECASE)
_UNSAID: Final = frozenset({XSD["string"].value, RDF["langString"].value})
_BY_LENGTH: Final = sorted(PREFIXES.items(), key=lambda item: len(item[1]), reverse=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as a page shows it.

    text: what is read. title: the whole IRI, or the datatype. note: a language tag or datatype.
    path: where it is described here, below the root of this server. web: its own address, for
    IRIs that a browser can open. cut: code points that are not shown.
    """

    kind: str
    text: str
    title: str = ""
    note: str = ""
    path: str = ""
    web: str = ""
    cut: int = 0


EMPTY: Final = Cell("unbound", "")


def shorten(iri: str) -> str:
    """Return an IRI as a prefixed name where the prefixes of the project allow it."""
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def cell(term: Term | None) -> Cell:
    """Return how a term is shown."""
    if term is None:
        return EMPTY
    if term.kind == "iri":
        return _iri(term.value)
    if term.kind == "blank":
        return Cell("blank", f"_:{term.value}")
    text, cut = term.value[:LONGEST], max(0, len(term.value) - LONGEST)
    if term.kind == "triple":
        return Cell("triple", text, cut=cut)
    note = term.language or ("" if term.datatype in _UNSAID else shorten(term.datatype))
    return Cell("literal", text, title=term.datatype, note=note, cut=cut)


def _iri(iri: str) -> Cell:
    short = shorten(iri)
    path = f"/query?query={quote(f'DESCRIBE <{iri}>')}" if _IN_QUERY.fullmatch(iri) else ""
    # Terms of vocabularies need no link out, and the project's own IRIs do not resolve yet.
    elsewhere = short == iri or iri.startswith(WD)
    web = iri if elsewhere and not iri.startswith(BASE) and _ON_THE_WEB.match(iri) else ""
    return Cell("iri", short, title=iri, path=path, web=web)


def ticks(text: str) -> Markup:
    """Return text as HTML, with what stands between backticks marked as code."""
    parts = text.split("`")
    # The last backtick of an odd number opens nothing.
    tail = "`" + parts.pop() if len(parts) % 2 == 0 else ""
    marked = (
        Markup("<code>{}</code>").format(part) if at % 2 else escape(part)
        for at, part in enumerate(parts)
    )
    return Markup("").join(marked) + escape(tail)


def rows(table: Table) -> list[list[Cell]]:
    """Return the rows of a table as cells."""
    return [[cell(term) for term in row] for row in table.rows]
