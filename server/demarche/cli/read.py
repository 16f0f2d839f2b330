"""`demarche read`: what is seen of a document before its claims."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from demarche.cli.common import JsonOption
from demarche.cli.console import count, echo, note
from demarche.cli.exits import Code
from demarche.cli.seen import Layer
from demarche.cli.working import ActorsOption, ColumnOption, ModelOption, wishes_of
from demarche.names import printable
from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from demarche_ingest.documents import Batch, Wishes

STDIN: Final = "-"
ALL: Final = "all"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("read")(read)


def read(  # noqa: PLR0913, PLR0917 - one parameter for each option
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files or folders, or - for standard input."),
    ],
    column: ColumnOption = None,
    like: Annotated[
        str,
        typer.Option(
            "--like", metavar="NAME", help="Take standard input for a file of such a name."
        ),
    ] = "",
    show: Annotated[
        list[str] | None,
        typer.Option(
            "--show",
            metavar="WHAT",
            help=f"What to show besides articles and zones: {', '.join(Layer)}, or {ALL}. May be "
            "given several times; with --json all is there unless something is named.",
        ),
    ] = None,
    actors: ActorsOption = None,
    model: ModelOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what is seen of documents: text, articles, their details, zones, and more on demand.

    Plain text, Markdown, HTML, PDF, Word, CSV and JSON Lines are read; each row of a table is a
    document. Nothing is kept and nothing is fetched. With --json each document is one line, with
    its text. Ends with 1 when something could not be read; the rest is read all the same.

    For example:

        demarche read articles/

        demarche read digest.txt --show sentences --show quotations

        demarche read export.csv --column text=Inhalt --json

        curl -s https://example.org/statement.html | demarche read -
    """
    from demarche.cli.seen import Readers, Seen

    layers = _layers(show or ([ALL] if as_json else []))
    readers = Readers(actors or [], model)
    today = date.today()
    documents = failed = 0
    for batch in _batches(paths, like, wishes_of(column)):
        for source in batch.sources:
            documents += 1
            seen = Seen(source, layers, today, readers)
            told = [json.dumps(seen.members(), ensure_ascii=False)] if as_json else seen.lines()
            for line in told:
                echo(line)
        for problem in batch.problems:
            failed += 1
            note(printable(str(problem)))
    if not as_json:
        echo(f"{count(documents, 'document')} read, {count(failed, 'problem')}")
    if failed:
        raise typer.Exit(Code.PROBLEMS)


def _batches(paths: Sequence[str], like: str, wishes: Wishes) -> Iterator[Batch]:
    from demarche_ingest.documents import read_data, read_files

    for path in paths:
        if path == STDIN:
            yield read_data(sys.stdin.buffer.read(), like or STDIN, wishes)
        else:
            yield from read_files([Path(path)], wishes)


def _layers(named: Sequence[str]) -> frozenset[Layer]:
    if ALL in named:
        return frozenset(Layer)
    for one in named:
        if one not in tuple(Layer):
            message = f"--show {one} names nothing that can be shown"
            remedy = f"name one of {', '.join(Layer)}, or {ALL}"
            raise InputError("An option cannot be taken.", [Problem("", 0, "", message, remedy)])
    return frozenset(map(Layer, named))
