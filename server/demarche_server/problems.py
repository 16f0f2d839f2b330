"""The single map from the tree of errors to HTTP: status, kind, problem+json (RFC 9457).

Nothing else chooses a status for an error. What a client did wrong is told in full; of what went
wrong inside, only that it did: messages about the home may name folders of this machine. They go
to the log, under the request id that the client is given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from demarche_ontology.errors import (
    BudgetError,
    BusyError,
    CheckError,
    DemarcheError,
    DiskFullError,
    FederationError,
    HomeNotWritableError,
    InputError,
    LockedError,
    ModelError,
    NoCommitError,
    NotAcceptableError,
    QueryCrashedError,
    QueryError,
    QueryLimitError,
    QueryMemoryError,
    QueryRefusedError,
    QuerySyntaxError,
    QueryTimeoutError,
    QuotaError,
    RdfSyntaxError,
    ReleaseExistsError,
    RemoteStoreError,
    RequestError,
    ResultSizeError,
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

MEDIA_TYPE: Final = "application/problem+json"
TYPES_PATH: Final = "/problems"
"""The page that explains the kinds; `type` is this path with the slug as its fragment."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How one class of error is told to clients. meaning: a sentence for the page of kinds."""

    status: int
    slug: str
    title: str
    meaning: str


KINDS: Final[dict[type[DemarcheError], Kind]] = {
    QuerySyntaxError: Kind(
        400,
        "query-syntax",
        "The query does not parse",
        "The text is not SPARQL. Line and column, where given, count from 1.",
    ),
    QueryRefusedError: Kind(
        403,
        "query-refused",
        "The query is refused",
        "It asks for something that is switched off here, such as SERVICE or an update.",
    ),
    QueryTimeoutError: Kind(
        504,
        "query-timeout",
        "The query took too long",
        "One query may take only so long; the detail says how long.",
    ),
    QueryMemoryError: Kind(
        507,
        "query-memory",
        "The query needs too much memory",
        "One query may use only so much memory; the detail says how much.",
    ),
    ResultSizeError: Kind(
        507,
        "result-size",
        "The answer is too large",
        "One answer may be only so large; the detail says how large.",
    ),
    QueryLimitError: Kind(
        503,
        "query-limit",
        "The query is beyond the limits",
        "The query cannot be answered within what one query is allowed.",
    ),
    QueryCrashedError: Kind(
        500,
        "query-crashed",
        "The engine crashed over the query",
        "The process that worked on the query ended without an answer. Others were not harmed.",
    ),
    FederationError: Kind(
        502,
        "federation",
        "Another server failed",
        "A server that the request calls by SERVICE or LOAD failed or could not be reached.",
    ),
    ModelError: Kind(
        502,
        "model",
        "A language model failed",
        "A language model that proposes claims failed or could not be reached.",
    ),
    BudgetError: Kind(
        503,
        "budget",
        "The budget is used up",
        "What a language model may cost is used up.",
    ),
    BusyError: Kind(
        503,
        "busy",
        "The server is busy",
        "As many queries wait as may. The header Retry-After says when to try again.",
    ),
    QuotaError: Kind(
        429,
        "quota",
        "Too much query time",
        "This client has used up its share of query time. Retry-After says when there is more.",
    ),
    TryLaterError: Kind(
        503, "try-later", "Not now", "The request cannot be taken now; try again later."
    ),
    QueryError: Kind(
        400,
        "query",
        "The query cannot be answered",
        "It parses, but cannot be worked out as it stands.",
    ),
    NotAcceptableError: Kind(
        406,
        "not-acceptable",
        "No acceptable format",
        "The answer cannot be written in any format that was asked for; “offered” lists those "
        "that it can be written in.",
    ),
    UnauthorizedError: Kind(
        401,
        "unauthorized",
        "A token is needed",
        "Writes need a token, in the header Authorization. It is not there, or not valid.",
    ),
    RequestError: Kind(
        400,
        "request",
        "The request cannot be taken",
        "The request as such is at fault: its method, media type, size or parameters. The status "
        "tells which.",
    ),
    RdfSyntaxError: Kind(
        400,
        "rdf-syntax",
        "The RDF does not parse",
        "What was sent is not RDF of its media type. Line and column, where given, count from 1.",
    ),
    InputError: Kind(
        400,
        "input",
        "The input cannot be taken",
        "What was sent has faults; each is listed.",
    ),
    CheckError: Kind(
        422,
        "checks-failed",
        "Checks failed",
        "What was sent can be read, but breaks rules of the graph; each is listed.",
    ),
    UnknownReleaseError: Kind(
        404,
        "unknown-release",
        "No such release",
        "There is no release or commit of that name.",
    ),
    UnknownGraphError: Kind(
        404, "unknown-graph", "No such graph", "This commit has no named graph of that name."
    ),
    UnknownClaimError: Kind(
        404, "unknown-claim", "No such claim", "This commit has no claim of that name."
    ),
    UnknownTokenError: Kind(
        404, "unknown-token", "No such token", "There is no token of that name."
    ),
    UnknownTextError: Kind(
        404, "unknown-text", "No such text", "This home holds no text of that document."
    ),
    UnknownThingError: Kind(
        404, "unknown-thing", "Nothing is known of this", "This commit says nothing of that IRI."
    ),
    ReleaseExistsError: Kind(
        409, "release-exists", "The release exists", "Releases never change; choose another name."
    ),
    LockedError: Kind(
        409, "locked", "Another writer is at work", "Only one writer works at a time; try later."
    ),
    NoCommitError: Kind(
        503, "no-commit", "No graph yet", "The server has no graph to answer from yet."
    ),
    RemoteStoreError: Kind(
        502,
        "remote-store",
        "The store behind this server failed",
        "The engine behind this server failed or could not be reached.",
    ),
    HomeNotWritableError: Kind(
        500, "not-writable", "The store cannot be written", "The server may not write its store."
    ),
    DiskFullError: Kind(
        507, "disk-full", "No space left", "The server has no space left for what it has to write."
    ),
    StoreError: Kind(
        500, "store", "The store failed", "Something is wrong with the store behind this server."
    ),
    ServeError: Kind(
        500, "serve", "The server cannot listen", "The server cannot listen where it was told to."
    ),
    DemarcheError: Kind(500, "internal", "The server failed", "Something failed inside."),
}

