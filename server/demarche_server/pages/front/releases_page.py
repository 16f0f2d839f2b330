"""The releases there are, and what differs between two of them: as pages, JSON and CSV."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from demarche_ontology.errors import (
    NotAcceptableError,
    RequestError,
    TryLaterError,
)
from demarche_server import asgi, negotiation
from demarche_server.linked.paths import path_of
from demarche_server.pages.frame import Frame, root
from demarche_server.protocol import Version, header
from demarche_server.releases.comparing import Compared
from demarche_server.releases.kept import Kept
from demarche_server.versions import Versions
from demarche_store.differences import HOWS, KINDS, Change, table
from demarche_store.layout import COMMIT_ID
from demarche_store.protocol import CommitInfo, ReleaseInfo

PATH: Final = "/releases"
PAIR_ROUTE: Final = PATH + "/{pair:path}"
BETWEEN: Final = "..."
"""Between the names of two releases, as in /releases/2024-1...2024-2."""
PER_PAGE: Final = 100
"""Things on one page of differences, and in one part of them as JSON."""
LISTED: Final = 20
"""Releases on one page of the list."""
CURRENT: Final = "current"
"""What the served commit is called where two versions are chosen."""
_JSON: Final = "application/json"
_CSV: Final = "text/csv"
_FORMATS: Final = {"html": negotiation.HTML, "json": _JSON, "csv": _CSV}


@dataclass(frozen=True, slots=True)
class Listed:
    """A release in the list. compared: the numbers of what differs from the one before."""

    release: ReleaseInfo
    info: CommitInfo
    previous: ReleaseInfo | None
    compared: dict[str, Any]
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Side:
    """One of two versions that are compared. name: of the release, else the id of the commit."""

    name: str
    info: CommitInfo
    version: Version

    def path(self, iri: str) -> str:
        """Return where a thing stands as of this version, "" where it has no page."""
        path = path_of(iri)
        return f"{path}?{self.version.query}" if path else ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which differences are looked at. kind, how: "" for all. offset: the first one shown."""

    pair: str
    kind: str = ""
    how: str = ""
    offset: int = 0

    def address(self, **other: object) -> str:
        """Return the address of the same, or of something else besides, below the root."""
        given = {"kind": self.kind, "how": self.how, "from": self.offset} | other
        query = urlencode([(name, value) for name, value in given.items() if value])
        return f"{PATH}/{quote(self.pair)}{'?' if query else ''}{query}"


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference as the page shows it: where the thing, its source, and the earlier one are."""

    change: Change
    path: str
    source_path: str
    earlier_path: str


class ReleasesPage:
    """Answers `/releases` and below, for one application."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame

    async def answer(self, request: Request) -> Response:
        """Answer `/releases`: the list, the newest first.

        Raises NotAcceptableError, RequestError, StoreError.
        """
        given = request.query_params
        if given.get("a") or given.get("b"):
            return self._lead(request)
        form = _format(request, ("html", "json"))
        versions: Versions = request.app.state.versions
        releases = await versions.releases()
        if form == "json":
            return _json([asdict(one) for one in reversed(releases)])
        offset = _offset(request)
        shown = [
            await _listed(request, releases, place)
            for place in list(reversed(range(len(releases))))[offset : offset + LISTED]
        ]
        served = await _served(request)
        newest = releases[-1] if releases else None
        return await self._frame.page(
            request,
            "releases.html",
            releases_shown=shown,
            all_releases=list(reversed(releases)),
            offset=offset,
            per_page=LISTED,
            served=served,
            newest=newest,
            since=await _since(request, newest, served),
            current=CURRENT,
            waiting=any(one.previous and not one.compared for one in shown),
        )

    async def differences(self, request: Request) -> Response:
        """Answer `/releases/A...B`: what differs between two versions.

        Raises UnknownReleaseError, RequestError, NotAcceptableError, TryLaterError, StoreError.
        """
        form = _format(request, tuple(_FORMATS))
        choice = _choice(request)
        before, after = await _sides(request, choice.pair)
        kept: Kept = request.app.state.kept
        compared = None
        try:
            compared = await kept.differences(before.info.id, after.info.id)
        except TryLaterError:
            if form != "html":
                raise
        if form == "csv" and compared:
            return _csv(compared, choice, f"{before.name}...{after.name}")
        found, numbers = await _found(compared, choice)
        for name, side in (("before", before), ("after", after)) if numbers else ():
            numbers[name]["release"] = side.info.release
        if form == "json":
            return _json(_document(request, choice, numbers, found))
        page = await self._frame.page(
            request,
            "differences.html",
            before=before,
            after=after,
            choice=choice,
            numbers=numbers,
            kinds=[kind for kind in KINDS if numbers and any(numbers["counts"][kind].values())],
            hows=HOWS,
            found=[_shown(one, before, after) for one in found[:PER_PAGE]],
            more=len(found) > PER_PAGE,
            per_page=PER_PAGE,
            dated=_dated,
        )
        if compared is None:
            page.headers["cache-control"] = "no-store"
        return page

    def _lead(self, request: Request) -> Response:
        """Lead from the form to the address of what it asks for."""
        a, b = (request.query_params.get(name) or CURRENT for name in "ab")
        address = f"{root(request)}{PATH}/{quote(f'{a}{BETWEEN}{b}')}"
        return RedirectResponse(asgi.keeping(request.scope, address), status_code=303)


