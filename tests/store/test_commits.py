"""Writing: what is staged, what a commit holds, what it is called."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
    serialize,
)

from demarche_ontology.errors import (
    DiskFullError,
    HomeNotWritableError,
    NoCommitError,
    StoreError,
    UnknownGraphError,
)
from demarche_ontology.terms import XSD
from demarche_store import writer as writer_module
from demarche_store.canonical import canonical_lines, commit_digest, graph_digest
from demarche_store.disk import disk_errors
from demarche_store.home import Home
from demarche_store.protocol import Dataset, GraphInfo
from demarche_store.scope import MERGES_KEPT

BASE = "http://example.org/"

# --- Arbitrary graphs ----------------------------------------------------------------------------

iris = st.integers(0, 5).map(lambda number: NamedNode(f"{BASE}{number}"))
blanks = st.integers(0, 3).map(lambda number: BlankNode(f"b{number}"))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
literals = st.one_of(
    texts.map(Literal),
    st.builds(Literal, texts, language=st.sampled_from(["en", "fr-CA", "hy"])),
    st.sampled_from(["01", "1", "-0", "x"]).map(
        lambda value: Literal(value, datatype=XSD["integer"])
    ),
    st.dates().map(lambda day: Literal(day.isoformat(), datatype=XSD["date"])),
)
named_triples = st.builds(Triple, iris, iris, iris | literals)
any_triples = st.builds(Triple, iris | blanks, iris, iris | blanks | literals)
graph_names = st.integers(0, 3).map(lambda number: NamedNode(f"{BASE}graph/{number}"))
contents = st.dictionaries(graph_names, st.lists(named_triples, max_size=6), max_size=4)

slow = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def homes(tmp_path_factory: pytest.TempPathFactory):
    """Make a new home for every example."""
    return lambda: Home(tmp_path_factory.mktemp("homes") / "home")


def stored(triples) -> set[Triple]:
    """Return triples as the engine gives them back: it rewrites numbers ("01" as "1")."""
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return {quad.triple for quad in store}


def commit_all(home: Home, graphs, defaults=None, digest: str = "digest"):
    with home.writer("test") as writer:
        for name, triples in graphs.items():
            writer.replace_graph(name, triples, "seeds")
        return writer.commit("test", digest, list(graphs) if defaults is None else defaults)


@slow
@given(contents)
def test_quads_in_are_quads_out(homes, graphs) -> None:
    home = homes()
    info = commit_all(home, graphs)
    with home.open() as view:
        assert {Quad(*t, name) for name, ts in graphs.items() for t in stored(ts)} == set(
            view.quads()
        )
        assert set(view.graphs()) == {name.value for name in graphs}
    assert {graph.iri: graph.triples for graph in info.graphs} == {
        name.value: len(stored(triples)) for name, triples in graphs.items()
    }


@slow
@given(contents, contents, st.sets(graph_names), st.sets(graph_names))
def test_the_default_graph_is_the_set_union(homes, first, second, some, others) -> None:
    """After a first commit, and after a second that starts from it."""
    home = homes()
    for graphs, chosen, digest in ((first, some, "1"), (second, others, "2")):
        with home.writer("test") as writer:
            for name, triples in graphs.items():
                writer.replace_graph(name, triples, "seeds")
            for name in {NamedNode(graph.iri) for graph in writer.graphs} - graphs.keys():
                if name not in chosen:
                    writer.remove_graph(name)
            there = [NamedNode(graph.iri) for graph in writer.graphs]
            defaults = [name for name in there if name in chosen]
            info = writer.commit("test", digest, defaults)
        with home.open() as view:
            union = [triple for name in defaults for triple in view.graph(name.value)]
            triples = list(view.graph(None))
            assert set(triples) == set(union)
            assert len(triples) == len(set(union)) == info.default_graph_triples
            assert set(info.default_graphs) == {name.value for name in defaults}
            for name, given_ in graphs.items():
                assert set(view.graph(name.value)) == stored(given_)


@slow
@given(st.lists(any_triples, max_size=8))
def test_replacing_twice_is_replacing_once(homes, triples) -> None:
    home, name = homes(), NamedNode(BASE + "g")
    renamed = parse(
        serialize(triples, format=RdfFormat.N_TRIPLES),
        RdfFormat.N_TRIPLES,
        rename_blank_nodes=True,
    )
    again = [quad.triple for quad in renamed]
    with home.writer("test") as writer:
        assert writer.replace_graph(name, triples, "seeds")
        assert not writer.replace_graph(name, triples, "seeds")
        assert not writer.replace_graph(name, again, "seeds")
        first = writer.commit("test", "digest", [name])
    with home.writer("test") as writer:
        assert not writer.replace_graph(name, again, "seeds")
        assert writer.commit("test", "digest", [name]) == first
    assert home.commits() == (first,)


@given(st.lists(named_triples, max_size=12))
def test_without_blank_nodes_both_ways_to_a_digest_agree(triples) -> None:
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    fast = (store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()) or b"").split(b"\n")
    assert sorted(canonical_lines(store, DefaultGraph()).split(b"\n")) == sorted(fast)


@given(st.lists(any_triples, max_size=10), st.randoms())
def test_a_digest_does_not_depend_on_order_or_names(triples, random) -> None:
    def digest(some) -> str:
        store = Store()
        for triple in some:
            store.add(Quad(*triple, NamedNode(BASE + str(random.random()))))
        merged = Store()
        merged.extend(Quad(quad.subject, quad.predicate, quad.object) for quad in store)
        return graph_digest(merged, DefaultGraph())

    names = {f"b{number}": BlankNode() for number in range(4)}

    def rename(term):
        return names[term.value] if isinstance(term, BlankNode) else term

    other = [Triple(rename(t.subject), t.predicate, rename(t.object)) for t in triples]
    random.shuffle(other)
    assert digest(triples) == digest(other)


def test_the_digest_of_a_known_graph() -> None:
    """Worked out with sha256sum over the canonical lines, by hand."""
    store = Store()
    store.add(Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal('a"\n')))
    store.add(Quad(NamedNode("http://e/s"), NamedNode("http://e/p"), BlankNode("x")))
    lines = b'<http://e/s> <http://e/p> "a\\"\\n" .\n<http://e/s> <http://e/p> _:c14n0 .\n'
    summed = subprocess.run(["sha256sum"], input=lines, capture_output=True, check=True)
    assert graph_digest(store, DefaultGraph()) == summed.stdout.split()[0].decode()


def test_the_digest_of_a_commit_is_over_its_sorted_graphs() -> None:
    one, two = GraphInfo("http://e/b", "seeds", 1, "11"), GraphInfo("http://e/a", "seeds", 1, "22")
    summed = subprocess.run(
        ["sha256sum"], input=b"http://e/a 22\nhttp://e/b 11\n", capture_output=True, check=True
    )
    assert commit_digest([one, two]) == summed.stdout.split()[0].decode()


# --- The writer ----------------------------------------------------------------------------------


def test_an_empty_home(home: Home) -> None:
    assert home.commits() == () == home.releases()
    assert home.current() is None
    with pytest.raises(NoCommitError):
        home.open()
    assert not home.path.exists()


def test_ids_count_up_and_name_the_content(home: Home, commit, fact) -> None:
    first = commit(home, {"g": [fact("a", 1)]}, "1")
    second = commit(home, {"g": [fact("a", 2)]}, "2")
    third = commit(home, {"g": [fact("a", 1)]}, "3")
    assert [info.id[:7] for info in home.commits()] == ["000001-", "000002-", "000003-"]
    assert first.rdfc10 == third.rdfc10 != second.rdfc10
    assert third.id.endswith(third.rdfc10[:12])
    assert (first.parent, second.parent, third.parent) == (None, first.id, second.id)
    assert home.current() == third


def test_unchanged_input_makes_no_commit(home: Home, commit, fact) -> None:
    first = commit(home, {"g": [fact("a", 1)]})
    assert commit(home, {"g": [fact("a", 1)]}) == first
    assert home.commits() == (first,)


def test_leaving_without_commit_changes_nothing(home: Home, commit, fact, node) -> None:
    first = commit(home, {"g": [fact("a", 1)]})
    with home.writer("test") as writer:
        writer.replace_graph(node("g"), [fact("a", 2)], "seeds")
    with suppress(KeyError), home.writer("test") as writer:
        writer.remove_graph(node("g"))
        raise KeyError
    assert home.commits() == (first,)
    with home.open() as view:
        assert list(view.graph(BASE + "g")) == [fact("a", 1)]
    assert not (home.path / "work").exists()


def test_staged_graphs_can_be_read_and_removed(home: Home, commit, fact, node) -> None:
    commit(home, {"g": [fact("a", 1)], "h": [fact("b", 1)]})
    with home.writer("test") as writer:
        assert writer.base == home.current()
        writer.replace_graph(node("g"), [fact("a", 2)], "seeds")
        assert list(writer.triples(node("g"))) == [fact("a", 2)]
        assert writer.remove_graph(node("h"))
        assert not writer.remove_graph(node("h"))
        with pytest.raises(UnknownGraphError):
            writer.triples(node("h"))
        with pytest.raises(UnknownGraphError):
            writer.commit("test", "2", [node("h")])
        info = writer.commit("test", "2", [node("g")])
    assert [graph.iri for graph in info.graphs] == [BASE + "g"]


def test_a_graph_without_triples_is_a_graph(home: Home, commit, node) -> None:
    info = commit(home, {"empty": []})
    assert info.graphs[0].triples == 0
    with home.open() as view:
        assert view.graphs() == (BASE + "empty",)
        assert list(view.graph(BASE + "empty")) == []


def test_several_commits_in_one_writer(home: Home, fact, node) -> None:
    with home.writer("test") as writer:
        for number in range(3):
            writer.replace_graph(node("g"), [fact("a", number)], "seeds")
            info = writer.commit("test", str(number), [node("g")])
            with home.open() as view:
                assert list(view.graph(None)) == [fact("a", number)]
                assert view.info == info == writer.base
    assert len(home.commits()) == 3


def test_a_writer_outside_its_context_says_so(home: Home, fact, node) -> None:
    with pytest.raises(StoreError, match="not at work"):
        home.writer("test").replace_graph(node("g"), [fact("a", 1)], "seeds")


def test_large_and_small_graphs_take_both_ways_in(
    home: Home, commit, fact, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "BULK_TRIPLES", 50)
    monkeypatch.setattr(writer_module, "BULK_SLICE", 60)
    commit(home, {"g": [fact("a", number) for number in range(200)], "h": [fact("b", 1)]}, "1")
    info = commit(home, {"g": [fact("a", number) for number in range(100, 180)]}, "2")
    assert info.default_graph_triples == 81
    with home.open() as view:
        assert set(view.graph(None)) == {fact("b", 1)} | {
            fact("a", number) for number in range(100, 180)
        }


def test_a_reader_is_undisturbed_by_new_commits(home: Home, commit, fact) -> None:
    commit(home, {"g": [fact("a", number) for number in range(500)]}, "1")
    with home.open() as view:
        rows = view.query("SELECT ?v WHERE { ?s ?p ?v }").rows()
        seen = [next(rows)]
        for number in range(5):
            commit(home, {"g": [fact("b", number)]}, f"next {number}")
        seen += rows
        assert len(seen) == 500
        assert view.query("ASK { ?s ?p '499' }").boolean()
        assert len(list(view.graph(BASE + "g"))) == 500
    with home.open() as view:
        assert list(view.graph(BASE + "g")) == [fact("b", 4)]


def test_merges_are_kept_within_bounds(home: Home, commit, fact) -> None:
    commit(home, {str(number): [fact("a", "same")] for number in range(8)})
    iris = [f"{BASE}{number}" for number in range(8)]
    with home.open() as view:
        for first in range(7):
            dataset = Dataset((iris[first], iris[first + 1]))
            ((number,),) = view.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", dataset).rows()
            assert number.value == "1"
        assert view._scopes.merged == MERGES_KEPT


def test_a_closed_view_says_so(home: Home, commit, fact) -> None:
    commit(home, {"g": [fact("a", 1)]})
    view = home.open()
    view.close()
    view.close()
    with pytest.raises(StoreError, match="closed"):
        view.query("ASK {}")


def test_serialising_takes_bounded_memory(home: Home, commit, fact) -> None:
    """An answer of over forty megabytes raises the peak of a process by less than half that."""
    commit(home, {"g": [fact(f"subject-{number}", "x" * 100) for number in range(2000)]})
    script = """
