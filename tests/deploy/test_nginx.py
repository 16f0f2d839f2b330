"""The nginx site of deploy/ before a real server: what passes through, and how."""

from __future__ import annotations

import json
import re
import socket
import ssl
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
from deploy import proxy as nginx
from deploy.proxy import NAME, Proxy
from server.hostile.processes import eventually
from server.running_server import MANY, Running, build, start, stop

from demarche_server.tokens import Tokens

pytestmark = pytest.mark.skipif(
    not nginx.NGINX or not nginx.OPENSSL, reason="nginx or openssl is not installed"
)

MOST = 3_000_000
ENDLESS = "SELECT * { ?a <urn:many:value> ?x . ?b <urn:many:value> ?y }"
"""A cross product of some 10 GB."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return build(tmp_path_factory.mktemp("home") / "home")


@contextmanager
def serving(home, **settings):
    one = start(home.path, None, **settings)
    try:
        yield one
    finally:
        stop(one)


@pytest.fixture(scope="module")
def token(made) -> str:
    return Tokens.of(made).create("anna", datetime.now(UTC))


@pytest.fixture(scope="module")
def behind(made, tmp_path_factory):
    log = tmp_path_factory.mktemp("log") / "access.jsonl"
    with serving(made, access_log=str(log), log_clients="full") as one:
        yield one, log


@pytest.fixture(scope="module")
def site(behind, tmp_path_factory):
    running, _ = behind
    with nginx.running(nginx.write(tmp_path_factory.mktemp("nginx"), port(running))) as one:
        yield one


@pytest.fixture
def client(site):
    with site.client() as one:
        yield one


def port(running: Running) -> int:
    return httpx.URL(running.url).port


def test_the_site_is_what_nginx_takes(tmp_path):
    done = subprocess.run(
        nginx.command(nginx.write(tmp_path, 7878), "-t"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_plain_http_leads_to_tls_and_keeps_the_method(site):
    address = f"http://127.0.0.1:{site.plain}/sparql?query=ASK%20%7B%7D"
    answer = httpx.post(address, headers={"host": NAME})
    assert answer.status_code == 308
    assert answer.headers["location"] == f"https://{NAME}/sparql?query=ASK%20%7B%7D"


def test_addresses_that_the_server_tells_are_those_of_the_site(client, token):
    assert f"<https://{NAME}/sparql>" in client.get("/sparql", headers=turtle()).text
    assert f"https://{NAME}/sparql" in client.get("/.well-known/void", headers=turtle()).text
    assert client.get("/id/ruritania", headers=turtle()).headers["location"] == (
        "/id/ruritania.ttl"
    )
    relative = client.get("/sparql", params={"query": "SELECT (IRI('x') AS ?x) {}"}).json()
    assert relative["results"]["bindings"][0]["x"]["value"] == f"https://{NAME}/x"
    made = client.post("/rdf-graph-store", content="<urn:a> <urn:b> 1 .", headers=writing(token))
    assert made.headers["location"].startswith(f"https://{NAME}/rdf-graph-store/")


@pytest.mark.parametrize("name", ["a%2Fb", "a//b", "%C3%A9t%C3%A9", "http://x.example/y"])
def test_iris_in_addresses_come_through_as_they_were_sent(name, client, behind, token):
    running, _ = behind
    path = f"/rdf-graph-store/{name}"
    put = client.put(path, content="<urn:a> <urn:b> 1 .", headers=writing(token))
    assert put.status_code in (201, 204)
    told = {"host": NAME, "x-forwarded-proto": "https", **turtle()}
    straight = httpx.get(running.url.rstrip("/") + path, headers=told)
    assert straight.status_code == 200
    assert client.get(path, headers=turtle()).text == straight.text
    assert client.delete(path, headers=writing(token)).status_code == 204


def turtle() -> dict[str, str]:
    return {"accept": "text/turtle"}


def writing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", "content-type": "text/turtle"}


def test_the_server_knows_clients_by_their_own_address_and_by_no_other(site, behind):
    _, log = behind
    agent = "a client that lies"
    with site.client("127.0.0.2") as liar:
        for name in ("x-forwarded-for", "x-real-ip", "forwarded"):
            liar.headers[name] = "for=203.0.113.9" if name == "forwarded" else "203.0.113.9"
        assert liar.get("/livez", headers={"user-agent": agent}).status_code == 200
    assert eventually(lambda: agent in log.read_text())
    lines = (json.loads(line) for line in log.read_text().splitlines())
    assert {line["client"] for line in lines if line.get("agent") == agent} == {"127.0.0.2"}


def test_an_answer_passes_at_the_pace_of_its_client_who_may_leave(site, behind):
    running, _ = behind
    before = number(running, "abandoned")
    with site.client() as one, one.stream("GET", "/sparql", params={"query": ENDLESS}) as answer:
        pieces = answer.iter_raw(1 << 16)
        for _ in range(20):
            assert next(pieces)
        held = site.folder / "held"
        assert not [file for file in held.rglob("*") if file.is_file()]
    assert eventually(lambda: number(running, "abandoned") > before)


def number(running: Running, reason: str) -> float:
    text = httpx.get(running.url + "metrics").text
    found = re.search(
        rf'^demarche_reader_kills_total{{reason="{reason}"}} (\S+)', text, re.MULTILINE
    )
    return float(found[1]) if found else 0.0


def test_compressed_answers_pass_untouched(client):
    params = {"query": "SELECT * { ?s <urn:many:value> ?v }", "format": "csv"}
    answer = client.get("/sparql", params=params, headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(answer.text.splitlines()) == MANY + 1


def test_what_the_server_refuses_it_says_itself(site, client, token):
    asked = f"GET /sparql?query={'a' * 140_000} HTTP/1.1\r\nHost: {NAME}\r\n\r\n"
    long = raw(site, asked.encode())
    assert long.startswith(b"HTTP/1.1 414 ")
    assert b"application/problem+json" in long
    content = b"#" * ((32 << 20) + 1000)
    large = client.put("/rdf-graph-store?graph=urn:g", content=content, headers=writing(token))
    assert (large.status_code, large.json()["type"]) == (413, "/problems#request")


def raw(proxy: Proxy, request: bytes) -> bytes:
    """Send what httpx and curl find too long; return the head of the answer."""
    trusted = ssl.create_default_context(cafile=str(proxy.certificate))
    with (
        socket.create_connection(("127.0.0.1", proxy.tls), timeout=60) as plain,
        trusted.wrap_socket(plain, server_hostname=NAME) as sock,
    ):
        sock.sendall(request)
        return sock.recv(1 << 16)


# --- What fails ------------------------------------------------------------------------------


@pytest.fixture
def breaking(made, tmp_path):
    """A server whose large answers break off, behind nginx."""
    with (
        serving(made, max_answer_bytes=MOST) as one,
        nginx.running(nginx.write(tmp_path, port(one))) as proxy,
    ):
        yield proxy


def curl(proxy: Proxy, query: str, *options: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [
            *("curl", "--silent", "--show-error", "--cacert", str(proxy.certificate)),
            *("--resolve", f"{NAME}:{proxy.tls}:127.0.0.1", "--get", *options),
            *("--data-urlencode", query, f"https://{NAME}:{proxy.tls}/sparql"),
        ],
        capture_output=True,
        check=False,
        timeout=120,
    )


def test_what_breaks_off_is_seen_to_break_off(breaking):
    with breaking.client() as client, pytest.raises(httpx.TransportError):
        client.get("/sparql", params={"query": ENDLESS})
    for version, codes in (("--http1.1", {18, 56}), ("--http2", {18, 56, 92})):
        done = curl(breaking, f"query={ENDLESS}", version)
        assert done.returncode in codes, (version, done.returncode, done.stderr)
        assert len(done.stdout) > MOST / 2


def test_who_could_not_see_it_is_refused(breaking):
    options = ("--http1.0", "--output", "/dev/null", "--write-out", "%{http_code}")
    done = curl(breaking, f"query={ENDLESS}", *options)
    assert (done.returncode, done.stdout) == (0, b"505")


def test_a_server_that_is_away_is_told_as_such(tmp_path):
    with nginx.running(nginx.write(tmp_path, nginx.free_port())) as proxy, proxy.client() as client:
        answer = client.get("/sparql", params={"query": "ASK {}"})
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 503


# --- Below a path ----------------------------------------------------------------------------


@pytest.fixture
def below(made, tmp_path):
    with (
        serving(made, root_path="/claims") as one,
        nginx.running(nginx.write(tmp_path, port(one), "/claims")) as proxy,
    ):
        yield proxy, one


def test_everything_works_below_a_path(below, token):
    proxy, running = below
    base = f"https://{NAME}/claims"
    with proxy.client() as client:
        assert client.get("/sparql").status_code == 404
        assert f"<{base}/sparql>" in client.get("/claims/sparql", headers=turtle()).text
        seen = visit(client, "/claims/")
        assert {"/claims/query", "/claims/search", "/claims/sparql"} <= {
            address.partition("?")[0] for address in seen
        }
        refused = client.get("/claims/sparql?query=x").json()
        assert refused["type"] == "/claims/problems#query-syntax"
        path = "/claims/rdf-graph-store/a"
        assert client.put(path, content="", headers=writing(token)).status_code == 201
        named = client.get("/claims/rdf-graph-store", params={"graph": f"{base}/rdf-graph-store/a"})
        assert named.status_code == 200
    assert httpx.get(running.url + "readyz").status_code == 200
    assert httpx.get(running.url + "claims/readyz").status_code == 200


def visit(client: httpx.Client, begin: str) -> set[str]:
    """Follow the links of pages of this site, one step beyond the first page; all must lead on."""
    first = client.get(begin, headers={"accept": "text/html"})
    links = local_links(first.text)
    for link in sorted(links)[:25]:
        page = client.get(link, headers={"accept": "text/html"}, follow_redirects=False)
        assert page.status_code < 400, link
        links |= local_links(page.text) | {page.headers.get("location", begin)}
    assert all(link.startswith("/claims") for link in links), links
    return links


def local_links(page: str) -> set[str]:
    found = re.findall(r'(?:href|src|action)="(/[^"#]*)', page)
    return {link.replace("&amp;", "&") for link in found}
