"""Filters of text are given the literals that can pass them, and the answer stays what it is."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demarche_server import sparql
from demarche_server.readers.knowing import KnownGraph
from demarche_server.readers.texts import Texts, Use
from demarche_server.sparql.folding import folded, is_settled
from demarche_server.sparql.known import TextAsked

EX = "http://example.org/"
PREFIX = f"PREFIX : <{EX}> "
ALWAYS = Use(times=1, small=0)


def store_of(turtle: str) -> ox.Store:
    store = ox.Store()
    store.load(f"@prefix : <{EX}> . {turtle}".encode(), format=ox.RdfFormat.TRIG)
    return store


def known(store: ox.Store, use: Use = ALWAYS, rare: int = 0) -> KnownGraph:
    return KnownGraph(store, Texts.of(store, use), rare)


DATA = store_of(
    """
    :a :t "An Alpha", "beta"@en, "alphabet"^^:d ; :k "Toqaev", :alpha ; :n 14 .
    :b :t "ALPHA", "the \\"alpha\\"", "tab\\talpha" ; :n 4.1, true .
    :g { :a :t "alpha elsewhere" }
    """
)


def given_to(text: str, known_graph: KnownGraph | None = None) -> list[str]:
    """Return what stands in VALUES of the text that is run, in order."""
    asked = PREFIX + text
    run = sparql.corrected(asked, sparql.read(asked), known_graph or known(DATA))
    assert run == asked or len(re.findall("VALUES", run)) == 1
    found = re.search(r"VALUES \?s \{ (.*?) \} \?", run)
    return [] if found is None else re.findall(r'(?:"(?:[^"\\]|\\.)*"\S*|[\w.]+)', found[1])


ALPHA = ['"ALPHA"', '"An Alpha"', '"tab\\talpha"', '"the \\"alpha\\""', f'"alphabet"^^<{EX}d>']


@pytest.mark.parametrize(
    ("condition", "literals"),
    [
        ('(CONTAINS(LCASE(STR(?s)), "alpha"))', ALPHA),
        (' CONTAINS(LCASE(?s), LCASE("ALPHA"))', ALPHA),
        ('(?a != ?s && (CONTAINS(STR(LCASE(?s)), "alpha"@en)))', ALPHA),
        ('(REGEX(?s, "alpha.*|bet", "i"))', None),
        ('(REGEX(?s, "alpha *bet?", "i"))', ALPHA),
        ('(REGEX(?s, "^al[a-z]*habet$"))', [f'"alphabet"^^<{EX}d>']),
        ('(REGEX(?s, "Al\\\\w+ha\\\\.?"))', ALPHA),
        ('(REGEX(?s, "n\\\\sA|pha"))', None),
        ('(REGEX(?s, "A\\\\wpha\\\\. "))', []),
        ('(STRSTARTS(?s, "An "))', ['"An Alpha"']),
        ("(STRENDS(?s, 'pha'))", ALPHA),
        ('(CONTAINS(?s, "zzz"))', []),
        ('(CONTAINS(?s, "b") && CONTAINS(?s, "bet"))', [f'"alphabet"^^<{EX}d>', '"beta"@en']),
    ],
)
def test_what_is_given(condition, literals):
    query = f"SELECT * {{ ?a :t ?s FILTER{condition} }}"
    if literals is None:
        asked = PREFIX + query
        assert sparql.corrected(asked, sparql.read(asked), known(DATA)) == asked
    else:
        assert sorted(given_to(query)) == sorted(literals)


@pytest.mark.parametrize(
    "condition",
    [
        '(CONTAINS(?s, "alpha") || ?a = :a)',
        '(!CONTAINS(?s, "alpha"))',
        '(CONTAINS(?s, "alpha") = false)',
        '(IF(CONTAINS(?s, "alpha"), true, true))',
        '(COALESCE(CONTAINS(?s, "alpha"), true))',
        ' EXISTS { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) }',
        ' NOT EXISTS { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) }',
        '(CONTAINS("alpha", ?s))',
        "(CONTAINS(?s, STR(?a)))",
        '(CONTAINS(UCASE(?s), "ALPHA"))',
        '(CONTAINS(?s, "a"))',
        '(CONTAINS(?s, "al\\u0070ha"))',
        '(CONTAINS(?s, """alpha"""))',
        '(REGEX(?s, "(alpha)?"))',
        '(REGEX(?s, "alpha?|x"))',
        '(REGEX(?s, "[[:alpha:]]lpha"))',
        '(REGEX(?s, "alpha", "x"))',
        '(REGEX(?s, "alpha", ?f))',
        '(REGEX(?s, "alpha", "i", "i"))',
        '(REGEX(?s, "\\\\p{L}alpha"))',
        '(REGEX(?s, "\\\\\\\\alpha"))',
        '(REGEX(?s, "a*l*p?h{2}"))',
        "(?s)",
        "(?a != ?s)",
    ],
)
def test_filters_that_may_pass_more_are_left_alone(condition):
    text = PREFIX + f"SELECT * {{ ?a :t ?s FILTER{condition} }}"
    assert sparql.corrected(text, sparql.read(text), known(DATA)) == text


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { GRAPH ?g { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) } }',
        'SELECT * { ?a :n ?n OPTIONAL { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) } }',
        'SELECT * { ?a :n ?n MINUS { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) } }',
        'SELECT * { ?a :t/:u ?s FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT * { ?a a ?s FILTER(CONTAINS(STR(?s), "alpha")) }',
        'SELECT * { OPTIONAL { ?a :t ?s } FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT (CONTAINS(?s, "alpha") AS ?x) { ?a :t ?s FILTER(?a = :a) }',
        'SELECT (GROUP_CONCAT(?s) AS ?x) { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT * { ?a :absent ?s FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT * { :a :n ?n . ?a :t ?s FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT * { ?a :t ?s ; ?p :b FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT * { ?a :t ?s ; :n 14 FILTER(CONTAINS(?s, "alpha")) }',
        'SELECT * { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) VALUES ?a { :a } }',
        'SELECT * { { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) } UNION { ?s :t ?a } }',
        'SELECT * { ?a :t ?s FILTER(CONTAINS(?s, "alpha")) { ?a :n ?n } }',
    ],
)
def test_patterns_that_are_left_alone(text):
    asked = PREFIX + text
    assert "VALUES ?s" not in sparql.corrected(asked, sparql.read(asked), known(DATA))


def test_other_objects_than_literals_are_looked_for_by_the_engine():
    """STR of an IRI holds text, too; a predicate that has IRIs is given no literals for it."""
    asks = 'SELECT * {{ ?a :k ?s FILTER({}CONTAINS({}(?s), "aev")) }}'
    assert given_to(asks.format("", "STR")) == []
    assert given_to(asks.format("", "LCASE")) == ['"Toqaev"']
    assert given_to(asks.format("isLiteral(?s) && ", "STR")) == ['"Toqaev"']


def test_a_variable_predicate_is_given_the_literals_of_all():
    anywhere = 'SELECT * {{ ?a ?p ?s FILTER({}CONTAINS(STR(?s), "{}")) }}'
    assert given_to(anywhere.format("", "aev")) == []
    assert given_to(anywhere.format("ISLITERAL(?s) && ", "aev")) == ['"Toqaev"']
    assert given_to(anywhere.format("ISLITERAL(?s) && ", "4.1")) == ["4.1"]


def test_of_several_texts_the_rarest_is_given():
    text = 'SELECT * { ?a :t ?s ; :k ?k FILTER(CONTAINS(?s, "alpha")) FILTER(CONTAINS(?k, "aev")) }'
    asked = PREFIX + text
    assert 'VALUES ?k { "Toqaev" }' in sparql.corrected(asked, sparql.read(asked), known(DATA))


def test_what_is_too_much_is_not_given():
    text = 'SELECT * { ?a :t ?s FILTER(CONTAINS(LCASE(?s), "alpha")) }'
    for use, some in [
        (ALWAYS, True),
        (ALWAYS._replace(small=7), False),
        (ALWAYS._replace(times=2), False),
        (ALWAYS._replace(found=4), False),
        (ALWAYS._replace(found_bytes=20), False),
        (Use(), False),
    ]:
        assert bool(given_to(text, known(DATA, use))) is some


def test_of_too_many_literals_nothing_is_made():
    assert Texts.of(DATA, most_bytes=100) is None
    assert Texts.of(DATA, most_bytes=10_000) is not None
    empty = Texts.of(ox.Store(), ALWAYS)
    assert empty is not None
    assert empty.holding(TextAsked("alpha", "", literal=True)) == []


PEOPLE = store_of(
    "".join(f':p{n} :t "alpha {n}" ; a :Person ; :of :s{n % 50} ; :q :x .' for n in range(400))
    + ':p0 :t "beta" ; :seldom :x .'
)


@pytest.mark.parametrize(
    ("text", "some"),
    [
        ("SELECT * { ?a :t ?s FILTER ~ }", True),
        ("SELECT * { ?a a :Person ; :t ?s FILTER ~ }", True),
        ("SELECT * { ?a a :Person ; :t ?s FILTER ~ OPTIONAL { ?a :of ?s } }", True),
        ("SELECT * { ?a a :Person ; :of ?of ; :t ?s FILTER ~ } ORDER BY ?s LIMIT 3", True),
        ("SELECT (COUNT(*) AS ?n) { ?a :q :x ; :t ?s FILTER ~ } LIMIT 1", True),
        ("SELECT * { ?a :t ?s FILTER ~ } LIMIT 100 OFFSET 10", True),
        ("SELECT * { ?a :of :s1 ; :t ?s FILTER ~ }", False),
        ("SELECT * { ?a :of :nobody ; :t ?s FILTER ~ }", False),
        ("SELECT * { ?a :seldom ?x ; :t ?s FILTER ~ }", False),
        ("SELECT * { ?a :t ?s FILTER ~ } LIMIT 1", False),
        ("ASK { ?a :t ?s FILTER ~ }", False),
    ],
)
def test_where_the_engine_has_a_better_beginning_nothing_is_given(text, some):
    """Of 401 texts, eleven hold the word: "alpha 39", and ten from 390 on."""
    graph = known(PEOPLE, Use(times=4, small=10), rare=20)
    asked = PREFIX + text.replace("~", '(CONTAINS(?s, "a 39"))')
    run = sparql.corrected(asked, sparql.read(asked), graph)
    assert ("VALUES" in run) is some
    if "SELECT *" in text and "LIMIT" not in text:
        rows = [Counter(map(str, PEOPLE.query(one))) for one in (asked, run)]
        assert rows[0] == rows[1]


# --- Folding ---------------------------------------------------------------------------------

LETTERS = "aksσßiéяв" + "AKSΣÉЯВİı" + "\u017f\u212a\u03c2\u1c80\u1e9e\u2126\u00b5\u0345\u1fbe"


def engine_says(expression: str) -> bool:
    return bool(ox.Store().query(f"ASK {{ FILTER({expression}) }}"))


@given(st.text(LETTERS, max_size=6), st.text(LETTERS, min_size=1, max_size=2))
@settings(max_examples=400)
def test_what_the_engine_finds_is_found_folded(text, sought):
    quoted = f'"{text}"', f'"{sought}"'
    for asked in (
        "CONTAINS({}, {})",
        "CONTAINS(LCASE({}), {})",
        "CONTAINS(LCASE({}), LCASE({}))",
        'REGEX({}, {}, "i")',
    ):
        if engine_says(asked.format(*quoted)) and is_settled(sought):
            assert folded(sought) in folded(text), asked


def test_letters_that_are_settled_are_as_the_engine_has_them():
    """Every letter that the engine takes for equal to a settled one is equal when folded."""
    settled = [one for one in map(chr, range(0x21, 0x600)) if is_settled(one) and one not in '"\\']
    others = [one for one in map(chr, range(0x80, 0x2FFF)) if unicodedata.category(one)[0] == "L"]
    rows = "".join(f'("{one}")' for one in others)
    for one in settled:
        if not one.isalpha():
            continue
        query = f'SELECT ?o {{ VALUES (?o) {{ {rows} }} FILTER(REGEX(?o, "^{one}$", "i")) }}'
        alike = [row[0].value for row in ox.Store().query(query)]
        assert {folded(other) for other in alike} <= {folded(one)}


# --- The same answers --------------------------------------------------------------------------

WORDS = st.text("abAB éİſ.", max_size=4)
LITERALS = st.one_of(
    WORDS.map('"{}"'.format),
    WORDS.map('"{}"@en'.format),
    WORDS.map('"{}"^^:d'.format),
    st.sampled_from(['"a\\"b"', '"a\\nb"', '"a\\\\b"', "1", "01", "1.0", "1e0", "true", '"1"']),
    st.sampled_from([":a", ":ab", "_:b"]),
)
TRIPLES = st.lists(
    st.builds(
        "{} {} {} .".format, st.sampled_from([":a", ":b"]), st.sampled_from([":t", ":u"]), LITERALS
    ),
    max_size=12,
).map(" ".join)
NEEDLES = st.text("abAB éİſ", min_size=1, max_size=3).map('"{}"'.format)
ARGUMENTS = st.sampled_from(["?s", "STR(?s)", "LCASE(?s)", "LCASE(STR(?s))"])
PATTERNS = st.lists(
    st.sampled_from(
        [*"abAB ", ".", "a*", "b+", "b?", "[ab]", "[^a]", "a{2}", "^", "$", "\\\\.", "\\\\w"]
    ),
    min_size=1,
    max_size=5,
).map(lambda pieces: f'"{"".join(pieces)}"')
CONDITIONS = st.one_of(
    st.builds(
        "{}({}, {})".format,
        st.sampled_from(["CONTAINS", "STRSTARTS", "STRENDS"]),
        ARGUMENTS,
        NEEDLES,
    ),
    st.builds("REGEX({}, {})".format, ARGUMENTS, PATTERNS),
    st.builds('REGEX({}, {}, "i")'.format, ARGUMENTS, PATTERNS),
    st.sampled_from(["isLiteral(?s)", "?s != ?o", "STRLEN(STR(?s)) > 1"]),
)
JOINED = st.lists(CONDITIONS, min_size=1, max_size=3).map(" && ".join)
PARTS = st.lists(
    st.sampled_from(["?a :t ?s .", "?a :u ?s ; :t ?o .", "?a ?p ?s .", "?s ?p ?o .", "?o :u ?s ."]),
    min_size=1,
    max_size=2,
).map(" ".join)


@given(TRIPLES, PARTS, JOINED)
@settings(max_examples=400)
def test_answers_stay_what_they_are(data, patterns, condition):
    store = store_of(data)
    asked = f"{PREFIX}SELECT ?a ?s ?o ?p {{ {patterns} FILTER({condition}) }}"
    run = sparql.corrected(asked, sparql.read(asked), known(store))
    rows = [Counter(map(str, store.query(text))) for text in (asked, run)]
    assert rows[0] == rows[1]
