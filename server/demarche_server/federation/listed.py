"""Which addresses may be called: the entries of the settings `services` and `loads`.

An entry that is a mistake is an error when the server starts, not a hole afterwards.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, unquote, urlsplit

from pyoxigraph import NamedNode

from demarche_ontology.errors import ServeError
from demarche_server.federation.addresses import is_public

_ELSEWHERE: Final = re.compile(r"=(?=https?://)")
_INNER_DOMAINS: Final = ("localhost", "local", "internal", "home.arpa")
"""Domains that the public name system never holds (RFC 6761, 6762, 8375; ICANN for .internal)."""


@dataclass(frozen=True, slots=True)
class Target:
    """One address that may be called.

    iri: what the query names. url: where the request goes, mostly the same.
    inner: whether the entry itself names a place in a private network (an address, or a name that
        the public name system cannot hold); only then may the connection lead to one.
    """

    iri: str
    url: str
    inner: bool


def read_services(entries: Iterable[str]) -> dict[str, Target]:
    """Return the endpoints that SERVICE may call, by IRI.

    entries: IRIs, or `IRI=address` for an endpoint that is reached at another address.
    Raises ServeError for an entry that is neither.
    """
    targets = (_service(entry) for entry in entries)
    return {target.iri: target for target in targets}


def _service(entry: str) -> Target:
    """Read an entry. The IRI may hold "=" itself; an address begins with its scheme."""
    match = _ELSEWHERE.search(entry, 1)
    iri, url = (entry[: match.start()], entry[match.end() :]) if match else (entry, entry)
    if not _is_iri(iri):
        raise _mistaken("services", entry, f"'{iri}' is no absolute IRI")
    return Target(iri, url, is_inner(_checked(url, "services").hostname or ""))


@dataclass(frozen=True, slots=True)
class Documents:
    """The documents that LOAD may read. entries: IRIs; one that ends in "/" means all below it."""

    entries: tuple[str, ...] = ()

    def target(self, iri: str) -> Target | None:
        """Return where a document is read from, None if it is not listed."""
        if not _is_iri(iri) or _climbs(iri):
            return None
        for entry in self.entries:
            if iri == entry or (entry.endswith("/") and iri.startswith(entry)):
                return Target(iri, iri.partition("#")[0], is_inner(urlsplit(entry).hostname or ""))
        return None


def read_documents(entries: Iterable[str]) -> Documents:
    """Return the documents that LOAD may read. Raises ServeError for an entry that is no address.

    A prefix ends in "/", at the earliest that after the host: `https://a.example` would let
    `https://a.example.other.example/` in.
    """
    listed = tuple(entries)
    for entry in listed:
        if _checked(entry, "loads").path == "" or _climbs(entry):
            raise _mistaken("loads", entry, "it has no path; for all of a host, end it in /")
    return Documents(listed)


def document_address(base: str, documents: Documents, iri: str) -> str | None:
    """Return the address that stands for a document, None if it is not listed.

    base: what every address of the proxy begins with, "" while it does not listen.
    """
    if not base or documents.target(iri) is None:
        return None
    return f"{base}document/{quote(iri, safe='')}"


def is_inner(host: str) -> bool:
    """Return whether a host, as written, is in a private network or on this machine."""
    name = host.rstrip(".").lower()
    try:
        ipaddress.ip_address(name)
    except ValueError:
        known = any(name == one or name.endswith(f".{one}") for one in _INNER_DOMAINS)
        return known or "." not in name
    return not is_public(name)


def _checked(url: str, setting: str) -> SplitResult:
    if not _is_iri(url):
        raise _mistaken(setting, url, "it is no absolute IRI")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise _mistaken(setting, url, str(error)) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _mistaken(setting, url, "only http and https are called")
    if parts.username is not None or parts.password is not None:
        raise _mistaken(setting, url, "it holds a name or password, which queries would show")
    return parts


def _is_iri(text: str) -> bool:
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _climbs(iri: str) -> bool:
    """Return whether a path may lead out of the folder it seems to lie in."""
    path = unquote(urlsplit(iri).path).replace("\\", "/")
    return not {".", ".."}.isdisjoint(path.split("/"))


def _mistaken(setting: str, entry: str, reason: str) -> ServeError:
    return ServeError(
        f"The entry '{entry}' of the setting {setting} cannot be used: {reason}",
        remedy="give a whole http or https address; docs/server.md shows some",
    )
