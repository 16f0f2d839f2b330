"""Queries that ask for more time, memory or bytes than one may have, and for deep recursion."""

from __future__ import annotations

from server.hostile.kinds import Hostile, Outcome, asked, get, head, posted, raw

ALL = "?s ?p ?o"
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
EVERY = "CONCAT(STR(?a), STR(?d), STR(?g))"
LATE: tuple[Outcome, ...] = (504,)
FULL: tuple[Outcome, ...] = (507, 504)
"""Memory is used up first, or time, as fast as the machine is."""


def _query(
    name: str, why: str, text: str, *outcomes: Outcome, family: str = "resources"
) -> Hostile:
    return Hostile(family, name, why, outcomes, posted(text))


def _binds(first: str, step: str, times: int, last: str) -> str:
    """Return a query that works a value out of the one before, so many times."""
    steps = " ".join(f"BIND({step.replace('?x', f'?v{n}')} AS ?v{n + 1})" for n in range(times))
    return f"SELECT ({last.replace('?x', f'?v{times}')} AS ?r) {{ BIND({first} AS ?v0) {steps} }}"


def _values(lists: int, length: int) -> str:
    rows = " ".join(str(n) for n in range(length))
    return " ".join(f"VALUES ?x{n} {{ {rows} }}" for n in range(lists))


