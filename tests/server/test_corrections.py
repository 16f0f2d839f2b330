"""Corrected queries answer as SPARQL says, by equality with what the engine gets right."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from demarche_ontology.competency import competency_queries
from demarche_ontology.errors import QuerySyntaxError
from demarche_server import sparql
from demarche_server.readers.knowing import KnownGraph

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}> "


def corrected(text: str) -> str:
    return sparql.corrected(text, sparql.read(text))


def rows(store: ox.Store, text: str) -> Counter[tuple[str, ...]]:
    """Return the solutions, their columns by name."""
    found = store.query(PREFIX + text)
    names = sorted(variable.value for variable in found.variables)
    return Counter(tuple(str(row[name]) for name in names) for row in found)


def same(store: ox.Store, asked: str, meant: str) -> None:
    """Check that a query, corrected, answers as another does without correction."""
    run = corrected(PREFIX + asked).removeprefix(PREFIX)
    assert rows(store, run) == rows(store, meant), run


@pytest.fixture(scope="module")
def store() -> ox.Store:
    found = ox.Store()
    found.update(
        PREFIX + 'INSERT DATA { :a :p "x"@en, "y"@en, 1 ; :q 2 . :b :p "x"@en ; :q 3, true }'
    )
    return found


# --- What needs nothing ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p true }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(?o < 5 && true) }",
        "SELECT ?s (COUNT(?o) AS ?n) (MAX(?o) AS ?m) { ?s ?p ?o } GROUP BY ?s ORDER BY ?n",
        'SELECT ("TRUE" AS ?t) { ?TRUE :TRUE "GROUP_CONCAT BNODE" } # BNODE(1)',
        "SELECT (BNODE() AS ?b) {}",
        "SELECT * { << :a :p ?x >> :q ?y FILTER(?x<?y) }",
        "SELECT * { ?s ?p <<( :a :p 1 )>> }",
        "SELECT ( { )",
    ],
)
def test_what_needs_nothing_is_left_alone(text):
    assert corrected(text) is text


@pytest.mark.parametrize("query", competency_queries(), ids=lambda query: query.name)
def test_packaged_queries_mean_the_same(query):
    """All that is ever added to them is STR around GROUP_CONCAT."""
    run = corrected(query.text)
    assert run == query.text or ("GROUP_CONCAT" in query.text and "STR(GROUP_CONCAT" in run)


# --- Expressions -----------------------------------------------------------------------------


@given(
    st.lists(st.sampled_from(["true", "TRUE", "False", "fAlSe", "TruE"]), min_size=1, max_size=4),
    st.sampled_from(["&&", "||"]),
)
def test_booleans_of_any_case(words, operator):
    asked = f" {operator} ".join(words)
    same(ox.Store(), f"SELECT ({asked} AS ?b) {{}}", f"SELECT ({asked.lower()} AS ?b) {{}}")


def test_booleans_as_terms(store):
    same(store, "SELECT ?s { ?s :q TRUE }", "SELECT ?s { ?s :q true }")


LITERALS = st.sampled_from(['"x"@en', '"y"@en', '"x"@fr', '"z"', '""@en'])


@given(st.lists(st.tuples(st.sampled_from("ab"), LITERALS), max_size=6), st.sampled_from(["", "|"]))
def test_concatenations_have_no_language(pairs, separator):
    data = " ".join(f"({key!r} {literal})" for key, literal in pairs)
    values = f"VALUES (?k ?v) {{ {data} }}"
    sort = f'; SEPARATOR="{separator}"' if separator else ""
    same(
        ox.Store(),
        f"SELECT ?k (group_concat(?v{sort}) AS ?c) {{ {values} }} GROUP BY ?k",
        f"SELECT ?k (GROUP_CONCAT(STR(?v){sort}) AS ?c) {{ {values} }} GROUP BY ?k",
    )


STRINGS = st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("xyz")), max_size=5)


def blank_nodes(text: str) -> list[tuple[str, ...]]:
    return [tuple(map(str, row)) for row in ox.Store().query(corrected(text))]


@given(STRINGS)
def test_blank_nodes_are_new_in_each_solution(pairs):
    values = " ".join(f"({a!r} {b!r})" for a, b in pairs)
    text = f"SELECT (BNODE(?a) AS ?x) (BNODE(?b) AS ?y) {{ VALUES (?a ?b) {{ {values} }} }}"
    found = blank_nodes(text)
    assert Counter(x == y for x, y in found) == Counter(a == b for a, b in pairs)
    for (one, first), (two, second) in product(enumerate(found), repeat=2):
        assert one == two or not set(first) & set(second)


@given(st.lists(st.sampled_from("xyz"), max_size=5))
def test_one_call_makes_a_blank_node_each_time(strings):
    values = " ".join(map(repr, strings))
    found = blank_nodes(f"SELECT ?x {{ VALUES ?a {{ {values} }} BIND(BNODE(?a) AS ?x) }}")
    assert len(set(found)) == len(strings)
    assert all(node.startswith("_:") for (node,) in found)


def test_blank_nodes_are_made_of_strings_only():
    assert blank_nodes("SELECT (BNODE(1) AS ?x) {}") == [("None",)]


NAMES = [f"n{number}" for number in range(5)]


@st.composite
def chains(draw):
    """Return items of a SELECT, each of which may use those before it."""
    items = [(NAMES[0], draw(st.sampled_from(["COUNT(?v)", "SUM(?v)", "AVG(?v)"])))]
    for name in NAMES[1 : draw(st.integers(2, 5))]:
        before = draw(st.sampled_from(items))[0]
        shape = draw(st.sampled_from(["?{0} + 1", "-?{0} * ?{0}", "IF(?{0} > 2, ?{0}, MAX(?v))"]))
        items.append((name, shape.format(before)))
    return items


@given(chains(), st.lists(st.integers(-3, 3), max_size=5))
def test_variables_of_select_are_used_again(items, numbers):
    """Each item is worked out in a query of its own around the one before, in the other way."""
    values = f"VALUES ?v {{ {' '.join(map(str, numbers))} }}"
    listed = " ".join(f"({expression} AS ?{name})" for name, expression in items)
    inner = f"SELECT (MAX(?v) AS ?most) ({items[0][1]} AS ?{items[0][0]}) {{ {values} }}"
    for name, expression in items[1:]:
        outer = expression.replace("MAX(?v)", "?most")
        inner = f"SELECT * {{ {{ {inner} }} BIND({outer} AS ?{name}) }}"
    meant = f"SELECT {' '.join(f'?{name}' for name, _ in items)} {{ {{ {inner} }} }}"
    same(ox.Store(), f"SELECT {listed} {{ {values} }}", meant)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (RAND() + COUNT(?v) AS ?r) (?r + 1 AS ?s) { VALUES ?v { 1 } }",
        "SELECT (COUNT(?v) AS ?n) (BOUND(?n) AS ?b) { VALUES ?v { 1 } }",
        "SELECT (COUNT(?v) AS ?n) (EXISTS { ?n ?p ?o } AS ?b) { VALUES ?v { 1 } }",
    ],
)
def test_what_cannot_be_written_out_is_left_alone(text):
    assert corrected(text) == text


# --- What is not SPARQL ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("SELECT (SUM(COUNT(?x)) AS ?n) {}", 13),
        ("SELECT (COUNT(1 + MAX(?x)) AS ?n) {}", 19),
        ("ASK { FILTER(?x = <<( 1 :p 2 )>>) }", 23),
        ("ASK { FILTER(?x = <<( TRUE :p 2 )>>) }", 23),
        ("ASK { BIND(<<( <<( :a :p 1 )>> :p 2 )>> AS ?x) }", 16),
        ("ASK { FILTER(?x = <<( :a :b <<( 1 :p 2 )>> )>>) }", 33),
        ("SELECT * { ?x ?p ?y FILTER(?x<?a&&?b>?y) }", 30),
    ],
)
def test_what_is_not_sparql(text, column):
    ox.Store().query(PREFIX + text.replace("TRUE", "true"))  # the engine takes it
    with pytest.raises(QuerySyntaxError) as caught:
        corrected(text)
    assert (caught.value.line, caught.value.column) == (1, column)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (COUNT(?x) AS ?n) (SUM(?x) AS ?m) {}",
        "SELECT (COUNT(EXISTS { SELECT (MAX(?y) AS ?z) (MIN(?y) AS ?w) {} }) AS ?n) {}",
        "SELECT * { ?s ?p <<( ?x :p <<( :a :p 2 )>> )>> }",
        "SELECT * { <<( <<( ?x :p 1 )>> :p 2 )>> :q 1 FILTER EXISTS { <<( 1 :p ?y )>> :p 2 } }",
        "SELECT * { << :a :p 1 >> :q ?x FILTER(?x<?y && ?b >?y) }",
        "BASE <http://example.org/> SELECT * { ?x <?y> ?z }",
    ],
)
def test_what_looks_like_it_but_is_sparql(text):
    ox.Store().query(PREFIX + text)
    corrected(text)


# --- GRAPH ?g --------------------------------------------------------------------------------


GRAPHS = [ox.NamedNode(EX + name) for name in ("g1", "g2", "g3")]


@pytest.fixture(scope="module")
def graphs() -> ox.Store:
    found = ox.Store()
    found.update(
        PREFIX
        + """INSERT DATA {
            :a :p :g1 . :b :p :g2
            GRAPH :g1 { :a :p :b , :g1 , :g2 . :b :q :c . :g1 :q :a }
            GRAPH :g2 { :a :p :c . :c :q :a , :g2 . :b :p :b }
        }"""
    )
    found.add_graph(GRAPHS[2])
    return found


def by_definition(store: ox.Store, pattern: str) -> Counter[tuple[tuple[str, str], ...]]:
    """Evaluate GRAPH ?g { pattern } as SPARQL 1.1 Query 18.6 defines it: graph by graph."""
    found: Counter[tuple[tuple[str, str], ...]] = Counter()
    for graph in GRAPHS:
        for row in bindings(store, f"SELECT * {{ {{ {pattern} }} }}", default_graph=graph):
            if row.setdefault("g", str(graph)) == str(graph):
                found[tuple(sorted(row.items()))] += 1
    return found


def bindings(store: ox.Store, text: str, **options) -> list[dict[str, str]]:
    found = store.query(PREFIX + text, **options)
    names = [variable.value for variable in found.variables]
    return [{n: str(row[n]) for n in names if row[n] is not None} for row in found]


def in_graphs(pattern: str) -> str:
    """Return the query, corrected, for a pattern in each graph."""
    asked = f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}"
    return corrected(PREFIX + asked).removeprefix(PREFIX)


def answers(store: ox.Store, run: str) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted(row.items())) for row in bindings(store, run))


TERMS = st.sampled_from(["?a", "?b", "?c", "?g", ":a", ":b", ":g1"])
TRIPLES = st.builds("{} {} {} .".format, TERMS, st.sampled_from([":p", ":q", "?p"]), TERMS)
VALUES = st.builds(
    "VALUES (?{} ?{}) {{ ({}) ({}) }}".format,
    st.sampled_from("ab"),
    st.sampled_from("cg"),
    st.sampled_from(["UNDEF :g1", ":a UNDEF", ":b :g2"]),
    st.sampled_from(["UNDEF UNDEF", ":a :a"]),
)
FILTERS = st.sampled_from(
    ["FILTER(?a != :b)", "FILTER EXISTS { ?a :p ?b }", "FILTER(!BOUND(?c) || ?c = :b)"]
)
BINDS = st.just("BIND(:g1 AS ?new)")


def groups(inner):
    several = st.lists(inner, min_size=1, max_size=2).map(" ".join)
    return st.one_of(
        several.map("OPTIONAL {{ {} }}".format),
        several.map("{{ {} }}".format),
        several.map("MINUS {{ {} }}".format),
        st.builds("{{ {} }} UNION {{ {} }}".format, several, several),
    )


PATTERNS = st.recursive(st.one_of(TRIPLES, TRIPLES, VALUES, FILTERS), groups, max_leaves=4)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(PATTERNS, min_size=1, max_size=3).map(" ".join))
def test_what_is_rewritten_answers_by_definition(graphs, pattern):
    """What is not rewritten is left to the engine, so nothing is known of it."""
    run = in_graphs(pattern)
    assume("SELECT ?g" in run or "{ GRAPH ?g {} }" in run)
    assume("MINUS" not in run)
    assert answers(graphs, run) == by_definition(graphs, pattern), run


@given(st.lists(TRIPLES, min_size=1, max_size=2), st.lists(TRIPLES, max_size=2))
def test_idle_differences_by_definition(graphs, triples, minus):
    left, right = " ".join(triples), " ".join(minus).replace("?", "?other_")
    pattern = f"{left} MINUS {{ {right} }} {left}"
    run = in_graphs(pattern)
    assert "MINUS" not in run
    assert answers(graphs, run) == by_definition(graphs, pattern), run


@pytest.mark.parametrize(
    "pattern",
    [
        "FILTER(BOUND(?g))",
        "VALUES (?g ?a) { (UNDEF 1) (:g1 2) (:b 3) }",
        "BIND(?g AS ?new)",
        "?a :p ?b OPTIONAL { ?a :p ?g }",
        "{ ?a :p ?g } UNION { ?a :q ?b }",
        "{ ?a :p ?g FILTER(?g != :g2) } UNION { ?a :q ?b BIND(:g2 AS ?g) }",
        "?a :q ?b VALUES ?g { :g1 UNDEF }",
        "?a :p ?b MINUS { ?c :q ?d }",
        "?a :p ?b MINUS { :a :p :c }",
        "?a :p ?b MINUS { ?c :q ?d MINUS { ?e ?f ?h } } MINUS { ?i ?j ?k } ?a :q ?l",
        "SELECT ?a { ?a :p ?b }",
        "SELECT DISTINCT ?a { ?a :p ?b FILTER(?b != :a) }",
        "{ SELECT ?a { ?a :p ?b } } ?a :q ?c",
        "{ SELECT * { ?a :p ?b } } OPTIONAL { SELECT ?a ?c WHERE { ?a :q ?c } }",
        "SELECT ?a (COUNT(*) AS ?n) { ?a :p ?b } GROUP BY ?a",
        "SELECT ?a (COUNT(*) AS ?n) { ?a :p ?b } GROUP BY ?a HAVING(COUNT(*) > 1) ORDER BY ?a",
        "SELECT (COUNT(*) AS ?n) (SUM(1) AS ?m) (MIN(?b) AS ?least) WHERE { ?a :q ?b }",
        "SELECT (COUNT(*) AS ?n) { ?a :q ?b } HAVING(COUNT(*) = 0)",
        "SELECT (COUNT(*) AS ?n) { :c :q ?b }",
        "SELECT ?a { ?a :p ?b { SELECT DISTINCT ?b { ?b :q ?c } } }",
    ],
)
def test_graphs_by_definition(graphs, pattern):
    run = in_graphs(pattern)
    definition = by_definition(graphs, pattern)
    assert answers(graphs, run) == definition, run
    asked = f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}"
    assert run != asked
    narrow = corrected(PREFIX + asked.replace("*", "?g", 1))
    seen = Counter(row["g"] for row in bindings(graphs, narrow.removeprefix(PREFIX)))
    assert seen == Counter(dict(row)["g"] for row in definition.elements())


@pytest.mark.parametrize(
    "pattern",
    [
        "?a ?b ?c",
        "?g :p ?b FILTER(?g = :g1)",
        "?g :p ?b OPTIONAL { ?b :q ?c }",
        "?a :p ?b FILTER(?g = :g1)",
        "?a :p ?b MINUS { ?b :q ?c }",
        "?a :p ?b BIND(STR(?g) AS ?new)",
        "VALUES ?a { :a } OPTIONAL { ?a :p ?g }",
        "SELECT ?a { ?a :p ?b } LIMIT 1",
        "SELECT ?a { VALUES ?a { 1 2 } }",
        "SELECT ?a (RAND() AS ?r) (COUNT(*) AS ?n) { ?a :p ?b }",
        "{ SELECT (COUNT(*) AS ?n) { ?a :p ?b } }",
        "GRAPH ?h { ?a :p ?g } OPTIONAL { ?a :p ?g }",
    ],
)
def test_graphs_that_are_left_alone(pattern):
    assert in_graphs(pattern) == f"SELECT * {{ GRAPH ?g {{ {pattern} }} }}"


# --- Paths of length zero --------------------------------------------------------------------


ENDS = st.sampled_from([":a", ":b", ":c", ":gone", f"<{EX}gone>", "?x", "?y"])
STEPS = st.sampled_from(["(:p)", ":p", "^:q", "(:p|:q)", "!:p", "(:p/^:q)", "a"])
PATHS = st.builds("{} {}{} {} .".format, ENDS, STEPS, st.sampled_from("*?"), ENDS)
BESIDE = st.sampled_from(["", "?x :p ?z .", "FILTER(BOUND(?x))", "OPTIONAL { ?y :q ?w }"])


@settings(deadline=None)
@given(BESIDE, PATHS, st.one_of(PATHS, BESIDE))
def test_paths_of_length_zero(before, path, after):
    """Where every term is in the graph the engine is right; a fact without effect puts it there."""
    data = ":a :p :b . :b :q :c . :c :p :a ."
    store, whole = ox.Store(), ox.Store()
    store.update(f"{PREFIX} INSERT DATA {{ {data} }}")
    whole.update(f"{PREFIX} INSERT DATA {{ {data} :gone :unused :gone }}")
    text = PREFIX + f"SELECT * {{ {before} {path} {after} }}"
    assume("!:p" not in text or "gone" not in text)  # the fact would have an effect there
    run = sparql.corrected(text, sparql.read(text), KnownGraph(store))
    meant = bindings(whole, text.removeprefix(PREFIX))
    assume(not any(set(end.split()) <= {"?x", "?y"} for end in _both_open(path + after)))
    assert tally(bindings(store, run.removeprefix(PREFIX))) == tally(meant), run


def _both_open(text: str) -> list[str]:
    """Return the ends of paths between two variables, which go from every term of the graph."""
    found = re.findall(r"(\S+) \S+[*?] (\S+) \.", text)
    return [" ".join(ends) for ends in found]


def tally(found: list[dict[str, str]]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple(sorted(row.items())) for row in found)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { GRAPH :g1 { :gone :p* ?x } }",
        "SELECT * { GRAPH ?g { { :gone :p* ?x } } }",
        "SELECT * { SERVICE SILENT :e { :gone :p* ?x } }",
        "SELECT * { :gone :p/:q* ?x }",
        "SELECT * { :gone :p* ?x ; :q ?y }",
        "SELECT * { :gone :p+ ?x }",
        "SELECT (?a * ?b AS ?c) { :gone :p ?a ; :q ?b }",
        "SELECT * { :gone ?p ?x . FILTER(3* 4 = ?x) }",
    ],
)
def test_paths_that_are_left_alone(text):
    asked = PREFIX + text
    assert sparql.corrected(asked, sparql.read(asked), lambda iri: True) == asked


# --- Updates ---------------------------------------------------------------------------------


def right(text: str) -> str:
    """Return the text that is run for an update."""
    return sparql.corrected_update(text, tuple(sparql.tokenize(text)))


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { GRAPH <urn:g> { <urn:a> <urn:b> true } }",
        "DELETE WHERE { GRAPH ?g { ?a ?b ?c } }",
        "CLEAR ALL ; DROP GRAPH <urn:g>",
        "INSERT { ?a ?b ?c } WHERE { GRAPH ?g { ?a ?b ?c } }",
        "INSERT { GRAPH ?g { ?a <urn:t> TRUE } } WHERE { ?g ?a ?b }",
        "WITH <urn:g> DELETE { ?a ?b ?c } INSERT { ?c ?b ?a } USING <urn:h> WHERE { ?a ?b ?c }",
        "INSERT { ?a ?b ?c } WHERE { ?a ?b ?c",
        "",
    ],
)
def test_updates_that_need_nothing_are_left_alone(text):
    assert right(text) == text


def test_only_the_patterns_of_an_update_are_changed():
    minus = "GRAPH ?g { ?a ?b ?c MINUS { ?x ?y ?z } }"
    text = (
        f"INSERT {{ GRAPH ?g {{ ?a ?b TRUE }} }} WHERE {{ {minus} }} ;\n"
        f"DELETE WHERE {{ GRAPH ?g {{ ?a ?b TRUE }} }} ;\n"
        f"DELETE {{ ?a ?b ?c }} WHERE {{ FILTER(TRUE) {minus} }}"
    )
    idle = "GRAPH ?g { ?a ?b ?c {} }"
    assert right(text) == (
        f"INSERT {{ GRAPH ?g {{ ?a ?b TRUE }} }} WHERE {{ {idle} }} ;\n"
        f"DELETE WHERE {{ GRAPH ?g {{ ?a ?b TRUE }} }} ;\n"
        f"DELETE {{ ?a ?b ?c }} WHERE {{ FILTER(true) {idle} }}"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.lists(PATTERNS, min_size=1, max_size=3).map(" ".join))
def test_an_update_that_is_rewritten_finds_what_a_query_finds(graphs, pattern):
    text = f"{PREFIX} INSERT {{ :row :g ?g ; :a ?a }} WHERE {{ GRAPH ?g {{ {pattern} }} }}"
    run = right(text)
    assume("SELECT ?g" in run or "{ GRAPH ?g {} }" in run)
    assume("MINUS" not in run)
    copy = ox.Store()
    copy.extend(list(graphs))
    for graph in graphs.named_graphs():  # the empty ones, too
        copy.add_graph(graph)
    copy.update(run)
    found = {
        (quad.predicate.value[-1], str(quad.object))
        for quad in copy.quads_for_pattern(None, None, None, ox.DefaultGraph())
        if str(quad.subject).endswith("row>")
    }
    rows = [dict(row) for row in by_definition(graphs, pattern)]
    assert found == {(name, row[name]) for row in rows for name in "ga" if name in row}, run
