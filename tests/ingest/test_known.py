"""What a seeds folder names without describing it comes from the world's tables."""

from pathlib import Path

import pytest
from pyoxigraph import Literal

from demarche_ingest.compose import compose, shape_problems
from demarche_ingest.seeds.crosscheck import crosscheck
from demarche_ingest.seeds.known import with_world
from demarche_ingest.seeds.library import read_seeds
from demarche_ontology import terms
from demarche_ontology.errors import InputError
from demarche_ontology.terms import DCTERMS, DEM, ID, RDF, SKOS

ROOT = Path(__file__).resolve().parents[2]

MINIMAL = """
actors:
  - {id: diet-of-peru, type: GovernmentBody, label: Diet of Peru, body_of: peru}
  - {id: panel, type: GovernmentBody, label: Panel, body_of: un-security-council}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "all.yaml").write_text(MINIMAL, encoding="utf-8")
    return tmp_path


def test_what_is_named_is_there_with_its_source(folder: Path) -> None:
    composition = compose(folder)
    graph = composition.graphs[terms.GRAPH_REFERENCE.value]
    triples = {(t.subject, t.predicate, t.object) for t in graph}
    assert (ID["peru"], RDF["type"], DEM["State"]) in triples
    assert (ID["peru"], DEM["iso3166Alpha3"], Literal("PER")) in triples
    assert (ID["peru"], SKOS["altLabel"], Literal("Перу", language="ru")) in triples
    assert (ID["peru"], DCTERMS["source"], ID["source-country-codes"]) in triples
    assert (ID["source-cldr"], RDF["type"], DEM["ReferenceSource"]) in triples
    assert shape_problems(composition) == []


def test_whose_organ_it_is_comes_too_and_nothing_else(folder: Path) -> None:
    seeds = with_world(read_seeds(folder))
    assert set(seeds.entries) == {
        *("diet-of-peru", "panel", "peru", "un-security-council", "united-nations")
    }
    assert crosscheck(seeds) == []


def test_the_folders_own_record_wins(folder: Path) -> None:
    own = MINIMAL + "  - {id: peru, type: State, label: Our Peru}\n"
    (folder / "reference" / "all.yaml").write_text(own, encoding="utf-8")
    entry = with_world(read_seeds(folder)).entries["peru"]
    assert entry.record.label == "Our Peru"
    assert entry.record.codes == ()


def test_an_unknown_name_is_still_an_error(folder: Path) -> None:
    wrong = MINIMAL.replace("body_of: peru", "body_of: peruu")
    (folder / "reference" / "all.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        compose(folder)
    assert "peruu" in str(caught.value.problems[0])


def test_the_shipped_seeds_describe_all_they_name() -> None:
    seeds = read_seeds(ROOT / "seeds")
    assert with_world(seeds) is seeds
