"""One request to another server, with everything bounded: time, bytes, and where it leads."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from demarche_ontology.errors import FederationError
from demarche_server.federation.addresses import resolve
from demarche_server.federation.listed import Target

USER_AGENT: Final = "Demarche"
_SAID: Final = 300
"""Code points of another server's complaint that are passed on."""


@dataclass(frozen=True, slots=True)
class Call:
    """What to send. fields: the fields of a form, which is posted; None for a GET."""

    accept: str
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back. media_type: without parameters, in lower case, "" if there is none."""

    media_type: str
    body: bytes = field(repr=False)


class Fetcher:
    """Calls other servers.

    seconds: how long one call may take in all, name look-up and last byte included.
    max_bytes: the largest body taken, after decompression.
    """

    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes
        # Nothing is kept alive: a connection is known by its address, and two names with one
        # address would share it, and the certificate that was checked for the first.
        self._client = httpx.AsyncClient(
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(self, target: Target, call: Call) -> Fetched:
        """Call a listed address. Raises FederationError, which names it by its IRI."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._fetch(target, call)
        except TimeoutError as error:
            raise FederationError(
                f"<{target.iri}> did not answer within {self._seconds:g} s"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL, zlib.error) as error:
            reason = str(error) or type(error).__name__
            raise FederationError(f"<{target.iri}> could not be read: {reason}") from error

    async def _fetch(self, target: Target, call: Call) -> Fetched:
        url = httpx.URL(target.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        *first, last = await resolve(url.host, port, inner=target.inner)
        for address in first:
            try:
                return await self._fetch_at(address, url, target, call)
            except httpx.ConnectError:
                continue
        return await self._fetch_at(last, url, target, call)

    async def _fetch_at(self, address: str, url: httpx.URL, target: Target, call: Call) -> Fetched:
        """Send the request to an address, under the name of the URL."""
        request = self._client.build_request(
            "GET" if call.fields is None else "POST",
            url.copy_with(host=address),
            data=call.fields,
            headers={
                "Host": url.netloc.decode("ascii"),
                "Accept": call.accept,
                "Accept-Encoding": "gzip",
                "User-Agent": USER_AGENT,
            },
            extensions={"sni_hostname": url.raw_host.decode("ascii")},
        )
        response = await self._client.send(request, stream=True)
        try:
            return await self._read(response, target)
        finally:
            await response.aclose()

    async def _read(self, response: httpx.Response, target: Target) -> Fetched:
        if response.has_redirect_location:
            raise FederationError(
                f"<{target.iri}> answers with a redirection, which is not followed",
                remedy="name the address that it leads to, if that one is listed",
            )
        body = bytearray()
        async for piece in _decoded(response, target, self._max_bytes):
            body += piece
            if len(body) > self._max_bytes:
                raise FederationError(
                    f"<{target.iri}> sends more than {self._max_bytes} bytes",
                    remedy="ask it for less",
                )
        if response.status_code != httpx.codes.OK:
            said = body.decode("utf-8", errors="replace").strip()[:_SAID]
            raise FederationError(
                f"<{target.iri}> answered with status {response.status_code}: {said}"
            )
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return Fetched(media_type, bytes(body))


async def _decoded(response: httpx.Response, target: Target, most: int) -> AsyncIterator[bytes]:
    """Yield the body without its compression; never much more than `most` bytes at once.

    httpx would decompress each piece whole, and a piece may be a bomb.
    """
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding == "identity":
        async for piece in response.aiter_raw():
            yield piece
        return
    if coding not in ("gzip", "x-gzip"):
        raise FederationError(f"<{target.iri}> uses the compression '{coding}', not asked for")
    inflate = zlib.decompressobj(wbits=31)
    async for piece in response.aiter_raw():
        yield inflate.decompress(piece, most + 1)
    if not inflate.eof:
        raise FederationError(f"<{target.iri}> broke its answer off")
