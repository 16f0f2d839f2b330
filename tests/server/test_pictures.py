"""Pictures: what they count is what their queries answer, and they hold for any graph."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pyoxigraph import NamedNode
from server.running_server import Running, start, stop, triples

from demarche_store.home import Home

NETWORK = "pictures/network"
TIMELINE = "pictures/timeline"
MEMBERS = "pictures/members"
PICTURES = [TIMELINE, NETWORK, MEMBERS]
PREFIXES = """PREFIX dem: <https://w3id.org/demarche/ontology#>
PREFIX voc: <https://w3id.org/demarche/vocabulary/>
"""


@pytest.fixture(scope="module")
def served(seed_server: Running) -> Running:
    return seed_server


def get(address: str, **options) -> httpx.Response:
    return httpx.get(address, timeout=60, **options)


def page(served: Running, path: str, status: int = 200, **asked: str) -> str:
    answer = get(served.url + path, params=asked or None, headers={"accept": "text/html"})
    assert answer.status_code == status, answer.text
    return answer.text


def arrows(html: str) -> dict[tuple[str, str, str], int]:
    """The table of the network: who, what, whom, and the number of claims."""
    rows = re.findall(r'<tr id="arrow-\d+">(.*?)</tr>', html, re.DOTALL)
    found = {}
    for row in rows:
        who, whom = re.findall(r'<td class="medium"><a href="/id/([^"]+)"', row)
        what = re.findall(r'class="key (\w+)"', row)[0]
        found[who, what, whom] = int(re.findall(r'as a query: [^"]*">(\d+)<', row)[0])
    return found


def behind(served: Running, html: str, words: str) -> list[dict[str, str]]:
    """What the query answers that a link of a page leads to."""
    link = unescape(re.findall(rf'<a href="(/query\?query=[^"]+)"[^>]*>{words}</a>', html)[0])
    query = parse_qs(urlsplit(link).query)["query"][0]
    rows = served.ask(query, format="json").json()["results"]["bindings"]
    return [{name: one["value"] for name, one in row.items()} for row in rows]


def short(iri: str) -> str:
    return iri.rpartition("/")[2]


def test_the_index_leads_to_every_picture(served):
    html = page(served, "pictures")
    for path in PICTURES:
        assert f'href="/{path}"' in html
        assert 'href="/pictures" aria-current="true"' in page(served, path)
    assert 'href="/pictures" aria-current="page"' in html


@pytest.mark.parametrize("asked", [{}, {"kind": "accuses"}, {"since": "2014", "until": "2014"}])
def test_the_network_counts_claims_as_they_stand_in_the_graph(served, asked):
    html = page(served, NETWORK, **asked)
    shown = arrows(html)
    years = [int(asked[name]) for name in ("since", "until") if name in asked]
    lines = served.ask(
        """PREFIX dem: <https://w3id.org/demarche/ontology#>
