"""The competency queries: questions the graph must answer, one `queries/*.rq` file each.

They are documentation, examples in the editor and tests at once. `describe` writes them as
SHACL executables, the form in which query editors (sib-swiss sparql-editor) find examples and
prefixes in an endpoint itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Triple

from demarche_ontology.errors import InputError, Problem
from demarche_ontology.query_files import QueryFile, read_query_file
from demarche_ontology.terms import PREFIXES, QUERY, RDF, RDFS, SCHEMA, SH, XSD

QUERIES: Final = Path(__file__).parent / "queries"

THEMES: Final = {
    "positions": "Positions and who takes them",
    "acts": "Acts, meetings and events",
    "relations": "Alliances, memberships and offices",
    "treaties": "Treaties",
    "territory": "Territory and recognition",
    "agreement": "Agreement and contradiction",
    "wording": "Names and wording",
    "commitment": "Doubts, denials, demands and forecasts",
    "sources": "Sources, chains and documents",
}
"""What queries are about: the word of the header `theme`, and how it is shown, in this order."""

_NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_FORM: Final = re.compile(r"^\s*(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.IGNORECASE | re.MULTILINE)
_PREFIXES: Final = QUERY["prefixes"]
_RESERVED: Final = re.compile(r"prefix-.*|prefixes")


@dataclass(frozen=True, slots=True)
class CompetencyQuery:
    """One question and the SPARQL that answers it.

    name: file name without ".rq", the local part of its IRI. text: the query without its header.
    form: "select", "ask", "construct" or "describe". theme: one of `THEMES`. expected: what a right
    answer holds, "" if the file does not say.
    """

    name: str
    title: str
    description: str
    text: str
    path: Path
    form: str
    theme: str
    expected: str = ""

    @property
    def iri(self) -> NamedNode:
        return QUERY[self.name]


@cache
def competency_queries() -> tuple[CompetencyQuery, ...]:
    """Return the packaged queries, sorted by name."""
    return queries_in(QUERIES)


def queries_in(folder: Path) -> tuple[CompetencyQuery, ...]:
    """Return the queries of a folder, sorted by name.

    Raises InputError, with file and line, that lists every file whose header or query is faulty.
    """
    found: list[CompetencyQuery] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.rq"), key=lambda path: path.stem):
        try:
            found.append(_query(path))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError("Some competency queries cannot be used", problems)
    return tuple(found)


def by_theme(
    queries: Iterable[CompetencyQuery],
) -> tuple[tuple[str, tuple[CompetencyQuery, ...]], ...]:
    """Return queries by the words of their themes, in the order of `THEMES`; no empty theme."""
    groups: dict[str, list[CompetencyQuery]] = {theme: [] for theme in THEMES}
    for query in queries:
        groups[query.theme].append(query)
    return tuple((THEMES[theme], tuple(group)) for theme, group in groups.items() if group)


def describe(queries: Iterable[CompetencyQuery], endpoint: str | None = None) -> list[Triple]:
    """Return the triples that describe the queries and our prefixes, without blank nodes.

    endpoint: IRI of the SPARQL endpoint they are meant for (`schema:target`), left out for None.
    """
    return [*_prefixes(), *(triple for query in queries for triple in _describe(query, endpoint))]


def _query(path: Path) -> CompetencyQuery:
    file = read_query_file(path, ("title", "theme", "description"))
    return CompetencyQuery(
        name=_name(path),
        title=file.fields["title"],
        description=file.fields["description"],
        text=file.text,
        path=path,
        form=_form(file),
        theme=_theme(file),
        expected=file.fields.get("expected", ""),
    )


def _name(path: Path) -> str:
    if _NAME.fullmatch(path.stem) and not _RESERVED.fullmatch(path.stem):
        return path.stem
    message = "the file name cannot be part of an IRI"
    remedy = 'use lower-case words joined by "-", not beginning with "prefix-"'
    raise InputError(message, [Problem(str(path), 0, "", message, remedy)])


def _form(file: QueryFile) -> str:
    """Return the form of a query: the first keyword of a form that begins a line."""
    if match := _FORM.search(file.text):
        return match[1].lower()
    message = "no line begins with SELECT, ASK, CONSTRUCT or DESCRIBE"
    remedy = "write a query (no update), its form at the beginning of a line"
    problem = Problem(str(file.path), file.first_line, "", message, remedy)
    raise InputError(f"{file.path.name} holds no query", [problem])


def _theme(file: QueryFile) -> str:
    theme = file.fields["theme"]
    if theme in THEMES:
        return theme
    message = f"there is no theme '{theme}'"
    problem = Problem(str(file.path), 1, "", message, f"choose one of: {', '.join(THEMES)}")
    raise InputError(message, [problem])


def _describe(query: CompetencyQuery, endpoint: str | None) -> Iterator[Triple]:
    yield Triple(query.iri, RDF["type"], SH["SPARQLExecutable"])
    if query.form != "describe":  # SHACL has no class for it
        yield Triple(query.iri, RDF["type"], SH[f"SPARQL{query.form.capitalize()}Executable"])
    yield Triple(query.iri, RDFS["label"], Literal(query.title, language="en"))
    yield Triple(query.iri, RDFS["comment"], Literal(query.description, language="en"))
    yield Triple(query.iri, SH[query.form], Literal(query.text))
    yield Triple(query.iri, SH["prefixes"], _PREFIXES)
    if endpoint is not None:
        yield Triple(query.iri, SCHEMA["target"], NamedNode(endpoint))


def _prefixes() -> Iterator[Triple]:
    """Declare our prefixes (SHACL 5.2.1), each by a node with an IRI."""
    for name, namespace in PREFIXES.items():
        node = QUERY[f"prefix-{name}"]
        yield Triple(_PREFIXES, SH["declare"], node)
        yield Triple(node, RDF["type"], SH["PrefixDeclaration"])
        yield Triple(node, SH["prefix"], Literal(name))
        yield Triple(node, SH["namespace"], Literal(f"{namespace!s}", datatype=XSD["anyURI"]))
