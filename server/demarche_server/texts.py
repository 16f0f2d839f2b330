"""Whose words pages may show: texts that everybody may read, and those of the home's vault.

A document whose licence lets everybody read it has its text in the graph. The texts of the vault
are shown to whom the operator lets.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from demarche_ontology.errors import RequestError, UnauthorizedError
from demarche_ontology.terms import DCTERMS, DEM
from demarche_server import asgi
from demarche_server.engine import Engine
from demarche_server.protocol import header
from demarche_server.settings import Settings
from demarche_server.tokens import Tokens
from demarche_store.home import Home, utc_now
from demarche_store.protocol import Dataset
from demarche_store.vault import Copy, Vault

UNLOCK_PATH: Final = "/unlock"
"""Where a browser asks for a token. At the top level, so that it sends it for all pages (RFC 7617,
section 2.2)."""
PRIVATE: Final = "demarche.private"
"""Set in the scope of a request whose answer holds words for holders of a token only."""
_CHALLENGE: Final = 'Basic realm="Texts: any name, a token as the password", charset="UTF-8"'


@dataclass(frozen=True, slots=True)
class ShownText:
    """The words of a document, and the copy they are."""

    content: str
    copy: Copy


class Texts:
    """Gives out the words of documents for one application.

    home: whose vault and tokens count.
    """

    def __init__(self, settings: Settings, home: Home) -> None:
        self._for = settings.texts_for
        self._vault = Vault.of(home)
        self._tokens = Tokens.of(home)

    async def of(self, request: Request, engine: Engine, document: str) -> ShownText | None:
        """Return the words of a document (its IRI), None where this client may not see them.

        Raises QueryError, BusyError; StoreError for a damaged vault.
        """
        hashes = await _hashes(engine, document)
        if hashes is None or hashes.full_text is not None:
            return None if hashes is None else hashes.shown()
        if not self._may_see(request.scope):
            return None
        found = self._kept(hashes)
        if found is not None and self._for == "tokens":
            request.scope[PRIVATE] = True
        return found

    async def are_locked(self, request: Request, engine: Engine, document: str) -> bool:
        """Return whether a token would show this client words that it does not see now."""
        if self._for != "tokens" or self._may_see(request.scope):
            return False
        hashes = await _hashes(engine, document)
        return hashes is not None and hashes.full_text is None and self._kept(hashes) is not None

    async def unlock(self, request: Request) -> Response:
        """Answer `/unlock`: ask a browser for a token, and lead back to `to`.

        Raises UnauthorizedError, RequestError.
        """
        to = request.query_params.get("to", "/")
        if self._for != "tokens":
            raise RequestError("This server shows no texts to holders of tokens", status=404)
        if not to.startswith("/") or to.startswith(("//", "/\\")):
            raise RequestError("'to' is no path of this server", "leave it out")
        if not self._may_see(request.scope):
            raise UnauthorizedError(
                "The texts are for holders of a token",
                remedy="give the token as the password; the name is free",
                challenge=_CHALLENGE,
            )
        root = request.scope.get("root_path", "")
        address = asgi.keeping(request.scope, f"{root}{to}")
        return RedirectResponse(address, 303, {"cache-control": "no-store"})

    def _may_see(self, scope: Scope) -> bool:
        if self._for != "tokens":
            return self._for == "everyone"
        shown = _token(header(scope, b"authorization"))
        return bool(shown) and self._tokens.find(shown, utc_now()) is not None

    def _kept(self, hashes: _Hashes) -> ShownText | None:
        copy = self._vault.find(hashes.source)
        if copy is None:
            return None
        if copy.is_exact and copy.text_sha256 != hashes.text:
            return None  # the document was coded anew, from another text
        content = self._vault.text(copy)
        return None if content is None else ShownText(content, copy)


@dataclass(frozen=True, slots=True)
class _Hashes:
    """What a text is known by. full_text: the text itself, where everybody may read it."""

    source: str
    text: str
    full_text: str | None

    def shown(self) -> ShownText:
        """Return the text that the graph has."""
        content = self.full_text or ""
        return ShownText(content, Copy(self.source, self.text, "", len(content)))


async def _hashes(engine: Engine, document: str) -> _Hashes | None:
    node = NamedNode(document)
    query = f"""
SELECT ?source ?text ?full {{
  {node} {DEM["sourceSha256"]} ?source ; {DEM["textSha256"]} ?text
  OPTIONAL {{ {node} {DEM["fullText"]} ?full ; {DCTERMS["license"]} ?licence }}
}}"""
    for source, text, full in (await engine.table(query, Dataset(), 1)).rows:
        if source and text:
            return _Hashes(source.value, text.value, full.value if full else None)
    return None


def _token(authorization: str) -> str:
    """Return the token that a header shows, as a bearer token or as the password of a log-in."""
    scheme, _, shown = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return shown.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(shown.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def texts_of(request: Request) -> Texts:
    """Return what gives out words in the application of a request."""
    texts: Texts = request.app.state.texts
    return texts


def headers(request: Request) -> dict[str, str]:
    """Return the headers of a page: what caches may do with it."""
    if request.scope.get(PRIVATE):
        return {"vary": "Accept, Authorization", "cache-control": "private, no-store"}
    return {"vary": "Accept, Authorization", "cache-control": "no-cache"}
