"""`demarche build`: seeds become the next commit."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from demarche.cli.common import SEEDS, SeedsArgument, WorkersOption, home_of, processors
from demarche.cli.console import columns, echo, steps
from demarche.names import graph_name

if TYPE_CHECKING:
    from demarche_ingest.build import BuildReport


_GARBAGE: Final = (500_000, 20, 50)
"""How many objects are made before the collector looks for cycles among the young, middle, old."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("build")(build)


def build(
    context: typer.Context,
    seeds: SeedsArgument = SEEDS,
    workers: WorkersOption = processors(),  # noqa: B008
    force: Annotated[
        bool, typer.Option("--force", help="Build even if nothing changed since the last build.")
    ] = False,
) -> None:
    """Build the graph of a seeds folder and make it the current commit.

    Nothing is committed unless every check holds. If seeds and program are as they were at the
    last build, nothing is done.

    For example:

        demarche build

        demarche --home /srv/demarche build my-seeds --workers 4
    """
    report = _build(context, seeds, workers, force)
    for line in lines(report):
        echo(line)


def _build(context: typer.Context, seeds: Path, workers: int, force: bool) -> BuildReport:
    from demarche_ingest.build import build

    # A build keeps what it makes to its end: looking for garbage in it finds little, and takes the
    # longer the larger the seeds are.
    gc.set_threshold(*_GARBAGE)
    with steps() as progress:
        return build(seeds, home_of(context), progress, workers, force)


def lines(report: BuildReport) -> Iterator[str]:
    """Yield what is said of a build."""
    commit = report.commit
    if report.unchanged:
        yield "unchanged: nothing to do"
    rows = [["commit", commit.id]]
    if not report.unchanged:
        rows += [["documents", f"{report.documents:,}"], ["claims", f"{report.claims:,}"]]
    stored = sum(graph.triples for graph in commit.graphs)
    triples = f"{commit.default_graph_triples:,} in the default graph"
    rows.append(["triples", f"{triples}; {stored:,} in {len(commit.graphs)} named graphs"])
    if not report.unchanged:
        changed = ", ".join(map(graph_name, report.changed)) or "none"
        rows.append(["changed", f"{len(report.changed)} graphs: {changed}"])
    yield from columns(rows)
