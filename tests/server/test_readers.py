"""Queries in processes of their own: right answers, and limits that cost one reader."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import signal
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import uvloop
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Store
from server.hostile.processes import descendants
from server.running_server import EXAMPLE, MANY

from demarche_ontology.errors import (
    QueryMemoryError,
    QuerySyntaxError,
    QueryTimeoutError,
    ResultSizeError,
    StoreError,
)
from demarche_ontology.terms import GRAPH
from demarche_server.readers import wire
from demarche_server.readers.dumping import Sorting
from demarche_server.readers.encoding import choose_encoding
from demarche_server.readers.engine import ReaderEngine
from demarche_server.readers.hatchery import DiskHatchery, MemoryHatchery, reader_environment
from demarche_server.readers.nursery import FEWEST, columns_of, load
from demarche_server.readers.pool import KEPT_BYTES, Limits, Pool
from demarche_server.readers.wire import Question, ReaderConfig
from demarche_store.protocol import Dataset

PREFIXED = "PREFIX dem: <https://w3id.org/demarche/ontology#> " + EXAMPLE
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <urn:many:value> ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
HOARD = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f"


def told(home, story, limits=None, memory: bool = True, **config):
    """Run a story with an engine over a home, in memory or on disk."""

    async def run():
        view = home.open()
        hatching = MemoryHatchery if memory else DiskHatchery
        settings = ReaderConfig(default_graphs=view.info.default_graphs, **config)
        hatchery = hatching(view.path, settings)
        if isinstance(hatchery, MemoryHatchery):
            await hatchery.load()
        engine = ReaderEngine(view, Pool(hatchery, limits or Limits()))
        await engine._pool.start()
        try:
            return await story(engine)
        finally:
            await engine.close()

    with asyncio.Runner(loop_factory=LOOPS[0]) as runner:
        return runner.run(asyncio.wait_for(run(), 60))


LOOPS = [asyncio.new_event_loop]


@pytest.fixture(autouse=True, params=[asyncio.new_event_loop, uvloop.new_event_loop])
def loops(request):
    """Run everything on both event loops: uvicorn takes uvloop where it is there."""
    LOOPS[0] = request.param


async def whole(engine, query: str, **options) -> bytes:
    answer = await engine.ask(Question(query, **options)).answer()
    return answer.first + b"".join([piece async for piece in answer.rest])


async def count(engine) -> int:
    table = await engine.table(COUNT, Dataset(), 1)
    return int(table.rows[0][0].value)


@pytest.mark.parametrize("memory", [True, False])
def test_answers_are_those_of_the_view(home, memory):
    async def story(engine) -> None:
        got = json.loads(await whole(engine, PREFIXED, format="json"))
        with home.open() as view:
            expected = b"".join(view.query(PREFIXED).serialize("application/sparql-results+json"))
        assert got == json.loads(expected)
        assert await count(engine) == MANY

    told(home, story, memory=memory)


def test_a_long_answer_comes_in_pieces_and_compressed(home):
    async def story(engine) -> None:
        query = "SELECT * { ?s <urn:many:value> ?o }"
        plain = await whole(engine, query, format="csv")
        answer = await engine.ask(
            Question(query, format="csv", encodings="br, gzip;q=0.5")
        ).answer()
        assert answer.head.encoding == "gzip"
        packed = answer.first + b"".join([piece async for piece in answer.rest])
        unpacked = zlib.decompress(packed, 16 + zlib.MAX_WBITS)
        assert sorted(unpacked.splitlines()) == sorted(plain.splitlines())
        assert len(plain.splitlines()) == MANY + 1

    told(home, story)


def test_what_an_operator_says_of_memory_outranks_what_readers_are_told():
    own = reader_environment({"A": "b"})
    assert own["A"] == "b"
    name, _, value = own["GLIBC_TUNABLES"].partition("=")
    theirs = reader_environment({"GLIBC_TUNABLES": f"{name}=3"})["GLIBC_TUNABLES"]
    assert theirs.split(":") == [f"{name}={value}", f"{name}=3"]


@pytest.mark.parametrize("memory", [True, False])
def test_a_query_over_its_time_ends_alone(home, memory):
    async def story(engine) -> None:
        with pytest.raises(QueryTimeoutError, match=r"longer than 0\.3 s"):
            await whole(engine, CROSS, format="csv")
        assert await count(engine) == MANY

    told(home, story, Limits(query_seconds=0.3), memory=memory)


def test_a_query_over_its_memory_ends_alone(home):
    async def story(engine) -> None:
        with pytest.raises(QueryMemoryError):
            await whole(engine, HOARD, format="csv")
        assert await count(engine) == MANY

    told(home, story, max_memory_bytes=100 << 20)


def test_an_answer_over_its_size_fails(home):
    async def story(engine) -> None:
        with pytest.raises(ResultSizeError):
            await whole(engine, "SELECT * { ?s ?p ?o }", format="csv")

    told(home, story, max_answer_bytes=1000)


def test_cheap_queries_pass_heavy_ones_that_are_given_up(home):
    async def story(engine) -> None:
        heavy = [asyncio.create_task(whole(engine, CROSS, format="csv")) for _ in range(6)]
        while engine.states()["slow"] + engine.states()["aside"] < len(heavy):
            await asyncio.sleep(0.05)
        for _ in range(20):
            assert await count(engine) == MANY
        for task in heavy:
            task.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)
        while engine.states()["slow"] or engine.states()["aside"]:
            await asyncio.sleep(0.05)
        assert await count(engine) == MANY

    # A slice long enough that on a busy machine, too, counting is cheap.
    told(home, story, Limits(slice_seconds=0.5))


SLOW = "SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 10000000 } }"


def readers_of(engine) -> list[int]:
    return [link.child.pid for link in engine._pool._links()]


def test_a_reader_is_kept_after_a_slow_question_that_was_alone(home):
    """It has what it looked at to itself by then, which the next question need not copy."""

    async def story(engine) -> None:
        await whole(engine, SLOW)
        for _ in range(3):
            before = engine._pool._idle[-1].child.pid
            await whole(engine, SLOW)
            assert engine._pool._idle[-1].child.pid == before
            assert await count(engine) == MANY
            assert len(readers_of(engine)) <= 3

    told(home, story, Limits(fast=2, slice_seconds=0.02))


@pytest.mark.skipif((os.cpu_count() or 1) < 2, reason="on one processor every slow one gives way")
def test_slow_questions_at_once_give_way_and_cost_their_readers(home):
    async def story(engine) -> None:
        await count(engine)
        before = set(readers_of(engine))
        await asyncio.gather(*[whole(engine, SLOW) for _ in range(2)])
        while before & set(readers_of(engine)) or len(engine._pool._idle) < 2:
            await asyncio.sleep(0.02)
        assert {os.getpriority(os.PRIO_PROCESS, pid) for pid in readers_of(engine)} == {
            os.getpriority(os.PRIO_PROCESS, 0)
        }

    told(home, story, Limits(fast=2, slice_seconds=0.02))


def test_no_reader_is_kept_that_may_have_copied_a_large_graph(home):
    async def story(engine) -> None:
        engine._pool._hatchery.held = KEPT_BYTES + 1
        for _ in range(2):
            before = engine._pool._idle[-1].child.pid
            await whole(engine, SLOW)
            while before in readers_of(engine) or len(engine._pool._idle) < 2:
                await asyncio.sleep(0.02)

    told(home, story, Limits(fast=2, slice_seconds=0.02))


def test_a_reader_that_leaves_after_its_answer_is_asked_nothing_more(home):
    """One that has merged graphs ends; its next question would be lost."""
    graphs = Dataset((GRAPH["reference"].value, GRAPH["links"].value))

    async def story(engine) -> None:
        for _ in range(15):
            answers = [engine.ask(Question("ASK { ?s ?p ?o }", graphs)).answer() for _ in range(4)]
            for answer in await asyncio.gather(*answers):
                assert b"true" in answer.first
            assert (await engine.table("ASK {}", graphs, 1)).boolean

    told(home, story, Limits(fast=2))


def test_errors_cross_the_socket(home):
    async def story(engine) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            await whole(engine, "SELECT * {\n ?s ?p }")
        assert caught.value.line == 2

    told(home, story)


def test_what_the_engine_gets_wrong_is_put_right(home):
    async def story(engine) -> None:
        assert b"true" in await whole(engine, "ASK { FILTER(TRUE) }")
        with pytest.raises(QuerySyntaxError, match="column 15: an aggregate"):
            await whole(engine, "SELECT (SUM(-(MAX(?x))) AS ?n) {}")

    told(home, story)


def test_an_error_is_about_the_query_that_was_asked(home):
    asked = "SELECT (GROUP_CONCAT(?o) AS ?x) (GROUP_CONCAT(?o) AS ?y) { ?s ?p }"

    async def story(engine) -> None:
        with pytest.raises(QuerySyntaxError) as caught:
            await whole(engine, asked)
        assert caught.value.column == len(asked) + 1

    told(home, story)


def test_relative_iris_are_relative_to_the_address(home):
    async def story(engine) -> None:
        found = await whole(engine, "SELECT (<x> AS ?x) {}", base_iri="http://example.org/sparql")
        assert b"http://example.org/x" in found
        with pytest.raises(QuerySyntaxError):
            await whole(engine, "SELECT (<x> AS ?x) {}")

    told(home, story)


def test_frames_survive_any_cut():
    sent = wire.frame(wire.DATA, b"abc") + wire.frame(wire.END)
    decoder = wire.Decoder()
    got = [frame for byte in sent for frame in decoder.feed(bytes([byte]))]
    assert got == [(wire.DATA, b"abc"), (wire.END, b"")]


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("*", "zstd"),
        ("gzip, zstd", "zstd"),
        ("gzip, zstd;q=0.1", "gzip"),
        ("gzip;q=0", ""),
        ("br", ""),
        ("identity", ""),
    ],
)
def test_content_coding(header, chosen):
    assert choose_encoding(header) == chosen


# --- What readers hold in memory ---------------------------------------------------------------


def held(store) -> list[bytes]:
    """What a store holds, in an order of its own, blank nodes without their names."""
    quads = store.dump(format=RdfFormat.N_QUADS)
    names = [str(graph).encode() for graph in store.named_graphs()]
    return sorted(re.sub(rb"_:\w+", b"_:", line) for line in [*quads.splitlines(), *names])


def test_a_commit_is_the_same_in_memory(home):
    with home.open() as view:
        assert view.info.default_graphs
        assert held(load(view.path, view.info.default_graphs)) == held(view.store)


def test_a_default_graph_of_its_own_is_the_same_in_memory(tmp_path):
    store = Store(tmp_path / "store")
    written = ('"two\\n\\r lines \\" \\\\ ü"@de', '"1"^^<urn:type>', "<urn:o>", "_:b", "_:c")
    lines = [
        f"<urn:s{n}> <urn:p> {one}{graph} .\n"
        for n, one in enumerate(written)
        for graph in ("", " <urn:g>", " _:g")
    ]
    store.load("".join(lines).encode(), format=RdfFormat.N_QUADS)
    store.add_graph(NamedNode("urn:empty"))
    store.flush()
    expected = held(store)
    del store
    got = load(tmp_path / "store")
    assert held(got) == expected
    assert len(expected) == len(lines) + 3


def test_quads_are_passed_on_in_order_whatever_the_pieces():
    default, graph = DefaultGraph(), NamedNode("urn:g")
    lines = [f'<urn:s{n % 7}> <urn:p> "{n}" .\n'.encode() for n in range(40)]
    named = [line.replace(b" .\n", b" <urn:g> .\n") for line in lines]
    for size, run in ((1, 1 << 20), (13, 1 << 20), (10_000, 1 << 20), (50, 300)):
        out = io.BytesIO()
        sorting = Sorting(out, run)
        text = b"".join(lines)
        for graphs in ((default, graph), (graph,)):
            sorting.begin(graphs)
            for at in range(0, len(text), size):
                sorting.write(text[at : at + size])
            assert sorting.triples == len(lines)
        sorting.pass_on()
        got = out.getvalue().splitlines(keepends=True)
        assert sorted(got) == sorted([*lines, *named, *named])
        assert (got == sorted(got)) == (run > len(text))


# --- Where readers come from -------------------------------------------------------------------


def nurseries() -> list[int]:
    return [one.pid for one in descendants(os.getpid()) if one.parent == os.getpid()]


def descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


def run(story) -> None:
    with asyncio.Runner(loop_factory=LOOPS[0]) as runner:
        runner.run(asyncio.wait_for(story(), 120))


def test_readers_wanted_at_once_of_a_nursery_that_ended_get_one_new_nursery(home):
    before = set(nurseries())

    async def story() -> None:
        with home.open() as view:
            hatchery = MemoryHatchery(view.path, ReaderConfig(view.info.default_graphs))
            await hatchery.load()
            (first,) = set(nurseries()) - before
            os.kill(first, signal.SIGKILL)
            while not hatchery._listening.done():
                await asyncio.sleep(0.01)
            children = await asyncio.gather(*(hatchery.hatch() for _ in range(3)))
            assert len(set(nurseries()) - before) == 1
            for child in children:
                child.discard()
            await hatchery.close()

    run(story)
    assert set(nurseries()) <= before


def test_a_graph_of_few_triples_has_no_columns():
    store = Store()
    for number in range(FEWEST):
        assert columns_of(store) is None
        store.add(quad_of(number))
    assert columns_of(store) is not None


def quad_of(number: int) -> Quad:
    return Quad(NamedNode(f"urn:{number}"), NamedNode("urn:p"), NamedNode("urn:o"), DefaultGraph())


def test_a_nursery_has_one_thread_as_a_process_that_forks_must(home):
    before = set(nurseries())

    async def story() -> None:
        with home.open() as view:
            hatchery = MemoryHatchery(view.path, ReaderConfig(view.info.default_graphs))
            await hatchery.load()
            (nursery,) = set(nurseries()) - before
            assert "numpy" in Path(f"/proc/{nursery}/maps").read_text()  # which might begin some
            assert len(list(Path(f"/proc/{nursery}/task").iterdir())) == 1
            await hatchery.close()

    run(story)


def test_a_nursery_that_is_killed_while_it_loads_leaves_nothing(home):
    before = set(nurseries())

    async def story() -> None:
        with home.open() as view:
            hatchery = MemoryHatchery(view.path, ReaderConfig(view.info.default_graphs))
            held = descriptors()
            for _ in range(3):
                loading = asyncio.create_task(hatchery.load())
                while not (born := set(nurseries()) - before):
                    await asyncio.sleep(0.001)
                os.kill(born.pop(), signal.SIGKILL)
                with pytest.raises(StoreError):
                    await loading
            assert descriptors() <= held
            assert set(nurseries()) <= before

    run(story)


@pytest.mark.parametrize("memory", [True, False])
def test_a_commit_may_have_any_number_of_graphs(home, memory):
    names = tuple(f"https://example.org/graph/document/{n:032}" for n in range(5000))

    async def story() -> None:
        with home.open() as view:
            config = ReaderConfig((*view.info.default_graphs, *names))
            hatchery = (
                MemoryHatchery(view.path, config) if memory else DiskHatchery(view.path, config)
            )
            pool = Pool(hatchery, Limits())
            if isinstance(hatchery, MemoryHatchery):
                await hatchery.load()
            await pool.start()
            try:
                run = pool.ask(Question(COUNT, rows=1))
                await run.next()
                assert run.table.rows[0][0].value == str(MANY)
            finally:
                await pool.close()

    run(story)


def test_readers_on_disk_take_no_thread_that_others_need(home):
    async def story() -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1) as alone, home.open() as view:
            loop.set_default_executor(alone)
            hatchery = DiskHatchery(view.path, ReaderConfig(view.info.default_graphs))
            child = await hatchery.hatch()
            assert await asyncio.to_thread(lambda: "free") == "free"
            child.signal(signal.SIGKILL)
            assert await child.ended == signal.SIGKILL
            child.discard()

    run(story)