RESOURCES = [
    _query(
        "cross product", "counts 27 billion rows", f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}", *LATE
    ),
    _query(
        "sum over a cross product",
        "works on 27 billion rows",
        f"SELECT (SUM(STRLEN(STR(?c))) AS ?n) {{ {CROSS} }}",
        *LATE,
    ),
    _query(
        "ordered cross product",
        "holds 9 million rows",
        "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f",
        *FULL,
    ),
    _query(
        "cross product in random order",
        "holds rows to give one",
        f"SELECT * {{ {CROSS} }} ORDER BY RAND() LIMIT 1",
        *FULL,
    ),
    _query(
        "distinct count",
        "holds every row",
        f"SELECT (COUNT(DISTINCT *) AS ?n) {{ {CROSS} }}",
        *FULL,
    ),
    _query(
        "grouping by everything",
        "holds every group",
        f"SELECT ?a ?d ?g (COUNT(*) AS ?n) {{ {CROSS} }} GROUP BY ?a ?d ?g",
        *FULL,
    ),
    _query(
        "concatenating a cross product",
        "makes one string of all",
        f"SELECT (GROUP_CONCAT(STR(?c)) AS ?x) {{ {CROSS} }}",
        *FULL,
    ),
    _query(
        "ever longer lists of values",
        "10 to the power of 12 rows",
        f"SELECT (COUNT(*) AS ?n) {{ {_values(12, 10)} }}",
        *LATE,
    ),
    _query(
        "filter that fails",
        "no row passes, all are tried",
        f'SELECT * {{ {CROSS} FILTER({EVERY} = "") }}',
        *LATE,
    ),
    _query(
        "optional cross product",
        "each row is joined with all",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f OPTIONAL { ?g ?h ?i } } }",
        *FULL,
    ),
    _query(
        "nested not exists",
        "a search for each row of a search",
        "ASK { ?a ?b ?c . ?d ?e ?f FILTER NOT EXISTS { ?g ?h ?i FILTER(?a != ?d || 1) } }",
        *LATE,
    ),
    _query(
        "minus without a common value",
        "compares all with all",
        "SELECT (COUNT(*) AS ?n) { { ?a ?b ?c . ?d ?e ?f } MINUS { ?g ?h ?c . ?i ?j ?f } }",
        504,
        507,
    ),
    _query(
        "subqueries",
        "a count for each count",
        f"SELECT * {{ {{ SELECT ?a {{ {CROSS} }} }} {{ SELECT ?d {{ {CROSS} }} }} }} ORDER BY ?d",
        504,
        507,
    ),
    _query(
        "having",
        "tries every group",
        f"SELECT ?a {{ {CROSS} }} GROUP BY ?a HAVING(RAND() > 2)",
        *LATE,
    ),
    _query(
        "regex for each row",
        "27 billion searches",
        f'SELECT * {{ {CROSS} FILTER REGEX({EVERY}, "(x+x+)+y") }}',
        *LATE,
    ),
    _query(
        "hash for each row",
        "27 billion hashes",
        f'SELECT * {{ {CROSS} FILTER(SHA512({EVERY}) = "") }}',
        *LATE,
    ),
    _query(
        "path between all pairs",
        "walks every path twice",
        "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^<urn:y>)* ?b . ?c (!<urn:x>)* ?d . ?e ?p ?f }",
        *LATE,
    ),
    _query(
        "path of length nought",
        "pairs each thing with itself, thrice",
        "SELECT (COUNT(*) AS ?n) { ?a <urn:x>* ?b . ?c <urn:x>* ?d . ?e <urn:x>* ?f }",
        *LATE,
    ),
    _query(
        "optional paths",
        "doubles at each step",
        "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)? ?b . ?c (!<urn:x>)? ?d . ?e (!<urn:x>)? ?f }",
        *LATE,
    ),
    _query(
        "doubling string",
        "2 to the power of 40 letters",
        _binds('"xx"', "CONCAT(?x, ?x)", 40, "STRLEN(?x)"),
        *FULL,
    ),
    _query(
        "growing replacement",
        "100 letters for each, twelve times",
        _binds('"aaaa"', f'REPLACE(?x, "a", "{"a" * 100}")', 12, "STRLEN(?x)"),
        *FULL,
    ),
    _query(
        "growing escapes",
        "a percent sign becomes three letters",
        _binds('"%%"', "ENCODE_FOR_URI(CONCAT(?x, ?x))", 30, "STRLEN(?x)"),
        *FULL,
    ),
    _query(
        "hash of a doubling string",
        "as above, and its hash",
        _binds('"xx"', "CONCAT(?x, ?x)", 40, "SHA512(?x)"),
        *FULL,
    ),
    _query(
        "large power",
        "multiplies beyond what a number holds",
        _binds("99999999", "(?x * ?x)", 40, "?x"),
        200,
    ),
    _query(
        "division by nought",
        "an error in each row",
        "SELECT (1/0 AS ?x) (xsd:integer('z') AS ?y) {}",
        400,
    ),
    _query(
        "regex bomb",
        "exponential where backtracking is",
        f'ASK {{ FILTER REGEX("{"a" * 5000}!", "^(a+)+$") }}',
        200,
    ),
    _query(
        "regex that grows",
        "a machine of a billion states",
        'ASK { FILTER REGEX("aaa", "((a{1,1000}){1,1000}){1,1000}") }',
        200,
    ),
    _query(
        "regex of nested brackets",
        "overflows a parser of regexes",
        f'ASK {{ FILTER REGEX("a", "{"(" * 20000}a{")" * 20000}") }}',
        200,
    ),
    _query(
        "billion triples",
        "an answer without end",
        f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}",
        "broken off",
    ),
    _query("billion rows", "an answer without end", f"SELECT * {{ {CROSS} }}", "broken off"),
    _query(
        "billion new names",
        "an answer without end",
        f"SELECT (UUID() AS ?u) {{ {CROSS} }}",
        "broken off",
    ),
    _query(
        "distinct rows",
        "an answer without end, remembered",
        f"SELECT DISTINCT * {{ {CROSS} }}",
        "broken off",
    ),
    _query(
        "describe everything",
        "describes each thing of a cross product",
        f"DESCRIBE * {{ {CROSS} }}",
        "broken off",
        504,
        507,
    ),
    Hostile(
        "resources",
        "billion rows as CSV",
        "the same, in HTTP/1.1 with chunks",
        ("broken off",),
        asked(f"SELECT * {{ {CROSS} }}", format="csv"),
    ),
    Hostile(
        "resources",
        "billion rows as XML",
        "the same",
        ("broken off",),
        asked(f"SELECT * {{ {CROSS} }}", format="xml"),
    ),
    Hostile(
        "resources",
        "billion rows compressed",
        "small on the wire, endless when unpacked",
        ("broken off",),
        asked(f'SELECT ("{"a" * 999}" AS ?x) {{ {CROSS} }}', "Accept-Encoding: gzip", format="csv"),
    ),
    Hostile(
        "resources",
        "billion rows for HTTP/1.0",
        "a client that knows no chunks",
        ("broken off",),
        raw(
            head(
                "GET",
                "/sparql?format=csv&query=SELECT%20*%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D",
                version="1.0",
            )
        ),
    ),
    Hostile(
        "resources",
        "cross product on the page",
        "the form for people asks the same",
        (504,),
        raw(
            get(
                "/query?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20%7B%3Fa%20%3Fb%20%3Fc.%3Fd%20%3Fe%20%3Ff.%3Fg%20%3Fh%20%3Fi%7D"
            )
        ),
    ),
    _query(
        "limit beyond numbers",
        "a number that no machine holds",
        f"SELECT * {{ {ALL} }} LIMIT 99999999999999999999999",
        400,
    ),
    _query(
        "offset beyond rows",
        "skips what is not there",
        f"SELECT * {{ {ALL} }} OFFSET 4611686018427387904",
        200,
    ),
]


