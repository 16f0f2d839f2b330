"""Requests that are no good HTTP, that do not end, and clients that stop or vanish."""

from __future__ import annotations

from server.hostile.kinds import Hostile, Outcome, dripped, get, head, post, raw
from server.hostile.resources import CROSS

HOST = b"Host: h\r\n"
ASK = "/sparql?query=ASK%7B%7D"
QUERY = "Content-Type: application/sparql-query"
CHUNKED = head("POST", "/sparql", QUERY, "Transfer-Encoding: chunked")


def _raw(name: str, why: str, data: bytes, *outcomes: Outcome) -> Hostile:
    return Hostile("protocol", name, why, outcomes or (400,), raw(data))


def _line(line: bytes, *more: bytes) -> bytes:
    return b"\r\n".join([line, b"Host: h", *more, b"", b""])


PROTOCOL = [
    _raw("no HTTP", "a greeting", b"hello\r\n\r\n"),
    _raw("HTTP/0.9", "no version, and no end", b"GET /\r\n", 408),
    _raw(
        "TLS",
        "a handshake on the plain port",
        bytes.fromhex("160301020001000001fc0303") + b"\0" * 200,
    ),
    _raw("SSH", "another protocol's greeting", b"SSH-2.0-OpenSSH_9.6\r\n"),
    _raw("zeros", "100,000 of them", b"\0" * 100_000),
    _raw("an answer", "what servers send", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    _raw("preface of HTTP/2", "another version", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    _raw("HTTP/2.0", "a version that has other frames", _line(b"GET / HTTP/2.0"), 505),
    _raw("HTTP/0.9 by name", "a version without headers", _line(b"GET / HTTP/0.9"), 505),
    _raw("HTTP/1.2", "a version that does not exist", _line(b"GET / HTTP/1.2"), 400),
    _raw("HTTP/11", "a version that is none", _line(b"GET / HTTP/11")),
    _raw("unknown method", "does not exist", _line(b"STEAL / HTTP/1.1")),
    _raw("method in small letters", "methods have case", _line(b"get / HTTP/1.1")),
    _raw("CONNECT", "asks for a proxy", _line(b"CONNECT elsewhere.example:443 HTTP/1.1"), 405),
    _raw(
        "TRACE",
        "echoes headers, where it is on",
        head("TRACE", "/sparql", "Connection: close"),
        405,
    ),
    _raw("PUT", "writes", head("PUT", "/sparql", "Connection: close", "Content-Length: 0"), 405),
    _raw("DELETE", "deletes", head("DELETE", "/sparql", "Connection: close"), 405),
    _raw(
        "PATCH", "changes", head("PATCH", "/sparql", "Connection: close", "Content-Length: 0"), 405
    ),
    _raw("PROPFIND", "a method of WebDAV", head("PROPFIND", "/", "Connection: close"), 405),
    _raw("star", "a target only OPTIONS has", _line(b"GET * HTTP/1.1")),
    _raw(
        "address of another server",
        "asks for a proxy; only the path counts",
        get("http://elsewhere.example" + ASK),
        200,
    ),
    _raw(
        "address without a path",
        "asks for a proxy",
        _line(b"GET http://elsewhere.example HTTP/1.1"),
    ),
    _raw("address of a file", "not a scheme of HTTP", _line(b"GET file:///etc/passwd HTTP/1.1")),
    _raw("target without a slash", "no path", _line(b"GET sparql HTTP/1.1")),
    _raw("blank in the target", "two targets", _line(b"GET /sparql ?query=ASK{} HTTP/1.1")),
    _raw("no host", "needed in HTTP/1.1", b"GET / HTTP/1.1\r\n\r\n"),
    _raw("two hosts", "which one counts?", _line(b"GET / HTTP/1.1", b"Host: other")),
    _raw(
        "markup as a host",
        "would stand on the page",
        b'GET / HTTP/1.1\r\nHost: a"><script>\r\n\r\n',
    ),
    _raw("lines ended by LF alone", "read in two ways", b"GET / HTTP/1.1\nHost: h\n\n"),
    _raw(
        "CR within a header", "read in two ways", b"GET / HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n"
    ),
    _raw(
        "NUL in a header",
        "ends a string in some languages",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
    ),
    _raw("folded header", "read in two ways", b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n"),
    _raw(
        "blank before the colon",
        "read in two ways",
        b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length : 5\r\n\r\n",
    ),
    _raw(
        "header without a name", "read in two ways", b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n"
    ),
    _raw("header without a colon", "no header", b"GET / HTTP/1.1\r\n" + HOST + b"hello\r\n\r\n"),
    _raw("long address", "200,000 letters", _line(b"GET /" + b"a" * 200_000 + b" HTTP/1.1"), 414),
    _raw("address without end", "200,000 letters, and no end", b"GET /" + b"a" * 200_000, 414),
    _raw("large header", "60,000 letters", _line(b"GET / HTTP/1.1", b"X: " + b"a" * 60_000), 431),
    _raw(
        "header without end",
        "300,000 letters, and no end",
        b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 300_000,
        431,
    ),
    _raw(
        "header name without end",
        "300,000 letters, and no end",
        b"GET / HTTP/1.1\r\n" + HOST + b"a" * 300_000,
        431,
    ),
    _raw("many headers", "5,000 of them", _line(b"GET / HTTP/1.1", *[b"X: y"] * 5000), 431),
    _raw(
        "many cookies",
        "50,000 letters in pieces",
        _line(b"GET / HTTP/1.1", *[b"Cookie: " + b"a" * 1000] * 50),
        431,
    ),
    _raw("blank lines", "200,000 before a request", b"\r\n" * 200_000, 431),
    _raw(
        "expectation", "one that nobody knows", _line(b"GET / HTTP/1.1", b"Expect: the-worst"), 417
    ),
    _raw(
        "WebSocket",
        "asks for another protocol",
        get(
            ASK,
            "Upgrade: websocket",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
        ),
        200,
    ),
    _raw(
        "upgrade to HTTP/2",
        "asks for another version",
        head(
            "GET",
            ASK,
            "Connection: Upgrade, HTTP2-Settings",
            "Upgrade: h2c",
            "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA",
        ),
        200,
    ),
    _raw(
        "1,000 requests at once",
        "does not wait for answers",
        head("GET", "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%20500") * 1000,
        503,
    ),
    _raw(
        "noise behind a request", "is no second request", head("GET", ASK) + b"\x01\x02\x03\r\n\r\n"
    ),
]

SMUGGLING = (
    [
        Hostile(
            "smuggling", name, why, outcomes, raw(_line(b"POST /sparql HTTP/1.1", *lines) + body)
        )
        for name, why, outcomes, lines, body in [
            (
                "two lengths",
                "where does it end?",
                (400,),
                [b"Content-Length: 3", b"Content-Length: 30"],
                b"abc",
            ),
            (
                "two equal lengths",
                "where does it end?",
                (400,),
                [b"Content-Length: 3", b"Content-Length: 3"],
                b"abc",
            ),
            ("list of lengths", "where does it end?", (400,), [b"Content-Length: 3, 3"], b"abc"),
            ("length with a sign", "no number", (400,), [b"Content-Length: +3"], b"abc"),
            ("length below nought", "no number", (400,), [b"Content-Length: -3"], b"abc"),
            ("hexadecimal length", "no number", (400,), [b"Content-Length: 0x3"], b"abc"),
            (
                "length beyond numbers",
                "no machine holds it",
                (400,),
                [b"Content-Length: 99999999999999999999999"],
                b"abc",
            ),
            ("length of nothing", "no number", (400,), [b"Content-Length: "], b"abc"),
            (
                "huge length",
                "more than is taken",
                (413,),
                [b"Content-Type: application/sparql-query", b"Content-Length: 9999999999"],
                b"abc",
            ),
            (
                "length and chunks",
                "where does it end?",
                (400,),
                [b"Content-Length: 5", b"Transfer-Encoding: chunked"],
                b"0\r\n\r\n",
            ),
            (
                "chunks and length",
                "where does it end?",
                (400,),
                [b"Transfer-Encoding: chunked", b"Content-Length: 5"],
                b"0\r\n\r\n",
            ),
            (
                "chunks twice",
                "where does it end?",
                (400,),
                [b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"],
                b"0\r\n\r\n",
            ),
            ("other coding", "only chunks are taken", (501,), [b"Transfer-Encoding: gzip"], b""),
            (
                "other coding in chunks",
                "only chunks are taken",
                (501,),
                [b"Transfer-Encoding: gzip, chunked"],
                b"0\r\n\r\n",
            ),
            (
                "chunks that are not last",
                "where does it end?",
                (400,),
                [b"Transfer-Encoding: chunked, identity"],
                b"0\r\n\r\n",
            ),
            (
                "coding like chunked",
                "read in two ways",
                (501,),
                [b"Transfer-Encoding: xchunked"],
                b"0\r\n\r\n",
            ),
            (
                "chunked in quotes",
                "read in two ways",
                (501,),
                [b'Transfer-Encoding: "chunked"'],
                b"0\r\n\r\n",
            ),
            (
                "chunked behind a tab",
                "read in two ways",
                (400,),
                [b"Transfer-Encoding:\x0bchunked"],
                b"0\r\n\r\n",
            ),
        ]
    ]
    + [
        Hostile("smuggling", name, why, outcomes, raw(CHUNKED + body))
        for name, why, outcomes, body in [
            ("chunk size that is none", "no number", (400,), b"zz\r\n"),
            ("chunk size below nought", "no number", (400,), b"-1\r\n"),
            ("chunk size beyond numbers", "no machine holds it", (400,), b"fffffffffffffffff\r\n"),
            ("chunk longer than told", "what is the rest?", (400,), b"3\r\nabcdef\r\n0\r\n\r\n"),
            ("chunk extension without end", "framing, no body", (400,), b"1;" + b"e" * 300_000),
            (
                "chunk extensions",
                "more framing than body",
                (400,),
                (b"1;" + b"e" * 5000 + b"\r\nx\r\n") * 100,
            ),
            (
                "trailers without end",
                "headers behind the body",
                (400,),
                b"1\r\nx\r\n0\r\n" + b"X: y\r\n" * 50_000,
            ),
            ("chunks ended by LF alone", "read in two ways", (400,), b"1\nx\n0\n\n"),
        ]
    ]
    + [
        Hostile(
            "smuggling",
            "chunks in HTTP/1.0",
            "which knows none",
            (400,),
            raw(b"POST /sparql HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        ),
        Hostile(
            "smuggling",
            "trailers as headers",
            "a header behind the body counts for nothing",
            (415,),
            raw(
                head("POST", "/sparql", "Connection: close", "Transfer-Encoding: chunked")
                + b"6\r\nASK {}\r\n0\r\nContent-Type: application/sparql-query\r\n\r\n"
            ),
        ),
    ]
)

_BODY = head("POST", "/sparql", QUERY, "Content-Length: 1000")
_STREAM = "/sparql?format=csv&query=" + f"SELECT * {{ {CROSS} }}".replace(" ", "%20").replace(
    "?", "%3F"
)
_COUNT = "/sparql?query=" + f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}".replace(" ", "%20").replace(
    "?", "%3F"
)

BODIES = [
    Hostile(
        "bodies",
        "too large",
        "more than is taken",
        (413,),
        raw(post(b" " * 200_000, "application/sparql-query")),
    ),
    Hostile(
        "bodies",
        "too large, and going on",
        "answered before it has come",
        (413,),
        raw(head("POST", "/sparql", QUERY, "Content-Length: 50000000"), *[b" " * 100_000] * 100),
    ),
    Hostile(
        "bodies",
        "too large in chunks",
        "no length is told",
        (413,),
        raw(CHUNKED, *[b"2710\r\n" + b" " * 10_000 + b"\r\n"] * 30),
    ),
    Hostile(
        "bodies",
        "query too long",
        "longer than is taken",
        (413,),
        raw(post(b"ASK {} #" + b"x" * 60_000, "application/sparql-query")),
    ),
    Hostile(
        "bodies",
        "one byte a chunk",
        "20,000 chunks",
        (400,),
        raw(
            head("POST", "/sparql", QUERY, "Connection: close", "Transfer-Encoding: chunked"),
            b"1\r\n \r\n" * 20_000,
            b"0\r\n\r\n",
        ),
    ),
    Hostile(
        "bodies",
        "body of a GET",
        "means nothing",
        (200,),
        raw(head("GET", ASK, "Connection: close", "Content-Length: 5") + b"abcde"),
    ),
    Hostile(
        "bodies",
        "large body of a GET",
        "thrown away",
        (200,),
        raw(
            head("GET", ASK, "Connection: close", "Content-Length: 50000000"),
            *[b"x" * 100_000] * 100,
        ),
    ),
    Hostile(
        "bodies",
        "awaits leave for a body too large",
        "must not get it",
        (413,),
        raw(
            head(
                "POST",
                "/sparql",
                QUERY,
                "Connection: close",
                "Expect: 100-continue",
                "Content-Length: 50000000",
            )
        ),
    ),
    Hostile(
        "bodies",
        "gzip",
        "is not unpacked",
        (400,),
        raw(
            post(
                bytes.fromhex("1f8b08000000000000ff") + b"\0" * 50,
                "application/sparql-query",
                "Content-Encoding: gzip",
            )
        ),
    ),
]

SLOW = [
    Hostile("slow", "says nothing", "holds a connection", ("closed",), raw()),
    Hostile("slow", "head without end", "begins, and waits", (408,), raw(b"GET / HTTP/1.1\r\n")),
    Hostile("slow", "head byte after byte", "is never done", (408,), dripped(get("/"))),
    Hostile("slow", "blank line after blank line", "never begins", (408,), dripped(b"\r\n" * 50)),
    Hostile("slow", "body that does not come", "is waited for", (408,), raw(_BODY)),
    Hostile(
        "slow",
        "body byte after byte",
        "is never done",
        (408,),
        dripped(b" " * 30, before=_BODY),
    ),
    Hostile("slow", "chunks that do not come", "are waited for", (408,), raw(CHUNKED)),
    Hostile(
        "slow",
        "leave that is not used",
        "awaits leave to send, and sends nothing",
        (408,),
        raw(head("POST", "/sparql", QUERY, "Expect: 100-continue", "Content-Length: 10")),
    ),
    Hostile(
        "slow",
        "second request without end",
        "begins after an answer",
        (408,),
        raw(head("GET", ASK) + b"GET"),
    ),
    Hostile(
        "slow",
        "stops reading",
        "leaves an answer without end where it is",
        ("broken off",),
        raw(get(_STREAM)),
        client="stops reading",
    ),
    Hostile(
        "slow",
        "stops reading many",
        "asks for ten answers, and reads none",
        ("broken off",),
        raw(head("GET", "/sparql?format=csv&query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D") * 10),
        client="stops reading",
    ),
]

GONE = [
    Hostile("gone", name, why, ("closed",), raw(*pieces), client="vanishes")
    for name, why, pieces in [
        ("at once", "connects, and vanishes", []),
        ("in the head", "vanishes in the midst of it", [b"GET / HT"]),
        ("in the body", "vanishes in the midst of it", [_BODY, b"ASK"]),
        ("in a chunk", "vanishes in the midst of it", [CHUNKED, b"5\r\nAS"]),
        ("during a query", "leaves work behind", [head("GET", _COUNT)]),
        ("during an answer", "leaves an answer without end behind", [head("GET", _STREAM)]),
        ("with requests waiting", "leaves a queue behind", [head("GET", _COUNT) * 10]),
    ]
] + [
    Hostile("gone", name, why, outcomes, raw(*pieces), client="ends sending")
    for name, why, outcomes, pieces in [
        ("end in the head", "ends sending in the midst of it", ("closed",), [b"GET / HT"]),
        ("end in the body", "the length told is not kept", ("closed",), [_BODY, b"ASK"]),
        ("end in a chunk", "the size told is not kept", ("closed",), [CHUNKED, b"5\r\nAS"]),
        ("end between chunks", "there is no last one", ("closed",), [CHUNKED, b"6\r\nASK {}\r\n"]),
        (
            "end in the head's last line",
            "one line is missing",
            ("closed",),
            [b"GET " + ASK.encode() + b" HTTP/1.1\r\nHost: h\r\n"],
        ),
    ]
]
