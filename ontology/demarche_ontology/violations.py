"""Checks over the whole dataset: queries in `checks/` that must return nothing.

Shapes look at one graph; these look across graphs, and at the ontology itself, its profile
(OWL 2 RL) included. A check is one file, `checks/<name>-violation.rq`, whose first column is
`?focus`, the node at fault. A new file is run without further ado.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from pyoxigraph import NamedNode, Quad, QuerySolutions, Store

from demarche_ontology.errors import InputError, Problem
from demarche_ontology.query_files import QueryFile, read_query_file
from demarche_ontology.validation import shorten

CHECKS: Final = Path(__file__).parent / "checks"
SUFFIX: Final = "-violation.rq"

Query = Callable[[str], Iterable[Sequence[Any]]]
"""Runs a SELECT over the composed dataset: rows of terms in the order of the query's columns.

For a `View` of a commit: `lambda text: view.query(text).rows()`.
"""


@dataclass(frozen=True, slots=True, order=True)
class Check:
    """One query that must return nothing. name: its file name without the suffix."""

    name: str
    title: str
    remedy: str
    text: str


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One row that a check should not have returned.

    focus: the node at fault. details: the further columns, as prefixed names or text.
    """

    check: str
    focus: str
    details: tuple[str, ...]
    title: str
    remedy: str

    def __str__(self) -> str:
        return str(self.problem())

    def problem(self, file: str = "") -> Problem:
        """Return the violation as the `Problem` that errors carry."""
        details = f" ({', '.join(self.details)})" if self.details else ""
        message = f"{self.title}{details} [{self.check}]"
        return Problem(file, 0, shorten(self.focus), message, self.remedy)


@cache
def shipped_checks() -> tuple[Check, ...]:
    """Return every check in `checks/`, sorted by name."""
    return checks_in(CHECKS)


def checks_in(folder: Path) -> tuple[Check, ...]:
    """Return the checks of a folder. Raises InputError when a header is missing."""
    return tuple(_check(path) for path in sorted(folder.glob(f"*{SUFFIX}")))


def _check(path: Path) -> Check:
    file: QueryFile = read_query_file(path, ("title", "remedy"))
    name = path.name.removesuffix(SUFFIX)
    return Check(name, file.fields["title"], file.fields["remedy"], file.text)


def run_checks(query: Query, checks: Iterable[Check] | None = None) -> tuple[Violation, ...]:
    """Run the checks (all that we ship, unless told) and return what they find, sorted.

    query: see `Query`; `query_over` makes one from quads.
    Raises InputError when a check is not valid SPARQL.
    """
    chosen = shipped_checks() if checks is None else checks
    return tuple(sorted({found for check in chosen for found in _run(query, check)}))


def query_over(quads: Iterable[Quad]) -> Query:
    """Return a `Query` over some quads held in memory, for use before anything is committed."""
    store = Store()
    store.bulk_extend(quads)

    def run(text: str) -> Iterable[Sequence[Any]]:
        solutions = store.query(text)
        if not isinstance(solutions, QuerySolutions):
            raise SyntaxError("a check must be a SELECT query")
        return (tuple(solution) for solution in solutions)

    return run


def _run(query: Query, check: Check) -> list[Violation]:
    try:
        rows = [tuple(row) for row in query(check.text)]
    except SyntaxError as error:
        remedy = "correct the query"
        problem = Problem(f"checks/{check.name}{SUFFIX}", 0, "", str(error.msg), remedy)
        raise InputError(f"The check {check.name} cannot be run", [problem]) from error
    return [_violation(check, row) for row in rows]


def _violation(check: Check, row: Sequence[Any]) -> Violation:
    details = tuple(_text(term) for term in row[1:] if term is not None)
    return Violation(check.name, _iri(row[0]), details, check.title, check.remedy)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _text(term: Any) -> str:
    return shorten(term.value) if isinstance(term, NamedNode) else str(getattr(term, "value", term))
