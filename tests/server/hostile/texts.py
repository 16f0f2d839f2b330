"""Queries and parameters that are broken, forged, or would reach beyond this server."""

from __future__ import annotations

from server.hostile.kinds import Hostile, Outcome, asked, get, post, posted, raw

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"


def _text(name: str, why: str, text: str | bytes, *outcomes: Outcome) -> Hostile:
    return Hostile("text", name, why, outcomes or (400,), posted(text))


def _at(family: str, name: str, why: str, data: bytes, *outcomes: Outcome) -> Hostile:
    return Hostile(family, name, why, outcomes or (400,), raw(data))


TEXT = [
    _text("nothing", "an empty query", ""),
    _text("only a comment", "a query that says nothing", "# hello"),
    _text("only blanks", "40,000 blanks", " " * 40_000),
    _text("noise", "no SPARQL", "')(*&^%$#@!"),
    _text("NUL", "ends a string in some languages", b"ASK {}\0 # after"),
    _text(
        "NUL in a string",
        "is a character as any other, or an error",
        b'ASK { FILTER("\0" = "") }',
        200,
    ),
    _text("byte order mark", "is no SPARQL", b"\xef\xbb\xbfASK {}"),
    _text("UTF-16", "another encoding", "ASK {}".encode("utf-16")),
    _text("broken UTF-8", "a byte that begins nothing", b"ASK {} # \xff"),
    _text("overlong UTF-8", "a slash in two bytes", b"ASK {} # \xc0\xaf"),
    _text("surrogate in UTF-8", "half a character", b"ASK {} # \xed\xa0\x80"),
    _text("UTF-8 cut off", "the last character is not whole", b"ASK {} # \xe2\x82"),
    _text("surrogate escape", "half a character, escaped", r'ASK { FILTER("\uD800" = "") }'),
    _text(
        "escape beyond Unicode", "a character that cannot be", r'ASK { FILTER("\U00110000" = "") }'
    ),
    _text("escape cut off", "four digits are needed", r'ASK { FILTER("\u00" = "") }'),
    _text("open string", "no end", 'ASK { FILTER("a'),
    _text("open long string", "no end", 'ASK { FILTER("""a'),
    _text("open IRI", "no end", "ASK { <urn:a"),
    _text("blank in an IRI", "not allowed", "ASK { <urn:a b> ?p ?o }"),
    _text("unknown prefix", "not declared", "ASK { none:a ?p ?o }"),
    _text("unknown function", "does not exist", "SELECT (<urn:f>(1) AS ?x) {}", 400),
    _text(
        "right to left",
        "letters that hide what stands there",
        "ASK { FILTER('\u202e}' = '\u2066') } # \u202e",
        200,
    ),
    Hostile(
        "text",
        "broken UTF-8 in the address",
        "a byte that begins nothing",
        (400,),
        asked(b"ASK {} # \xff"),
    ),
    _at(
        "text",
        "percent without digits",
        "an escape that is none",
        get("/sparql?query=ASK%7B%7D%zz"),
        400,
    ),
    _at(
        "text", "letters beyond ASCII in the address", "not escaped", get("/sparql?query=ASK{}\xff")
    ),
    _at(
        "text",
        "broken UTF-8 in a form",
        "a byte that begins nothing",
        post(b"query=ASK%20%7B%7D%23%ff", FORM),
    ),
    _at("text", "bytes in a form", "not escaped", post(b"query=ASK{}#\xff", FORM)),
]

