"""`demarche extract`: what extractors find in documents, printed and not kept."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any

import typer

from demarche.cli.common import home_of
from demarche.cli.console import note
from demarche.cli.exits import Code
from demarche.cli.output import opened
from demarche.cli.working import (
    ActorsOption,
    ColumnOption,
    ConfidenceOption,
    DateOption,
    ExtractorOption,
    KnownOption,
    LlmOption,
    ModelOption,
    PathsArgument,
    recipe_of,
    wishes_of,
)
from demarche.names import printable

if TYPE_CHECKING:
    from demarche_ingest.candidates.gate import Refusal
    from demarche_ingest.documents import Source


class Form(StrEnum):
    """How candidates are printed."""

    JSONL = "jsonl"
    CSV = "csv"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("extract")(extract)


def extract(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    paths: PathsArgument,
    form: Annotated[
        Form, typer.Option("--format", help="One JSON object a line, or a table.")
    ] = Form.JSONL,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write; - is the default."),
    ] = None,
    extractor: ExtractorOption = None,
    actors: ActorsOption = None,
    seeds: KnownOption = None,
    model: ModelOption = "",
    column: ColumnOption = None,
    date: DateOption = "",
    confidence: ConfidenceOption = 0.0,
    llm: LlmOption = None,
    refused: Annotated[
        bool, typer.Option("--refused", help="Tell what the gate refused, on standard error.")
    ] = False,
) -> None:
    """Print what documents claim, as extractors find it: a candidate a line, with its passage.

    Nothing is kept, and no home is needed; `demarche ingest` keeps candidates for review. Ends
    with 1 when something could not be read; the rest is printed all the same. What a language
    model answers is kept in the home all the same, so that nobody pays for it twice.

    For example:

        demarche extract article.txt

        demarche extract articles/ --format csv -o candidates.csv

        demarche extract article.txt --confidence 0.6 --refused
    """
    from demarche_ingest.candidates.listing import rows
    from demarche_ingest.documents import read_files
    from demarche_ingest.pipeline.crew import Crew, Failed

    home = home_of(context)
    recipe = recipe_of(extractor, actors, model, seeds, date, confidence, (llm, home))
    wishes = wishes_of(column)
    failed = 0

    def sources() -> Iterator[Source]:
        nonlocal failed
        for batch in read_files(paths, wishes):
            yield from batch.sources
            for problem in batch.problems:
                failed += 1
                note(printable(str(problem)))

    recipe.key()  # what cannot be used is told before anything is written
    with opened(output) as file, Crew(recipe, "extract", workers=0) as crew:
        write = _writer(form, file)
        for source, outcome in crew.work(sources()):
            if isinstance(outcome, Failed):
                failed += 1
                note(printable(f"{source.text.path}: {outcome.reason}\n{outcome.trace}".rstrip()))
                continue
            for row in rows(outcome.document, source.text):
                write(row)
            for one in outcome.refusals if refused else ():
                note(printable(_told(one, source)))
    if failed:
        raise typer.Exit(Code.PROBLEMS)


def _writer(form: Form, file: IO[bytes]) -> Callable[[dict[str, Any]], None]:
    from demarche_ingest.candidates.listing import COLUMNS

    if form is Form.JSONL:
        return lambda row: _write(file, json.dumps(row, ensure_ascii=False) + "\n")

    def write(cells: list[str]) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(cells)
        _write(file, line.getvalue())

    write(list(COLUMNS))
    return lambda row: write([_cell(row[name]) for name in COLUMNS])


def _write(file: IO[bytes], text: str) -> None:
    file.write(text.encode("utf-8"))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _told(one: Refusal, source: Source) -> str:
    where = f"{source.text.path}:{one.passage.start}-{one.passage.end}"
    return f"{where}: refused, {one.told} [{one.code}; {one.rule}; {one.extractor}]"
