"""What is known of releases: files that are there, or are being made."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from demarche_server.chores import Chores
from demarche_server.releases import census, comparing, dumps
from demarche_server.releases.comparing import Compared


class Kept:
    """What one application has worked out of releases."""

    def __init__(self, chores: Chores) -> None:
        self._chores = chores

    async def differences(self, before: str, after: str) -> Compared:
        """Return the differences between two commits. Raises TryLaterError, StoreError."""
        name = comparing.file_name(before, after)
        return Compared(await self._chores.file(name, comparing.__name__, [before, after]))

    def differences_if_there(self, before: str, after: str) -> Compared | None:
        """Return them if they are there; have them made otherwise."""
        name = comparing.file_name(before, after)
        path = self._chores.begun(name, comparing.__name__, [before, after])
        return Compared(path) if path else None

    async def numbers(self, commit: str) -> dict[str, int]:
        """Return how many things of each kind a commit has; nothing while they are counted."""
        path = self._chores.begun(census.file_name(commit), census.__name__, [commit])
        if path is None:
            return {}
        counted: dict[str, int] = json.loads(await asyncio.to_thread(path.read_bytes))
        return counted

    async def dump(self, commit: str, suffix: str) -> Path:
        """Return a file with all of a commit. Raises TryLaterError, StoreError."""
        name = dumps.file_name(commit, suffix)
        return await self._chores.file(name, dumps.__name__, [commit, suffix])

    async def summary(self, before: str, after: str) -> dict[str, Any]:
        """Return the numbers of differences; nothing while they are worked out."""
        found = self.differences_if_there(before, after)
        return await asyncio.to_thread(found.summary) if found else {}
