"""A release: its IRI leads to a page about it and to its description in RDF; its files."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from pyoxigraph import RdfFormat, serialize
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from demarche_ontology.errors import RequestError, UnknownReleaseError
from demarche_ontology.rdf import sorted_triples, to_turtle
from demarche_server import asgi, negotiation
from demarche_server.description.addresses import DUMPS_PATH, RELEASE_PATH, Addresses
from demarche_server.description.catalog import describe_release, version_iri
from demarche_server.description.documents import addresses_of
from demarche_server.endpoint import PAGE
from demarche_server.linked.paths import FORMATS, HTML, SHOWN
from demarche_server.pages import citing, structured
from demarche_server.pages.citing import DatasetCitation
from demarche_server.pages.frame import Frame, root
from demarche_server.protocol import Version, header
from demarche_server.releases import dumps
from demarche_server.releases.kept import Kept
from demarche_server.versions import Versions
from demarche_store.formats import GraphFormat
from demarche_store.protocol import CommitInfo, ReleaseInfo

ROUTE: Final = RELEASE_PATH + "/{name:path}"
DUMPS_ROUTE: Final = DUMPS_PATH + "/{name}"
_FILE: Final = re.compile(rf"(?P<release>.+)\.(?P<suffix>{'|'.join(dumps.FORMATS)})\.gz")


@dataclass(frozen=True, slots=True)
class Release:
    """A release with its commit, and the releases before and after it.

    suffix: of the document about it that is asked for, "" for the release itself.
    """

    release: ReleaseInfo
    info: CommitInfo
    previous: ReleaseInfo | None
    following: ReleaseInfo | None
    suffix: str = ""

    @property
    def path(self) -> str:
        return f"{RELEASE_PATH}/{self.release.name}"

    @property
    def asking(self) -> str:
        """The parameter that has it answer."""
        return urlencode({"release": self.release.name})

    def citation(self, at: Addresses, site: str) -> DatasetCitation:
        """Return how to cite it: by its IRI."""
        return DatasetCitation(
            site=site,
            name=self.release.name,
            version=citing.version(self.info),
            year=self.info.created.year,
            url=version_iri(at, self.info, self.release).value,
            digest=self.release.rdfc10,
        )


class ReleasePages:
    """Answers for releases, for one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._settings = frame.settings

    async def answer(self, request: Request) -> Response:
        """Answer for a release or a document about it. Raises UnknownReleaseError."""
        one = await _release_of(request)
        if not one.suffix:
            return self._lead(request, one)
        if one.suffix == HTML:
            return await self._page(request, one)
        return await self._document(request, one)

    async def dump(self, request: Request) -> Response:
        """Answer with a file of all graphs of a release.

        Raises RequestError (404), UnknownReleaseError, TryLaterError, StoreError.
        """
        found = _FILE.fullmatch(request.path_params["name"])
        if found is None:
            endings = ", ".join(f"NAME.{suffix}.gz" for suffix in dumps.FORMATS)
            raise RequestError(
                "There is no such file", remedy=f"ask for one of: {endings}", status=404
            )
        versions: Versions = request.app.state.versions
        info = await versions.commit_of(Version(release=found["release"]))
        kept: Kept = request.app.state.kept
        path = await kept.dump(info.id, found["suffix"])
        headers = {
            "cache-control": "no-cache",
            "demarche-commit": info.id,
            "demarche-release": found["release"],
        }
        name = f"demarche-{found['release']}.{found['suffix']}.gz"
        return FileResponse(path, headers=headers, media_type=dumps.MEDIA_TYPE, filename=name)

    def _lead(self, request: Request, one: Release) -> Response:
        """Lead from a release to the document about it that the client can read best."""
        accept = negotiation.parse_accept(header(request.scope, b"accept") or None)
        suffix = HTML
        if not negotiation.prefers_html(accept, tuple(FORMATS.values())):
            chosen = negotiation.choose(accept, [FORMATS[name] for name in SHOWN])
            suffix = next(name for name in SHOWN if FORMATS[name] is chosen)
        location = asgi.keeping(request.scope, f"{root(request)}{one.path}.{suffix}")
        headers = {"location": location, "vary": "Accept", "link": self._links(request, one)}
        return Response(None, 303, headers)

    async def _document(self, request: Request, one: Release) -> Response:
        chosen = FORMATS[one.suffix]
        kept: Kept = request.app.state.kept
        numbers = await kept.numbers(one.info.id)
        at = addresses_of(request)
        body = await asyncio.to_thread(self._serialized, at, one, numbers, chosen)
        headers = {
            "link": self._links(request, one),
            "cache-control": "no-cache" if numbers else "no-store",
        }
        return Response(body, 200, headers, negotiation.content_type(chosen.media_type))

    def _serialized(
        self, at: Addresses, one: Release, numbers: dict[str, int], chosen: GraphFormat
    ) -> bytes:
        described = describe_release(
            at, self._settings, one.info, one.release, one.previous, numbers
        )
        if chosen.engine == RdfFormat.TURTLE:
            return to_turtle(described)
        return serialize(sorted_triples(described), format=chosen.engine) or b""

    async def _page(self, request: Request, one: Release) -> Response:
        kept: Kept = request.app.state.kept
        at = addresses_of(request)
        citation = one.citation(at, self._settings.title)
        page = await self._frame.page(
            request,
            "release.html",
            one=one,
            citation=citation,
            numbers=await kept.numbers(one.info.id),
            license=self._settings.license,
            query_page=PAGE,
            endpoint=f"{at.endpoint.value}?{one.asking}",
            files=[
                (form.label, f"{DUMPS_PATH}/{one.release.name}.{suffix}.gz")
                for suffix, form in dumps.FORMATS.items()
            ],
            documents=[(FORMATS[name], f"{one.path}.{name}") for name in SHOWN],
            structured=structured.script(self._data(at, one, citation)),
        )
        page.headers["link"] = self._links(request, one)
        return page

    def _links(self, request: Request, one: Release) -> str:
        """Return the Link header: RFC 8288, with the relations of Signposting and RFC 8574."""
        at = addresses_of(request)
        path = root(request) + one.path
        relation = "alternate" if one.suffix else "describedby"
        links = [
            f'<{path}.{name}>; rel="{relation}"; type="{_media_type(name)}"'
            for name in (HTML, *SHOWN)
            if name != one.suffix
        ]
        links += [
            f'<{root(request)}{DUMPS_PATH}/{one.release.name}.{suffix}.gz>; rel="item"; '
            f'type="{dumps.MEDIA_TYPE}"'
            for suffix in dumps.FORMATS
        ]
        links.append(f'<{version_iri(at, one.info, one.release).value}>; rel="cite-as"')
        if self._settings.license:
            links.append(f'<{self._settings.license}>; rel="license"')
        links += [
            f'<{root(request)}{RELEASE_PATH}/{other.name}>; rel="{name}"'
            for name, other in (
                ("predecessor-version", one.previous),
                ("successor-version", one.following),
            )
            if other is not None
        ]
        return ", ".join(links)

    def _data(self, at: Addresses, one: Release, citation: DatasetCitation) -> dict[str, object]:
        """Return what search engines are told (https://schema.org/Dataset)."""
        downloads = [
            {
                "@type": "DataDownload",
                "encodingFormat": form.media_type,
                "contentUrl": at.dump(one.release.name, suffix).value,
            }
            for suffix, form in dumps.FORMATS.items()
        ]
        return structured.filled(
            {
                "@type": "Dataset",
                "@id": citation.url,
                "name": f"{citation.site}, release {citation.name}",
                "description": one.release.description,
                "version": citation.name,
                "identifier": one.info.id,
                "datePublished": one.release.created.date().isoformat(),
                "license": self._settings.license,
                "citation": citation.reference(),
                "distribution": downloads,
            }
        )


async def _release_of(request: Request) -> Release:
    """Return the release that a path names. Raises UnknownReleaseError."""
    name, suffix = request.path_params["name"], ""
    versions: Versions = request.app.state.versions
    releases = await versions.releases()
    if name not in {one.name for one in releases}:
        stem, _, ending = name.rpartition(".")
        if stem and (ending == HTML or ending in FORMATS):
            name, suffix = stem, ending
    info = await versions.commit_of(Version(release=name))
    return with_neighbours(name, info, await versions.releases(), suffix)


def with_neighbours(
    name: str, info: CommitInfo, releases: Sequence[ReleaseInfo], suffix: str = ""
) -> Release:
    """Return a release with its commit, and what came before and after it.

    releases: the oldest first. Raises UnknownReleaseError.
    """
    names = [one.name for one in releases]
    if name not in names:
        raise UnknownReleaseError(f"There is no release '{name}' here", "try again in a moment")
    place = names.index(name)
    previous = releases[place - 1] if place else None
    following = releases[place + 1] if place + 1 < len(releases) else None
    return Release(releases[place], info, previous, following, suffix)


def _media_type(suffix: str) -> str:
    return negotiation.HTML if suffix == HTML else FORMATS[suffix].media_type
