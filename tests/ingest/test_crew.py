"""Processes that work on documents: what one costs, the others do not pay for."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from demarche_ingest.documents import Wishes, read_data
from demarche_ingest.documents.model import Source
from demarche_ingest.pipeline.coding import Coded
from demarche_ingest.pipeline.crew import Crew, Failed
from demarche_ingest.pipeline.recipe import Recipe
from demarche_ontology import errors
from demarche_ontology.errors import DemarcheError, InputError, Problem

RECIPE = Recipe(extractors=("ingest.tiny_extractor:make",))
TEXT = "Kenya asks\n\nThe Esker Post, 4 May 2031\n\nKenya asked Uganda to open the bridge{}.\n"


def sources(*tails: str) -> Iterator[Source]:
    for number, tail in enumerate(tails):
        (source,) = read_data(TEXT.format(tail).encode(), f"{number}.txt", Wishes()).sources
        yield source


@pytest.fixture(scope="module")
def outcomes() -> dict[str, object]:
    with Crew(RECIPE, "run", workers=2) as crew:
        given = sources(" soon", " boom", " or die at once", " later", " in June")
        return {source.text.path: outcome for source, outcome in crew.work(given)}


def test_every_document_is_told_once(outcomes) -> None:
    assert sorted(outcomes) == [f"{number}.txt" for number in range(5)]
    good = [outcomes[f"{number}.txt"] for number in (0, 3, 4)]
    assert all(isinstance(one, Coded) and one.types() == {"event": 1} for one in good)


def test_a_fault_is_told_with_where_it_was(outcomes) -> None:
    failed = outcomes["1.txt"]
    assert isinstance(failed, Failed)
    assert failed.reason == "a fault while working on it, RuntimeError: boom was there"
    assert "tiny_extractor.py" in failed.trace


def test_a_process_that_is_killed_costs_one_document(outcomes) -> None:
    failed = outcomes["2.txt"]
    assert isinstance(failed, Failed)
    assert "SIGKILL" in failed.reason


def test_a_document_that_takes_too_long_is_given_up() -> None:
    with Crew(RECIPE, "run", workers=1, limit_seconds=0.0) as crew:
        ((_, outcome),) = crew.work(sources(" soon"))
    assert outcome == Failed("it took longer than 0 seconds")


def test_a_recipe_that_cannot_be_used_is_told_as_here(tmp_path: Path) -> None:
    sheet = tmp_path / "actors.tsv"
    sheet.write_text("id\ttype\tlabel\nx y\tState\tX\n", encoding="utf-8")
    recipe = Recipe(extractors=RECIPE.extractors, actors=(sheet,))
    crew = Crew(recipe, "run", workers=1)
    with crew, pytest.raises(InputError) as caught:
        list(crew.work(sources(" soon")))
    assert caught.value.problems[0].file == str(sheet)


def every_error() -> Iterator[type[DemarcheError]]:
    kinds = [DemarcheError]
    while kinds:
        kind = kinds.pop()
        yield kind
        kinds += kind.__subclasses__()


@pytest.mark.parametrize("kind", list(every_error()), ids=lambda kind: kind.__name__)
def test_errors_pass_between_processes(kind: type[DemarcheError]) -> None:
    problem = Problem("file", 3, "c1", "is wrong")
    if issubclass(kind, errors.InputError | errors.CheckError | errors._ProblemsError):
        error = kind("wrong", [problem]) if kind is not errors.RdfSyntaxError else kind("wrong")
    elif kind is errors.NotAcceptableError:
        error = kind("wrong", ("text/turtle",))
    else:
        error = kind("wrong", "mend it")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert vars(again) == vars(error)


@pytest.mark.parametrize(
    ("own", "meanwhile"),
    [
        ((700, 10, 10), (20_000, 10, 10)),
        ((500_000, 20, 5), (500_000, 20, 10)),
        ((0, 10, 10), (0, 10, 10)),
    ],
)
def test_in_this_process_the_collector_is_left_as_it_was(own, meanwhile) -> None:
    was = gc.get_threshold()
    try:
        gc.set_threshold(*own)
        before = gc.get_freeze_count()
        with Crew(RECIPE, "run", workers=0) as crew:
            for number, _ in enumerate(crew.work(sources(" soon", " later"))):
                assert (gc.get_freeze_count() > before) is (number > 0)
            assert gc.get_threshold() == meanwhile
        assert gc.get_threshold() == own
    finally:
        gc.set_threshold(*was)
