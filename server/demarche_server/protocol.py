"""SPARQL 1.1 Protocol, the query and update operations (sections 2.1, 2.2), on an ASGI request.

Three ways to send a query: GET `?query=`, POST of a form, POST of the query itself; the last two
for an update. Beyond the protocol there is `format=`, which outranks the Accept header.
"""

from __future__ import annotations

from binascii import a2b_qp
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode

from pyoxigraph import NamedNode
from starlette.types import Receive, Scope

from demarche_ontology.errors import QueryRefusedError, RequestError
from demarche_server.settings import Settings
from demarche_store.protocol import Dataset

FORM: Final = "application/x-www-form-urlencoded"
QUERY: Final = "application/sparql-query"
UPDATE: Final = "application/sparql-update"
METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
MAX_FIELDS: Final = 1000
"""Parameters in one request, more than any list of graphs needs."""

_STORES_OWN: Final = Dataset()
HEADERS: Final = "demarche.headers"
"""Where the scope keeps its headers by name, once one was asked for."""

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Version:
    """What a request wants to be answered from: a release or a commit, "" for the other."""

    release: str = ""
    commit: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The parameter that says so, and its value."""
        return ("release", self.release) if self.release else ("commit", self.commit)

    @property
    def query(self) -> str:
        """The parameter as it stands in an address."""
        return urlencode([self.pair])


class QueryRequest(NamedTuple):
    """One query as it was asked. format: the value of `format=`, None if there is none.

    query: None where a GET has none, which is how a browser comes to the endpoint.
    dataset: as the request gives it; it outranks FROM (section 2.1.4).
    version: what is to answer, None for what is served.
    """

    query: str | None
    dataset: Dataset
    format: str | None
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """One update as it was asked. dataset: of `using-graph-uri` and `using-named-graph-uri`."""

    update: str
    dataset: Dataset


def is_direct_update(scope: Scope) -> bool:
    """Return whether the body of the request is an update."""
    return scope["method"] == "POST" and media_type(scope) == UPDATE


async def read_request(
    scope: Scope, receive: Receive, settings: Settings, writing: bool
) -> QueryRequest | UpdateRequest:
    """Read a query or an update from a request. writing: whether its author may write.

    Raises RequestError (status 400, 405, 413, 414, 415).
    """
    method = scope["method"]
    if method not in METHODS:
        message = f"{method} is not a method of this address"
        raise RequestError(message, "send GET or POST", status=405, allow=METHODS)
    pairs = parse_pairs(scope["query_string"], "address")
    if method == "POST":
        pairs = await _posted(scope, receive, settings, writing, pairs)
    if any(name == "update" for name, _ in pairs):
        return _update_request(pairs, method)
    return _request(pairs, settings, method)


def read_get(scope: Scope, settings: Settings) -> QueryRequest:
    """Read a query from the address of a GET. Raises RequestError (status 400, 414)."""
    sent: bytes = scope["query_string"]
    pairs = parse_pairs(sent, "address")
    if len(pairs) == 1 and pairs[0][0] == "query" and len(sent) <= settings.max_query_bytes:
        return QueryRequest(pairs[0][1], _STORES_OWN, None)
    if any(name == "update" for name, _ in pairs):
        raise RequestError("An update cannot be sent in the address", "send it by POST")
    return _request(pairs, settings, "GET")


async def _posted(
    scope: Scope, receive: Receive, settings: Settings, writing: bool, pairs: Pairs
) -> Pairs:
    posted = media_type(scope)
    if posted not in {FORM, QUERY, UPDATE}:
        raise RequestError(
            f"A query cannot be posted as {posted or 'an unnamed media type'}",
            remedy=f"send it as {QUERY} or {UPDATE}, or a form with query= or update= as {FORM}",
            status=415,
        )
    body = await read_body(scope, receive, settings, writing)
    if posted == FORM:
        return pairs + parse_pairs(body, "form")
    return [*pairs, ("query" if posted == QUERY else "update", _utf8(body, "body"))]


def _update_request(pairs: Pairs, method: str) -> UpdateRequest:
    if method != "POST":
        raise RequestError("An update cannot be sent in the address", "send it by POST")
    update = _one(pairs, "update") or ""
    if version_of(pairs):
        raise never_changes()
    if _all(pairs, "query"):
        raise RequestError("The request has a query and an update", "send one of them")
    if _all(pairs, "default-graph-uri") or _all(pairs, "named-graph-uri"):
        raise RequestError(
            "The graphs of an update are not given as those of a query",
            remedy="give them with using-graph-uri= and using-named-graph-uri=",
        )
    defaults, named = _all(pairs, "using-graph-uri"), _all(pairs, "using-named-graph-uri")
    return UpdateRequest(update, _dataset(defaults, named))


def _request(pairs: Pairs, settings: Settings, method: str) -> QueryRequest:
    query = _one(pairs, "query")
    if query is None and method == "POST":
        raise RequestError("The request has no query", "send it in the parameter query=")
    if query is not None and len(query.encode()) > settings.max_query_bytes:
        limit = settings.max_query_bytes
        status = 413 if method == "POST" else 414
        raise RequestError(
            f"The query is longer than {limit} bytes",
            remedy="shorten it",
            status=status,
            limit="max_query_bytes",
        )
    if len(pairs) == 1 and query is not None:  # the query and nothing else
        return QueryRequest(query, Dataset(), None)
    return QueryRequest(query, dataset_of(pairs), _one(pairs, "format"), version_of(pairs))


def version_in(scope: Scope) -> Version | None:
    """Return what the address of a request wants to be answered from, None for what is served.

    Raises RequestError.
    """
    query: bytes = scope["query_string"]
    if b"release=" not in query and b"commit=" not in query:
        return None
    return version_of(parse_pairs(query, "address"))


def version_of(pairs: Pairs) -> Version | None:
    """Return what parameters want a request to be answered from. Raises RequestError."""
    release, commit = _one(pairs, "release"), _one(pairs, "commit")
    if release and commit:
        raise RequestError("The request names a release and a commit", "name one of them")
    return Version(release or "", commit or "") if release or commit else None


def never_changes() -> QueryRefusedError:
    """Return the error for a write into a release."""
    return QueryRefusedError(
        "Releases and commits never change, so nothing is written into one",
        remedy="leave out release= and commit=; a write makes a new commit of the current one",
    )


def dataset_of(pairs: Pairs) -> Dataset:
    """Return the dataset that parameters describe. Raises RequestError for a relative IRI.

    With either kind of graph given, the other is empty (section 2.1.4).
    """
    return _dataset(_all(pairs, "default-graph-uri"), _all(pairs, "named-graph-uri"))


def _dataset(defaults: tuple[str, ...], named: tuple[str, ...]) -> Dataset:
    for iri in (*defaults, *named):
        check_iri(iri)
    return Dataset(defaults, named) if defaults or named else Dataset()


def parse_pairs(data: bytes, where: str) -> Pairs:
    """Return the parameters of a query string or a form, in order. Raises RequestError."""
    try:
        if data.startswith(b"query=") and b"&" not in data and data.isascii():
            return [("query", unquoted(data[6:]).decode())]
        text = data.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except UnicodeDecodeError as error:
        raise _not_utf8(where) from error
    except ValueError as error:
        message = f"The {where} has more than {MAX_FIELDS} parameters"
        raise RequestError(message, "send fewer") from error


def unquoted(data: bytes) -> bytes:
    """Return data of a form without its "+" and percent-encoding (URL standard, section 5.1).

    What `urllib.parse.unquote_to_bytes` does, by the standard library's decoder of another encoding
    that writes "=" for "%", since that one is written in C.
    """
    if b"\n" not in data and b"\r" not in data:  # the other encoding folds lines
        coded = data.replace(b"+", b"%20").replace(b"=", b"%3D").replace(b"%", b"=")
        decoded = a2b_qp(coded)
        if len(coded) - len(decoded) == 2 * coded.count(b"="):
            return decoded  # each of them was two digits longer; what is broken stays as it is
    return unquote_to_bytes(data.replace(b"+", b" "))


def _all(pairs: Pairs, name: str) -> tuple[str, ...]:
    return tuple(value for key, value in pairs if key == name)


def _one(pairs: Pairs, name: str) -> str | None:
    values = _all(pairs, name)
    if len(values) > 1:
        raise RequestError(f"The parameter {name} is given {len(values)} times", "give it once")
    return values[0] if values else None


def check_iri(iri: str) -> None:
    """Raise RequestError for what is no absolute IRI."""
    try:
        NamedNode(iri)
    except ValueError as error:
        message = f"'{iri}' is not an absolute IRI, so it names no graph"
        raise RequestError(message, "give the whole IRI of the graph") from error


def media_type(scope: Scope) -> str:
    """Return the media type of the body, without parameters; "" if it has none."""
    return header(scope, b"content-type").partition(";")[0].strip().lower()


def header(scope: Scope, name: bytes) -> str:
    """Return a header of the request, all its lines joined by commas; "" if there is none."""
    return headers_of(scope).get(name, b"").decode("latin-1")


def headers_of(scope: Scope) -> dict[bytes, bytes]:
    """Return the headers of the request by name, all lines of one joined by commas."""
    found: dict[bytes, bytes] | None = scope.get(HEADERS)
    if found is None:
        found = scope[HEADERS] = {}
        for key, value in scope["headers"]:
            found[key] = found[key] + b", " + value if key in found else value
    return found


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return headers as they are sent."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


async def read_body(scope: Scope, receive: Receive, settings: Settings, writing: bool) -> bytes:
    """Read the body, no more of it than a query or a write may have.

    Raises RequestError (400, 413).
    """
    limit = settings.max_write_bytes if writing else settings.max_body_bytes
    too_large = RequestError(
        f"The body is larger than {limit} bytes",
        remedy="send less at once",
        status=413,
        limit="max_write_bytes" if writing else "max_body_bytes",
    )
    declared = header(scope, b"content-length")
    if declared.isdigit() and int(declared) > limit:
        raise too_large
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestError("The client went away before its request was complete")
        body += message.get("body", b"")
        if len(body) > limit:
            raise too_large
        if not message.get("more_body", False):
            return bytes(body)


def _utf8(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise _not_utf8(where) from error


def _not_utf8(where: str) -> RequestError:
    return RequestError(f"The {where} is not UTF-8", "encode the query as UTF-8")
