"""Documents with their words and without: who sees them, and that they do no harm."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from seedkit import make_norland, make_seeds, texts_of
from server.running_server import Running, start, stop
from typer.testing import CliRunner

from demarche.cli.app import app
from demarche_ingest.build import build
from demarche_ingest.seeds.library import read_seeds
from demarche_server.pages.things.lighting import Span, light
from demarche_server.tokens import Tokens
from demarche_store.home import Home

SEEDS = Path(__file__).parents[2] / "seeds"
HOSTILE = (
    "<script>document.title='owned'</script> \u202eorder reversed\u202c "
    '"><img src=x onerror=alert(1)> </mark></p></main>'
)
Serve = Callable[..., Running]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    folder = tmp_path_factory.mktemp("norland")
    seeds = make_norland(folder)
    made = Home(folder / "home")
    build(seeds, made)
    add(made, texts_of(seeds))
    return made


def add(home: Home, folder) -> None:
    done = CliRunner().invoke(app, ["--home", str(home.path), "texts", "add", str(folder)])
    assert done.exit_code == 0, done.output


@pytest.fixture(scope="module")
def source(home) -> str:
    return read_seeds(home.path.parent / "seeds").articles[0].record.document.source_sha256


@pytest.fixture(scope="module")
def text(home) -> str:
    return (home.path.parent / "texts" / "norland.txt").read_bytes().decode()


@pytest.fixture(scope="module")
def serve(home) -> Iterator[Serve]:
    running: dict[str, Running] = {}

    def get(texts_for: str) -> Running:
        if texts_for not in running:
            running[texts_for] = start(home.path, None, texts_for=texts_for)
        return running[texts_for]

    yield get
    for one in running.values():
        stop(one)


def page(running: Running, source: str, **options) -> httpx.Response:
    url = f"{running.url}id/document-{source[:12]}.html"
    answer = httpx.get(url, headers={"accept": "text/html", **options})
    assert answer.status_code == 200, answer.text
    return answer


def words_of(html: str) -> str:
    """The words of the text that a page shows, without the numbers of passages."""
    found = re.findall(r'<div class="row"><p dir="auto">(.*?)</p>', html, re.DOTALL)
    cut = re.sub(r"<bdi>.*?</bdi>|<[^>]*>", "", "\n".join(found))
    return unescape(cut)


def test_whoever_may_sees_the_whole_text_with_every_claim(serve, source, text, home):
    html = page(serve("everyone"), source).text
    assert words_of(html).split() == text.split()
    claims = read_seeds(home.path.parent / "seeds").articles[0].claims
    for claim in claims:
        assert claim.iri in html
        for span in claim.evidence:
            assert f"{span.start}–{span.end}" in html


def test_passages_and_claims_lead_to_each_other(serve, source):
    html = page(serve("everyone"), source).text
    to_claims = set(re.findall(r'href="#p(\d+)"', html))
    assert to_claims == set(re.findall(r'<li id="p(\d+)"', html))
    assert to_claims == set(re.findall(r'id="t(\d+)"', html))
    assert to_claims == set(re.findall(r'href="#t(\d+)"', html))


def test_comments_stand_apart(serve, source):
    html = page(serve("everyone"), source).text
    comments = re.findall(r'<section class="zone comment".*?</section>', html, re.DOTALL)
    assert len(comments) == 3
    assert all("Reader comment" in one for one in comments)


def test_nobody_sees_words_unless_the_operator_says_so(serve, source, text):
    answer = page(serve("nobody"), source)
    assert "Premier Ada Norling of Norland on Monday" not in answer.text
    assert "Outline" in answer.text
    assert "data-passages" not in answer.text
    assert re.search(r"code points \d+–\d+", answer.text)
    assert httpx.get(serve("nobody").url + "unlock").status_code == 404
    del text


@pytest.fixture(scope="module")
def token(home) -> str:
    return Tokens.of(home).create("anna", datetime.now(UTC))


def basic(password: str) -> str:
    return "Basic " + b64encode(f"anyone:{password}".encode()).decode()


def test_holders_of_a_token_see_them_and_no_cache_keeps_them(serve, source, token):
    for shown in (f"Bearer {token}", basic(token)):
        answer = page(serve("tokens"), source, authorization=shown)
        assert "Norland on Monday" in answer.text
        assert answer.headers["cache-control"] == "private, no-store"
        assert "Authorization" in answer.headers["vary"]


@pytest.mark.parametrize("shown", ["", "Bearer dem_wrong", basic("dem_wrong"), "Basic %%%", "x"])
def test_without_a_valid_token_there_is_a_link_and_no_words(serve, source, token, shown):
    del token
    answer = page(serve("tokens"), source, **({"authorization": shown} if shown else {}))
    assert "Norland on Monday" not in answer.text
    (link,) = re.findall(r'href="/(unlock\?to=[^"]*)"', answer.text)
    asked = httpx.get(serve("tokens").url + link)
    assert asked.status_code == 401
    assert asked.headers["www-authenticate"].startswith("Basic ")


def test_a_token_unlocks_and_leads_back(serve, source, token):
    url = f"{serve('tokens').url}unlock"
    to = f"/id/document-{source[:12]}.html"
    led = httpx.get(url, params={"to": to}, headers={"authorization": basic(token)})
    assert (led.status_code, led.headers["location"]) == (303, to)


@pytest.mark.parametrize("to", ["//evil.example/", "/\\evil.example", "https://evil.example/"])
def test_it_leads_to_no_other_host(serve, token, to):
    url = f"{serve('tokens').url}unlock"
    led = httpx.get(url, params={"to": to}, headers={"authorization": basic(token)})
    assert led.status_code == 400


def test_a_log_in_for_texts_is_none_for_writing(serve, token):
    answer = httpx.post(
        serve("tokens").sparql,
        data={"update": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"},
        headers={"authorization": basic(token)},
    )
    assert answer.status_code == 401


def test_a_claim_shows_its_passage_in_context_to_whom_the_words_are_shown(serve, home):
    claims = read_seeds(home.path.parent / "seeds").articles[0].claims
    (claim,) = [one for one in claims if one.id == "c10"]
    html = httpx.get(f"{serve('everyone').url}id/{claim.iri}.html").text
    (quote,) = re.findall(
        r'<blockquote class="excerpt" dir="auto">(.*?)</blockquote>', html, re.DOTALL
    )
    before, lit, after = re.split(r"</?mark>", quote)
    assert lit.startswith("Sudrian foreign minister Emil Sudek denied")
    assert "grain back" in before
    assert "Harbour" in after
    closed = httpx.get(f"{serve('nobody').url}id/{claim.iri}.html").text
    assert "Where it stands" in closed
    assert "Emil Sudek denied that his country" not in closed
    assert "<blockquote" not in closed


def test_the_endpoint_never_tells_words(serve, source):
    everywhere = "{ ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } }"
    query = f'SELECT * {{ {everywhere} FILTER(CONTAINS(STR(?o), "Norland on Monday")) }}'
    assert serve("everyone").ask(query, format="csv").text.splitlines()[1:] == []
    del source


def test_a_near_copy_shows_passages_in_context_only(home, source, text, tmp_path):
    copies = tmp_path / "copies"
    copies.mkdir()
    other = text.replace("\n", "\n\n").replace("back.", "back. EDITOR'S ADDITION")
    (copies / "a.txt").write_text(other, encoding="utf-8")
    near = Home(tmp_path / "home")
    build(home.path.parent / "seeds", near)
    add(near, copies)
    running = start(near.path, None, texts_for="everyone")
    try:
        html = page(running, source).text
        assert '<blockquote class="excerpt"' in html
        assert 'class="row"' not in html
        assert "not the very one that was coded" in html
    finally:
        stop(running)


def test_a_long_text_is_shown_in_pages_that_hold_every_claim_once(tmp_path):
    seeds = make_seeds(tmp_path, articles=1, claims_per_article=400)
    made = Home(tmp_path / "home")
    build(seeds, made)
    add(made, texts_of(seeds))
    record = read_seeds(seeds).articles[0]
    text = (texts_of(seeds) / f"{record.id}.txt").read_bytes().decode()
    running = start(made.path, None, texts_for="everyone")
    try:
        words, starts, at = "", [], "?from=0"
        while at:
            url = f"{running.url}id/document-{record.record.sha12}.html{at}"
            html = httpx.get(url).text
            assert len(html) < 200_000
            words += words_of(html)
            starts += re.findall(r"</a> code points (\d+)–", html)
            assert set(re.findall(r'href="#p(\d+)"', html)) == set(
                re.findall(r'<li id="p(\d+)"', html)
            )
            at = next(iter(re.findall(r'<a href="(\?from=\d+)" rel="next"', html)), "")
        assert "".join(words.split()) == "".join(text.split())
        assert sorted(map(int, starts)) == sorted(c.evidence[0].start for c in record.claims)
    finally:
        stop(running)


def test_hostile_words_are_inert(tmp_path):
    """The words of a text are data, whatever they look like."""
    seeds = make_norland(tmp_path)
    made = Home(tmp_path / "home")
    build(seeds, made)
    copies = tmp_path / "copies"
    copies.mkdir()
    text = (texts_of(seeds) / "norland.txt").read_bytes().decode()
    half = text.index("Comments")
    (copies / "a.txt").write_text(text[:half] + HOSTILE + text[half:], encoding="utf-8")
    add(made, copies)
    source = read_seeds(seeds).articles[0].record.document.source_sha256
    running = start(made.path, None, texts_for="everyone")
    try:
        html = page(running, source).text
        assert "&lt;script&gt;" in html
        assert "<script>" not in html
        assert "<img src=x" not in html
    finally:
        stop(running)


# --- Lighting --------------------------------------------------------------------------------


@st.composite
def lit_texts(draw):
    words = st.sampled_from(["a", "b\n", "\n\n", " ", "\u202e", "<b>", "🚢", "é", "\r\n"])
    text = "".join(draw(st.lists(words, max_size=30)))
    start = draw(st.integers(0, 50))
    edges = st.integers(0, start + len(text) + 5)
    pairs = draw(st.lists(st.tuples(edges, edges), max_size=8))
    spans = [Span(n, min(p), max(p)) for n, p in enumerate(pairs, 1) if p[0] != p[1]]
    return text, start, spans


@given(lit_texts())
def test_lighting_changes_no_word_and_lights_exactly_the_passages(given_):
    text, start, spans = given_
    pieces = [(p, piece) for p in light(text, start, spans) for piece in p.pieces]
    assert "".join(piece.text for _, piece in pieces) == text
    at, begun = start, []
    for _, piece in pieces:
        for n in range(at, at + len(piece.text)):
            assert set(piece.within) == {s.number for s in spans if s.start <= n < s.end}
        at += len(piece.text)
        begun += piece.begins
    end = start + len(text)
    assert sorted(begun) == sorted(s.number for s in spans if start <= s.start < end)


# --- The demonstration -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeded(seed_server: Running) -> Running:
    return seed_server


@pytest.fixture(scope="module")
def shown(seed_home) -> str:
    folder = SEEDS / "demonstration"
    return read_seeds(folder).articles[0].record.document.source_sha256


def test_everybody_sees_the_demonstration_and_that_it_is_one(seeded, shown):
    answer = page(seeded, shown)
    text = (SEEDS / "demonstration" / "articles" / "demonstration" / "text.txt").read_text()
    assert words_of(answer.text).split() == text.split()
    assert "Everything on this page is invented" in answer.text


def test_its_things_answer_as_pages_and_as_data_and_others_are_no_demonstration(seeded):
    for name in ("demo-veldmark", "demo-position-sign-now", "demo-issue-lake-treaty"):
        html = httpx.get(f"{seeded.url}id/{name}.html")
        assert html.status_code == 200
        assert "Everything on this page is invented" in html.text
        assert "(invented)" in httpx.get(f"{seeded.url}id/{name}.ttl").text
    assert "invented" not in httpx.get(f"{seeded.url}id/kazakhstan.html").text
    assert httpx.get(f"{seeded.url}id/demo-nothing.html").status_code == 404


def test_its_stances_are_those_that_the_default_policy_derives(seeded):
    html = httpx.get(f"{seeded.url}id/demo-position-sign-now.html").text
    table = html.split('id="sides"')[1].split("</table>")[0]
    assert 'href="/id/demo-veldmark"' in table
    assert 'href="/id/demo-osterra"' in table


def test_a_document_without_words_leads_to_it(seeded, shown):
    html = page(seeded, "d6cefab296ea").text
    assert f'href="/id/document-{shown[:12]}"' in html


def test_no_answer_of_the_default_graph_tells_of_it(seeded):
    named = 'CONTAINS(STR(?s), "demo-veldmark") || CONTAINS(STR(?o), "Veldmark")'
    query = f"ASK {{ ?s ?p ?o FILTER({named}) }}"
    assert seeded.ask(query, format="json").json()["boolean"] is False
