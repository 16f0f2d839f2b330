"""The answer to a query, whichever engine gave it.

Serialising is the engine's work (`results.serialize`, about a hundred times faster than row by
row in Python), and the engine pushes: it writes blocks of some kilobytes into what it is given.
`write` passes them straight on. `serialize`, which is pulled from, has them spooled: in memory up
to `SPOOL_BYTES`, beyond that in a temporary file. A second thread and a queue would give a first
chunk sooner, but the engine's result objects may not leave the thread that asked for them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from tempfile import SpooledTemporaryFile, gettempdir
from typing import IO, Any, Final, cast

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Triple, serialize

from demarche_ontology.errors import QueryError, QuerySyntaxError
from demarche_ontology.terms import PREFIXES
from demarche_store.disk import disk_errors
from demarche_store.formats import AnyFormat, format_for
from demarche_store.protocol import QueryForm

SPOOL_BYTES: Final = 1 << 20
CHUNK_BYTES: Final = 1 << 16
_POSITION: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
# What the engine says it expected is a list; this takes its character classes out.
_CLASS: Final = re.compile(r"""(?<!")\[(?:'[^']*'|[^\]'])*\](?:,\s*)?""")

Answer = QuerySolutions | QueryBoolean | QueryTriples


class EngineResults:
    """An answer of the engine, read once, in the thread that asked."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        # The engine aborts the process when its objects are used in another thread.
        self._thread = threading.get_ident()

    @property
    def form(self) -> QueryForm:
        if isinstance(self._answer, QuerySolutions):
            return "SELECT"
        return "ASK" if isinstance(self._answer, QueryBoolean) else "GRAPH"

    @property
    def variables(self) -> tuple[str, ...]:
        if not isinstance(self._answer, QuerySolutions):
            return ()
        self._check_thread()
        return tuple(variable.value for variable in self._answer.variables)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """Yield solutions as tuples of terms. Raises QueryError."""
        if not isinstance(self._answer, QuerySolutions):
            raise self._misread("rows")
        return (tuple(solution) for solution in self._each(self._answer))

    def boolean(self) -> bool:
        if not isinstance(self._answer, QueryBoolean):
            raise self._misread("a boolean")
        return bool(self._answer)

    def triples(self) -> Iterator[Triple]:
        """Yield the triples. Raises QueryError."""
        if not isinstance(self._answer, QueryTriples):
            raise self._misread("triples")
        return self._each(self._answer)

    def serialize(self, media_type: str) -> Iterator[bytes]:
        """Yield the serialised answer in chunks. Raises NotAcceptableError, QueryError."""
        chosen = format_for(self.form, media_type)
        with EvaluationErrors(), disk_errors(Path(gettempdir())):
            spool = new_spool()
            self._write(spool, chosen)
        return read_chunks(spool)

    def write(self, output: IO[bytes], media_type: str) -> None:
        """Write the serialised answer as it is worked out.

        Raises NotAcceptableError, QueryError, and OSError: from `output.write`, or because the
        engine failed half-way.
        """
        self._write(output, format_for(self.form, media_type))

    def _write(self, output: IO[bytes], chosen: AnyFormat) -> None:
        self._check_thread()
        with EvaluationErrors(passing=OSError):
            if isinstance(self._answer, QueryTriples):
                _write_graph(self._answer, output, cast(RdfFormat, chosen.engine))
            else:
                self._answer.serialize(output, chosen.engine)  # type: ignore[arg-type]

    def _each(self, answer: Any) -> Iterator[Any]:
        self._check_thread()
        with EvaluationErrors():
            yield from answer

    def _check_thread(self) -> None:
        if threading.get_ident() != self._thread:
            raise QueryError(
                "An answer can be read only in the thread that asked",
                remedy="run the query in the thread that reads its answer",
            )

    def _misread(self, wanted: str) -> QueryError:
        has = {"SELECT": "rows", "ASK": "a boolean", "GRAPH": "triples"}[self.form]
        return QueryError(f"The query answers with {has}, not with {wanted}")


def _write_graph(triples: QueryTriples, output: IO[bytes], chosen: RdfFormat) -> None:
    """Write a graph; with the project's prefixes where the format has them, for people to read."""
    if chosen in (RdfFormat.TURTLE, RdfFormat.TRIG):
        serialize(triples, output, format=chosen, prefixes=PREFIXES)
    else:
        triples.serialize(output, chosen)


def new_spool() -> IO[bytes]:
    """Return a file for one answer, in memory while it is small."""
    # Closed by who reads it, or with its last reference.
    return cast(IO[bytes], SpooledTemporaryFile(max_size=SPOOL_BYTES))


def read_chunks(spool: IO[bytes]) -> Iterator[bytes]:
    """Yield what a temporary file holds, from its start, and close it."""
    with spool:
        spool.seek(0)
        while chunk := spool.read(CHUNK_BYTES):
            yield chunk


class EvaluationErrors:
    """Turns what the engine raises while it parses or works, within a block, into a QueryError.

    passing: errors that may be another's, and are left as they are.
    """

    __slots__ = ("_passing",)

    def __init__(self, passing: type[Exception] | tuple[()] = ()) -> None:
        self._passing = passing

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: object
    ) -> None:
        """End; raises QueryError, QuerySyntaxError instead of what was raised."""
        if error is None or isinstance(error, self._passing):
            return
        if isinstance(error, SyntaxError):
            raise syntax_error(str(error)) from error
        if isinstance(error, (RuntimeError, ValueError, OSError)):
            raise QueryError(f"The engine could not work the query out: {error}") from error


def syntax_error(text: str) -> QuerySyntaxError:
    """Return the error for an engine's complaint "error at <line>:<column>: <what>"."""
    match = _POSITION.search(text)
    if match is None:
        return QuerySyntaxError(f"The query does not parse: {text}", "correct the query")
    line, column = int(match[1]), int(match[2])
    return QuerySyntaxError(
        f"The query does not parse at line {line}, column {column}: {_expected(match[3])}",
        "correct the query there, or just before",
        line=line,
        column=column,
    )


def _expected(text: str) -> str:
    readable = _CLASS.sub("", text).strip(", \n")
    return readable if readable not in ("expected", "expected one of") else "not expected here"
