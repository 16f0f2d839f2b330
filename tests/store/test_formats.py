"""The table of formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from demarche_ontology.errors import NotAcceptableError
from demarche_store.formats import (
    GRAPH_FORMATS,
    RESULT_FORMATS,
    format_for,
    formats_of,
    graph_format,
    graph_format_of,
    result_format,
)


@pytest.mark.parametrize("known", RESULT_FORMATS, ids=lambda known: known.name)
def test_result_formats_are_found_by_every_name(known) -> None:
    for key in (known.name, known.media_type, *known.aliases, *known.suffixes):
        assert result_format(key) is known
    assert known.engine.media_type == known.media_type or known.name in ("csv", "tsv")


@pytest.mark.parametrize("known", GRAPH_FORMATS, ids=lambda known: known.name)
def test_graph_formats_are_found_by_every_name(known) -> None:
    for key in (known.name, known.media_type, *known.suffixes):
        assert graph_format(key) is known
    for key in known.aliases:
        assert key in graph_format(key).aliases
    assert known.engine.media_type == known.media_type
    assert known.engine.supports_datasets is known.datasets
    assert known.engine.file_extension in known.suffixes


def test_keys_are_read_generously() -> None:
    assert graph_format("Text/Turtle; charset=UTF-8").name == "turtle"
    assert graph_format(".TTL").name == "turtle"
    assert graph_format_of(Path("a/b.trig")).name == "trig"
    assert result_format(" CSV ").name == "csv"


def test_unknown_formats_say_what_there_is() -> None:
    with pytest.raises(NotAcceptableError) as caught:
        graph_format("application/pdf")
    assert caught.value.offered == tuple(known.media_type for known in GRAPH_FORMATS)
    assert "turtle" in caught.value.remedy
    with pytest.raises(NotAcceptableError):
        graph_format_of("README")


def test_formats_of_each_form() -> None:
    assert [known.name for known in formats_of("SELECT")] == ["json", "xml", "csv", "tsv"]
    assert [known.name for known in formats_of("ASK")] == ["json", "xml"]
    assert formats_of("GRAPH") == GRAPH_FORMATS
    assert format_for("GRAPH", "application/json").name == "jsonld"
    assert format_for("SELECT", "application/json").name == "json"
