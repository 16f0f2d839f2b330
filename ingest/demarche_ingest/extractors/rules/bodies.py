"""Which body a short name means that the article has called by its full name ("the Council")."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from demarche_ingest.extractors.rules.forms import word_set
from demarche_ingest.mentions.gazetteer import Entity
from demarche_ingest.mentions.model import Mention

_SHORT: Final = word_set(
    """
    council commission union committee league bloc alliance assembly association authority agency
    organisation organization federation secretariat tribunal court board ministry bank movement
    party front congress forum conference community parliament senate
    """
)
"""Nouns by which a body is called again."""
_ANY_BODY: Final = word_set("organisation organization bloc body")
"""Those that any body may be called by that is no state."""
_ORGANS: Final = (
    "council of ministers",
    "council of heads of state",
    "council of foreign ministers",
)
"""Organs whose members act in the name of their body (codebook §6.1.4)."""
_NO_BODIES: Final = frozenset(("Person", "State", "DeFactoAuthority", "Treaty"))
_NAMING: Final = frozenset(("name", "unknown", "description"))


class Bodies:
    """The bodies that an article names. known: what is known of its mentions, by id."""

    def __init__(self, mentions: Iterable[Mention], known: Mapping[str, Entity]) -> None:
        self._known = known
        self._named = [one for one in mentions if one.how in _NAMING]

    def again(self, noun: str, start: int, *, ahead: bool = False) -> Mention | None:
        """Return the last mention before a place of a body that a noun calls again.

        ahead: the first one behind the place does as well, as in a headline.
        """
        if noun not in _SHORT:
            return None
        before = [one for one in self._named if one.span.end <= start]
        found = self._first(reversed(before), noun)
        if found is None and ahead:
            found = self._first((one for one in self._named if one.span.start > start), noun)
        return found

    def _first(self, mentions: Iterable[Mention], noun: str) -> Mention | None:
        tried: list[Callable[[Mention], bool]] = [lambda one: self._has(one, noun)]
        if noun in _ANY_BODY:
            tried.append(self._is_organisation)
        row = list(mentions)
        return next((one for test in tried for one in row if test(one)), None)

    def _has(self, mention: Mention, noun: str) -> bool:
        """Tell whether a name begins or ends with a noun, and has more words than that."""
        words = self._label(mention).lower().split()
        return len(words) > 1 and noun in (words[0], words[-1])

    def _is_organisation(self, mention: Mention) -> bool:
        entity = self._known.get(mention.target or "")
        return entity is not None and not entity.is_place and entity.type not in _NO_BODIES

    def _label(self, mention: Mention) -> str:
        entity = self._known.get(mention.target or "")
        if entity is not None:
            return "" if entity.is_place or entity.type == "Person" else entity.label
        return mention.proposal.label if mention.proposal is not None else ""


def is_organ(label: str) -> bool:
    """Tell whether a label is that of an organ that acts in the name of its body."""
    return label.lower().startswith(_ORGANS)
