"""`import demarche`: where the home is, and a graph that can only be read."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

import demarche
from demarche.homes import home_path, open_home
from demarche_ontology.errors import NoCommitError, StoreError, UnknownReleaseError
from demarche_ontology.terms import DEM, GRAPH_REFERENCE, RDF
from demarche_store.protocol import View


@pytest.mark.parametrize(
    ("given", "environ", "path"),
    [
        ("/a", {"DEMARCHE_HOME": "/b"}, "/a"),
        (None, {"DEMARCHE_HOME": "/b", "XDG_DATA_HOME": "/c"}, "/b"),
        (None, {"DEMARCHE_HOME": "", "XDG_DATA_HOME": "/c", "HOME": "/d"}, "/c/demarche"),
        (None, {"XDG_DATA_HOME": "relative", "HOME": "/d"}, "/d/.local/share/demarche"),
        (None, {"HOME": "/d"}, "/d/.local/share/demarche"),
        (None, {}, str(Path.home() / ".local/share/demarche")),
        ("~/mine", {}, str(Path.home() / "mine")),
    ],
)
def test_where_the_home_is(given, environ, path):
    assert home_path(given, environ) == Path(path)


def test_a_file_is_no_home_and_nothing_below_it_is(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "deeper" / "home"):
        with pytest.raises(StoreError, match="is a file"):
            open_home(path, {})


def test_a_home_that_is_not_there_yet_is_no_fault(tmp_path):
    assert open_home(tmp_path / "to" / "come", {}).commits() == ()


def test_open_gives_an_rdflib_dataset_of_the_current_commit(norland_home):
    dataset = demarche.open(home=norland_home.path)
    rows = list(dataset.query("SELECT ?claim WHERE { ?claim a dem:Claim }"))
    assert len(rows) == 14
    assert len(dataset.graph(GRAPH_REFERENCE.value)) > 0
    with pytest.raises(StoreError, match="read-only"):
        dataset.add((rows[0][0], rows[0][0], rows[0][0]))
    dataset.close()


def test_open_finds_the_home_in_the_environment(norland_home, monkeypatch):
    monkeypatch.setenv("DEMARCHE_HOME", str(norland_home.path))
    with demarche.view() as view:
        view_is_protocol: View = view
        (row,) = view_is_protocol.query(
            f"SELECT (COUNT(?c) AS ?n) WHERE {{ ?c {RDF['type']} {DEM['Claim']} }}"
        ).rows()
        assert int(row[0].value) == 14
        assert NamedNode(GRAPH_REFERENCE.value).value in view.graphs()


def test_a_release_is_opened_by_name_and_unknown_ones_are_told(norland):
    home = open_home(norland / "home", {})
    home.create_release("first")
    with demarche.view("first", home.path) as view:
        assert view.info.release == "first"
    with pytest.raises(UnknownReleaseError, match="second"):
        demarche.open("second", home.path)


def test_no_graph_yet(tmp_path):
    with pytest.raises(NoCommitError):
        demarche.view(home=tmp_path)


def test_the_version_is_the_distribution_s():
    assert demarche.__version__ == version("demarche")