# --- Reading ---------------------------------------------------------------------------------


def _format(request: Request, offered: tuple[str, ...]) -> str:
    """Return the format that is asked for. Raises NotAcceptableError."""
    media_types = {_FORMATS[name]: name for name in offered}
    named = request.query_params.get("format")
    if named is not None:
        found = named if named in offered else media_types.get(named)
    else:
        accept = negotiation.parse_accept(header(request.scope, b"accept") or None)
        ranked = {
            name: negotiation.quality(accept, media_type)
            for media_type, name in media_types.items()
        }
        best = max(offered, key=lambda name: ranked[name][0])
        found = best if ranked[best][0] > 0 else None
    if found is None:
        raise NotAcceptableError(
            f"This is written as one of: {', '.join(offered)}",
            tuple(media_types),
            remedy=f"leave out format=, or ask for format={offered[-1]}",
        )
    return found


def _choice(request: Request) -> Choice:
    """Read which differences are asked for. Raises RequestError."""
    given = request.query_params
    kind, how = given.get("kind", ""), given.get("how", "")
    if kind and kind not in KINDS:
        raise RequestError(f"'{kind}' is no kind", f"choose one of: {', '.join(KINDS)}")
    if how and how not in HOWS:
        raise RequestError(f"'{how}' is no kind of difference", f"one of: {', '.join(HOWS)}")
    return Choice(request.path_params["pair"], kind, how, _offset(request))


def _offset(request: Request) -> int:
    text = request.query_params.get("from", "0")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise RequestError("from= is no number", "count from 0")
    return int(text)


async def _sides(request: Request, pair: str) -> tuple[Side, Side]:
    """Return the two versions that a path names: releases, commits, or what is served.

    Raises UnknownReleaseError, RequestError.
    """
    versions: Versions = request.app.state.versions
    names = {one.name for one in await versions.releases()}
    parts = list(_splits(pair))
    if not parts:
        raise RequestError(
            "The address names no two releases",
            remedy=f"write A{BETWEEN}B, each a release, the id of a commit, or {CURRENT}",
            status=404,
        )
    # A name may have dots in it, so that there may be several ways to read a pair.
    known = (one for one in parts if all(_is_known(name, names) for name in one))
    before, after = next(known, parts[0])
    return await _side(request, before, names), await _side(request, after, names)


def _splits(pair: str) -> Iterator[tuple[str, str]]:
    place = pair.find(BETWEEN)
    while place >= 0:
        before, after = pair[:place], pair[place + len(BETWEEN) :]
        if before and after:
            yield before, after
        place = pair.find(BETWEEN, place + 1)


def _is_known(name: str, releases: set[str]) -> bool:
    return name in releases or name == CURRENT or COMMIT_ID.fullmatch(name) is not None


