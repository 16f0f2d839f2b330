"""What pages need is asked ahead: within bounds, after clients, and for the same pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager, contextmanager
from types import SimpleNamespace

import httpx
import pytest
from server.running_server import triples
from server.test_readers import CROSS, told
from server.things import PREFIXES, WORLD, claim

from demarche_ontology.errors import BusyError, QueryError
from demarche_ontology.terms import BASE, GRAPH
from demarche_server import asgi
from demarche_server.app import PICTURES, create_app
from demarche_server.pages import ahead, labels
from demarche_server.pages.ahead import Ahead, Modest, Wanted
from demarche_server.pages.kept import Answers, Held, Kept
from demarche_server.readers import pool
from demarche_server.readers.pool import Watcher
from demarche_server.readers.tables import Table, Term
from demarche_server.run import HomeSource
from demarche_server.settings import Settings
from demarche_store.home import Home
from demarche_store.protocol import Dataset

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
HTML = {"accept": "text/html"}


class FakeEngine:
    """An engine whose answers are a list of things, and whose readers work when they are told."""

    def __init__(self, things: int = 0, commit: str = "1") -> None:
        self.info = SimpleNamespace(id=commit)
        self.busy = 0
        self.apart_open = 0
        self.asked: list[str] = []
        self.rows = tuple((Term("iri", f"{BASE}id/{n}"), None) for n in range(things))

    async def table(self, query, dataset, limit, client="", *, ours=False) -> Table:
        self.asked.append(query)
        return Table(("thing", "claims"), self.rows[:limit])

    def states(self) -> dict[str, int]:
        return {"idle": 1, "busy": self.busy, "queued": 0}

    @asynccontextmanager
    async def apart(self):
        self.apart_open += 1
        try:
            yield self
        finally:
            self.apart_open -= 1


class FakeServing:
    """Serves an engine until it is told to serve another."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.leases = 0
        self._moved = asyncio.Event()

    @contextmanager
    def lease(self):
        self.leases += 1
        try:
            yield self.engine
        finally:
            self.leases -= 1

    async def changed(self, commit: str) -> None:
        while self.engine.info.id == commit:
            self._moved.clear()
            await self._moved.wait()

    def move(self, engine: FakeEngine) -> None:
        self.engine = engine
        self._moved.set()


class Asked:
    """Takes down which pages are asked for; does besides what it is told to, once for each."""

    def __init__(self, beside: Callable | None = None) -> None:
        self.requests = []
        self._beside = beside

    @property
    def paths(self) -> list[str]:
        return [one.scope["path"] for one in self.requests]

    async def __call__(self, request) -> None:
        self.requests.append(request)
        if self._beside is not None:
            await self._beside(request)


def wanted(asked: Asked, is_full=lambda: False, asks=()) -> Wanted:
    return Wanted(asked, asks, {"/pictures": asked}, is_full)


def run(story, limit: float = 30) -> None:
    asyncio.run(asyncio.wait_for(story(), limit))


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0.001)


def test_the_busiest_things_come_first_then_what_tells_of_the_whole_then_other_things():
    async def story() -> None:
        asked, engine, first = Asked(), FakeEngine(things=200), []

        async def ask(one) -> None:
            first.append((one, len(asked.requests)))

        asking = Ahead(None, wanted(asked, asks=[ask]), seconds=60)
        await asking._ask(engine, 0)
        things = [f"/id/{n}.html" for n in range(ahead.THINGS)]
        assert [(one.engine, number) for one, number in first] == [(engine, ahead.FIRST)]
        assert asked.paths == [*things[: ahead.FIRST], "/pictures", *things[ahead.FIRST :]]
        assert engine.apart_open == 0
        for request in asked.requests:
            assert asgi.is_ahead(request.scope)
            assert asgi.leased(request.scope).engine is engine
            assert asgi.client(request.scope) == ""

    run(story)


