"""The short way of plain queries: the same answers as along the ordinary way, and fewer steps."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote, quote_plus, unquote_to_bytes, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from server import wire
from server.running_server import MANY, build, start, stop, triples
from uvicorn.server import ServerState

from demarche_ontology.competency import competency_queries
from demarche_ontology.terms import GRAPH
from demarche_server.app import create_app
from demarche_server.endpoint import answer_headers, answer_lines
from demarche_server.guard.protocol import GuardedProtocol
from demarche_server.protocol import header_lines, unquoted
from demarche_server.readers import wire as frames
from demarche_server.readers.reader import CHUNK_BYTES
from demarche_server.readers.wire import Head
from demarche_server.run import HomeSource, config
from demarche_server.settings import Settings
from demarche_store.home import Home

LABELS = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?s ?label { ?s skos:prefLabel ?label } ORDER BY ?s ?label"""
ASK = "ASK { ?s ?p ?o }"
LARGE = "SELECT ?s ?v { ?s <urn:many:value> ?v }"
SOME = f"{LARGE} LIMIT 700"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS = "application/sparql-results+json"
OWN = {"date"}
"""Headers that differ from one answer to the next."""


# --- From outside --------------------------------------------------------------------------------


def both(server, query: str, **parameters: str) -> tuple[httpx.Response, httpx.Response]:
    """Ask along the short way and along the ordinary one, which a tag nobody has asks for."""
    given = {"query": query, **parameters}
    short = httpx.get(server.sparql, params=given)
    long = httpx.get(server.sparql, params=given, headers={"if-none-match": '"nobody has it"'})
    return short, long


def shown(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    headers = {name: value for name, value in answer.headers.items() if name not in OWN}
    return answer.status_code, headers, answer.content


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv"])
def test_both_ways_give_the_same_answer(server, form):
    for query in (LABELS, ASK if form in ("json", "xml") else LABELS, LARGE):
        short, long = both(server, query, format=form)
        assert shown(short) == shown(long)
        assert short.status_code == 200


def test_both_ways_answer_the_packaged_queries_alike(server):
    for query in competency_queries():
        short, long = both(server, query.text)
        assert shown(short) == shown(long), query.name


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"query": "SELECT * {"}, 400),
        ({"query": "DROP ALL"}, 403),
        ({"query": ASK, "format": "elephant"}, 406),
        ({"query": ASK, "default-graph-uri": "relative"}, 400),
        ({"query": ASK, "release": "never"}, 404),
        ({"query": "ASK {} #" + "x" * 50_000}, 414),
    ],
)
def test_both_ways_fail_alike(server, parameters, status):
    short, long = both(server, **parameters)
    assert short.status_code == long.status_code == status
    told, expected = short.json(), long.json()
    for one in (told, expected):
        one.pop("requestId", None)
        one.pop("instance", None)
    assert told == expected


def test_answers_that_are_kept_are_the_same_again(server):
    query = f"{LABELS} # kept"
    first, again = (httpx.get(server.sparql, params={"query": query}) for _ in range(2))
    assert shown(first) == shown(again)


def test_answers_on_one_connection_come_in_order(server):
    queries = [LABELS, LARGE, ASK, "SELECT * {", LABELS + " # again", LARGE]
    host = urlsplit(server.url).netloc
    heads = [
        f"GET /sparql?query={quote(query)} HTTP/1.1\r\nHost: {host}\r\nAccept: {ROWS}\r\n"
        + ("Connection: close\r\n" if number == len(queries) - 1 else "")
        + "\r\n"
        for number, query in enumerate(queries)
    ]
    with wire.connect(server.url) as sock:
        wire.send(sock, ["".join(heads).encode()])
        found = wire.answers(*wire.rest(sock))
    assert [one.status for one in found] == [200, 200, 200, 400, 200, 200]
    assert all(one.whole for one in found)
    rows = [json.loads(one.body) for one in found if one.status == 200]
    assert rows[0] == rows[3]
    assert rows[2]["boolean"] is True
    assert len(rows[1]["results"]["bindings"]) == len(rows[4]["results"]["bindings"]) == MANY


