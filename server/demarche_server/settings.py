"""What a server is told. Values are passed to `create_app`; nothing is read at import."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set about a server.

    host, port: where to listen; port 0 takes a free one.
    root_path: the path below which a proxy shows the server, "" for none; such as "/claims".
    trusted_proxies: addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto
        are believed; "*" believes everybody.
    title: the name of the site, on every page.
    rows_format, graph_format: short names (`demarche_store.formats`) of what is sent when the
        client has no preference.
    cors_origins: web origins whose pages may read answers; "*" means every one.
    max_body_bytes: the largest request body taken, in bytes.
    max_url_bytes: the longest request target taken, in bytes; more than 65,535 count as these.
    max_header_bytes, max_headers: names and values of a request's headers together, in bytes, and
        how many there may be.
    head_seconds: how long the head of a request may take to come.
    body_seconds: how long less of a body may come than `min_bytes_per_second`.
    send_seconds: how long a client may take less of its answer than that.
    min_bytes_per_second: how fast a client has to send and to read, on average.
    keep_alive_seconds: how long a connection may be idle between requests.
    max_pipelined: requests that may wait on one connection for the answer to the one before.
    max_connections: connections at the same time; further ones are refused.
    max_connections_per_address: those of one IPv4 address or IPv6 /64; trusted proxies excepted.
    max_write_bytes: the largest body of a write, of who may write.
    max_write_seconds: how long one write may take; the graph stays as it was then. 0 for no limit.
    max_write_memory_bytes: how far the process that writes may grow. 0 for no limit.
    max_writes_waiting: writes at work and waiting; one is done at a time.
    write_lock_seconds: how long a write waits for another writer of the home, such as a build.
    max_query_bytes: the longest query taken, in bytes of its UTF-8 form.
    max_nesting: how deep brackets may nest in a query. The engine's parser overflows its stack
        at some thousands, and takes exponential time on some forms long before.
    max_operators: how many operators and joining keywords (`|`, UNION, OPTIONAL, BIND …) a query
        may have; chains of 4,000 overflow the engine's stack (measured), of 2,000 do not.
    max_parts: how many parts a query may join without an operator (`sparql.size` says which
        count); in 8 MiB of stack, from 2,600 on they overflow it by themselves (measured), and
        from 1,100 on beside 1,490 operators.
    ahead_seconds: how long may be asked for ahead, once a commit is served, what its busiest pages
        need, in a reader that everything else goes before. 0: nothing is.
    page_rows: rows of an answer shown on a page; downloads hold all.
    first_example: name of the example that leads the others; a name that is not among them
        leaves them in their order.
    fast_readers: processes kept for queries that have just begun, so that a cheap query finds one.
    slow_queries: queries that go on beyond `slice_seconds` at the same time.
    queries_set_aside: further ones that wait, stopped, until one of those ends.
    slice_seconds: after how long a query counts as slow.
    max_query_seconds: how long one query may work; waiting does not count. 0 for no limit.
    max_query_memory_bytes: what one query may take beyond the graph itself. 0 for no limit.
    max_answer_bytes: the largest answer, before compression. 0 for no limit.
    max_queue, max_queue_per_client: queries that wait to begin, of all clients and of one.
    max_queue_seconds: how long a query may wait to begin, or set aside.
    max_graph_memory_bytes: what the graph may take in memory; one that would take more is read
        from disk, which is slower.
    max_open_releases: releases, or commits of before, that requests name (`release=`) and that are
        open at a time beside the commit that is served. 0: none is opened.
    release_idle_seconds: after how long without a question one of them is closed.
    quota_share: seconds of query time that a client (an IPv4 address, an IPv6 /64) is given for
        each second; 0 for no quota.
    quota_burst_seconds: how much of it a client may save up.
    cache_bytes: what kept answers may take together. 0 keeps none.
    cache_answer_bytes: the largest answer kept, as it is sent.
    access_log: where requests are written down, a line of JSON each: "stderr", "off" or a file.
    log_query_text: write queries into it, beside their hash; what people ask may be private.
    log_clients: write their addresses in "full", as the "network" (/24 or /48), or "off".
    metrics_from: networks whose clients may read `/metrics`; to others it does not exist.
    metrics_token_sha256: SHA-256, in hexadecimal digits, of a bearer token that opens `/metrics`
        from anywhere; "" for none.
    license: IRI of the licence that descriptions state for the graph of a build; "" for none.
    texts_for: who sees the words of texts in the vault of the home: "nobody", holders of "tokens",
        or "everyone".
    candidates: answer queries about candidates (`/candidates/sparql`).
    services: endpoints that SERVICE may call: IRIs, or `IRI=address` for one that is reached at
        another address. None: SERVICE is refused.
    loads: documents that LOAD may read: IRIs; one that ends in "/" means everything below it.
    fetch_seconds: how long one call to another server may take.
    fetch_bytes: the largest answer or document taken from another server, in bytes.
    fetch_calls: how often one query may call other servers.
    """

    host: str = "127.0.0.1"
    port: int = 7878
    root_path: str = ""
    trusted_proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    title: str = "Demarche"
    rows_format: str = "json"
    graph_format: str = "turtle"
    cors_origins: tuple[str, ...] = ("*",)
    max_body_bytes: int = 1 << 20
    max_url_bytes: int = (1 << 16) - 1
    max_header_bytes: int = 1 << 15
    max_headers: int = 100
    head_seconds: float = 10.0
    body_seconds: float = 20.0
    send_seconds: float = 30.0
    min_bytes_per_second: int = 1000
    keep_alive_seconds: int = 75
    max_pipelined: int = 16
    max_connections: int = 800
    max_connections_per_address: int = 100
    max_write_bytes: int = 1 << 25
    max_write_seconds: float = 60.0
    max_write_memory_bytes: int = 4 << 30
    max_writes_waiting: int = 50
    write_lock_seconds: float = 10.0
    max_query_bytes: int = 1 << 18
    max_nesting: int = 200
    max_operators: int = 1500
    max_parts: int = 800
    ahead_seconds: float = 60.0
    page_rows: int = 1000
    first_example: str = "csto-members-backing-azerbaijan"
    fast_readers: int = 2
    slow_queries: int = 2
    queries_set_aside: int = 8
    slice_seconds: float = 0.1
    max_query_seconds: float = 60.0
    max_query_memory_bytes: int = 1 << 30
    max_answer_bytes: int = 1 << 30
    max_queue: int = 100
    max_queue_per_client: int = 50
    max_queue_seconds: float = 30.0
    max_graph_memory_bytes: int = 4 << 30
    max_open_releases: int = 2
    release_idle_seconds: float = 600.0
    quota_share: float = 0.0
    quota_burst_seconds: float = 60.0
    cache_bytes: int = 1 << 26
    cache_answer_bytes: int = 1 << 16
    access_log: str = "off"
    log_query_text: bool = False
    log_clients: Literal["full", "network", "off"] = "full"
    metrics_from: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    metrics_token_sha256: str = ""
    license: str = "https://creativecommons.org/licenses/by/4.0/"
    texts_for: Literal["nobody", "tokens", "everyone"] = "nobody"
    candidates: bool = True
    services: tuple[str, ...] = ()
    loads: tuple[str, ...] = ()
    fetch_seconds: float = 20.0
    fetch_bytes: int = 1 << 24
    fetch_calls: int = 100
