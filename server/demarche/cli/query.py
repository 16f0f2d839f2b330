"""`demarche query`: SPARQL from a file, standard input, or the queries that come with the graph."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from demarche.cli.common import ReleaseOption, view_of
from demarche.cli.console import columns, count, echo, note, table
from demarche.cli.output import opened
from demarche.export import write_triples
from demarche_ontology.competency import by_theme, competency_queries
from demarche_ontology.errors import InputError, Problem, QueryError, QueryRefusedError
from demarche_store.formats import GRAPH_FORMATS, RESULT_FORMATS, AnyFormat, GraphFormat, format_for

if TYPE_CHECKING:
    from demarche_store.embedded import EmbeddedView
    from demarche_store.protocol import Dataset, Results

TABLE: Final = "table"
_KNOWN: Final[tuple[AnyFormat, ...]] = (*RESULT_FORMATS, *GRAPH_FORMATS)
_NAMES: Final = ", ".join([TABLE, *(known.name for known in _KNOWN)])


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("query")(query)


def query(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A file, - for standard input, or the name of a packaged query."
        ),
    ] = "",
    named: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"One of: {_NAMES}. On a terminal rows are a table; elsewhere they are csv, and "
            "triples turtle.",
        ),
    ] = None,
    release: ReleaseOption = None,
    packaged: Annotated[bool, typer.Option("--list", help="List the packaged queries.")] = False,
) -> None:
    """Ask the graph a SPARQL query.

    A table shortens IRIs by the project's prefixes; all other formats keep them whole.

    For example:

        demarche query csto-members-backing-azerbaijan

        demarche query --list

        demarche query question.rq --format csv --release 2024-1

        echo 'ASK { ?s ?p ?o }' | demarche query -
    """
    if packaged:
        for line in listing():
            echo(line)
        return
    if not source:
        raise typer.BadParameter("say which query: a file, - or a name (--list tells the names)")
    text = read_query(source)
    with view_of(context, release) as view:
        answer(view, text, named or (TABLE if sys.stdout.isatty() else ""))


def listing() -> Iterator[str]:
    """Yield the names and titles of the packaged queries, indented below their themes."""
    known = competency_queries()
    lines = dict(
        zip(known, columns([[one.name, one.title] for one in known], indent="  "), strict=True)
    )
    for theme, queries in by_theme(known):
        yield theme
        yield from (lines[query] for query in queries)


def read_query(source: str) -> str:
    """Return the text of a query: a file's, standard input's for "-", or a packaged one's.

    Raises InputError.
    """
    if source == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if Path(source).is_file():
        return _decoded(Path(source).read_bytes(), source)
    for known in competency_queries():
        if source in (known.name, known.path.name):
            return known.text
    remedy = "name a file, - for standard input, or a name that `demarche query --list` tells"
    problem = Problem(source, 0, "", "neither a file nor a packaged query", remedy)
    raise InputError("There is no such query.", [problem])


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        problem = Problem(name, line, "", "not UTF-8", "save the query as UTF-8")
        raise InputError("The query cannot be read.", [problem]) from None


def answer(view: EmbeddedView, text: str, chosen: str) -> None:
    """Run a query and write its answer to standard output.

    chosen: the short name of a format, "table", or "" for what suits the form of the answer.
    Raises QueryError, NotAcceptableError.
    """
    dataset = admitted(text)
    results = cast("Results", view.query(text, dataset))
    if chosen == TABLE or (not chosen and results.form == "ASK"):
        write_table(results)
        note(f"from {_told(view)}")
        return
    known = format_for(results.form, chosen or ("turtle" if results.form == "GRAPH" else "csv"))
    with opened(None) as output:
        if isinstance(known, GraphFormat):
            write_triples(results.triples(), known, output)
        else:
            _write_rows(results, output, known.media_type)


def _write_rows(results: Results, output: IO[bytes], media_type: str) -> None:
    """Write rows or a boolean as they are worked out."""
    try:
        results.write(output, media_type)
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.errno is not None:
            raise
        raise QueryError(f"The engine could not work the query out: {error}") from error


def admitted(text: str) -> Dataset:
    """Return the dataset of a query's own FROM clauses, so that the view merges it as a set.

    Raises QuerySyntaxError; QueryRefusedError for an update; QueryError for a query so deep or
    long that it would crash the engine.
    """
    from demarche_server import sparql
    from demarche_server.settings import Settings

    read, limits = sparql.read(text), Settings()
    if read.verb == "UPDATE":
        raise QueryRefusedError(
            "Updates are not run: commits never change",
            remedy="change the seeds, and run `demarche build`",
        )
    bounds = sparql.Bounds(limits.max_nesting, limits.max_operators, limits.max_parts)
    sparql.check_size(text, read.tokens, bounds)
    return read.dataset


def write_table(results: Results) -> None:
    """Write an answer of any form for people to read."""
    if results.form == "ASK":
        echo(str(results.boolean()).lower())
        return
    if results.form == "GRAPH":
        header: tuple[str, ...] = ("subject", "predicate", "object")
        terms = ((triple.subject, triple.predicate, triple.object) for triple in results.triples())
        rows = [[shown(term) for term in row] for row in terms]
    else:
        header = results.variables
        rows = [[shown(term) for term in row] for row in results.rows()]
    table(header, rows)
    note(count(len(rows), "row"))


def shown(term: Any) -> str:
    """Return a term as a table shows it: IRIs short, plain values bare, "" where unbound."""
    from pyoxigraph import Literal, NamedNode

    from demarche_server.pages.cells import shorten

    if term is None:
        return ""
    if isinstance(term, NamedNode):
        return shorten(term.value)
    if isinstance(term, Literal):
        return f"{term.value} @{term.language}" if term.language else str(term.value)
    return str(term)


def _told(view: EmbeddedView) -> str:
    release = view.info.release
    return f"commit {view.info.id}" + (f", release {release}" if release else "")