UNFORESEEN: Final = Kind(
    500, "unforeseen", "The server failed", "Something failed that nobody foresaw."
)

_REQUEST_TITLES: Final = {
    404: "Nothing here",
    405: "Method not allowed",
    408: "Too slow",
    412: "A condition does not hold",
    413: "Too large",
    414: "Address too long",
    415: "Media type not taken",
    417: "Expectation not met",
    431: "Headers too large",
    501: "Not implemented",
    505: "Version not supported",
}
_TOLD: Final = (
    QueryLimitError,
    QueryCrashedError,
    TryLaterError,
    RequestError,
    FederationError,
)
"""Errors that are told in full although their status is 500 or above: nothing inside shows."""
_INSIDE: Final = "The server could not answer. Its log has the details under the request id."


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """One error as it is told to a client.

    line, column: 1-based, 0 if there are none. retry_after: seconds, 0 if there are none.
    root: the path below which a proxy shows this server, where `type` leads.
    """

    status: int
    kind: Kind
    title: str
    detail: str
    remedy: str = ""
    request_id: str = ""
    line: int = 0
    column: int = 0
    offered: tuple[str, ...] = ()
    problems: tuple[dict[str, Any], ...] = ()
    allow: tuple[str, ...] = ()
    retry_after: int = 0
    suggestions: tuple[tuple[str, str], ...] = ()
    challenge: str = ""
    root: str = ""

    def body(self) -> bytes:
        """Return the problem+json document, UTF-8; members without a value are left out."""
        members = {
            "type": f"{self.root}{TYPES_PATH}#{self.kind.slug}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "remedy": self.remedy,
            "line": self.line,
            "column": self.column,
            "offered": list(self.offered),
            "problems": list(self.problems),
            "suggestions": [{"iri": iri, "label": label} for iri, label in self.suggestions],
            "requestId": self.request_id,
        }
        told = {key: value for key, value in members.items() if value}
        return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Return the headers it calls for: Allow for 405, Retry-After, WWW-Authenticate."""
        headers = [(b"allow", ", ".join(self.allow).encode())] if self.allow else []
        if self.retry_after:
            headers.append((b"retry-after", str(self.retry_after).encode()))
        if self.challenge:
            headers.append((b"www-authenticate", self.challenge.encode()))
        return headers


def kind_of(error: BaseException) -> Kind:
    """Return the kind of an error: that of its class, or of the nearest class above it."""
    for ancestor in type(error).__mro__:
        if ancestor in KINDS:
            return KINDS[ancestor]
    return UNFORESEEN


def report(error: BaseException, request_id: str, root: str = "") -> ProblemReport:
    """Return what a client is told about an error. root: see `ProblemReport`."""
    kind = kind_of(error)
    status = error.status if isinstance(error, RequestError) else kind.status
    if not isinstance(error, DemarcheError) or (status >= 500 and not isinstance(error, _TOLD)):
        return ProblemReport(status, kind, kind.title, _INSIDE, request_id=request_id, root=root)
    title = _REQUEST_TITLES.get(status, kind.title) if kind is KINDS[RequestError] else kind.title
    return ProblemReport(
        status,
        kind,
        title,
        error.message,
        error.remedy,
        request_id,
        line=getattr(error, "line", 0),
        column=getattr(error, "column", 0),
        offered=getattr(error, "offered", ()),
        problems=_listed(error),
        allow=getattr(error, "allow", ()),
        retry_after=getattr(error, "retry_after", 0),
        suggestions=getattr(error, "suggestions", ()),
        root=root,
        challenge=getattr(error, "challenge", ""),
    )


def _listed(error: DemarcheError) -> tuple[dict[str, Any], ...]:
    if not isinstance(error, InputError | CheckError):
        return ()
    return tuple(
        {
            "file": problem.file,
            "line": problem.line,
            "subject": problem.subject,
            "message": problem.message,
            "remedy": problem.remedy,
        }
        for problem in error.problems
    )
