"""Things are found by their names, in any spelling; whatever is typed, nothing breaks."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from server.running_server import Running, start, stop, triples
from server.test_pages import Page

from demarche_ontology.errors import QueryTimeoutError, StoreError
from demarche_ontology.terms import DEM, GRAPH, ID
from demarche_server.search import folding
from demarche_server.search import index as indexing
from demarche_server.search.build import build
from demarche_server.search.index import MOST_FOUND, Index
from demarche_store.formats import GRAPH_FORMATS
from demarche_store.home import Home
from demarche_store.parsing import Content

HOSTILE = [
    '"',
    '" OR words MATCH "a',
    "a* NEAR(b) ^c {said}: -d",
    "NOT AND OR",
    "'; DROP TABLE thing; --",
    "\0",
    "a\0b",
    "%00",
    "\u202eabc\u202c",
    "<script>alert(1)</script>",
    "a" * 2000,
    "a " * 1000,
    "*",
    "((((((",
    "%",
    "\U0001f600",
    "ﷺ" * 500,
    "<https://w3id.org/demarche/id/>",
    "dem:",
    "http://[",
]

TURTLE = r"""
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix id: <https://w3id.org/demarche/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
dem:Actor rdfs:label "actor"@en .
dem:Person rdfs:subClassOf dem:Actor ; rdfs:label "person"@en ; skos:definition "A human being." .
id:tokayan a dem:Person ; skos:prefLabel "Armen Tokayan"@en ; skos:altLabel "Армен Токаян"@ru .
id:tokayan-statue a dem:Place ; skos:prefLabel "Statue of Armen Tokayan in the old town"@en .
id:norland a dem:State ; skos:prefLabel "Norland"@en, "Nordland"@de ; skos:notation "NRL" ;
    dem:attributedName id:name-1 .
id:name-1 a dem:AttributedName ; dem:nameForm "The Usurpers' Realm" ; dem:nameUsedBy id:tokayan .
id:claim-1 a dem:Claim ; dem:statement "Tokayan said that Norland had closed the tunnel."@en ;
    dem:attributedTo id:tokayan ; dem:utteredOn "2020-01-02"^^xsd:date .
id:hostile a dem:Place ; skos:prefLabel "<script>alert('owned')</script> \u202Eevil"@en ;
    skos:altLabel "Scriptville" .
