"""`demarche load`: RDF files become a plain dataset, or are added to one."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, cast

import typer
from pyoxigraph import NamedNode

from demarche.cli.common import home_of
from demarche.cli.console import columns, count, echo, steps
from demarche_ontology.errors import InputError, NotAcceptableError, Problem
from demarche_store.formats import GraphFormat, graph_format, graph_format_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demarche_store.protocol import CommitInfo
    from demarche_store.user_writer import UserWriter


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("load")(load)


def load(
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="RDF files; their endings may have .gz behind."),
    ] = None,
    graph: Annotated[
        str | None,
        typer.Option(
            "--graph",
            metavar="IRI",
            help="The graph for triples that name none; the default graph if not given.",
        ),
    ] = None,
    format_: Annotated[
        str | None,
        typer.Option("--format", metavar="NAME", help="The format, if the endings do not tell."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="IRI",
            help="What relative IRIs are relative to; the file's own address if not given.",
        ),
    ] = None,
) -> None:
    """Load RDF files into a home of their own, a plain dataset, as one commit.

    The default graph of a plain dataset is its own, and every graph may be changed. All files are
    loaded or none. Without files, the dataset is made and stays as it is.

    For example:

        demarche --home mine load people.ttl places.nt.gz

        demarche --home mine load more.ttl --graph http://example.org/more
    """
    _check_iri("--graph", graph)
    _check_iri("--base", base)
    paths = files or []
    formats = [_format(path, format_) for path in paths]
    home = home_of(context)
    home.require(plain=True)
    home.make_plain()
    with steps() as progress, home.user_writer("demarche load") as writer:
        _load_all(writer, list(zip(paths, formats, strict=True)), (graph, base), progress)
        progress("committing")
        commit = writer.commit(f"load {count(len(paths), 'file')}")
    for line in columns(_rows(commit)):
        echo(line)


def _load_all(
    writer: UserWriter,
    files: list[tuple[Path, GraphFormat]],
    into: tuple[str | None, str | None],
    progress: Callable[[str], None],
) -> None:
    graph, base = into
    for number, (path, chosen) in enumerate(files, start=1):
        progress(f"loading {path} ({number} of {len(files)})")
        with _opened(path) as source:
            writer.load(str(path), source, chosen, graph, base or path.absolute().as_uri())


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, unpacked if it is packed. Raises OSError, InputError."""
    if path.suffix != ".gz":
        with path.open("rb") as source:
            yield source
        return
    try:
        with gzip.open(path) as source:
            yield cast(IO[bytes], source)
    except (gzip.BadGzipFile, EOFError) as error:
        raise _faulty(str(path), f"it cannot be unpacked: {error}", "pack it again") from error


def _format(path: Path, name: str | None) -> GraphFormat:
    if name is not None:
        return graph_format(name)
    try:
        return graph_format_of(path.with_suffix("") if path.suffix == ".gz" else path)
    except NotAcceptableError as error:
        message = "its ending is that of no RDF format"
        raise _faulty(str(path), message, "name the format with --format") from error


def _check_iri(option: str, iri: str | None) -> None:
    try:
        NamedNode(iri or "urn:none")
    except ValueError as error:
        raise _faulty(option, f"'{iri}' is no absolute IRI", "give the whole IRI") from error


def _faulty(where: str, message: str, remedy: str) -> InputError:
    return InputError("Nothing was loaded.", [Problem(where, 0, "", message, remedy)])


def _rows(commit: CommitInfo) -> list[list[str]]:
    named = sum(graph.triples for graph in commit.graphs)
    triples = f"{commit.default_graph_triples:,} in the default graph"
    return [
        ["commit", commit.id],
        ["triples", f"{triples}; {named:,} in {count(len(commit.graphs), 'named graph')}"],
    ]
