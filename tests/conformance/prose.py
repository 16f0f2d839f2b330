"""The deprecated tests of the graph store protocol, which their manifest gives as prose.

Each comment holds a request and an answer as indented HTTP messages. Each test counts on what
those before it did, so they are run once for a target, in order, from an empty store.

What they leave unsaid or get wrong is put right here, and only this: a body with no full stop at
its end gets one; the graph that the first DELETE takes away is put there before; where they say
200 the protocol lets a server say 204 (section 5), and the default graph is never new.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from conformance.exchanges import check_graph, check_type
from conformance.failure import Failure
from conformance.suites import MF, RDFS, Case, Node
from conformance.target import Response, Target

TURTLE = "text/turtle"
STATUSES = {200: {200, 204}, 201: {201}, 204: {200, 204}, 404: {404}}
_outcomes: WeakKeyDictionary[Target, dict[str, Failure | None]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Message:
    """One HTTP message. first: the words of its first line."""

    first: list[str]
    headers: dict[str, str]
    body: str


def run(case: Case, target: Target) -> None:
    """Raise Failure if the test failed when all of them were run."""
    if target not in _outcomes:
        _outcomes[target] = _run_all(case, target)
    failure = _outcomes[target][case.iri]
    if failure is not None:
        raise failure


def _run_all(case: Case, target: Target) -> dict[str, Failure | None]:
    target.load(())
    target.forget()
    learnt = {
        "/$GRAPHSTORE$": urlsplit(target.store).path,
        "$GRAPHSTORE$": urlsplit(target.store).path,
        "$HOST$": urlsplit(target.store).netloc,
        "$NEWPATH$": "/there-was-no-Location",
    }
    outcomes: dict[str, Failure | None] = {}
    for node in _entries(case.node):
        try:
            _run_one(node, target, learnt)
            outcomes[node.term.value] = None
        except Failure as failure:
            outcomes[node.term.value] = failure
    return outcomes


def _entries(node: Node) -> list[Node]:
    manifest = next(quad.subject for quad in node.graph if quad.predicate.value == MF + "entries")
    return list(Node(node.graph, manifest).members(MF + "entries"))


def _run_one(node: Node, target: Target, learnt: dict[str, str]) -> None:
    request, expected = _messages(node, learnt)
    method, path = request.first[:2]
    place = urlsplit(target.store)
    address = path if path.startswith("http") else f"{place.scheme}://{place.netloc}{path}"
    if "delete__existing_graph" in node.term.value and method == "DELETE":
        target.send("PUT", address, [("content-type", TURTLE)], b"<urn:s> <urn:p> <urn:o> .")
    headers = [(name, value) for name, value in request.headers.items() if name != "host"]
    body = _mended(request) if request.body else None
    response = target.send(method, address, headers, body)
    try:
        _check(expected, response, default="?default" in path)
    except Failure as failure:
        raise Failure(f"{failure}; the answer was {response}") from None
    if "location" in expected.headers:
        learnt["$NEWPATH$"] = response.headers.get("location", "")


def _messages(node: Node, learnt: dict[str, str]) -> tuple[Message, Message]:
    text = next(value.value for value in node.values(RDFS + "comment") if "####" in value.value)
    for name, value in learnt.items():
        text = text.replace(name, value)
    _, request, answer = re.split(r"#### (?:Request|Response)\n", text)
    return _message(request), _message(answer)


def _message(block: str) -> Message:
    lines = [line.removeprefix("    ") for line in block.strip("\n").splitlines()]
    head, _, body = "\n".join(lines).strip().partition("\n\n")
    first, *fields = head.splitlines()
    pairs = (field.partition(":") for field in fields)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Message(first.split(), headers, body.strip())


def _mended(request: Message) -> bytes:
    """Return the body with full stops where Turtle needs them and line ends as HTTP has them."""
    body = request.body
    if "multipart" in request.headers.get("content-type", ""):
        body = re.sub(r'(?<=")\n\n--', " .\n--", body) + "\n"
        return body.replace("\n", "\r\n").encode()
    return (body if body.endswith(".") else body + " .").encode()


def _check(expected: Message, response: Response, default: bool) -> None:
    status = int(expected.first[0])
    allowed = STATUSES[status] | ({200, 204} if default else set())
    if response.status not in allowed:
        raise Failure(f"expected status {status}")
    if "location" in expected.headers and not response.headers.get("location"):
        raise Failure("expected a Location header")
    check_type(expected.headers.get("content-type"), response)
    if expected.body:
        check_graph(expected.body.encode(), TURTLE, response)
