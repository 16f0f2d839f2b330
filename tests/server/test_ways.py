"""What the page of an actor does not ask for, or only once; it shows the same for all that."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence

import httpx
import pytest

from demarche_ontology.terms import BASE, DEM, ID
from demarche_server.app import create_app
from demarche_server.pages.things import entity_page, ways
from demarche_server.readers.engine import ReaderEngine
from demarche_server.run import HomeSource
from demarche_server.settings import Settings

CLASSES = (
    *("State", "Person", "Organization", "Treaty", "Provision", "Place", "Territory"),
    *("Office", "MediaOutlet", "GovernmentBody", "Commenter"),
)
EACH = 3
STATE, SPEAKER = "/id/armenia.html", "/id/nikol-pashinyan.html"
_ASKED = re.compile(r'href="/query\?query=[^"]*"')


@pytest.fixture
def asked(monkeypatch) -> list[str]:
    """The queries for tables that are asked from now on."""
    noted: list[str] = []
    real = ReaderEngine.table

    async def table(self, query, *rest, **more):
        noted.append(query)
        return await real(self, query, *rest, **more)

    monkeypatch.setattr(ReaderEngine, "table", table)
    return noted


def look(home, paths: Sequence[str], asked: Sequence[str] = ()) -> list[tuple[str, list[str]]]:
    """Return pages of one application, each with the queries that were asked for it."""

    async def story() -> list[tuple[str, list[str]]]:
        settings = Settings()
        app = create_app(settings, HomeSource(home, None, settings))
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://here",
            headers={"accept": "text/html"},
            timeout=120,
        )
        found = []
        async with app.router.lifespan_context(app), client:
            for path in paths:
                before = len(asked)
                answer = await client.get(path)
                assert answer.status_code == 200, path
                found.append((_ASKED.sub("", answer.text), list(asked[before:])))
        return found

    return asyncio.run(story())


def things(home) -> list[str]:
    """Return the paths of some things of each class, those that most is said of first."""
    found: dict[str, None] = {}
    with home.open() as view:
        for name in CLASSES:
            query = (
                f"SELECT ?x (COUNT(?s) AS ?n) {{ ?x a {DEM[name]} OPTIONAL {{ ?s ?p ?x }} }} "
                f"GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT {EACH}"
            )
            iris = [row[0].value for row in view.query(query).rows()]
            found |= dict.fromkeys(f"{iri.removeprefix(BASE)}.html" for iri in iris)
    return list(found)


def test_a_page_shows_the_same_as_if_everything_were_asked_for(seed_home, monkeypatch):
    paths = [*things(seed_home), f"{STATE}?from=25", f"{STATE}?source=urn:x"]
    assert len(paths) > 15
    narrowed = look(seed_home, paths)

    async def any_way(_) -> ways.Ways:
        return ways.ALL_WAYS

    monkeypatch.setattr(entity_page, "find_ways", any_way)
    for path, (some, _), (whole, _) in zip(paths, narrowed, look(seed_home, paths), strict=True):
        assert some == whole, path


def test_claims_of_who_makes_none_are_not_asked_for(seed_home, asked):
    (_, of_state), (_, of_speaker) = look(seed_home, [STATE, SPEAKER], asked)

    def lists(queries: Sequence[str], thing: str) -> list[str]:
        return [one for one in queries if f"{DEM['attributedTo']} {ID[thing]} ." in one]

    assert not lists(of_state, "armenia")
    assert len(lists(of_speaker, "nikol-pashinyan")) == 4


def test_what_is_counted_over_all_claims_is_asked_for_once(seed_home, asked):
    (first, whole), (second, rest) = look(seed_home, [STATE, f"{STATE}?from=25"], asked)
    counted = "COUNT(DISTINCT ?claim)"
    assert sum(counted in one for one in whole) == 2
    assert not any(counted in one for one in rest)
    assert all(f'aria-labelledby="{name}"' in second for name in ("dealings", "about"))
    assert first != second


def test_labels_are_looked_up_once(seed_home, asked):
    (first, _), (second, again) = look(seed_home, [STATE, STATE], asked)
    assert first == second
    assert not any("VALUES ?x" in one for one in again)


@pytest.mark.parametrize("iris", [None, frozenset[str]()])
def test_ways_that_are_not_known_may_be_any(iris):
    assert ways.Ways(iris).some(DEM["actor"]) is (iris is None)
