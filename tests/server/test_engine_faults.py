"""What goes wrong behind the seam: told when nothing was sent, broken off visibly when it was."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager

import httpx
import pytest
import uvicorn
from pyoxigraph import Store

from demarche_ontology.errors import QueryError, StoreError
from demarche_server.app import create_app
from demarche_server.engine import Answer
from demarche_server.readers.tables import Table, Term, read_table
from demarche_server.readers.wire import Head
from demarche_server.run import config, listen
from demarche_server.settings import Settings
from demarche_store.home import Home
from demarche_store.results import EngineResults

SECRET = "/a/folder/of/this/machine"
PIECE = b"x" * 65536


class FailingEngine:
    """An engine whose answers fail after so many pieces, as one does that meets a bad block."""

    def __init__(self, home: Home, error: Exception, after: int) -> None:
        self.home, self.info = home, home.resolve()
        self._error, self._after = error, after
        self.stopped = self.closed = False

    def ask(self, question, client: str = "") -> FailingEngine:
        self.question = question
        return self

    def tell(self, told) -> None:
        told()

    def whole(self) -> None:
        return None

    async def answer(self) -> Answer:
        if not self._after:
            raise self._error
        head = Head("SELECT", "text/csv")
        return Answer(head, PIECE, False, self._rest(), self._stop, lambda: 0.0)

    async def _rest(self) -> AsyncIterator[bytes]:
        for _ in range(self._after):
            yield PIECE
        raise self._error

    def _stop(self) -> None:
        self.stopped = True

    @asynccontextmanager
    async def apart(self) -> AsyncIterator[FailingEngine]:
        yield self

    def states(self) -> dict[str, int]:
        return {}

    async def close(self) -> None:
        self.closed = True

    # As a source of itself.

    def current(self) -> str:
        return self.info.id

    def releases(self) -> tuple:
        return ()

    async def open(self, watcher, services) -> FailingEngine:
        return self


@contextmanager
def serving(engine: FailingEngine) -> Iterator[str]:
    with closing(listen("127.0.0.1", 0)) as sock:
        server = uvicorn.Server(config(create_app(Settings(), engine)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{sock.getsockname()[1]}/"
        server.should_exit = True
        thread.join(timeout=30)
        assert engine.closed


@pytest.mark.parametrize(
    ("error", "status"),
    [(QueryError("too hard"), 400), (StoreError(SECRET), 500), (KeyError(SECRET), 500)],
)
def test_an_error_before_the_answer_is_told(home, caplog, error, status):
    with serving(FailingEngine(home, error, after=0)) as url:
        response = httpx.get(url + "sparql", params={"query": "ASK {}"})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert SECRET not in response.text
    logged = response.json()["requestId"] in caplog.text
    assert logged == (status == 500)


def test_an_error_in_the_answer_breaks_it_off(home, caplog):
    engine = FailingEngine(home, RuntimeError("a bad block"), after=3)
    with serving(engine) as url, pytest.raises(httpx.TransportError):
        httpx.get(url + "sparql", params={"query": "SELECT * {}", "format": "csv"})
    assert "broken off: a bad block" in caplog.text
    assert engine.stopped


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
    assert Table.load(table.dump()) == table
    assert read_table(EngineResults(store.query("ASK {}")), 1).boolean is True
    triples = read_table(EngineResults(store.query("CONSTRUCT { <urn:a> <urn:b> [] } {}")), 9)
    assert [term.kind for term in triples.rows[0] if term] == ["iri", "iri", "blank"]
    assert not triples.more
