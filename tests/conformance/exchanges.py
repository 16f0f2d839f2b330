"""Protocol tests that their manifests give as HTTP requests and what to expect of each answer."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from conformance.answers import RDF_FORMATS, Graph, Rows, UnreadableError, read_answer, read_graph
from conformance.failure import Failure
from conformance.isomorphism import same_rows
from conformance.suites import MF, Case, Node
from conformance.target import Response, Target

HT = "http://www.w3.org/2011/http#"
HTS = "http://www.w3.org/2011/http-statusCodes#"
CNT = "http://www.w3.org/2011/content#"

STATUSES = {
    "OK": range(200, 201),
    "Created": range(201, 202),
    "NoContent": range(204, 205),
    "NotFound": range(404, 405),
    "StatusCode2xx": range(200, 300),
    "StatusCode3xx": range(300, 400),
    "StatusCode4xx": range(400, 500),
}


def run(case: Case, target: Target) -> None:
    """Send the requests of a test, in order. Raises Failure at the first wrong answer."""
    learnt: dict[str, str] = {}
    for number, request in enumerate(case.action.members(HT + "requests"), start=1):
        response = _send(case, request, target, learnt)
        expected = request.node(HT + "resp")
        if expected is None:
            continue
        try:
            _check(expected, response, learnt)
        except Failure as failure:
            raise Failure(f"request {number}: {failure}; the answer was {response}") from None


def _send(case: Case, request: Node, target: Target, learnt: dict[str, str]) -> Response:
    path = _filled(request.value(HT + "absolutePath").value, learnt)
    body = _body(request, learnt)
    headers = _headers(request)
    method = request.value(HT + "methodName").value
    if method not in {"GET", "HEAD"} and (
        path.startswith("/gsp") or _is_update(case, urlsplit(path).query, headers, body)
    ):
        target.forget()
    return target.send(method, _address(case, path, headers, body, target), headers, body)


def _filled(text: str, learnt: dict[str, str]) -> str:
    for name, value in learnt.items():
        text = text.replace(name, value)
    return text


def _body(request: Node, learnt: dict[str, str]) -> bytes | None:
    body = request.node(HT + "body")
    if body is None:
        return None
    encoding = body.value(CNT + "characterEncoding").value
    return _filled(body.value(CNT + "chars").value, learnt).encode(encoding)


def _headers(node: Node) -> list[tuple[str, str]]:
    return [
        (header.value(HT + "fieldName").value, header.value(HT + "fieldValue").value)
        for header in node.members(HT + "headers")
    ]


def _address(
    case: Case, path: str, headers: list[tuple[str, str]], body: bytes | None, target: Target
) -> str:
    """Return where a request goes: the manifests' paths stand for those of the target."""
    if path.startswith("/gsp"):
        return target.store + path.removeprefix("/gsp")
    query = urlsplit(path).query
    place = target.update if _is_update(case, query, headers, body) else target.query
    return f"{place}?{query}" if query else place


def _is_update(case: Case, query: str, headers: list[tuple[str, str]], body: bytes | None) -> bool:
    """Whether a request is meant for the update operation; the bad ones say so in their name."""
    types = [value for name, value in headers if name.lower() == "content-type"]
    if any("sparql-query" in value for value in types):
        return False
    if any("sparql-update" in value for value in types) or "update=" in query:
        return True
    return "update=" in (body or b"").decode("latin-1") or "bad_update" in case.iri


def _check(expected: Node, response: Response, learnt: dict[str, str]) -> None:
    statuses = [status.value.removeprefix(HTS) for status in expected.values(MF + "expectedStatus")]
    if not any(response.status in STATUSES[status] for status in statuses):
        raise Failure(f"expected status {' or '.join(statuses)}")
    _check_format(expected, response)
    _check_graph(expected, response)
    location = expected.value(MF + "expectedLocation")
    if location is not None:
        if not response.headers.get("location"):
            raise Failure("expected a Location header")
        learnt[location.value] = response.headers["location"]


def _check_format(expected: Node, response: Response) -> None:
    form = expected.value(MF + "expectedFormat")
    if form is None:
        return
    try:
        answer = read_answer(response.body, response.media_type)
    except UnreadableError as error:
        raise Failure(f"expected {form.value}: {error}") from error
    kind = {"boolean": bool, "tabular": Rows, "RDF": Graph}[form.value]
    if not isinstance(answer, kind):
        raise Failure(f"expected {form.value}, got {type(answer).__name__}")
    boolean = expected.value(MF + "expectedBoolean")
    if boolean is not None and answer != (boolean.value == "true"):
        raise Failure(f"expected {boolean.value}")


def _check_graph(expected: Node, response: Response) -> None:
    types = [value for name, value in _headers(expected) if name.lower() == "content-type"]
    body = _body(expected, {})
    check_type(types[0] if types else None, response)
    if body is not None and types:
        check_graph(body, types[0], response)


def check_type(media_type: str | None, response: Response) -> None:
    """Raise Failure unless the answer is of a media type; parameters do not count."""
    if media_type is not None and bare(media_type) != bare(response.media_type):
        raise Failure(f"expected {media_type}, got {response.media_type}")


def check_graph(body: bytes, media_type: str, response: Response) -> None:
    """Raise Failure unless the answer is a graph isomorphic to another."""
    expected = read_graph(body, RDF_FORMATS[bare(media_type)])
    try:
        found = read_answer(response.body, response.media_type)
    except UnreadableError as error:
        raise Failure(str(error)) from error
    if not isinstance(found, Graph) or not same_rows(expected.triples, found.triples):
        raise Failure("the graph is not the one expected")


def bare(media_type: str) -> str:
    return re.split(r"[;,]", media_type)[0].strip().lower()
