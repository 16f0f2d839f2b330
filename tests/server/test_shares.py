"""Links that hold a query: what comes out is what went in, or an error."""

from __future__ import annotations

import hashlib
import re
import zlib
from base64 import urlsafe_b64encode
from contextlib import suppress
from html import unescape
from importlib.resources import files
from urllib.parse import quote

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from demarche_ontology.competency import competency_queries
from demarche_ontology.errors import RequestError
from demarche_server.pages.query import shares

MOST = 1 << 18
DICTIONARIES = {"1": "b81047f4db414398c479916378f7f0b3d0be7397955b545be75e5bd5f7cd1a58"}


def test_dictionaries_that_links_were_made_with_never_change():
    assert set(DICTIONARIES) == set(shares._FILES)
    for number, digest in DICTIONARIES.items():
        data = files("demarche_server.pages").joinpath(shares._FILES[number]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == digest


def test_a_link_of_yesterday_holds():
    assert shares.unpack("1ePkOxXY5A7Uaq4HliIJ9gYJ9vkItACVbBIc", MOST) == "ASK { ?s ?p ?o }"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_what_is_packed_comes_out_again(text):
    packed = shares.pack(text)
    assert re.fullmatch("[A-Za-z0-9_-]+", packed)
    assert shares.unpack(packed, MOST) == text


def test_links_to_the_packaged_queries_are_short():
    for query in competency_queries():
        assert len(shares.pack(query.text)) < len(quote(query.text)) / 2


@pytest.mark.parametrize("cut", [1, 2, 5, 9])
def test_a_link_that_was_cut_off_is_refused(cut):
    with pytest.raises(RequestError, match="damaged"):
        shares.unpack(shares.pack(competency_queries()[0].text)[:-cut], MOST)


@given(st.text(max_size=60))
@example("\x80")
def test_anything_else_is_a_query_or_refused(text):
    with suppress(RequestError):
        assert isinstance(shares.unpack(f"1{text}", MOST), str)


@pytest.mark.parametrize("text", ["", "2abc", "\u0661abc"])
def test_an_unknown_kind_is_refused(text):
    with pytest.raises(RequestError, match="does not know"):
        shares.unpack(text, MOST)


def test_a_small_link_to_a_huge_query_is_refused_without_making_it():
    packed = shares.pack(" " * (64 << 20))
    assert len(packed) < 100_000
    with pytest.raises(RequestError, match=f"longer than {MOST} bytes"):
        shares.unpack(packed, MOST)
    assert shares.unpack(shares.pack(" " * MOST), MOST) == " " * MOST


def test_what_is_packed_with_another_dictionary_is_refused():
    packed = urlsafe_b64encode(zlib.compress(b"ASK {}")).rstrip(b"=").decode()
    assert shares.unpack(f"1{packed}", MOST) == "ASK {}"  # without one it needs none
    packer = zlib.compressobj(zdict=b"ASK {}")
    packed = urlsafe_b64encode(packer.compress(b"ASK {}") + packer.flush()).decode().rstrip("=")
    with pytest.raises(RequestError, match="damaged"):
        shares.unpack(f"1{packed}", MOST)


def page(address: str) -> httpx.Response:
    return httpx.get(address, headers={"accept": "text/html"}, timeout=60)


def test_the_link_of_a_page_leads_to_the_same_query_and_answer(server):
    query = "SELECT ?claim\nWHERE { ?claim a <https://w3id.org/demarche/ontology#Claim> }"
    graph = "&default-graph-uri=https://w3id.org/demarche/graph/reference"
    first = page(f"{server.url}query?query={quote(query)}{graph}&show=names")
    (link,) = re.findall(r"<code>(http[^<]*share=[^<]*)</code>", first.text)
    again = page(unescape(link))
    for shown in (first, again):
        assert (
            unescape(re.findall(r"<textarea.*?>\n(.*?)</textarea>", shown.text, re.DOTALL)[0])
            == query
        )
        assert "2 rows" in shown.text
        assert "by the names that queries use" in shown.text
        assert 'name="default-graph-uri"' in shown.text


def test_the_link_of_an_example_names_it(server):
    name = competency_queries()[0].name
    assert (
        f"<code>{server.url}query?example={name}</code>"
        in page(f"{server.url}query?example={name}").text
    )


def test_a_damaged_link_says_so_on_the_page(server):
    answer = page(f"{server.url}query?share=1abcd")
    assert answer.status_code == 400
    assert "copy the whole link" in answer.text


def test_a_link_from_a_release_leads_to_that_release(server):
    answer = page(f"{server.url}query?query=ASK%7B%7D&release=first-light")
    (link,) = re.findall(r"<code>(http[^<]*share=[^<]*)</code>", answer.text)
    assert unescape(link).endswith("&release=first-light")
    assert page(unescape(link)).status_code == 200
