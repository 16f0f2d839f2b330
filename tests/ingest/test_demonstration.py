"""The demonstration: in a graph of its own, checked like the rest, and in no other answer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from demarche_ingest.build import build
from demarche_ingest.demonstration import demonstration
from demarche_ingest.seeds.library import DEMONSTRATION, read_seeds
from demarche_ingest.texts import Text
from demarche_ingest.verify import verify
from demarche_ontology import terms
from demarche_ontology.errors import InputError
from demarche_ontology.terms import DEM, RDF
from demarche_store.home import Home

SEEDS = Path(__file__).parents[2] / "seeds"
GRAPH = terms.GRAPH_DEMONSTRATION.value
FOLDER = SEEDS / DEMONSTRATION


@pytest.fixture(scope="module")
def view(seed_home):
    with seed_home.open() as view:
        yield view


def ask(view, text: str) -> bool:
    return view.query(f"PREFIX dem: <{DEM}> PREFIX id: <{terms.ID}> {text}").boolean()


def test_it_is_a_graph_of_its_own(view):
    assert GRAPH in view.graphs()
    assert GRAPH not in view.info.default_graphs
    assert ask(view, f"ASK {{ GRAPH <{GRAPH}> {{ ?d a dem:Document ; dem:fullText ?text }} }}")


def test_nothing_of_it_is_in_any_other_graph(view):
    own = f"GRAPH <{GRAPH}> {{ ?s a ?class ; dem:localId|dem:sourceSha256|dem:onIssue ?x }}"
    assert ask(view, f"ASK {{ {own} }}")
    assert not ask(view, f"ASK {{ {own} ?s ?p ?o }}")
    elsewhere = f"GRAPH ?g {{ ?t ?q ?n }} FILTER(?g != <{GRAPH}> && ?n = ?s)"
    assert not ask(view, f"ASK {{ {own} {elsewhere} }}")


def test_the_default_graph_has_no_text_of_any_document(view):
    assert not ask(view, "ASK { ?s dem:fullText ?text }")


def test_every_actor_and_place_in_it_says_that_it_is_invented():
    seeds = read_seeds(FOLDER)
    for name, entry in seeds.entries.items():
        assert name.startswith("demo-")
        if entry.kind != "event":
            assert "nvented" in f"{entry.record.label} {entry.record.definition}", name


def test_its_claims_stand_in_its_text_and_are_worded_anew():
    seeds = read_seeds(FOLDER)
    text = Text.read(FOLDER / "articles" / "demonstration" / "text.txt")
    (report,) = verify(seeds, [text])
    assert report.exact
    assert report.problems == ()
    assert len(report.verdicts) == sum(len(article.claims) for article in seeds.articles) > 10


def test_it_can_be_read_by_itself():
    graph = demonstration(SEEDS, "default")
    described = {triple.subject for triple in graph}
    typed = [t for t in graph if t.predicate == RDF["type"] and t.object.value.startswith(DEM)]
    used = {t.object for t in typed if t.subject.value.startswith(f"{terms.ID}demo-")}
    assert DEM["State"] in used <= described
    kinds = {t.object.value for t in graph if t.predicate.value == DEM["voice"].value}
    assert {f"{terms.VOC}voice-quoted", f"{terms.VOC}voice-reader-comment"} <= kinds


def test_seeds_without_one_build_without_one(norland_seeds, tmp_path):
    assert demonstration(norland_seeds.root, "default") is None
    home = Home(tmp_path / "home")
    build(norland_seeds.root, home)
    assert GRAPH not in [graph.iri for graph in home.current().graphs]


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(FOLDER, tmp_path / "seeds")


def test_a_text_without_a_licence_is_refused(copied):
    file = copied / "articles" / "demonstration" / "article.yaml"
    lines = [line for line in file.read_text().splitlines() if "licence:" not in line]
    file.write_text("\n".join(lines))
    with pytest.raises(InputError, match="without a licence"):
        read_seeds(copied)


def test_another_text_than_the_one_coded_is_refused(copied):
    file = copied / "articles" / "demonstration" / "text.txt"
    file.write_text(file.read_text() + "more")
    with pytest.raises(InputError, match="another text"):
        read_seeds(copied)


def test_a_text_that_is_not_utf8_is_refused_with_its_place(copied):
    (copied / "articles" / "demonstration" / "text.txt").write_bytes(b"\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        read_seeds(copied)