PREFIX voc: <https://w3id.org/demarche/vocabulary/>
SELECT DISTINCT ?a ?k ?r ?c ?e ?l {
  ?c a dem:Claim ; dem:category ?k ; dem:actor ?a ; dem:recipient ?r ;
    dem:modality voc:modality-actual ; dem:polarity voc:polarity-positive ; dem:voice ?v
  FILTER(?v != voc:voice-reader-comment) FILTER(?k IN (voc:category-accuse, voc:category-support))
  OPTIONAL { ?c dem:earliest ?e } OPTIONAL { ?c dem:latest ?l } }""",
        format="json",
    ).json()["results"]["bindings"]
    wanted: dict[tuple[str, str, str], int] = {}
    for row in lines:
        value = {name: short(one["value"]) for name, one in row.items()}
        what = {"category-accuse": "accuses", "category-support": "supports"}[value["k"]]
        begin, end = value.get("e") or value.get("l"), value.get("l") or value.get("e")
        if years and not (begin and begin[:4] <= str(years[1]) and end[:4] >= str(years[0])):
            continue
        if asked.get("kind", what) == what:
            key = value["a"], what, value["r"]
            wanted[key] = wanted.get(key, 0) + 1
    assert shown == wanted
    assert shown


def test_the_query_behind_the_network_answers_what_it_shows(served):
    html = page(served, NETWORK, source="id:afp")
    rows = behind(served, html, "The arrows as a query")
    kinds = {"category-accuse": "accuses", "category-support": "supports"}
    found = {
        (short(row["actor"]), kinds[short(row["kind"])], short(row["recipient"])): int(
            row["claims"]
        )
        for row in rows
    }
    assert arrows(html) == found
    assert found
    claims = behind(served, html, "Their claims as a query")
    assert {short(row["source"]) for row in claims} == {"afp"}


def test_every_arrow_leads_to_its_row_and_every_row_to_its_claims(served):
    html = page(served, NETWORK)
    rows = set(re.findall(r'<tr id="(arrow-\d+)"', html))
    assert set(re.findall(r'<a href="#(arrow-\d+)" aria-label', html)) == rows
    for row in re.findall(r'<tr id="arrow-\d+">(.*?)</tr>', html, re.DOTALL):
        assert re.search(r'href="/id/claim-[0-9a-f]{16}"', row)
        assert "as claimed" in html


def test_reader_comments_count_only_when_asked_for(served):
    without, counted = arrows(page(served, NETWORK)), arrows(page(served, NETWORK, comments="with"))
    only = arrows(page(served, NETWORK, comments="only"))
    assert sum(without.values()) + sum(only.values()) == sum(counted.values())
    assert only


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_is_a_file_that_stands_alone(served, path):
    answer = get(f"{served.url}{path}?format=svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.headers["demarche-commit"] in answer.headers["content-disposition"]
    root = ET.fromstring(answer.text)
    words = " ".join(one.text or "" for one in root.iter())
    assert answer.headers["demarche-commit"] in words
    assert "what a source said" in words
    # No style but attributes, nothing that leads or loads.
    assert not {"style", "a", "script", "image", "use"} & {
        one.tag.rpartition("}")[2] for one in root.iter()
    }
    assert not [True for one in root.iter() if "style" in one.attrib]
    again = get(f"{served.url}{path}?format=svg")
    assert again.text == answer.text


@pytest.mark.parametrize("path", PICTURES)
def test_a_graph_with_nothing_to_show_says_so(server, path):
    html = page(server, path)
    assert 'role="status"' in html
    assert "<svg" not in html
    assert "format=svg" not in html
    answer = get(f"{server.url}{path}?format=svg")
    assert answer.status_code == 404
    assert "nothing to draw" in answer.json()["detail"] + answer.json()["title"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"since": "MMXX"}, "since="),
        ({"until": "0"}, "until="),
        ({"since": "2020", "until": "2010"}, "before they begin"),
        ({"source": "<>"}, "source="),
        ({"comments": "some"}, "comments="),
        ({"kind": "loves"}, "kind="),
        ({"format": "png"}, "format="),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(served, asked, told):
    answer = get(served.url + NETWORK, params=asked)
    assert answer.status_code == 400
    assert told in answer.json()["detail"] + answer.json()["title"]
    assert answer.json()["remedy"]


def rows(html: str) -> list[list[str]]:
    """The table of a time axis: its cells as text."""
    found = re.findall(r"<tr><td.*?</tr>", html, re.DOTALL)
    cells = [re.findall(r"<td.*?>(.*?)</td>", row, re.DOTALL) for row in found]
    return [[" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in row] for row in cells]


def counted(served: Running, query: str) -> int:
    answer = served.ask(PREFIXES + query, format="json").json()
    return int(answer["results"]["bindings"][0]["n"]["value"])


EVENTS = """SELECT (COUNT(DISTINCT ?e) AS ?n) { ?c dem:aboutEvent ?e ; dem:voice ?v .
  { ?c dem:earliest ?d } UNION { ?c dem:latest ?d } FILTER(?v != voc:voice-reader-comment) %s }"""


@pytest.mark.parametrize(
    ("asked", "pattern"),
    [
        ({}, ""),
        ({"source": "id:afp"}, "?c dem:attributedTo <https://w3id.org/demarche/id/afp>"),
        (
            {"actor": "id:kazakhstan"},
            """FILTER EXISTS { ?c ?role <https://w3id.org/demarche/id/kazakhstan>
            FILTER(?role IN (dem:actor, dem:recipient, dem:affected)) }""",
        ),
    ],
)
def test_the_timeline_pages_through_all_events(served, asked, pattern):
    total = counted(served, EVENTS % pattern)
    assert total
    seen: list[str] = []
    first = 0
    while True:
        html = page(served, TIMELINE, **asked, **({"from": str(first)} if first else {}))
        assert f"of {total:,} event" in html
        seen += re.findall(r'<tr><td class="medium"><a href="/id/([^"]+)"', html)
        if 'rel="next"' not in html:
            break
        first += 40
    assert len(seen) == len(set(seen)) == total


def test_the_timeline_goes_by_days_and_keeps_to_the_years(served):
    html = page(served, TIMELINE, kind="claims", since="2014", until="2014")
    found = behind(served, html, "The rows as a query")
    days = [(row["begin"], row["end"]) for row in found]
    assert days == sorted(days)
    assert all(begin <= "2014-12-31" and end >= "2014-01-01" for begin, end in days)
    assert len(rows(html)) == len(days) > 10
    assert "put as it is" in html


def test_of_an_issue_the_stances_are_shown(served):
    issue = "issue-terms-of-armenias-eaeu-accession"
    html = page(served, TIMELINE, issue=f"id:{issue}")
    asked = f"""SELECT (COUNT(DISTINCT ?c) AS ?n) {{ ?c dem:voice ?v ; dem:position ?p .
      ?p dem:onIssue <https://w3id.org/demarche/id/{issue}> . {{ ?c dem:earliest ?d }} UNION
      {{ ?c dem:latest ?d }} FILTER(?v != voc:voice-reader-comment) }}"""
    assert len(rows(html)) == counted(served, asked) > 0


def test_of_an_event_and_of_a_position_the_claims_are_shown(served):
    for name, prop in (("event", "aboutEvent"), ("position", "position")):
        asked = f"""SELECT ?x (COUNT(DISTINCT ?c) AS ?n) {{ ?c dem:{prop} ?x ; dem:voice ?v .
          {{ ?c dem:earliest ?d }} UNION {{ ?c dem:latest ?d }}
          FILTER(?v != voc:voice-reader-comment) }} GROUP BY ?x ORDER BY DESC(?n) ?x LIMIT 1"""
        (row,) = served.ask(PREFIXES + asked, format="json").json()["results"]["bindings"]
        html = page(served, TIMELINE, **{name: row["x"]["value"]})
        assert f"of {row['n']['value']} claims" in html
        assert f'<label for="{name}">About the {name}</label>' in html


def test_the_network_of_an_actor_has_the_arrows_from_and_to_it(served):
    every, own = arrows(page(served, NETWORK)), arrows(page(served, NETWORK, actor="id:armenia"))
    assert own == {ends: n for ends, n in every.items() if "armenia" in (ends[0], ends[2])}
    assert 0 < len(own) < len(every)


def links_to_pictures(html: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="/(pictures/\w+\?[^"]+)"', html)]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("csto", 4),
        ("kassym-jomart-tokayev", 3),
        ("position-minsk-group-failed", 1),
        ("issue-religion-in-the-conflict", 1),
        ("icj-order-armenia-v-azerbaijan-2023-11-17", 1),
    ],
)
def test_a_thing_leads_to_the_pictures_that_show_something_of_it(served, name, found):
    links = links_to_pictures(page(served, f"id/{name}.html"))
    assert len(links) == found
    for one in links:
        html = get(served.url + one, headers={"accept": "text/html"}).text
        assert "data-picture>" in html, one


def test_a_thing_that_is_in_no_picture_leads_to_none(served):
    asked = """SELECT ?x { ?x a dem:Office FILTER NOT EXISTS { ?c ?p ?x ; a dem:Claim } }
      ORDER BY ?x LIMIT 1"""
    (row,) = served.ask(PREFIXES + asked, format="json").json()["results"]["bindings"]
    html = page(served, f"id/{short(row['x']['value'])}.html")
    assert not links_to_pictures(html)
    assert "In pictures" not in html


def test_a_page_beyond_the_last_leads_back(served):
    html = page(served, TIMELINE, **{"from": "9000"})
    assert "no rows from number 9001" in html
    assert "Show the first" in html


def test_memberships_stand_with_their_ends_and_sources(served):
    html = page(served, MEMBERS, organization="id:csto", kind="attested")
    assert ["Kazakhstan", "member", "1 January 2013", "31 December 2023"] in [
        [cell.removesuffix(" attested") for cell in row[:4]] for row in rows(html)
    ]
    members = counted(
        served,
        "SELECT (COUNT(*) AS ?n) { ?m dem:organization <https://w3id.org/demarche/id/csto> }",
    )
    assert len(rows(html)) == members
    assert all(row[4] for row in rows(html))
    assert "claimed" not in {row[1] for row in rows(html)}


def test_claims_of_membership_are_told_from_attested_ones(served):
    html = page(served, MEMBERS, organization="id:csto", kind="claimed")
    assert {row[1] for row in rows(html)} == {"member, as claimed"}
    assert re.search(r'<g class="bar claimed"', html)
    query = behind(served, html, "The claims as a query")
    assert len({row["claim"] for row in query}) == len(rows(html))


def test_organisations_are_paged(served):
    first = page(served, MEMBERS)
    second = page(served, MEMBERS, **{"from": "5"})
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    headings = [re.findall(r'<h2 id="of-([^"]+)"', html) for html in (first, second)]
    assert headings[0]
    assert not set(headings[0]) & set(headings[1])


FOREIGN = """
@prefix dem: <https://w3id.org/demarche/ontology#> .
@prefix voc: <https://w3id.org/demarche/vocabulary/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<http://example.org/evil> skos:prefLabel "<script>alert(1)</script>\\u202Elive\\u0007" .
<http://example.org/league> dem:organization <urn:not-one> .
"""
ACTORS = 90


def foreign_claims() -> str:
    """Accusations in a ring of many actors, one of each told by a reader, and one membership."""
    said = []
    for n in range(ACTORS):
        other = (
            "http://example.org/evil" if n % 10 == 0 else f"http://example.org/{(n + 1) % ACTORS}"
        )
        voice = "reader-comment" if n % 9 == 8 else "quoted"
        said.append(f"""
