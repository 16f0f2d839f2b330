"""Following the home: one answer is of one commit, and none is dropped at the switch."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from server.running_server import build, triples

from demarche_ontology.errors import StoreError
from demarche_ontology.terms import GRAPH
from demarche_server.engine import Engine
from demarche_server.run import HomeSource
from demarche_server.serving import Serving
from demarche_server.settings import Settings
from demarche_store.home import Home
from demarche_store.protocol import Dataset

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <urn:new> ?o }"


@dataclass
class Following:
    """The commits of a home, as a source; remembers what it opened, and can be made to fail."""

    home: Home
    opened: list[Engine] = field(default_factory=list)
    broken: bool = False

    def current(self) -> str:
        return self.home.resolve().id

    async def open(self, watcher, services) -> Engine:
        if self.broken:
            raise StoreError("damaged")
        self.opened.append(await HomeSource(self.home, None, Settings()).open(watcher, services))
        return self.opened[-1]


def closed(engine: Engine) -> bool:
    return not any(engine.states().values())


@pytest.fixture
def own_home(tmp_path) -> Home:
    return build(tmp_path / "home")


def add(home: Home, number: int) -> str:
    with home.writer("a test") as writer:
        text = "".join(f"<urn:s> <urn:new> {n} ." for n in range(number))
        writer.replace_graph(GRAPH["links"], triples(text), "seeds")
        names = [GRAPH["reference"], GRAPH["links"]]
        return writer.commit("more", f"digest {number}", names).id


async def count(engine) -> str:
    return (await engine.table(COUNT, Dataset(), 1)).rows[0][0].value


def test_a_lease_stays_with_its_commit_and_new_ones_follow(own_home):
    async def story() -> None:
        source = Following(own_home)
        serving = Serving(source, poll_seconds=60)
        await serving.start()
        with serving.lease() as old:
            commit = add(own_home, 2)
            await asyncio.wait_for(serving.follow(commit), 30)
            with serving.lease() as new:
                assert (await count(old), await count(new)) == ("0", "2")
                assert new.info.id == commit
        while not closed(source.opened[0]):
            await asyncio.sleep(0.01)
        assert not closed(source.opened[1])
        await serving.close()
        assert closed(source.opened[1])

    asyncio.run(story())


def test_a_commit_is_followed_without_being_told(own_home):
    async def story() -> None:
        serving = Serving(Following(own_home), poll_seconds=0.01)
        await serving.start()
        commit = add(own_home, 1)
        while serving.engine.info.id != commit:
            await asyncio.sleep(0.01)
        await serving.close()

    asyncio.run(asyncio.wait_for(story(), 30))


def test_a_commit_that_cannot_be_opened_leaves_the_old_one(own_home, caplog):
    async def story() -> None:
        source = Following(own_home)
        serving = Serving(source, poll_seconds=0.01)
        await serving.start()
        source.broken = True
        commit = add(own_home, 1)
        while "cannot be served" not in caplog.text:
            await asyncio.sleep(0.01)
        assert await count(serving.engine) == "0"
        source.broken = False
        await serving.follow(commit)
        assert await count(serving.engine) == "1"
        await serving.close()

    asyncio.run(asyncio.wait_for(story(), 30))
