"""The page of an event: accounts of sources side by side, on a foreign graph and the seeds."""

from __future__ import annotations

import re

import pytest
from server.test_actor_page import queries, rows
from server.things import page, section, serving

EVENTS = """
id:war a dem:Event ; skos:prefLabel "A war" ; dem:partOfEvent id:wars ; dem:attributedName id:n9 .
id:n9 dem:nameForm "The Liberation" ; dem:nameUsedBy id:source-1 ; prov:wasDerivedFrom id:w1 .
id:crisis a dem:Event .
id:w1 a dem:Claim, dem:EventClaim ; dem:aboutEvent id:war ; dem:attributedTo id:general ;
    dem:reportedThrough id:paper ; dem:reportingStep id:w1-2, id:w1-1 ; dem:inDocument id:file ;
    dem:category voc:category-assault ; dem:actor id:andria ; dem:edtf "1904/1905" ;
    dem:polarity voc:polarity-positive ; dem:modality voc:modality-actual ;
    dem:contradicts id:w2 ; dem:givesReasonFor id:c1 .
id:w1-1 dem:stepOrder 1 ; dem:stepAgent id:zeitung .
id:w1-2 dem:stepOrder 2 ; dem:stepAgent id:general .
id:w2 a dem:Claim, dem:EventClaim ; dem:aboutEvent id:war ; dem:attributedTo id:minister ;
    dem:category voc:category-assault ; dem:actor id:andria ; dem:polarity voc:polarity-negative ;
    dem:modality voc:modality-actual ; dem:certainty voc:certainty-possible ;
    dem:presupposed true ; dem:contradicts id:w1 .
id:w3 a dem:Claim, dem:EventClaim ; dem:aboutEvent id:war ; dem:attributedTo id:paper ;
    dem:category voc:category-assault ; dem:polarity voc:polarity-positive .
id:w4 a dem:Claim, dem:EventClaim ; dem:aboutEvent id:war ; dem:attributedTo id:reader ;
    dem:voice voc:voice-reader-comment ; dem:category voc:category-protest .
id:c1 a dem:Claim, dem:EventClaim ; dem:aboutEvent id:crisis .
id:x1 a dem:Claim, dem:AttributeClaim ; dem:claimSubject id:war ; dem:attribute id:dead ;
    dem:numericValue 12 ; dem:unit "</td><script>alert(1)</script>" ; dem:attributedTo id:paper ;
    dem:comparator voc:comparator-at-least .
id:dw rdf:subject id:war ; rdf:predicate dem:actor ; rdf:object id:andria ; dem:claimCount 1 ;
    dem:underPolicy id:policy ; dem:contested true .
"""
MANY = "\n".join(
    f"id:m{n:03} a dem:Claim ; dem:aboutEvent id:big ; dem:attributedTo id:source-{n} ;"
    f" dem:category voc:category-consult ."
    for n in range(130)
)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    big = "id:big a dem:Event ."
    with serving(tmp_path_factory.mktemp("foreign"), EVENTS, big, MANY) as running:
        yield running


@pytest.fixture(scope="module")
def served(seed_server):
    return seed_server


def columns(html: str) -> list[str]:
    head = section(html, "claims").partition("<thead>")[2].partition("</thead>")[0]
    return re.findall(r'<th scope="col">(.*?)</th>', head, re.DOTALL)


def test_a_column_for_each_chain_in_the_order_of_reporting(foreign):
    general = next(one for one in columns(page(foreign, "war")) if "id:general" in one)
    assert re.findall(r"id:\w+", general.replace("/id/", "")) == ["id:zeitung", "id:general"]


def test_who_denies_what_others_assert(foreign):
    html = page(foreign, "war")
    claims = section(html, "claims")
    assert "Some sources deny what others assert." in claims
    category = re.search(r"category</a></th>(.*?)</tr>", claims, re.DOTALL)
    cells = dict(zip(map(plain, columns(html)), category[1].split("<td>")[1:], strict=True))
    assert "as 1 other" in cells["The Paper"]
    assert "1 denies it" in cells["The Paper"]
    assert "denied" in cells["id:minister denies"]
    assert "2 assert it" in cells["id:minister denies"]
    assert claims.count("contradicted by 1") == 2
    assert "possible, denied, taken for granted" in claims


def plain(cell: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", cell).split())


def test_readers_comments_stand_apart(foreign):
    html = page(foreign, "war")
    assert "category-protest" not in section(html, "claims")
    assert "category-protest" in section(html, "comments")


def test_when_by_source_stays_as_partial_as_it_is(foreign):
    time = section(page(foreign, "war"), "time")
    assert "<svg" in time
    assert ">1904<" in time
    assert " style=" not in time


def test_numbers_are_inert_and_have_their_source(foreign):
    numbers = section(page(foreign, "war"), "numbers")
    assert "<script>alert" not in numbers
    assert "12 &lt;/td&gt;" in numbers
    assert "The Paper" in numbers


def test_what_it_led_to_and_what_it_belongs_to(foreign):
    links = section(page(foreign, "war"), "links")
    assert "given as a reason for" in links
    assert "part of" in links
    assert "has as a reason given" in section(page(foreign, "crisis"), "links")


def test_claims_of_other_kinds_are_listed(foreign):
    more = section(page(foreign, "war"), "more")
    assert 'href="/id/x1"' in more
    assert 'href="/id/w1"' not in more


def test_what_no_policy_derived_is_among_the_rest(foreign):
    assert 'aria-labelledby="facts"' not in page(foreign, "war")
    assert 'href="/id/andria"' in section(page(foreign, "talks"), "facts")


def test_names_derived_statements_and_documents(foreign):
    html = page(foreign, "war")
    assert "The Liberation" in section(html, "names")
    assert "id:policy" in section(html, "derived")
    assert "id:file" in section(html, "documents")


def test_many_claims_come_in_parts(foreign):
    found, offset = [], "0"
    while offset:
        claims = section(page(foreign, "big", **{"from": offset}), "claims")
        found += re.findall(r'href="/id/(m\d+)"', claims)
        (offset,) = re.findall(r'href="\?from=(\d+)#claims" rel="next"', claims) or [""]
    assert len(found) == len(set(found)) == 130
    assert "no further claims" in page(foreign, "big", **{"from": "9999"})


def test_every_query_of_the_page_can_be_asked(foreign):
    asked = queries(page(foreign, "war"))
    assert len(asked) >= 5
    for query in asked:
        rows(foreign, query)


def test_an_event_that_the_seeds_tell_by_several_sources(served):
    html = page(served, "september-2023-operation-in-nagorno-karabakh")
    query = """SELECT (COUNT(DISTINCT ?c) AS ?n) (COUNT(DISTINCT ?s) AS ?m) {
  ?c <https://w3id.org/demarche/ontology#aboutEvent>
     <https://w3id.org/demarche/id/september-2023-operation-in-nagorno-karabakh> ;
     <https://w3id.org/demarche/ontology#attributedTo> ?s }"""
    (counted,) = rows(served, query)
    n, m = (counted[name]["value"] for name in ("n", "m"))
    assert f"{n} claims of {m} sources" in section(html, "claims")
    assert "corroborated by" in html
    for asked in queries(html):
        rows(served, asked)