id:long a dem:Place ; skos:prefLabel "LONG" .
id:long-name a dem:Place ; skos:prefLabel "ENDLESS" .
"""


def made(tmp_path: Path, text: str) -> Index:
    """The index of a small graph."""
    home = Home(tmp_path / "home")
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(text), "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"]])
    with home.open() as view:
        build(view.store, False, tmp_path / "names.sqlite")
    return Index(tmp_path / "names.sqlite")


@pytest.fixture(scope="module")
def names(tmp_path_factory) -> Index:
    text = TURTLE.replace("ENDLESS", "endless " * 1500)
    return made(tmp_path_factory.mktemp("names"), text)


@pytest.fixture(scope="module")
def seeds(seed_home, tmp_path_factory) -> Index:
    path = tmp_path_factory.mktemp("seeds") / "names.sqlite"
    with seed_home.open() as view:
        build(view.store, False, path)
    return Index(path)


def found(index: Index, text: str, kind: str = "") -> list[tuple[str, str]]:
    """What is found: local names of IRIs, and how."""
    results = index.search(text, kind)
    return [(one.iri.rpartition("/")[2], one.match.name) for one in results.found]


# --- Spellings -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Toqaev", "Tokayev"),
        ("Токаев", "Tokayev"),
        ("Тоқаев", "Tokayev"),
        ("Aliev", "Aliyev"),
        ("Əliyev", "Aliyev"),
        ("Sarkisian", "Sargsyan"),
        ("Սարգսյան", "Sarkisian"),
        ("Փաշինյան", "Pashinian"),
        ("Ղարաբաղ", "Karabakh"),
        ("Qarabağ", "Karabakh"),
        ("Erevan", "Yerevan"),
        ("Naxçıvan", "Nakhchivan"),
        ("Hacıyev", "Hajiyev"),
        ("Kocharian", "Kotcharyan"),
        ("Bajramow", "Bayramov"),
        ("Aserbaidschan", "Azerbaijan"),
        ("Gorbatschow", "Gorbachev"),
        ("Bedrossian", "Petrosyan"),
    ],
)
def test_spellings_of_one_name_sound_alike(typed, meant):
    one, other = folding.fold(typed), folding.fold(meant)
    assert folding.sound_of(one) == folding.sound_of(other)
    assert folding.alike(one, other)


@pytest.mark.parametrize(
    ("typed", "meant"), [("toqa", "tokayev"), ("sarkis", "sargsyan"), ("aserbai", "azerbaijan")]
)
def test_beginnings_sound_alike(typed, meant):
    assert folding.begins_alike(typed, meant)


def test_other_beginnings_do_not():
    assert not folding.begins_alike("toqa", "document")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Iran", "Iraq"), ("Aliyev", "Olaf"), ("Russia", "Prussia"), ("Armenia", "Romania")],
)
def test_other_names_do_not(one, other):
    one, other = folding.fold(one), folding.fold(other)
    assert not (folding.sound_of(one) == folding.sound_of(other) and folding.alike(one, other))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nagorno-Karabakh's", "nagorno karabakh"),
        ("Côte d’Ivoire", "cote divoire"),
        ("Düsseldorf STRASSE ß", "dusseldorf strasse ss"),
        ("İstanbul", "istanbul"),
        ("ﬁne ½", "fine 1 2"),
        ("  …  ", ""),
    ],
)
def test_folding(text, folded):
    assert folding.fold(text) == folded


def test_a_word_is_found_by_its_parts_at_apostrophes():
    assert set(folding.words("Côte d’Ivoire")) >= {"divoire", "ivoire", "cote"}


@given(st.text())
@example("'s")
def test_folding_is_ascii_and_done_once(text):
    folded = folding.fold(text)
    assert folding.fold(folded) == folded
    assert all(word.isascii() and word.isalnum() for word in folded.split(" ") if folded)


@given(st.text(), st.lists(st.text(alphabet="abcdefgh", min_size=1), max_size=3))
def test_marking_changes_no_text(text, wanted):
    assert "".join(piece for piece, _ in folding.marks(text, wanted)) == text


# --- Finding ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("Toqaev", "kassym-jomart-tokayev"),
        ("Токаев", "kassym-jomart-tokayev"),
        ("Tokaev", "kassym-jomart-tokayev"),
        ("Aliev", "ilham-aliyev"),
        ("Əliyev", "ilham-aliyev"),
        ("Алиев", "ilham-aliyev"),
        ("Sarkisian", "serzh-sargsyan"),
        ("Саргсян", "serzh-sargsyan"),
        ("Pashinian", "nikol-pashinyan"),
        ("Փաշինյան", "nikol-pashinyan"),
        ("Ղարաբաղ", "nagorno-karabakh"),
        ("KAZ", "kazakhstan"),
        ("qazaqstan", "kazakhstan"),
        ("osce", "osce"),
    ],
)
def test_the_graph_of_the_seeds_is_found_in_any_spelling(seeds, typed, iri):
    best, *_ = found(seeds, typed)
    assert best[0] == iri


def test_every_name_of_the_seeds_finds_its_thing(seeds, seed_home):
    query = f"""
