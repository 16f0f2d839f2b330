"""What the tests of ingestion share: seeds folders made afresh, and ways to spoil them."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import Triple
from seedkit import make_norland, make_seeds, texts_of
from sharing import once

from demarche_ingest.evaluate.report import Scored
from demarche_ingest.evaluate.scoring import score_half
from demarche_ingest.mapping.documents import map_document
from demarche_ingest.mapping.reference import ReferenceMapper
from demarche_ingest.seeds.crosscheck import crosscheck
from demarche_ingest.seeds.library import Seeds, read_seeds
from demarche_ingest.texts import Text
from demarche_ontology.errors import InputError, Problem


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> list[Scored]:
    """Return the half of the corpus that may be read, read and scored."""
    corpus = Path(__file__).resolve().parents[1] / "corpus"

    def make(folder: Path) -> None:
        (folder / "scored").write_bytes(pickle.dumps(score_half(corpus, "dev")))

    scored = once(tmp_path_factory, "dev", make) / "scored"
    return cast(list[Scored], pickle.loads(scored.read_bytes()))


@pytest.fixture
def norland(tmp_path: Path) -> Path:
    """Return a seeds folder with the short article, free to be spoilt."""
    return make_norland(tmp_path)


@pytest.fixture(scope="session")
def norland_seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return read_seeds(make_norland(tmp_path_factory.mktemp("norland")))


@pytest.fixture(scope="session")
def norland_text(norland_seeds: Seeds) -> Text:
    return Text.read(texts_of(norland_seeds.root) / "norland.txt")


@pytest.fixture(scope="session")
def norland_graph(norland_seeds: Seeds) -> set[Triple]:
    (articles,) = norland_seeds.documents().values()
    return map_document(articles)


@pytest.fixture(scope="session")
def norland_reference(norland_seeds: Seeds) -> ReferenceMapper:
    mapper = ReferenceMapper(norland_seeds)
    mapper.map()
    return mapper


@pytest.fixture(scope="session")
def synthetic_seeds(tmp_path_factory: pytest.TempPathFactory) -> Seeds:
    return read_seeds(make_seeds(tmp_path_factory.mktemp("synthetic"), 3, 20))


def problems_in(seeds: Path) -> list[Problem]:
    """Return what reading and cross-checking a seeds folder finds; [] when all is well."""
    try:
        return crosscheck(read_seeds(seeds))
    except InputError as error:
        return list(error.problems)


@pytest.fixture
def problems():
    return problems_in
