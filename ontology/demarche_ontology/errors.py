"""The one tree of errors.

::

    DemarcheError
    ├── InputError            seeds, sheets or texts that cannot be taken; carries its problems
    │   └── RdfSyntaxError    RDF that does not parse (line, column)
    ├── CheckError            the ontology or a graph fails its checks; carries its problems
    ├── QueryError            a SPARQL query that cannot be answered as it stands (line, column)
    │   ├── QuerySyntaxError  … because it does not parse
    │   ├── QueryRefusedError … because it asks for something switched off (SERVICE, updates)
    │   └── QueryLimitError   … within what one query is allowed
    │       ├── QueryTimeoutError
    │       ├── QueryMemoryError
    │       └── ResultSizeError
    ├── QueryCrashedError     the engine crashed over a query
    ├── FederationError       another server, called by SERVICE or LOAD, failed
    ├── ModelError            a language model's endpoint failed or cannot be used
    │   └── BudgetError       what it may cost is used up
    ├── TryLaterError         not now; carries after how many seconds
    │   ├── BusyError         the queue is full
    │   └── QuotaError        a client is over its share of query time
    ├── NotAcceptableError    no offered format satisfies the request
    ├── UnauthorizedError     a write without a valid token; carries the challenge
    ├── RequestError          an HTTP request that cannot be taken; carries its status
    ├── ServeError            the server cannot listen where it was told to
    └── StoreError
        ├── NoCommitError     the home holds no graph yet
        ├── UnknownReleaseError
        ├── UnknownGraphError
        ├── UnknownClaimError
        ├── UnknownThingError an IRI the graph says nothing of; carries suggestions
        ├── UnknownTokenError
        ├── UnknownTextError  the home holds no text of that document
        ├── ReleaseExistsError
        ├── LockedError       another writer is at work; names it
        ├── HomeNotWritableError
        ├── DiskFullError
        └── RemoteStoreError  a remote engine failed or could not be reached

Every error has a message that says what is wrong and where, and a `remedy`: what to do.
The command line maps them to exit codes in `demarche.cli.exits`, the server to problem+json in
`demarche_server.problems`; nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong with an input.

    file: path as the user gave it or relative to the seeds folder; "" if there is none.
    line: 1-based line, 0 if unknown.
    subject: the claim, actor or other record concerned ("c12"), "" if there is none.
    """

    file: str
    line: int
    subject: str
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        where = self.file if not self.line else f"{self.file}:{self.line}"
        parts = [part for part in (where, self.subject) if part]
        text = f"{': '.join(parts)}: {self.message}" if parts else self.message
        return f"{text} -> {self.remedy}" if self.remedy else text


class DemarcheError(Exception):
    """Base of every error this project raises on purpose."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} -> {self.remedy}" if self.remedy else self.message

    def __reduce__(self) -> tuple[Any, ...]:
        """Have an error pass from one process to another whole, whatever it is made of."""
        return _made_again, (type(self), self.args, dict(self.__dict__))


def _made_again(
    kind: type[DemarcheError], args: tuple[Any, ...], members: dict[str, Any]
) -> DemarcheError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(members)
    return error


class _ProblemsError(DemarcheError):
    def __init__(self, message: str, problems: list[Problem] | tuple[Problem, ...]) -> None:
        super().__init__(message)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class InputError(_ProblemsError):
    """Seeds, sheets or texts that cannot be taken as they are. Nothing was written."""


class RdfSyntaxError(InputError):
    """RDF that does not parse. `line` and `column` are 1-based, 0 if unknown."""

    def __init__(self, message: str, remedy: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message, ())
        self.remedy = remedy
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return DemarcheError.__str__(self)


class CheckError(_ProblemsError):
    """The ontology or a graph fails its checks. Nothing was committed."""


class QueryError(DemarcheError):
    """A SPARQL query that cannot be answered as it stands.

    `line` and `column` are the place in it, 1-based, 0 if unknown.
    """

    def __init__(self, message: str, remedy: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message, remedy)
        self.line = line
        self.column = column


class QuerySyntaxError(QueryError):
    """The query does not parse."""


class QueryRefusedError(QueryError):
    """The query asks for something that is switched off here."""


class QueryLimitError(QueryError):
    """A query that cannot be answered within what one query is allowed."""


class QueryTimeoutError(QueryLimitError):
    """The query took longer than one query may."""


class QueryMemoryError(QueryLimitError):
    """The query needed more memory than one query may."""


class ResultSizeError(QueryLimitError):
    """The answer is larger than one answer may be."""


class QueryCrashedError(DemarcheError):
    """The engine crashed over a query; other queries were not harmed."""


class FederationError(DemarcheError):
    """Another server, called by SERVICE or LOAD, failed or could not be reached."""


class ModelError(DemarcheError):
    """A language model's endpoint failed or cannot be used; what it answered before is kept."""