<http://example.org/claim/{n}> a dem:Claim ; dem:category voc:category-accuse ;
  dem:aboutEvent <http://example.org/event/{n}> ; dem:actor <http://example.org/{n}> ;
  dem:recipient <{other}> ; dem:attributedTo <http://example.org/paper> ;
  dem:voice voc:voice-{voice} ; dem:modality voc:modality-actual ;
  dem:polarity voc:polarity-positive ; dem:earliest "{1900 + n}-01-01"^^xsd:date .
<http://example.org/event/{n}> skos:prefLabel "Event {n} <b>"@fr .""")
    said.append("""
<http://example.org/membership> dem:organization <http://example.org/league> ;
  dem:member <http://example.org/evil> ; dem:attestedFrom "1950-01-01"^^xsd:date ;
  dem:attestedUntil "1960"^^xsd:gYear .""")
    return "".join(said)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory) -> Iterator[Running]:
    """A server on a graph about another part of the world, without labels for the most part."""
    home = Home(tmp_path_factory.mktemp("foreign") / "home")
    name = NamedNode("http://example.org/graph")
    with home.writer("a test") as writer:
        writer.replace_graph(name, triples(FOREIGN + foreign_claims()), "seeds")
        writer.commit("for the tests", "digest", [name])
    running = start(home.path, None)
    yield running
    stop(running)


