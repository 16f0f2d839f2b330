"""Real HTTP servers that behave as the servers of others do, for better or worse."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox

from demarche_server.settings import Settings

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"far"}}]}}'
ROWS_XML = (
    b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>'
    b'<variable name="x"/></head><results><result><binding name="x"><literal>far</literal>'
    b"</binding></result></results></sparql>"
)


@dataclass
class Other:
    """A server. seen: (method, path, headers, body) of each request."""

    url: str
    seen: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1].strip("/"))

    def queries(self) -> list[str]:
        return [parse_qs(body.decode())["query"][0] for _, _, _, body in self.seen]


Reply = Callable[[BaseHTTPRequestHandler, Other], None]


@contextmanager
def other(reply: Reply) -> Iterator[Other]:
    """Run a server that answers every request with `reply`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            length = int(self.headers.get("content-length") or 0)
            headers = {key.lower(): value for key, value in self.headers.items()}
            told.seen.append((self.command, self.path, headers, self.rfile.read(length)))
            with suppress(OSError):
                reply(self, told)

        def do_POST(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told = Other(f"http://127.0.0.1:{server.server_port}/")
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield told
    finally:
        told.stop.set()
        server.shutdown()
        server.server_close()


def says(body: bytes, media_type: str = JSON, status: int = 200, **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler, _: Other) -> None:
        handler.send_response(status)
        if media_type:
            handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def squeezed(body: bytes, media_type: str = JSON, keep: int | None = None) -> Reply:
    """Answer compressed; keep: only so many bytes of it."""
    return says(gzip.compress(body)[:keep], media_type, Content_Encoding="gzip")


def redirects(to: str) -> Reply:
    return says(b"", status=302, Location=to)


def dawdles(handler: BaseHTTPRequestHandler, told: Other) -> None:
    """Answer a byte at a time, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    while not told.stop.wait(0.02):
        handler.wfile.write(b" ")


def resets(handler: BaseHTTPRequestHandler, _: Other) -> None:
    """Break the connection off in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(ROWS)
    handler.wfile.flush()
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    handler.connection.close()


def floods(handler: BaseHTTPRequestHandler, told: Other) -> None:
    """Send without an end, as fast as may be."""
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    while not told.stop.is_set():
        handler.wfile.write(b" " * 65536)


def endpoint(turtle: str) -> Reply:
    """Answer SPARQL queries over some Turtle, by POST of a form."""
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE, base_iri="http://base.example/")

    def reply(handler: BaseHTTPRequestHandler, told: Other) -> None:
        answer = store.query(told.queries()[-1])
        says(answer.serialize(format=ox.QueryResultsFormat.JSON))(handler, told)

    return reply


def settings(**values) -> Settings:
    return Settings(**{"fetch_seconds": 2.0, "fetch_bytes": 200_000, **values})