def test_only_things_with_a_page_here_are_asked_for():
    async def story() -> None:
        engine = FakeEngine()
        iris = [f"{BASE}vocabulary/voice-author", f"{BASE}id/x", "https://example.org/id/y"]
        engine.rows = tuple((Term("iri", iri), None) for iri in iris)
        assert await ahead.busiest(engine) == ["/id/x.html"]

    run(story)


def test_nothing_more_is_asked_once_there_is_no_room():
    async def story() -> None:
        asked = Asked()
        full = lambda: len(asked.requests) == 3  # noqa: E731
        await Ahead(None, wanted(asked, full), seconds=60)._ask(FakeEngine(things=9), 0)
        assert len(asked.requests) == 3

    run(story)


def test_it_ends_when_its_time_is_over():
    async def story() -> None:
        async def for_ever(_request) -> None:
            await asyncio.Event().wait()

        asked, engine = Asked(for_ever), FakeEngine(things=9)
        await Ahead(None, wanted(asked), seconds=0.01)._ask(engine, 0)
        assert len(asked.requests) == 1
        assert engine.apart_open == 0

    run(story)


def test_questions_of_clients_go_first(monkeypatch):
    async def story() -> None:
        monkeypatch.setattr(ahead, "_GIVE_WAY_SECONDS", 60)

        async def ask(request) -> None:
            await asgi.leased(request.scope).table(COUNT, Dataset(), 1)

        asked, engine = Asked(ask), FakeEngine(things=2)
        engine.busy = 1
        asking = Ahead(None, wanted(asked), seconds=60)
        asking.follow(FakeServing(engine))
        await until(lambda: engine.apart_open)
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert not engine.asked
        engine.busy = 0
        await until(lambda: engine.asked)
        engine.busy = 1
        await until(lambda: asked.requests)
        number = len(engine.asked)
        for _ in range(20):
            await asyncio.sleep(0.001)
        assert len(engine.asked) == number
        engine.busy = 0
        await until(lambda: len(engine.asked) == 4)
        await asking.close()

    run(story)


def test_clients_that_never_leave_a_moment_hold_it_up_only_so_long(monkeypatch):
    async def story() -> None:
        monkeypatch.setattr(ahead, "_GIVE_WAY_SECONDS", 0.001)
        asked, engine = Asked(), FakeEngine(things=2)
        engine.busy = 2
        await Ahead(None, wanted(asked), seconds=60)._ask(engine, 0)
        assert len(asked.requests) == 3

    run(story)


def test_a_page_that_fails_costs_no_other(caplog):
    async def story() -> None:
        errors = iter([QueryError("too hard"), BusyError("no"), *[None] * 9])

        async def fail(_request) -> None:
            if error := next(errors):
                raise error

        asked = Asked(fail)
        await Ahead(None, wanted(asked), seconds=60)._ask(FakeEngine(things=4), 0)
        assert len(asked.requests) == 5

    run(story)


def test_a_fault_of_ours_is_logged_and_ends_it(caplog):
    async def story() -> None:
        async def fail(_request) -> None:
            raise KeyError("ours")

        asked = Asked(fail)
        serving = FakeServing(FakeEngine(things=4))
        asking = Ahead(None, wanted(asked), seconds=60)
        asking.follow(serving)
        await until(lambda: "pages are not asked for ahead" in caplog.text)
        assert len(asked.requests) == 1
        await asking.close()
        assert (serving.leases, serving.engine.apart_open) == (0, 0)

    run(story)


def test_the_end_of_the_server_stops_it_in_the_midst():
    async def story() -> None:
        async def for_ever(_request) -> None:
            await asyncio.Event().wait()

        asked = Asked(for_ever)
        serving = FakeServing(FakeEngine(things=4))
        asking = Ahead(None, wanted(asked), seconds=60)
        asking.follow(serving)
        await until(lambda: asked.requests)
        await asking.close()
        assert (serving.leases, serving.engine.apart_open) == (0, 0)

    run(story)