@pytest.mark.parametrize("path", PICTURES)
def test_another_graph_is_drawn_and_hostile_names_are_inert(foreign, path):
    for asked in ({}, {"format": "svg"}):
        answer = get(foreign.url + path, params=asked, headers={"accept": "text/html"})
        assert answer.status_code == 200, answer.text
        assert "<script>alert" not in answer.text
        assert not re.search("<b>|\u202e|\x07", answer.text.split("<svg")[1].split("</svg>")[0])
    assert ET.fromstring(answer.text).tag.endswith("svg")


def test_many_actors_are_cut_to_what_can_be_read_and_the_rest_is_said(foreign):
    html = page(foreign, NETWORK)
    assert html.count('class="box"') <= 60
    assert "The picture has room for" in html
    assert "not drawn" in html
    rows_shown = len(re.findall(r'<tr id="arrow-\d+">', html))
    assert rows_shown == ACTORS - ACTORS // 9
    assert 'placeholder="1900"' in html
    assert 'placeholder="1989"' in html
    counted_too = page(foreign, NETWORK, comments="with")
    assert len(re.findall(r'<tr id="arrow-\d+">', counted_too)) == ACTORS


def test_years_are_those_of_the_graph(foreign):
    html = page(foreign, TIMELINE, since="1980")
    assert f"of {len([n for n in range(80, ACTORS) if n % 9 != 8])} events" in html


def test_a_picture_as_of_a_commit_leads_on_as_of_it(served):
    commit = get(f"{served.url}readyz").json()["commit"]
    html = page(served, TIMELINE, commit=commit)
    further = unescape(re.findall(r'<a href="([^"]+)" rel="next"', html)[0])
    file = unescape(re.findall(r'<a href="([^"]+format=svg[^"]*)" download', html)[0])
    assert f"commit={commit}" in further
    assert f"commit={commit}" in file
    assert get(served.url + file.lstrip("/")).status_code == 200
    form = re.findall(r'<form class="switches".*?</form>', html, re.DOTALL)[0]
    assert f'name="commit" value="{commit}"' in form


def test_what_there_is_to_choose_says_how_many_claims_it_has(served):
    html = page(served, NETWORK)
    texts = re.findall(r'<option value="id:[^"]*"[^>]*>(.*?)</option>', html)
    assert texts
    assert all(re.search(r"\(\d[\d,]* claims?\)$", text) for text in texts)