SELECT ?thing (SAMPLE(?label) AS ?name)
WHERE {{ ?thing a {DEM["Actor"]} ; <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }}
GROUP BY ?thing"""
    with seed_home.open() as view:
        rows = [(thing.value, name.value) for thing, name in view.query(query).rows()]
    assert len(rows) > 200
    for iri, name in rows:
        first = seeds.search(name).found[:20]
        assert iri in [one.iri for one in first], name


def test_the_order_is_that_of_the_matches(names):
    assert found(names, "armen tokayan") == [
        ("tokayan", "EXACT"),
        ("tokayan-statue", "NAME"),
    ]
    assert found(names, "Tokayan") == [
        ("tokayan", "BEGINNING"),
        ("tokayan-statue", "NAME"),
        ("claim-1", "STATEMENT"),
    ]
    assert found(names, "Toqaian")[0] == ("tokayan", "SOUND")
    assert found(names, "human") == [("ontology#Person", "TEXT")]


@pytest.mark.parametrize("typed", ["NRL", "nordland", "usurpers", "Norl", "norland nrl"])
def test_codes_and_other_names_find_too(names, typed):
    matches = found(names, typed)
    assert ("norland" in [iri for iri, _ in matches]) == (typed != "norland nrl")


@pytest.mark.parametrize(
    "typed", ["dem:Person", f"<{DEM['Person'].value}>", DEM["Person"].value, "Person"]
)
def test_terms_are_found_by_name_and_iri(names, typed):
    assert found(names, typed)[0][0] == "ontology#Person"


def test_a_kind_has_what_is_below_it(names):
    assert ("tokayan", "BEGINNING") in found(names, "tokayan", DEM["Actor"].value)
    assert ("claim-1", "STATEMENT") not in found(names, "tokayan", DEM["Actor"].value)
    assert found(names, "tokayan", "urn:no-such-class") == []
    kinds = {kind.iri: kind for kind in names.kinds()}
    assert kinds[DEM["Actor"].value].members == 1
    assert kinds[DEM["Actor"].value].label == "actor"


def test_completion_is_by_names_only(names):
    labels = [one.label for one in names.complete("tok").found]
    assert labels == ["Armen Tokayan", "Statue of Armen Tokayan in the old town"]
    assert names.complete("Toqaia").found[0].label == "Armen Tokayan"
    assert len(names.complete("", limit=3).found) == 0
    assert len(names.complete("a", limit=1).found) == 1


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_no_syntax(names, typed):
    names.search(typed)
    names.complete(typed)


@given(typed=st.text(max_size=200), kind=st.text(max_size=20))
def test_anything_can_be_searched(names, typed, kind):
    names.search(typed, kind)
    names.complete(typed, kind)


def test_many_matches_are_bounded_and_say_so(tmp_path):
    text = "".join(
        f'<urn:x:{n}> <http://www.w3.org/2000/01/rdf-schema#label> "Alpha {n:05} beta gamma delta".'
        for n in range(MOST_FOUND + 500)
    )
    index = made(tmp_path, text + ' <urn:x> <http://xmlns.com/foaf/0.1/name> "alpha" .')
    results = index.search("alpha")
    assert results.more
    assert len(results.found) == MOST_FOUND
    assert results.found[0].iri == "urn:x"


def test_two_builds_are_the_same(tmp_path, seed_home, seeds):
    with seed_home.open() as view:
        build(view.store, False, tmp_path / "again.sqlite")
    first, second = (
        sorted(closing_dump(path)) for path in (Path(seeds.path), tmp_path / "again.sqlite")
    )
    assert first == second


def closing_dump(path: Path) -> list[tuple]:
    with closing(sqlite3.connect(path)) as base:
        return [("literal", *row) for row in base.execute("SELECT * FROM literal").fetchall()] + [
            ("thing", *map(str, row)) for row in base.execute("SELECT * FROM thing").fetchall()
        ]


def test_a_search_that_takes_too_long_ends(names, monkeypatch):
    monkeypatch.setattr(indexing, "SECONDS", -1.0)
    monkeypatch.setattr(indexing, "_STEPS", 1)
    with pytest.raises(QueryTimeoutError, match="longer than"):
        names.search("tokayan")


def test_a_damaged_index_says_so(tmp_path):
    (tmp_path / "names.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(StoreError, match="cannot be read"):
        Index(tmp_path / "names.sqlite").search("a")


# --- At the server ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def serving(tmp_path_factory) -> Running:
    home = Home(tmp_path_factory.mktemp("search") / "home")
    text = TURTLE.replace("ENDLESS", "endless " * 1500) + "".join(
        f'id:village-{n} a dem:Place ; skos:prefLabel "Village number {n}"@en .' for n in range(45)
    )
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(text), "seeds")
        writer.commit("for the tests", "digest", [GRAPH["reference"]])
    running = start(home.path, None)
    yield running
    stop(running)


def get(serving: Running, accept: str = "application/json", **parameters) -> httpx.Response:
    """Search, and wait for the index where it is not there yet."""
    path = parameters.pop("path", "search")
    for _ in range(30):
        answer = httpx.get(serving.url + path, params=parameters, headers={"accept": accept})
        if answer.status_code != 503:
            return answer
        assert int(answer.headers["retry-after"]) > 0
    return answer


def test_json(serving):
    answer = get(serving, q="Toqaian")
    document = answer.json()
    assert document["commit"] == answer.headers["demarche-commit"]
    first = document["results"][0]
    assert first == {
        "iri": ID["tokayan"].value,
        "label": "Armen Tokayan",
        "kind": {"iri": DEM["Person"].value, "label": "person"},
        "match": "sound",
        "role": "name",
        "text": "Armen Tokayan",
        "language": "en",
        "path": "/id/tokayan",
    }
    assert (document["complete"], document["next"], document["kind"]) == (True, None, None)


def test_the_page_and_json_are_chosen_as_asked(serving):
    browser = "text/html,application/xhtml+xml,*/*;q=0.8"
    assert get(serving, browser, q="a").headers["content-type"].startswith("text/html")
    assert get(serving, "*/*", q="a").headers["content-type"].startswith("text/html")
    assert get(serving, browser, q="a", format="json").headers["content-type"] == "application/json"
    assert get(serving, q="a").headers["content-type"] == "application/json"
    assert get(serving, q="a", format="html").headers["content-type"].startswith("text/html")
    assert get(serving, q="a", format="xml").status_code == 406
    assert get(serving, "image/png", q="a").status_code == 406


def test_the_page_says_who_says_so_and_who_calls_it_so(serving):
    text = " ".join(Page(get(serving, "text/html", q="tunnel").text).words.split())
    assert "Tokayan said that Norland had closed the tunnel ." in text
    assert "said by Armen Tokayan , 2020-01-02" in text
    text = " ".join(Page(get(serving, "text/html", q="usurpers").text).words.split())
    assert "Norland called The Usurpers ' Realm by Armen Tokayan" in text


def test_pages_of_results_lead_on(serving):
    seen, address = [], f"{serving.url}search?q=village&kind=dem:Place&format=json"
    while address:
        document = httpx.get(address).json()
        seen += [one["iri"] for one in document["results"]]
        address = document["next"] and serving.url.rstrip("/") + document["next"]
    assert len(seen) == len(set(seen)) == document["total"] == 45
    shown = Page(get(serving, "text/html", q="village", **{"from": 20}).text)
    links = {a.get("rel"): a["href"] for a in shown.all("a")}
    assert "from=40" in links["next"]
    assert "from=" not in links["prev"]
    beyond = get(serving, "text/html", q="village", **{"from": 400})
    assert "no results from number 401" in beyond.text


def test_names_are_inert_and_bounded(serving):
    page = get(serving, "text/html", q="script")
    shown = Page(page.text)
    assert "<script>alert" not in page.text
    assert "<script>alert('owned')</script>" in shown.words.replace(" ", "", 0).replace(
        "< script >", "<script>"
    ).replace("</ script >", "</script>")
    assert all(script.get("type") == "module" for script in shown.all("script"))
    long = get(serving, "text/html", q="endless")
    assert len(long.text) < 20_000


@pytest.mark.parametrize("typed", HOSTILE)
@pytest.mark.parametrize("path", ["search", "search/complete"])
def test_hostile_searches_get_an_answer(serving, path, typed):
    answer = get(serving, q=typed, path=path)
    assert answer.status_code == 200
    assert isinstance(answer.json()["results"], list)
    assert get(serving, "text/html", q=typed).status_code == 200


@pytest.mark.parametrize(
    "parameters", [{"q": "a" * 10_000}, {"q": "a", "from": "x"}, {"q": "a", "from": "-1"}]
)
def test_bad_parameters_are_told(serving, parameters):
    answer = get(serving, **parameters)
    assert answer.status_code == 400
    assert answer.json()["remedy"]


def test_bytes_that_are_no_text(serving):
    for raw in ("%FF%FE", "%ED%A0%80", "a%00b", "+", ""):
        assert httpx.get(f"{serving.url}search?q={raw}&kind={raw}").status_code == 200


def test_completion(serving):
    document = get(serving, q="norl", path="search/complete").json()
    assert [one["path"] for one in document["results"]] == ["/id/norland"]
    kind = {"kind": "dem:Person"}
    assert get(serving, q="norl", path="search/complete", **kind).json()["results"] == []


def test_the_form_works_without_script(serving):
    shown = Page(get(serving, "text/html", q="norland", kind="dem:State").text)
    (form,) = shown.all("form")
    assert (form["action"], form["method"], form["role"]) == ("/search", "get", "search")
    assert {"q", "kind"} <= {field["name"] for field in shown.all("input") + shown.all("select")}
    (chosen,) = [option for option in shown.all("option") if "selected" in option]
    assert chosen["value"] == "dem:State"


def test_the_index_follows_the_graph(tmp_path):
    home = Home(tmp_path / "home")
    put(home, '<urn:a> <http://xmlns.com/foaf/0.1/name> "Before" .')
    running = start(home.path, None)
    try:
        assert get(running, q="before").json()["total"] == 1
        commit = put(home, '<urn:a> <http://xmlns.com/foaf/0.1/name> "After" .')
        document = {}
        for _ in range(200):
            document = get(running, q="after").json()
            if document["commit"] == commit:
                break
        assert document["total"] == 1
        assert get(running, q="before").json()["total"] == 0
    finally:
        stop(running)
    assert len(list(home.cache.glob("names-*.sqlite"))) == 2
    assert not list(home.cache.glob(".tmp-*"))


def test_without_an_index_of_its_own_a_commit_is_searched_in_the_one_before(tmp_path):
    home = Home(tmp_path / "home")
    before = put(home, '<urn:a> <http://xmlns.com/foaf/0.1/name> "Before" .')
    running = start(home.path, None)
    try:
        assert get(running, q="before").json()["total"] == 1
        commit = put(home, '<urn:a> <http://xmlns.com/foaf/0.1/name> "After" .')
        wait_for(running, "After")
        shutil.rmtree(home.path / "commits" / commit / "store")
        for _ in range(20):
            answer = get(running, q="before")
            assert answer.status_code == 200
            assert answer.json()["commit"] == before
        for index in home.cache.glob("names-*.sqlite"):
            index.unlink()
        assert get(running, q="before").status_code in (500, 503)
    finally:
        stop(running)


def wait_for(running: Running, name: str) -> None:
    """Wait until a commit with a name in it is served."""
    query = f'ASK {{ ?one ?called "{name}" }}'
    for _ in range(600):
        if running.ask(query).json()["boolean"]:
            return
        time.sleep(0.1)
    raise AssertionError(f"{name} is not served")


def put(home: Home, text: str) -> str:
    with home.writer("a test") as writer:
        writer.replace_graph(GRAPH["reference"], triples(text), "seeds")
        return writer.commit("more", text, [GRAPH["reference"]]).id


def test_a_plain_dataset_is_searched_in_all_graphs(tmp_path):
    home = Home(tmp_path / "home")
    home.make_plain()
    (turtle,) = (one for one in GRAPH_FORMATS if one.name == "turtle")
    with home.user_writer("a test") as writer:
        for graph, name in ((None, "Default Town"), ("http://example.org/g", "Named Town")):
            text = f'<urn:{name[0]}> <http://schema.org/name> "{name}" .'
            writer.put(graph, Content(text.encode(), turtle, "http://example.org/"))
        writer.commit("for the tests")
    running = start(home.path, None)
    try:
        results = get(running, q="town").json()["results"]
        assert {one["label"] for one in results} == {"Default Town", "Named Town"}
        assert all(one["kind"] is None for one in results)
    finally:
        stop(running)


def test_where_the_home_cannot_be_written_a_folder_of_the_servers_own_serves(tmp_path):
    home = Home(tmp_path / "home")
    put(home, '<urn:a> <http://xmlns.com/foaf/0.1/name> "Before" .')
    # A file in the place of the folder stops even root.
    home.cache.write_text("in the way")
    running = start(home.path, None)
    try:
        assert get(running, q="before").json()["total"] == 1
    finally:
        stop(running)
    assert home.cache.read_text() == "in the way"


def test_an_index_that_cannot_be_made_is_the_servers_fault(tmp_path):
    home = Home(tmp_path / "home")
    commit = put(home, '<urn:a> <http://xmlns.com/foaf/0.1/name> "Before" .')
    running = start(home.path, None)
    try:
        assert running.ask("ASK {}").status_code == 200
        shutil.rmtree(home.path / "commits" / commit / "store")
        answer = get(running, q="before")
        assert answer.status_code == 500
        assert str(tmp_path) not in answer.text
        assert running.ask("ASK {}").status_code == 200
    finally:
        stop(running)
