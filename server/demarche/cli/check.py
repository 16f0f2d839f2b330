"""`demarche check`: every check there is, nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer

from demarche.cli.common import SEEDS, SeedsArgument, WorkersOption, processors
from demarche.cli.console import columns, count, echo, steps
from demarche.cli.exits import Code

if TYPE_CHECKING:
    from demarche_ingest.checking import Step


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check")(check)


def check(
    seeds: SeedsArgument = SEEDS,
    workers: WorkersOption = processors(),  # noqa: B008
) -> None:
    """Check the ontology, the lists and a seeds folder; write nothing.

    Ends with 1 when a check failed. Reasoning is skipped where there is no Java.

    For example:

        demarche check

        demarche check my-seeds --workers 4
    """
    from demarche_ingest.checking import check

    with steps() as progress:
        found = check(seeds, progress, workers)
    for line in lines(found):
        echo(line)
    if any(step.status == "failed" for step in found):
        raise typer.Exit(Code.PROBLEMS)


def lines(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a table of the steps, then every problem."""
    yield from columns([[step.status, step.name, _remark(step)] for step in steps])
    for step in steps:
        if step.problems:
            yield ""
            yield f"{step.name}:"
            yield from (f"  {problem}" for problem in step.problems)


def _remark(step: Step) -> str:
    found = count(len(step.problems), "problem") if step.problems else ""
    return "; ".join(part for part in (found, step.hint) if part)