def _deep(name: str, why: str, text: str, *outcomes: Outcome) -> Hostile:
    return _query(name, why, text, *(outcomes or (400,)), family="nesting")


_MANY = 3000
GROUPED = "SELECT (1 AS ?z) {} GROUP BY"
ORDERED = "SELECT * {} ORDER BY"

NESTING = [
    _deep("groups", "3,000 groups in each other", "ASK " + "{" * _MANY + "}" * _MANY),
    _deep("groups that do not end", "5,000, not closed", "ASK " + "{" * 5000),
    _deep(
        "parentheses",
        "an expression in 3,000 parentheses",
        f"ASK {{ FILTER({'(' * _MANY}1{')' * _MANY}) }}",
    ),
    _deep(
        "brackets", "blank nodes in each other", f"ASK {{ {'[ <urn:p> ' * _MANY} 1 {']' * _MANY} }}"
    ),
    _deep("lists", "lists in each other", f"ASK {{ {'( ' * _MANY}{') ' * _MANY} <urn:p> 1 }}"),
    _deep("nots", "not not not …", f"ASK {{ FILTER({'!' * _MANY}true) }}"),
    _deep("minus signs", "- - - …", f"ASK {{ FILTER({'- ' * _MANY}1) }}"),
    _deep("sum", "1 + 1 + 1 …", f"ASK {{ FILTER({'1 + ' * _MANY}1) }}"),
    _deep("product", "1 * 1 * 1 …", f"ASK {{ FILTER({'1 * ' * _MANY}1) }}"),
    _deep("or", "true || true …", f"ASK {{ FILTER({'true || ' * _MANY}true) }}"),
    _deep("and", "true && true …", f"ASK {{ FILTER({'true && ' * _MANY}true) }}"),
    _deep("unions", "{} UNION {} …", f"ASK {{ {'{} UNION ' * _MANY}{{}} }}"),
    _deep("optionals", "OPTIONAL in OPTIONAL", f"ASK {{ {'OPTIONAL { ' * 1000} {'}' * 1000} }}"),
    _deep("optionals in a row", "OPTIONAL {} OPTIONAL {} …", f"ASK {{ {'OPTIONAL {} ' * _MANY} }}"),
    _deep("minuses", "MINUS {} MINUS {} …", f"ASK {{ {'MINUS {} ' * _MANY} }}"),
    _deep(
        "binds",
        "a chain of BIND",
        f"ASK {{ {' '.join(f'BIND(1 AS ?x{n})' for n in range(2000))} }}",
    ),
    _deep("filters", "FILTER after FILTER", f"ASK {{ {'FILTER(true) ' * 3000} }}"),
    _deep("graphs", "GRAPH in GRAPH", f"ASK {{ {'GRAPH ?g { ' * 1000} {'}' * 1000} }}"),
    _deep("subselects", "SELECT in SELECT", f"{'SELECT * { { ' * 500}{'} }' * 500}"),
    _deep(
        "not exists",
        "NOT EXISTS in NOT EXISTS",
        f"ASK {{ {'FILTER NOT EXISTS { ' * 500} {'}' * 500} }}",
    ),
    _deep("sequence path", "p / p / p …", f"ASK {{ ?s {'<urn:p>/' * 3000}<urn:p> ?o }}"),
    _deep("alternative path", "p | p | p …", f"ASK {{ ?s {'<urn:p>|' * 3000}<urn:p> ?o }}"),
    _deep("inverse path", "^ ^ ^ …", f"ASK {{ ?s {'^(' * 1000}<urn:p>{')' * 1000} ?o }}"),
    _deep("stars", "((p*)*)*", f"ASK {{ ?s {'(' * 1000}<urn:p>{'*)' * 1000} ?o }}"),
    _deep("calls", "STR(STR(STR(…", f"ASK {{ FILTER({'STR(' * 2000}1{')' * 2000}) }}"),
    _deep("conditions", "IF(true, IF(…", f"ASK {{ FILTER({'IF(true,' * 1000}1{',1)' * 1000}) }}"),
    _deep(
        "coalesce", "COALESCE(COALESCE(…", f"ASK {{ FILTER({'COALESCE(' * 2000}1{')' * 2000}) }}"
    ),
    _deep("in lists", "1 IN (1 IN (…", f"ASK {{ FILTER({'1 IN (' * 1000}1{')' * 1000}) }}"),
    _deep(
        "triples in triples",
        "<<( … )>> in each other",
        f"ASK {{ {'<<( ?s ?p ' * 500} ?o {')>>' * 500} ?p ?o }}",
    ),
    _deep("brackets of all kinds", "mixed, not closed", "ASK " + "{[(" * 3000),
    _deep("closing brackets", "closes what was not opened", "ASK {" + "}" * _MANY),
    _deep("just below the limit", "a query as deep as may be", "ASK " + "{" * 200 + "}" * 200, 200),
    _deep(
        "many triples",
        "one pattern of 1,200 triples",
        f"ASK {{ {' '.join(f'?x{n} <urn:p> ?x{n + 1} .' for n in range(1200))} }}",
    ),
    _deep(
        "triples to be put in order",
        "400 in one pattern, whose order the engine takes a minute to choose",
        f"ASK {{ {' '.join(f'?x{n} <urn:p> ?x{n + 1} .' for n in range(400))} }}",
        *LATE,
    ),
    _deep(
        "long argument list",
        "CONCAT of 3,000 strings",
        f"SELECT (CONCAT({','.join(['1'] * _MANY)}) AS ?x) {{}}",
        200,
    ),
    _deep(
        "long list of values",
        "VALUES with 9,000 rows",
        f"ASK {{ VALUES ?x {{ {'1 ' * 9000} }} }}",
        200,
    ),
    _deep(
        "many prefixes",
        "1,000 declarations",
        " ".join(f"PREFIX p{n}: <urn:x>" for n in range(1000)) + " ASK {}",
        200,
    ),
    _deep(
        "many variables",
        "SELECT of 3,000 variables",
        f"SELECT {' '.join(f'?x{n}' for n in range(3000))} {{}}",
        200,
    ),
    _deep(
        "many graphs",
        "1,000 FROM clauses",
        f"SELECT * {' '.join(f'FROM <urn:g{n}>' for n in range(1000))} {{ ?s ?p ?o }}",
        200,
    ),
    _deep("long name", "a variable of 40,000 letters", f"SELECT ?{'x' * 40_000} {{}}", 200),
    _deep("long comment", "40,000 letters of nothing", f"ASK {{}} #{'x' * 40_000}", 200),
    _deep(
        "long string",
        "a string of 40,000 letters",
        f'ASK {{ FILTER("{"x" * 40_000}" = "y") }}',
        200,
    ),
    _deep(
        "long list of items",
        "a collection of 6,000",
        f"ASK {{ ?s ?p ({'1 ' * 6000}) }}",
    ),
    _deep(
        "long list of objects",
        "6,000 of one subject",
        f"ASK {{ ?s ?p {'?o,' * 6000}?o }}",
    ),
    _deep(
        "long list of conditions",
        "3,000 in HAVING",
        f"SELECT (1 AS ?z) {{}} GROUP BY ?x HAVING {'(1) ' * 3000}",
    ),
    _deep("long list of groups", "4,000 to group by", f"{GROUPED} {'STR(?x) ' * 4000}"),
    _deep("long list of orders", "4,000 to order by", f"{ORDERED} {'DESC(?x) ' * 4000}"),
    _deep("long description", "4,000 things to describe", f"DESCRIBE {'<urn:a> ' * 4000}"),
    _deep("groups in a row", "{} {} {} …", f"ASK {{ {'{} ' * _MANY} }}"),
    _deep("laterals in a row", "LATERAL {} LATERAL {} …", f"ASK {{ {'LATERAL {} ' * _MANY} }}"),
    _deep("blocks of values", "VALUES after VALUES", f"ASK {{ {'VALUES ?x {1} ' * _MANY} }}"),
    _deep("reified triples", "<< >> after << >>", f"ASK {{ {'<<?a ?b ?c>> ?d ?e . ' * 1500} }}"),
    _deep(
        "annotations", "4,000 of one triple", f"ASK {{ ?a ?b ?c {{| ?d ?e{'; ?d ?e' * 4000} |}} }}"
    ),
    _deep(
        "parts and operators",
        "1,100 groups beside 1,490 operators",
        f"ASK {{ {'{} ' * 1100} FILTER(1{'+1' * 1490}) }}",
    ),
    _deep(
        "patterns in an IRI",
        "an IRI that the engine takes for a comparison and 5,000 patterns",
        f"ASK {{ FILTER(1<2){'?s?p?o.' * 5000}#>\n }}",
    ),
    _deep(
        "words without blanks",
        "8,000 items in one word",
        f"ASK {{ ?s ?p ({'true' * 8000}) }}",
    ),
    _deep("just below 800 parts", "groups, as many as may be", f"ASK {{ {'{} ' * 799} }}", 200),
]
