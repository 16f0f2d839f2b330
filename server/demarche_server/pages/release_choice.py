"""What the frame of every page offers: to look at the same page as of another release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from starlette.requests import Request

from demarche_ontology.errors import DemarcheError
from demarche_server import asgi
from demarche_server.engine import Engine
from demarche_server.protocol import Pairs, parse_pairs
from demarche_server.serving import Serving
from demarche_server.versions import Versions

OFFERED: Final = 50
"""Releases that a page offers, the newest; /releases lists all."""
_OWN: Final = frozenset({"release", "commit"})


@dataclass(frozen=True, slots=True)
class ReleaseChoice:
    """The choice that a page offers.

    names: of releases, the newest first. path: of the page, below the root. kept: its parameters
    besides.
    way_back: the same page without a version, below the root. is_current: whether the version
    that is looked at is the one that answers who names none.
    """

    names: tuple[str, ...]
    path: str
    kept: Pairs
    way_back: str
    is_current: bool


async def choice_of(request: Request) -> ReleaseChoice:
    """Return the choice for a page; none where the releases cannot be read."""
    versions: Versions = request.app.state.versions
    serving: Serving = request.app.state.serving
    engine: Engine | None = request.scope.get(asgi.ENGINE)
    try:
        releases = await versions.releases()
        pairs = parse_pairs(request.scope["query_string"], "address")
    except DemarcheError:
        releases, pairs = (), []
    kept = [(name, value) for name, value in pairs if name not in _OWN]
    # With one slash at its beginning: with two it would be the address of another host.
    path = "/" + quote(asgi.local_path(request.scope).lstrip("/"))
    return ReleaseChoice(
        names=tuple(one.name for one in reversed(releases[-OFFERED:])),
        path=path,
        kept=kept,
        way_back=f"{path}?{urlencode(kept)}" if kept else path,
        is_current=engine is not None and engine.info.id == serving.engine.info.id,
    )
