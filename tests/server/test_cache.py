"""Kept answers are the answers: within their bytes, never of another commit, never of NOW."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from server.running_server import EXAMPLE, build, start, stop

from demarche_server.cache import Cache, Kept, RawRequest, is_known
from demarche_server.readers.wire import Question
from demarche_server.settings import Settings
from demarche_store.protocol import Dataset

PREFIXED = "PREFIX dem: <https://w3id.org/demarche/ontology#> " + EXAMPLE
COMMIT = "000001-0123456789ab"


@pytest.fixture(scope="module")
def served(home):
    running = start(home.path)
    yield running
    stop(running)


@pytest.fixture(scope="module")
def uncached(home):
    running = start(home.path, cache_bytes=0)
    yield running
    stop(running)


def counted(running) -> dict[str, int]:
    lines = httpx.get(running.url + "metrics").text.splitlines()
    start = 'demarche_cache_requests_total{result="'
    pairs = (line.removeprefix(start).split('"} ') for line in lines if line.startswith(start))
    return {name: int(float(value)) for name, value in pairs}


def used(running, ask) -> tuple[httpx.Response, dict[str, int]]:
    """Return what a request is answered, and what the cache did for it."""
    before = counted(running)
    answer = ask()
    after = counted(running)
    return answer, {
        name: n - before.get(name, 0) for name, n in after.items() if n != before.get(name, 0)
    }


def test_the_second_time_the_same_comes_from_the_cache(served):
    first, did = used(served, lambda: served.ask(PREFIXED + "#1", "text/csv"))
    assert did == {"miss": 1}
    second, did = used(served, lambda: served.ask(PREFIXED + "#1", "text/csv"))
    assert did == {"hit": 1}
    assert first.content == second.content
    assert own(first) == own(second)


def own(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


def test_a_post_finds_what_a_get_left_and_is_not_revalidated(served):
    got = served.ask(PREFIXED + "#2")
    headers = {"if-none-match": got.headers["etag"], "accept": "*/*"}
    posted, did = used(
        served,
        lambda: httpx.post(served.sparql, data={"query": PREFIXED + "#2"}, headers=headers),
    )
    assert did == {"hit": 1}
    assert posted.status_code == 200
    assert posted.json() == got.json()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_client_that_has_the_answer_is_told_so(served, method):
    first = served.ask(PREFIXED)
    assert first.headers["etag"].startswith('W/"')
    assert first.headers["cache-control"] == "no-cache"
    known = first.headers["etag"]
    for sent in (known, known.removeprefix("W/"), f'"x", {known}', f'{known},W/"y"'):
        answer, did = used(
            served,
            lambda sent=sent: httpx.request(
                method, served.sparql, params={"query": PREFIXED}, headers={"if-none-match": sent}
            ),
        )
        assert (answer.status_code, answer.content, did) == (304, b"", {"not-modified": 1})
        assert answer.headers["etag"] == known
        assert answer.headers["vary"] == first.headers["vary"]
        assert answer.headers["demarche-commit"] == first.headers["demarche-commit"]


def test_a_head_is_answered_from_the_cache_without_its_body(served):
    got = served.ask(PREFIXED + "#3")
    head, did = used(served, lambda: httpx.head(served.sparql, params={"query": PREFIXED + "#3"}))
    assert did == {"hit": 1}
    assert head.headers["content-length"] == str(len(httpx_raw(served, PREFIXED + "#3")))
    assert head.headers["etag"] == got.headers["etag"]
    assert head.content == b""


def httpx_raw(served, query: str) -> bytes:
    with httpx.stream("GET", served.sparql, params={"query": query}) as answer:
        return b"".join(answer.iter_raw())


@pytest.mark.parametrize("sent", ['"other"', 'W/"other"', "*", "nonsense", '"'])
def test_a_client_that_has_another_answer_gets_this_one(served, sent):
    answer = httpx.get(served.sparql, params={"query": PREFIXED}, headers={"if-none-match": sent})
    assert answer.status_code == 200


@pytest.mark.parametrize("change", ["accept", "coding", "format", "dataset", "query"])
def test_each_wish_has_a_tag_of_its_own(served, change):
    query, params, headers = PREFIXED, {}, {"accept": "text/csv", "accept-encoding": "identity"}
    plain = httpx.get(served.sparql, params={"query": query}, headers=headers)
    if change == "accept":
        headers["accept"] = "application/json"
    elif change == "coding":
        headers["accept-encoding"] = "gzip"
    elif change == "format":
        params = {"format": "tsv"}
    elif change == "dataset":
        params = {"default-graph-uri": "urn:many"}
    else:
        query += " "
    other = httpx.get(served.sparql, params={"query": query, **params}, headers=headers)
    assert other.status_code == 200
    assert plain.headers["etag"] != other.headers["etag"]


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?t) {}", "SELECT (RAND() AS ?r) {}", "SELECT (UUID() AS ?u) {}"]
)
def test_what_changes_by_itself_is_not_kept(served, query):
    for _ in range(2):
        answer, did = used(served, lambda: served.ask(query))
        assert did == {"bypass": 1}
        assert answer.headers["cache-control"] == "no-store"
        assert "etag" not in answer.headers


def test_errors_and_long_answers_are_not_kept(served):
    params = {"query": "SELECT * { ?s <urn:many:value> ?o }"}
    headers = {"accept-encoding": "identity"}
    for _ in range(2):
        answer, did = used(served, lambda: served.ask("SELECT nonsense"))
        assert (answer.status_code, did) == (400, {})
        long, did = used(served, lambda: httpx.get(served.sparql, params=params, headers=headers))
        assert did == {"bypass": 1}
        assert "etag" in long.headers


def test_the_log_says_what_the_cache_did(home, tmp_path):
    log = tmp_path / "access.jsonl"
    running = start(home.path, access_log=str(log))
    for query in (PREFIXED, PREFIXED, "SELECT (NOW() AS ?t) {}"):
        running.ask(query)
    stop(running)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [one["cache"] for one in lines] == ["miss", "hit", "bypass"]
    assert lines[0]["query"] == lines[1]["query"] != lines[2]["query"]


def test_a_page_is_not_given_what_was_kept_for_a_program(served):
    served.ask(PREFIXED)
    answer = served.ask(PREFIXED, "text/html")
    assert answer.status_code == 303


def test_a_new_commit_is_never_answered_from_the_old_one(tmp_path):
    home = build(tmp_path / "home")
    running = start(home.path, None)
    query = "SELECT ?o { <urn:now> <urn:is> ?o }"
    try:
        old = running.ask(query)
        assert running.ask(query).content == old.content
        graph = NamedNode("urn:new")
        with home.writer("a test") as writer:
            writer.replace_graph(
                graph, [Triple(NamedNode("urn:now"), NamedNode("urn:is"), Literal("new"))], "seeds"
            )
            writer.commit("another", "other digest", [graph])
        known = {"if-none-match": old.headers["etag"]}
        commit = home.current().id
        for _ in range(2000):
            answer = httpx.get(running.sparql, params={"query": query}, headers=known)
            of_new = answer.headers["demarche-commit"] == commit
            assert answer.status_code == (200 if of_new else 304)
            if of_new:
                assert '"new"' in answer.text
                return
        raise AssertionError("the server does not follow the home")
    finally:
        stop(running)


QUERIES = st.sampled_from(
    [
        PREFIXED,
        "ASK {}",
        "ASK { ?s <urn:none> ?o }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
        "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 30",
        "CONSTRUCT WHERE { ?s <https://w3id.org/demarche/ontology#statement> ?o }",
        "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 2000",
    ]
)
ACCEPT = st.sampled_from(["*/*", "text/csv;q=0.5, */*;q=0.1", "application/json", "text/turtle"])
CODING = st.sampled_from(["identity", "gzip", "zstd, gzip;q=0.5"])
FORMAT = st.sampled_from([None, "json", "xml", "ttl"])


@settings(max_examples=60, deadline=None)
@given(QUERIES, ACCEPT, CODING, FORMAT, st.sampled_from([None, "urn:many"]))
def test_a_kept_answer_is_the_one_that_is_worked_out(
    served, uncached, query, accept, coding, form, graph
):
    params = {"query": query, "format": form, "default-graph-uri": graph}
    params = {name: value for name, value in params.items() if value is not None}
    headers = {"accept": accept, "accept-encoding": coding}
    fresh = httpx.get(uncached.sparql, params=params, headers=headers)
    for _ in range(2):
        kept = httpx.get(served.sparql, params=params, headers=headers)
        assert kept.status_code == fresh.status_code
        if fresh.status_code == 200:
            # The tag is of the address too, to which relative IRIs are relative. A length is told
            # where the whole answer was there soon.
            apart = {"transfer-encoding": "", "etag": "", "content-length": ""}
            assert own(kept) | apart == own(fresh) | apart
            assert lines(kept) == lines(fresh)


def lines(answer: httpx.Response) -> list[bytes]:
    return sorted(answer.content.splitlines())


# --- The table -------------------------------------------------------------------------------


def kept(query: str, body: bytes = b"x", commit: str = COMMIT) -> Kept:
    return Kept([], body, f'W/"{query} {commit}"'.encode(), (commit, Question(query)))


def request(query: str) -> RawRequest:
    return (query.encode(), "http", "/sparql", b"here.example", b"", b"")


def test_room_is_made_for_another_way_to_write_a_request_too():
    one, other = kept("q1", b"x" * 1000), kept("q2", b"x" * 1000)
    room = one.size + other.size + 1  # for both, and for no spelling
    cache = Cache(Settings(cache_bytes=room, cache_answer_bytes=5000))
    assert cache.keep(one, None)
    assert cache.keep(other, None)
    assert cache.of_tag(other.tag, request("q2-0"))
    assert cache.state().size <= room
    assert cache.of_tag(one.tag, None) is None


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 6000), st.booleans(), st.integers(0, 9)),
        max_size=60,
    )
)
def test_the_table_stays_within_its_bytes(steps):
    cache = Cache(Settings(cache_bytes=20_000, cache_answer_bytes=5000))
    for number, size, spelled, spelling in steps:
        one = kept(f"q{number}", b"x" * size)
        raw = request(f"q{number}-{spelling}") if spelled else None
        if found := cache.of_tag(one.tag, raw):
            assert found.key == one.key
        else:
            assert cache.keep(one, raw) == (size <= 5000)
        if raw and (found := cache.of_request(COMMIT, raw)):
            assert found.key[1].query == f"q{number}"
        state = cache.state()
        assert state.size <= 20_000
        assert state.size == sum(entry.size for entry in cache._kept.values())
        assert set(cache._spelled) == {s for e in cache._kept.values() for s in e.spellings}


def test_the_least_used_goes_first():
    cache = Cache(Settings(cache_bytes=10_000))
    for name in "abc":
        cache.keep(kept(name, b"x" * 1500), None)
    assert cache.of_tag(kept("a").tag, None)
    cache.keep(kept("d", b"x" * 1500), None)
    there = [name for name in "abcd" if cache.of_tag(kept(name).tag, None)]
    assert there == ["a", "c", "d"]
    assert cache.state().evicted == 1


def test_another_commit_has_other_answers_and_tags():
    cache = Cache(Settings())
    cache.keep(kept("q"), request("q"))
    other = "000002-0123456789ab"
    assert cache.of_request(COMMIT, request("q"))
    assert cache.of_request(other, request("q")) is None
    assert cache.of_tag(cache.tag((other, Question("q"))), None) is None
    assert cache.tag((COMMIT, Question("q"))) != cache.tag((other, Question("q")))


def test_the_tag_depends_on_the_usual_formats():
    key = (COMMIT, Question("q", Dataset(("urn:g",))))
    tags = {Cache(Settings(rows_format=name)).tag(key) for name in ("json", "xml")}
    assert len(tags) == 2


def test_nothing_is_kept_where_there_is_no_room():
    cache = Cache(Settings(cache_bytes=0))
    assert not cache.keep(kept("q"), None)
    assert cache.state().entries == 0


def test_only_a_get_or_head_may_say_what_its_client_has():
    scope = {"method": "POST", "headers": [(b"if-none-match", b'W/"a"')]}
    assert not is_known(scope, b'W/"a"')
    assert is_known({**scope, "method": "GET"}, b'W/"a"')


def test_relative_iris_are_those_of_each_host(server):
    query = "SELECT ?x { BIND(<#here> AS ?x) }"
    for _ in range(2):
        for host in ("one.example", "two.example"):
            answer = httpx.get(
                server.sparql,
                params={"query": query, "format": "csv"},
                headers={"host": host},
            )
            assert f"http://{host}/sparql#here" in answer.text
