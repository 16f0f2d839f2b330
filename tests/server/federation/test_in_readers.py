"""SERVICE in reader processes: the answer, its errors, and that it is marked as not to be kept."""

from __future__ import annotations

import asyncio

import pytest
from server.federation.others import ROWS, endpoint, other, says, settings

from demarche_ontology.errors import FederationError, QueryRefusedError, QuerySyntaxError
from demarche_server.federation.proxy import Proxy
from demarche_server.readers.engine import ReaderEngine
from demarche_server.readers.pool import Limits
from demarche_server.readers.wire import Question, ReaderConfig
from demarche_store.protocol import Dataset

FAR = "http://far.example/sparql"
DEM = "PREFIX dem: <https://w3id.org/demarche/ontology#> "
JOINED = (
    f"{DEM}SELECT ?claim ?note {{ ?claim dem:statement ?s "
    f"SERVICE <{FAR}> {{ ?claim <urn:n> ?note }} }}"
)
NOTES = '<https://w3id.org/demarche/id/claim-1> <urn:n> "noted" . <urn:other> <urn:n> "elsewhere" .'


def told(home, reply, story):
    """Run a story with readers that may call one endpoint, which replies so."""

    async def run():
        with other(reply) as far:
            proxy = Proxy(settings(services=(f"{FAR}={far.url}",)))
            await proxy.start()
            config = ReaderConfig(services=tuple(proxy.services().items()))
            engine = await ReaderEngine.open(home.open(), config, Limits(), 1 << 30)
            try:
                return await story(engine)
            finally:
                await engine.close()
                await proxy.close()

    return asyncio.run(asyncio.wait_for(run(), 60))


async def whole(engine, query: str, **options) -> tuple[bool, bytes]:
    answer = await engine.ask(Question(query, format="csv", **options)).answer()
    return answer.head.volatile, answer.first + b"".join([piece async for piece in answer.rest])


def test_an_answer(home):
    found = told(home, endpoint(NOTES), lambda engine: whole(engine, JOINED))
    assert found == (True, b"claim,note\r\nhttps://w3id.org/demarche/id/claim-1,noted\r\n")


def test_a_table(home):
    table = told(home, endpoint(NOTES), lambda engine: engine.table(JOINED, Dataset(), 9))
    assert [row[1].value for row in table.rows] == ["noted"]


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        (JOINED, FederationError, f"<{FAR}> answered with status 500: no luck"),
        (JOINED.replace("SERVICE", "MINUS { SERVICE") + "}", FederationError, "no luck"),
        ("SELECT * { SERVICE <http://o.example/> {} }", QueryRefusedError, "o.example"),
        (f"SELECT * {{ SERVICE <{FAR}> {{}} ) }}", QuerySyntaxError, "column 54"),
    ],
)
def test_errors(home, query, kind, message):
    reply = says(b"no luck", "text/plain", 500)
    for story in (whole, lambda engine, text: engine.table(text, Dataset(), 9)):
        with pytest.raises(kind) as caught:
            told(home, reply, lambda engine, story=story: story(engine, query))
        assert message in caught.value.message
        assert "127.0.0.1" not in caught.value.message


def test_silence(home):
    query = JOINED.replace("SERVICE", "SERVICE SILENT")
    _, found = told(home, says(ROWS[:-9]), lambda engine: whole(engine, query))
    assert found.count(b"\r\n") == 3
