"""`demarche check`: every check there is, none of which writes anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from demarche_ingest.compose import (
    Composition,
    Graphs,
    Progress,
    compose,
    derived_graphs,
    shape_problems,
    silent,
    violations,
)
from demarche_ingest.demonstration import demonstration
from demarche_ingest.publishing import DEFAULT_POLICY
from demarche_ontology import terms
from demarche_ontology.errors import CheckError, InputError, Problem
from demarche_ontology.reasoning import reason

Status = Literal["ok", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Step:
    """One check: what it looked at, how it ended, what it found."""

    name: str
    status: Status
    problems: tuple[Problem, ...] = ()
    hint: str = ""


def check(seeds: Path, progress: Progress = silent, workers: int = 1) -> list[Step]:
    """Check ontology, vocabularies and seeds; returns each step with its problems.

    Steps: syntax and references, SHACL shapes, violation queries (the OWL 2 RL profile among
    them), consistency and unsatisfiable classes (skipped without Java). A step that needs an
    earlier one is left out when that failed.
    """
    progress("syntax, vocabularies and references")
    try:
        composition = compose(seeds)
    except (InputError, CheckError) as error:
        return [Step("syntax and references", "failed", error.problems)]
    steps = [Step("syntax and references", "ok")]
    progress("SHACL shapes")
    derived = dict(derived_graphs(composition.graphs))
    steps.append(_step("SHACL shapes", shape_problems(composition, workers, derived)))
    graphs = {**composition.graphs, **derived}
    progress("violation queries")
    steps.append(_step("violation queries", violations(graphs)))
    progress("the demonstration")
    steps.append(_demonstration(seeds, workers))
    progress("reasoning")
    steps.append(_reasoning(composition, graphs))
    return steps


def _demonstration(seeds: Path, workers: int) -> Step:
    try:
        shown = demonstration(seeds, DEFAULT_POLICY, workers)
    except (InputError, CheckError) as error:
        return Step("demonstration", "failed", error.problems)
    if shown is None:
        return Step("demonstration", "skipped", hint="these seeds have none")
    return Step("demonstration", "ok")


def _step(name: str, problems: list[Problem]) -> Step:
    return Step(name, "failed" if problems else "ok", tuple(problems))


def _reasoning(composition: Composition, graphs: Graphs) -> Step:
    """Reason over ontology, reference and derived graphs, never over what is only claimed."""
    documents = composition.documents()
    kept = (graph for iri, graph in graphs.items() if iri not in documents)
    try:
        report = reason(triple for graph in kept for triple in graph)
    except CheckError as error:
        return Step("reasoning (HermiT)", "failed", error.problems, error.message)
    if report.status == "skipped":
        return Step("reasoning (HermiT)", "skipped", (), report.hint)
    problems = tuple(
        Problem("", 0, iri.removeprefix(terms.DEM), "this class can have no members")
        for iri in report.unsatisfiable
    )
    return Step("reasoning (HermiT)", "ok" if report.ok else "failed", problems, report.hint)