PARAMETERS = [
    _at(
        "parameters",
        "two queries",
        "which one counts?",
        get("/sparql?query=ASK%7B%7D&query=ASK%7B%7D"),
    ),
    _at(
        "parameters",
        "a query in the address and in the form",
        "which one counts?",
        post(b"query=ASK%7B%7D", FORM, target="/sparql?query=ASK%7B%7D"),
    ),
    _at("parameters", "no query", "asks nothing", post(b"a=b", FORM)),
    _at(
        "parameters",
        "5,000 parameters",
        "more than any list of graphs needs",
        get("/sparql?query=ASK%7B%7D" + "&a=b" * 5000),
    ),
    _at(
        "parameters",
        "5,000 parameters in a form",
        "as above",
        post(b"query=ASK%7B%7D" + b"&a=b" * 5000, FORM),
    ),
    _at(
        "parameters",
        "unknown format",
        "cannot be written",
        get("/sparql?query=ASK%7B%7D&format=elephant"),
        406,
    ),
    _at(
        "parameters",
        "line break in the format",
        "would add a header",
        get("/sparql?query=ASK%7B%7D&format=csv%0d%0aX-Owned:%201"),
        406,
    ),
    _at(
        "parameters",
        "line break in a graph name",
        "would add a header",
        get("/sparql?query=ASK%7B%7D&default-graph-uri=urn:a%0d%0aX-Owned:%201"),
    ),
    _at(
        "parameters",
        "relative graph name",
        "goes up the folders",
        get("/sparql?query=ASK%7B%7D&default-graph-uri=../../../etc/passwd"),
    ),
    _at(
        "parameters",
        "markup in an error",
        "would run in a browser",
        get("/sparql?query=%3Cscript%3Ealert(1)%3C/script%3E", "Accept: text/html"),
        303,
    ),
    _at(
        "parameters",
        "markup on the page",
        "would run in a browser",
        get("/query?query=%3Cscript%3Ealert(1)%3C/script%3E"),
        400,
    ),
    _at(
        "parameters",
        "query as JSON",
        "not a media type of the protocol",
        post(b'{"query": "ASK {}"}', "application/json"),
        415,
    ),
    _at(
        "parameters",
        "query as a file",
        "multipart is not taken",
        post(b"--x\r\n\r\nASK {}\r\n--x--", "multipart/form-data; boundary=x"),
        415,
    ),
    _at("parameters", "media type that is none", "only signs", post(b"ASK {}", ";;;///"), 415),
    _at(
        "parameters",
        "update",
        "would change the graph",
        post(b"DROP ALL", "application/sparql-update"),
        403,
    ),
    _at(
        "parameters",
        "update in a form",
        "would change the graph",
        post(b"update=DROP%20ALL", FORM),
        403,
    ),
    _at(
        "parameters",
        "update in the address",
        "would change the graph",
        get("/sparql?update=DROP%20ALL"),
        400,
    ),
    _at(
        "parameters",
        "update as a query",
        "would change the graph",
        get("/sparql?query=DROP%20ALL"),
        403,
    ),
    _at(
        "parameters",
        "update behind a query",
        "a second operation",
        get("/sparql?query=ASK%7B%7D;DROP%20ALL"),
    ),
    _at(
        "parameters",
        "Accept that is none",
        "only signs",
        get("/sparql?query=ASK%7B%7D", "Accept: ;;,,=q=;/"),
        406,
    ),
    _at(
        "parameters",
        "Accept with endless weights",
        "no number",
        get("/sparql?query=ASK%7B%7D", "Accept: */*;q=" + "9" * 5000),
        406,
    ),
    _at(
        "parameters",
        "5,000 media types",
        "a long list to sort",
        get("/sparql?query=ASK%7B%7D", "Accept: " + "a/b," * 5000 + "*/*"),
        200,
    ),
    _at(
        "parameters",
        "forged sender",
        "an address that is none",
        get("/sparql?query=ASK%7B%7D", "X-Forwarded-For: " + "::,;" * 500),
        200,
    ),
    _at(
        "parameters",
        "forged origin",
        "markup for an origin",
        get("/sparql?query=ASK%7B%7D", 'Origin: "><script>'),
        200,
    ),
    _at(
        "parameters",
        "range",
        "a part of an answer",
        get("/sparql?query=ASK%7B%7D", "Range: bytes=" + "0-0," * 1000),
        200,
    ),
]

