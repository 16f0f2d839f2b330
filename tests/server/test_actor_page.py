"""The page of an actor, office, treaty or place, on the real seeds and on a foreign graph."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from server.things import CLAIMS, COMMENTS, page, section, serving

from demarche_ontology.terms import ACTOR_KINDS, DEM, PREFIXES
from demarche_server.pages import asking
from demarche_server.pages.things import entity_page, kinds, names


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("foreign")) as running:
        yield running


@pytest.fixture(scope="module")
def served(seed_server):
    return seed_server


def claims(html: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="/id/(claim-[0-9a-f]+)"', html)))


def queries(html: str) -> list[str]:
    """Return the queries that a page links to, besides descriptions of foreign things."""
    paths = re.findall(r'href="(/query\?query=[^"]+)"', html)
    found = [parse_qs(urlsplit(unescape(one)).query)["query"][0] for one in paths]
    return [query for query in found if not query.startswith("DESCRIBE")]


def rows(running, query: str) -> list[dict]:
    answer = running.ask(query, format="json")
    assert answer.status_code == 200, answer.text
    return answer.json()["results"]["bindings"]


# --- a foreign graph ---


def test_names_with_who_uses_them_and_codes_with_their_source(foreign):
    names = section(page(foreign, "andria"), "names")
    assert all(text in names for text in ("安德里亚", "The Old Land", "The Paper", "The Atlas"))
    assert "<code>000</code>" in names
    assert 'href="http://www.wikidata.org/entity/Q0"' in names


def test_a_hostile_label_is_inert_and_kept_to_itself(foreign):
    html = page(foreign, "andria")
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html
    shown = re.findall(r"<(\w+)([^>]*)>Andria \u202e", html)
    assert shown
    isolated = [tag in {"title", "bdi"} or 'dir="auto"' in more for tag, more in shown]
    assert all(isolated)


def test_memberships_are_drawn_and_told_with_their_kinds_of_ends(foreign):
    time = section(page(foreign, "andria"), "time")
    assert " style=" not in time
    assert "3 February 1901" in time
    assert re.search(r'1950 <span class="tag">attested</span>', time)
    assert "1 without a day that can be drawn is in the table only" in time
    assert "Holders of its offices" in time
    assert 'class="bar former"' in time


def test_each_side_of_a_relation_sees_it(foreign):
    assert "Offices held" in section(page(foreign, "ana"), "time")
    assert "Members" in section(page(foreign, "pact"), "time")
    assert "Who held it" in section(page(foreign, "chief"), "time")


def test_derived_statements_name_their_policy(foreign):
    derived = section(page(foreign, "andria"), "derived")
    assert "id:policy" in derived
    assert "contested" in derived
    assert "2 claims" in derived


def test_counts_lead_to_as_many_claims(foreign):
    dealings = section(page(foreign, "andria"), "dealings")
    (count,) = re.findall(r'accuse <span class="count">(\d+)', dealings)
    assert int(count) == CLAIMS - COMMENTS
    behind, whole = queries(dealings)
    assert len(rows(foreign, behind)) == CLAIMS - COMMENTS
    assert rows(foreign, whole)[0]["claims"]["value"] == count


def test_hundreds_of_claims_come_in_parts_that_leave_none_out(foreign):
    found, offset, first = [], "0", ""
    while offset:
        about = section(page(foreign, "andria", **{"from": offset}), "about")
        part = claims(about.partition("comments</h3>")[0])
        first = first or part[0]
        found += part
        (offset,) = re.findall(r'href="\?from=(\d+)#from" rel="next"', about) or [""]
    assert first == "claim-298"
    assert len(found) == len(set(found)) == CLAIMS - COMMENTS


def test_readers_comments_stand_apart(foreign):
    about = section(page(foreign, "andria"), "about")
    plain, _, comments = about.partition("In readers’ comments")
    assert "reader comment" not in plain
    assert comments.count("reader comment, possible") == 25
    assert "readers=25#readers" in comments


def test_claims_by_one_source(foreign):
    html = page(foreign, "andria", source="https://w3id.org/demarche/id/source-1")
    about = section(html, "about")
    assert 'aria-current="true"' in about
    assert set(re.findall(r'href="/id/source-\d"', about.split("<tbody>")[1])) == {
        'href="/id/source-1"'
    }


def test_what_somebody_says_by_kind(foreign):
    says = section(page(foreign, "source-1"), "says")
    assert claims(says)[:2] == ["claim-298", "claim-295"]
    asked = {"kind": DEM["StanceClaim"].value}
    assert not claims(section(page(foreign, "source-1", **asked), "says"))


@pytest.mark.parametrize(
    "asked",
    [
        {"from": "-1"},
        {"from": "9" * 30},
        {"source": "> } DROP ALL #"},
        {"kind": "javascript:alert(1)", "issue": "http://["},
        {"events": "x", "said": "<script>"},
    ],
)
def test_any_parameters_give_a_page(foreign, asked):
    assert "<script>alert" not in page(foreign, "andria", **asked)


def test_every_query_of_the_page_can_be_asked(foreign):
    asked = queries(page(foreign, "andria"))
    assert len(asked) >= 7
    for query in asked:
        rows(foreign, query)


def test_search_engines_are_told(foreign):
    html = page(foreign, "andria")
    block = html.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    data = json.loads(block)
    assert data["@type"] == "Country"
    assert data["sameAs"] == ["http://www.wikidata.org/entity/Q0"]
    assert data["identifier"][0]["value"] == "000"


def test_every_kind_of_actor_has_the_page():
    for name in ("Actor", *ACTOR_KINDS):
        assert kinds.BUILDERS[DEM[name].value] is entity_page.build


@pytest.mark.parametrize(
    ("classes", "schema"),
    [
        (("Actor", "State", "Place"), "Country"),
        (("Actor", "Person"), "Person"),
        (("Actor", "Organization", "GovernmentBody"), "GovernmentOrganization"),
        (("Actor", "Commenter"), ""),
        ((), "Thing"),
    ],
)
def test_classes_in_the_words_of_schema_org(classes, schema):
    assert names.schema_type(DEM[name].value for name in classes) == schema


def test_a_query_is_linked_with_prefixed_names():
    query = f"SELECT ?x {{ ?x {DEM['member']} <urn:a> FILTER(?x != <{PREFIXES['id']}b.c>) }}"
    assert asking.readable(query) == (
        f"PREFIX dem: <{PREFIXES['dem']}>\nPREFIX id: <{PREFIXES['id']}>\n"
        "SELECT ?x { ?x dem:member <urn:a> FILTER(?x != id:b.c) }\n"
    )


@pytest.mark.parametrize("other", [PREFIXES["id"] + "b.c", "https://e.org/ü?a=b&c", "urn:<x> y"])
def test_paths_that_differ_in_a_few_iris_are_those_of_the_whole_queries(other):
    category = PREFIXES["voc"] + "event-accuse"
    kept = f"<{PREFIXES['rdfs']}label>"
    query = f"SELECT ?x {{ ?x {DEM['actor']} {{}} ; {kept} ?y ; {DEM['category']} {{}} , {{}} }}"
    query = query.replace("{ ?x", "{{ ?x").replace("} }", "} }}")
    zero, one = asking.HOLES
    paths = asking.Paths(query.format(zero, one, zero), None)
    whole = query.format(*(asking.written(iri) for iri in (other, category, other)))
    assert paths.path(other, category) == asking.path(whole, None)


# --- the seeds ---


def test_a_state_of_the_seeds(served):
    html = page(served, "armenia")
    for name in ("names", "time", "derived", "dealings", "about", "events"):
        assert section(html, name)
    query = """PREFIX dem: <https://w3id.org/demarche/ontology#>
