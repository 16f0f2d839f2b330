"""The one map from what can go wrong to exit codes, and the one place that tells of it.

docs/cli.md lists the codes; a test holds both together.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import Final

import typer

from demarche_ontology.errors import (
    CheckError,
    DemarcheError,
    FederationError,
    InputError,
    ModelError,
    NoCommitError,
    NotAcceptableError,
    QueryCrashedError,
    QueryError,
    RequestError,
    ServeError,
    StoreError,
    TryLaterError,
    UnauthorizedError,
    UnknownClaimError,
    UnknownGraphError,
    UnknownReleaseError,
    UnknownTextError,
    UnknownThingError,
    UnknownTokenError,
)


class Code(IntEnum):
    """Exit codes. USAGE and INTERRUPTED are what the command line's library exits with itself."""

    DONE = 0
    PROBLEMS = 1
    USAGE = 2
    INPUT = 3
    QUERY = 4
    UNKNOWN = 5
    STORE = 6
    SERVER = 7
    MODEL = 8
    FAULT = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141


MEANINGS: Final[dict[Code, str]] = {
    Code.DONE: "done",
    Code.PROBLEMS: "a check or a verification found problems",
    Code.USAGE: "the command, an option or a format is not known, or does not fit",
    Code.INPUT: "an input cannot be taken: seeds, a sheet, a text, any file that cannot be read",
    Code.QUERY: "the query cannot be answered",
    Code.UNKNOWN: "no such release, commit, graph, claim, token or text, or no graph yet",
    Code.STORE: "the home, an output or what processes share cannot be written, the home is locked "
    "or damaged, the disk is full, or a remote engine failed",
    Code.SERVER: "the server cannot listen where it was told to, or has no time now",
    Code.MODEL: "a language model failed, or what it may cost is used up",
    Code.FAULT: "a fault of the program itself; its traceback is shown",
    Code.INTERRUPTED: "interrupted (Ctrl-C)",
    Code.PIPE_CLOSED: "whoever read the output stopped reading",
}

ERROR_CODES: Final[dict[type[DemarcheError], Code]] = {
    InputError: Code.INPUT,
    CheckError: Code.INPUT,
    QueryError: Code.QUERY,
    QueryCrashedError: Code.QUERY,
    FederationError: Code.QUERY,
    ModelError: Code.MODEL,
    TryLaterError: Code.SERVER,
    RequestError: Code.QUERY,
    UnauthorizedError: Code.QUERY,
    NotAcceptableError: Code.USAGE,
    ServeError: Code.SERVER,
    NoCommitError: Code.UNKNOWN,
    UnknownReleaseError: Code.UNKNOWN,
    UnknownThingError: Code.UNKNOWN,
    UnknownGraphError: Code.UNKNOWN,
    UnknownClaimError: Code.UNKNOWN,
    UnknownTokenError: Code.UNKNOWN,
    UnknownTextError: Code.UNKNOWN,
    StoreError: Code.STORE,
}
"""Of an error whose class is not here, its nearest ancestor's."""


def code_of(error: DemarcheError) -> Code:
    """Return the exit code of an error."""
    return next(ERROR_CODES[kind] for kind in type(error).__mro__ if kind in ERROR_CODES)


_REFUSALS: Final = frozenset((errno.EACCES, errno.EPERM, errno.ENOSYS))
"""Faults without a file that are no fault of the output, which is open already."""


@contextmanager
def told() -> Iterator[None]:
    """Run a command: what goes wrong is told on stderr, and becomes an exit code."""
    try:
        yield
        sys.stdout.flush()
    except DemarcheError as error:
        tell(str(error))
        raise typer.Exit(code_of(error)) from error
    except BrokenPipeError as error:
        _drop_output()
        raise typer.Exit(Code.PIPE_CLOSED) from error
    except OSError as error:
        raise typer.Exit(_tell_os_error(error)) from error
    except KeyboardInterrupt as error:
        tell("interrupted")
        raise typer.Exit(Code.INTERRUPTED) from error


def _tell_os_error(error: OSError) -> Code:
    """Tell what the system refused: a file it names, the output, or what processes share."""
    if error.filename is not None:
        tell(f"{error.filename}: {error.strerror} -> check the path, and this user's rights to it")
        return Code.INPUT
    if error.errno is None:
        raise error
    if error.errno in _REFUSALS:
        tell(
            f"The system refused what processes share: {error.strerror}"
            " -> see that this user may write to /dev/shm and the folder for temporary files"
        )
        return Code.STORE
    _drop_output()
    tell(f"The output cannot be written: {error.strerror} -> send it to another place")
    return Code.STORE


def tell(text: str) -> None:
    """Write an error for people: "error: what is wrong", then "-> what to do" on its own line."""
    what, arrow, remedy = text.partition(" -> ") if "\n" not in text else (text, "", "")
    typer.echo(f"error: {what}", err=True)
    if arrow:
        typer.echo(f"  -> {remedy}", err=True)


def tell_fault() -> None:
    """Write the traceback of the exception under way, and that the fault is ours."""
    traceback.print_exc()
    tell("this is a fault of Demarche, not of what you gave it -> report it with the lines above")


def _drop_output() -> None:
    """Keep the interpreter from complaining, when it ends, of output nobody reads."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
