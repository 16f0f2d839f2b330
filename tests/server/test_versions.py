"""Answering from a release or a commit that a request names, beside the one that is served."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest
from server.running_server import build, start, stop, triples

from demarche_ontology.errors import StoreError, TryLaterError, UnknownReleaseError
from demarche_ontology.terms import GRAPH, ID
from demarche_server import versions as module
from demarche_server.protocol import Version
from demarche_server.run import HomeSource
from demarche_server.serving import Serving
from demarche_server.settings import Settings
from demarche_server.tokens import Tokens
from demarche_server.versions import Versions
from demarche_store.home import Home
from demarche_store.protocol import Dataset

COUNT = "SELECT (COUNT(*) AS ?n) { ?s <urn:new> ?o }"


def add(home: Home, number: int) -> str:
    """Make a commit in which so many statements are new, and the thing of that number."""
    with home.writer("a test") as writer:
        text = "".join(f"<urn:s> <urn:new> {n} ." for n in range(number))
        label = "http://www.w3.org/2004/02/skos/core#prefLabel"
        text += f'<{ID[f"thing-{number}"].value}> <{label}> "Thing {number}"@en .'
        writer.replace_graph(GRAPH["links"], triples(text), "seeds")
        names = [GRAPH["reference"], GRAPH["links"]]
        return writer.commit("more", f"digest {number}", names).id


def grown(path) -> tuple[Home, list[str]]:
    """Return a home with three commits: 0 new statements (first-light), 1 (second), 2 (current)."""
    home = build(path)
    commits = [home.current().id, add(home, 1)]
    home.create_release("second")
    commits.append(add(home, 2))
    return home, commits


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    return grown(tmp_path_factory.mktemp("versions") / "home")


@pytest.fixture(scope="module")
def running(story):
    home, _ = story
    running = start(home.path, None, max_open_releases=2)
    for release in ("first-light", "second"):
        count(running, release=release)
    yield running
    stop(running)


def patiently(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask until the answer is not that it takes a while: machines may be slow."""
    while (answer := ask()).status_code == 503:
        time.sleep(float(answer.headers["retry-after"]) / 10)
    return answer


def count(running, client=httpx, **version) -> tuple[str, str, str | None]:
    """Return the answer to COUNT, and the commit and the release that gave it."""
    parameters = {"query": COUNT, "format": "csv", **version}
    answer = patiently(lambda: client.get(running.sparql, params=parameters, timeout=60))
    assert answer.status_code == 200, answer.text
    headers = answer.headers
    return answer.text.split()[1], headers["demarche-commit"], headers.get("demarche-release")


# --- What answers ----------------------------------------------------------------------------


def test_each_version_gives_its_own_answer_and_says_which_it_is(running, story):
    _, (first, second, current) = story
    assert count(running) == ("2", current, None)
    assert count(running, release="first-light") == ("0", first, "first-light")
    assert count(running, release="second") == ("1", second, "second")
    assert count(running, commit=second) == ("1", second, None)
    assert count(running, commit=current) == ("2", current, None)


@pytest.mark.parametrize("accept", ["text/csv", "application/json"])
def test_a_release_may_stand_in_the_address_or_in_the_form(running, story, accept):
    _, (first, *_) = story
    form = {"query": COUNT, "release": "first-light"}
    headers = {"accept": accept}
    answers = [
        httpx.post(running.sparql, data=form, headers=headers),
        httpx.post(f"{running.sparql}?release=first-light", data={"query": COUNT}, headers=headers),
        httpx.post(
            f"{running.sparql}?release=first-light",
            content=COUNT,
            headers={**headers, "content-type": "application/sparql-query"},
        ),
        httpx.get(f"{running.sparql}?rel%65ase=first-light&query={quote(COUNT)}", headers=headers),
    ]
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["demarche-commit"] == first
        assert answer.headers["demarche-release"] == "first-light"
        assert answer.text == answers[0].text


def test_the_same_commit_has_the_same_tag_however_it_is_named(running, story):
    _, (_, second, current) = story

    def tag(**version) -> str:
        return running.ask(COUNT, **version).headers["etag"]

    assert tag(release="second") == tag(commit=second)
    assert tag() == tag(commit=current)
    assert len({tag(), tag(release="second"), tag(release="first-light")}) == 3
    again = httpx.get(
        running.sparql,
        params={"query": COUNT, "release": "second"},
        headers={"if-none-match": tag(commit=second)},
    )
    assert again.status_code == 304
    assert again.headers["demarche-release"] == "second"