PREFIX id: <https://w3id.org/demarche/id/>
SELECT (COUNT(DISTINCT ?c) AS ?n) { ?c a dem:Claim ; dem:actor id:armenia ;
  dem:recipient id:azerbaijan ; dem:polarity ?p ; dem:modality ?m ; dem:category ?k ; dem:voice ?v
  FILTER(STRENDS(STR(?p), "positive") && STRENDS(STR(?m), "actual"))
  FILTER(!STRENDS(STR(?v), "reader-comment")) }"""
    dealings = section(html, "dealings")
    row = re.search(r'<tr><td[^>]*><a href="/id/azerbaijan".*?</tr>', dealings, re.DOTALL)[0]
    towards = re.findall(r'class="count">(\d+)', row.split("<td")[2])
    assert sum(map(int, towards)) == int(rows(served, query)[0]["n"]["value"])


def test_a_person_of_the_seeds_says_things_by_issue(served):
    html = page(served, "nikol-pashinyan")
    says = section(html, "says")
    assert "By issue" in says
    link = re.findall(r'href="(\?issue=[^"#]+)#says"', says)[0]
    narrowed = page(served, "nikol-pashinyan", **{k: v[0] for k, v in parse_qs(link[1:]).items()})
    assert 0 < len(claims(section(narrowed, "says"))) < len(claims(says))


@pytest.mark.parametrize(
    "name", ["csto", "nagorno-karabakh", "csto-charter", "president-of-kazakhstan", "asbarez"]
)
def test_other_things_of_the_seeds_have_their_page(served, name):
    html = page(served, name)
    assert "/static/entity.css" in html
    for query in queries(html)[:12]:
        rows(served, query)


def test_a_treaty_shows_its_provisions_and_who_invokes_them(served):
    provisions = section(page(served, "csto-charter"), "provisions")
    query = """SELECT DISTINCT ?by { ?p <https://w3id.org/demarche/ontology#provisionOf>
      <https://w3id.org/demarche/id/csto-charter> .
      ?by <https://w3id.org/demarche/ontology#invokes> ?p }"""
    invoked = {row["by"]["value"].rpartition("/")[2] for row in rows(served, query)}
    assert invoked
    assert invoked <= set(re.findall(r'href="/id/([^"]+)"', provisions))


def test_links_of_the_demonstration_ask_its_graph(served):
    html = page(served, "demo-ilse-brandt")
    paths = [unescape(one) for one in re.findall(r'href="/(query\?query=[^"]+)"', html)]
    paths = [one for one in paths if "=DESCRIBE" not in one]
    assert len(paths) >= 6
    assert all("&default-graph-uri=" in one for one in paths)
    (derived,) = re.findall(r'href="/(query\?[^"]+)"', section(html, "derived"))
    asked = parse_qs(urlsplit(unescape(derived)).query)
    answer = httpx.get(f"{served.url}sparql", params={**asked, "format": "json"}, timeout=120)
    assert answer.json()["results"]["bindings"]
