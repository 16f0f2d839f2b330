"""What a server is told. Values are passed to `create_app`; nothing is read at import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set about a server.

    host, port: where to listen; port 0 takes a free one.
    title: the name of the site, on every page.
    rows_format, graph_format: short names (`demarche_store.formats`) of what is sent when the
        client has no preference.
    cors_origins: web origins whose pages may read answers; "*" means every one.
    max_body_bytes: the largest request body taken, in bytes.
    max_query_bytes: the longest query taken, in bytes of its UTF-8 form.
    max_nesting: how deep brackets may nest in a query. The engine's parser overflows its stack
        at some thousands, and takes exponential time on some forms long before.
    max_operators: how many operators and joining keywords (`|`, UNION, OPTIONAL, BIND …) a query
        may have; chains of 4,000 overflow the engine's stack (measured), of 2,000 do not.
    page_rows: rows of an answer shown on a page; downloads hold all.
    first_example: name of the example that leads the others; a name that is not among them
        leaves them in their order.
    workers: queries worked on at the same time; others wait.
    access_log: where requests are written down, a line of JSON each: "stderr", "off" or a file.
    log_query_text: write queries into it, beside their hash; what people ask may be private.
    log_clients: write their addresses in "full", as the "network" (/24 or /48), or "off".
    metrics_from: networks whose clients may read `/metrics`; to others it does not exist.
    metrics_token_sha256: SHA-256, in hexadecimal digits, of a bearer token that opens `/metrics`
        from anywhere; "" for none.
    """

    host: str = "127.0.0.1"
    port: int = 7878
    title: str = "Demarche"
    rows_format: str = "json"
    graph_format: str = "turtle"
    cors_origins: tuple[str, ...] = ("*",)
    max_body_bytes: int = 1 << 20
    max_query_bytes: int = 1 << 18
    max_nesting: int = 200
    max_operators: int = 1500
    page_rows: int = 1000
    first_example: str = "csto-members-backing-azerbaijan"
    workers: int = 4
    access_log: str = "off"
    log_query_text: bool = False
    log_clients: Literal["full", "network", "off"] = "full"
    metrics_from: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    metrics_token_sha256: str = ""