@pytest.mark.parametrize(
    ("status", "parameters", "told"),
    [
        (404, {"release": "nix"}, "second, first-light"),
        (404, {"release": "../home"}, "second"),
        (404, {"release": "000001"}, "second"),
        (404, {"commit": "000001"}, "second"),
        (404, {"commit": "000009-0123456789ab"}, "second"),
        (404, {"commit": "first-light"}, "second"),
        (400, {"release": "second", "commit": "x"}, "name one of them"),
        (400, {"release": ["second", "first-light"]}, "give it once"),
    ],
)
@pytest.mark.parametrize("path", ["sparql", "query", "id/ruritania", ".well-known/void"])
def test_what_is_not_there_is_told(running, status, parameters, told, path):
    answer = httpx.get(running.url + path, params={"query": COUNT, **parameters})
    assert answer.status_code == status
    problem = answer.json()
    assert told in problem["remedy"]
    assert str(running.home) not in answer.text
    if status == 404:
        assert problem["type"] == "/problems#unknown-release"


def test_things_pages_graphs_and_descriptions_are_of_the_version(running):
    thing = {"release": "second"}
    lead = httpx.get(f"{running.url}id/thing-1", params=thing, headers={"accept": "text/turtle"})
    assert lead.status_code == 303
    assert lead.headers["location"].endswith("/id/thing-1.ttl?release=second")
    data = httpx.get(running.url + lead.headers["location"].lstrip("/"))
    assert '"Thing 1"@en' in data.text
    assert httpx.get(f"{running.url}id/thing-1.ttl").status_code == 404
    page = httpx.get(f"{running.url}id/thing-1.html", params=thing)
    assert (page.status_code, page.headers["demarche-release"]) == (200, "second")
    graph = {"graph": GRAPH["links"].value, **thing}
    assert '"Thing 1"@en' in httpx.get(f"{running.url}rdf-graph-store", params=graph).text
    described = httpx.get(f"{running.url}.well-known/void", params=thing).text
    assert 'dcat:version "second"' in described
    assert '"second"' not in httpx.get(running.sparql, headers={"accept": "text/turtle"}).text


def test_search_is_of_the_version_and_of_no_other(running, story):
    _, commits = story

    def found(**version) -> dict:
        parameters = {"q": "thing", "format": "json", **version}
        return patiently(lambda: httpx.get(f"{running.url}search", params=parameters)).json()

    assert [one["label"] for one in found()["results"]] == ["Thing 2"]
    old = found(release="second")
    assert [one["label"] for one in old["results"]] == ["Thing 1"]
    assert old["commit"] == commits[1]
    assert old["results"][0]["path"] == "/id/thing-1?release=second"
    assert found(release="first-light")["results"] == []
    assert [one["label"] for one in found()["results"]] == ["Thing 2"]


def test_a_server_that_stays_with_a_release_answers_from_others_but_not_from_unnamed_commits(
    story,
):
    home, (first, second, current) = story
    running = start(home.path, "second")
    try:
        assert count(running) == ("1", second, "second")
        assert count(running, release="first-light") == ("0", first, "first-light")
        assert count(running, commit=second) == ("1", second, "second")
        assert count(running, commit=first) == ("0", first, None)
        assert running.ask(COUNT, commit=current).status_code == 404
    finally:
        stop(running)


def test_where_none_may_be_open_only_what_is_served_answers(story):
    home, (*_, current) = story
    running = start(home.path, None, max_open_releases=0)
    try:
        assert running.ask(COUNT, commit=current).status_code == 200
        assert running.ask(COUNT, release="second").status_code == 404
    finally:
        stop(running)


# --- Writing ---------------------------------------------------------------------------------

UPDATE = "INSERT DATA { GRAPH <urn:mine> { <urn:a> <urn:b> <urn:c> } }"
DIRECT = {"content-type": "application/sparql-update"}


@pytest.mark.parametrize(
    ("method", "address", "options"),
    [
        ("POST", "sparql?release=second", {"content": UPDATE, "headers": DIRECT}),
        ("POST", "sparql?release=second", {"data": {"update": UPDATE}}),
        ("POST", "sparql", {"data": {"update": UPDATE, "release": "second"}}),
        ("PUT", "rdf-graph-store?graph=urn:mine&release=second", {"content": "<urn:a> a <urn:b>."}),
        ("DELETE", "rdf-graph-store?graph=urn:mine&release=second", {}),
    ],
)
def test_nothing_is_written_into_a_release(running, story, method, address, options):
    home, _ = story
    token = Tokens.of(home).create(f"t{len(Tokens.of(home).all())}", _now())
    headers = {"content-type": "text/turtle"} if method == "PUT" else {}
    headers |= options.pop("headers", {}) | {"authorization": f"Bearer {token}"}
    before = home.commits()
    answer = httpx.request(method, running.url + address, headers=headers, **options)
    assert answer.status_code == 403
    assert "never change" in answer.json()["detail"]
    assert home.commits() == before