def test_clients_that_vanish_harm_nobody(server):
    for number in range(20):
        sock = wire.connect(server.url)
        query = quote(f"{ENDLESS} # {number}")
        wire.send(sock, [f"GET /sparql?query={query} HTTP/1.1\r\nHost: x\r\n\r\n".encode()])
        wire.vanish(sock)
    assert server.ask(ASK).json()["boolean"] is True


def test_every_answer_is_written_down(tmp_path, home):
    log = tmp_path / "access.log"
    running = start(home.path, access_log=str(log))
    try:
        for query in (ASK, ASK, LARGE, "SELECT * {"):
            httpx.get(running.sparql, params={"query": query})
    finally:
        stop(running)
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    asked = [line for line in lines if line["path"] == "/sparql"]
    assert [line["status"] for line in asked] == [200, 200, 200, 400]
    assert [line.get("cache") for line in asked] == ["miss", "hit", asked[2]["cache"], None]
    assert len({line["id"] for line in asked}) == 4
    assert all(line["query"] and line["commit"] for line in asked)


# --- From within ---------------------------------------------------------------------------------


class Wire(asyncio.Transport):
    """What a protocol writes to."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 5), "sockname": ("127.0.0.1", 80)})
        self.data = bytearray()
        self.closed = False

    def write(self, data) -> None:
        self.data += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def write_eof(self) -> None: ...


_KNOWN = b"GET /sparql?query=x HTTP/1.1\r\nHost: x\r\nAccept: ", ROWS.encode(), b"\r\n\r\n"


@dataclass
class Within:
    """A connection to an application of this process."""

    app: object
    state: ServerState
    wire: Wire
    protocol: GuardedProtocol

    def send(self, query: str, *headers: str) -> None:
        self.send_target(f"/sparql?query={quote(query)}", *headers)

    def send_target(self, target: str, *headers: str) -> None:
        head = [f"GET {target} HTTP/1.1", "Host: x", f"Accept: {ROWS}"]
        self.protocol.data_received("\r\n".join([*head, *headers, "", ""]).encode("latin-1"))

    async def be_known(self) -> None:
        """Have the server know the heads that are sent from now on."""
        self.wire.data.clear()
        self.send(f"{ASK} # known")
        await self.answered(1)
        assert self.protocol.guard.known.find(b"".join(_KNOWN), 1000) is not None
        self.wire.data.clear()

    async def answered(self, number: int) -> list[wire.Told]:
        """Return the answers once there are so many whole ones."""
        while True:
            found = wire.answers(bytes(self.wire.data))
            if len(found) >= number and all(one.whole and one.status for one in found):
                return found
            await asyncio.sleep(0.01)


@asynccontextmanager
async def within(home: Home, **settings) -> AsyncIterator[Within]:
    # What asks ahead for pages holds on to the engine, too.
    chosen = Settings(ahead_seconds=0, **settings)
    app = create_app(chosen, HomeSource(home, None, chosen))
    made = config(app, chosen)
    made.load()
    state, transport = ServerState(), Wire()
    async with app.router.lifespan_context(app):
        protocol = made.http_protocol_class(config=made, server_state=state, app_state={})
        protocol.connection_made(transport)
        yield Within(app, state, transport, protocol)
        protocol.connection_lost(None)


def run(story: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(story(), 60))


def test_a_quick_answer_needs_no_task_and_one_that_is_kept_no_turn_of_the_loop(home):
    async def story() -> None:
        async with within(home) as one:
            one.send(ASK)
            assert not one.state.tasks
            await one.answered(1)
            one.send(ASK)
            found = wire.answers(bytes(one.wire.data))
            assert [answer.status for answer in found] == [200, 200]
            assert found[0].body == found[1].body
            assert not one.state.tasks
            assert one.state.total_requests == 2

    run(story)


@pytest.mark.parametrize(
    "header",
    [
        "Origin: http://example.org",
        'If-None-Match: "x"',
        "Authorization: Bearer x",
        "X-Forwarded-For: 192.0.2.1",
        "Content-Length: 0",
        "Connection: close",
    ],
)
def test_what_is_out_of_the_ordinary_goes_the_ordinary_way(home, header):
    async def story() -> None:
        async with within(home) as one:
            one.send(ASK, header)
            assert one.state.tasks
            assert (await one.answered(1))[0].status == 200

    run(story)


@pytest.mark.parametrize("known", [False, True])
def test_an_answer_of_some_pieces_goes_whole_and_needs_no_task(home, monkeypatch, known):
    monkeypatch.setattr("demarche_server.quick.PATIENCE_SECONDS", 600.0)

    async def story() -> None:
        async with within(home) as one:
            if known:
                await one.be_known()
            one.send(SOME)
            short = (await one.answered(1))[0]
            assert not one.state.tasks
            assert int(short.headers["content-length"]) == len(short.body) > 2 * CHUNK_BYTES
            one.wire.data.clear()
            one.send(SOME, 'If-None-Match: "x"')
            long = (await one.answered(1))[0]
            assert long.headers["transfer-encoding"] == "chunked"
            assert (long.status, long.body) == (200, short.body)
            assert long.headers["etag"] == short.headers["etag"]

    run(story)


def test_what_fails_before_it_is_sent_is_told_as_a_failure(home, monkeypatch):
    monkeypatch.setattr("demarche_server.quick.PATIENCE_SECONDS", 600.0)

    async def story() -> None:
        async with within(home, max_answer_bytes=2 * CHUNK_BYTES) as one:
            one.send(SOME)
            told = (await one.answered(1))[0]
            assert told.status == 507
            assert told.headers["content-type"] == "application/problem+json"

    run(story)


@pytest.mark.parametrize("known", [False, True])
def test_what_takes_longer_goes_on_along_the_ordinary_way_and_is_asked_once(
    home, monkeypatch, known
):
    monkeypatch.setattr("demarche_server.quick.PATIENCE_SECONDS", 0.0)

    async def story() -> None:
        async with within(home) as one:
            engine = one.app.state.serving.engine
            if known:
                await one.be_known()
            asked, whole = [], engine.ask
            engine.ask = lambda *given: asked.append(given) or whole(*given)
            one.send(LARGE)
            await asyncio.sleep(0)
            assert (await one.answered(1))[0].status == 200
            assert len(asked) == 1
            assert not one.app.state.serving._leases

    run(story)


def test_an_answer_stays_with_the_commit_that_it_was_asked_of(tmp_path, monkeypatch):
    monkeypatch.setattr("demarche_server.quick.PATIENCE_SECONDS", 600.0)
    home = build(tmp_path / "home")

    async def story() -> None:
        async with within(home) as one:
            serving = one.app.state.serving
            old, tells = serving.engine, []
            ask = old.ask

            def late(*given):
                asked = ask(*given)
                asked.tell = tells.append  # the answer is there, and nobody is told
                return asked

            old.ask = late
            one.send(LABELS)
            with home.writer("a test") as writer:
                writer.replace_graph(GRAPH["links"], triples("<urn:a> <urn:b> <urn:c> ."), "seeds")
                names = [GRAPH["reference"], GRAPH["links"]]
                newer = writer.commit("more", "another digest", names).id
            await asyncio.wait_for(serving.follow(newer), 30)
            assert serving.engine is not old
            assert any(old.states().values())  # it is still there for who asked it
            tells[0]()
            told = (await one.answered(1))[0]
            assert told.headers["demarche-commit"] == old.info.id
            assert not serving._leases

    run(story)


@pytest.mark.parametrize("known", [False, True])
def test_an_error_of_ours_on_the_short_way_is_no_error_of_the_request(home, monkeypatch, known):
    async def story() -> None:
        async with within(home) as one:
            if known:
                await one.be_known()
            monkeypatch.setattr(
                "demarche_server.quick.Quick.send_new",
                lambda *_: (_ for _ in ()).throw(ValueError("ours")),
            )
            one.send(ASK)
            assert (await one.answered(1))[0].status == 200

    run(story)


def test_the_lines_of_a_head_are_its_headers():
    for head in (
        Head("SELECT", "text/csv"),
        Head("ASK", "application/sparql-results+json", "gzip"),
        Head("GRAPH", "text/turtle", "zstd", volatile=True),
    ):
        headers = [*answer_headers(head, b'W/"%d"'), (b"content-length", b"12")]
        assert answer_lines(head, b'W/"%d"', 12) == header_lines(headers)


def test_a_connection_that_is_idle_after_a_quick_answer_is_closed(home):
    async def story() -> None:
        async with within(home, keep_alive_seconds=30) as one:
            await one.be_known()
            one.send(ASK)
            await one.answered(1)
            now = one.protocol.guard.now
            one.protocol.look(now + 29)
            assert not one.wire.closed
            one.send(f"{ASK} # again")
            one.protocol.look(now + 40)
            assert not one.wire.closed  # nobody is idle whose answer is being made
            await one.answered(2)
            one.protocol.look(one.protocol.guard.now + 31)
            assert one.wire.closed

    run(story)


@pytest.mark.parametrize("known", [False, True])
def test_a_server_that_stops_ends_the_connection_after_the_answer(home, known):
    async def story() -> None:
        async with within(home) as one:
            if known:
                await one.be_known()
            one.send(LARGE)
            one.protocol.shutdown()
            told = (await one.answered(1))[0]
            assert told.status == 200
            assert told.headers["connection"] == "close"
            assert one.wire.closed

    run(story)


# --- Heads that are known ------------------------------------------------------------------------


def test_what_is_asked_again_with_the_same_headers_needs_no_parser(home):
    async def story() -> None:
        async with within(home) as one:
            one.send(ASK)
            first = (await one.answered(1))[0]
            await one.be_known()
            one.protocol.parser = None
            for number in range(3):
                one.send(f"{ASK} # {number}")
                told = (await one.answered(number + 1))[number]
                assert (told.status, told.body) == (200, first.body)
                assert told.headers.keys() == first.headers.keys()
            assert not one.state.tasks
            assert one.state.total_requests == 5
            assert len(one.app.state.operations.metrics._requests._values) == 1

    run(story)


def test_requests_that_come_meanwhile_are_answered_in_order(home):
    async def story() -> None:
        async with within(home) as one:
            await one.be_known()
            for query in (LARGE, ASK, LABELS, f"{ASK} # last"):
                one.send(query)
            found = await one.answered(4)
            bodies = [json.loads(answer.body) for answer in found]
            assert len(bodies[0]["results"]["bindings"]) == MANY
            assert "boolean" in bodies[1]
            assert "label" in bodies[2]["head"]["vars"]
            assert "boolean" in bodies[3]

    run(story)


def test_who_leaves_while_what_is_known_is_under_way_has_it_ended(home):
    async def story() -> None:
        async with within(home) as one:
            await one.be_known()
            one.send(ENDLESS)
            serving = one.app.state.serving
            assert serving._leases
            one.protocol.connection_lost(None)
            while serving._leases:
                await asyncio.sleep(0.01)
            assert not one.wire.data
            one.protocol.connection_made(one.wire)  # for who ends it again

    run(story)


@pytest.mark.parametrize(
    "target",
    [
        "/sparql?query=ASK+{}",
        "/sparql?query=ASK%20%7B%7D#part",
        "/sparql?query=ASK%20%7B%7D&query=ASK%20%7B%7D",
        "/sparql?query=ASK%20%7B%7D&format=elephant",
        "/sparql?query=ASK%20%7B%7D%zz",
        "/sparql?query=ASK\t%7B%7D",
        "/sparql?query=ASK%20%7B%7D\xe9",
        "/sparql?query=%FF",
        "/sparql?query=" + "a" * 70_000,
        "/sparql?update=DROP+ALL",
        "/sparql?",
        "/sparql?x",
        "/sparql?query=ASK%20%7B%7D HTTP/1.1\r\nHost: y\r\n\r\nGET /sparql?query=ASK%20%7B%7D",
    ],
)
def test_what_follows_a_known_head_is_answered_as_if_it_were_not_known(home, target):
    async def story() -> None:
        told = []
        for known in (False, True):
            async with within(home) as one:
                if known:
                    await one.be_known()
                one.send_target(target)
                found = await one.answered(2 if "\r" in target else 1)
                told.append([(answer.status, answer.headers.keys()) for answer in found])
                told[-1].append(one.wire.closed)
        assert told[0] == told[1]

    run(story)


# --- Its parts -----------------------------------------------------------------------------------


@given(st.text() | st.text(alphabet="%+=&_ \n\r2345aAfF"), st.booleans())
@example("=\n", False)
@example("100% = +", True)
def test_percent_encoding_is_decoded_as_the_standard_library_does(text, plus):
    sent = (quote_plus if plus else quote)(text).encode()
    assert unquoted(sent).decode() == text


@given(st.binary() | st.text(alphabet="%+=&_ \n\r2345aAfFgG").map(str.encode))
def test_what_is_badly_encoded_is_decoded_as_the_standard_library_does(data):
    assert unquoted(data) == unquote_to_bytes(data.replace(b"+", b" "))


@given(
    st.lists(st.tuples(st.sampled_from([frames.DATA, frames.END]), st.binary(max_size=40))),
    st.lists(st.integers(1, 30)),
)
def test_frames_are_the_same_whatever_the_pieces(sent, sizes):
    data = b"".join(frames.frame(*one) for one in sent)
    decoder, found, at = frames.Decoder(), [], 0
    for size in [*sizes, len(data)]:
        found += decoder.feed(data[at : at + size])
        at += size
    assert found == sent


@given(
    st.lists(st.tuples(st.sampled_from([frames.DATA, frames.END]), st.binary(max_size=40))),
    st.lists(st.integers(1, 30)),
)
def test_frames_are_received_the_same_whatever_the_pieces(sent, sizes):
    data, pieces, at = b"".join(frames.frame(*one) for one in sent), [], 0
    for size in [*sizes, len(data)]:
        pieces.append(data[at : at + size])
        at += size

    class Sock:
        def recv(self, size: int) -> bytes:
            pieces[:] = [piece for piece in pieces if piece]
            return pieces.pop(0) if pieces else b""

    receiver = frames.Receiver(Sock())
    assert [receiver.next() for _ in sent] == sent
    assert receiver.next() is None


def test_an_answer_in_one_piece_is_told_from_any_other():
    head = frames.Head("SELECT", "text/csv").frame()
    whole = head + frames.frame(frames.END, b"rows")
    assert frames.whole_answer(whole) == (head[5:], b"rows")
    assert all(frames.whole_answer(whole[:end]) is None for end in range(len(whole)))
    for other in (
        whole + b"x",
        whole + whole,
        frames.frame(frames.LEAVING) + whole,
        head + frames.frame(frames.DATA, b"rows"),
        frames.frame(frames.ERROR, b"[]"),
    ):
        assert frames.whole_answer(other) is None


def test_half_a_frame_and_one_that_is_too_large_are_none():
    for data in (b"Q", frames.frame(b"Q", b"abc")[:-1], b"Q\xff\xff\xff\xff"):
        ours, theirs = socket.socketpair()
        with ours, theirs:
            theirs.sendall(data)
            theirs.shutdown(socket.SHUT_WR)
            assert frames.Receiver(ours).next() is None


def test_the_question_is_dumped_as_json():
    for question in (
        frames.Question("ASK {}"),
        frames.Question('ASK { "é\ud800\\" }', accept="a, b", format="csv", base_iri="urn:x"),
        frames.Question("ASK {}", frames.Dataset(("urn:a",), ("urn:b", "é")), rows=3),
    ):
        assert frames.Question.load(question.dump()) == question
        json.loads(question.dump())
