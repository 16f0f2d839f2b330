"""/openapi.json describes every address, and what it says of them is so."""

from __future__ import annotations

import json
import re

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from server.running_server import start, stop

from demarche_server import candidates, endpoint, graph_store, problems, protocol
from demarche_server.app import create_app
from demarche_server.openapi import openapi, openapi_path
from demarche_server.run import HomeSource
from demarche_server.settings import Settings

DOCUMENT = openapi(Settings(), ())
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
OPERATIONS = [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
MADE_UP = [(*operation, True) for operation in OPERATIONS] + [
    (path, method, False)
    for path, method in OPERATIONS
    if any(one["in"] == "query" for one in DOCUMENT["paths"][path][method].get("parameters", ()))
]
"""Requests as described, and where that can be, requests that are not."""
EXAMPLES = 15
"""Requests made up for each operation and kind of data, so that the test is soon done."""


def test_every_address_and_method_is_described(home):
    app = create_app(Settings(), HomeSource(home, None, Settings()), examples=())
    routes = {openapi_path(route.path): {*route.methods, "OPTIONS"} for route in app.routes}
    routes[endpoint.PATH] = set(protocol.METHODS)
    routes[candidates.PATH] = set(protocol.METHODS)
    routes[graph_store.PATH] = set(graph_store.METHODS)
    described = {
        path: {method.upper() for method in methods} for path, methods in DOCUMENT["paths"].items()
    }
    assert described == routes


def test_every_status_that_a_query_can_get_is_described():
    statuses = {int(status) for status in DOCUMENT["paths"]["/sparql"]["post"]["responses"]}
    request = {400, *problems._REQUEST_TITLES}
    only_writing = {409, 412, 422}  # of the graph store, or of the command line
    kinds = {kind.status for kind in problems.KINDS.values()}
    assert statuses - {200, 204} == (request | kinds) - only_writing


def test_a_problem_is_as_described():
    schema = DOCUMENT["components"]["schemas"]["Problem"]
    kind = problems.UNFORESEEN
    full = problems.ProblemReport(400, kind, "t", "d", "r", "id", 1, 1, ("o",), ({"file": ""},))
    Draft202012Validator(schema).validate(json.loads(full.body()))
    assert set(json.loads(full.body())) == set(schema["properties"])


@pytest.fixture(scope="module")
def schema(server):
    return schemathesis.openapi.from_url(server.url + "openapi.json")


def test_it_is_served(server):
    answer = httpx.get(server.url + "openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()["paths"]) == set(DOCUMENT["paths"])


@pytest.mark.parametrize(("path", "method", "valid"), MADE_UP)
def test_requests_made_up_from_it_find_no_fault(server, schema, path, method, valid):
    operation = schema[path][method]
    mode = schemathesis.GenerationMode.POSITIVE if valid else schemathesis.GenerationMode.NEGATIVE
    cases = operation.as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases, st.sampled_from(["*/*", "application/json", "text/html", "text/turtle", "x"]))
    def attempt(case, accept):
        response = case.call(base_url=server.url.rstrip("/"), headers={"Accept": accept})
        case.validate_response(response, checks=CHECKS)

    attempt()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("path", "params"),
    [("/sparql", {"query": "ASK { ?s ?p ?o }"}), ("/rdf-graph-store", {"graph": "urn:many"})],
)
def test_that_the_client_has_the_answer_is_described(server, path, params, method):
    address = server.url.rstrip("/") + path
    first = httpx.request(method, address, params=params, timeout=60)
    tag = {"if-none-match": first.headers["etag"]}
    second = httpx.request(method, address, params=params, headers=tag, timeout=60)
    assert second.status_code == 304
    assert "304" in DOCUMENT["paths"][path][method.lower()]["responses"]


@pytest.fixture(scope="module")
def spent(home):
    """A server where whoever has asked one query has nothing left."""
    running = start(home.path, quota_share=1e-6, quota_burst_seconds=1e-6)
    ask = {"query": "ASK { ?s ?p ?o }"}
    assert httpx.get(running.sparql, params=ask, timeout=60).status_code == 200
    yield running
    stop(running)


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_what_is_told_when_no_time_is_left_is_described(spent, path):
    described = DOCUMENT["paths"][path]["get"]["responses"]
    address = spent.url.rstrip("/") + re.sub(r"{\w+}", "ruritania", path)
    answer = httpx.get(address, headers={"accept": "text/html, */*;q=0.5"}, timeout=60)
    assert str(answer.status_code) in described, answer.text


def test_whoever_has_no_time_left_is_told_so(spent):
    answer = httpx.get(spent.url + "id/ruritania.ttl", timeout=60)
    assert answer.status_code == 429