PATHS = [
    _at(
        "paths",
        "up the folders",
        "would read the server's files",
        get("/static/../settings.py"),
        404,
    ),
    _at("paths", "up the folders, escaped", "as above", get("/static/%2e%2e%2fsettings.py"), 404),
    _at(
        "paths",
        "up the folders, escaped twice",
        "as above",
        get("/static/%252e%252e%252fsettings.py"),
        404,
    ),
    _at(
        "paths", "up the folders, backwards", "as above", get("/static/..%5c..%5csettings.py"), 404
    ),
    _at("paths", "absolute file", "as above", get("/static/%2fetc%2fpasswd"), 404),
    _at(
        "paths",
        "NUL in a path",
        "ends a string in some languages",
        get("/static/site.css%00.png"),
        404,
    ),
    _at("paths", "two slashes", "another host, to some clients", get("//elsewhere.example/"), 404),
    _at(
        "paths",
        "dots around the endpoint",
        "another way to the same",
        get("/x/../sparql?query=ASK%7B%7D"),
        404,
    ),
    _at("paths", "long path", "50,000 letters", get("/" + "a" * 50_000), 404),
    _at("paths", "many segments", "20,000 slashes", get("/" * 20_000), 404),
    _at(
        "paths", "broken UTF-8 in a path", "a byte that begins nothing", get("/static/%ff%fe"), 404
    ),
    Hostile(
        "paths",
        "file as a graph",
        "is a name, and is not opened",
        (200,),
        asked("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }"),
    ),
    Hostile(
        "paths",
        "file as a named graph",
        "is a name, and is not opened",
        (200,),
        asked("SELECT * { GRAPH <file:///etc/passwd> { ?s ?p ?o } }"),
    ),
    Hostile(
        "paths",
        "file as a parameter",
        "is a name, and is not opened",
        (200,),
        asked("ASK {}", default_graph_uri="file:///etc/passwd"),
    ),
]

REMOTE_CONTEXT = b'{"@context": "CANARY", "@id": "urn:a", "name": "b"}'
EXTERNAL_ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "CANARY">]>'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&x;</rdf:RDF>'
)
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (n + 1, n, n) for n in range(40))
    + b"]><r>&a40;</r>"
)


def _out(name: str, why: str, text: str, *outcomes: Outcome) -> Hostile:
    return Hostile("beyond the server", name, why, outcomes or (403,), posted(text))


