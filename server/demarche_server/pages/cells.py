"""How terms are shown in a table: short, linked, and inert."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import quote

from markupsafe import Markup, escape

from demarche_ontology.terms import BASE, PREFIXES, RDF, WD, XSD
from demarche_server.linked.paths import path_of, term_path
from demarche_server.readers.tables import Table, Term

LONGEST: Final = 2000
"""Code points of a literal shown on a page; downloads hold all of it."""
_SHORT: Final = 12
"""Code points up to which a value keeps to one line: dates, numbers, codes."""
_LONG: Final = 40
"""Code points from which a value gets a wider column, to be read as running text."""

_LOCAL: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_\-]*(\.[A-Za-z0-9_\-]+)*")
_IN_QUERY: Final = re.compile(r'[^<>"{}|^`\\\x00-\x20]+')
_ON_THE_WEB: Final = re.compile(r"https?://[^/]", re.IGNORECASE)
_UNSAID: Final = frozenset({XSD["string"].value, RDF["langString"].value})
_BY_NAMESPACE: Final = {str(namespace): prefix for prefix, namespace in PREFIXES.items()}
_REMEMBERED: Final = 4096
"""IRIs whose cells are remembered: terms of vocabularies occur on every page."""


class Cell(NamedTuple):
    """One value as a page shows it. A tuple, since a page has hundreds, and compares them.

    kind: "iri", "label" (an IRI shown by its label), "literal", "blank", "triple" or "unbound".
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

    @property
    def width(self) -> str:
        """How much room the value asks for: "short", "medium" or "long"."""
        if len(self.text) > _LONG:
            return "long"
        return "short" if len(self.text) <= _SHORT else "medium"


EMPTY: Final = Cell("unbound", "")


@lru_cache(_REMEMBERED)
def show(cell: Cell, root: str) -> Markup:
    """Return a cell as HTML. root: the path below which a proxy puts the server.

    A page has a thousand of them, and a macro of a template takes several times as long.
    """
    return Markup(_shown(cell, escape(root)))  # noqa: S704 - each value in it is escaped


def lines(some: Iterable[Cell], root: str) -> Markup:
    """Return cells as HTML, each in a line of its own."""
    return Markup("<br>".join([show(one, root) for one in some]))  # noqa: S704 - all are escaped


def _shown(cell: Cell, root: str) -> str:
    text, title = escape(cell.text), escape(cell.title)
    if cell.path:
        link = f'<a href="{root}{escape(cell.path)}" title="{title}" dir="auto">{text}</a>'
        return f"{link}{_elsewhere(escape(cell.web), title)}" if cell.web else link
    if cell.kind in ("iri", "label"):
        return f'<span title="{title}" dir="auto">{text}</span>'
    told = f' title="{title}"' if title else ""
    cut = f' <span class="note">… {cell.cut:,} more characters</span>' if cell.cut else ""
    note = f' <span class="tag">{escape(cell.note)}</span>' if cell.note else ""
    return f'<span dir="auto"{told}>{text}</span>{cut}{note}'


def _elsewhere(web: str, title: str) -> str:
    return (
        f' <a class="web" href="{web}" rel="noreferrer noopener nofollow external"'
        f' aria-label="{title} on the web">↗</a>'
    )


def plain(cell: Cell) -> Cell:
    """Return a cell without its language or datatype, where these go without saying."""
    return cell._replace(note="", title="") if cell.kind == "literal" else cell


def shorten(iri: str) -> str:
    """Return an IRI as a prefixed name where the prefixes of the project allow it."""
    return _shortened(str(iri))  # of a namespace, which is a string too, brackets make names


@lru_cache(_REMEMBERED)
def _shortened(iri: str) -> str:
    # No local name that may be written so holds a slash or "#", and each namespace ends with one.
    end = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _BY_NAMESPACE.get(iri[:end])
    return f"{prefix}:{iri[end:]}" if prefix and _LOCAL.fullmatch(iri, end) else iri


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


@lru_cache(_REMEMBERED)
def _iri(iri: str) -> Cell:
    short = shorten(iri)
    path = term_path(iri) or path_of(iri)
    if not path and _IN_QUERY.fullmatch(iri):
        path = f"/query?query={quote(f'DESCRIBE <{iri}>')}"
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


def iris(table: Table, first: int) -> Iterator[str]:
    """Yield the IRIs of a table, from column `first` on."""
    for row in table.rows:
        for term in row[first:]:
            if term is not None and term.kind == "iri":
                yield term.value


def rows(table: Table, labels: Mapping[str, str], first: int) -> list[list[Cell]]:
    """Return the rows of a table as cells.

    labels: what is shown for IRIs (`labels.find`), from column `first` on.
    """
    return [_row(row, labels, first) for row in table.rows]


def _row(row: tuple[Term | None, ...], labels: Mapping[str, str], first: int) -> list[Cell]:
    # A label that stands in the row as a column of its own is not said twice.
    said = {term.value for term in row if term is not None and term.kind == "literal"}
    shown = [cell(term) for term in row]
    return shown[:first] + [labelled(one, labels, said) for one in shown[first:]]


def labelled(shown: Cell, labels: Mapping[str, str], said: Collection[str] = ()) -> Cell:
    """Return a cell with its label, if it has one that is not said already."""
    label = labels.get(shown.title, "") if shown.kind == "iri" else ""
    if not label or label in said:
        return shown
    return Cell("label", label[:LONGEST], shown.title, "", shown.path, shown.web)