def test_a_newer_commit_stops_it_for_the_old_one(monkeypatch):
    async def story() -> None:
        monkeypatch.setattr(ahead, "_SETTLE_SECONDS", 0)

        async def for_ever(_request) -> None:
            await asyncio.Event().wait()

        asked, old, new = Asked(for_ever), FakeEngine(4, "1"), FakeEngine(4, "2")
        serving = FakeServing(old)
        asking = Ahead(None, wanted(asked), seconds=60)
        asking.follow(serving)
        await until(lambda: asked.requests)
        serving.move(new)
        await until(lambda: len(asked.requests) == 2)
        assert [asgi.leased(one.scope).engine for one in asked.requests] == [old, new]
        assert (old.apart_open, new.apart_open, serving.leases) == (0, 1, 1)
        await asking.close()

    run(story)


def test_the_setting_has_nothing_asked_ahead():
    async def story() -> None:
        serving = FakeServing(FakeEngine(things=4))
        asking = Ahead(None, wanted(Asked()), seconds=0)
        asking.follow(serving)
        await asyncio.sleep(0)
        assert serving.leases == 0

    run(story)


# --- What is kept ---


def test_held_answers_are_of_one_commit_and_weigh_so_much():
    held = Held[str](10, len)
    held.keep("1", "a", "12345")
    held.keep("1", "b", "123456")
    held.keep("1", "a", "other")
    assert (held.of("a"), held.of("b"), held.weight, held.is_full) == ("12345", None, 5, False)
    held.keep("1", "c", "12345")
    assert held.is_full
    held.keep("2", "d", "1")
    assert (held.of("a"), held.of("d"), held.weight) == (None, "1", 1)


def test_who_comes_while_something_is_asked_ahead_does_not_wait_for_it():
    async def story() -> None:
        goes_on, made = asyncio.Event(), []

        async def make(engine) -> str:
            made.append(engine)
            if engine.slow:
                await goes_on.wait()
            return "it"

        kept, info = Kept[str](make), SimpleNamespace(id="1")
        work = asyncio.create_task(kept.ahead(SimpleNamespace(info=info, slow=True)))
        await until(lambda: made)
        assert await kept.of(SimpleNamespace(info=info, slow=False)) == "it"
        goes_on.set()
        await work
        await kept.ahead(SimpleNamespace(info=info, slow=True))
        assert len(made) == 2

    run(story)


def test_what_fails_ahead_is_asked_for_again_when_it_is_wanted():
    async def story() -> None:
        tries = []

        async def make(engine) -> str:
            tries.append(engine)
            if len(tries) == 1:
                raise QueryError("too hard")
            return "it"

        kept, engine = Kept[str](make), SimpleNamespace(info=SimpleNamespace(id="1"))
        with pytest.raises(QueryError):
            await kept.ahead(engine)
        assert await kept.of(engine) == "it"

    run(story)


def test_kept_answers_stay_bounded_when_some_are_asked_ahead():
    answers = Answers[int](2)
    for number in range(5):
        answers.keep(number, number)
    assert [number for number in range(5) if answers.has(number)] == [3, 4]


# --- The reader of its own ---


@pytest.mark.parametrize("memory", [True, False])
def test_an_engine_apart_answers_the_same_and_takes_no_reader_of_others(home, memory):
    async def story(engine) -> None:
        watched = []
        watcher = SimpleNamespace(admit=watched.append, started=watched.append)
        engine._pool._watcher = watcher
        before = engine.states()
        async with engine.apart() as apart:
            asking = [asyncio.create_task(apart.table(COUNT, Dataset(), 1)) for _ in range(3)]
            await until(lambda: apart.states()["busy"] == 1)
            assert engine.states() == before
            answers = [one.rows for one in await asyncio.gather(*asking)]
            assert apart.info == engine.info
        engine._pool._watcher = Watcher()
        assert not watched
        assert answers == [(await engine.table(COUNT, Dataset(), 1)).rows] * 3
        assert apart.states() == dict.fromkeys(before, 0)

    told(home, story, memory=memory)


