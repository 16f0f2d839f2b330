"""What goes wrong behind the seam: told when nothing was sent, broken off visibly when it was."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest
import uvicorn
from pyoxigraph import Store
from server.running_server import ViewSource

from demarche_ontology.errors import QueryError, StoreError
from demarche_server.app import create_app
from demarche_server.engine import CHUNK_BYTES, CHUNKS_AHEAD, Term, ThreadEngine, read_table
from demarche_server.run import config, listen
from demarche_server.settings import Settings
from demarche_store.home import Home
from demarche_store.protocol import Dataset
from demarche_store.results import EngineResults

SECRET = "/a/folder/of/this/machine"


class FailingView:
    """A view whose answers fail after so many bytes, as an engine does that meets a bad block."""

    def __init__(self, home: Home, error: Exception, after: int) -> None:
        self._view = home.open()
        self._error, self._after = error, after
        self.info = self._view.info
        self.closed = False

    def query(self, query: str, dataset: Dataset) -> FailingView:
        return self

    def write(self, output, media_type: str) -> None:
        for _ in range(self._after // 1000):
            output.write(b"x" * 1000)
        raise self._error

    def close(self) -> None:
        self._view.close()
        self.closed = True


@contextmanager
def serving(view) -> Iterator[str]:
    with closing(listen("127.0.0.1", 0)) as sock:
        server = uvicorn.Server(config(create_app(Settings(), ViewSource(view))))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/"
        server.should_exit = True
        thread.join(timeout=30)
        assert view.closed


@pytest.mark.parametrize(
    ("error", "status"),
    [(QueryError("too hard"), 400), (StoreError(SECRET), 500), (KeyError(SECRET), 500)],
)
def test_an_error_before_the_answer_is_told(home, caplog, error, status):
    with serving(FailingView(home, error, after=0)) as url:
        response = httpx.get(url + "sparql", params={"query": "ASK {}"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert SECRET not in response.text
    logged = response.json()["requestId"] in caplog.text
    assert logged == (status == 500)


def test_an_error_in_the_answer_breaks_it_off(home, caplog):
    view = FailingView(home, RuntimeError("a bad block"), after=3 * CHUNK_BYTES)
    with serving(view) as url, pytest.raises(httpx.RemoteProtocolError):
        httpx.get(url + "sparql", params={"query": "SELECT * {}", "format": "csv"})
    assert "broken off: a bad block" in caplog.text


class EndlessView(FailingView):
    """A view whose answer never ends; counts what was taken from it."""

    written = 0

    def write(self, output, media_type: str) -> None:
        while True:
            output.write(b"x" * 1000)
            self.written += 1000


def test_the_work_waits_for_its_reader_and_ends_with_it(home):
    view = EndlessView(home, QueryError(""), 0)

    async def read_a_little() -> int:
        engine = ThreadEngine(view, workers=1)
        answer = await engine.answer("SELECT * {}", Dataset(), "text/csv")
        assert not answer.whole
        assert len(answer.first) >= CHUNK_BYTES
        assert await anext(answer.rest)
        answer.stop()
        answer.stop()
        await engine.close()  # waits for the thread
        return view.written

    written = asyncio.run(read_a_little())
    assert written <= (CHUNKS_AHEAD + 6) * (CHUNK_BYTES + 1000)


def test_table():
    store = Store()
    results = EngineResults(
        store.query("SELECT ?x ?y { VALUES (?x ?y) { (1 UNDEF) ('a'@en <urn:z>) } }")
    )
    table = read_table(results, limit=1)
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    assert table.columns == ("x", "y")
    assert table.rows == ((Term("literal", "1", datatype=integer), None),)
    assert table.more
    assert read_table(EngineResults(store.query("ASK {}")), 1).boolean is True
    triples = read_table(EngineResults(store.query("CONSTRUCT { <urn:a> <urn:b> [] } {}")), 9)
    assert [term.kind for term in triples.rows[0] if term] == ["iri", "iri", "blank"]
    assert not triples.more
