"""Tokens that allow writes: made once, shown once, kept only as digests.

A token is 256 random bits, so that nobody finds it by trying, and a plain sha-256 keeps it as well
as a slow hash would: slow hashes make up for passwords that people choose. The file, mode 600, is
read at every write, so that a token that was revoked is refused from then on.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Self

from demarche_ontology.errors import StoreError, UnknownTokenError
from demarche_store.disk import disk_errors, sync_file
from demarche_store.home import Home
from demarche_store.lock import folder_lock

PREFIX: Final = "dem_"
"""So that a token that got into a file or a log is known for what it is."""
_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._@-]{0,63}")
_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of a token. expires: None if it does not."""

    name: str
    sha256: str
    created: datetime
    expires: datetime | None = None

    def is_valid(self, now: datetime) -> bool:
        """Return whether it has not expired."""
        return self.expires is None or now < self.expires


class Tokens:
    """The tokens of a home, in one file of it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @classmethod
    def of(cls, home: Home) -> Self:
        """Return the tokens of a home."""
        return cls(home.path / "tokens.json")

    def all(self) -> tuple[Token, ...]:
        """Return them in the order they were made. Raises StoreError for a damaged file."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return ()
        try:
            members = json.loads(content)
            if members["format"] != _FORMAT:
                raise ValueError
            return tuple(_token(one) for one in members["tokens"])
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{self._path} cannot be read: it is damaged, or of a newer version",
                remedy="remove it, and make the tokens anew",
            ) from error

    def create(self, name: str, now: datetime, expires: datetime | None = None) -> str:
        """Make a token and return it; it cannot be shown again.

        Raises StoreError for a name that is taken or cannot be one, HomeNotWritableError.
        """
        if not _NAME.fullmatch(name):
            raise StoreError(
                f"'{name}' cannot name a token",
                remedy="use letters, digits, '_', '-', '.' and '@', at most 64 of them",
            )
        text = PREFIX + secrets.token_urlsafe(32)
        with disk_errors(self._path.parent):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with folder_lock(self._path.parent):
                tokens = self.all()
                if any(token.name == name for token in tokens):
                    raise StoreError(
                        f"There is a token '{name}' already", remedy="revoke it, or choose a name"
                    )
                self._save([*tokens, Token(name, digest(text), now, expires)])
        return text

    def revoke(self, name: str) -> None:
        """Forget a token. Raises UnknownTokenError."""
        with disk_errors(self._path.parent):
            kept = [token for token in self.all() if token.name != name]
            if len(kept) == len(self.all()):
                names = ", ".join(token.name for token in self.all()) or "none"
                raise UnknownTokenError(
                    f"There is no token '{name}'", remedy=f"tokens there are: {names}"
                )
            with folder_lock(self._path.parent):
                self._save([token for token in self.all() if token.name != name])

    def find(self, text: str, now: datetime) -> Token | None:
        """Return the token that this text is, if it is one that is valid now."""
        wanted = digest(text)
        found = None
        for token in self.all():
            # All are compared, and in constant time: nothing can be learnt from how long it takes.
            if hmac.compare_digest(token.sha256, wanted) and token.is_valid(now):
                found = token
        return found

    def _save(self, tokens: Sequence[Token]) -> None:
        members = {"format": _FORMAT, "tokens": [_members(token) for token in tokens]}
        draft = self._path.with_name(f".tmp-{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(members, file, indent=2)
            file.write("\n")
        sync_file(draft)
        draft.replace(self._path)
        sync_file(self._path.parent)


def digest(text: str) -> str:
    """Return the sha-256 of a token, lower-case hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _members(token: Token) -> dict[str, Any]:
    expires = token.expires.isoformat() if token.expires else None
    return {**asdict(token), "created": token.created.isoformat(), "expires": expires}


def _token(members: dict[str, Any]) -> Token:
    expires = members["expires"]
    return Token(
        members["name"],
        members["sha256"],
        datetime.fromisoformat(members["created"]),
        datetime.fromisoformat(expires) if expires else None,
    )
