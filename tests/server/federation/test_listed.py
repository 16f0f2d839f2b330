"""What the operator lists is what is called, nothing more; mistakes are told at the start."""

from __future__ import annotations

import asyncio
import re
import socket
from pathlib import Path

import pytest

from demarche_ontology.errors import FederationError, ServeError
from demarche_server.federation import addresses
from demarche_server.federation.listed import is_inner, read_documents, read_services


def test_the_example_of_the_documentation():
    page = (Path(__file__).parents[3] / "docs" / "server.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```python services\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    names: dict = {}
    exec(block, names)
    services = read_services(names["settings"].services)
    assert [one.inner for one in services.values()] == [False, True]
    documents = read_documents(names["settings"].loads)
    assert documents.target("https://example.org/data/2026/a.ttl")


def test_services():
    found = read_services(
        [
            "https://a.example/sparql",
            "http://b.example/sparql?db=a=b",
            "http://c.example/sparql=http://10.0.0.5:3030/c?x=1",
        ]
    )
    assert [(one.iri, one.url, one.inner) for one in found.values()] == [
        ("https://a.example/sparql", "https://a.example/sparql", False),
        ("http://b.example/sparql?db=a=b", "http://b.example/sparql?db=a=b", False),
        ("http://c.example/sparql", "http://10.0.0.5:3030/c?x=1", True),
    ]


@pytest.mark.parametrize(
    "entry",
    [
        "",
        "sparql",
        "file:///etc/passwd",
        "ftp://a.example/",
        "urn:a",
        "http://",
        "http:///sparql",
        "http://user:secret@a.example/",
        "http://a.example:99999/",
        "http://a b.example/",
        "not an iri=http://a.example/",
        "urn:a=urn:b",
    ],
)
def test_mistaken_services(entry):
    with pytest.raises(ServeError, match="services") as caught:
        read_services([entry])
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("iri", "listed"),
    [
        ("https://a.example/one.ttl", True),
        ("https://a.example/one.ttl#part", False),
        ("https://a.example/one.ttlx", False),
        ("https://a.example/two.ttl", False),
        ("https://b.example/data/", True),
        ("https://b.example/data/x/y.ttl?z#part", True),
        ("https://b.example/data", False),
        ("https://b.example/data/../secret", False),
        ("https://b.example/data/%2e%2E/secret", False),
        ("https://b.example/data/..%2Fsecret", False),
        ("https://b.example/data/..%5Csecret", False),
        ("https://b.example/data/a b", False),
        ("https://c.example/", True),
        ("https://c.example.evil.example/", False),
        ("https://c.example:444/", False),
        ("https://u@c.example/", False),
        ("http://c.example/", False),
        ("file:///etc/passwd", False),
        ("c.example/", False),
    ],
)
def test_documents(iri, listed):
    documents = read_documents(
        ["https://a.example/one.ttl", "https://b.example/data/", "https://c.example/"]
    )
    assert (documents.target(iri) is not None) == listed


@pytest.mark.parametrize(
    "entry", ["https://a.example", "file:///data/", "data/", "https://a.example/x/../"]
)
def test_mistaken_documents(entry):
    with pytest.raises(ServeError, match="loads"):
        read_documents([entry])


@pytest.mark.parametrize(
    ("host", "inner"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("fuseki", True),
        ("db.internal", True),
        ("127.0.0.1", True),
        ("192.168.1.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("8.8.8.8", False),
        ("a.example", False),
        ("localhost.example", False),
        ("127.0.0.1.nip.example", False),
        ("127.1", False),
    ],
)
def test_inner_hosts(host, inner):
    assert is_inner(host) == inner


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "127.0.0.1",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "fc00::1",
        "fe80::1%lo",
        "ff02::1",
    ],
)
def test_private_addresses(address):
    assert not addresses.is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses(address):
    assert addresses.is_public(address)


def _leads_to(monkeypatch, *found: str) -> None:
    """Have every name lead to these addresses: the name system is not ours to set up."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)


def test_a_name_that_leads_inside_is_not_called(monkeypatch):
    _leads_to(monkeypatch, "127.0.0.1", "10.0.0.1")
    with pytest.raises(FederationError, match="private network"):
        asyncio.run(addresses.resolve("a.example", 80, inner=False))
    assert asyncio.run(addresses.resolve("a", 80, inner=True)) == ("127.0.0.1", "10.0.0.1")


def test_private_addresses_of_a_name_are_left_out(monkeypatch):
    _leads_to(monkeypatch, "127.0.0.1", "8.8.8.8")
    assert asyncio.run(addresses.resolve("a.example", 80, inner=False)) == ("8.8.8.8",)


def test_a_name_that_does_not_exist():
    with pytest.raises(FederationError, match=r"nowhere\.invalid"):
        asyncio.run(addresses.resolve("nowhere.invalid", 80, inner=False))