def test_who_has_a_token_may_ask_a_release(running, story):
    token = Tokens.of(story[0]).create("reader", _now())
    answer = httpx.post(
        f"{running.sparql}?release=second",
        data={"query": COUNT},
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.headers["demarche-release"] == "second"


def _now() -> datetime:
    return datetime.now(UTC)


# --- Many at once ----------------------------------------------------------------------------


def test_many_versions_at_once_never_mix_while_commits_change(tmp_path):
    home, (first, second, _) = grown(tmp_path / "home")
    running = start(home.path, None, max_open_releases=2, cache_bytes=0)
    over = threading.Event()

    def asks(version: dict[str, str], expected: tuple[str, str, str] | None) -> int:
        rounds = 0
        with httpx.Client() as client:
            while not over.is_set() or not rounds:
                number, commit, release = count(running, client, **version)
                if expected is None:
                    assert release is None
                    assert commit.startswith(f"{int(number) + 1:06d}-")
                else:
                    assert (number, commit, release) == expected
                rounds += 1
        return rounds

    try:
        with ThreadPoolExecutor() as threads:
            asking = [
                threads.submit(asks, {}, None),
                threads.submit(asks, {"release": "second"}, ("1", second, "second")),
                threads.submit(asks, {"release": "first-light"}, ("0", first, "first-light")),
                threads.submit(asks, {"release": "first-light"}, ("0", first, "first-light")),
            ]
            try:
                for number in range(3, 8):
                    add(home, number)
                    time.sleep(0.3)
            finally:
                over.set()
            assert all(one.result(timeout=500) for one in asking)
    finally:
        log = stop(running)
    assert "Traceback" not in log


def test_what_is_asked_is_not_pruned_and_what_is_pruned_is_gone(tmp_path):
    home, (first, second, current) = grown(tmp_path / "home")
    unnamed = add(home, 3)
    add(home, 4)
    running = start(home.path, None, release_idle_seconds=15)
    later = _now() + timedelta(days=1)
    try:
        assert count(running, commit=unnamed)[:2] == ("3", unnamed)
        assert unnamed not in home.prune(timedelta(0), later)
        for _ in range(900):
            if unnamed in home.prune(timedelta(0), later):
                break
            time.sleep(0.1)
        assert running.ask(COUNT, commit=unnamed).status_code == 404
        assert running.ask(COUNT, commit=current).status_code == 404
        assert count(running, release="first-light") == ("0", first, "first-light")
        assert count(running, release="second") == ("1", second, "second")
    finally:
        stop(running)


def opened(running) -> int:
    lines = httpx.get(f"{running.url}metrics", timeout=60).text.splitlines()
    return int(
        float(next(li for li in lines if li.startswith("demarche_open_releases ")).split()[1])
    )


def test_metrics_tell_how_many_are_open_and_those_idle_are_closed(story):
    running = start(story[0].path, None, max_open_releases=1, release_idle_seconds=0.3)
    try:
        assert opened(running) == 0
        for release in ("first-light", "second", "first-light"):
            count(running, release=release)
            assert opened(running) <= 1
        for _ in range(300):
            if not opened(running):
                break
            time.sleep(0.1)
        assert opened(running) == 0
        assert count(running, release="second")[0] == "1"
    finally:
        stop(running)


# --- Opening, in this process ----------------------------------------------------------------


@pytest.fixture
def patient(monkeypatch):
    """Have opening a version take as long as it may."""
    monkeypatch.setattr(module, "WAIT_SECONDS", 100)


def tried(home: Home, story, **settings) -> None:
    """Run a story with the versions of a home."""

    async def run() -> None:
        source = HomeSource(home, None, Settings(**settings))
        serving = Serving(source, poll_seconds=60)
        await serving.start()
        versions = Versions(source, serving, source.settings)
        try:
            await story(versions, serving)
        finally:
            await versions.close()
            await serving.close()

    asyncio.run(asyncio.wait_for(run(), 120))


SECOND, FIRST = Version(release="second"), Version(release="first-light")


def test_one_engine_is_shared_by_who_asks_the_same_commit(story, patient):
    home, (_, second, _) = story

    async def asked(versions: Versions, serving: Serving) -> None:
        async with AsyncExitStack() as stack:
            leases = [SECOND, SECOND, Version(commit=second)]
            found = await asyncio.gather(
                *(stack.enter_async_context(versions.lease(one)) for one in leases)
            )
            assert [engine.info.release for engine in found] == ["second", "second", None]
            assert {engine.info.id for engine in found} == {second}
            assert len(versions) == 1
            table = await found[0].table(COUNT, Dataset(), 1)
            assert table.rows[0][0].value == "1"

    tried(home, asked)


def test_a_release_of_the_served_commit_needs_no_engine_of_its_own(tmp_path, patient):
    home, (*_, current) = grown(tmp_path / "home")
    home.create_release("third")

    async def asked(versions: Versions, serving: Serving) -> None:
        async with versions.lease(Version(release="third")) as engine:
            assert (engine.info.id, engine.info.release) == (current, "third")
            assert len(versions) == 0
            assert serving.engine.info.release is None

    tried(home, asked)


def test_who_comes_while_as_many_are_asked_as_may_be_is_sent_away(story, patient):
    async def asked(versions: Versions, serving: Serving) -> None:
        async with versions.lease(FIRST):
            with pytest.raises(TryLaterError, match="As many releases"):
                async with versions.lease(SECOND):
                    pass
        async with versions.lease(SECOND) as engine:
            assert engine.info.release == "second"
            assert len(versions) == 1

    tried(story[0], asked, max_open_releases=1)


def test_who_waits_too_long_is_told_to_come_again_and_then_served(story, patient, monkeypatch):
    async def asked(versions: Versions, serving: Serving) -> None:
        monkeypatch.setattr(module, "WAIT_SECONDS", 0)
        with pytest.raises(TryLaterError) as told:
            async with versions.lease(SECOND):
                pass
        assert told.value.retry_after == module.RETRY_SECONDS
        monkeypatch.setattr(module, "WAIT_SECONDS", 60)
        async with versions.lease(SECOND) as engine:
            assert engine.info.release == "second"

    tried(story[0], asked)


def test_one_just_opened_stays_for_who_was_told_to_come_again(story, patient, monkeypatch):
    async def asked(versions: Versions, serving: Serving) -> None:
        monkeypatch.setattr(module, "WAIT_SECONDS", 0)
        monkeypatch.setattr(module, "GRACE_SECONDS", 1000)
        with pytest.raises(TryLaterError):
            async with versions.lease(SECOND):
                pass
        monkeypatch.setattr(module, "WAIT_SECONDS", 100)
        while not versions.states()["idle"] > serving.engine.states()["idle"]:
            await asyncio.sleep(0.01)
        for version, comes in ((FIRST, False), (SECOND, True), (FIRST, True)):
            try:
                async with versions.lease(version):
                    assert comes
            except TryLaterError:
                assert not comes

    tried(story[0], asked, max_open_releases=1)


def test_a_release_that_cannot_be_opened_is_tried_again(story, patient, monkeypatch):
    async def asked(versions: Versions, serving: Serving) -> None:
        whole = HomeSource.open

        async def broken(*_: object) -> None:
            raise StoreError("damaged")

        monkeypatch.setattr(HomeSource, "open", broken)
        for _ in range(2):
            with pytest.raises(StoreError, match="damaged"):
                async with versions.lease(SECOND):
                    pass
            await asyncio.sleep(0)
            assert len(versions) == 0
        monkeypatch.setattr(HomeSource, "open", whole)
        async with versions.lease(SECOND) as engine:
            assert engine.info.release == "second"

    tried(story[0], asked)


def test_releases_take_what_memory_the_served_graph_leaves(story, patient):
    async def asked(versions: Versions, serving: Serving) -> None:
        async with versions.lease(SECOND) as second, versions.lease(FIRST) as first:
            assert serving.engine.memory > 0
            assert second.memory > 0
            assert first.memory == 0
            table = await first.table(COUNT, Dataset(), 1)
            assert table.rows[0][0].value == "0"

    # Room for the served graph and one more; each is of some 7,000 triples at 500 bytes.
    tried(story[0], asked, max_graph_memory_bytes=5_000_000)


def test_a_commit_that_was_never_served_is_not_asked(tmp_path, patient):
    home, (_, second, _) = grown(tmp_path / "home")

    async def asked(versions: Versions, serving: Serving) -> None:
        newer = add(home, 3)  # the poll of this story's server is far off
        with pytest.raises(UnknownReleaseError):
            async with versions.lease(Version(commit=newer)):
                pass
        async with versions.lease(Version(commit=second)) as engine:
            assert engine.info.id == second

    tried(home, asked)
