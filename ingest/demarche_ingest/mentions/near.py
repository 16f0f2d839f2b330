"""Known names that look like an unknown one, for people to judge. Likeness links nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from demarche_ingest.mentions.folding import fold
from demarche_ingest.mentions.gazetteer import Gazetteer
from demarche_ingest.mentions.model import Mention

_ALIKE: Final = 0.75
"""How alike two names are, as `difflib` counts it, to be worth a look."""
_MOST: Final = 3
_REMEMBERED: Final = 5_000
"""Labels whose likes are remembered: those of one time are named in many of its articles."""
_LENGTHS: Final = (-2, -1, 0, 1, 2)


class Nearby:
    """Finds known names that look alike, among those of about the same length and beginning."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._ids: dict[str, set[str]] = defaultdict(set)
        self._forms: dict[tuple[str, int], list[str]] = defaultdict(list)
        self._found: dict[str, tuple[str, ...]] = {}
        for alias in gazetteer.aliases:
            if alias.lang != "en" or alias.use in {"adjective", "people"}:
                continue
            form = fold(alias.form).text
            forms = {form}
            if gazetteer.entities[alias.id].type == "Person":
                forms.add(form.split()[-1])
            for one in forms:
                if one not in self._ids:
                    self._forms[one[:1], len(one)].append(one)
                self._ids[one].add(alias.id)

    def told(self, mentions: Sequence[Mention]) -> list[Mention]:
        """Return the mentions, the unknown ones with what looks like them."""
        return [
            replace(mention, proposal=replace(mention.proposal, near=near))
            if mention.proposal is not None
            and mention.how == "unknown"
            and (near := self._near(mention.proposal.label))
            else mention
            for mention in mentions
        ]

    def _near(self, label: str) -> tuple[str, ...]:
        if label not in self._found:
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            form = fold(label).text
            among = [
                known
                for more in _LENGTHS
                for known in self._forms.get((form[:1], len(form) + more), ())
            ]
            alike = get_close_matches(form, among, _MOST, _ALIKE)
            ids = dict.fromkeys(key for known in alike for key in sorted(self._ids[known]))
            self._found[label] = tuple(ids)[:_MOST]
        return self._found[label]
