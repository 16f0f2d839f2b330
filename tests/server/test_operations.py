"""Metrics and the log of a real server; who may read them; that what they say is documented."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from server import wire
from server.hostile.kinds import head
from server.running_server import build, start, stop

from demarche_ontology.errors import RequestError, ServeError
from demarche_server.operations import CacheState, LogState, Metrics, PoolMetrics, state_of
from demarche_server.operations import metrics as module
from demarche_server.operations.operations import Access
from demarche_server.operations.record import RequestRecord
from demarche_server.quotas import Quotas
from demarche_server.settings import Settings
from demarche_store.home import Home
from demarche_store.protocol import CommitInfo

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "operations.md").read_text(encoding="utf-8")
TOKEN = "a token of this test"
QUERY = "Content-Type: application/sparql-query"
COMMIT = CommitInfo("000001-0123456789ab", datetime.now(UTC), "", "", "", (), 12)
STATES = {"idle": 1, "busy": 2, "slow": 3, "aside": 4, "queued": 5}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("operations")
    home = build(folder / "home")
    running = start(home.path, access_log=str(folder / "log"), log_query_text=True)
    yield running
    stop(running)


def families(metrics: Metrics | str) -> dict:
    text = metrics if isinstance(metrics, str) else metrics.exposition("")[0].decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def samples(metrics: Metrics | str) -> dict[tuple, float]:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in families(metrics).values()
        for sample in family.samples
    }


def filled() -> Metrics:
    """Metrics that have been told everything there is to tell."""
    metrics = Metrics(
        frozenset({"/sparql"}),
        pool=lambda: state_of(STATES),
        cache=lambda: CacheState(10, 2, 1),
        log=lambda: LogState(5, 1, 100),
        commit=lambda: COMMIT,
    )
    metrics.request("/sparql", "GET", 200, 0.25, 100)
    watcher = PoolMetrics(metrics, Quotas(Settings()))
    watcher.started(0.5)
    watcher.set_aside()
    watcher.refused()
    watcher.hatched(0.02)
    for outcome in module.OUTCOMES:
        watcher.ended(outcome, 1.5)
    for result in module.CACHE_RESULTS:
        metrics.cache_used(result)
    for kind in module.WRITES:
        metrics.write(kind, 0.1, done=True)
    metrics.quota_refused()
    metrics.connection_cut()
    metrics.commit_switched()
    return metrics


# --- The numbers -----------------------------------------------------------------------------


def test_what_is_told_can_be_read():
    found = samples(filled())
    route = ("route", "/sparql")
    assert found["demarche_requests_total", ("method", "GET"), route, ("status", "200")] == 1
    assert found["demarche_sent_bytes_total", route] == 100
    assert found["demarche_request_seconds_sum", route] == 0.25
    assert found["demarche_request_seconds_bucket", ("le", "0.25"), route] == 1
    assert found["demarche_request_seconds_bucket", ("le", "0.1"), route] == 0
    assert found["demarche_request_seconds_bucket", ("le", "+Inf"), route] == 1
    assert found["demarche_query_seconds_count", ("outcome", "memory")] == 1
    assert found["demarche_queue_length",] == 5
    assert {found["demarche_readers", ("state", name)] for name in STATES if name != "queued"} == {
        1,
        2,
        3,
        4,
    }
    killed = {key[1][1] for key in found if key[0] == "demarche_reader_kills_total"}
    assert killed == set(module.KILLS)


def test_no_client_can_make_the_server_keep_more_numbers():
    metrics = filled()
    count = len(samples(metrics))
    for number in range(50):
        metrics.request(f"/invented/{number}", f"M{number}", 1000 + number, 0.1)
        metrics.query_ended(f"invented {number}", 0.1)
        metrics.cache_used(f"invented {number}")
        metrics.write(f"invented {number}", 0.1, done=False)
    once = len(samples(metrics))
    assert once > count
    metrics.request("/another", "BREW", 999, 0.1)
    assert len(samples(metrics)) == once


def test_two_applications_share_no_numbers():
    one, other = Metrics(frozenset({"/"})), Metrics(frozenset({"/"}))
    one.request("/", "GET", 200, 0.1)
    assert any(key[0] == "demarche_requests_total" for key in samples(one))
    assert not any(key[0] == "demarche_requests_total" for key in samples(other))


def test_openmetrics_is_sent_to_who_asks_for_it():
    body, media_type = Metrics(frozenset()).exposition("application/openmetrics-text")
    assert media_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")


# --- A real server ---------------------------------------------------------------------------


def test_the_metrics_count_the_requests_of_a_server(running):
    before = samples(httpx.get(running.url + "metrics").text)
    for _ in range(3):
        assert running.ask("ASK {}").status_code == 200
    running.ask("ASK {")
    httpx.get(running.url + "nowhere")
    after = samples(httpx.get(running.url + "metrics").text)

    def grown(route: str, status: str) -> float:
        key = ("demarche_requests_total", ("method", "GET"), ("route", route), ("status", status))
        return after[key] - before.get(key, 0)

    assert grown("/sparql", "200") == 3
    assert grown("/sparql", "400") == 1
    assert grown("other", "404") == 1
    commit = running.ask("ASK {}").headers["demarche-commit"]
    assert after["demarche_commit", ("commit", commit), ("release", "first-light")] == 1
    assert after["process_open_fds",] > 0


def test_a_line_tells_of_each_request_by_the_id_that_its_problem_shows(tmp_path):
    home = build(tmp_path / "home")
    running = start(home.path, access_log=str(tmp_path / "log"), log_query_text=True)
    problem = running.ask("ASK {").json()
    assert running.ask("ASK {}", accept="text/turtle").status_code == 406
    body = running.ask("SELECT * { <urn:many:1> ?p ?o }").content
    httpx.head(running.sparql, params={"query": "ASK {}"})
    stop(running)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [line["status"] for line in lines] == [400, 406, 200, 200]
    assert lines[0]["id"] == problem["requestId"]
    assert lines[0]["queryText"] == "ASK {"
    assert lines[2]["bytes"] == len(body)
    assert lines[3]["bytes"] == 0
    assert {line["commit"] for line in lines} == {Home(running.home).current().id}
    assert not any("broken" in line for line in lines)


REFUSED = {
    "no HTTP": (b"hello\r\n\r\n", 400, ""),
    "long address": (
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n",
        414,
        "max_url_bytes",
    ),
    "many headers": (head("GET", "/", *["X: y"] * 200), 431, "max_headers"),
    "large header": (head("GET", "/", "X: " + "y" * 40_000), 431, "max_header_bytes"),
    "CONNECT": (b"CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 405, ""),
    "slow head": (b"GET /search HTTP/1.1\r\n", 408, "head_seconds"),
    "slow body": (head("POST", "/sparql", QUERY, "Content-Length: 9"), 408, "body_seconds"),
    "framing": (
        head("POST", "/sparql", QUERY, "Transfer-Encoding: chunked") + b"1;" + b"e" * 300_000,
        400,
        "",
    ),
    "large body": (head("POST", "/sparql", QUERY, "Content-Length: 200000"), 413, "max_body_bytes"),
}
"""What does not reach the application, or not whole: its status, and the setting it goes beyond."""


def test_what_is_refused_on_the_way_in_is_counted_and_written_down(tmp_path):
    home = build(tmp_path / "home")
    quick = {"head_seconds": 0.5, "body_seconds": 0.5}
    running = start(home.path, access_log=str(tmp_path / "log"), **quick)
    ids = {}
    for name, (sent, status, _) in REFUSED.items():
        told = wire.exchange(running.url, sent)[-1]
        assert told.status == status, name
        ids[json.loads(told.body)["requestId"]] = name
    numbers = samples(httpx.get(running.url + "metrics").text)
    stop(running)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    found = {ids[line["id"]]: (line["status"], line.get("limit", "")) for line in lines[:-1]}
    assert found == {name: (status, limit) for name, (_, status, limit) in REFUSED.items()}
    assert len(lines) == len(REFUSED) + 1, "each of them once"
    assert all(line["client"] == "127.0.0.1" and line["bytes"] > 0 for line in lines)
    assert not any("broken" in line for line in lines)
    shown = {ids.get(line["id"]): (line["method"], line["path"]) for line in lines}
    assert shown["no HTTP"] == ("", "")
    assert shown["CONNECT"] == ("CONNECT", "h:443")
    assert shown["slow head"] == ("GET", "/search")
    counted = {}
    for key, value in numbers.items():
        if key[0] == "demarche_requests_total":
            status = dict(key[1:])["status"]
            counted[status] = counted.get(status, 0) + value
    expected = Counter(str(status) for _, status, _ in REFUSED.values())
    assert counted == expected


def test_connections_beyond_the_limit_are_counted_and_written_down(tmp_path):
    home = build(tmp_path / "home")
    settings = {"max_connections_per_address": 2, "max_pipelined": 1}
    running = start(home.path, access_log=str(tmp_path / "log"), **settings)
    stranger = "127.0.0.2"  # one that is no proxy
    with wire.connect(running.url, stranger), wire.connect(running.url, stranger):
        (told,) = wire.exchange(running.url, source=stranger)
    assert told.status == 503
    ask = head("GET", "/sparql?query=ASK%7B%7D")
    assert wire.exchange(running.url, ask * 30)[-1].status == 503
    stop(running)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    refused = [line for line in lines if line["status"] == 503]
    assert [line["limit"] for line in refused] == ["busy", "busy"]
    assert refused[0]["id"] == json.loads(told.body)["requestId"]


# --- Who may read them -----------------------------------------------------------------------


def scope(client: str | None, authorization: str = "") -> dict:
    headers = [(b"authorization", authorization.encode())] if authorization else []
    return {"client": (client, 1) if client else None, "headers": headers}


DIGEST = hashlib.sha256(TOKEN.encode()).hexdigest()


@pytest.mark.parametrize(
    "asking",
    [
        scope("127.0.0.1"),
        scope("::1"),
        scope("::ffff:127.0.0.1"),
        scope("203.0.113.9", f"Bearer {TOKEN}"),
        scope(None, f"bearer {TOKEN}"),
    ],
)
def test_who_is_known_or_has_the_token_may_read_them(asking):
    Access.make(Settings().metrics_from, DIGEST.upper()).check(asking)


@pytest.mark.parametrize(
    "asking",
    [
        scope("203.0.113.9"),
        scope(None),
        scope("testclient"),
        scope("203.0.113.9", "Bearer wrong"),
        scope("203.0.113.9", f"Bearer {DIGEST}"),
        scope("203.0.113.9", f"Basic {TOKEN}"),
        scope("203.0.113.9", "Bearer "),
    ],
)
def test_to_others_there_is_nothing(asking):
    with pytest.raises(RequestError) as refused:
        Access.make(Settings().metrics_from, DIGEST).check(asking)
    assert refused.value.status == 404


def test_without_a_token_none_is_right():
    with pytest.raises(RequestError):
        Access.make((), "").check(scope("127.0.0.1", "Bearer "))


@pytest.mark.parametrize(("networks", "digest"), [(("10.0.0.0/99",), ""), ((), "abc")])
def test_a_setting_that_cannot_be_read_is_said(networks, digest):
    with pytest.raises(ServeError, match="metrics_"):
        Access.make(networks, digest)


# --- What is documented ----------------------------------------------------------------------


def rows(heading: str) -> list[list[str]]:
    text = re.split(r"^#+ ", PAGE.split(f"# {heading}\n")[1], flags=re.MULTILINE)[0]
    lines = re.findall(r"^\| `.*", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_metric_is_documented_with_its_kind_and_labels():
    own = {
        name: family for name, family in families(filled()).items() if name.startswith("demarche")
    }
    expected = {}
    for name, family in own.items():
        full = f"{name}_total" if family.type == "counter" else name
        labels = {label for one in family.samples for label in one.labels} - {"le"}
        expected[full] = [family.type, ", ".join(f"`{label}`" for label in sorted(labels))]
    assert {row[0].strip("`"): row[1:3] for row in rows("Metrics")} == expected
    assert all(row[3] for row in rows("Metrics"))


def test_every_value_of_a_label_is_documented():
    text = PAGE.split("# Metrics\n")[1]
    for value in (*module.OUTCOMES, *module.CACHE_RESULTS, *module.WRITES, module.OTHER):
        assert f"`{value}`" in text, value


def test_every_field_of_a_line_is_documented(tmp_path):
    names = {field.name for field in dataclasses.fields(RequestRecord)}
    renamed = {"began": "time", "started": "seconds", "sent": "bytes", "whole": "broken"}
    expected = {renamed.get(name, name) for name in names - {"route"}} | {"queryText"}
    shown = {name for row in rows("The access log") for name in re.findall(r"`(\w+)`", row[0])}
    assert shown == expected
