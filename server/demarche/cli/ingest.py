"""`demarche ingest`: documents become candidates, kept in the home beside its graph."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from demarche.cli.common import JsonOption, home_of, processors
from demarche.cli.console import columns, count, echo, note
from demarche.cli.exits import Code
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
    from demarche_ingest.pipeline.report import Report

_EVERY_SECONDS: Final = 10.0
"""How often progress is a line where there is no terminal."""
_UNKNOWN: Final = 10
"""Unknown actors that are named."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ingest")(ingest)


def ingest(  # noqa: PLR0913, PLR0917 - one parameter for each option
    context: typer.Context,
    paths: PathsArgument,
    extractor: ExtractorOption = None,
    actors: ActorsOption = None,
    seeds: KnownOption = None,
    model: ModelOption = "",
    column: ColumnOption = None,
    date: DateOption = "",
    confidence: ConfidenceOption = 0.0,
    llm: LlmOption = None,
    workers: Annotated[
        int,
        typer.Option("--workers", min=1, metavar="N", help="Processes that work on documents."),
    ] = processors(),
    again: Annotated[
        bool, typer.Option("--again", help="Work once more on what is in quarantine.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read documents, find what they claim, and keep it as candidates for review.

    Candidates are kept in the home beside its graph and are never part of it: `demarche review`
    is how they get there. Files that were ingested before, in the same way, cost nothing; a run
    that was ended goes on where it stopped. What cannot be worked on is set aside with its reason.
    Ends with 1 when something was.

    For example:

        demarche ingest articles/

        demarche ingest export.csv --column text=Inhalt --workers 2

        demarche ingest speeches/ --actors mine.tsv --json

        demarche ingest articles/ --llm model.toml
    """
    from demarche_ingest.pipeline.ingesting import Job, ingest

    home = home_of(context)
    recipe = recipe_of(extractor, actors, model, seeds, date, confidence, (llm, home))
    job = Job(tuple(paths), recipe, wishes_of(column), workers, again)
    with _progress() as progress:
        report = ingest(home, job, progress)
    if as_json:
        echo(json.dumps(report.members(), ensure_ascii=False, indent=1))
    else:
        for line in lines(report):
            echo(line)
    for problem in report.quarantined:
        note(printable(str(problem)))
    if report.quarantined:
        raise typer.Exit(Code.PROBLEMS)


def lines(report: Report) -> Iterator[str]:
    """Yield what is said of a run."""
    from demarche_ingest.candidates.gate import REASONS

    told = {"new": report.new, "changed": report.changed, "as before": report.same}
    told |= {"unchanged": report.unchanged, "repeated": report.repeated}
    told |= {"in quarantine": len(report.quarantined)}
    documents = ", ".join(f"{number:,} {name}" for name, number in told.items() if number)
    if not report.run:
        yield from columns(
            [["run", "none: no document was new or changed"], ["documents", documents or "none"]]
        )
        return
    types = [count(number, name) for name, number in sorted(report.candidates.items())]
    yield from columns(
        [
            ["run", report.run],
            ["documents", documents],
            ["articles", f"{report.articles:,}"],
            ["candidates", ", ".join(types) or "none"],
            ["refused", f"{sum(report.refusals.values()):,}"],
            *(
                [f"  {code}", f"{n:,}: {REASONS[code]}"]
                for code, n in report.refusals.most_common()
            ),
            ["unknown actors", f"{len(report.unknown):,}{' or more' if report.is_cut else ''}"],
            *(
                [f"  {name}", f"{label}, in {count(number, 'document')}"]
                for (name, label), number in report.most_unknown(_UNKNOWN)
            ),
        ]
    )


@contextmanager
def _progress() -> Iterator[Callable[[Report, str], None]]:
    """Give a function that is told what was done, and tells it on stderr."""
    began = time.monotonic()
    if not sys.stderr.isatty():
        last = began

        def tell(report: Report, path: str) -> None:
            nonlocal last
            if time.monotonic() - last >= _EVERY_SECONDS:
                last = time.monotonic()
                note(f"- {_so_far(report, last - began)}, {printable(path)}")

        yield tell
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True, highlight=False).status("starting") as status:
        yield lambda report, path: status.update(
            escape(f"{_so_far(report, time.monotonic() - began)}, {printable(path)}")
        )


def _so_far(report: Report, seconds: float) -> str:
    told = count(report.documents, "document")
    aside = f", {len(report.quarantined):,} set aside" if report.quarantined else ""
    return f"{told} ({report.worked / max(seconds, 0.001):.1f} a second){aside}"
