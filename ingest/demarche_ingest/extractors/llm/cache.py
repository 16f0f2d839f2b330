"""Replies that were paid for: each kept under what was asked, and never asked for again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from demarche_ingest.texts import sha256
from demarche_store.disk import disk_errors, write_whole

_FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered. finish: the protocol's finish_reason. tokens: as the endpoint counts.

    refusal: what it says where it declines to answer.
    """

    text: str
    finish: str
    tokens_in: int = 0
    tokens_out: int = 0
    refusal: str = ""


class ReplyCache:
    """A folder of replies. Several processes may use it at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @staticmethod
    def key(asked: dict[str, Any]) -> str:
        """Return the name of a question: a hash of all that the answer depends on."""
        return sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False))

    def get(self, key: str) -> Reply | None:
        """Return the reply to a question; None where there is none that can be read."""
        try:
            kept = json.loads(self._path(key).read_text("utf-8"))
            return Reply(**kept["reply"]) if kept["format"] == _FORMAT else None
        except (OSError, ValueError, KeyError, TypeError):
            return None  # asked anew, and written anew

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply. Raises HomeNotWritableError, DiskFullError."""
        path = self._path(key)
        content = json.dumps({"format": _FORMAT, "reply": asdict(reply)}, ensure_ascii=False)
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content.encode("utf-8"))

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
