"""Which index a search is answered from."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from demarche_ontology.errors import QueryTimeoutError, StoreError, TryLaterError
from demarche_server.chores import Chores
from demarche_server.search import build
from demarche_server.search.index import Index, Kind
from demarche_store.protocol import CommitInfo

_MODULE: Final = build.__name__
_PARTING: Final = re.compile(r"[\W_]+")
_SHORT, _WORDS = 2, 6
"""Of a name for which something like it is looked for: words as short count not, nor more words."""

_KEPT: Final = 4
"""Indexes that are kept open, of the commits searched last."""


@dataclass(frozen=True, slots=True)
class Searchable:
    """An index, the id of the commit it is of, and the classes of what is in it."""

    index: Index
    commit: str
    kinds: tuple[Kind, ...]


class Searching:
    """The indexes of one application."""

    def __init__(self, chores: Chores) -> None:
        self._chores = chores
        self._last: Searchable | None = None
        self._kept: OrderedDict[str, Searchable] = OrderedDict()

    def prepare(self, info: CommitInfo) -> None:
        """Have the index of a commit made, so that it is there when somebody searches."""
        if self._last is None or self._last.commit != info.id:
            self._chores.begin(build.file_name(info.id), _MODULE, [info.id])

    async def of(self, info: CommitInfo, *, only: bool = False) -> Searchable:
        """Return the index of a commit; while that is not to be had, of the one searched before.

        only: of no other commit, since the request names it.
        Raises TryLaterError and StoreError where there is neither.
        """
        last = self._last if self._last is not None and self._last.index.path.exists() else None
        if last is not None and last.commit == info.id:
            return last
        try:
            found = await self._kept_or_made(info.id)
        except (TryLaterError, StoreError):
            if last is None or only:
                raise
            return last
        if not only:
            self._last = found
        return found

    async def _kept_or_made(self, commit: str) -> Searchable:
        kept = self._kept.get(commit)
        if kept is None or not kept.index.path.exists():
            path = await self._chores.file(build.file_name(commit), _MODULE, [commit])
            index = Index(path)
            kinds = await asyncio.to_thread(index.kinds)
            self._kept[commit] = Searchable(index, commit, kinds)
        self._kept.move_to_end(commit)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[commit]

    async def near(
        self, info: CommitInfo, name: str, limit: int, *, only: bool = False
    ) -> tuple[tuple[str, str], ...]:
        """Return things called somewhat like the last part of an IRI: IRI and label of each.

        Nothing while there is no index.
        """
        words = [word for word in _PARTING.split(name) if len(word) > _SHORT][:_WORDS]
        whole = [" ".join(words)] if len(words) > 1 else []
        found: dict[str, str] = {}
        with suppress(TryLaterError, StoreError, QueryTimeoutError):
            index = (await self.of(info, only=only)).index
            for text in (*whole, *sorted(words, key=len, reverse=True)):
                results = await asyncio.to_thread(index.complete, text, limit=limit)
                found |= {one.iri: one.label for one in results.found if one.iri not in found}
                if len(found) >= limit:
                    break
        return tuple(found.items())[:limit]
