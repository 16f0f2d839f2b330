"""Competency queries: files in, descriptions that query editors read out."""

import pytest
from pyoxigraph import Quad, Store

from demarche_ontology import terms
from demarche_ontology.competency import (
    THEMES,
    by_theme,
    competency_queries,
    describe,
    queries_in,
)
from demarche_ontology.errors import InputError
from demarche_ontology.rdf import has_blank_nodes

SELECT = """# title: Who said so?
# theme: sources
# description: Everybody who asserts a claim,
#   with how many.
# expected: one row per speaker
PREFIX dem: <https://w3id.org/demarche/ontology#>
# counted once
SELECT ?who (COUNT(?claim) AS ?claims) WHERE { ?claim dem:attributedTo ?who } GROUP BY ?who
"""


def write(folder, name, text):
    (folder / name).write_text(text, encoding="utf-8")


def test_a_file_is_read_with_its_header(tmp_path):
    write(tmp_path, "who-said-so.rq", SELECT)
    (query,) = queries_in(tmp_path)
    assert query.name == "who-said-so"
    assert query.title == "Who said so?"
    assert query.description == "Everybody who asserts a claim, with how many."
    assert query.expected == "one row per speaker"
    assert query.form == "select"
    assert query.theme == "sources"
    assert query.text == SELECT.split("speaker\n", 1)[1]
    assert query.path == tmp_path / "who-said-so.rq"


def test_queries_are_sorted_by_name(tmp_path):
    for name in ("b", "a", "c-2"):
        write(tmp_path, f"{name}.rq", SELECT)
    assert [query.name for query in queries_in(tmp_path)] == ["a", "b", "c-2"]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        (SELECT.replace("# title: Who said so?\n", ""), "the header has no title", 1),
        (SELECT.replace("description:", "about:"), "the header has no description", 1),
        (SELECT.replace("# theme: sources\n", ""), "the header has no theme", 1),
        (SELECT.replace("theme: sources", "theme: weather"), "there is no theme 'weather'", 1),
        ("# title: T\n# theme: acts\n# description: D\n", "there is no query", 4),
        (
            "# title: T\n# theme: acts\n# description: D\nINSERT DATA { }\n",
            "no line begins with SELECT, ASK, CONSTRUCT or DESCRIBE",
            4,
        ),
    ],
)
def test_a_faulty_file_is_refused_with_file_and_line(tmp_path, text, message, line):
    write(tmp_path, "faulty.rq", text)
    with pytest.raises(InputError) as caught:
        queries_in(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == (str(tmp_path / "faulty.rq"), line)
    assert problem.message == message
    assert problem.remedy


def test_every_faulty_file_is_named_at_once(tmp_path):
    write(tmp_path, "one.rq", "SELECT * { ?s ?p ?o }")
    write(tmp_path, "two.rq", "")
    write(tmp_path, "fine.rq", SELECT)
    with pytest.raises(InputError) as caught:
        queries_in(tmp_path)
    files = {problem.file for problem in caught.value.problems}
    assert files == {str(tmp_path / "one.rq"), str(tmp_path / "two.rq")}


@pytest.mark.parametrize("name", ["With Capital", "under_score", "prefixes", "prefix-dem"])
def test_a_name_that_cannot_be_an_iri_is_refused(tmp_path, name):
    write(tmp_path, f"{name}.rq", SELECT)
    with pytest.raises(InputError, match="IRI"):
        queries_in(tmp_path)


def test_a_file_that_is_not_utf8_is_refused(tmp_path):
    (tmp_path / "latin.rq").write_bytes(b"# title: d\xe9marche\n")
    with pytest.raises(InputError, match="UTF-8"):
        queries_in(tmp_path)


def described(folder, **options):
    triples = describe(queries_in(folder), **options)
    assert not has_blank_nodes(triples)
    store = Store()
    store.extend(Quad(*triple) for triple in triples)
    return store


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ("SELECT * WHERE { ?s ?p ?o }", "SPARQLSelectExecutable"),
        ("ASK { ?s ?p ?o }", "SPARQLAskExecutable"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "SPARQLConstructExecutable"),
        ("DESCRIBE <https://example.org/x>", None),
    ],
)
def test_an_editor_finds_the_examples_it_asks_for(tmp_path, form, kind):
    write(tmp_path, "q.rq", f"# title: T\n# theme: acts\n# description: D\n{form}\n")
    store = described(tmp_path)
    rows = list(
        store.query(
            """PREFIX sh: <http://www.w3.org/ns/shacl#>
            PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
            SELECT ?query ?comment ?text WHERE {
              ?query a sh:SPARQLExecutable ; rdfs:comment ?comment ;
                sh:select|sh:ask|sh:construct|sh:describe ?text }"""
        )
    )
    assert [(row["query"], row["comment"].value, row["text"].value) for row in rows] == [
        (terms.QUERY["q"], "D", f"{form}\n")
    ]
    kinds = {
        quad.object for quad in store.quads_for_pattern(terms.QUERY["q"], terms.RDF["type"], None)
    }
    assert kinds == {terms.SH["SPARQLExecutable"], *([terms.SH[kind]] if kind else [])}


def test_an_editor_finds_the_prefixes(tmp_path):
    rows = described(tmp_path).query(
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?prefix ?namespace WHERE {
          ?any sh:declare ?node . ?node sh:prefix ?prefix ; sh:namespace ?namespace }"""
    )
    found = {row["prefix"].value: row["namespace"].value for row in rows}
    assert found == {name: str.__str__(iri) for name, iri in terms.PREFIXES.items()}


def test_the_endpoint_is_named_where_it_is_known(tmp_path):
    write(tmp_path, "q.rq", SELECT)
    target = (terms.QUERY["q"], terms.SCHEMA["target"], None)
    assert not list(described(tmp_path).quads_for_pattern(*target))
    (quad,) = described(tmp_path, endpoint="https://example.org/sparql").quads_for_pattern(*target)
    assert quad.object.value == "https://example.org/sparql"


def test_the_packaged_queries_can_be_described():
    queries = competency_queries()
    assert len({query.iri for query in queries}) == len(queries)
    assert not has_blank_nodes(describe(queries))


def test_the_packaged_queries_have_every_theme_and_are_grouped_by_it():
    queries = competency_queries()
    grouped = by_theme(reversed(queries))
    assert [words for words, _ in grouped] == list(THEMES.values())
    assert sorted(one.name for _, group in grouped for one in group) == [q.name for q in queries]
    assert by_theme(queries[:1]) == ((THEMES[queries[0].theme], queries[:1]),)