BEYOND = [
    _out("service", "calls another server", "SELECT * { SERVICE <CANARY> { ?s ?p ?o } }"),
    _out(
        "silent service",
        "calls it, and is quiet about faults",
        "SELECT * { SERVICE SILENT <CANARY> { ?s ?p ?o } }",
    ),
    _out(
        "service in small letters",
        "keywords have no case",
        "SELECT * { sErViCe <CANARY> { ?s ?p ?o } }",
    ),
    _out("service without blanks", "blanks are not needed", "SELECT*{SERVICE<CANARY>{?s ?p ?o}}"),
    _out(
        "service over lines",
        "line breaks and comments between",
        "SELECT * { SERVICE # no {\n\r\n\t<CANARY>\n{ ?s ?p ?o } }",
    ),
    _out(
        "service by prefix",
        "the address in a prefix",
        "PREFIX c: <CANARY> SELECT * { SERVICE c: { ?s ?p ?o } }",
    ),
    _out(
        "service by base",
        "the address in BASE",
        "BASE <CANARY> SELECT * { SERVICE <> { ?s ?p ?o } }",
    ),
    _out(
        "service by variable",
        "the address in a variable",
        "SELECT * { VALUES ?c { <CANARY> } SERVICE ?c { ?s ?p ?o } }",
    ),
    _out(
        "service by BIND",
        "the address worked out",
        'SELECT * { BIND(IRI("CANARY") AS ?c) SERVICE ?c { ?s ?p ?o } }',
    ),
    _out(
        "service in a subquery",
        "hidden in a SELECT",
        "SELECT * { { SELECT * { SERVICE <CANARY> { ?s ?p ?o } } } }",
    ),
    _out(
        "service in an exists",
        "hidden in a FILTER",
        "ASK { FILTER NOT EXISTS { SERVICE <CANARY> { ?s ?p ?o } } }",
    ),
    _out(
        "service in an optional",
        "hidden in OPTIONAL",
        "ASK { OPTIONAL { SERVICE <CANARY> { ?s ?p ?o } } }",
    ),
    _out(
        "service in a construct",
        "in another form of query",
        "CONSTRUCT { ?s ?p ?o } { SERVICE <CANARY> { ?s ?p ?o } }",
    ),
    _out(
        "service in a describe",
        "in another form of query",
        "DESCRIBE ?s { SERVICE <CANARY> { ?s ?p ?o } }",
    ),
    _out(
        "escaped service",
        "a letter of the keyword escaped",
        r"SELECT * { \u0053ERVICE <CANARY> { ?s ?p ?o } }",
        403,
    ),
    _out(
        "service with long escapes",
        "as above",
        r"SELECT * { \U00000053\u0045RVICE <CANARY> { ?s ?p ?o } }",
        403,
    ),
    _out(
        "service behind an escaped quote",
        "where does the string end?",
        r"SELECT * { FILTER('\u0027' = '') SERVICE <CANARY> { ?s ?p ?o } #' }",
        403,
    ),
    _out(
        "service behind an escaped comment",
        "is the rest a comment?",
        "SELECT * { \\u0023\nSERVICE <CANARY> { ?s ?p ?o } }",
        403,
    ),
    _out(
        "service in an escaped comment",
        "ends it with an escaped line break",
        r"SELECT * { # \u000ASERVICE <CANARY> { ?s ?p ?o }" "\n}",
        403,
    ),
    _out(
        "service after many",
        "1,000 harmless words before",
        "ASK { " + "?s ?p ?o . " * 1000 + "SERVICE <CANARY> {} }",
    ),
    _out("load", "fetches a document", "LOAD <CANARY>"),
    _out(
        "silent load",
        "fetches it, and is quiet about faults",
        "LOAD SILENT <CANARY> INTO GRAPH <urn:g>",
    ),
    _out("load of a file", "reads a file of the server", "LOAD <file:///etc/passwd>"),
    _out("escaped load", "a letter of the keyword escaped", r"\u004COAD <CANARY>", 400),
    _out(
        "load behind a prologue",
        "after PREFIX and BASE",
        "BASE <CANARY> PREFIX a: <urn:a> LOAD <x>",
    ),
    _out("from", "is a name, and is not fetched", "SELECT * FROM <CANARY> { ?s ?p ?o }", 200),
    _out(
        "from named",
        "is a name, and is not fetched",
        "SELECT * FROM NAMED <CANARY> { GRAPH ?g { ?s ?p ?o } }",
        200,
    ),
    Hostile(
        "beyond the server",
        "graphs as parameters",
        "are names, and are not fetched",
        (200,),
        asked("SELECT * { ?s ?p ?o }", default_graph_uri="CANARY", named_graph_uri="CANARY"),
    ),
    _out("the word in a string", "no offence", 'ASK { FILTER("SERVICE <CANARY>" != "") }', 200),
    _out("the word in a comment", "no offence", "ASK {} # SERVICE <CANARY> {}", 200),
    _out(
        "the word as a variable",
        "no offence",
        "SELECT ?SERVICE ?LOAD { ?SERVICE ?p ?LOAD } LIMIT 1",
        200,
    ),
    _out("the word in an IRI", "no offence", "ASK { <urn:SERVICE> <urn:LOAD> ?o }", 200),
    _out(
        "the word in a name", "no offence", "PREFIX SERVICE: <urn:> ASK { SERVICE:LOAD ?p ?o }", 200
    ),
    _at(
        "beyond the server",
        "JSON-LD with a remote context",
        "would fetch the context",
        post(REMOTE_CONTEXT, "application/ld+json"),
        415,
    ),
    _at(
        "beyond the server",
        "XML with an external entity",
        "would fetch the entity",
        post(EXTERNAL_ENTITY, "application/rdf+xml"),
        415,
    ),
    _at(
        "beyond the server",
        "XML with entities in entities",
        "would fill the memory",
        post(ENTITIES, "application/rdf+xml"),
        415,
    ),
]