def test_a_question_apart_ends_when_it_has_worked_too_long(home, monkeypatch):
    monkeypatch.setattr(pool, "APART_SECONDS", 0.05)

    async def story(engine) -> None:
        async with engine.apart() as apart:
            with pytest.raises(BusyError):
                await apart.table(CROSS, Dataset(), 1)
            await apart.table("ASK {}", Dataset(), 1)

    told(home, story)


# --- Pages ---


@pytest.fixture(scope="module")
def spoken_of(tmp_path_factory) -> Home:
    """A home with an actor that many claims speak of."""
    home = Home(tmp_path_factory.mktemp("ahead") / "home")
    text = PREFIXES + WORLD + "".join(map(claim, range(60)))
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(text), "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"]])
    return home


def serve(home: Home, story, **settings) -> None:
    """Run a story with an application over a home, and a client of it."""

    async def all_of_it() -> None:
        app = create_app(Settings(**settings), HomeSource(home, None, Settings()))
        labels._kept.clear()
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://here")
        async with app.router.lifespan_context(app), client:
            await story(app, client)

    asyncio.run(asyncio.wait_for(all_of_it(), 120))


PATHS = ("/", "/about", *PICTURES, "/id/andria.html", "/id/andria.html?from=25")


def test_pages_are_the_same_whether_asked_ahead_meanwhile_or_not(spoken_of):
    pages = {}

    async def fetch(client) -> list[str]:
        answers = [await client.get(path, headers=HTML) for path in PATHS]
        assert {one.status_code for one in answers} == {200}
        return [one.text for one in answers]

    async def without(app, client) -> None:
        pages["without"] = await fetch(client)

    async def within(app, client) -> None:
        pages["meanwhile"] = await fetch(client)

    async def after(app, client) -> None:
        await asked_ahead(app)
        pages["after"] = await fetch(client)

    serve(spoken_of, without, ahead_seconds=0)
    serve(spoken_of, within)
    serve(spoken_of, after)
    assert pages["without"] == pages["meanwhile"] == pages["after"]


async def asked_ahead(app) -> None:
    """Have all asked ahead that is wanted of the commit."""
    engine = app.state.serving.engine
    async with engine.apart() as apart:
        await app.state.ahead._ask_all(Modest(apart, engine))


def test_a_page_that_was_asked_ahead_asks_only_whether_its_thing_is_there(spoken_of):
    asked = []

    async def story(app, client) -> None:
        await asked_ahead(app)
        engine = app.state.serving.engine
        original = type(engine).table

        async def table(self, query, *rest, **more):
            asked.append(query)
            return await original(self, query, *rest, **more)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(engine), "table", table)
            await client.get("/id/andria.html", headers=HTML)
            assert len(asked) == 2
            await client.get("/id/andria.html?from=25", headers=HTML)
            assert len(asked) > 4
            asked.clear()
            for path in ("/", "/about", "/.well-known/void"):
                await client.get(path, headers=HTML)
            assert not asked

    serve(spoken_of, story, ahead_seconds=0)


def test_what_is_asked_ahead_counts_as_nobodys_request_or_query(spoken_of):
    async def story(app, client) -> None:
        metrics = app.state.operations.metrics
        before = metrics.exposition("")
        await asked_ahead(app)
        told_before, told_after = (
            [line for line in one.splitlines() if b"requests_total" in line or b"queries" in line]
            for one in (before[0], metrics.exposition("")[0])
        )
        assert told_before == told_after

    serve(spoken_of, story, ahead_seconds=0, quota_share=0.001)


def test_labels_are_kept_for_a_few_commits():
    labels._kept.clear()
    engines = [SimpleNamespace(info=SimpleNamespace(id=str(n))) for n in range(9)]
    for engine in engines:
        labels._known(engine, labels.THINGS)["urn:x"] = engine.info.id
    assert len(labels._kept) == labels.COMMITS
    last = engines[-1]
    named = SimpleNamespace(info=replace_release(last.info), engine=last)
    assert labels._known(named, labels.THINGS) == {"urn:x": "8"}
    labels._kept.clear()


def replace_release(info) -> SimpleNamespace:
    return SimpleNamespace(id=info.id, release="first")
