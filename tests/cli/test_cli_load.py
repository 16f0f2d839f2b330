"""`demarche load`: files of every format, all or none, into a home of the right kind."""

from __future__ import annotations

import gzip

import pytest
from pyoxigraph import Literal, NamedNode, Quad, serialize
from typer.testing import CliRunner

from demarche.cli.app import app
from demarche_store.formats import GRAPH_FORMATS
from demarche_store.home import Home

QUADS = [
    Quad(NamedNode("http://example.org/a"), NamedNode("http://example.org/p"), Literal(str(n)))
    for n in range(3)
]


def demarche(*words: object):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def home(tmp_path) -> Home:
    return Home(tmp_path / "home")


def write(path, chosen) -> None:
    content = QUADS if chosen.datasets else [quad.triple for quad in QUADS]
    path.write_bytes(serialize(content, format=chosen.engine))


@pytest.mark.parametrize("chosen", GRAPH_FORMATS, ids=lambda chosen: chosen.name)
def test_every_format_is_loaded(home, tmp_path, chosen):
    file = tmp_path / f"data.{chosen.suffixes[0]}"
    write(file, chosen)
    done = demarche("--home", home.path, "load", file)
    assert done.exit_code == 0, done.output
    assert "3 in the default graph" in done.output
    with home.open() as view:
        assert set(view.quads()) == set(QUADS)


def test_without_files_an_empty_dataset_is_made_once(home):
    for _ in range(2):
        assert demarche("--home", home.path, "load").exit_code == 0
    assert home.plain
    assert len(home.commits()) == 1


def test_several_files_are_one_commit(home, tmp_path):
    (tmp_path / "a.ttl").write_text("<#a> <#p> 1 .")
    (tmp_path / "b.nt.gz").write_bytes(gzip.compress(b"<urn:a> <urn:p> <urn:b> .\n"))
    words = ("load", tmp_path / "a.ttl", tmp_path / "b.nt.gz")
    options = ("--graph", "urn:g", "--base", "http://example.org/")
    done = demarche("--home", home.path, *words, *options)
    assert done.exit_code == 0, done.output
    assert len(home.commits()) == 1
    with home.open() as view:
        subjects = {triple.subject.value for triple in view.graph("urn:g")}
    assert subjects == {"urn:a", "http://example.org/#a"}


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("bad.ttl", b"<urn:a> <urn:p>\n  [ .", "line 2, column"),
        ("bad.unknown", b"", "--format"),
        ("bad.ttl.gz", b"not packed", "unpacked"),
        ("missing.ttl", None, "missing.ttl"),
    ],
)
def test_a_faulty_file_is_told_and_nothing_is_loaded(home, tmp_path, name, content, told):
    write(tmp_path / "good.nt", GRAPH_FORMATS[1])
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = demarche("--home", home.path, "load", tmp_path / "good.nt", tmp_path / name)
    assert done.exit_code == 3
    assert name in done.output
    assert told in done.output
    assert home.current() is None


@pytest.mark.parametrize("option", ["--graph", "--base"])
def test_what_is_no_iri_is_refused(home, option):
    done = demarche("--home", home.path, "load", option, "no iri")
    assert done.exit_code == 3
    assert not home.path.exists()


def test_a_home_is_of_one_kind(home, tmp_path):
    assert demarche("--home", home.path, "load").exit_code == 0
    done = demarche("--home", home.path, "build", tmp_path)
    assert done.exit_code == 6
    assert "plain dataset" in done.output
    built = Home(tmp_path / "built")
    with built.writer("test") as writer:
        writer.replace_graph(NamedNode("urn:g"), [], "seeds")
        writer.commit("test", "", [])
    done = demarche("--home", built.path, "load")
    assert done.exit_code == 6
    assert "built from seeds" in done.output


def test_a_release_shows_the_digest_of_the_content(home):
    assert demarche("--home", home.path, "load").exit_code == 0
    shown = demarche("--home", home.path, "release", "show").output
    assert "sha-256        -" in shown
    assert demarche("--home", home.path, "release", "create", "first").exit_code == 0
    (release,) = home.releases()
    shown = demarche("--home", home.path, "release", "show", "first").output
    assert f"sha-256 {release.rdfc10}" in shown
    assert release.rdfc10 in demarche("--home", home.path, "releases").output
