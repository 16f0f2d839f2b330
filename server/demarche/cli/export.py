"""`demarche export`: graphs as files that other tools read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from demarche.cli.common import ReleaseOption, view_of
from demarche.cli.output import opened
from demarche.export import export as write_export
from demarche.names import known_graph
from demarche_store.formats import GRAPH_FORMATS, GraphFormat, graph_format, graph_format_of

_NAMES: Final = ", ".join(known.name for known in GRAPH_FORMATS)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export")(export)


def export(
    context: typer.Context,
    named: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help=f"One of: {_NAMES}. Otherwise by the ending of the file's name, else trig.",
        ),
    ] = None,
    graphs: Annotated[
        list[str] | None,
        typer.Option(
            "--graph",
            metavar="NAME",
            help="A graph: reference, document/4b1f0c2d3e5a, derived/default, default (the default "
            "graph) or a whole IRI. May be given several times; otherwise all named graphs.",
        ),
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="A file instead of standard output."),
    ] = None,
    release: ReleaseOption = None,
) -> None:
    """Write graphs as RDF: sorted, with prefixes, the same bytes every time.

    Turtle, N-Triples and RDF/XML hold one graph; TriG, N-Quads and JSON-LD hold several.

    For example:

        demarche export -o everything.trig

        demarche export --graph reference -o reference.ttl

        demarche export --graph default --format ntriples --release 2024-1
    """
    chosen = format_of(named, target)
    with view_of(context, release) as view:
        wanted = [known_graph(view, name) for name in graphs or ()]
        with opened(target) as output:
            write_export(view, wanted, chosen, output)


def format_of(named: str | None, target: Path | None) -> GraphFormat:
    """Return the format: as named, else by the file's suffix, else TriG.

    Raises NotAcceptableError.
    """
    if named is not None:
        return graph_format(named)
    if target is not None and target.suffix:
        return graph_format_of(target)
    return graph_format("trig")