class BudgetError(ModelError):
    """What a language model may cost is used up; what it answered is kept."""


class TryLaterError(DemarcheError):
    """The request cannot be taken now. retry_after: whole seconds after which to try again."""

    def __init__(self, message: str, remedy: str = "", retry_after: int = 1) -> None:
        super().__init__(message, remedy)
        self.retry_after = retry_after


class BusyError(TryLaterError):
    """As many requests wait as may."""


class QuotaError(TryLaterError):
    """A client has used up its share of query time."""


class NotAcceptableError(DemarcheError):
    """None of the offered formats satisfies the request; `offered` names them."""

    def __init__(self, message: str, offered: tuple[str, ...], remedy: str = "") -> None:
        super().__init__(message, remedy)
        self.offered = offered


class UnauthorizedError(DemarcheError):
    """A request that needs a token and shows no valid one.

    challenge: the value of the header WWW-Authenticate (RFC 6750, section 3).
    """

    def __init__(self, message: str, remedy: str = "", challenge: str = "Bearer") -> None:
        super().__init__(message, remedy)
        self.challenge = challenge


class RequestError(DemarcheError):
    """An HTTP request that cannot be taken: wrong method, media type, size or parameters.

    status: the HTTP status that says so (400-499, 501 or 505).
    allow: the methods that would be taken, for status 405.
    limit: the setting of the server that it goes beyond, for the log; "" for none.
    """

    def __init__(
        self,
        message: str,
        remedy: str = "",
        status: int = 400,
        allow: tuple[str, ...] = (),
        limit: str = "",
    ) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.allow = allow
        self.limit = limit


class ServeError(DemarcheError):
    """The server cannot listen where it was told to."""


class StoreError(DemarcheError):
    """Something about the home, its commits or its releases."""


class NoCommitError(StoreError):
    """The home holds no graph yet."""


class UnknownReleaseError(StoreError):
    """No release or commit of that name."""


class UnknownGraphError(StoreError):
    """No such named graph in this commit."""


class UnknownClaimError(StoreError):
    """No such claim in this commit."""


class UnknownTokenError(StoreError):
    """No token of that name."""


class UnknownTextError(StoreError):
    """The home holds no text of that document."""


class UnknownThingError(StoreError):
    """The graph says nothing of an IRI. suggestions: (IRI, label) of things with a like name."""

    def __init__(
        self, message: str, remedy: str = "", suggestions: tuple[tuple[str, str], ...] = ()
    ) -> None:
        super().__init__(message, remedy)
        self.suggestions = suggestions


class ReleaseExistsError(StoreError):
    """A release of that name exists; releases never change."""


class LockedError(StoreError):
    """Another writer holds the home."""


class HomeNotWritableError(StoreError):
    """The home cannot be written."""


class DiskFullError(StoreError):
    """No space is left where the home lies."""


class RemoteStoreError(StoreError):
    """A remote SPARQL engine failed or could not be reached."""