import resource, sys
from demarche_store.home import Home
view = Home(sys.argv[1]).open()
query = "SELECT * WHERE { ?s ?p ?o . VALUES ?n { %s } }" % " ".join(map(str, range(100)))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
size = sum(map(len, view.query(query).serialize("json")))
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(size, (after - before) * 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(home.path)], capture_output=True, check=True, text=True
    )
    size, grown = map(int, done.stdout.split())
    assert size > 40_000_000
    assert grown < size / 2


# --- The disk refuses ----------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"cannot mount a small file system: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_a_full_disk_loses_nothing(small_disk: Path, commit, fact) -> None:
    home = Home(small_disk / "home")
    first = commit(home, {"g": [fact("a", 1)]})
    with pytest.raises(DiskFullError) as caught:
        commit(home, {"big": [fact(n, os.urandom(200).hex()) for n in range(60_000)]}, "2")
    assert "prune" in caught.value.remedy
    assert home.current() == first
    with home.open() as view:
        assert list(view.graph(None)) == [fact("a", 1)]
    second = commit(home, {"g": [fact("a", 2)]}, "3")
    assert home.current() == second
    assert {path.name for path in home.path.iterdir()} == {
        "commits",
        "current",
        "releases",
        "writer.lock",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_a_read_only_home_can_be_read(small_disk: Path, commit, fact) -> None:
    home = Home(small_disk / "home")
    commit(home, {"g": [fact("a", 1)]})
    home.create_release("one")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with home.open("one") as view:
        assert list(view.graph(None)) == [fact("a", 1)]
        assert b"".join(view.query("ASK {}").serialize("json"))
    with pytest.raises(HomeNotWritableError, match=r"Read-only|Permission"):
        commit(home, {"g": [fact("a", 2)]}, "2")
    with pytest.raises(HomeNotWritableError):
        home.create_release("two")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), DiskFullError),
        (OSError("IO error: No space left on device: While appending to file"), DiskFullError),
        (OSError(errno.EROFS, "Read-only file system"), HomeNotWritableError),
        (PermissionError(errno.EACCES, "Permission denied"), HomeNotWritableError),
        (FileNotFoundError(errno.ENOENT, "No such file"), FileNotFoundError),
    ],
)
def test_what_the_disk_says(error: OSError, expected: type[Exception], tmp_path: Path) -> None:
    with pytest.raises(expected), disk_errors(tmp_path):
        raise error


def test_the_callers_own_errors_pass(home: Home, node) -> None:
    def unreadable() -> Iterator[Triple]:
        raise PermissionError(errno.EACCES, "Permission denied", "a/seed.tsv")
        yield

    with pytest.raises(PermissionError, match="seed"), home.writer("test") as writer:
        writer.replace_graph(node("g"), unreadable(), "seeds")


def test_a_damaged_commit_says_so(home: Home, commit, fact) -> None:
    info = commit(home, {"g": [fact("a", 1)]})
    manifest = home.path / "commits" / info.id / "manifest.json"
    good = manifest.read_text()
    for bad in ("{", "[]", '{"format": 1}', '{"format": 99}'):
        manifest.write_text(bad)
        with pytest.raises(StoreError, match="manifest"):
            home.open()
    manifest.write_text(good)
    (home.path / "commits" / info.id / "store" / "CURRENT").write_text("MANIFEST-999999\n")
    with pytest.raises(StoreError, match="cannot be opened"):
        home.open()
