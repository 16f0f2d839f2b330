"""`demarche read`: what is seen of a document before its claims."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from demarche.cli.common import JsonOption
from demarche.cli.console import columns, count, echo, note
from demarche.cli.exits import Code
from demarche.names import printable
from demarche_ontology.errors import InputError, Problem

if TYPE_CHECKING:
    from demarche_ingest.documents import Batch, Source, Wishes

STDIN: Final = "-"
_SHOWN: Final = 60
"""Code points of a zone that are shown."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("read")(read)


def read(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="Files or folders, or - for standard input."),
    ],
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="FIELD=NAME",
            help="Which column of a table has the text, title, outlet, byline, date, url or "
            "language. May be given several times.",
        ),
    ] = None,
    like: Annotated[
        str,
        typer.Option(
            "--like", metavar="NAME", help="Take standard input for a file of such a name."
        ),
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """Show what is seen of documents: text, encoding, language, details, zones.

    Plain text, Markdown, HTML, PDF, Word, CSV and JSON Lines are read; each row of a table is a
    document. Nothing is kept and nothing is fetched. With --json each document is one line, with
    its text. Ends with 1 when something could not be read; the rest is read all the same.

    For example:

        demarche read articles/

        demarche read export.csv --column text=Inhalt --json

        curl -s https://example.org/statement.html | demarche read -
    """
    from demarche_ingest.documents import Wishes

    documents = failed = 0
    for batch in _batches(paths, like, Wishes(columns=_columns(column or []))):
        for source in batch.sources:
            documents += 1
            for line in [_as_json(source)] if as_json else _lines(source):
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


def _columns(given: Sequence[str]) -> dict[str, str]:
    from demarche_ingest.documents.naming import USUAL

    found: dict[str, str] = {}
    for one in given:
        field, _, name = one.partition("=")
        if field not in USUAL or not name:
            message = f"--column {one} does not say which column has which field"
            remedy = f"write FIELD=NAME, with one of the fields {', '.join(USUAL)}"
            raise InputError("An option cannot be taken.", [Problem("", 0, "", message, remedy)])
        found[field] = name
    return found


def _lines(source: Source) -> Iterator[str]:
    echoed = [["", *row] for row in _rows(source)]
    yield printable(source.text.path)
    yield from (printable(line) for line in columns(echoed))
    yield ""


def _rows(source: Source) -> Iterator[list[str]]:
    from demarche_ingest.documents.language import language_of

    text = source.text
    made = f"{source.extractor}, {source.encoding}" if source.encoding else source.extractor
    yield ["format", f"{source.media_type}, by {made}"]
    yield ["text", f"{count(len(text), 'character')}, sha-256 {text.text_sha256}"]
    yield ["source", f"sha-256 {text.source_sha256}"]
    if source.container is not None:
        yield ["row", f"{source.container.row} of sha-256 {source.container.sha256}"]
    language = language_of(text.content)
    yield ["language", language.tag or "not told by the text"]
    for name, value in asdict(source.details).items():
        if value:
            yield [name if name != "language" else "declared", value]
    for zone in source.zones:
        shown = " ".join(text[zone.span].split())
        dots = "…" if len(shown) > _SHOWN else ""
        yield [zone.kind, f"{zone.span.start}-{zone.span.end}  {shown[:_SHOWN]}{dots}"]
    if source.pages:
        yield ["pages", str(len(source.pages))]
    for one in source.notes:
        yield ["note", one]


def _as_json(source: Source) -> str:
    from demarche_ingest.documents.language import language_of

    members: dict[str, Any] = {
        "path": source.text.path,
        "mediaType": source.media_type,
        "extractor": source.extractor,
        "encoding": source.encoding,
        "sourceSha256": source.text.source_sha256,
        "textSha256": source.text.text_sha256,
        "length": len(source.text),
        "language": language_of(source.text.content).tag,
        "details": asdict(source.details),
        "container": source.container and asdict(source.container),
        "zones": [
            {"kind": one.kind, "start": one.span.start, "end": one.span.end, "author": one.author}
            for one in source.zones
        ],
        "pages": [asdict(page) for page in source.pages],
        "notes": list(source.notes),
        "text": source.text.content,
    }
    return json.dumps(members, ensure_ascii=False)