async def _side(request: Request, name: str, releases: set[str]) -> Side:
    versions: Versions = request.app.state.versions
    if name == CURRENT and name not in releases:
        info = await _served(request)
        return Side(info.release or info.id, info, Version(commit=info.id))
    is_commit = name not in releases and COMMIT_ID.fullmatch(name)
    version = Version(commit=name) if is_commit else Version(release=name)
    return Side(name, await versions.commit_of(version), version)


async def _served(request: Request) -> CommitInfo:
    """Return the commit that answers who names none."""
    versions: Versions = request.app.state.versions
    async with versions.lease(None) as engine:
        return engine.info


# --- What is shown ---------------------------------------------------------------------------


async def _listed(request: Request, releases: tuple[ReleaseInfo, ...], place: int) -> Listed:
    versions: Versions = request.app.state.versions
    kept: Kept = request.app.state.kept
    release, previous = releases[place], releases[place - 1] if place else None
    info = await versions.commit_of(Version(release=release.name))
    compared = await kept.summary(previous.commit, release.commit) if previous else {}
    return Listed(release, info, previous, compared, await kept.numbers(release.commit))


async def _since(
    request: Request, newest: ReleaseInfo | None, served: CommitInfo
) -> dict[str, Any] | None:
    """Return the numbers of what changed since the newest release, None where nothing can have."""
    if newest is None or newest.commit == served.id:
        return None
    kept: Kept = request.app.state.kept
    return await kept.summary(newest.commit, served.id)


async def _found(compared: Compared | None, choice: Choice) -> tuple[list[Change], dict[str, Any]]:
    """Return the changes of a choice, one more than are shown, and the numbers of all."""
    if compared is None:
        return [], {}
    numbers = await asyncio.to_thread(compared.summary)
    found = await asyncio.to_thread(
        compared.changes, choice.kind, choice.how, choice.offset, PER_PAGE + 1
    )
    return found, numbers


def _shown(change: Change, before: Side, after: Side) -> Shown:
    side = before if change.how == "removed" else after
    return Shown(
        change,
        side.path(change.iri),
        side.path(change.source) if change.source else "",
        before.path(change.earlier) if change.earlier else "",
    )


def _document(
    request: Request, choice: Choice, numbers: dict[str, Any], found: list[Change]
) -> dict[str, Any]:
    following = choice.address(**{"from": choice.offset + PER_PAGE, "format": "json"})
    more = len(found) > PER_PAGE
    return {
        **numbers,
        "kind": choice.kind or None,
        "how": choice.how or None,
        "from": choice.offset,
        "changes": [asdict(one) for one in found[:PER_PAGE]],
        "next": asgi.keeping(request.scope, root(request) + following) if more else None,
    }


def _json(content: object) -> Response:
    return _DatedResponse(content, headers={"vary": "Accept", "cache-control": "no-cache"})


class _DatedResponse(JSONResponse):
    """JSON in which moments stand as ISO 8601 has them."""

    def render(self, content: object) -> bytes:
        return super().render(_plain(content))


def _plain(content: object) -> object:
    if isinstance(content, dict):
        return {name: _plain(value) for name, value in content.items()}
    if isinstance(content, list):
        return [_plain(one) for one in content]
    return content.isoformat() if isinstance(content, datetime) else content


def _csv(compared: Compared, choice: Choice, name: str) -> Response:
    async def lines() -> AsyncIterator[str]:
        parts = compared.every(choice.kind, choice.how)
        yield _rows([])
        while (part := await asyncio.to_thread(next, parts, None)) is not None:
            yield _rows(part, heading=False)

    headers = {
        "vary": "Accept",
        "cache-control": "no-cache",
        "content-disposition": f'attachment; filename="differences-{quote(name)}.csv"',
    }
    return StreamingResponse(lines(), 200, headers, "text/csv; charset=utf-8")


def _rows(changes: list[Change], *, heading: bool = True) -> str:
    output = io.StringIO()
    rows = list(table(changes))
    csv.writer(output).writerows(rows if heading else rows[1:])
    return output.getvalue()


def _dated(info: CommitInfo) -> str:
    return f"{info.created:%-d %B %Y}"
